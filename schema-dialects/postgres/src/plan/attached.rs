//! The indexes of partitions, which belong to those of their parents: what goes with what.

use std::collections::HashSet;

use schema_core::diff::{Change, ObjectChange};
use schema_core::{Index, Name, ObjectId, ObjectKind, Part, QualifiedName, Table};

use super::Planner;
use super::recreate::stays;
use crate::render::implicit_name;

/// Whether the engine would give another name to an index that it rebuilds, or to one attached to it: with the column
/// of a partitioned table it rebuilds the table's own index, and makes those of the partitions anew from that.
pub(super) fn is_renamed_by_rebuild(planner: &Planner<'_>, id: &ObjectId) -> bool {
    let mut root = id.clone();
    while let Some(parent) = attached_to(planner, &root) {
        root = parent;
    }
    let Some((_, of_root)) = index_of(planner, &root) else { return false };
    let columns: Vec<&str> =
        of_root.parts.iter().filter_map(|part| part.column_name()).map(Name::as_str).collect();
    let plain = columns.len() == of_root.parts.len() && of_root.include.is_empty();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let name = parent.qualified_name().sibling(&parent.name);
        for table in heirs(planner, &parent) {
            for index in members(table, &name) {
                let usual = implicit_name(&table.name.name, columns.join("_"), "idx");
                let made_anew =
                    Index { name: index.name.clone(), postgres: index.postgres.clone(), ..of_root.clone() };
                if !plain || index.key() != usual || *index != made_anew {
                    return true;
                }
                parents.push(table.id().part(ObjectKind::Index, index.key()));
            }
        }
    }
    false
}

/// The tables that have the table of an index for a parent before the plan.
fn heirs<'p>(planner: &'p Planner<'_>, index: &ObjectId) -> impl Iterator<Item = &'p Table> {
    let heirs = index.table_name().map(|table| planner.ties.heirs(&table)).unwrap_or_default();
    heirs.iter().filter_map(|heir| planner.before.table(heir))
}

/// The indexes of a table that are attached to one of its parent.
fn members<'t>(table: &'t Table, parent: &QualifiedName) -> impl Iterator<Item = &'t Index> {
    table.indexes.iter().filter(move |index| index.postgres.attached_to.as_ref() == Some(parent))
}

fn index_of<'p>(planner: &'p Planner<'_>, id: &ObjectId) -> Option<(&'p Table, &'p Index)> {
    let table = planner.before.table(&id.table_name()?)?;
    Some((table, table.indexes.get(&id.name)?))
}

/// The index that an index of a partition is attached to.
pub(super) fn attached_to(planner: &Planner<'_>, id: &ObjectId) -> Option<ObjectId> {
    let (table, index) = index_of(planner, id)?;
    let (parent, _) = table.options.postgres.partition_of.as_ref()?;
    let attached = index.postgres.attached_to.as_ref()?;
    Some(ObjectId::on(ObjectKind::Index, parent, &attached.name))
}

/// The uppermost indexes that are made anew because no statement does what happens to them or to one that belongs to
/// them: a partition's own leaves the family, or a partitioned table's gets other storage parameters.
pub(super) fn families_anew(planner: &Planner<'_>, replaced: &HashSet<QualifiedName>) -> Vec<ObjectId> {
    let mut roots: Vec<ObjectId> = Vec::new();
    for change in &planner.diff.changes {
        let ObjectChange::AlterTable(diff) = change else { continue };
        let states = [planner.before.table(&diff.name), planner.after.database.table(&diff.name)];
        let is_partitioned = states
            .iter()
            .all(|table| table.is_some_and(|table| table.options.postgres.partition_by.is_some()));
        for change in diff.indexes.iter().filter(|_| is_partitioned) {
            if let Change::Modify { before, after } = change
                && before.postgres.parameters != after.postgres.parameters
            {
                roots.push(ObjectId::table(&diff.name).part(ObjectKind::Index, before.key()));
            }
        }
        if !states[0].is_some_and(|table| stays_attached(planner, replaced, table)) {
            continue;
        }
        for change in &diff.indexes {
            let (before, attached) = match change {
                Change::Drop(before) => (before, None),
                Change::Modify { before, after } => (before, after.postgres.attached_to.as_ref()),
                Change::Add(_) => continue,
            };
            let id = ObjectId::table(&diff.name).part(ObjectKind::Index, before.key());
            // It goes with one that goes too, and then it is to be there by itself.
            let stands_alone = attached.is_none() && matches!(change, Change::Modify { .. });
            let parent = attached_to(planner, &id).filter(|parent| stands_alone || stays(planner, parent));
            if before.postgres.attached_to.as_ref() != attached {
                roots.extend(parent);
            }
        }
    }
    for index in &mut roots {
        while let Some(parent) = attached_to(planner, index)
            && index_of(planner, index).is_some_and(|(table, _)| stays_attached(planner, replaced, table))
        {
            *index = parent;
        }
    }
    roots.sort();
    roots.dedup();
    roots
}

/// The indexes of tables that become partitions which the parent's would take in the place of a younger one of the same
/// keys: they go before the table is attached, and come back after that.
pub(super) fn older_twins(planner: &Planner<'_>) -> Vec<ObjectId> {
    let mut all = Vec::new();
    for change in &planner.diff.changes {
        let ObjectChange::AlterTable(diff) = change else { continue };
        let states = [planner.before.table(&diff.name), planner.after.database.table(&diff.name)];
        let [Some(before), Some(after)] = states else { continue };
        if after.options.postgres.partition_of.is_none()
            || before.options.postgres.partition_of == after.options.postgres.partition_of
        {
            continue;
        }
        // Those that are made come last, the others are in the order of their making.
        let taken: Vec<&Index> = after.indexes.iter().filter(|i| i.postgres.attached_to.is_some()).collect();
        let mut younger: Vec<&Index> =
            taken.iter().copied().filter(|index| !before.indexes.contains(&index.key())).collect();
        for index in before.indexes.iter().rev() {
            if let Some(taken) = taken.iter().find(|taken| taken.name == index.name) {
                younger.push(taken);
            } else if after.indexes.contains(&index.key()) && younger.iter().any(|one| are_twins(one, index))
            {
                all.push(after.id().part(ObjectKind::Index, index.key()));
            }
        }
    }
    all
}

/// Whether an index of a partitioned table takes the one as well as the other. The classes of operators are not asked.
fn are_twins(one: &Index, other: &Index) -> bool {
    one.method == other.method
        && one.unique == other.unique
        && one.predicate == other.predicate
        && one.include == other.include
        && one.parts.iter().map(|part| &part.value).eq(other.parts.iter().map(|part| &part.value))
}

/// Whether a table stays a partition of its parent throughout.
fn stays_attached(planner: &Planner<'_>, replaced: &HashSet<QualifiedName>, table: &Table) -> bool {
    let before = table.options.postgres.partition_of.as_ref();
    let after = planner.after.database.table(&table.name);
    before.is_some_and(|(parent, _)| !replaced.contains(parent))
        && before == after.and_then(|after| after.options.postgres.partition_of.as_ref())
}

/// The indexes of partitions that are attached to an index, and go with it.
pub(super) fn attached(
    planner: &Planner<'_>,
    replaced: &HashSet<QualifiedName>,
    parent: &ObjectId,
) -> Vec<ObjectId> {
    let name = parent.qualified_name().sibling(&parent.name);
    let mut all = Vec::new();
    for table in heirs(planner, parent).filter(|table| stays_attached(planner, replaced, table)) {
        all.extend(members(table, &name).map(|index| table.id().part(ObjectKind::Index, index.key())));
    }
    all
}
