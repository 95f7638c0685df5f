//! The ledger's statements.

use schema_core::{Cell, Error, LedgerStatement};
use sea_query::SqliteQueryBuilder;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection, TypeInfo, ValueRef};

use crate::error;

/// Runs a statement, and gives back its rows if it asks for any.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    statement: &LedgerStatement,
) -> Result<Vec<Vec<Cell>>, Error> {
    let sql = match statement {
        LedgerStatement::Create(statement) => statement.to_string(SqliteQueryBuilder),
        LedgerStatement::Select(statement) => statement.to_string(SqliteQueryBuilder),
        LedgerStatement::Insert(statement) => statement.to_string(SqliteQueryBuilder),
        LedgerStatement::Update(statement) => statement.to_string(SqliteQueryBuilder),
        LedgerStatement::Delete(statement) => statement.to_string(SqliteQueryBuilder),
    };
    let rows = sqlx::query(AssertSqlSafe(sql.clone()))
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(|e| error::database(&e, &sql))?;
    rows.iter().map(|row| cells(row).map_err(|e| error::database(&e, &sql))).collect()
}

fn cells(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            match value.type_info().name() {
                "INTEGER" => row.try_get_unchecked(at).map(Cell::Int),
                _text => row.try_get_unchecked(at).map(Cell::Text),
            }
        })
        .collect()
}
