//! Foreign keys and checks.

use std::fmt::Write as _;

use schema_core::{Check, ForeignKey, ForeignKeyAction, Name};

use crate::inspect::unprinted_action;
use crate::{Flavour, quote};

/// A foreign key as CREATE TABLE lists it and ALTER TABLE adds it.
pub(crate) fn foreign_key(key: &ForeignKey, flavour: Flavour) -> String {
    let action = |action: ForeignKeyAction| match action {
        action if action == unprinted_action(flavour) => None,
        ForeignKeyAction::NoAction => Some("NO ACTION"),
        ForeignKeyAction::Restrict => Some("RESTRICT"),
        ForeignKeyAction::Cascade => Some("CASCADE"),
        ForeignKeyAction::SetNull => Some("SET NULL"),
        ForeignKeyAction::SetDefault => Some("SET DEFAULT"),
    };
    let mut sql = format!(
        "{}FOREIGN KEY ({}) REFERENCES {} ({})",
        constraint(key.name.as_ref()),
        quote::names(&key.columns),
        quote::qualified(&key.references),
        quote::names(&key.referenced_columns)
    );
    if let Some(action) = action(key.on_delete) {
        let _ = write!(sql, " ON DELETE {action}");
    }
    if let Some(action) = action(key.on_update) {
        let _ = write!(sql, " ON UPDATE {action}");
    }
    sql
}

/// A check as CREATE TABLE lists it and ALTER TABLE adds it.
pub(crate) fn check(check: &Check) -> String {
    let enforced = if check.enforced { "" } else { " NOT ENFORCED" };
    format!("{}CHECK ({}){enforced}", constraint(check.name.as_ref()), check.expression)
}

fn constraint(name: Option<&Name>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote::name(name))).unwrap_or_default()
}
