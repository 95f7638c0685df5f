//! Lets the server itself say how it holds what is declared.
//!
//! Objects of the model are made in scratch schemas of the target, within a transaction that is rolled back, and read
//! back under their real names. Scripts, which name their schemas and may hold anything, run in a scratch database.

mod declared;
mod mentions;
mod names;
mod roles;
mod scratch;
mod script;

use schema_core::{Canonical, Database, Declared, Dialect, Error, Inspection, Object, Schema, Scope};

use self::roles::Roles;
use crate::{PgDialect, PgSession, error};

/// How the server holds what is declared.
pub(crate) async fn canonicalize(
    session: &mut PgSession,
    declared: &Declared,
    scope: &Scope,
) -> Result<Inspection, Error> {
    let roles = Roles::read(&mut session.connection, session.dialect.version(), declared, scope).await?;
    if declared.scripts.is_empty() && !needs_database(&declared.schema) {
        match declared::canonicalize(session, &declared.schema, &roles, scope).await {
            // A scratch schema does not hold what an extension brings: who names that with its schema needs a database.
            Err(Error::Database { .. }) if has_extension(&declared.schema) => {}
            made => {
                let mut inspection = made?;
                roles.add(&mut inspection.schema.database);
                return Ok(inspection);
            }
        }
    }
    let mut scratch = scratch::create(session).await?;
    let result = script::run(&mut scratch, declared, &roles, scope).await;
    scratch::drop(session, scratch).await?;
    let mut inspection = result?;
    roles.add(&mut inspection.schema.database);
    if declared.scripts.is_empty() {
        keep_comment(session, &declared.schema, &mut inspection).await?;
    }
    Ok(inspection)
}

/// A default schema that is not declared stays what it is, as it does where objects are made in scratch schemas: a new
/// database has a comment on it that this one need not have.
async fn keep_comment(
    session: &mut PgSession,
    declared: &Database,
    inspection: &mut Inspection,
) -> Result<(), Error> {
    let id = Object::from(Schema::new(session.default_schema.as_str())).id();
    if declared.contains(&id) {
        return Ok(());
    }
    let Some(Object::Schema(schema)) = inspection.schema.database.get_mut(&id) else { return Ok(()) };
    schema.comment = sqlx::query_scalar(
        "SELECT pg_catalog.obj_description(n.oid, 'pg_namespace') FROM pg_catalog.pg_namespace n WHERE n.nspname = $1",
    )
    .bind(&session.default_schema)
    .persistent(false)
    .fetch_optional(&mut session.connection)
    .await
    .map_err(error::query)?
    .flatten();
    Ok(())
}

fn has_extension(declared: &Database) -> bool {
    declared.objects().any(|(_, object)| matches!(object, Object::Extension(_)))
}

/// Whether something is declared that belongs to no schema, so that a scratch schema cannot hold it.
fn needs_database(declared: &Database) -> bool {
    declared.objects().any(|(_, object)| {
        if let Object::Sql(object) = object {
            return object.name.schema.is_none();
        }
        matches!(object, Object::DefaultPrivileges(defaults) if defaults.schema.is_none())
    })
}

/// The statements that make declared objects, ordered by what they mention.
fn statements(dialect: PgDialect, declared: Database) -> Result<Vec<String>, Error> {
    // Roles are not tried out: see `roles`.
    let declared: Database =
        declared.into_objects().filter(|object| !matches!(object, Object::Role(_))).collect();
    let dependencies = mentions::dependencies(&declared);
    let canonical = Canonical { database: declared, dependencies };
    Ok(dialect.render(&canonical)?.iter().map(ToString::to_string).collect())
}
