//! Enums: new values are added, and a type that loses or reorders values is made anew.

use schema_core::plan::LockMode;
use schema_core::plan::{Phase, Probe, Work};
use schema_core::{
    Column, Database, EnumType, Hazard, HazardCode, Object, ObjectId, ObjectKind, QualifiedName, Sql, Step,
    Type,
};

use super::{Planner, group};
use crate::quote;
use crate::render::{comment, types};

/// Whether values go or change places, which only a new type can do.
pub(super) fn rebuilds(before: &EnumType, after: &EnumType) -> bool {
    let mut rest = after.values.iter();
    !before.values.iter().all(|value| rest.any(|other| other == value))
}

/// The columns of an enum or an array of it.
pub(super) fn users(database: &Database, name: &QualifiedName) -> Vec<(QualifiedName, Column)> {
    database
        .tables()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .filter(|(table, column)| {
            column.ty.named() == Some(name)
                && !column.postgres.inherited
                && table.options.postgres.partition_of.is_none()
        })
        .map(|(table, column)| (table.name.clone(), column.clone()))
        .collect()
}

pub(super) fn alter(planner: &mut Planner<'_>, before: &EnumType, after: &EnumType) {
    if rebuilds(before, after) {
        rebuild(planner, before, after);
    } else {
        add_values(planner, before, after);
    }
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

/// The old type steps aside, the new one takes its name, and every column moves over.
fn rebuild(planner: &mut Planner<'_>, before: &EnumType, after: &EnumType) {
    let id = ObjectId::new(ObjectKind::Enum, &after.name);
    let name = quote::qualified(&after.name);
    let aside = before
        .name
        .sibling(format!("groundplan_old_{}", before.name.name).chars().take(60).collect::<String>());
    let removed: Vec<&String> = before.values.iter().filter(|value| !after.values.contains(value)).collect();
    let next = EnumType { comment: before.comment.clone(), ..after.clone() };
    let effect = planner.effect(&id, |database| {
        database.replace(Object::Enum(next.clone()));
    });
    let title = if removed.is_empty() { "reorder the values of" } else { "remove values of" };
    let mut step = Step::new(id.clone(), format!("{title} {}", after.name.name), effect)
        .phase(Phase::Contract)
        .statement(format!("ALTER TYPE {name} RENAME TO {}", quote::name(&aside.name)));
    step.statements.extend(types::create_enum(&next).into_iter().map(Sql::new));
    let users = users(&planner.now, &before.name);
    for (table, column) in &users {
        step.statements.push(Sql::new(move_column(table, column, &after.name)));
        step = planner.locked(step, LockMode::AccessExclusive, table);
        if planner.is_used(&ObjectId::table(table)) {
            let message = format!("{table} is written anew while everyone waits");
            step = step.work(Work::Rewrite).hazard(Hazard::new(HazardCode::Rewrite, message));
            step.probes.extend(probe(planner, table, column, &removed));
        }
    }
    step = step.statement(format!("DROP TYPE {}", quote::qualified(&aside)));
    if removed.is_empty() {
        let message = format!("what compares or sorts values of {} gives other results", after.name.name);
        step = step.hazard(Hazard::new(HazardCode::TypeChange, message));
    } else {
        let names: Vec<&str> = removed.iter().map(|value| value.as_str()).collect();
        let message = format!("{} no longer holds {}", after.name.name, names.join(", "));
        step = step.hazard(Hazard::new(HazardCode::EnumValueRemoved, message));
    }
    step.reverse = schema_core::plan::Reverse::Irreversible {
        reason: "make the type again with the old values".to_owned(),
    };
    planner.push(if planner.in_chain { step } else { group::alone(step) });
}

fn move_column(table: &QualifiedName, column: &Column, ty: &QualifiedName) -> String {
    let name = quote::name(&column.name);
    let array = matches!(column.ty, Type::Array(_));
    let target = quote::qualified(ty);
    let (target, through) = if array { (format!("{target}[]"), "text[]") } else { (target, "text") };
    let mut clauses = Vec::new();
    clauses.extend(column.default.as_ref().map(|_| format!("ALTER COLUMN {name} DROP DEFAULT")));
    clauses.push(format!("ALTER COLUMN {name} TYPE {target} USING {name}::{through}::{target}"));
    clauses.extend(
        column
            .default
            .as_ref()
            .map(|default| format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default))),
    );
    crate::render::table::alter(table, false, false, &clauses)
}

/// Rows that hold a value that goes.
fn probe(
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
    let condition = match column.ty {
        Type::Array(_) => format!("{asked}::text[] && ARRAY[{}]", values.join(", ")),
        _ => format!("{asked}::text IN ({})", values.join(", ")),
    };
    planner.lossy(table, &column.name, &condition, HazardCode::InconvertibleRows)
}
