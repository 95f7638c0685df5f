//! Views.

use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};
use schema_core::{Error, Object, View};

use super::{Changed, Planner};
use crate::quote;
use crate::render::{Kinds, view as render};

/// Drops views before what they read changes.
pub(super) fn drop(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    // Those that are used come first in the list; they go last.
    for view in changed.dropped.views.iter().rev() {
        let Some(Object::View(old)) = planner.original(&Object::from((*view).clone()).id()) else { continue };
        let step = Step::new(Object::from(old.clone()).id(), "drop view", Diff::drop(old.clone()))
            .phase(Phase::Contract)
            .statement(format!("DROP VIEW {}", quote::qualified(&old.name)))
            .reverse(Reverse::Statements(render::create(old)))
            .hazard(Hazard::new(HazardCode::DropRoutine, format!("what reads the view {} breaks", old.name)));
        planner.push(step);
    }
}

/// Creates views and replaces others, each after what it reads.
pub(super) fn create(planner: &mut Planner<'_>, changed: &Changed<'_>) -> Result<(), Error> {
    let replaced: Vec<(&View, &View)> = changed
        .altered
        .iter()
        .filter_map(|(old, new)| {
            if let (Object::View(old), Object::View(new)) = (old, new) { Some((old, new)) } else { None }
        })
        .collect();
    let coming: Vec<Object> = changed
        .created
        .views
        .iter()
        .copied()
        .chain(replaced.iter().map(|(_, new)| *new))
        .map(|view| Object::from(view.clone()))
        .collect();
    for view in Kinds::of(&coming, planner.request.after)?.views {
        let id = Object::from(view.clone()).id();
        let step = match replaced.iter().find(|(_, new)| new.name == view.name) {
            Some((old, new)) => Step::new(id, "replace view", Diff::alter((*old).clone(), (*new).clone()))
                .statements(render::replace(view))
                .reverse(Reverse::Statements(render::replace(old))),
            None => Step::new(id, "create view", Diff::create(view.clone()))
                .statements(render::create(view))
                .undo(format!("DROP VIEW {}", quote::qualified(&view.name))),
        };
        planner.push(step);
    }
    Ok(())
}
