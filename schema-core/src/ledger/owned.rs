//! What an unfinished run may have made.

use crate::diff::ObjectChange;
use crate::plan::Plan;
use crate::{Database, Object, Table};

/// What the steps of an unfinished run may have made is ours, whether they got that far or not: under its old name
/// and under its new one.
pub(super) fn own_effects(owned: &mut Database, plan: &Plan) {
    for effect in plan.steps.iter().map(|step| &step.effect) {
        if !effect.renames.is_empty() {
            for object in effect.renames.apply(owned.clone()).into_objects() {
                claim(owned, object);
            }
        }
        for change in &effect.changes {
            match change {
                ObjectChange::Create(object) => claim(owned, object.clone()),
                ObjectChange::AlterTable(diff) => {
                    let mut table = Table::new(diff.name.clone());
                    diff.claim(&mut table);
                    claim(owned, table.into());
                }
                ObjectChange::Drop(_) | ObjectChange::Alter { .. } => {}
            }
        }
    }
}

/// Adds an object, or the parts of a table that is already there.
fn claim(owned: &mut Database, object: Object) {
    match object {
        Object::Table(table) if owned.table(&table.name).is_some() => {
            let id = table.id();
            if let Some(Object::Table(known)) = owned.get_mut(&id) {
                known.absorb(*table);
            }
        }
        object if owned.contains(&object.id()) => {}
        object => owned.insert(object),
    }
}
