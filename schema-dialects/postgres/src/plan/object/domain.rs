//! Domains, changed in place: default, NOT NULL and checks.

use schema_core::plan::LockMode;
use schema_core::{Check, Domain, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, Part, Sql, Step};

use super::super::{Planner, rebuild};
use crate::quote;
use crate::render::{comment, constraint, implicit_name};

pub(super) fn alter(planner: &mut Planner<'_>, before: &Domain, after: &Domain) {
    let id = ObjectId::new(ObjectKind::Domain, &after.name);
    let name = quote::qualified(&after.name);
    let alter = |clause: String| format!("ALTER DOMAIN {name} {clause}");
    let mut statements: Vec<String> = Vec::new();
    let mut checks_data = false;
    if before.default != after.default {
        statements.push(alter(match &after.default {
            Some(default) => format!("SET DEFAULT {default}"),
            None => "DROP DEFAULT".to_owned(),
        }));
    }
    for check in before
        .checks
        .iter()
        .filter(|check| after.checks.get(&check.key()).is_none_or(|new| !same(check, new)))
    {
        statements.push(alter(format!("DROP CONSTRAINT {}", quote::name(check.key()))));
    }
    if before.not_null && !after.not_null {
        statements.push(alter("DROP NOT NULL".to_owned()));
    }
    if !before.not_null && after.not_null {
        checks_data = true;
        statements.push(alter(match &after.not_null_name {
            Some(constraint) => format!("ADD CONSTRAINT {} NOT NULL", quote::name(constraint)),
            None if has_name_taken(planner, after) => {
                format!("ADD CONSTRAINT {} NOT NULL", quote::name(usual_name(after)))
            }
            None => "SET NOT NULL".to_owned(),
        }));
    }
    for check in after.checks.iter() {
        let old = before.checks.get(&check.key());
        if old.is_none_or(|old| !same(old, check)) {
            checks_data |= check.validated;
            statements.push(alter(format!("ADD {}", constraint::check(check))));
        } else if old.is_some_and(|old| !old.validated && check.validated) {
            checks_data = true;
            statements.push(alter(format!("VALIDATE CONSTRAINT {}", quote::name(check.key()))));
        }
        if check.comment != old.and_then(|old| old.comment.clone()) {
            let on = format!("{} ON DOMAIN {name}", quote::name(check.key()));
            statements.push(comment::on("CONSTRAINT", &on, check.comment.as_deref()));
        }
    }
    if before.comment != after.comment {
        statements.push(comment::on("DOMAIN", &name, after.comment.as_deref()));
    }
    let made = Object::Domain(after.clone());
    let effect = planner.effect(&id, |database| {
        database.replace(made);
    });
    let mut step = Step::new(id.clone(), format!("alter domain {}", after.name.name), effect);
    step.statements = statements.into_iter().map(Sql::new).collect();
    step.reverse = schema_core::plan::Reverse::Irreversible { reason: "alter the domain back".to_owned() };
    if checks_data {
        let users = rebuild::users(&planner.now, &id);
        for (table, column) in users {
            if !planner.is_used(&ObjectId::table(&table)) {
                continue;
            }
            let message = format!("{table} is scanned while writers wait");
            step = step
                .lock(LockMode::Share, ObjectId::table(&table))
                .work(schema_core::plan::Work::Scan)
                .hazard(Hazard::new(HazardCode::ScanUnderLock, message))
                .hazard(Hazard::new(
                    HazardCode::ViolatingRows,
                    format!("values of {} that violate it make it fail", column.name),
                ));
            let is_met = |check: &Check| {
                before.checks.iter().any(|old| old.validated && old.expression == check.expression)
            };
            for check in after.checks.iter().filter(|check| check.validated && !is_met(check)) {
                step.probes.extend(planner.domain_violations(&table, &column.name, check));
            }
            if after.not_null && !before.not_null {
                step.probes.extend(planner.nulls(&table, &column.name));
            }
        }
        step = step.hazard(Hazard::new(
            HazardCode::ConstraintAdded,
            "values that violate it are refused from now on",
        ));
    }
    planner.push(step);
}

/// Whether two checks of a domain differ in comment and validation at most.
fn same(old: &Check, new: &Check) -> bool {
    old.expression == new.expression && (new.validated || !old.validated)
}

/// PostgreSQL 17: whether the NOT NULL of a domain is to have its usual name, which another constraint has.
pub(super) fn has_name_taken(planner: &Planner<'_>, domain: &Domain) -> bool {
    planner.version.major >= 17
        && domain.not_null
        && domain.not_null_name.is_none()
        && planner.constraint_names.is_taken(&domain.name, &usual_name(domain))
}

fn usual_name(domain: &Domain) -> Name {
    implicit_name(&domain.name.name, "", "not_null")
}
