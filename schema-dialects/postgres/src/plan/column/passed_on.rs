//! What becomes of the NOT NULL of heirs and partitions when it comes to a column of their parent, or goes from it.

use schema_core::{Column, Name, PostgresColumn, QualifiedName};

use super::super::{Planner, parents};
use super::heirs;
use super::not_null::{constraint_of, not_null, own_name, passed_not_null, passes_not_null};
use crate::render::implicit_name;

/// Columns of heirs, as they become.
type Heirs = Vec<(QualifiedName, Column)>;

/// The heirs that get NOT NULL with a column.
pub(super) fn getting(planner: &Planner<'_>, table: &QualifiedName, after: &Column) -> Heirs {
    if after.postgres.not_null.as_ref().is_some_and(|not_null| not_null.no_inherit) {
        return Heirs::new();
    }
    let all = heirs(planner, table, &after.name, false).into_iter();
    all.map(|(child, column)| {
        let postgres = if planner.version.major < 18 || !column.nullable {
            column.postgres.clone()
        } else if is_partition(planner, &child) {
            // It gets one of its own, under the parent's name.
            let name = constraint_of(table, after).name;
            let given = name != implicit_name(&child.name, &after.name, "not_null");
            PostgresColumn { not_null: given.then(|| not_null(name)), ..column.postgres.clone() }
        } else {
            let inherited_not_null = !column.postgres.inherited;
            PostgresColumn { not_null: None, inherited_not_null, ..column.postgres.clone() }
        };
        (child, Column { nullable: false, postgres, ..column })
    })
    .collect()
}

/// What goes with the NOT NULL of a column.
pub(super) struct Losing {
    /// Whether it goes from the table alone, because heirs keep theirs.
    pub(super) only: bool,
    /// The heirs' columns that become others.
    pub(super) heirs: Heirs,
}

/// What goes with the NOT NULL of a column. Partitions do not keep theirs: they get another.
pub(super) fn losing(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Losing {
    let mut losers = Heirs::new();
    let mut tables = vec![table.clone()];
    while let Some(parent) = tables.pop() {
        let children = planner.own_children(&parent).filter_map(|child| {
            let column = child.columns.get(column).filter(|column| !column.nullable)?;
            Some((child.name.clone(), column.clone()))
        });
        for (child, column) in children.filter(|(child, column)| !has_other(planner, child, column, &parent))
        {
            tables.push(child.clone());
            losers.push((child, column));
        }
    }
    let only = !planner.is_partitioned(table)
        && losers.iter().any(|(child, _)| wanted(planner, child, column).is_some());
    let heirs = if only {
        let children = losers.into_iter().filter(|(child, _)| {
            planner.version.major >= 18
                && planner.now.table(child).is_some_and(|child| parents(child).any(|parent| parent == table))
        });
        children.map(|(child, column)| its_own(planner, child, column)).collect()
    } else {
        losers.into_iter().map(|(child, column)| (child, without(&column))).collect()
    };
    Losing { only, heirs }
}

/// A column as it is to be, if it is to be NOT NULL.
pub(super) fn wanted(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Option<Column> {
    let next = planner.after.database.table(table)?.columns.get(column)?;
    (!next.nullable).then(|| next.clone())
}

pub(super) fn is_partition(planner: &Planner<'_>, table: &QualifiedName) -> bool {
    planner.now.table(table).is_some_and(|table| table.options.postgres.partition_of.is_some())
}

/// PostgreSQL 18: whether an heir is NOT NULL by itself, or by another parent too.
fn has_other(planner: &Planner<'_>, child: &QualifiedName, column: &Column, parent: &QualifiedName) -> bool {
    if planner.version.major < 18 || is_partition(planner, child) {
        return false;
    }
    let passes =
        |other: &QualifiedName| other != parent && passes_not_null(&planner.now, other, &column.name);
    own_name(child, column).is_some()
        || planner.now.table(child).is_some_and(|child| parents(child).any(passes))
}

/// The column of an heir whose parent's NOT NULL becomes its own.
fn its_own(planner: &Planner<'_>, child: QualifiedName, column: Column) -> (QualifiedName, Column) {
    let usual = implicit_name(&child.name, &column.name, "not_null");
    let name = passed_not_null(&planner.now, &child, &column.name);
    let special = name.filter(|name| column.postgres.inherited || *name != usual);
    let postgres = PostgresColumn {
        not_null: special.map(not_null),
        inherited_not_null: false,
        ..column.postgres.clone()
    };
    (child, Column { postgres, ..column })
}

/// The column, which may be NULL.
pub(super) fn without(column: &Column) -> Column {
    let postgres = PostgresColumn { not_null: None, inherited_not_null: false, ..column.postgres.clone() };
    Column { nullable: true, postgres, ..column.clone() }
}
