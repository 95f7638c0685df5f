//! Constraints that SQLite changes in place, from 3.53 on: NOT NULL, and checks with a name
//! (<https://sqlite.org/lang_altertable.html>). Rows are read, not written.

use schema_core::diff::{Change, Diff, TableDiff};
use schema_core::plan::{Hazard, HazardCode, Step, Work};
use schema_core::{Check, Column, KeyPart, ObjectKind, Part, Table};

use super::probe::Rows;
use crate::quote::{identifier, object};
use crate::render;

/// Whether a column changes in nothing but whether it may be NULL. A key decides that for its columns itself.
pub(super) fn is_nullability(table: &Table, before: &Column, after: &Column) -> bool {
    let mut same = before.clone();
    same.nullable = after.nullable;
    same.sqlite.not_null_conflict = after.sqlite.not_null_conflict;
    let mut key =
        table.primary_key.iter().flat_map(|key| key.columns.iter().filter_map(KeyPart::column_name));
    same == *after && before.nullable != after.nullable && !key.any(|name| *name == before.name)
}

/// `SET NOT NULL` or `DROP NOT NULL`.
pub(super) fn set_nullability(table: &Table, before: &Column, after: &Column, rows: &Rows) -> Step {
    let id = table.id().part(ObjectKind::Column, &after.name);
    let mut diff = TableDiff::new(table.name.clone());
    diff.columns.push(Change::Modify { before: before.clone(), after: after.clone() });
    let alter =
        format!("ALTER TABLE {} ALTER COLUMN {}", object(&table.name), identifier(after.name.as_str()));
    let statement = |column: &Column| {
        let conflict = render::column::on_conflict(column.sqlite.not_null_conflict);
        if column.nullable {
            format!("{alter} DROP NOT NULL")
        } else {
            format!("{alter} SET NOT NULL{conflict}")
        }
    };
    let title = if after.nullable { "allow NULL in" } else { "refuse NULL in" };
    let step = Step::new(id, format!("{title} column {}", after.name), diff.into())
        .statement(statement(after))
        .undo(statement(before));
    if after.nullable {
        return step;
    }
    let message = format!("writing NULL to {} is refused", after.name);
    step.work(Work::Scan).hazard(Hazard::new(HazardCode::NotNull, message)).probe(rows.nulls(&after.name))
}

/// `ADD CONSTRAINT … CHECK`.
pub(super) fn add_check(table: &Table, check: &Check, rows: &Rows) -> Step {
    let message = format!("{}: rows must meet {}", table.name, check.expression);
    alter(table, check, Change::Add(check.clone()))
        .statement(added(table, check))
        .undo(dropped(table, check))
        .work(Work::Scan)
        .hazard(Hazard::new(HazardCode::ConstraintAdded, message))
        .probe(rows.violations(check))
}

/// `DROP CONSTRAINT`.
pub(super) fn drop_check(table: &Table, check: &Check) -> Step {
    let message = format!("{}: rows need no longer meet {}", table.name, check.expression);
    alter(table, check, Change::Drop(check.clone()))
        .statement(dropped(table, check))
        .undo(added(table, check))
        .hazard(Hazard::new(HazardCode::ConstraintDropped, message))
}

fn alter(table: &Table, check: &Check, change: Change<Check>) -> Step {
    let title = match &change {
        Change::Drop(_) => "drop",
        Change::Add(_) | Change::Modify { .. } => "add",
    };
    let mut diff = TableDiff::new(table.name.clone());
    diff.checks.push(change);
    let id = table.id().part(ObjectKind::Check, check.key());
    Step::new(id, format!("{title} check {}", check.key()), Diff::from(diff))
}

fn added(table: &Table, check: &Check) -> String {
    format!("ALTER TABLE {} ADD {}", object(&table.name), render::table::check(check))
}

fn dropped(table: &Table, check: &Check) -> String {
    format!("ALTER TABLE {} DROP CONSTRAINT {}", object(&table.name), identifier(check.key().as_str()))
}
