//! What a step claims to lock, and the work it claims to be, measured on the server.
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

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use groundplan::core::plan::{LockMode, Work};
use groundplan::core::{Database, Engine, ObjectKind, Step};
use groundplan::dsl::{Column, ForeignKey, Index, Table, Type, View};
use groundplan::{Migrator, Plan};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use support::{TestDatabase, scenario};

/// The pairs of schemas whose changes are measured.
fn changes() -> Vec<(&'static str, Database, Database)> {
    let table = || {
        Table::new("items")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("small", Type::Integer).default(0))
            .column(Column::new("code", Type::Varchar(20)))
            .column(Column::new("note", Type::Varchar(20)).nullable())
            .column(Column::new("parent", Type::BigInt).nullable())
            .primary_key(["id"])
    };
    let with = |column: Column| {
        let mut table = table();
        table.columns.replace(column);
        Database::new().with(table)
    };
    let one = |table: Table| Database::new().with(table);
    let parent = ForeignKey::new(["parent"], "items", ["id"]).named("items_parent_fkey");
    let keyed = || table().unique(["code"]).index(Index::on(["note"]).named("items_note_idx"));
    vec![
        ("every kind of change", scenario::old(), scenario::new()),
        ("and back", scenario::new(), scenario::old()),
        ("wider type", one(table()), with(Column::new("code", Type::Varchar(40)))),
        ("narrower type", one(table()), with(Column::new("code", Type::Varchar(10)))),
        ("larger number", one(table()), with(Column::new("small", Type::BigInt).default(0))),
        ("another default", one(table()), with(Column::new("small", Type::Integer).default(1))),
        ("nullable", one(table()), with(Column::new("code", Type::Varchar(20)).nullable())),
        ("not null", one(table()), with(Column::new("note", Type::Varchar(20)))),
        ("a reference to itself", one(table()), one(table().foreign_key(parent.clone()))),
        ("no reference to itself", one(table().foreign_key(parent)), one(table())),
        ("no keys", one(keyed()), one(table())),
        ("a comment", one(table()), one(table().comment("things"))),
        ("no table", one(table()), Database::new()),
        ("a view", one(table()), one(table()).with(View::new("codes", "SELECT code FROM items"))),
    ]
}

/// What was measured of one step.
#[derive(Debug, Default)]
struct Measured {
    /// The strongest lock on each relation that was there before.
    locks: BTreeMap<String, LockMode>,
    rewritten: bool,
    scanned: bool,
}

const POSTGRES_MODES: [(&str, LockMode); 8] = [
    ("AccessShareLock", LockMode::AccessShare),
    ("RowShareLock", LockMode::RowShare),
    ("RowExclusiveLock", LockMode::RowExclusive),
    ("ShareUpdateExclusiveLock", LockMode::ShareUpdateExclusive),
    ("ShareLock", LockMode::Share),
    ("ShareRowExclusiveLock", LockMode::ShareRowExclusive),
    ("ExclusiveLock", LockMode::Exclusive),
    ("AccessExclusiveLock", LockMode::AccessExclusive),
];

/// One session that does the steps, and one that watches it.
struct Postgres {
    worker: PgConnection,
    watcher: PgConnection,
    pid: i32,
}

impl Postgres {
    async fn connect(url: &str) -> Self {
        let mut worker = PgConnection::connect(url).await.unwrap();
        let watcher = PgConnection::connect(url).await.unwrap();
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut worker).await.unwrap();
        Self { worker, watcher, pid }
    }

    /// Tables and views by oid, with the files of tables.
    async fn relations(&mut self) -> BTreeMap<i64, (String, i64)> {
        let rows = self
            .watcher
            .fetch_all(
                "SELECT c.oid::int8, c.relname::text, coalesce(pg_relation_filenode(c.oid)::int8, 0) FROM pg_class c \
                 JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')",
            )
            .await
            .unwrap();
        rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
    }

    /// The strongest lock that the worker holds on each of them.
    async fn locks(&mut self, relations: &BTreeMap<i64, (String, i64)>) -> BTreeMap<String, LockMode> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT relation::int8, mode FROM pg_locks WHERE locktype = 'relation' AND granted AND pid = $1",
        )
        .bind(self.pid)
        .fetch_all(&mut self.watcher)
        .await
        .unwrap();
        let mut locks = BTreeMap::new();
        for (oid, mode) in rows {
            let Some((name, _)) = relations.get(&oid) else { continue };
            let (_, mode) = POSTGRES_MODES.iter().find(|(text, _)| *text == mode).unwrap();
            let strongest = locks.entry(name.clone()).or_insert(*mode);
            *strongest = (*strongest).max(*mode);
        }
        locks
    }

    async fn scans(&mut self) -> i64 {
        let sql = "SELECT coalesce(sum(seq_tup_read), 0)::int8 FROM pg_stat_xact_user_tables";
        sqlx::query_scalar(sql).fetch_one(&mut self.worker).await.unwrap()
    }

    /// Does a step in a transaction, and looks before it is committed.
    async fn in_transaction(&mut self, step: &Step) -> Measured {
        let before = self.relations().await;
        self.worker.execute("BEGIN").await.unwrap();
        // What was not yet reported of earlier transactions counts here too.
        let scans = self.scans().await;
        for statement in &step.statements {
            let sql = AssertSqlSafe(statement.as_str().to_owned());
            sqlx::raw_sql(sql).execute(&mut self.worker).await.unwrap();
        }
        let locks = self.locks(&before).await;
        let scanned = self.scans().await > scans;
        self.worker.execute("COMMIT").await.unwrap();
        let after = self.relations().await;
        let rewritten =
            before.iter().any(|(oid, (_, file))| after.get(oid).is_some_and(|(_, now)| now != file));
        Measured { locks, rewritten, scanned }
    }

    /// Does a concurrent step, and looks while it waits for an older transaction.
    async fn concurrently(&mut self, step: &Step, url: &str) -> Measured {
        let before = self.relations().await;
        let mut older = PgConnection::connect(url).await.unwrap();
        older.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await.unwrap();
        for (name, _) in before.values() {
            let query = format!("SELECT count(*) FROM public.\"{name}\"");
            sqlx::raw_sql(AssertSqlSafe(query)).execute(&mut older).await.unwrap();
        }
        let statements: Vec<String> = step.statements.iter().map(|s| s.as_str().to_owned()).collect();
        let pid = self.pid;
        let mut locks = BTreeMap::new();
        let Self { worker, watcher, .. } = self;
        let work = async {
            for sql in statements {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *worker).await.unwrap();
            }
        };
        let watch = async {
            let waits = "SELECT count(*) > 0 FROM pg_locks WHERE pid = $1 AND NOT granted";
            for _ in 0..200 {
                let waiting: bool =
                    sqlx::query_scalar(waits).bind(pid).fetch_one(&mut *watcher).await.unwrap();
                if waiting {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let mut seen = Postgres {
                worker: PgConnection::connect(url).await.unwrap(),
                watcher: PgConnection::connect(url).await.unwrap(),
                pid,
            };
            locks = seen.locks(&before).await;
            older.execute("ROLLBACK").await.unwrap();
        };
        tokio::join!(work, watch);
        Measured { locks, rewritten: false, scanned: false }
    }
}

/// What a claim gets wrong.
fn disagreements(step: &Step, measured: &Measured, existing: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut claimed: BTreeMap<String, LockMode> = BTreeMap::new();
    for lock in &step.locks {
        if !matches!(lock.object.kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView) {
            continue;
        }
        let mode = claimed.entry(lock.object.name.to_string()).or_insert(lock.mode);
        *mode = (*mode).max(lock.mode);
    }
    // Weaker locks keep nobody out but other schema changes.
    let matters = |mode: &LockMode| *mode >= LockMode::ShareUpdateExclusive;
    for (name, mode) in measured.locks.iter().filter(|(name, _)| existing.contains(*name)) {
        match claimed.get(name) {
            Some(claim) if claim == mode => {}
            None if !matters(mode) => {}
            Some(claim) if !matters(claim) && !matters(mode) => {}
            claim => wrong.push(format!("{name}: takes {mode}, claims {claim:?}")),
        }
    }
    for (name, claim) in claimed {
        if existing.contains(&name) && matters(&claim) && !measured.locks.contains_key(&name) {
            wrong.push(format!("{name}: takes no lock, claims {claim}"));
        }
    }
    if measured.rewritten != (step.work == Work::Rewrite) && !creates(step) {
        wrong.push(format!("rewrites: {}, claims {:?}", measured.rewritten, step.work));
    }
    if measured.scanned && step.work == Work::Metadata {
        wrong.push("scans, claims to be instant".to_owned());
    }
    wrong
}

fn creates(step: &Step) -> bool {
    step.title.starts_with("create table") || step.title.starts_with("drop table")
}

#[tokio::test]
async fn postgres_locks_are_as_claimed() {
    let Some(server) = support::server("GROUNDPLAN_TEST_POSTGRES_URL") else { return };
    let (mut steps, mut wrong) = (0, Vec::new());
    for (change, from, to) in changes() {
        let (database, plan) = planned(Engine::Postgres, &server, &from, &to).await;
        let mut postgres = Postgres::connect(&database.url).await;
        // What the plan makes itself, nobody waits for.
        let before = postgres.relations().await;
        for step in &plan.steps {
            let mut existing = postgres.relations().await;
            existing.retain(|oid, _| before.contains_key(oid));
            let existing: BTreeSet<String> = existing.into_values().map(|(name, _)| name).collect();
            let concurrent = step.statements.iter().any(|sql| sql.as_str().contains("CONCURRENTLY"));
            let measured = if concurrent {
                postgres.concurrently(step, &database.url).await
            } else {
                postgres.in_transaction(step).await
            };
            steps += 1;
            for problem in disagreements(step, &measured, &existing) {
                wrong.push(format!("{change}: {} ({}): {problem}", step.title, step.statements[0].as_str()));
            }
        }
        drop(postgres);
        database.close().await;
    }
    println!("PostgreSQL: {steps} steps measured, {} claims wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A database at one schema, with rows, and the plan to another.
async fn planned(engine: Engine, server: &str, from: &Database, to: &Database) -> (TestDatabase, Plan) {
    let database = TestDatabase::on_server(engine, server).await;
    groundplan::migrate(&database, from.clone()).await.unwrap();
    if *from == scenario::old() {
        scenario::fill(&database).await;
    } else if from.contains(&Table::new("items").id()) {
        database.execute("INSERT INTO items (code, note) VALUES ('a', 'x'), ('b', 'y'), ('c', 'z')").await;
    }
    let plan = Migrator::new(to.clone()).plan(&database).await.unwrap();
    (database, plan)
}

/// MySQL takes what `ALGORITHM` and `LOCK` say, or refuses the statement: a step that runs as it is written keeps its
/// claim if it says so. What is copied holds writers off, which shows in the metadata locks while a reader keeps it
/// from finishing.
#[tokio::test]
async fn mysql_locks_are_as_claimed() {
    let Some(server) = support::server("GROUNDPLAN_TEST_MYSQL_URL") else { return };
    let (mut steps, mut wrong) = (0, Vec::new());
    for (change, from, to) in changes() {
        let (database, plan) = planned(Engine::MySql, &server, &from, &to).await;
        for step in &plan.steps {
            let held = mysql_locks(&database.url, step).await;
            steps += 1;
            for lock in &step.locks {
                let name = lock.object.table.as_ref().unwrap_or(&lock.object.name).to_string();
                let modes: Vec<&str> =
                    held.iter().filter(|(table, _)| *table == name).map(|(_, mode)| mode.as_str()).collect();
                if modes.is_empty() {
                    continue;
                }
                let copies = modes.iter().any(|mode| mode.starts_with("SHARED_NO_"));
                let agrees = match lock.mode {
                    LockMode::MetadataInstant => !copies,
                    LockMode::MetadataShared => copies || says(step, "LOCK=SHARED"),
                    LockMode::MetadataExclusive => modes.iter().any(|mode| mode.contains("EXCLUSIVE")),
                    other => panic!("MySQL has no {other}"),
                };
                if !agrees {
                    wrong.push(format!(
                        "{change}: {}: {name}: claims {}, takes {modes:?}",
                        step.title, lock.mode
                    ));
                }
            }
            let instant = step.locks.iter().any(|lock| lock.mode == LockMode::MetadataInstant);
            if instant && !creates(step) && !says(step, "LOCK=NONE") && !says(step, "ALGORITHM=INSTANT") {
                wrong.push(format!("{change}: {}: leaves the lock to the server", step.title));
            }
        }
        database.close().await;
    }
    println!("MySQL: {steps} steps measured, {} claims wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn says(step: &Step, clause: &str) -> bool {
    step.statements.iter().all(|sql| sql.as_str().contains(clause) || sql.as_str().starts_with("SET "))
}

/// The metadata locks that a step holds or waits for on tables, while a reader holds it up.
async fn mysql_locks(url: &str, step: &Step) -> BTreeSet<(String, String)> {
    let mut worker = sqlx::MySqlConnection::connect(url).await.unwrap();
    let mut reader = sqlx::MySqlConnection::connect(url).await.unwrap();
    let mut watcher = sqlx::MySqlConnection::connect(url).await.unwrap();
    let id: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut worker).await.unwrap();
    // An exclusive lock on a second table is asked for last: only its reader shows it.
    let exclusive = step.locks.iter().any(|lock| lock.mode == LockMode::MetadataExclusive);
    let tables: BTreeSet<String> = step
        .locks
        .iter()
        .filter(|lock| !exclusive || lock.mode == LockMode::MetadataExclusive)
        .map(|lock| lock.object.table.as_ref().unwrap_or(&lock.object.name).to_string())
        .collect();
    let mut held = BTreeSet::new();
    for statement in &step.statements {
        reader.execute("START TRANSACTION").await.unwrap();
        for table in &tables {
            let query = AssertSqlSafe(format!("SELECT COUNT(*) FROM `{table}`"));
            // The statement before may have dropped it.
            let _ = sqlx::raw_sql(query).execute(&mut reader).await;
        }
        let sql = AssertSqlSafe(statement.as_str().to_owned());
        let work = async { sqlx::raw_sql(sql).execute(&mut worker).await.unwrap() };
        let watch = async {
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_millis(10)).await;
                let rows: Vec<(String, String, String)> = sqlx::query_as(
                    "SELECT CAST(object_name AS CHAR), CAST(lock_type AS CHAR), CAST(lock_status AS CHAR) \
                     FROM performance_schema.metadata_locks l JOIN performance_schema.threads t \
                     ON t.thread_id = l.owner_thread_id \
                     WHERE t.processlist_id = ? AND object_type = 'TABLE' AND object_schema = DATABASE()",
                )
                .bind(id)
                .fetch_all(&mut watcher)
                .await
                .unwrap();
                let waits = rows.iter().any(|(_, _, status)| status == "PENDING");
                held.extend(rows.into_iter().map(|(table, mode, _)| (table, mode)));
                if waits {
                    break;
                }
            }
            reader.execute("ROLLBACK").await.unwrap();
        };
        tokio::join!(work, watch);
    }
    held
}
