//! Objects that are not tables: made, and changed in place.

use schema_core::diff::Diff;
use schema_core::plan::{LockMode, Work};
use schema_core::{
    CompositeType, DefaultPrivileges, Domain, Error, Extension, Hazard, HazardCode, MaterializedView, Object,
    ObjectId, ObjectKind, Part, Policy, Privileges, QualifiedName, Role, Routine, Schema, Sequence, Sql,
    SqlObject, SqlObjectKind, Step, Trigger, View,
};

use super::{Planner, enums, rebuild};
use crate::quote;
use crate::render::designation::designation;
use crate::render::push;
use crate::render::sequence::Counting;
use crate::render::{comment, constraint, key, object, privilege, role, sequence, types, view};

pub(super) fn create(planner: &mut Planner<'_>, object: &Object) {
    let id = object.id();
    let mut made = object.clone();
    match &mut made {
        Object::Sequence(sequence) => sequence.owned_by = None,
        Object::MaterializedView(view) => {
            view.indexes = schema_core::Parts::default();
            view.clustered_on = None;
        }
        _ => {}
    }
    let statements = match &made {
        Object::Privileges(privileges) => privilege::create(privileges, &defaults_in_force(planner)),
        _ => object::create(&made),
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
    step = match (id.kind, id.table_name()) {
        (ObjectKind::Trigger, Some(table)) => planner.queued(step, LockMode::ShareRowExclusive, &table),
        (ObjectKind::Policy | ObjectKind::Sql(SqlObjectKind::Rule), Some(table)) => {
            planner.locked(step, LockMode::AccessExclusive, &table)
        }
        (ObjectKind::Sql(SqlObjectKind::Statistics | SqlObjectKind::Publication), _) => {
            planner.locked_about(step, &id, &planner.after.dependencies)
        }
        _ => step,
    };
    if id.kind == ObjectKind::MaterializedView {
        // Its query is run to fill it.
        step = step.work(Work::Scan);
    }
    let was_there = planner.before.get(&id).is_some();
    match object {
        // Of a table that is new nobody has seen a row.
        Object::Policy(policy) if !was_there && planner.before.table(&policy.table).is_some() => {
            let message = format!("{} decides who sees which rows", id.name);
            step = step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message));
        }
        Object::Privileges(privileges) if planner.before.get(&privileges.object).is_some() && !was_there => {
            let message = format!("who may use {} changes", id.name);
            step = step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message));
        }
        // Where there is nothing yet, nobody has got used to anything.
        Object::DefaultPrivileges(_) if planner.before.tables().next().is_some() => {
            step = default_privileges_hazard(step, &id);
        }
        Object::Role(role) => step = role_hazards(step, &Role::new(role.name.clone()), role),
        _ => {}
    }
    // Whoever makes an object owns it and grants nothing: that needs no statement.
    planner.push(step);
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
    let (forward, backward) = (self::sequence(&now, &next), self::sequence(&next, &now));
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
    match (before, after) {
        (Object::Enum(before), Object::Enum(after)) => {
            enums::alter(planner, before, after);
            return Ok(());
        }
        (Object::Extension(before), Object::Extension(after)) => return extension(planner, before, after),
        (Object::Domain(before), Object::Domain(after)) => {
            domain(planner, before, after);
            return Ok(());
        }
        _ => {}
    }
    let id = after.id();
    let forward = statements(before, after)?;
    let backward = statements(after, before)?;
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
    step = match (id.kind, id.table_name()) {
        (ObjectKind::View | ObjectKind::MaterializedView, _) => {
            step.lock(LockMode::AccessExclusive, id.clone())
        }
        (ObjectKind::Trigger, Some(table)) => planner.locked(step, LockMode::ShareRowExclusive, &table),
        (ObjectKind::Policy, Some(table)) => planner.locked(step, LockMode::AccessExclusive, &table),
        _ => step,
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
    let all = planner.now.objects().filter_map(|(_, object)| match object {
        Object::DefaultPrivileges(defaults) => Some(defaults),
        _ => None,
    });
    all.collect()
}

pub(super) fn default_privileges_title(id: &ObjectId) -> String {
    let schema = id.schema.as_ref().map(|schema| format!(" in {schema}")).unwrap_or_default();
    let on = id.signature.as_deref().unwrap_or_default();
    format!("change what is granted on new {on} of {}{schema}", id.name)
}

fn default_privileges_hazard(step: Step, id: &ObjectId) -> Step {
    let on = id.signature.as_deref().unwrap_or_default();
    let message = format!("who may use the {on} that {} makes from now on changes", id.name);
    step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message))
}

/// What a role may do from now on that it might not before, by itself or as a member of another.
fn role_hazards(step: Step, before: &Role, after: &Role) -> Step {
    let had = role::powers(before);
    let powers: Vec<String> = role::powers(after).into_iter().filter(|power| !had.contains(power)).collect();
    let step = if powers.is_empty() {
        step
    } else {
        let message = format!("{} gets {}", after.name, powers.join(", "));
        step.hazard(Hazard::new(HazardCode::RolePowers, message))
    };
    let is_new = *before == Role::new(after.name.clone());
    if is_new || *after == (Role { comment: after.comment.clone(), ..before.clone() }) {
        return step;
    }
    let message = format!("what {} may do changes", after.name);
    step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message))
}

/// The statements that lead from one to the other.
fn statements(before: &Object, after: &Object) -> Result<Vec<String>, Error> {
    Ok(match (before, after) {
        (Object::Schema(before), Object::Schema(after)) => schema(before, after),
        (Object::Composite(before), Object::Composite(after)) => composite(before, after),
        (Object::Sequence(before), Object::Sequence(after)) => sequence(before, after),
        (Object::View(before), Object::View(after)) => view(before, after),
        (Object::MaterializedView(before), Object::MaterializedView(after)) => {
            materialized_view(before, after)
        }
        (Object::Routine(before), Object::Routine(after)) => routine(before, after),
        (Object::Trigger(before), Object::Trigger(after)) => trigger(before, after),
        (Object::Policy(before), Object::Policy(after)) => policy(before, after),
        (Object::Sql(before), Object::Sql(after)) => sql(before, after),
        (Object::Privileges(before), Object::Privileges(after)) => privileges(before, after),
        (Object::DefaultPrivileges(before), Object::DefaultPrivileges(after)) => {
            privilege::alter_defaults(Some(before), Some(after))
        }
        (Object::Role(before), Object::Role(after)) => role::alter(before, after),
        (Object::Range(before), Object::Range(after)) => {
            vec![comment::on("TYPE", &quote::qualified(&after.name), after.comment.as_deref())]
                .into_iter()
                .filter(|_| before.comment != after.comment)
                .collect()
        }
        _ => {
            return Err(Error::Unsupported {
                object: after.id(),
                reason: "PostgreSQL cannot change this in place".to_owned(),
            });
        }
    })
}

fn schema(before: &Schema, after: &Schema) -> Vec<String> {
    debug_assert_eq!(before.name, after.name);
    vec![comment::on("SCHEMA", &quote::name(&after.name), after.comment.as_deref())]
}

fn extension(planner: &mut Planner<'_>, before: &Extension, after: &Extension) -> Result<(), Error> {
    let id = ObjectId::new(ObjectKind::Extension, &after.name.clone().into());
    let name = quote::name(&after.name);
    let mut next = before.clone();
    next.comment.clone_from(&after.comment);
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
    if next != *after {
        return Err(Error::Unsupported {
            object: id,
            reason: "an extension's comment is its own".to_owned(),
        });
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
    Ok(())
}

fn domain(planner: &mut Planner<'_>, before: &Domain, after: &Domain) {
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
            for check in after.checks.iter().filter(|check| !before.checks.iter().any(|old| same(old, check)))
            {
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
fn same(old: &schema_core::Check, new: &schema_core::Check) -> bool {
    old.expression == new.expression && (new.validated || !old.validated)
}

fn composite(before: &CompositeType, after: &CompositeType) -> Vec<String> {
    let name = quote::qualified(&after.name);
    let find = |ty: &CompositeType, attribute: &schema_core::CompositeAttribute| {
        ty.attributes.iter().find(|other| other.name == attribute.name).cloned()
    };
    let mut clauses: Vec<String> = Vec::new();
    for attribute in before.attributes.iter().filter(|attribute| find(after, attribute).is_none()) {
        clauses.push(format!("DROP ATTRIBUTE {}", quote::name(&attribute.name)));
    }
    for attribute in &after.attributes {
        match find(before, attribute) {
            None => clauses.push(format!("ADD ATTRIBUTE {}", types::attribute(attribute))),
            Some(old) if old.ty != attribute.ty || old.collation != attribute.collation => {
                let definition = types::attribute(attribute);
                let quoted = quote::name(&attribute.name);
                let ty = definition.strip_prefix(quoted.as_str()).unwrap_or_default();
                clauses.push(format!("ALTER ATTRIBUTE {quoted} TYPE{ty}"));
            }
            Some(_) => {}
        }
    }
    let mut all = Vec::new();
    if !clauses.is_empty() {
        all.push(format!("ALTER TYPE {name} {}", clauses.join(", ")));
    }
    if before.comment != after.comment {
        all.push(comment::on("TYPE", &name, after.comment.as_deref()));
    }
    for attribute in &after.attributes {
        if find(before, attribute).and_then(|old| old.comment) != attribute.comment {
            let on = format!("{name}.{}", quote::name(&attribute.name));
            all.push(comment::on("COLUMN", &on, attribute.comment.as_deref()));
        }
    }
    all
}

fn sequence(before: &Sequence, after: &Sequence) -> Vec<String> {
    let name = quote::qualified(&after.name);
    let mut clauses = String::new();
    if before.ty != after.ty {
        push(
            &mut clauses,
            format_args!(" AS {}", after.ty.as_ref().map_or_else(|| "bigint".to_owned(), types::ty)),
        );
    }
    let old = Counting::of(&before.options, before.ty.as_ref());
    let new = Counting::of(&after.options, after.ty.as_ref());
    for clause in old.alter(new, before.ty != after.ty, " ") {
        push(&mut clauses, format_args!(" {}", clause.trim_start()));
    }
    let mut all: Vec<String> = Vec::new();
    for (number, condition) in old.outside(new) {
        all.push(format!(
            "SELECT pg_catalog.setval({}, {number}, {}) FROM {name} WHERE {condition}",
            quote::literal(&name),
            // Where it begins has not been given out yet.
            number == if new.increment > 0 { new.max } else { new.min }
        ));
    }
    if !clauses.is_empty() {
        all.push(format!("ALTER SEQUENCE {name}{clauses}"));
    }
    if before.unlogged != after.unlogged {
        all.push(format!("ALTER SEQUENCE {name} SET {}", if after.unlogged { "UNLOGGED" } else { "LOGGED" }));
    }
    if before.owned_by != after.owned_by {
        all.push(sequence::own(after));
    }
    if before.comment != after.comment {
        all.push(comment::on("SEQUENCE", &name, after.comment.as_deref()));
    }
    all
}

fn view(before: &View, after: &View) -> Vec<String> {
    let name = quote::qualified(&after.name);
    let mut all = Vec::new();
    let body = |view: &View| (view.query.clone(), view.check_option, view.postgres.options.clone());
    if body(before) != body(after) {
        let bare = View {
            comment: None,
            postgres: schema_core::PostgresView {
                column_comments: Vec::new(),
                column_defaults: Vec::new(),
                ..after.postgres.clone()
            },
            ..after.clone()
        };
        all.extend(view::create(&bare, true));
    }
    for (column, _) in &before.postgres.column_defaults {
        if !after.postgres.column_defaults.iter().any(|(name, _)| name == column) {
            all.push(format!("ALTER VIEW {name} ALTER COLUMN {} DROP DEFAULT", quote::name(column)));
        }
    }
    for (column, default) in &after.postgres.column_defaults {
        all.push(format!("ALTER VIEW {name} ALTER COLUMN {} SET DEFAULT {default}", quote::name(column)));
    }
    if before.comment != after.comment {
        all.push(comment::on("VIEW", &name, after.comment.as_deref()));
    }
    all.extend(column_comments(
        &after.name,
        &before.postgres.column_comments,
        &after.postgres.column_comments,
    ));
    all
}

fn column_comments(
    view: &schema_core::QualifiedName,
    before: &[(schema_core::Name, String)],
    after: &[(schema_core::Name, String)],
) -> Vec<String> {
    let gone = before.iter().filter(|(column, _)| !after.iter().any(|(name, _)| name == column));
    let gone = gone.map(|(column, _)| crate::render::column::comment_on(view, column, None));
    let new = after.iter().filter(|comment| !before.contains(comment));
    gone.chain(new.map(|(column, text)| crate::render::column::comment_on(view, column, Some(text))))
        .collect()
}

fn materialized_view(before: &MaterializedView, after: &MaterializedView) -> Vec<String> {
    let name = quote::qualified(&after.name);
    let mut all = Vec::new();
    if before.parameters != after.parameters {
        let key = |parameter: &String| parameter.split('=').next().unwrap_or_default().to_owned();
        let gone: Vec<String> = before
            .parameters
            .iter()
            .map(key)
            .filter(|name| !after.parameters.iter().any(|p| key(p) == *name))
            .collect();
        if !gone.is_empty() {
            all.push(format!("ALTER MATERIALIZED VIEW {name} RESET ({})", gone.join(", ")));
        }
        if !after.parameters.is_empty() {
            all.push(format!("ALTER MATERIALIZED VIEW {name} SET ({})", key::settings(&after.parameters)));
        }
    }
    if before.tablespace != after.tablespace {
        let space = after.tablespace.as_ref().map_or_else(|| "pg_default".to_owned(), quote::name);
        all.push(format!("ALTER MATERIALIZED VIEW {name} SET TABLESPACE {space}"));
    }
    if before.clustered_on != after.clustered_on {
        all.push(match &after.clustered_on {
            Some(index) => format!("ALTER MATERIALIZED VIEW {name} CLUSTER ON {}", quote::name(index)),
            None => format!("ALTER MATERIALIZED VIEW {name} SET WITHOUT CLUSTER"),
        });
    }
    if before.comment != after.comment {
        all.push(comment::on("MATERIALIZED VIEW", &name, after.comment.as_deref()));
    }
    all.extend(column_comments(&after.name, &before.column_comments, &after.column_comments));
    all
}

fn routine(before: &Routine, after: &Routine) -> Vec<String> {
    let mut all = Vec::new();
    if before.definition != after.definition {
        all.push(after.definition.to_string());
    }
    if before.comment != after.comment {
        let keyword = object::routine_keyword(after.kind);
        all.push(comment::on(keyword, &object::routine_name(after), after.comment.as_deref()));
    }
    all
}

fn trigger(before: &Trigger, after: &Trigger) -> Vec<String> {
    let mut all = Vec::new();
    if before.state != after.state {
        all.push(object::trigger_state(after));
    }
    if before.comment != after.comment {
        all.push(comment::on("TRIGGER", &designation(&after.id()), after.comment.as_deref()));
    }
    all
}

fn policy(before: &Policy, after: &Policy) -> Vec<String> {
    let on = designation(&after.id());
    let mut clauses = String::new();
    if before.roles != after.roles {
        let roles = if after.roles.is_empty() { "PUBLIC".to_owned() } else { quote::names(&after.roles) };
        push(&mut clauses, format_args!(" TO {roles}"));
    }
    if let Some(using) = after.using.as_ref().filter(|using| before.using.as_ref() != Some(*using)) {
        push(&mut clauses, format_args!(" USING ({using})"));
    }
    if let Some(check) = after.with_check.as_ref().filter(|check| before.with_check.as_ref() != Some(*check))
    {
        push(&mut clauses, format_args!(" WITH CHECK ({check})"));
    }
    let mut all = Vec::new();
    if !clauses.is_empty() {
        all.push(format!("ALTER POLICY {on}{clauses}"));
    }
    if before.comment != after.comment {
        all.push(comment::on("POLICY", &on, after.comment.as_deref()));
    }
    all
}

fn sql(before: &SqlObject, after: &SqlObject) -> Vec<String> {
    if before.comment == after.comment {
        return Vec::new();
    }
    vec![object::comment_on_sql(after, after.comment.as_deref())]
}

fn privileges(before: &Privileges, after: &Privileges) -> Vec<String> {
    privilege::alter(Some(before), Some(after))
}
