//! Rows that refer to nothing, before and after.

use indexmap::IndexMap;
use schema_core::Error;
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::error;
use crate::quote::string;

/// How often each reference to nothing occurs, by table, row and referenced table. A row of a table without
/// rowids has no number.
#[derive(Debug, Default)]
pub(super) struct Orphans(IndexMap<Key, u64>);

type Key = (String, Option<i64>, String);

impl Orphans {
    /// What is here and was not before, in words. A violation that only moved, because its table was renamed,
    /// is none.
    pub(super) fn beyond(&self, before: &Self) -> Option<String> {
        let mut left = before.0.clone();
        let mut new: IndexMap<Key, u64> = IndexMap::new();
        for (key, count) in &self.0 {
            let known = left.get_mut(key).map_or(0, |left| {
                let known = (*left).min(*count);
                *left -= known;
                known
            });
            if *count > known {
                new.insert(key.clone(), count - known);
            }
        }
        let mut moved: IndexMap<Option<i64>, u64> = IndexMap::new();
        for ((_, row, _), count) in left {
            *moved.entry(row).or_default() += count;
        }
        for ((_, row, _), count) in &mut new {
            if let Some(left) = moved.get_mut(row) {
                let known = (*left).min(*count);
                *left -= known;
                *count -= known;
            }
        }
        let mut tables: IndexMap<(&str, &str), u64> = IndexMap::new();
        for ((table, _, parent), count) in new.iter().filter(|(_, count)| **count > 0) {
            *tables.entry((table, parent)).or_default() += count;
        }
        if tables.is_empty() {
            return None;
        }
        let list: Vec<String> = tables
            .iter()
            .map(|((table, parent), count)| format!("{count} rows of {table} refer to no row of {parent}"))
            .collect();
        Some(format!("{}; everything was rolled back", list.join(", ")))
    }
}

/// Every reference to nothing that the database holds. A foreign key to a table that is not there was declared so,
/// and no row can do anything about it.
pub(super) async fn orphans(connection: &mut SqliteConnection) -> Result<Orphans, Error> {
    const ALL: &str = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check \
                       WHERE parent IN (SELECT name COLLATE NOCASE FROM sqlite_schema WHERE type = 'table')";
    const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage <> 0";
    if let Ok(rows) = sqlx::query_as::<_, Key>(ALL).fetch_all(&mut *connection).await {
        return Ok(count(rows));
    }
    // One foreign key without a unique key on the other side makes the whole check fail: look table by table.
    let tables: Vec<(String,)> =
        sqlx::query_as(TABLES).fetch_all(&mut *connection).await.map_err(|e| error::database(&e, TABLES))?;
    let mut all = Vec::new();
    for (table,) in tables {
        let query = format!(
            "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check({}) \
             WHERE parent IN (SELECT name COLLATE NOCASE FROM sqlite_schema WHERE type = 'table')",
            string(&table)
        );
        // A table whose foreign keys cannot be checked has none that hold, before and after.
        if let Ok(rows) = sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut *connection).await {
            all.extend(rows);
        }
    }
    Ok(count(all))
}

fn count(rows: Vec<Key>) -> Orphans {
    let mut orphans = Orphans::default();
    for key in rows {
        *orphans.0.entry(key).or_default() += 1;
    }
    orphans
}
