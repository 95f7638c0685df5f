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

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use groundplan::core::{Database, Engine, Error};
use groundplan::dsl::{Column, ForeignKey, Index, Table, Type};
use groundplan::{ApplyPolicy, Migrator, Status};
use support::process::{Job, Outcome, Process, Task};
use support::{TestDatabase, long, say};

support::process::child_test!();

/// What is beyond the lock timeout in a stall: the statement itself, on a machine with more to do.
const GRACE: Duration = Duration::from_millis(100);

fn orders() -> Table {
    Table::new("orders")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("code", Type::Varchar(40)))
        .column(Column::new("amount", Type::Integer).default(0))
        .column(Column::new("customer", Type::BigInt).nullable())
        .primary_key(["id"])
}

fn customers() -> Table {
    Table::new("customers")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("name", Type::Varchar(40)))
        .primary_key(["id"])
}

fn before() -> Database {
    Database::new().with(orders()).with(customers())
}

/// What needs no more than an instant of an exclusive lock: columns, an index, a unique constraint; and on PostgreSQL,
/// which checks it apart, a foreign key.
fn wider(engine: Engine) -> Database {
    let mut orders = orders()
        .column(Column::new("note", Type::Varchar(40)).nullable())
        .column(Column::new("paid", Type::Bool).default(false))
        .index(Index::on(["amount"]).named("orders_amount_idx"))
        .unique(["code"]);
    if engine == Engine::Postgres {
        orders = orders
            .foreign_key(ForeignKey::new(["customer"], "customers", ["id"]).named("orders_customer_fkey"));
    }
    let customers = customers().column(Column::new("note", Type::Varchar(40)).nullable());
    Database::new().with(orders).with(customers)
}

/// The least time that the engine can wait for a lock: MySQL counts in whole seconds.
fn lock_timeout(engine: Engine) -> Duration {
    match engine {
        Engine::Postgres | Engine::Sqlite => Duration::from_millis(300),
        Engine::MySql | Engine::MariaDb => Duration::from_secs(1),
    }
}

/// The two tables with rows.
async fn loaded(engine: Engine, rows: u32) -> Option<TestDatabase> {
    let database = TestDatabase::on(engine).await?;
    groundplan::migrate(&database, before()).await.unwrap();
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
    database.execute("INSERT INTO customers (name) VALUES ('ada'), ('bob')").await;
    Some(database)
}

/// Writers of our own, each a process, so that nothing but the server makes it wait; until they are told to stop.
struct Writers(Vec<Process>);

impl Writers {
    fn start(database: &TestDatabase, name: &str, number: u32) -> Self {
        let start = |writer| {
            let own = 1 + writer * 1_000;
            let statements = [
                format!("INSERT INTO orders (code, amount) VALUES ('{name}{writer}-{{n}}', {{n}})"),
                format!("UPDATE orders SET amount = amount + 1 WHERE id = {own}"),
                "UPDATE customers SET name = 'eve' WHERE id = 1".to_owned(),
                format!("SELECT id FROM orders WHERE id = {own}"),
            ];
            Process::start(&Job {
                engine: database.engine,
                url: database.url.clone(),
                task: Task::Write(statements.to_vec()),
                development: false,
                death: None,
                not_before: 0,
            })
        };
        let writers: Vec<Process> = (0..number).map(start).collect();
        writers.iter().for_each(Process::writes);
        Self(writers)
    }

    /// The longest that one of them waited for one statement, and how many statements they did.
    fn stop(self) -> (Duration, u32) {
        self.0.iter().for_each(Process::stop);
        let (mut longest, mut statements) = (Duration::ZERO, 0);
        for writer in self.0 {
            let Some(Outcome::Wrote { longest: wait, statements: count }) = writer.wait().outcome else {
                panic!("a writer failed")
            };
            longest = longest.max(wait);
            statements += count;
        }
        (longest, statements)
    }
}

/// PostgreSQL's own clients, which log each of their transactions.
struct Pgbench {
    process: Child,
    folder: PathBuf,
}

impl Pgbench {
    /// Nothing, where it is not installed.
    fn start(database: &TestDatabase, seconds: u64) -> Option<Self> {
        let beside_psql =
            std::env::var_os("GROUNDPLAN_PSQL").map(|psql| Path::new(&psql).with_file_name("pgbench"));
        let pgbench = beside_psql.filter(|path| path.exists()).unwrap_or_else(|| "pgbench".into());
        let folder = support::own_folder();
        let script = "\\set n random(1, 50000)\n\
            INSERT INTO orders (code, amount) VALUES (md5(random()::text), 1);\n\
            UPDATE orders SET amount = amount + 1 WHERE id = :n;\n\
            SELECT code FROM orders WHERE id = :n;\n";
        std::fs::write(folder.join("script"), script).unwrap();
        let seconds = seconds.to_string();
        let process = Command::new(pgbench)
            .args([
                "-n",
                "-c",
                "8",
                "-j",
                "2",
                "-T",
                &seconds,
                "-l",
                "--log-prefix=log",
                "-f",
                "script",
                &database.url,
            ])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        process.ok().map(|process| Self { process, folder })
    }

    /// The longest transaction, and how many there were.
    fn end(mut self) -> (Duration, u32) {
        assert!(self.process.wait().unwrap().success(), "pgbench failed");
        let (mut longest, mut count) = (0, 0);
        for entry in self.folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log")) {
                continue;
            }
            for line in std::fs::read_to_string(path).unwrap().lines() {
                longest = longest.max(line.split(' ').nth(2).unwrap().parse::<u64>().unwrap());
                count += 1;
            }
        }
        std::fs::remove_dir_all(&self.folder).unwrap();
        (Duration::from_micros(longest), count)
    }
}

/// A transaction that has read a table and stays open.
async fn hold(database: &TestDatabase, table: &str) -> TestDatabase {
    let holder = TestDatabase::attach_alone(database.engine, &database.url).await;
    holder.execute("BEGIN").await;
    holder.execute(&format!("SELECT id FROM {table} WHERE id = 1")).await;
    holder
}

/// `noise` is what a client waits without any plan.
fn assert_stall(what: &str, longest: Duration, lock_timeout: Duration, noise: Duration) {
    // On a machine that does other things too, only a run for itself can be held to it.
    if long() {
        assert!(longest < lock_timeout + GRACE + noise, "{what}: a client waited {longest:?}");
    }
}

/// Readers come and go, and hold the plan up; the plan holds up nobody for longer than it may.
async fn writers_go_on(engine: Engine) {
    let rows = if long() { 1_000_000 } else { 50_000 };
    let Some(database) = loaded(engine, rows).await else { return };
    let lock_timeout = lock_timeout(engine);
    let pgbench = (engine == Engine::Postgres)
        .then(|| Pgbench::start(&database, if long() { 60 } else { 8 }))
        .flatten();
    let writers = Writers::start(&database, "before", 4);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, _) = writers.stop();
    let writers = Writers::start(&database, "new", 4);
    let holder = hold(&database, "orders").await;
    let reader = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1_400)).await;
        holder.execute("COMMIT").await;
        holder.close().await;
    });
    let started = Instant::now();
    let migrator = Migrator::new(wider(engine)).policy(ApplyPolicy::startup()).lock_timeout(lock_timeout);
    let report = migrator.run(&database).await.unwrap();
    let took = started.elapsed();
    assert_eq!(report.status, Status::Applied, "{engine}");
    reader.await.unwrap();
    let (longest, statements) = writers.stop();
    let steps = report.plan.steps.len();
    say!(
        "{engine}: {steps} steps over {rows} rows in {took:?}, {statements} statements of writers meanwhile, the longest \
         {longest:?} ({before:?} before) with a lock timeout of {lock_timeout:?}"
    );
    assert_stall(&engine.to_string(), longest, lock_timeout, before);
    assert!(statements > 0, "{engine}");
    if let Some(pgbench) = pgbench {
        let (longest, transactions) = pgbench.end();
        say!("{engine}: {transactions} transactions of pgbench, the longest {longest:?}");
        assert_stall("pgbench", longest, lock_timeout, Duration::ZERO);
        assert!(transactions > 0);
    }
    database.close().await;
}

/// Whoever has only read, and does not end its transaction, makes the plan end with an error, and nobody else wait.
async fn a_reader_that_stays_ends_the_plan(engine: Engine) {
    let Some(database) = loaded(engine, 5_000).await else { return };
    let lock_timeout = lock_timeout(engine);
    let orders = orders().column(Column::new("note", Type::Varchar(40)).nullable());
    let customers = customers().column(Column::new("note", Type::Varchar(40)).nullable());
    let schema = Database::new().with(orders).with(customers);
    let holder = hold(&database, "orders").await;
    let writers = Writers::start(&database, "new", 4);
    let started = Instant::now();
    let migrator = Migrator::new(schema).lock_timeout(lock_timeout);
    let error = migrator.run(&database).await.unwrap_err();
    let took = started.elapsed();
    let (longest, _) = writers.stop();
    say!("{engine}: gave up after {took:?}, the longest statement of writers took {longest:?}: {error}");
    // Whoever was seen before the first statement is named; whoever came later is met by it.
    let met = error.is_transient() && error.to_string().contains("tried 10 times");
    assert!(met || matches!(error, Error::Blocked(_)), "{engine}: {error}");
    assert_stall(&engine.to_string(), longest, lock_timeout, Duration::ZERO);
    holder.execute("COMMIT").await;
    holder.close().await;
    let report = migrator.run(&database).await.unwrap();
    assert!(matches!(report.status, Status::Applied | Status::Resumed), "{engine}: {:?}", report.status);
    database.close().await;
}

/// A concurrent index waits for older transactions, while nobody waits for it, and not for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_does_not_wait_for_ever_for_an_older_transaction() {
    let Some(database) = loaded(Engine::Postgres, 5_000).await else { return };
    let holder = TestDatabase::attach_alone(Engine::Postgres, &database.url).await;
    holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    holder.execute("SELECT id FROM customers").await;
    let schema = Database::new()
        .with(orders().index(Index::on(["amount"]).named("orders_amount_idx")))
        .with(customers());
    let writers = Writers::start(&database, "new", 2);
    let migrator = Migrator::new(schema).online_wait(Duration::from_secs(2));
    let error = migrator.run(&database).await.unwrap_err();
    let (longest, _) = writers.stop();
    say!("PostgreSQL: the longest statement took {longest:?} while a concurrent build waited: {error}");
    let told = error.to_string();
    let met = matches!(error, Error::Database { .. }) && told.contains("open before it");
    assert!(met || matches!(error, Error::Blocked(_)), "{told}");
    assert_stall("a concurrent build", longest, Duration::ZERO, Duration::ZERO);
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    assert_eq!(database.number(invalid).await, i64::from(met), "what was begun was interrupted");
    holder.execute("COMMIT").await;
    holder.close().await;
    let report = migrator.run(&database).await.unwrap();
    assert!(matches!(report.status, Status::Applied | Status::Resumed), "{:?}", report.status);
    assert_eq!(database.number(invalid).await, 0, "it is built anew");
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_writers_go_on() {
    writers_go_on(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_writers_go_on() {
    writers_go_on(Engine::MySql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_writers_go_on() {
    writers_go_on(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gives_up_on_a_reader_that_stays() {
    a_reader_that_stays_ends_the_plan(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_gives_up_on_a_reader_that_stays() {
    a_reader_that_stays_ends_the_plan(Engine::MySql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_gives_up_on_a_reader_that_stays() {
    a_reader_that_stays_ends_the_plan(Engine::MariaDb).await;
}
