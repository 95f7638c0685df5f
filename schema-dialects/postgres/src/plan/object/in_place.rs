//! The statements that change an object in place.

use schema_core::{
    CompositeType, Error, MaterializedView, Object, Policy, Privileges, Routine, Schema, Sequence, SqlObject,
    Trigger, View,
};

use crate::quote;
use crate::render::designation::designation;
use crate::render::push;
use crate::render::sequence::Counting;
use crate::render::{comment, key, object, privilege, role, sequence, types, view};

/// The statements that lead from one to the other.
pub(super) fn statements(before: &Object, after: &Object) -> Result<Vec<String>, Error> {
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
        (
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
            | Object::Routine(_)
            | Object::Trigger(_)
            | Object::Policy(_)
            | Object::Sql(_)
            | Object::Privileges(_)
            | Object::DefaultPrivileges(_)
            | Object::Role(_),
            _,
        ) => {
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

pub(super) fn sequence(before: &Sequence, after: &Sequence) -> Vec<String> {
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
