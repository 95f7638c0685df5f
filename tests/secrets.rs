//! Passwords and the values of rows appear in no error, no log, no plan and no row of the ledger.
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

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use groundplan::core::{Database, Engine, Error};
use groundplan::dsl::{Check, Column, ForeignKey, Table, Type};
use groundplan::{ApplyPolicy, Approval, Migrator};
use support::watch::{Call, Watched, Watcher};
use support::{TestDatabase, every_engine};

/// The value of a row.
const CANARY: &str = "canary7f3a9c";

const PASSWORD: &str = "canary51be20";

/// Everything that was logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What was logged, without the rows that the tests themselves insert, whose statements the driver logs.
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.is_empty(), "nothing is logged");
        text.lines().filter(|line| !line.contains("INSERT INTO items")).collect::<Vec<_>>().join("\n")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Collects the log of this process from the first call on.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    })
}

fn assert_secret(what: &str, text: &str) {
    if let Some(at) = text.find(CANARY).or_else(|| text.find(PASSWORD)) {
        let start = text.floor_char_boundary(at.saturating_sub(200));
        let end = text.floor_char_boundary((at + 200).min(text.len()));
        panic!("{what} tells: {}", &text[start..end]);
    }
}

fn assert_error_is_secret(what: &str, error: &Error) {
    assert_secret(what, &format!("{error}\n{error:?}\n{error:#?}"));
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        assert_secret(what, &format!("{source}\n{source:?}"));
        cause = source.source();
    }
}

/// Everything that the ledger holds.
async fn ledger(database: &TestDatabase) -> String {
    let schema = if database.engine == Engine::Postgres { "groundplan." } else { "" };
    let mut all = Vec::new();
    for query in [
        format!("SELECT concat_ws('|', name, value) FROM {schema}groundplan_state"),
        format!("SELECT concat_ws('|', outcome, actor, plan, approval) FROM {schema}groundplan_run"),
        format!("SELECT concat_ws('|', step, error) FROM {schema}groundplan_step"),
    ] {
        all.extend(database.texts(&query).await);
    }
    all.join("\n")
}

fn parents() -> Table {
    Table::new("parents").column(Column::new("id", Type::Varchar(30))).primary_key(["id"])
}

fn items() -> Table {
    Table::new("items")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("code", Type::Varchar(30)))
        .column(Column::new("parent", Type::Varchar(30)).nullable())
        .primary_key(["id"])
}

/// Changes that rows can stand in the way of, each with the rows that do.
fn changes() -> Vec<(&'static str, Table, Vec<String>)> {
    let with = |column: Column| {
        let mut table = items();
        table.columns.replace(column);
        table
    };
    let insert =
        |code: &str, parent: &str| format!("INSERT INTO items (code, parent) VALUES ({code}, {parent})");
    let canary = format!("'{CANARY}'");
    let once = insert(&canary, "NULL");
    vec![
        ("unique", items().unique(["code"]), vec![once.clone(), once.clone()]),
        (
            "check",
            items().check(Check::new("code <> 'x'").named("items_code_check")),
            vec![insert("'x'", &canary)],
        ),
        (
            "foreign key",
            items().foreign_key(ForeignKey::new(["parent"], "parents", ["id"]).named("items_parent_fkey")),
            vec![insert("'a'", &canary)],
        ),
        ("not null", with(Column::new("parent", Type::Varchar(30))), vec![once.clone()]),
        ("shorter", with(Column::new("code", Type::Varchar(5))), vec![once.clone()]),
        ("number", with(Column::new("code", Type::Integer)), vec![once]),
    ]
}

/// Puts rows in the way after the live data has been asked, so that the engine itself meets them.
struct Spoiler {
    database: TestDatabase,
    rows: Vec<String>,
    done: AtomicBool,
}

#[async_trait]
impl Watcher for Spoiler {
    async fn before(&self, call: Call<'_>) {
        if matches!(call, Call::Ledger | Call::Execute(_)) && !self.done.swap(true, Ordering::SeqCst) {
            for row in &self.rows {
                self.database.execute(row).await;
            }
        }
    }
}

#[tokio::test]
async fn rows_are_not_told() {
    let log = log();
    let mut met = 0;
    for (change, table, rows) in changes() {
        for database in every_engine().await {
            let engine = database.engine;
            let what = format!("{engine}, {change}");
            let old = Database::new().with(parents()).with(items());
            groundplan::migrate(&database, old).await.unwrap();
            let schema = Database::new().with(parents()).with(table.clone());
            let migrator = Migrator::new(schema).policy(ApplyPolicy::development());
            let plan = match migrator.plan(&database).await {
                Ok(plan) => plan,
                Err(error) => panic!("{what}: {error}"),
            };
            let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
            let migrator = migrator.approval(approval).lock_timeout(Duration::from_secs(1));

            // SQLite's lock keeps everybody else out from before the questions on.
            if engine == Engine::Sqlite {
                for row in &rows {
                    database.execute(row).await;
                }
            } else {
                let other = TestDatabase::attach(engine, &database.url).await;
                let spoiler = Spoiler { database: other, rows: rows.clone(), done: AtomicBool::new(false) };
                let watched = Watched { database: &database, watcher: Arc::new(spoiler) };
                match migrator.run(&watched).await {
                    Err(error) => {
                        assert_error_is_secret(&what, &error);
                        met += usize::from(matches!(error, Error::Database { .. }));
                    }
                    Ok(_) => println!("{what}: the rows were not in the way"),
                }
                assert_secret(&format!("the ledger of {what}"), &ledger(&database).await);
            }
            match Migrator::new(Database::new().with(parents()).with(table.clone()))
                .policy(ApplyPolicy::development())
                .run(&database)
                .await
            {
                Err(error) => assert_error_is_secret(&format!("{what}, asked first"), &error),
                Ok(report) => assert_secret(&what, &report.plan.to_json().unwrap()),
            }
            assert_secret(&format!("the ledger of {what}"), &ledger(&database).await);
            assert_secret(&format!("the plan of {what}"), &plan.to_json().unwrap());
            database.close().await;
        }
    }
    println!("{met} errors of the engines themselves");
    assert_secret("the log", &log.text());
}

#[tokio::test]
async fn passwords_are_not_told() {
    let log = log();
    for (scheme, port) in [("postgres", 1), ("mysql", 1)] {
        let url = format!("{scheme}://someone:{PASSWORD}@127.0.0.1:{port}/nowhere");
        let error = if scheme == "postgres" {
            let pool = sqlx::postgres::PgPoolOptions::new()
                .acquire_timeout(Duration::from_secs(1))
                .connect_lazy(&url)
                .unwrap();
            groundplan::migrate(&pool, Database::new()).await.unwrap_err()
        } else {
            let pool = sqlx::mysql::MySqlPoolOptions::new()
                .acquire_timeout(Duration::from_secs(1))
                .connect_lazy(&url)
                .unwrap();
            groundplan::migrate(&pool, Database::new()).await.unwrap_err()
        };
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
        assert_error_is_secret(scheme, &error);
    }
    // A server that answers and refuses the password.
    for (variable, engine) in [
        ("GROUNDPLAN_TEST_POSTGRES_URL", Engine::Postgres),
        ("GROUNDPLAN_TEST_MYSQL_URL", Engine::MySql),
        ("GROUNDPLAN_TEST_MARIADB_URL", Engine::MariaDb),
    ] {
        let Some(url) = support::server(variable) else { continue };
        let address = url.rsplit('@').next().unwrap().split('/').next().unwrap();
        let error = if engine == Engine::Postgres {
            let url = format!("postgres://nobody:{PASSWORD}@{address}/postgres");
            let pool = sqlx::postgres::PgPoolOptions::new().connect_lazy(&url).unwrap();
            groundplan::migrate(&pool, Database::new()).await.unwrap_err()
        } else {
            let url = format!("mysql://nobody:{PASSWORD}@{address}/mysql");
            let pool = sqlx::mysql::MySqlPoolOptions::new().connect_lazy(&url).unwrap();
            groundplan::migrate(&pool, Database::new()).await.unwrap_err()
        };
        assert_error_is_secret(variable, &error);
    }
    if let Some(url) = support::server("GROUNDPLAN_TEST_POSTGRES_URL") {
        let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
        let connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let session =
            groundplan::postgres::PgSession::open(connection, options.password(PASSWORD)).await.unwrap();
        assert_secret("the session", &format!("{session:?}"));
    }
    // Plans tell what they are for.
    for database in every_engine().await {
        let plan = Migrator::new(Database::new().with(items())).plan(&database).await.unwrap();
        let password = database.url.split(':').nth(2).and_then(|rest| rest.split('@').next());
        if let Some(password) = password.filter(|_| database.engine != Engine::Sqlite) {
            let told = plan.target.contains(&format!(":{password}@"));
            assert!(!told, "{}: {}", database.engine, plan.target);
        }
        database.close().await;
    }
    assert_secret("the log", &log.text());
}
