//! Declared objects, made in scratch schemas of the target.

use std::collections::BTreeSet;

use schema_core::{
    Canonical, Database, Dialect, Error, Inspection, Name, Object, ObjectKind, Schema, Scope, ScopeSchemas,
};
use sqlx::{AssertSqlSafe, PgConnection};

use super::names::Names;
use crate::inspect::{self, run};
use crate::{PgSession, error, quote};

pub(super) async fn canonicalize(
    session: &mut PgSession,
    declared: &Database,
    scope: &Scope,
) -> Result<Inspection, Error> {
    let schemas = schemas(declared, &session.default_schema);
    let real: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT s.name, pg_catalog.quote_ident(s.name), pg_catalog.obj_description(n.oid, 'pg_namespace') \
         FROM pg_catalog.unnest($1::text[]) s (name) LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = s.name",
    )
    .bind(schemas.into_iter().collect::<Vec<_>>())
    .persistent(false)
    .fetch_all(&mut session.connection)
    .await
    .map_err(error::query)?;
    let quoted = real.iter().map(|(name, quoted, _)| (name.clone(), quoted.clone())).collect();
    let names = Names::new(quoted, &session.default_schema);

    let (extensions, others): (Vec<Object>, Vec<Object>) =
        declared.clone().into_objects().partition(|object| matches!(object, Object::Extension(_)));
    let others = names.rename_to_scratch(others.into_iter().collect());
    let mut statements: Vec<String> =
        names.scratch().iter().map(|schema| format!("CREATE SCHEMA {}", quote::name(schema))).collect();
    statements.extend(extensions.iter().flat_map(crate::render::object::create));
    let skip = |sql: &String| sql.starts_with("CREATE SCHEMA ");
    statements.extend(super::statements(session.dialect, others)?.into_iter().filter(|sql| !skip(sql)));

    let mut path: Vec<String> = names.scratch().iter().map(quote::name).collect();
    // Types and functions of extensions live in the real default schema.
    path.push(quote::name(&session.default_schema));
    let settings =
        format!("SET LOCAL search_path = {}; SET LOCAL check_function_bodies = off", path.join(", "));

    let made = make(&mut session.connection, &settings, &statements).await;
    let inspection = match made {
        Ok(()) => {
            let version = session.dialect.version();
            let scope_schemas = ScopeSchemas::Named(names.scratch());
            inspect::read(&mut session.connection, version, &scope_schemas, scope.privileges).await
        }
        Err(error) => Err(error),
    };
    run(&mut session.connection, "ROLLBACK").await?;
    let inspection = inspection.map_err(|error| in_real_names(error, &names))?;
    let comments = real.into_iter().map(|(name, _, comment)| (Name::from(name), comment)).collect();
    let mut made = finish(inspection, &names, declared, comments);
    if let ScopeSchemas::Named(looked_at) = &scope.schemas {
        // The default schema is there in any case, and is no part of what is asked for where others are named.
        let default = Object::from(Schema::new(session.default_schema.as_str())).id();
        if !looked_at.contains(&default.name) && !declared.contains(&default) {
            made.schema.database.remove(&default);
        }
    }
    Ok(made)
}

/// The schemas that declared objects live in, the default one among them.
fn schemas(declared: &Database, default: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([default.to_owned()]);
    for (id, object) in declared.objects() {
        if let Object::Schema(schema) = object {
            all.insert(schema.name.to_string());
        } else if !matches!(object, Object::Extension(_)) {
            all.extend(id.schema.as_ref().map(ToString::to_string));
        }
    }
    all
}

/// Makes the objects within a transaction that stays open: all at once, and where the order is not yet right, one by
/// one until all stand or none can be made.
pub(super) async fn make(
    connection: &mut PgConnection,
    settings: &str,
    statements: &[String],
) -> Result<(), Error> {
    let all = format!("BEGIN; {settings};\n{}", statements.join(";\n"));
    if sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut *connection).await.is_ok() {
        return Ok(());
    }
    run(connection, "ROLLBACK").await?;
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {settings}")))
        .execute(&mut *connection)
        .await
        .map_err(error::query)?;
    let mut waiting: Vec<&String> = statements.iter().collect();
    loop {
        let mut failed: Vec<(&String, sqlx::Error)> = Vec::new();
        let before = waiting.len();
        for statement in waiting {
            run(connection, "SAVEPOINT step").await?;
            match sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *connection).await {
                Ok(_) => run(connection, "RELEASE step").await?,
                Err(cause) => {
                    run(connection, "ROLLBACK TO step").await?;
                    failed.push((statement, cause));
                }
            }
        }
        match failed.first() {
            None => return Ok(()),
            Some((statement, cause)) if failed.len() == before => {
                return Err(error::database(cause, Some(statement)));
            }
            Some(_) => waiting = failed.into_iter().map(|(statement, _)| statement).collect(),
        }
    }
}

/// An error about a scratch schema, told in the declared names.
fn in_real_names(error: Error, names: &Names) -> Error {
    match error {
        Error::Database { engine, object, statement, code, message, transient } => Error::Database {
            engine,
            object,
            statement: statement.map(|text| names.text(&text)),
            code,
            message: names.text(&message),
            transient,
        },
        other => other,
    }
}

/// What was read, under the real names, and without what the target holds besides.
fn finish(
    inspection: Inspection,
    names: &Names,
    declared: &Database,
    comments: Vec<(Name, Option<String>)>,
) -> Inspection {
    let Canonical { database, dependencies } = names.rename_back(inspection.schema);
    let keep = |object: &Object| match object {
        Object::Extension(extension) => {
            declared.objects().any(|(id, _)| id.kind == ObjectKind::Extension && id.name == extension.name)
        }
        // Whatever belongs to no schema is the target's own: such objects are declared in a scratch database.
        Object::Sql(object) => object.name.schema.is_some(),
        Object::Schema(_)
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
        | Object::Privileges(_) => true,
    };
    let mut database: Database = database.into_objects().filter(keep).collect();
    for (name, comment) in comments {
        let id = Object::from(Schema::new(name.clone())).id();
        // A schema that is not declared stays what it is.
        let comment = if let Some(Object::Schema(schema)) = declared.get(&id) {
            schema.comment.clone()
        } else {
            comment
        };
        if let Some(Object::Schema(schema)) = database.get_mut(&id) {
            schema.comment = comment;
        }
    }
    Inspection {
        schema: Canonical::observed(database, dependencies),
        unmodelled: inspection.unmodelled.into_iter().filter(|finding| finding.table.is_some()).collect(),
    }
}
