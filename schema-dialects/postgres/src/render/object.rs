//! Objects of every kind: how they are made, dropped and designated.

use schema_core::{
    Extension, Object, Policy, PolicyCommand, Routine, RoutineKind, Schema, SqlObject, Trigger, TriggerState,
};

use super::designation::{designation, keyword};
use super::push;
use super::table::Later;
use super::{comment, privilege, role, sequence, table, types, view};
use crate::quote;

/// The statements that make an object. Tables come without indexes and foreign keys, sequences without owner.
pub(crate) fn create(object: &Object) -> Vec<String> {
    match object {
        Object::Schema(o) => create_schema(o),
        Object::Extension(o) => create_extension(o),
        Object::Enum(o) => types::create_enum(o),
        Object::Domain(o) => types::create_domain(o),
        Object::Composite(o) => types::create_composite(o),
        Object::Range(o) => types::create_range(o),
        Object::Sequence(o) => sequence::create(o),
        Object::Table(o) => table::create(o, &[], &Later::default()),
        Object::View(o) => view::create(o, false),
        Object::MaterializedView(o) => view::create_materialized(o),
        Object::Routine(o) => create_routine(o),
        Object::Trigger(o) => create_trigger(o),
        Object::Policy(o) => create_policy(o),
        Object::Sql(o) => create_sql(o),
        Object::Privileges(o) => privilege::alter(None, Some(o)),
        Object::DefaultPrivileges(o) => privilege::alter_defaults(None, Some(o)),
        Object::Role(o) => role::create(o),
    }
}

/// The statement that drops an object. Never with CASCADE.
pub(crate) fn drop(object: &Object) -> Vec<String> {
    match object {
        Object::Sql(o) => vec![removal(o)],
        // What was granted goes with the object, or is taken back.
        Object::Privileges(o) => privilege::alter(Some(o), None),
        Object::DefaultPrivileges(o) => privilege::alter_defaults(Some(o), None),
        Object::Table(o) if o.options.postgres.foreign.is_some() => {
            vec![format!("DROP FOREIGN TABLE {}", quote::qualified(&o.name))]
        }
        Object::Routine(o) => vec![format!("DROP {} {}", routine_keyword(o.kind), routine_name(o))],
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::MaterializedView(_)
        | Object::Trigger(_)
        | Object::Policy(_)
        | Object::Role(_) => {
            let id = object.id();
            vec![format!("DROP {} {}", keyword(&id), designation(&id))]
        }
    }
}

fn create_schema(schema: &Schema) -> Vec<String> {
    let name = quote::name(&schema.name);
    // Every new database has this schema, with this comment.
    let exists = schema.name == "public";
    let standard = exists && schema.comment.as_deref() == Some("standard public schema");
    let mut all = vec![format!("CREATE SCHEMA {}{name}", if exists { "IF NOT EXISTS " } else { "" })];
    if !standard {
        all.extend(comment::set("SCHEMA", &name, schema.comment.as_deref()));
    }
    all
}

fn create_extension(extension: &Extension) -> Vec<String> {
    let name = quote::name(&extension.name);
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {name}");
    if let Some(schema) = extension.schema.as_ref().filter(|schema| *schema != "pg_catalog") {
        push(&mut sql, format_args!(" SCHEMA {}", quote::name(schema)));
    }
    if let Some(version) = &extension.version {
        push(&mut sql, format_args!(" VERSION {}", quote::literal(version)));
    }
    let comment = comment::set("EXTENSION", &name, extension.comment.as_deref());
    std::iter::once(sql).chain(comment).collect()
}

/// The statement that gives an extension its comment: the one that it brings, where it is to have no other.
pub(crate) fn extension_comment(extension: &Extension) -> String {
    let name = quote::name(&extension.name);
    comment::set("EXTENSION", &name, extension.comment.as_deref()).unwrap_or_else(|| {
        let body = format!(
            "BEGIN EXECUTE (SELECT format('COMMENT ON EXTENSION %I IS %L', name, comment) \
             FROM pg_catalog.pg_available_extensions WHERE name = {}); END",
            quote::literal(extension.name.as_str())
        );
        format!("DO {}", quote::literal(&body))
    })
}

fn create_routine(routine: &Routine) -> Vec<String> {
    let mut all = vec![routine.definition.to_string()];
    all.extend(comment::set(
        routine_keyword(routine.kind),
        &routine_name(routine),
        routine.comment.as_deref(),
    ));
    all
}

pub(crate) fn routine_keyword(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Function | RoutineKind::Window => "FUNCTION",
        RoutineKind::Procedure => "PROCEDURE",
        RoutineKind::Aggregate => "AGGREGATE",
    }
}

pub(crate) fn routine_name(routine: &Routine) -> String {
    format!("{}({})", quote::qualified(&routine.name), routine.arguments)
}

fn create_trigger(trigger: &Trigger) -> Vec<String> {
    let mut all = vec![trigger.definition.to_string()];
    all.extend((trigger.state != TriggerState::Enabled).then(|| trigger_state(trigger)));
    all.extend(comment::set("TRIGGER", &designation(&trigger.id()), trigger.comment.as_deref()));
    all
}

/// The statement that says when a trigger fires.
pub(crate) fn trigger_state(trigger: &Trigger) -> String {
    let state = match trigger.state {
        TriggerState::Enabled => "ENABLE",
        TriggerState::Disabled => "DISABLE",
        TriggerState::Replica => "ENABLE REPLICA",
        TriggerState::Always => "ENABLE ALWAYS",
    };
    format!("ALTER TABLE {} {state} TRIGGER {}", quote::qualified(&trigger.table), quote::name(&trigger.name))
}

fn create_policy(policy: &Policy) -> Vec<String> {
    let on = designation(&policy.id());
    let kind = if policy.permissive { "" } else { " AS RESTRICTIVE" };
    let command = match policy.command {
        PolicyCommand::All => "",
        PolicyCommand::Select => " FOR SELECT",
        PolicyCommand::Insert => " FOR INSERT",
        PolicyCommand::Update => " FOR UPDATE",
        PolicyCommand::Delete => " FOR DELETE",
    };
    let roles =
        if policy.roles.is_empty() { String::new() } else { format!(" TO {}", quote::names(&policy.roles)) };
    let mut sql = format!("CREATE POLICY {on}{kind}{command}{roles}");
    if let Some(using) = &policy.using {
        push(&mut sql, format_args!(" USING ({using})"));
    }
    if let Some(check) = &policy.with_check {
        push(&mut sql, format_args!(" WITH CHECK ({check})"));
    }
    let mut all = vec![sql];
    all.extend(comment::set("POLICY", &on, policy.comment.as_deref()));
    all
}

/// The statement that removes an object kept as SQL. A rule is named with its table, which may be called otherwise by now.
fn removal(object: &SqlObject) -> String {
    match object.table {
        Some(_) => format!("DROP RULE {}", designation(&object.id())),
        None => object.removal.to_string(),
    }
}

fn create_sql(object: &SqlObject) -> Vec<String> {
    let mut all: Vec<String> = object.definition.iter().map(ToString::to_string).collect();
    all.extend(object.comment.as_deref().map(|text| comment_on_sql(object, Some(text))));
    all
}

/// The statement that comments on an object kept as SQL: its removal names it as COMMENT ON does.
pub(crate) fn comment_on_sql(object: &SqlObject, text: Option<&str>) -> String {
    let removal = removal(object);
    let designation = removal.trim_start_matches("DROP ");
    format!("COMMENT ON {designation} IS {}", text.map_or_else(|| "NULL".to_owned(), quote::literal))
}
