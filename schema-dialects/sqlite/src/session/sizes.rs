//! How large tables are, without reading them.

use schema_core::{Error, QualifiedName, TableSize, TableSizes};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::error;
use crate::quote::{identifier, string};

/// How many tables one statement asks about: SQLite allows 500 parts.
const AT_ONCE: usize = 200;

/// Beyond that many rows nobody counts any more.
const ENOUGH: u32 = 1_000_000;

/// The number of the last row, which is one step down the tree; tables without such numbers are counted up to a limit.
pub(super) async fn sizes(connection: &mut SqliteConnection) -> Result<TableSizes, Error> {
    const TABLES: &str = "SELECT name, wr <> 0 FROM pragma_table_list \
                          WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'";
    let tables: Vec<(String, bool)> =
        sqlx::query_as(TABLES).fetch_all(&mut *connection).await.map_err(|e| error::database(&e, TABLES))?;
    let mut sizes = TableSizes::default();
    for some in tables.chunks(AT_ONCE) {
        let parts: Vec<String> =
            some.iter().map(|(name, without_rowid)| part(name, *without_rowid)).collect();
        let query = parts.join(" UNION ALL ");
        let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(query.clone()))
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .map_err(|e| error::database(&e, &query))?;
        sizes.tables.extend(rows.into_iter().map(|(name, rows)| {
            (QualifiedName::new(name), TableSize { rows: u64::try_from(rows).ok(), bytes: None })
        }));
    }
    Ok(sizes)
}

fn part(name: &str, without_rowid: bool) -> String {
    let (label, table) = (string(name), identifier(name));
    if without_rowid {
        return format!("SELECT {label}, (SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {ENOUGH}))");
    }
    format!("SELECT {label}, (SELECT coalesce(CAST(max(_rowid_) AS INTEGER), 0) FROM {table})")
}
