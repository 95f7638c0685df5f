//! PostgreSQL, by `pg_locks`, the files of tables and the rows that were read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use groundplan::core::plan::{LockMode, Work};
use groundplan::core::{Engine, ObjectKind, Step};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::{Measured, creates};

const MODES: [(&str, LockMode); 8] = [
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
pub(super) struct Postgres {
    worker: PgConnection,
    watcher: PgConnection,
    pid: i32,
    url: String,
    /// What was there before the plan: what the plan makes itself, nobody waits for.
    existing: BTreeSet<i64>,
}

impl Postgres {
    pub(super) async fn connect(_engine: Engine, url: &str) -> Self {
        let mut worker = PgConnection::connect(url).await.unwrap();
        let watcher = PgConnection::connect(url).await.unwrap();
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut worker).await.unwrap();
        let mut server = Self { worker, watcher, pid, url: url.to_owned(), existing: BTreeSet::new() };
        server.existing = server.relations().await.into_keys().collect();
        server
    }

    pub(super) async fn disagreements(&mut self, step: &Step) -> Result<Vec<String>, sqlx::Error> {
        let existing = self.relations().await.into_iter().filter(|(oid, _)| self.existing.contains(oid));
        let existing: BTreeSet<String> = existing.map(|(_, (name, _))| name).collect();
        let concurrent = step.statements.iter().any(|sql| sql.as_str().contains("CONCURRENTLY"));
        let measured =
            if concurrent { self.concurrently(step).await? } else { self.in_transaction(step).await? };
        Ok(disagreements(step, &measured, &existing))
    }

    pub(super) async fn end(self) {
        self.worker.close().await.unwrap();
        self.watcher.close().await.unwrap();
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

    async fn scans(&mut self) -> i64 {
        let sql = "SELECT coalesce(sum(seq_tup_read), 0)::int8 FROM pg_stat_xact_user_tables";
        sqlx::query_scalar(sql).fetch_one(&mut self.worker).await.unwrap()
    }

    /// Does a step in a transaction, and looks before it is committed.
    async fn in_transaction(&mut self, step: &Step) -> Result<Measured, sqlx::Error> {
        let before = self.relations().await;
        self.worker.execute("BEGIN").await.unwrap();
        // What was not yet reported of earlier transactions counts here too.
        let scans = self.scans().await;
        for statement in &step.statements {
            let sql = AssertSqlSafe(statement.as_str().to_owned());
            if let Err(refusal) = sqlx::raw_sql(sql).execute(&mut self.worker).await {
                self.worker.execute("ROLLBACK").await.unwrap();
                return Err(refusal);
            }
        }
        let locks = locks_of(&mut self.watcher, self.pid, &before).await;
        let scanned = self.scans().await > scans;
        self.worker.execute("COMMIT").await.unwrap();
        let after = self.relations().await;
        let rewritten =
            before.iter().any(|(oid, (_, file))| after.get(oid).is_some_and(|(_, now)| now != file));
        Ok(Measured { locks, rewritten, scanned })
    }

    /// Does a concurrent step, and looks while it waits for an older transaction.
    async fn concurrently(&mut self, step: &Step) -> Result<Measured, sqlx::Error> {
        let before = self.relations().await;
        let mut older = PgConnection::connect(&self.url).await.unwrap();
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
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *worker).await?;
            }
            Ok(())
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
            locks = locks_of(watcher, pid, &before).await;
            older.execute("ROLLBACK").await.unwrap();
        };
        let (done, ()): (Result<(), sqlx::Error>, ()) = tokio::join!(work, watch);
        done?;
        Ok(Measured { locks, rewritten: false, scanned: false })
    }
}

/// The strongest lock that a backend holds on each relation.
async fn locks_of(
    watcher: &mut PgConnection,
    pid: i32,
    relations: &BTreeMap<i64, (String, i64)>,
) -> BTreeMap<String, LockMode> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT relation::int8, mode FROM pg_locks WHERE locktype = 'relation' AND granted AND pid = $1",
    )
    .bind(pid)
    .fetch_all(watcher)
    .await
    .unwrap();
    let mut locks = BTreeMap::new();
    for (oid, mode) in rows {
        let Some((name, _)) = relations.get(&oid) else { continue };
        let (_, mode) = MODES.iter().find(|(text, _)| *text == mode).unwrap();
        let strongest = locks.entry(name.clone()).or_insert(*mode);
        *strongest = (*strongest).max(*mode);
    }
    locks
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
