//! What `ANALYZE` has found out about tables, which goes with the table that a rebuild drops.

use schema_core::Error;
use sqlx::SqliteConnection;

use crate::error;

/// The rows of `sqlite_stat1`, each with the shape of its index: of another index they would tell nothing.
#[derive(Debug, Default)]
pub(super) struct Statistics(Vec<Row>);

/// The table, the index if it is of one, what was found, and the index's key.
type Row = (String, Option<String>, Option<String>, Option<String>);

/// Reads them, if there are any.
pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Statistics, Error> {
    const THERE: &str = "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_stat1'";
    const ALL: &str = "SELECT s.tbl, s.idx, s.stat, \
                       (SELECT group_concat(x.cid || ' ' || x.\"desc\" || ' ' || x.coll) \
                       FROM pragma_index_xinfo(s.idx, 'main') AS x) FROM main.sqlite_stat1 AS s";
    let there: i64 = sqlx::query_scalar(THERE)
        .fetch_one(&mut *connection)
        .await
        .map_err(|e| error::database(&e, THERE))?;
    if there == 0 {
        return Ok(Statistics::default());
    }
    let rows = sqlx::query_as(ALL).fetch_all(connection).await.map_err(|e| error::database(&e, ALL))?;
    Ok(Statistics(rows))
}

impl Statistics {
    /// Writes back what is gone though its table is there, and its index as it was.
    pub(super) async fn keep(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        const KEEP: &str = "INSERT INTO main.sqlite_stat1 (tbl, idx, stat) SELECT ?1, ?2, ?3 \
                            WHERE EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1) \
                            AND (SELECT group_concat(x.cid || ' ' || x.\"desc\" || ' ' || x.coll) \
                            FROM pragma_index_xinfo(?2, 'main') AS x) IS ?4";
        if self.0.is_empty() {
            return Ok(());
        }
        let now = read(connection).await?;
        let gone = |row: &&Row| !now.0.iter().any(|other| (&other.0, &other.1) == (&row.0, &row.1));
        for (table, index, found, shape) in self.0.iter().filter(gone) {
            sqlx::query(KEEP)
                .bind(table)
                .bind(index)
                .bind(found)
                .bind(shape)
                .execute(&mut *connection)
                .await
                .map_err(|e| error::database(&e, KEEP))?;
        }
        Ok(())
    }
}
