//! Foreign keys and checks.

use schema_core::{Check, ForeignKey, ForeignKeyAction, Name, QualifiedName};

use crate::Flavour;
use crate::text::{Cursor, plain_negatives, split_commas};

/// Reads what follows `CONSTRAINT name FOREIGN KEY` on `table`.
pub(super) fn foreign_key(
    name: Name,
    cursor: &mut Cursor<'_>,
    table: &QualifiedName,
    flavour: Flavour,
) -> Option<ForeignKey> {
    let columns = names(cursor.group()?)?;
    if !cursor.take("REFERENCES") {
        return None;
    }
    let first = cursor.name()?;
    let references =
        if cursor.take(".") { QualifiedName::within(first, cursor.name()?) } else { table.sibling(first) };
    let referenced = names(cursor.group()?)?;
    let mut key = ForeignKey::new(columns, references, referenced).named(name);
    key.on_delete = unprinted_action(flavour);
    key.on_update = unprinted_action(flavour);
    while !cursor.is_done() {
        if cursor.take("ON DELETE") {
            key.on_delete = action(cursor)?;
        } else if cursor.take("ON UPDATE") {
            key.on_update = action(cursor)?;
        } else {
            return None;
        }
    }
    Some(key)
}

/// The action that the server does not print: MySQL leaves `NO ACTION` out and prints `RESTRICT`, MariaDB the other
/// way round. To both servers the two are the same.
pub(crate) fn unprinted_action(flavour: Flavour) -> ForeignKeyAction {
    match flavour {
        Flavour::MySql => ForeignKeyAction::NoAction,
        Flavour::MariaDb => ForeignKeyAction::Restrict,
    }
}

fn names(list: &str) -> Option<Vec<Name>> {
    split_commas(list).into_iter().map(|item| Cursor::new(item).name()).collect()
}

fn action(cursor: &mut Cursor<'_>) -> Option<ForeignKeyAction> {
    [
        ("CASCADE", ForeignKeyAction::Cascade),
        ("SET NULL", ForeignKeyAction::SetNull),
        ("SET DEFAULT", ForeignKeyAction::SetDefault),
        ("RESTRICT", ForeignKeyAction::Restrict),
        ("NO ACTION", ForeignKeyAction::NoAction),
    ]
    .into_iter()
    .find_map(|(words, action)| cursor.take(words).then_some(action))
}

/// Reads what follows `CONSTRAINT name CHECK`.
pub(super) fn check(name: Name, cursor: &mut Cursor<'_>) -> Option<Check> {
    let mut check = Check::new(plain_negatives(cursor.group()?)).named(name);
    if cursor.take("NOT ENFORCED") {
        check.enforced = false;
    }
    Some(check)
}
