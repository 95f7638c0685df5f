//! Views and triggers: dropped first where they are in the way, made last.

use schema_core::diff::{Diff, Renames};
use schema_core::plan::{Hazard, HazardCode, Phase, Step};
use schema_core::{Canonical, Database, Object, ObjectId, ObjectKind, Trigger, View};

use super::Ids;
use crate::quote::identifier;
use crate::render;

/// The views and triggers that go, change, or stand in the way of a rename, by their identities before it.
///
/// `ALTER TABLE … RENAME` rewrites what mentions the old name in a spelling of its own, and refuses when anything
/// mentions what is not there. So whatever mentions a renamed or dropped table, or something that is dropped here,
/// is dropped and made again.
pub(super) fn in_the_way(before: &Canonical, after: &Canonical, renames: &Renames) -> Ids {
    let is_ours = |id: &ObjectId| matches!(id.kind, ObjectKind::View | ObjectKind::Trigger);
    let mut removed: Ids = before
        .database
        .objects()
        .filter(|(id, object)| is_ours(id) && after.database.get(id) != Some(object))
        .map(|(id, _)| id.clone())
        .collect();
    let mut moving: Ids = removed.clone();
    if !renames.is_empty() {
        moving.extend(renames.iter().map(|rename| match rename.from.table_name() {
            Some(table) => ObjectId::table(&table),
            None => rename.from.clone(),
        }));
        let dropped = before.database.objects().filter(|(id, _)| !after.database.contains(id));
        moving.extend(dropped.map(|(id, _)| id.clone()));
    }
    loop {
        let found: Vec<ObjectId> = before
            .database
            .objects()
            .filter(|(id, _)| is_ours(id) && !removed.contains(*id))
            .filter(|(id, _)| {
                let dropped_with_it = id
                    .table_name()
                    .is_some_and(|owner| removed.contains(&ObjectId::new(ObjectKind::View, &owner)));
                let mentions = || before.dependencies.of(id).any(|needed| moving.contains(needed));
                dropped_with_it || (!renames.is_empty() && mentions())
            })
            .map(|(id, _)| id.clone())
            .collect();
        if found.is_empty() {
            return removed;
        }
        moving.extend(found.iter().cloned());
        removed.extend(found);
    }
}

/// Drops them, triggers first.
pub(super) fn drops(before: &Database, removed: &Ids) -> Vec<Step> {
    let of =
        |kind: ObjectKind| removed.iter().filter(move |id| id.kind == kind).filter_map(|id| before.get(id));
    of(ObjectKind::Trigger).chain(of(ObjectKind::View)).map(drop_object).collect()
}

fn drop_object(object: &Object) -> Step {
    let id = object.id();
    let create = match object {
        Object::View(view) => render::view::create(view),
        Object::Trigger(trigger) => render::trigger::create(trigger),
        // Only views and triggers are handed in.
        _other => "".into(),
    };
    Step::new(id.clone(), format!("drop {id}"), Diff::drop(object.clone()))
        .statement(format!("DROP {} {}", keyword(id.kind), identifier(id.name.as_str())))
        .undo(create)
        .phase(Phase::Contract)
}

fn keyword(kind: ObjectKind) -> &'static str {
    if kind == ObjectKind::View { "VIEW" } else { "TRIGGER" }
}

/// Marks the drops of what does not come back.
pub(super) fn mark_final_drops(steps: &mut [Step], after: &Database) {
    for step in steps {
        let stays = after.objects().any(|(id, _)| id.kind == step.object.kind && id.name == step.object.name);
        if !stays {
            let message = format!("{} is dropped", step.object);
            step.hazards.push(Hazard::new(HazardCode::DropRoutine, message));
        }
    }
}

/// Makes a view.
pub(super) fn create_view(view: &View) -> Step {
    let id = Object::from(view.clone()).id();
    Step::new(id.clone(), format!("create {id}"), Diff::create(view.clone()))
        .statement(render::view::create(view))
        .undo(format!("DROP VIEW {}", identifier(id.name.as_str())))
}

/// Makes a trigger.
pub(super) fn create_trigger(trigger: &Trigger) -> Step {
    let id = trigger.id();
    Step::new(id.clone(), format!("create {id}"), Diff::create(trigger.clone()))
        .statement(render::trigger::create(trigger))
        .undo(format!("DROP TRIGGER {}", identifier(id.name.as_str())))
}
