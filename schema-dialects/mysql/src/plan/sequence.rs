//! MariaDB's sequences.

use schema_core::Object;
use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};

use super::{Changed, Planner};
use crate::quote;
use crate::render::sequence as render;

/// Creates sequences and changes others.
pub(super) fn create(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for sequence in &changed.created.sequences {
        let id = Object::from((*sequence).clone()).id();
        let step = Step::new(id, "create sequence", Diff::create((*sequence).clone()))
            .statement(render::create(sequence))
            .undo(format!("DROP SEQUENCE {}", quote::qualified(&sequence.name)));
        planner.push(step);
    }
    for (before, after) in &changed.altered {
        if let (Object::Sequence(old), Object::Sequence(new)) = (before, after) {
            let alter = |sequence: &schema_core::Sequence| {
                format!(
                    "ALTER SEQUENCE {}{}",
                    quote::qualified(&sequence.name),
                    render::options(&sequence.options)
                )
            };
            let step = Step::new(after.id(), "change sequence", Diff::alter(old.clone(), new.clone()))
                .statement(alter(new))
                .undo(alter(old));
            planner.push(step);
        }
    }
}

/// Drops sequences, which no default uses by then.
pub(super) fn drop(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for sequence in &changed.dropped.sequences {
        let id = Object::from((*sequence).clone()).id();
        let message = format!("{} and the number it stands at go", sequence.name);
        let step = Step::new(id, "drop sequence", Diff::drop((*sequence).clone()))
            .phase(Phase::Contract)
            .statement(format!("DROP SEQUENCE {}", quote::qualified(&sequence.name)))
            .reverse(Reverse::StructureOnly(vec![render::create(sequence).into()]))
            .hazard(Hazard::new(HazardCode::DropStoredObject, message));
        planner.push(step);
    }
}
