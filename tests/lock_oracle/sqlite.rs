//! SQLite, by what another connection to the file may do meanwhile, and by the pages where tables begin.

use std::collections::BTreeMap;

use groundplan::core::plan::LockMode;
use groundplan::core::{Engine, Step};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use super::work_is;

/// A connection that does the steps in one transaction, as they are applied, and another one.
pub(super) struct File {
    worker: SqliteConnection,
    other: SqliteConnection,
}

impl File {
    pub(super) async fn open(_engine: Engine, url: &str) -> Self {
        let mut worker = SqliteConnection::connect(url).await.unwrap();
        worker.execute("PRAGMA journal_mode = WAL").await.unwrap();
        worker.execute("PRAGMA foreign_keys = OFF").await.unwrap();
        worker.execute("BEGIN").await.unwrap();
        let mut other = SqliteConnection::connect(url).await.unwrap();
        other.execute("PRAGMA busy_timeout = 0").await.unwrap();
        Self { worker, other }
    }

    pub(super) async fn disagreements(&mut self, step: &Step) -> Result<Vec<String>, sqlx::Error> {
        let mut wrong = Vec::new();
        let before = self.pages().await;
        for statement in &step.statements {
            let sql = AssertSqlSafe(statement.as_str().to_owned());
            sqlx::raw_sql(sql).execute(&mut self.worker).await?;
        }
        let after = self.pages().await;
        let writes = self.other.execute("BEGIN IMMEDIATE; ROLLBACK").await.is_ok();
        let reads = self.other.execute("SELECT count(*) FROM sqlite_schema").await.is_ok();
        let claimed = step.locks.iter().any(|lock| lock.mode == LockMode::Writer);
        if writes == claimed {
            wrong.push(format!("others write: {writes}, claims {:?}", step.locks));
        }
        if !reads {
            wrong.push("others cannot read".to_owned());
        }
        let rewritten = before.iter().any(|(name, page)| after.get(name).is_some_and(|now| now != page));
        // DROP COLUMN writes every row anew where it stands, as its documentation says: no page shows it.
        if !step.title.starts_with("drop column") {
            wrong.extend(work_is(step, rewritten));
        }
        Ok(wrong)
    }

    pub(super) async fn end(mut self) {
        self.worker.execute("COMMIT").await.unwrap();
        self.worker.close().await.unwrap();
        self.other.close().await.unwrap();
    }

    /// Where each table begins.
    async fn pages(&mut self) -> BTreeMap<String, i64> {
        let tables = "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";
        sqlx::query_as(tables).fetch_all(&mut self.worker).await.unwrap().into_iter().collect()
    }
}
