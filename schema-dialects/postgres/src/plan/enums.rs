//! Enums: new values are added. What loses or reorders values is made anew.

use schema_core::plan::Probe;
use schema_core::{Column, EnumType, HazardCode, Object, ObjectId, ObjectKind, QualifiedName, Step, Type};

use super::{Planner, group};
use crate::quote;
use crate::render::comment;

/// Whether values go or change places, which only a new type can do.
pub(super) fn loses_or_reorders(before: &EnumType, after: &EnumType) -> bool {
    let mut rest = after.values.iter();
    !before.values.iter().all(|value| rest.any(|other| other == value))
}

/// The values that go.
pub(super) fn removed<'v>(before: &'v EnumType, after: &EnumType) -> Vec<&'v String> {
    before.values.iter().filter(|value| !after.values.contains(value)).collect()
}

/// New values and another comment; what loses or reorders values is made anew.
pub(super) fn alter(planner: &mut Planner<'_>, before: &EnumType, after: &EnumType) {
    add_values(planner, before, after);
    if before.comment != after.comment {
        let id = ObjectId::new(ObjectKind::Enum, &after.name);
        let on = |ty: &EnumType| comment::on("TYPE", &quote::qualified(&after.name), ty.comment.as_deref());
        let effect = planner.effect(&id, |database| {
            database.replace(Object::Enum(after.clone()));
        });
        let step = Step::new(id, format!("comment on {}", after.name.name), effect)
            .statement(on(after))
            .undo(on(before));
        planner.push(step);
    }
}

/// Each new value at its place. A value can be used only once its transaction has committed.
fn add_values(planner: &mut Planner<'_>, before: &EnumType, after: &EnumType) {
    let id = ObjectId::new(ObjectKind::Enum, &after.name);
    let name = quote::qualified(&after.name);
    let mut values = before.values.clone();
    for (at, value) in after.values.iter().enumerate() {
        if values.get(at) == Some(value) {
            continue;
        }
        let place = match (values.get(at), at.checked_sub(1).and_then(|last| values.get(last))) {
            (Some(next), _) => format!(" BEFORE {}", quote::literal(next)),
            (None, _) => String::new(),
        };
        values.insert(at, value.clone());
        let next = EnumType { values: values.clone(), comment: before.comment.clone(), ..after.clone() };
        let effect = planner.effect(&id, |database| {
            database.replace(Object::Enum(next));
        });
        let step = Step::new(id.clone(), format!("add the value {value} to {}", after.name.name), effect)
            .statement(format!("ALTER TYPE {name} ADD VALUE {}{place}", quote::literal(value)))
            .reverse(schema_core::plan::Reverse::Irreversible {
                reason: "PostgreSQL cannot take a value out of an enum".to_owned(),
            });
        planner.push(group::alone(step));
    }
}

/// Rows that hold a value that goes.
pub(super) fn probe(
    planner: &Planner<'_>,
    table: &QualifiedName,
    column: &Column,
    removed: &[&String],
) -> Option<Probe> {
    if removed.is_empty() {
        return None;
    }
    let asked = planner.asked(table, &column.name);
    let values: Vec<String> = removed.iter().map(|value| quote::literal(value)).collect();
    let condition = if matches!(column.ty, Type::Array(_)) {
        format!("{asked}::text[] && ARRAY[{}]", values.join(", "))
    } else {
        format!("{asked}::text IN ({})", values.join(", "))
    };
    planner.lossy(table, &column.name, &condition, HazardCode::InconvertibleRows)
}
