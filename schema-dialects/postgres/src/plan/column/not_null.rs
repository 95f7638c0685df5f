//! PostgreSQL 18: the names of NOT NULL.

use schema_core::{Column, Database, Error, Name, PostgresNotNull, QualifiedName};

use super::super::{Planner, parents};
use super::{heirs, id};
use crate::quote;
use crate::render::column::not_null_constraint;
use crate::render::{constraint, implicit_name, table as render};

/// PostgreSQL 18: gives a NOT NULL its usual name where the server would not: beside another constraint of that name,
/// such as one of a table that was called so once, and beside that of a partition, which may have kept the name.
pub(in super::super) fn name_not_null(planner: &Planner<'_>, table: &QualifiedName, column: &mut Column) {
    let Some(name) = own_name(table, column).filter(|_| planner.version.major >= 18) else { return };
    if planner.is_partitioned(table) || planner.constraint_names.is_taken(table, &name) {
        column.postgres.not_null.get_or_insert(not_null(name));
    }
}

/// A NOT NULL constraint with nothing to it but its name.
pub(in super::super) fn not_null(name: Name) -> PostgresNotNull {
    PostgresNotNull { name, no_inherit: false, validated: true, comment: None }
}

/// PostgreSQL 18: the name of the NOT NULL that a table has itself in a column, and not from a parent alone.
pub(in super::super) fn own_name(table: &QualifiedName, column: &Column) -> Option<Name> {
    let given = column.postgres.not_null.as_ref().map(|not_null| not_null.name.clone());
    let own = !column.nullable && !column.postgres.inherited && !column.postgres.inherited_not_null;
    given.or_else(|| own.then(|| implicit_name(&table.name, &column.name, "not_null")))
}

/// PostgreSQL 18: the name that an inherited column's NOT NULL has from a parent, which it keeps.
pub(in super::super) fn passed_not_null(
    database: &Database,
    table: &QualifiedName,
    column: &Name,
) -> Option<Name> {
    let child = database.table(table)?;
    let postgres = &child.columns.get(column)?.postgres;
    if !postgres.inherited && !postgres.inherited_not_null {
        return None;
    }
    let of_parent = |parent: &QualifiedName| {
        let passing = database.table(parent)?.columns.get(column).filter(|column| !column.nullable)?;
        own_name(parent, passing).or_else(|| passed_not_null(database, parent, column))
    };
    parents(child).find_map(of_parent)
}

/// PostgreSQL 18: whether a parent has a NOT NULL that its heirs take.
pub(in super::super) fn passes_not_null(database: &Database, parent: &QualifiedName, column: &Name) -> bool {
    let column = database.table(parent).and_then(|parent| parent.columns.get(column));
    column.is_some_and(|column| {
        let own = column.postgres.not_null.as_ref();
        !column.nullable && !own.is_some_and(|not_null| not_null.no_inherit)
    })
}

/// PostgreSQL 18: a NOT NULL that a table inherits has one name for good, and so whether it is the table's own too.
pub(super) fn refuse_renaming(
    planner: &Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
) -> Result<(), Error> {
    let (old, new) = (own_name(table, before), own_name(table, after));
    let stays = !before.nullable && !after.nullable && planner.version.major >= 18;
    let possible = || match (&old, &new) {
        // What is its parent's becomes its own too, under the name that it has.
        (None, new) => new.is_none() || passed_not_null(&planner.now, table, &after.name) == *new,
        (Some(_), None) => false,
        (Some(old), Some(new)) => {
            let now = planner.now.table(table);
            let passed = now.is_some_and(|now| {
                parents(now).any(|parent| passes_not_null(&planner.now, parent, &after.name))
            });
            let another = |(child, column): (QualifiedName, Column)| {
                own_name(&child, &column).is_some_and(|name| name != *old)
            };
            old == new || !passed && !heirs(planner, table, &after.name, false).into_iter().any(another)
        }
    };
    if !stays || possible() {
        return Ok(());
    }
    Err(Error::Unsupported {
        object: id(table, after),
        reason: "the NOT NULL of a column that is inherited keeps the name that it has, as long as a parent and an heir \
                 each have one; declare it as it is, or drop the table and make it again"
            .to_owned(),
    })
}

/// What stands around a change of a column's type, so that each table's NOT NULL keeps its name.
#[derive(Default)]
pub(super) struct Around {
    pub(super) first: Vec<String>,
    pub(super) last: Vec<String>,
}

/// PostgreSQL 18: with the type the server makes NOT NULL anew, under the name that it has in the uppermost table, for
/// which it renames that of a partition, or fails. So where the names differ, NOT NULL goes first, and comes again
/// from the lowest table up: what a table has already, it keeps when its parent gets it.
pub(super) fn keep_names(planner: &Planner<'_>, table: &QualifiedName, column: &Column) -> Around {
    let given = constraint_of(table, column);
    if planner.version.major < 18 || column.nullable || given.no_inherit {
        return Around::default();
    }
    let mut owners: Vec<(QualifiedName, PostgresNotNull)> = heirs(planner, table, &column.name, false)
        .into_iter()
        .filter(|(child, column)| own_name(child, column).is_some())
        .map(|(child, column)| {
            let constraint = constraint_of(&child, &column);
            (child, constraint)
        })
        .filter(|(_, constraint)| constraint.name != given.name)
        .collect();
    if owners.is_empty() {
        return Around::default();
    }
    owners.insert(0, (table.clone(), given));
    let quoted = quote::name(&column.name);
    let mut around = Around::default();
    for (owner, constraint) in &owners {
        let alter = |clause: String| render::alter(owner, planner.is_foreign(owner), false, &[clause]);
        around.first.push(alter(format!("ALTER COLUMN {quoted} DROP NOT NULL")));
        let text = constraint.comment.as_deref();
        around.last.extend(text.map(|text| constraint::comment_on(owner, &constraint.name, Some(text))));
        around.last.push(alter(format!("ADD {}", not_null_constraint(constraint, &column.name))));
    }
    around.last.reverse();
    around
}

/// The constraint by which a column is not NULL.
pub(super) fn constraint_of(table: &QualifiedName, column: &Column) -> PostgresNotNull {
    let usual = || not_null(implicit_name(&table.name, &column.name, "not_null"));
    column.postgres.not_null.clone().unwrap_or_else(usual)
}
