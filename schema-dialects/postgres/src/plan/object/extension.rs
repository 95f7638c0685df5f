//! Extensions, changed in place: moved, brought to another version, and described otherwise.

use schema_core::{Extension, Object, ObjectId, ObjectKind, Step};

use super::super::Planner;
use crate::quote;
use crate::render::object::extension_comment;

pub(super) fn alter(planner: &mut Planner<'_>, before: &Extension, after: &Extension) {
    let id = ObjectId::new(ObjectKind::Extension, &after.name.clone().into());
    let name = quote::name(&after.name);
    let mut next = before.clone();
    let mut steps: Vec<(String, String, Extension)> = Vec::new();
    if before.schema != after.schema
        && let (Some(old), Some(new)) = (&before.schema, &after.schema)
    {
        next.schema = Some(new.clone());
        let set = |schema| format!("ALTER EXTENSION {name} SET SCHEMA {}", quote::name(schema));
        steps.push((set(new), set(old), next.clone()));
    }
    if before.version != after.version {
        next.version.clone_from(&after.version);
        let update = |version: &Option<String>| match version {
            Some(version) => format!("ALTER EXTENSION {name} UPDATE TO {}", quote::literal(version)),
            None => format!("ALTER EXTENSION {name} UPDATE"),
        };
        steps.push((update(&after.version), String::new(), next.clone()));
    }
    if before.comment != after.comment {
        steps.push((extension_comment(after), extension_comment(before), after.clone()));
    }
    for (statement, undo, state) in steps {
        let effect = planner.effect(&id, |database| {
            database.replace(Object::Extension(state));
        });
        let mut step =
            Step::new(id.clone(), format!("alter extension {}", after.name), effect).statement(statement);
        if !undo.is_empty() {
            step = step.undo(undo);
        }
        planner.push(step);
    }
}
