//! Makes the diff between two schemas.

use super::{Change, Diff, ObjectChange, Renames, TableDiff, parts};
use crate::{Canonical, Database, Name, Object, Part, Parts, Table};

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
    changes.extend(after.objects().filter_map(|(id, object)| match before.get(id) {
        None => Some(ObjectChange::Create(object.clone())),
        Some(old) => objects(old, object),
    }));
    changes.sort_by_cached_key(ObjectChange::id);
    changes
}

fn objects(before: &Object, after: &Object) -> Option<ObjectChange> {
    match (before, after) {
        (Object::Table(before), Object::Table(after)) => {
            table(before, after).map(|diff| ObjectChange::AlterTable(Box::new(diff)))
        }
        (before, after) if before == after => None,
        (before, after) => {
            Some(ObjectChange::Alter { before: Box::new(before.clone()), after: Box::new(after.clone()) })
        }
    }
}

/// What is between two states of a table, if anything.
pub(super) fn table(before: &Table, after: &Table) -> Option<TableDiff> {
    let diff = TableDiff {
        name: after.name.clone(),
        columns: parts::diff(&before.columns, &after.columns),
        primary_key: option(before.primary_key.as_ref(), after.primary_key.as_ref()),
        uniques: parts::diff(&before.uniques, &after.uniques),
        checks: parts::diff(&before.checks, &after.checks),
        foreign_keys: parts::diff(&before.foreign_keys, &after.foreign_keys),
        exclusions: parts::diff(&before.exclusions, &after.exclusions),
        indexes: parts::diff(&before.indexes, &after.indexes),
        options: (before.options != after.options)
            .then(|| Box::new((before.options.clone(), after.options.clone()))),
        column_order: column_order(&before.columns, &after.columns),
        spelling: (before.spelling.clone(), after.spelling.clone()),
    };
    (!diff.is_empty()).then_some(diff)
}

pub(super) fn option<T: Clone + PartialEq>(before: Option<&T>, after: Option<&T>) -> Option<Change<T>> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(Change::Add(after.clone())),
        (Some(before), None) => Some(Change::Drop(before.clone())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some(Change::Modify { before: before.clone(), after: after.clone() }),
    }
}

/// The order before and after, where it is not what is left of the old order followed by what is new.
fn column_order<T: Part>(before: &Parts<T>, after: &Parts<T>) -> Option<(Vec<Name>, Vec<Name>)> {
    let natural = before
        .names()
        .filter(|name| after.contains(name))
        .chain(after.names().filter(|name| !before.contains(name)));
    let backward = after
        .names()
        .filter(|name| before.contains(name))
        .chain(before.names().filter(|name| !after.contains(name)));
    let natural_both_ways = natural.eq(after.names()) && backward.eq(before.names());
    (!natural_both_ways).then(|| (before.names().cloned().collect(), after.names().cloned().collect()))
}
