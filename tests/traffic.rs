//! Writers go on while a plan of safe steps runs: the longest stall is measured.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use groundplan::core::{Database, Engine};
use groundplan::dsl::{Column, Index, Table, Type};
use groundplan::{ApplyPolicy, Migrator, Status};
use support::TestDatabase;

fn orders() -> Table {
    Table::new("orders")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("code", Type::Varchar(40)))
        .column(Column::new("amount", Type::Integer).default(0))
        .primary_key(["id"])
}

/// What needs no more than an instant of an exclusive lock: columns, an index, a unique constraint.
fn wider() -> Database {
    let orders = orders()
        .column(Column::new("note", Type::Varchar(40)).nullable())
        .column(Column::new("paid", Type::Bool).default(false))
        .index(Index::on(["amount"]).named("orders_amount_idx"))
        .unique(["code"]);
    Database::new().with(orders)
}

/// Writes one row after the other until it is told to stop; the longest that it waited.
async fn write(url: String, engine: Engine, stop: Arc<AtomicBool>) -> (Duration, u32) {
    let database = TestDatabase::attach(engine, &url).await;
    let (mut longest, mut writes) = (Duration::ZERO, 0);
    while !stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        database
            .execute(&format!("INSERT INTO orders (code, amount) VALUES ('new{writes}', {writes})"))
            .await;
        database
            .execute(&format!("UPDATE orders SET amount = amount + 1 WHERE id = {}", writes % 1000 + 1))
            .await;
        longest = longest.max(started.elapsed());
        writes += 1;
    }
    database.close().await;
    (longest, writes)
}

/// Reads in a transaction that stays open for a while, which is what makes exclusive locks wait.
async fn read_for_long(url: String, engine: Engine) {
    let database = TestDatabase::attach(engine, &url).await;
    let sleep = match engine {
        Engine::Postgres => "pg_sleep(1.2)",
        Engine::MySql | Engine::MariaDb => "SLEEP(1.2)",
        Engine::Sqlite => unreachable!("SQLite has no server"),
    };
    let read = format!("SELECT CAST({sleep} AS CHAR(10)) FROM orders WHERE id = 1");
    database.texts(&read).await;
    database.close().await;
}

async fn stalls(engine: Engine, variable: &str, lock_timeout: Duration) {
    let Some(server) = support::server(variable) else { return };
    let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let rows = if long { 1_000_000 } else { 50_000 };
    let database = TestDatabase::on_server(engine, &server).await;
    groundplan::migrate(&database, Database::new().with(orders())).await.unwrap();
    let numbers = match engine {
        Engine::Postgres => format!("generate_series(1, {rows}) AS n"),
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
            let digits = "(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 \
                          UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
            format!(
                "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d AS n \
                 FROM {digits} a, {digits} b, {digits} c, {digits} e, {digits} f, {digits} g) AS numbers \
                 WHERE n < {rows}"
            )
        }
    };
    database
        .execute(&format!("INSERT INTO orders (code, amount) SELECT concat('code', n), n FROM {numbers}"))
        .await;

    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn(write(database.url.clone(), engine, Arc::clone(&stop)));
    let reader = tokio::spawn(read_for_long(database.url.clone(), engine));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    let migrator = Migrator::new(wider()).policy(ApplyPolicy::startup()).lock_timeout(lock_timeout);
    let report = migrator.run(&database).await.unwrap();
    let took = started.elapsed();
    assert_eq!(report.status, Status::Applied, "{engine}");
    stop.store(true, Ordering::Relaxed);
    reader.await.unwrap();
    let (longest, writes) = writer.await.unwrap();
    println!(
        "{engine}: {} steps over {rows} rows in {took:?}, {writes} writes meanwhile, the longest waited {longest:?} \
         with a lock timeout of {lock_timeout:?}",
        report.plan.steps.len()
    );
    if long {
        assert!(longest < lock_timeout + Duration::from_millis(100), "{engine}: a writer waited {longest:?}");
    }
    assert!(writes > 0, "{engine}");
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_writers_go_on() {
    stalls(Engine::Postgres, "GROUNDPLAN_TEST_POSTGRES_URL", Duration::from_millis(300)).await;
}

/// MySQL counts how long it waits for locks in whole seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_writers_go_on() {
    stalls(Engine::MySql, "GROUNDPLAN_TEST_MYSQL_URL", Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_writers_go_on() {
    stalls(Engine::MariaDb, "GROUNDPLAN_TEST_MARIADB_URL", Duration::from_secs(1)).await;
}
