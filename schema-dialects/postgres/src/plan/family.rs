//! Partitions and tables that inherit: joining a parent, and leaving it.

use schema_core::plan::{LockMode, Phase, Probe, Work};
use schema_core::{
    Database, ForeignKey, Hazard, HazardCode, KeyPart, Name, ObjectId, ObjectKind, Part, QualifiedName, Sql,
    Step, Table,
};

use super::column::not_null::{not_null, passed_not_null};
use super::node::Constraint;
use super::{Planner, parents};
use crate::quote;
use crate::render::{constraint, implicit_name, table as render};

/// A partition stands by itself.
pub(super) fn detach(planner: &mut Planner<'_>, name: &QualifiedName) {
    let id = ObjectId::table(name);
    let Some(now) = planner.now.table(name).cloned() else { return };
    let Some((parent, bound)) = &now.options.postgres.partition_of else {
        return leave(planner, &now);
    };
    let (child_name, parent_name) = (quote::qualified(name), quote::qualified(parent));
    let (kept, gone) = passed(planner, &now);
    let effect = planner.effect(&id, |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.partition_of = None;
            for index in table.indexes.iter_mut() {
                index.postgres.attached_to = None;
            }
            for constraint in &kept {
                constraint.insert(table);
            }
        }
    });
    let mut step = Step::new(id.clone(), format!("detach {} from {}", name.name, parent.name), effect)
        .statement(format!("ALTER TABLE {parent_name} DETACH PARTITION {child_name}"))
        .undo(format!("ALTER TABLE {parent_name} ATTACH PARTITION {child_name} {bound}"))
        .phase(Phase::Contract);
    if !gone.is_empty() {
        step = step.statement(render::alter(name, planner.is_foreign(name), false, &dropping(&gone)));
    }
    step = planner.leaving(step, name);
    step = planner.locked(step, LockMode::AccessExclusive, parent);
    step = planner.locked(step, LockMode::AccessExclusive, name).hazard(Hazard::new(
        HazardCode::ConstraintDropped,
        format!("{} no longer holds the rows of {}", parent.name, name.name),
    ));
    planner.push(step);
}

/// A table no longer inherits from parents that it is not to have.
fn leave(planner: &mut Planner<'_>, now: &Table) {
    let id = now.id();
    let after = planner.after.database.table(&now.name).map(|after| after.options.postgres.inherits.clone());
    let wanted = after.unwrap_or_default();
    let (stays, lost): (Vec<QualifiedName>, Vec<QualifiedName>) =
        now.options.postgres.inherits.iter().cloned().partition(|parent| wanted.contains(parent));
    let (kept, gone) = passed(planner, now);
    let still = |database: &Database, column: &Name| {
        stays.iter().any(|parent| database.table(parent).is_some_and(|p| p.columns.contains(column)))
    };
    let named = planner.version.major >= 18;
    let effect = planner.effect(&id, |database| {
        let own: Vec<Name> = now.columns.names().filter(|column| !still(database, column)).cloned().collect();
        let names: Vec<Option<Name>> =
            own.iter().map(|column| passed_not_null(database, &now.name, column).filter(|_| named)).collect();
        if let Some(table) = database.table_mut(&now.name) {
            table.options.postgres.inherits.clone_from(&stays);
            for (column, name) in own.iter().zip(names) {
                let usual = implicit_name(&now.name.name, column, "not_null");
                if let Some(column) = table.columns.get_mut(column) {
                    column.postgres.inherited = false;
                    column.postgres.inherited_not_null = false;
                    if let Some(name) = name.filter(|name| *name != usual.as_str()) {
                        let not_null = not_null(name);
                        column.postgres.not_null.get_or_insert(not_null);
                    }
                }
            }
            for constraint in &kept {
                constraint.insert(table);
            }
        }
    });
    let alter = |clauses: &[String]| render::alter(&now.name, planner.is_foreign(&now.name), false, clauses);
    let clauses = |word: &str| -> Vec<String> {
        lost.iter().map(|parent| format!("{word} {}", quote::qualified(parent))).collect()
    };
    let mut step = Step::new(id, format!("leave the parents of {}", now.name.name), effect)
        .statement(alter(&clauses("NO INHERIT")))
        .undo(alter(&clauses("INHERIT")))
        .phase(Phase::Contract);
    if !gone.is_empty() {
        step = step.statement(alter(&dropping(&gone)));
    }
    step = planner.locked(step, LockMode::AccessExclusive, &now.name);
    for parent in &lost {
        let message = format!("{} no longer holds the rows of {}", parent.name, now.name.name);
        step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
        step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
    }
    planner.push(step);
}

/// The constraints that a table has from its parents and that become its own: those that it is to have, and the others.
fn passed(planner: &Planner<'_>, now: &Table) -> (Vec<Constraint>, Vec<Constraint>) {
    let checks = passed_checks(&planner.now, now).into_iter().map(Constraint::Check);
    let keys = passed_keys(&planner.now, now).into_iter().map(Constraint::ForeignKey);
    let after = planner.after.database.table(&now.name);
    checks.chain(keys).partition(|constraint| after.is_some_and(|after| constraint.is_in(after)))
}

fn dropping(constraints: &[Constraint]) -> Vec<String> {
    constraints
        .iter()
        .map(|constraint| format!("DROP CONSTRAINT {}", quote::name(constraint.name())))
        .collect()
}

/// The foreign keys that a partition takes from its parents.
fn passed_keys(database: &Database, table: &Table) -> Vec<ForeignKey> {
    let mut all = Vec::new();
    let mut next = table.options.postgres.partition_of.as_ref().map(|(parent, _)| parent);
    while let Some(parent) = next.and_then(|name| database.table(name)) {
        all.extend(parent.foreign_keys.iter().cloned());
        next = parent.options.postgres.partition_of.as_ref().map(|(parent, _)| parent);
    }
    all
}

/// The checks that a partition takes from its parents, at any height, and has not of its own.
fn passed_checks(database: &Database, table: &Table) -> Vec<schema_core::Check> {
    let mut all: Vec<schema_core::Check> = Vec::new();
    let mut next: Vec<&QualifiedName> = parents(table).collect();
    while let Some(parent) = next.pop().and_then(|name| database.table(name)) {
        for check in parent.checks.iter().filter(|check| !check.no_inherit) {
            let known = table.checks.contains(&check.key()) || all.iter().any(|c| c.key() == check.key());
            if !known {
                all.push(check.clone());
            }
        }
        next.extend(parents(parent));
    }
    all
}

/// Rows that contradict the checks and foreign keys which a table takes from its parents when it is attached.
fn passed_probes(planner: &Planner<'_>, name: &QualifiedName, missing: &[schema_core::Check]) -> Vec<Probe> {
    let id = ObjectId::table(name);
    let (Some(before), Some(after)) = (planner.before.table(name), planner.after.database.table(name)) else {
        return Vec::new();
    };
    let checks = missing.iter().filter(|check| check.validated && check.enforced);
    let violations = checks.filter_map(|check| {
        planner.violations(name, id.part(ObjectKind::Check, check.key()), &check.expression)
    });
    let keys = passed_keys(&planner.after.database, after).into_iter();
    let keys = keys.filter(|key| key.validated && key.enforced && !before.foreign_keys.contains(&key.key()));
    violations.chain(keys.filter_map(|key| planner.orphans(name, &key))).collect()
}

/// The checks that a table must have to join its parents, and has not.
pub(super) fn missing_checks(planner: &Planner<'_>, now: &Table) -> Vec<schema_core::Check> {
    let after = planner.after.database.table(&now.name);
    let passed = after.into_iter().flat_map(|after| passed_checks(&planner.after.database, after));
    passed.filter(|check| !now.checks.contains(&check.key())).collect()
}

/// The checks that a new partition must have to be attached.
pub(super) fn given_checks(planner: &Planner<'_>, table: &Table) -> Vec<schema_core::Check> {
    match &table.options.postgres.partition_of {
        Some(_) => passed_checks(&planner.after.database, table),
        // What inherits has them from the beginning.
        None => Vec::new(),
    }
}

/// The keys without overlaps and exclusions that a partition is to have from its parent: the server takes none that a
/// table has already, and makes them as it attaches it.
pub(super) fn given_exclusions(planner: &Planner<'_>, table: &Table) -> Vec<Constraint> {
    let parent = table.options.postgres.partition_of.as_ref();
    let Some(parent) = parent.and_then(|(parent, _)| planner.after.database.table(parent)) else {
        return Vec::new();
    };
    let mut own: Vec<Constraint> = exclusions(table).collect();
    let same = |of_parent: &Constraint, own: &Constraint| unnamed(own) == unnamed(of_parent);
    exclusions(parent)
        .filter_map(|of_parent| Some(own.remove(own.iter().position(|own| same(&of_parent, own))?)))
        .collect()
}

/// The constraints by which rows keep others out that are not equal to them.
fn exclusions(table: &Table) -> impl Iterator<Item = Constraint> {
    let key = table.primary_key.iter().filter(|key| key.without_overlaps).cloned();
    let uniques = table.uniques.iter().filter(|unique| unique.without_overlaps).cloned();
    let exclusions = table.exclusions.iter().cloned().map(Constraint::Exclusion);
    key.map(Constraint::PrimaryKey).chain(uniques.map(Constraint::Unique)).chain(exclusions)
}

fn unnamed(constraint: &Constraint) -> Constraint {
    constraint.clone().with(None, None)
}

/// What the server calls a constraint that it makes.
fn usual_name(table: &QualifiedName, constraint: &Constraint) -> Name {
    let columns = |parts: &[KeyPart]| {
        let names: Vec<&str> =
            parts.iter().map(|part| part.column_name().map_or("expr", Name::as_str)).collect();
        names.join("_")
    };
    match constraint {
        Constraint::PrimaryKey(_) => implicit_name(&table.name, "", "pkey"),
        Constraint::Unique(unique) => implicit_name(&table.name, columns(&unique.columns), "key"),
        Constraint::Exclusion(exclusion) => {
            let parts: Vec<KeyPart> = exclusion.elements.iter().map(|element| element.part.clone()).collect();
            implicit_name(&table.name, columns(&parts), "excl")
        }
        Constraint::Check(_) | Constraint::ForeignKey(_) => constraint.name(),
    }
}

/// A table becomes a partition.
pub(super) fn attach(planner: &mut Planner<'_>, name: &QualifiedName) {
    let Some(after) = planner.after.database.table(name) else { return };
    let Some((parent, bound)) = after.options.postgres.partition_of.clone() else { return };
    attach_to(planner, name, &parent, &bound);
}

fn attach_to(planner: &mut Planner<'_>, name: &QualifiedName, parent: &QualifiedName, bound: &Sql) {
    let id = ObjectId::table(name);
    let (partition, bounds) = (parent.clone(), bound.clone());
    // A table that was there before has not what a new one was made with.
    let missing = match planner.now.table(name) {
        Some(now) if planner.is_used(&id) => missing_checks(planner, now),
        Some(_) | None => Vec::new(),
    };
    // The indexes of the parent take those of the partition that fit them.
    let attached: Vec<(Name, QualifiedName)> = planner
        .after
        .database
        .table(name)
        .into_iter()
        .flat_map(|table| table.indexes.iter())
        .filter_map(|index| Some((index.name.clone()?, index.postgres.attached_to.clone()?)))
        .collect();
    let given =
        planner.after.database.table(name).map_or_else(Vec::new, |table| given_exclusions(planner, table));
    let now = planner.now.table(name);
    let had: Vec<Constraint> = now.into_iter().flat_map(exclusions).collect();
    let had: Vec<Constraint> = given
        .iter()
        .filter_map(|given| had.iter().find(|had| unnamed(had) == unnamed(given)).cloned())
        .collect();
    let effect = planner.effect(&id, |database| {
        if let Some(table) = database.table_mut(name) {
            for constraint in &had {
                constraint.remove(table);
            }
            for constraint in &given {
                constraint.insert(table);
            }
            table.options.postgres.partition_of = Some((partition, bounds));
            for (index, to) in attached {
                if let Some(index) = table.indexes.get_mut(&index) {
                    index.postgres.attached_to = Some(to);
                }
            }
        }
    });
    let (child_name, parent_name) = (quote::qualified(name), quote::qualified(parent));
    let probes = passed_probes(planner, name, &missing);
    let missing: Vec<String> =
        missing.iter().map(|check| format!("ADD {}", constraint::check(check))).collect();
    let mut step = Step::new(id.clone(), format!("attach {} to {}", name.name, parent.name), effect)
        .undo(format!("ALTER TABLE {parent_name} DETACH PARTITION {child_name}"));
    for probe in probes {
        let message = format!("rows of {} that contradict {} make it fail", name.name, probe.object.name);
        step = step.hazard(Hazard::new(probe.code, message)).probe(probe);
    }
    if !missing.is_empty() {
        step = step.statement(render::alter(name, planner.is_foreign(name), false, &missing));
    }
    if !had.is_empty() {
        let message = format!("everyone who uses {} waits while its indexes are built", name.name);
        step = step.statement(render::alter(name, false, false, &dropping(&had)));
        step = step.hazard(Hazard::new(HazardCode::IndexBuildUnderLock, message));
    }
    step = step.statement(format!("ALTER TABLE {parent_name} ATTACH PARTITION {child_name} {bound}"));
    for constraint in &given {
        let (usual, wanted) = (usual_name(name, constraint), constraint.name());
        if usual != wanted {
            let rename = format!("RENAME CONSTRAINT {} TO {}", quote::name(&usual), quote::name(&wanted));
            step = step.statement(render::alter(name, false, false, &[rename]));
        }
        let comment = constraint.comment();
        step.statements
            .extend(comment.map(|text| Sql::new(constraint::comment_on(name, &wanted, Some(text.as_str())))));
    }
    step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
    if planner.exists(name) {
        let message = format!("{} is scanned for rows that do not belong there", name.name);
        step = planner.locked(step, LockMode::AccessExclusive, name).work(Work::Scan);
        step = step.hazard(Hazard::new(HazardCode::ScanUnderLock, message));
        if let Some(probe) = planner.strangers(name, parent, bound) {
            let message = format!("rows of {} that do not belong there make it fail", name.name);
            step = step.hazard(Hazard::new(HazardCode::ViolatingRows, message)).probe(probe);
        }
    }
    let default = planner.partitions(parent).find(|table| {
        let bound = table.options.postgres.partition_of.as_ref().map(|(_, bound)| bound.as_str());
        bound == Some("DEFAULT") && table.name != *name
    });
    if let Some(default) = default.map(|table| table.name.clone()).filter(|default| planner.exists(default)) {
        let message =
            format!("the default partition {} is scanned for rows that belong to the new one", default.name);
        step = step.lock(LockMode::AccessExclusive, ObjectId::table(&default)).work(Work::Scan);
        step = step.hazard(Hazard::new(HazardCode::ScanUnderLock, message));
        if let Some(probe) = planner.misplaced(&default, name, parent, bound) {
            let message = format!("rows of {} that belong to the new partition make it fail", default.name);
            step = step.hazard(Hazard::new(HazardCode::ViolatingRows, message)).probe(probe);
        }
    }
    planner.push(step);
}
