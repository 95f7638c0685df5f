//! Databases other than the connection's own.

use schema_core::Object;
use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};

use super::{Changed, Planner};
use crate::quote;
use crate::render::schema as render;

/// Creates databases, and gives others new defaults.
pub(super) fn create(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for schema in &changed.created.schemas {
        let id = Object::from((*schema).clone()).id();
        let step = Step::new(id, "create database", Diff::create((*schema).clone()))
            .statement(render::create(schema))
            .undo(format!("DROP DATABASE {}", quote::name(&schema.name)));
        planner.push(step);
    }
    for (before, after) in &changed.altered {
        if let (Object::Schema(old), Object::Schema(new)) = (before, after) {
            let alter = |schema: &schema_core::Schema| {
                format!("ALTER DATABASE {}{}", quote::name(&schema.name), render::options(schema))
            };
            let step = Step::new(
                after.id(),
                "change the database's defaults",
                Diff::alter(old.clone(), new.clone()),
            )
            .statement(alter(new))
            .undo(alter(old));
            planner.push(step);
        }
    }
}

/// Drops databases, which are empty by then.
pub(super) fn drop(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for schema in &changed.dropped.schemas {
        let id = Object::from((*schema).clone()).id();
        let step = Step::new(id, "drop database", Diff::drop((*schema).clone()))
            .phase(Phase::Contract)
            .statement(format!("DROP DATABASE {}", quote::name(&schema.name)))
            .reverse(Reverse::Statements(vec![render::create(schema).into()]))
            .hazard(Hazard::new(HazardCode::DropSchema, format!("the database {} goes", schema.name)));
        planner.push(step);
    }
}
