//! Objects that are not tables: made, and changed in place.

mod domain;
mod extension;
mod hazards;
mod in_place;

use schema_core::diff::Diff;
use schema_core::plan::{LockMode, Work};
use schema_core::{
    DefaultPrivileges, Error, Hazard, HazardCode, Object, ObjectId, ObjectKind, QualifiedName, Role,
    Sequence, Sql, SqlObject, SqlObjectKind, Step,
};

use self::hazards::{default_privileges_hazard, role_hazards};
use super::{Planner, enums, rebuild};
use crate::quote;
use crate::render::{object, privilege};

pub(super) fn create(planner: &mut Planner<'_>, object: &Object) {
    let id = object.id();
    let mut made = object.clone();
    if let Object::Sequence(sequence) = &mut made {
        sequence.owned_by = None;
    }
    if let Object::MaterializedView(view) = &mut made {
        view.indexes = schema_core::Parts::default();
        view.clustered_on = None;
    }
    let statements = if let Object::Privileges(privileges) = &made {
        privilege::create(privileges, &defaults_in_force(planner))
    } else if let Object::Domain(domain) = &made
        && domain::has_name_taken(planner, domain)
    {
        object::create(&rebuild::named(&made))
    } else {
        object::create(&made)
    };
    let undo = object::drop(&made);
    let effect = planner.effect(&id, |database| database.insert(made));
    let title = match id.kind {
        ObjectKind::Privileges => format!("grant privileges on {}", id.name),
        ObjectKind::DefaultPrivileges => default_privileges_title(&id),
        kind => format!("create {kind} {}", id.name),
    };
    let mut step = Step::new(id.clone(), title, effect);
    step.statements = statements.into_iter().map(Sql::new).collect();
    for statement in undo {
        step = step.undo(statement);
    }
    step = match object {
        Object::Trigger(trigger) => planner.queued(step, LockMode::ShareRowExclusive, &trigger.table),
        Object::Policy(policy) => planner.locked(step, LockMode::AccessExclusive, &policy.table),
        Object::Sql(sql) => lock_for_sql(planner, step, sql),
        // Its query is run to fill it.
        Object::MaterializedView(_) => step.work(Work::Scan),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::Routine(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => step,
    };
    let was_there = planner.before.get(&id).is_some();
    if let Object::Policy(policy) = object
        && !was_there
        // Of a table that is new nobody has seen a row.
        && planner.before.table(&policy.table).is_some()
    {
        let message = format!("{} decides who sees which rows", id.name);
        step = step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message));
    }
    if let Object::Privileges(privileges) = object
        && !was_there
        && planner.before.get(&privileges.object).is_some()
    {
        let message = format!("who may use {} changes", id.name);
        step = step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message));
    }
    // Where there is nothing yet, nobody has got used to anything.
    if id.kind == ObjectKind::DefaultPrivileges && planner.before.tables().next().is_some() {
        step = default_privileges_hazard(step, &id);
    }
    if let Object::Role(role) = object {
        step = role_hazards(step, &Role::new(role.name.clone()), role);
    }
    // Whoever makes an object owns it and grants nothing: that needs no statement.
    planner.push(step);
}

/// What an object kept as SQL locks when it is made.
fn lock_for_sql(planner: &Planner<'_>, step: Step, sql: &SqlObject) -> Step {
    let id = sql.id();
    match (sql.kind, id.table_name()) {
        (SqlObjectKind::Rule, Some(table)) => planner.locked(step, LockMode::AccessExclusive, &table),
        (SqlObjectKind::Statistics | SqlObjectKind::Publication, _) => {
            planner.locked_about(step, &id, &planner.after.dependencies)
        }
        (
            SqlObjectKind::Rule
            | SqlObjectKind::Collation
            | SqlObjectKind::Cast
            | SqlObjectKind::Operator
            | SqlObjectKind::OperatorClass
            | SqlObjectKind::OperatorFamily
            | SqlObjectKind::TextSearchParser
            | SqlObjectKind::TextSearchTemplate
            | SqlObjectKind::TextSearchDictionary
            | SqlObjectKind::TextSearchConfiguration
            | SqlObjectKind::ForeignDataWrapper
            | SqlObjectKind::ForeignServer
            | SqlObjectKind::UserMapping
            | SqlObjectKind::EventTrigger
            | SqlObjectKind::Event
            | SqlObjectKind::VirtualTable,
            _,
        ) => step,
    }
}

pub(super) fn own(planner: &mut Planner<'_>, sequence: &Sequence) {
    let id = ObjectId::new(ObjectKind::Sequence, &sequence.name);
    let made = Object::Sequence(sequence.clone());
    let effect = planner.effect(&id, |database| {
        database.replace(made);
    });
    let step = Step::new(id, format!("let {} go with its column", sequence.name.name), effect)
        .statement(crate::render::sequence::own(sequence))
        .undo(format!("ALTER SEQUENCE {} OWNED BY NONE", quote::qualified(&sequence.name)));
    planner.push(step);
}

/// A sequence that was logged as its table is becomes what it is to be.
pub(super) fn log(planner: &mut Planner<'_>, sequence: &QualifiedName) {
    let id = ObjectId::new(ObjectKind::Sequence, sequence);
    let Some(Object::Sequence(wanted)) = planner.after.database.get(&id) else { return };
    let wanted = wanted.unlogged;
    let Some(Object::Sequence(now)) = planner.now.get(&id).cloned() else { return };
    if now.unlogged == wanted {
        return;
    }
    let next = Sequence { unlogged: wanted, ..now.clone() };
    let (forward, backward) = (in_place::sequence(&now, &next), in_place::sequence(&next, &now));
    let effect = planner.effect(&id, |database| {
        database.replace(Object::Sequence(next));
    });
    let mut step = Step::new(id, format!("change the logging of {}", sequence.name), effect);
    step.statements = forward.into_iter().map(Sql::new).collect();
    for statement in backward {
        step = step.undo(statement);
    }
    planner.push(step);
}

pub(super) fn alter(planner: &mut Planner<'_>, before: &Object, after: &Object) -> Result<(), Error> {
    // With its table a sequence may have changed already.
    let now = planner.now.get(&after.id()).filter(|now| matches!(now, Object::Sequence(_))).cloned();
    let before = now.as_ref().unwrap_or(before);
    if before == after {
        return Ok(());
    }
    if rebuild::rebuilds(&planner.before, before, after) {
        return rebuild::rebuild(planner, before, after);
    }
    if let (Object::Enum(before), Object::Enum(after)) = (before, after) {
        enums::alter(planner, before, after);
        return Ok(());
    }
    if let (Object::Extension(before), Object::Extension(after)) = (before, after) {
        extension::alter(planner, before, after);
        return Ok(());
    }
    if let (Object::Domain(before), Object::Domain(after)) = (before, after) {
        domain::alter(planner, before, after);
        return Ok(());
    }
    let id = after.id();
    let forward = in_place::statements(before, after)?;
    let backward = in_place::statements(after, before)?;
    let mut made = after.clone();
    if let (Object::MaterializedView(made), Some(Object::MaterializedView(now))) =
        (&mut made, planner.now.get(&id))
    {
        made.indexes = now.indexes.clone();
    }
    let effect: Diff = planner.effect(&id, |database| {
        database.replace(made);
    });
    let title = match id.kind {
        ObjectKind::DefaultPrivileges => default_privileges_title(&id),
        kind => format!("alter {kind} {}", id.name),
    };
    let mut step = Step::new(id.clone(), title, effect);
    step.statements = forward.into_iter().map(Sql::new).collect();
    for statement in backward {
        step = step.undo(statement);
    }
    step = match after {
        Object::View(_) | Object::MaterializedView(_) => step.lock(LockMode::AccessExclusive, id.clone()),
        Object::Trigger(trigger) => planner.locked(step, LockMode::ShareRowExclusive, &trigger.table),
        Object::Policy(policy) => planner.locked(step, LockMode::AccessExclusive, &policy.table),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Routine(_)
        | Object::Sql(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => step,
    };
    if matches!(id.kind, ObjectKind::Policy | ObjectKind::Privileges) {
        let message = format!("who may see or do what with {} changes", id.name);
        step = step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message));
    }
    if id.kind == ObjectKind::DefaultPrivileges {
        step = default_privileges_hazard(step, &id);
    }
    if let (Object::Role(before), Object::Role(after)) = (before, after) {
        step = role_hazards(step, before, after);
    }
    planner.push(step);
    Ok(())
}

/// What is granted by itself on what is made now.
fn defaults_in_force<'p>(planner: &'p Planner<'_>) -> Vec<&'p DefaultPrivileges> {
    let all = planner.now.objects().filter_map(|(_, object)| {
        if let Object::DefaultPrivileges(defaults) = object { Some(defaults) } else { None }
    });
    all.collect()
}

pub(super) fn default_privileges_title(id: &ObjectId) -> String {
    let schema = id.schema.as_ref().map(|schema| format!(" in {schema}")).unwrap_or_default();
    let on = id.signature.as_deref().unwrap_or_default();
    format!("change what is granted on new {on} of {}{schema}", id.name)
}
