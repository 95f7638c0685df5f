//! Indexes.

use schema_core::diff::{Change, Diff, TableDiff};
use schema_core::plan::{Hazard, HazardCode, Step, Work};
use schema_core::{Index, ObjectKind, Part, Table};

use super::{Context, probe};
use crate::quote::identifier;
use crate::render;

/// A table's change, with its indexes set apart.
pub(super) struct Split<'a> {
    /// Drops of the indexes that go or change. A name is free for another table's index then.
    pub(super) drops: Vec<Step>,
    /// The table without those indexes.
    pub(super) before: Table,
    /// The table as it becomes, with only the indexes that stay.
    pub(super) after: Table,
    /// Indexes to make when all tables are as they should be.
    pub(super) changed: Vec<&'a Index>,
}

/// Sets the indexes that change apart from the rest of a table's change.
pub(super) fn split<'a>(before: &Table, after: &'a Table) -> Split<'a> {
    let stays = |index: &Index| {
        let key = index.key();
        after.indexes.get(&key) == before.indexes.get(&key) && before.indexes.contains(&key)
    };
    let mut split =
        Split { drops: Vec::new(), before: before.clone(), after: after.clone(), changed: Vec::new() };
    for index in before.indexes.iter().filter(|index| !stays(index)) {
        split.drops.push(drop(before, index, after.indexes.get(&index.key())));
        split.before.indexes.remove(&index.key());
    }
    for index in after.indexes.iter().filter(|index| !stays(index)) {
        split.after.indexes.remove(&index.key());
        split.changed.push(index);
    }
    split
}

fn drop(table: &Table, index: &Index, again: Option<&Index>) -> Step {
    let key = index.key();
    let id = table.id().part(ObjectKind::Index, &key);
    let mut diff = TableDiff::new(table.name.clone());
    diff.indexes.push(Change::Drop(index.clone()));
    let mut step = Step::new(id, format!("drop index {key}"), diff.into())
        .statement(format!("DROP INDEX {}", identifier(key.as_str())))
        .undo(render::index::create(index, table));
    if again.is_none() {
        let message = format!("queries that used {key} get slower");
        step = step.hazard(Hazard::new(HazardCode::SlowQueries, message));
        if index.unique {
            let message = format!("{key} no longer keeps rows with equal keys out");
            step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
        }
    }
    step
}

impl Context<'_> {
    /// Makes an index on a table that exists: asks for duplicates first.
    pub(super) fn create_index(&self, before: &Table, after: &Table, index: &Index) -> Step {
        let key = index.key();
        let id = after.id().part(ObjectKind::Index, &key);
        let mut diff = TableDiff::new(after.name.clone());
        diff.indexes.push(Change::Add(index.clone()));
        let mut step = Step::new(id.clone(), format!("create index {key}"), Diff::from(diff))
            .statement(render::index::create(index, after))
            .undo(format!("DROP INDEX {}", identifier(key.as_str())))
            .work(Work::IndexBuild);
        let message = format!("writers wait while {key} is built");
        step = step.hazard(Hazard::new(HazardCode::IndexBuildUnderLock, message));
        if index.unique && before.indexes.get(&key).is_none_or(|old| !old.unique || old.parts != index.parts)
        {
            let message = format!("rows with equal keys in {key} are refused from now on");
            let rows = probe::Rows::new(before, after, self);
            let filter = index.predicate.as_ref().map(schema_core::Sql::as_str);
            step = step.hazard(Hazard::new(HazardCode::ConstraintAdded, message)).probe(rows.duplicates(
                id,
                &index.parts,
                filter,
            ));
        }
        step
    }
}
