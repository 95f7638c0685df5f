//! SQL scripts, run in a scratch database.

use schema_core::{Declared, Engine, Error, Inspection, Location, Scope, Script, script};
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, PgConnection};

use super::declared::make;
use super::scratch::Scratch;
use crate::lexis::{Token, tokens};
use crate::{error, inspect};

/// Runs what is declared and reads the result.
pub(super) async fn run(
    scratch: &mut Scratch,
    declared: &Declared,
    scope: &Scope,
) -> Result<Inspection, Error> {
    let connection = &mut scratch.connection;
    if !declared.schema.is_empty() {
        let dialect = crate::PgDialect::new(scratch.version);
        let objects = super::statements(dialect, declared.schema.clone())?;
        make(connection, "SET LOCAL check_function_bodies = off", &objects).await?;
        inspect::run(connection, "COMMIT").await?;
    }
    for script in &declared.scripts {
        inspect::run(connection, "RESET ALL; SET synchronous_commit = off; SET check_function_bodies = off")
            .await?;
        statements(connection, script, scope).await?;
    }
    inspect::inspect(connection, scratch.version, &scope.schemas, scope.privileges).await
}

async fn statements(connection: &mut PgConnection, script: &Script, scope: &Scope) -> Result<(), Error> {
    let all = script::split(&script.text, Engine::Postgres).map_err(|error| error.within(&script.name))?;
    for statement in &all {
        let words = leading_words(statement.sql);
        let location = |(line, column): (usize, usize)| Location { file: script.name.clone(), line, column };
        if reaches_beyond(&words) {
            return Err(Error::Script {
                location: location((statement.line, statement.column)),
                message: "this changes more than one database's schema, which a schema script cannot hold; do it apart"
                    .to_owned(),
                statement: Some(statement.sql.to_owned()),
            });
        }
        let result = sqlx::raw_sql(AssertSqlSafe(statement.sql.to_owned())).execute(&mut *connection).await;
        let Err(cause) = result else { continue };
        let refused = cause.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>());
        let Some(refused) = refused else { return Err(error::database(&cause, None)) };
        if is_harmless(&words, refused, scope) {
            continue;
        }
        let at = match refused.position() {
            Some(PgErrorPosition::Original(position)) => statement.location(position.saturating_sub(1)),
            Some(PgErrorPosition::Internal { .. }) | None => (statement.line, statement.column),
        };
        return Err(Error::Script {
            location: location(at),
            message: error::message(refused),
            statement: Some(statement.sql.to_owned()),
        });
    }
    Ok(())
}

/// The first words of a statement, in capitals.
fn leading_words(sql: &str) -> Vec<String> {
    let pieces = tokens(sql);
    let words = pieces.iter().filter_map(|piece| match piece {
        Token::Word(word) => Some(word.to_uppercase()),
        Token::Quoted(_) | Token::Other(_) => None,
    });
    words.take(4).collect()
}

/// Whether a statement changes what all databases of the server share, or another database.
fn reaches_beyond(words: &[String]) -> bool {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let verb = matches!(word(0), "CREATE" | "ALTER" | "DROP");
    match word(1) {
        "ROLE" | "GROUP" | "DATABASE" | "TABLESPACE" | "SYSTEM" | "SUBSCRIPTION" => verb,
        "USER" => verb && word(2) != "MAPPING",
        _ => false,
    }
}

/// Whether a refusal says nothing about the schema: what dumps hold for other versions and other servers.
fn is_harmless(words: &[String], refused: &PgDatabaseError, scope: &Scope) -> bool {
    const UNDEFINED_OBJECT: &str = "42704";
    const DUPLICATE_SCHEMA: &str = "42P06";
    let first = words.first().map_or("", String::as_str);
    match (first, refused.code()) {
        // A setting of another version.
        ("SET", UNDEFINED_OBJECT) => true,
        // A new database has this schema already.
        ("CREATE", DUPLICATE_SCHEMA) => refused.message().contains("\"public\""),
        // Owners and grants to roles that this server does not have, where they are not asked for.
        ("ALTER" | "GRANT" | "REVOKE", UNDEFINED_OBJECT) => {
            !scope.privileges && refused.message().starts_with("role ")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{leading_words, reaches_beyond};

    #[test]
    fn what_reaches_beyond_the_database_is_seen() {
        let beyond = |sql| reaches_beyond(&leading_words(sql));
        assert!(beyond("CREATE ROLE app"));
        assert!(beyond("alter database x set timezone to 'UTC'"));
        assert!(!beyond("CREATE USER MAPPING FOR public SERVER s"));
        assert!(!beyond("CREATE TABLE role (id int)"));
    }
}
