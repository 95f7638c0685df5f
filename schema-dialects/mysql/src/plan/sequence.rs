//! MariaDB's sequences.

use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};
use schema_core::{Object, Sequence};

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
            for (from, to) in stages(old, new) {
                let mut step =
                    Step::new(after.id(), "change sequence", Diff::alter(from.clone(), to.clone()));
                let statement = if from.ty == to.ty {
                    render::alter
                } else {
                    // MariaDB 11.8 takes the keys of the last table that the session made for the sequence's own
                    // (4086), until something else is altered.
                    step = step.statement(format!("ALTER TABLE {}", quote::qualified(&to.name)));
                    render::retype
                };
                planner.push(step.statement(statement(&to)).undo(statement(&from)));
            }
        }
    }
}

/// The changes from one sequence to another. Its type changes alone, and while its limits are ones that both types
/// hold.
fn stages(old: &Sequence, new: &Sequence) -> Vec<(Sequence, Sequence)> {
    let mut states = vec![old.clone()];
    if old.ty != new.ty {
        let mut narrow = old.clone();
        narrow.options.min = old.options.min.max(new.options.min);
        // No end is one beyond every other.
        narrow.options.max = [old.options.max, new.options.max].into_iter().flatten().min();
        let mut retyped = narrow.clone();
        retyped.ty.clone_from(&new.ty);
        states.extend([narrow, retyped]);
    }
    states.push(new.clone());
    let pairs = states.windows(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    pairs.filter(|(from, to)| from != to).collect()
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
