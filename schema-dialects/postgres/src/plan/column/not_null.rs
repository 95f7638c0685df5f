//! PostgreSQL 18: the names of NOT NULL.

use schema_core::{Database, Name, QualifiedName};

use super::super::{Planner, parents};
use crate::render::implicit_name;

/// PostgreSQL 18: the NOT NULL of a partitioned table's column gets its usual name, which the server would not give it
/// beside a new partition's.
pub(in super::super) fn name_not_null(
    planner: &Planner<'_>,
    table: &QualifiedName,
    column: &mut schema_core::Column,
) {
    if planner.version.major >= 18 && !column.nullable {
        let name = implicit_name(&table.name, &column.name, "not_null");
        column.postgres.not_null.get_or_insert(not_null(name));
    }
}

pub(in super::super) fn not_null(name: Name) -> schema_core::PostgresNotNull {
    schema_core::PostgresNotNull { name, no_inherit: false, validated: true, comment: None }
}

/// PostgreSQL 18: the name that an inherited column's NOT NULL has from a parent, which it keeps.
pub(in super::super) fn passed_not_null(
    database: &Database,
    table: &QualifiedName,
    column: &Name,
) -> Option<Name> {
    let child = database.table(table)?;
    if !child.columns.get(column)?.postgres.inherited {
        return None;
    }
    let of_parent = |parent: &QualifiedName| {
        let passing = database.table(parent)?.columns.get(column).filter(|column| !column.nullable)?;
        let own = passing.postgres.not_null.as_ref().map(|not_null| not_null.name.clone());
        let passed = own.or_else(|| passed_not_null(database, parent, column));
        Some(passed.unwrap_or_else(|| implicit_name(&parent.name, column, "not_null")))
    };
    parents(child).find_map(of_parent)
}
