//! MySQL and MariaDB. They take what `ALGORITHM` and `LOCK` say, or refuse the statement: a step that runs as it is
//! written keeps its claim if it says so. What is copied holds writers off, which shows in the metadata locks while a
//! reader keeps it from finishing, and what is written anew is another table to the engine afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use groundplan::core::plan::LockMode;
use groundplan::core::{Engine, Step};
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection};

use super::{creates, work_is};

/// A session that does the steps, one that reads, and one that watches both.
pub(super) struct Server {
    engine: Engine,
    worker: MySqlConnection,
    reader: MySqlConnection,
    watcher: MySqlConnection,
    id: u64,
}

impl Server {
    pub(super) async fn connect(engine: Engine, url: &str) -> Self {
        let mut worker = MySqlConnection::connect(url).await.unwrap();
        let reader = MySqlConnection::connect(url).await.unwrap();
        let mut watcher = MySqlConnection::connect(url).await.unwrap();
        // MariaDB does not watch metadata locks of itself.
        let watch = "UPDATE performance_schema.setup_instruments SET enabled = 'YES' \
                     WHERE name = 'wait/lock/metadata/sql/mdl'";
        watcher.execute(watch).await.unwrap();
        let id = sqlx::query_scalar("SELECT CAST(CONNECTION_ID() AS UNSIGNED)")
            .fetch_one(&mut worker)
            .await
            .unwrap();
        Self { engine, worker, reader, watcher, id }
    }

    pub(super) async fn disagreements(&mut self, step: &Step) -> Result<Vec<String>, sqlx::Error> {
        let before = self.tables().await;
        let held = self.locks(step).await?;
        let after = self.tables().await;
        let mut wrong = Vec::new();
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
                other => panic!("{} has no {other}", self.engine),
            };
            if !agrees {
                wrong.push(format!("{name}: claims {}, takes {modes:?}", lock.mode));
            }
        }
        let instant = step.locks.iter().any(|lock| lock.mode == LockMode::MetadataInstant);
        if instant && !creates(step) && !says(step, "LOCK=NONE") && !says(step, "ALGORITHM=INSTANT") {
            wrong.push("leaves the lock to the server".to_owned());
        }
        for (table, mode) in &held {
            let claimed = step
                .locks
                .iter()
                .any(|lock| lock.object.table.as_ref().unwrap_or(&lock.object.name).as_str() == table);
            if mode.contains("EXCLUSIVE") && before.contains_key(table) && !claimed {
                wrong.push(format!("{table}: takes {mode}, claims nothing"));
            }
        }
        let rewritten = before.iter().any(|(name, id)| after.get(name).is_some_and(|now| now != id));
        // Which of several forms the server takes depends on the rows.
        if step.alternatives.is_none() || rewritten {
            wrong.extend(work_is(step, rewritten));
        }
        Ok(wrong)
    }

    pub(super) async fn end(self) {
        for connection in [self.worker, self.reader, self.watcher] {
            connection.close().await.unwrap();
        }
    }

    /// The engine's number of each table; none for those of other engines.
    async fn tables(&mut self) -> BTreeMap<String, Option<u64>> {
        let numbers = if self.engine == Engine::MySql { "innodb_tables" } else { "innodb_sys_tables" };
        let query = format!(
            "SELECT CAST(t.table_name AS CHAR), CAST(i.table_id AS UNSIGNED) FROM information_schema.tables t \
             LEFT JOIN information_schema.{numbers} i ON i.name = CONCAT(t.table_schema, '/', t.table_name) \
             WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'"
        );
        let rows: Vec<(String, Option<u64>)> =
            sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut self.watcher).await.unwrap();
        rows.into_iter().collect()
    }

    /// The metadata locks that a step holds or waits for on tables, while a reader holds it up.
    async fn locks(&mut self, step: &Step) -> Result<BTreeSet<(String, String)>, sqlx::Error> {
        // An exclusive lock on a second table is asked for last: only its reader shows it.
        let exclusive = step.locks.iter().any(|lock| lock.mode == LockMode::MetadataExclusive);
        let tables: BTreeSet<String> = step
            .locks
            .iter()
            .filter(|lock| !exclusive || lock.mode == LockMode::MetadataExclusive)
            .map(|lock| lock.object.table.as_ref().unwrap_or(&lock.object.name).to_string())
            .collect();
        let (mut held, id) = (BTreeSet::new(), self.id);
        for (at, statement) in step.statements.iter().enumerate() {
            self.reader.execute("START TRANSACTION").await.unwrap();
            for table in &tables {
                let query = AssertSqlSafe(format!("SELECT COUNT(*) FROM `{table}`"));
                // The statement before may have dropped it.
                let _ = sqlx::raw_sql(query).execute(&mut self.reader).await;
            }
            let last = at + 1 == step.statements.len();
            let weaker = step.alternatives.iter().filter(|_| last).flat_map(|forms| &forms.statements);
            let forms: Vec<String> =
                std::iter::once(statement).chain(weaker).map(|sql| sql.as_str().to_owned()).collect();
            let Self { worker, reader, watcher, .. } = self;
            let done = AtomicBool::new(false);
            let work = async {
                let mut result = Ok(());
                for form in forms {
                    result = sqlx::raw_sql(AssertSqlSafe(form)).execute(&mut *worker).await.map(drop);
                    if result.is_ok() {
                        break;
                    }
                }
                done.store(true, Ordering::Relaxed);
                result
            };
            let watch = async {
                // Until it is held up by the reader, or done; a busy machine takes its time.
                for _ in 0..500 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    let rows: Vec<(String, String, String)> = sqlx::query_as(
                        "SELECT CAST(object_name AS CHAR), CAST(lock_type AS CHAR), CAST(lock_status AS CHAR) \
                         FROM performance_schema.metadata_locks l JOIN performance_schema.threads t \
                         ON t.thread_id = l.owner_thread_id \
                         WHERE t.processlist_id = ? AND object_type = 'TABLE' AND object_schema = DATABASE()",
                    )
                    .bind(id)
                    .fetch_all(&mut *watcher)
                    .await
                    .unwrap();
                    let waits = rows.iter().any(|(_, _, status)| status == "PENDING");
                    held.extend(rows.into_iter().map(|(table, mode, _)| (table, mode)));
                    if waits || done.load(Ordering::Relaxed) {
                        break;
                    }
                }
                reader.execute("ROLLBACK").await.unwrap();
            };
            let (result, ()) = tokio::join!(work, watch);
            result?;
        }
        Ok(held)
    }
}

fn says(step: &Step, clause: &str) -> bool {
    step.statements.iter().all(|sql| sql.as_str().contains(clause) || sql.as_str().starts_with("SET "))
}
