//! Who holds what a plan needs.

use std::time::Duration;

use schema_core::plan::{Lock, LockMode};
use schema_core::{Blocker, BlockerKind, Error, QualifiedName, Sql};
use sqlx::PgConnection;

use crate::{error, quote};

/// The weakest lock that keeps one of this mode waiting, by its place in the order of modes, from 1.
/// <https://www.postgresql.org/docs/current/explicit-locking.html#TABLE-LOCK-COMPATIBILITY>
fn weakest_conflict(mode: LockMode) -> Option<i32> {
    match mode {
        LockMode::AccessExclusive => Some(1),
        LockMode::Exclusive => Some(2),
        // A concurrent build waits for writers, though its own lock lets them go on.
        LockMode::ShareRowExclusive | LockMode::Share | LockMode::ShareUpdateExclusive => Some(3),
        LockMode::AccessShare
        | LockMode::RowShare
        | LockMode::RowExclusive
        | LockMode::MetadataInstant
        | LockMode::MetadataShared
        | LockMode::MetadataExclusive
        | LockMode::Writer => None,
    }
}

pub(super) async fn find(
    connection: &mut PgConnection,
    touched: &[Lock],
    longer_than: Duration,
) -> Result<Vec<Blocker>, Error> {
    let (mut schemas, mut names, mut ranks) = (Vec::new(), Vec::new(), Vec::new());
    for lock in touched {
        let table = lock.object.table_name().unwrap_or(lock.object.qualified_name());
        if let (Some(schema), Some(rank)) = (table.schema, weakest_conflict(lock.mode)) {
            schemas.push(schema.to_string());
            names.push(table.name.to_string());
            ranks.push(rank);
        }
    }
    let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(include_str!("blockers.sql"))
        .bind(schemas)
        .bind(names)
        .bind(ranks)
        .bind(longer_than.as_secs_f64())
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(error::query)?;
    let blocker = |(kind, schema, name, count, seconds): (String, String, String, i64, i64)| {
        let table = QualifiedName::within(schema, name);
        let (kind, show) = match kind.as_str() {
            "transaction" => (BlockerKind::Transaction, holders(&table, "a.xact_start IS NOT NULL")),
            "prepared" => (BlockerKind::Prepared, "SELECT * FROM pg_prepared_xacts".to_owned()),
            "vacuum" => (BlockerKind::Vacuum, holders(&table, "a.query ILIKE '%vacuum%'")),
            _invalid_index => (BlockerKind::InvalidIndex, invalid_indexes(&table)),
        };
        let number = |number: i64| u64::try_from(number).unwrap_or_default();
        Blocker {
            kind,
            table: Some(table),
            count: number(count),
            seconds: number(seconds),
            show: Sql::new(show),
        }
    };
    Ok(rows.into_iter().map(blocker).collect())
}

fn regclass(table: &QualifiedName) -> String {
    format!("{}::regclass", quote::literal(&quote::qualified(table)))
}

fn holders(table: &QualifiedName, which: &str) -> String {
    format!(
        "SELECT DISTINCT a.pid, a.usename, a.application_name, a.state, a.xact_start FROM pg_stat_activity a JOIN \
         pg_locks l ON l.pid = a.pid WHERE l.relation = {} AND a.pid <> pg_backend_pid() AND {which}",
        regclass(table)
    )
}

fn invalid_indexes(table: &QualifiedName) -> String {
    format!(
        "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = {} AND NOT indisvalid",
        regclass(table)
    )
}
