//! Triggers, routines and events.

use indexmap::IndexMap;
use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};
use schema_core::{Database, Object, ObjectId, ObjectKind, QualifiedName, Routine, SqlObject, Trigger};

use super::{Changed, Planner};
use crate::render::program as render;

impl<'a> Planner<'a> {
    /// An object as it was before the plan, by its identity after the renames.
    pub(super) fn original(&self, id: &ObjectId) -> Option<&'a Object> {
        self.request.before.database.get(&self.back.target(id))
    }
}

/// Triggers in the groups that their order counts in.
type Groups<'a> = IndexMap<(QualifiedName, String), Vec<&'a Trigger>>;

fn groups(database: &Database, table: impl Fn(&Trigger) -> QualifiedName) -> Groups<'_> {
    let mut groups = Groups::new();
    for (_, object) in database.objects() {
        if let Object::Trigger(trigger) = object {
            groups.entry((table(trigger), render::trigger_group(trigger))).or_default().push(trigger);
        }
    }
    for group in groups.values_mut() {
        group.sort_by_key(|trigger| trigger.order);
    }
    groups
}

/// The triggers that go and that come. The server counts those of a group, and a new one comes last: behind the
/// first that differs, all go and come again, so that no step moves another trigger.
fn triggers<'a>(planner: &Planner<'a>) -> (Vec<&'a Trigger>, Vec<&'a Trigger>) {
    let touched = planner.request.diff.changes.iter().any(|change| change.id().kind == ObjectKind::Trigger);
    if !touched {
        return (Vec::new(), Vec::new());
    }
    let renames = &planner.request.diff.renames;
    let before = groups(&planner.request.before.database, |trigger| renames.relation(&trigger.table));
    let after = groups(&planner.request.after.database, |trigger| trigger.table.clone());
    let nothing = Vec::new();
    let (mut going, mut coming) = (Vec::new(), Vec::new());
    for (key, old) in &before {
        let new = after.get(key).unwrap_or(&nothing);
        let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        going.extend(old[same..].iter().rev());
        coming.extend(&new[same..]);
    }
    for (key, new) in &after {
        if !before.contains_key(key) {
            coming.extend(new);
        }
    }
    (going, coming)
}

/// Drops the triggers that go, the last of each group first.
pub(super) fn drop_triggers(planner: &mut Planner<'_>) {
    let (going, coming) = triggers(planner);
    for trigger in going {
        let mut step = Step::new(trigger.id(), "drop trigger", Diff::drop(trigger.clone()))
            .phase(Phase::Contract)
            .statement(render::drop_trigger(trigger))
            .reverse(Reverse::Statements(render::trigger(trigger)));
        if !coming.iter().any(|new| new.name == trigger.name) {
            let message = format!("{} no longer fires", trigger.name);
            step = step.hazard(Hazard::new(HazardCode::DropRoutine, message));
        }
        planner.push(step);
    }
}

/// Creates the triggers that come, in their order.
pub(super) fn create_triggers(planner: &mut Planner<'_>) {
    for trigger in triggers(planner).1 {
        let step = Step::new(trigger.id(), "create trigger", Diff::create(trigger.clone()))
            .statements(render::trigger(trigger))
            .undo(render::drop_trigger(trigger));
        planner.push(step);
    }
}

/// Drops routines, creates others, and makes changed ones anew.
pub(super) fn routines(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for routine in &changed.dropped.routines {
        let step = drop_routine(routine)
            .hazard(Hazard::new(HazardCode::DropRoutine, format!("what calls {} breaks", routine.name)));
        planner.push(step);
    }
    for routine in &changed.created.routines {
        planner.push(create_routine(routine));
    }
    for (before, after) in &changed.altered {
        if let (Object::Routine(old), Object::Routine(new)) = (before, after) {
            let message = format!("{} is gone for an instant, and what was granted on it goes", old.name);
            planner.push(drop_routine(old).hazard(Hazard::new(HazardCode::LockQueue, message)));
            planner.push(create_routine(new));
        }
    }
}

fn drop_routine(routine: &Routine) -> Step {
    Step::new(Object::from(routine.clone()).id(), "drop routine", Diff::drop(routine.clone()))
        .phase(Phase::Contract)
        .statement(render::drop_routine(routine))
        .reverse(Reverse::Statements(render::routine(routine)))
}

fn create_routine(routine: &Routine) -> Step {
    Step::new(Object::from(routine.clone()).id(), "create routine", Diff::create(routine.clone()))
        .statements(render::routine(routine))
        .undo(render::drop_routine(routine))
}

/// Drops the events that go, and those that are made anew.
pub(super) fn drop_events(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for event in &changed.dropped.events {
        let message = format!("the event {} no longer runs", event.name);
        planner.push(drop_event(event).hazard(Hazard::new(HazardCode::DropRoutine, message)));
    }
    for (before, _) in &changed.altered {
        if let Object::Sql(event) = before {
            planner.push(drop_event(event));
        }
    }
}

fn drop_event(event: &SqlObject) -> Step {
    Step::new(event.id(), "drop event", Diff::drop(event.clone()))
        .phase(Phase::Contract)
        .statement(event.removal.clone())
        .reverse(Reverse::Statements(render::event(event)))
}

/// Creates events, last of all: what they do is there by then.
pub(super) fn create_events(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    let altered = changed
        .altered
        .iter()
        .filter_map(|(_, after)| if let Object::Sql(event) = after { Some(event) } else { None });
    for event in changed.created.events.iter().copied().chain(altered) {
        let step = Step::new(event.id(), "create event", Diff::create(event.clone()))
            .statements(render::event(event))
            .undo(event.removal.clone());
        planner.push(step);
    }
}
