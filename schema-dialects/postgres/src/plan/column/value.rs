//! What fills a column: defaults, expressions, numbers.

use schema_core::plan::LockMode;
use schema_core::plan::{Reverse, Work};
use schema_core::{Column, Hazard, HazardCode, ObjectId, QualifiedName, Step};

use super::super::Planner;
use super::super::instant::Instant;
use super::null::change_null;
use super::{current, heirs, id, set};
use crate::quote;
use crate::render::sequence::Counting;
use crate::render::{column as render, implicit_name, table};

/// The column takes its default when what the default needs exists.
pub(in crate::plan) fn later_default(planner: &mut Planner<'_>, table: &QualifiedName, column: &Column) {
    let name = quote::name(&column.name);
    let default = column.default.as_ref().map(quote::default).unwrap_or_default();
    let instant = Instant::new(id(table, column), format!("set the default of {}", column.name)).clause(
        format!("ALTER COLUMN {name} SET DEFAULT {default}"),
        format!("ALTER COLUMN {name} DROP DEFAULT"),
    );
    planner.instant(table, true, instant, &[ObjectId::table(table)], |database| {
        if let Some(now) = database.table_mut(table).and_then(|table| table.columns.get_mut(&column.name)) {
            now.default.clone_from(&column.default);
        }
    });
}

/// How the column is computed.
pub(super) fn change_generation(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let own_id = id(table, after);
    let name = quote::name(&after.name);
    let own = [ObjectId::table(table)];
    if before.generated != after.generated {
        let (clause, title) = match &after.generated {
            Some(generated) => (
                format!("ALTER COLUMN {name} SET EXPRESSION AS ({})", generated.expression),
                "change the expression of",
            ),
            None => {
                (format!("ALTER COLUMN {name} DROP EXPRESSION"), "keep the values and drop the expression of")
            }
        };
        let next = Column { generated: after.generated.clone(), ..before.clone() };
        let heirs = heirs(planner, table, &after.name, false)
            .into_iter()
            .map(|(child, column)| (child, Column { generated: after.generated.clone(), ..column }))
            .collect::<Vec<_>>();
        let mut ids = own.to_vec();
        ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
        planner.flush();
        let effect = planner.effects(&ids, set(table, heirs, next));
        let mut step = Step::new(own_id.clone(), format!("{title} {}", after.name), effect)
            .statement(table::alter(table, planner.is_foreign(table), false, &[clause]))
            .reverse(Reverse::Irreversible { reason: "what was computed before is not kept".to_owned() });
        if after.generated.as_ref().is_some_and(|g| g.kind == schema_core::GeneratedKind::Stored)
            && planner.is_used(&own[0])
        {
            let message = format!("{table} is written anew while everyone waits");
            step = step.work(Work::Rewrite).hazard(Hazard::new(HazardCode::Rewrite, message));
        }
        if planner.is_used(&own[0]) {
            step.probes.extend(planner.computed(table, after));
        }
        step = planner.locked(step, LockMode::AccessExclusive, table);
        planner.push(step);
    }
}

/// Default, identity and generation.
pub(super) fn change_value(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    change_generation(planner, table, after);
    let own_id = id(table, after);
    let name = quote::name(&after.name);
    let own = [ObjectId::table(table)];
    let Some(before) = current(planner, table, &after.name) else { return };
    if before.identity.is_some() && after.identity.is_none() {
        let identity =
            before.identity.as_ref().map(|i| render::identity(table, &before, i)).unwrap_or_default();
        let mut next = Column { identity: None, ..before.clone() };
        next.postgres.identity_sequence = None;
        let mut instant = Instant::new(own_id.clone(), format!("no longer number {}", after.name))
            .clause(
                format!("ALTER COLUMN {name} DROP IDENTITY"),
                format!("ALTER COLUMN {name} ADD {identity}"),
            )
            .hazard(HazardCode::NotNull, format!("an INSERT that leaves {} out fails", after.name));
        instant.loses_data = true;
        planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
    }
    let Some(before) = current(planner, table, &after.name) else { return };
    if before.default != after.default {
        let clause = |column: &Column| match &column.default {
            Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)),
            None => format!("ALTER COLUMN {name} DROP DEFAULT"),
        };
        let title = if after.default.is_some() { "set the default of" } else { "drop the default of" };
        let next = Column { default: after.default.clone(), ..before.clone() };
        let instant = Instant::new(own_id.clone(), format!("{title} {}", after.name))
            .clause(clause(after), clause(&before));
        planner.instant(table, true, instant, &own, set(table, Vec::new(), next));
    }
    change_identity(planner, table, after);
}

fn change_identity(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let Some(identity) = &after.identity else { return };
    let own = [ObjectId::table(table)];
    let name = quote::name(&after.name);
    let quoted = quote::qualified(table);
    match &before.identity {
        None => {
            // A column must not be NULL to be numbered.
            change_null(planner, table, after);
            let Some(before) = current(planner, table, &after.name) else { return };
            let mut next = Column { identity: Some(identity.clone()), ..before.clone() };
            next.postgres.identity_sequence.clone_from(&after.postgres.identity_sequence);
            let mut instant = Instant::new(id(table, after), format!("number {}", after.name)).clause(
                format!("ALTER COLUMN {name} ADD {}", render::identity(table, after, identity)),
                format!("ALTER COLUMN {name} DROP IDENTITY"),
            );
            if planner.is_used(&own[0]) {
                // The numbers in use are left out, or the next INSERT would meet one of them.
                instant.also.push(format!(
                    "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), max({name})) FROM {quoted} HAVING max({name}) > 0",
                    quote::literal(&quoted),
                    quote::literal(after.name.as_str()),
                ));
            }
            planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
        }
        Some(old)
            if old != identity || before.postgres.identity_sequence != after.postgres.identity_sequence =>
        {
            let kind =
                |always: bool| if always { "SET GENERATED ALWAYS" } else { "SET GENERATED BY DEFAULT" };
            let mut parts: Vec<String> = Vec::new();
            if old.always != identity.always {
                parts.push(kind(identity.always).to_owned());
            }
            let counting =
                |identity: &schema_core::Identity| Counting::of(&identity.sequence, Some(&after.ty));
            parts.extend(counting(old).alter(counting(identity), false, "SET "));
            let mut next = Column { identity: Some(identity.clone()), ..before.clone() };
            next.postgres.identity_sequence.clone_from(&after.postgres.identity_sequence);
            let mut instant =
                Instant::new(id(table, after), format!("change how {} is numbered", after.name));
            if !parts.is_empty() {
                instant = instant.clause(format!("ALTER COLUMN {name} {}", parts.join(" ")), String::new());
            }
            if before.postgres.identity_sequence != after.postgres.identity_sequence {
                let sequence = |column: &Column| {
                    let usual = || implicit_name(&table.name, &column.name, "seq");
                    column.postgres.identity_sequence.clone().unwrap_or_else(usual)
                };
                let rename = |from: &Column, to: &Column| {
                    let from = quote::qualified(&table.sibling(sequence(from)));
                    format!("ALTER SEQUENCE {from} RENAME TO {}", quote::name(sequence(to)))
                };
                instant = instant.also(rename(&before, after), rename(after, &before));
            }
            planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
        }
        Some(_) => {}
    }
}
