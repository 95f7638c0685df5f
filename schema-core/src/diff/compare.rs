//! Makes the diff between two schemas.

use super::{Diff, ObjectChange, Renames, TableDiff, parts};
use crate::{Canonical, Database, Name, Object, Table};

/// What leads from one canonical schema to another, given what was renamed.
///
/// Linear in the size of the two. Renames that name nothing in `before` are left out: they are done.
///
/// ```
/// use schema_core::diff::{diff, Renames};
/// use schema_core::{Canonical, Column, Database, Dependencies, Table, Type};
/// let users = Table::new("users").column(Column::new("id", Type::native("bigint")));
/// let a = Canonical::observed(Database::new(), Dependencies::default());
/// let b = Canonical::observed(Database::new().with(users), Dependencies::default());
/// let d = diff(&a, &b, &Renames::default());
/// assert_eq!(d.apply(a.database.clone())?, b.database);
/// assert_eq!(d.inverse(), diff(&b, &a, &Renames::default()));
/// # Ok::<(), schema_core::diff::ApplyError>(())
/// ```
pub fn diff(before: &Canonical, after: &Canonical, renames: &Renames) -> Diff {
    let renames: Renames =
        renames.iter().filter(|rename| before.database.contains(&rename.from)).cloned().collect();
    if renames.is_empty() {
        return Diff { renames, changes: databases(&before.database, &after.database) };
    }
    let renamed = renames.apply(before.database.clone());
    Diff { renames, changes: databases(&renamed, &after.database) }
}

/// The changes between two sets of objects, in the order of identities.
pub(crate) fn databases(before: &Database, after: &Database) -> Vec<ObjectChange> {
    let mut changes: Vec<ObjectChange> = before
        .objects()
        .filter(|(id, _)| after.get(id).is_none())
        .map(|(_, object)| ObjectChange::Drop(object.clone()))
        .collect();
    let touched = after.objects().filter(|(id, _)| !after.shares(before, id));
    changes.extend(touched.filter_map(|(id, object)| change(before.get(id), Some(object))));
    changes.sort_by_cached_key(ObjectChange::id);
    changes
}

/// What is between two states of one object, if anything.
pub(super) fn change(before: Option<&Object>, after: Option<&Object>) -> Option<ObjectChange> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(ObjectChange::Create(after.clone())),
        (Some(before), None) => Some(ObjectChange::Drop(before.clone())),
        (Some(Object::Table(before)), Some(Object::Table(after))) => {
            table(before, after).map(|diff| ObjectChange::AlterTable(Box::new(diff)))
        }
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => {
            Some(ObjectChange::Alter { before: Box::new(before.clone()), after: Box::new(after.clone()) })
        }
    }
}

/// What is between two states of a table, if anything.
pub(super) fn table(before: &Table, after: &Table) -> Option<TableDiff> {
    let names = |table: &Table| -> Vec<Name> { table.columns.names().cloned().collect() };
    let diff = TableDiff {
        name: after.name.clone(),
        columns: parts::diff(&before.columns, &after.columns),
        primary_key: parts::change(before.primary_key.as_ref(), after.primary_key.as_ref()),
        uniques: parts::diff(&before.uniques, &after.uniques),
        checks: parts::diff(&before.checks, &after.checks),
        foreign_keys: parts::diff(&before.foreign_keys, &after.foreign_keys),
        exclusions: parts::diff(&before.exclusions, &after.exclusions),
        indexes: parts::diff(&before.indexes, &after.indexes),
        options: (before.options != after.options)
            .then(|| Box::new((before.options.clone(), after.options.clone()))),
        column_names: (!before.columns.names().eq(after.columns.names()))
            .then(|| Box::new((names(before), names(after)))),
        spelling: (before.spelling.clone(), after.spelling.clone()),
    };
    (!diff.is_empty()).then(|| diff.in_order())
}
