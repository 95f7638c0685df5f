//! Lets the server itself say how it holds what is declared.
//!
//! Objects of the model are made in scratch schemas of the target, within a transaction that is rolled back, and read
//! back under their real names. Scripts, which name their schemas and may hold anything, run in a scratch database.

mod declared;
mod mentions;
mod names;
mod scratch;
mod script;

use schema_core::{Canonical, Database, Declared, Dialect, Error, Inspection, Object, Scope};

use crate::{PgDialect, PgSession};

/// How the server holds what is declared.
pub(crate) async fn canonicalize(
    session: &mut PgSession,
    declared: &Declared,
    scope: &Scope,
) -> Result<Inspection, Error> {
    if declared.scripts.is_empty() && !needs_database(&declared.schema) {
        match declared::canonicalize(session, &declared.schema, scope).await {
            // A scratch schema does not hold what an extension brings: who names that with its schema needs a database.
            Err(Error::Database { .. }) if has_extension(&declared.schema) => {}
            made => return made,
        }
    }
    let mut scratch = scratch::create(session).await?;
    let result = script::run(&mut scratch, declared, scope).await;
    scratch::drop(session, scratch).await?;
    result
}

fn has_extension(declared: &Database) -> bool {
    declared.objects().any(|(_, object)| matches!(object, Object::Extension(_)))
}

/// Whether something is declared that belongs to no schema, so that a scratch schema cannot hold it.
fn needs_database(declared: &Database) -> bool {
    declared
        .objects()
        .any(|(_, object)| matches!(object, Object::Sql(object) if object.name.schema.is_none()))
}

/// The statements that make declared objects, ordered by what they mention.
fn statements(dialect: PgDialect, declared: Database) -> Result<Vec<String>, Error> {
    let dependencies = mentions::dependencies(&declared);
    let canonical = Canonical { database: declared, dependencies };
    Ok(dialect.render(&canonical)?.iter().map(ToString::to_string).collect())
}
