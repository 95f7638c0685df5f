//! The ledger's statements.

use schema_core::{Cell, Error, LedgerStatement};
use sea_query::PostgresQueryBuilder;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row, TypeInfo, ValueRef};

use crate::error;

/// Whether there is a ledger, as a condition.
pub(super) const EXISTS: &str = "EXISTS (SELECT FROM pg_catalog.pg_class c \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = 'groundplan' AND c.relname = 'groundplan_state')";

/// Runs a statement, and gives back its rows if it asks for any. sea-query quotes the values.
pub(super) async fn run(
    connection: &mut PgConnection,
    statement: &LedgerStatement,
) -> Result<Vec<Vec<Cell>>, Error> {
    let sql = match statement {
        LedgerStatement::Create(statement) => {
            crate::inspect::run(connection, "CREATE SCHEMA IF NOT EXISTS groundplan").await?;
            statement.to_string(PostgresQueryBuilder)
        }
        LedgerStatement::Select(statement) => statement.to_string(PostgresQueryBuilder),
        LedgerStatement::Insert(statement) => statement.to_string(PostgresQueryBuilder),
        LedgerStatement::Update(statement) => statement.to_string(PostgresQueryBuilder),
        LedgerStatement::Delete(statement) => statement.to_string(PostgresQueryBuilder),
    };
    let rows = sqlx::query(AssertSqlSafe(sql))
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(error::query)?;
    rows.iter().map(|row| cells(row).map_err(error::query)).collect()
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            match value.type_info().name() {
                "INT8" => row.try_get(at).map(Cell::Int),
                "INT4" => row.try_get::<i32, _>(at).map(|number| Cell::Int(number.into())),
                _text => row.try_get_unchecked(at).map(Cell::Text),
            }
        })
        .collect()
}
