//! SQL scripts, run in a scratch database.

use schema_core::{Declared, Engine, Error, Inspection, Location, Scope, ScopeRoles, Script, script};
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, PgConnection};

use super::declared::make;
use super::roles::{self, Roles};
use super::scratch::Scratch;
use crate::lexis::{Token, tokens};
use crate::{error, inspect};

/// Runs what is declared and reads the result.
pub(super) async fn run(
    scratch: &mut Scratch,
    declared: &Declared,
    roles: &Roles,
    scope: &Scope,
) -> Result<Inspection, Error> {
    const SETTINGS: &str = "SET LOCAL check_function_bodies = off";
    let connection = &mut scratch.connection;
    let mut objects = roles.stand_ins();
    // Roles that stand in for others are seen by nobody, and go with the transaction.
    let together = !objects.is_empty();
    if !declared.schema.is_empty() {
        let dialect = crate::PgDialect::new(scratch.version);
        objects.extend(super::statements(dialect, declared.schema.clone())?);
    }
    if !objects.is_empty() {
        make(connection, SETTINGS, &objects).await?;
        if !together {
            inspect::run(connection, "COMMIT").await?;
        }
    }
    for script in &declared.scripts {
        inspect::run(connection, "RESET ALL; SET synchronous_commit = off; SET check_function_bodies = off")
            .await?;
        statements(connection, script, scope, together).await?;
    }
    let scope = Scope { roles: ScopeRoles::None, ..scope.clone() };
    if together {
        let inspection = inspect::read(connection, scratch.version, &scope).await;
        inspect::run(connection, "ROLLBACK").await?;
        return inspection;
    }
    inspect::inspect(connection, scratch.version, &scope).await
}

async fn statements(
    connection: &mut PgConnection,
    script: &Script,
    scope: &Scope,
    together: bool,
) -> Result<(), Error> {
    let all = script::split(&script.text, Engine::Postgres).map_err(|error| error.within(&script.name))?;
    for statement in &all {
        let words = leading_words(statement.sql);
        let location = |(line, column): (usize, usize)| Location { file: script.name.clone(), line, column };
        let refuse = |message: &str, statement_shown: bool| Error::Script {
            location: location((statement.line, statement.column)),
            message: message.to_owned(),
            statement: statement_shown.then(|| statement.sql.to_owned()),
        };
        if roles::is_about_roles(statement.sql) {
            if scope.roles.is_none() {
                // It may hold a password.
                return Err(refuse(roles::NOT_ASKED_FOR, false));
            }
            continue;
        }
        if let Some(reason) = reaches_beyond(&words, statement.sql) {
            return Err(refuse(reason, true));
        }
        if together {
            match transaction(&words) {
                Transaction::Not => {}
                Transaction::Whole => continue,
                Transaction::Part => {
                    return Err(refuse(
                        "where roles are declared that the server does not have yet, a script is tried as one transaction, \
                         and cannot take parts of itself back",
                        true,
                    ));
                }
            }
            inspect::run(connection, "SAVEPOINT statement").await?;
        }
        let result = sqlx::raw_sql(AssertSqlSafe(statement.sql.to_owned())).execute(&mut *connection).await;
        if together {
            let end = if result.is_ok() { "RELEASE statement" } else { "ROLLBACK TO statement" };
            inspect::run(connection, end).await?;
        }
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

/// What a statement does to the transaction that it stands in.
#[derive(Debug, PartialEq)]
enum Transaction {
    /// Nothing.
    Not,
    /// It begins or ends one as a whole.
    Whole,
    /// It takes something back, or leaves it to another transaction.
    Part,
}

fn transaction(words: &[String]) -> Transaction {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match (word(0), word(1)) {
        ("COMMIT", "PREPARED")
        | ("ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE", _)
        | ("PREPARE", "TRANSACTION") => Transaction::Part,
        ("BEGIN" | "COMMIT" | "END", _) | ("START", "TRANSACTION") => Transaction::Whole,
        _ => Transaction::Not,
    }
}

/// The first words of a statement, in capitals.
fn leading_words(sql: &str) -> Vec<String> {
    words(sql).take(4).collect()
}

/// The words of a statement that stand in no quotes, in capitals.
fn words(sql: &str) -> impl Iterator<Item = String> {
    tokens(sql).into_iter().filter_map(|piece| match piece {
        Token::Word(word) => Some(word.to_uppercase()),
        Token::Quoted(_) | Token::Other(_) => None,
    })
}

/// Why a statement is not tried out, if it changes what all databases of the server share, or another database.
fn reaches_beyond(leading: &[String], sql: &str) -> Option<&'static str> {
    const SHARED: &[&str] = &["ROLE", "USER", "GROUP", "DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION"];
    const BEYOND: &str =
        "this changes more than one database's schema, which a schema script cannot hold; do it apart";
    const BLOCK: &str = "this block makes or changes what all databases of the server share, which would happen at once and \
                         not as a step of a plan; say it in statements of their own, roles with --roles";
    let word = |at: usize| leading.get(at).map_or("", String::as_str);
    let beyond = match word(0) {
        "CREATE" | "ALTER" | "DROP" => SHARED.contains(&word(1)) && (word(1), word(2)) != ("USER", "MAPPING"),
        "COMMENT" => word(1) == "ON" && SHARED.contains(&word(2)),
        "SECURITY" => word(1) == "LABEL" && words(sql).any(|word| word == "ROLE" || word == "DATABASE"),
        "GRANT" | "REVOKE" => {
            let on = words(sql).skip_while(|word| word != "ON").nth(1);
            on.is_some_and(|on| matches!(on.as_str(), "DATABASE" | "TABLESPACE" | "PARAMETER"))
        }
        "REASSIGN" => word(1) == "OWNED",
        "DO" => {
            let within = tokens(sql).into_iter().filter_map(|piece| match piece {
                Token::Other(body) if body.starts_with(['$', '\'']) => {
                    Some(words(body.trim_matches(['$', '\''])))
                }
                Token::Other(_) | Token::Word(_) | Token::Quoted(_) => None,
            });
            let body: Vec<String> = within.flatten().collect();
            let changes = |pair: &[String]| {
                matches!(pair[0].as_str(), "CREATE" | "ALTER" | "DROP")
                    && SHARED[..4].contains(&pair[1].as_str())
            };
            return body.windows(2).any(changes).then_some(BLOCK);
        }
        _ => false,
    };
    beyond.then_some(BEYOND)
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
    use super::{Transaction, leading_words, reaches_beyond, transaction};

    #[test]
    fn what_reaches_beyond_the_database_is_seen() {
        let beyond = |sql| reaches_beyond(&leading_words(sql), sql).is_some();
        for sql in [
            "CREATE ROLE app",
            "alter database x set timezone to 'UTC'",
            "GRANT CONNECT ON DATABASE shop TO app",
            "REVOKE ALL ON TABLESPACE fast FROM app",
            "COMMENT ON DATABASE shop IS 'x'",
            "DO $$ BEGIN IF true THEN CREATE ROLE app; END IF; END $$",
            "DO LANGUAGE plpgsql $x$ BEGIN EXECUTE 'SELECT 1'; ALTER USER app SUPERUSER; END $x$",
        ] {
            assert!(beyond(sql), "{sql}");
        }
        for sql in [
            "CREATE USER MAPPING FOR public SERVER s",
            "CREATE TABLE role (id int)",
            "DO $$ BEGIN CREATE TABLE t (role int); END $$",
            "COMMENT ON TABLE role IS 'x'",
        ] {
            assert!(!beyond(sql), "{sql}");
        }
    }

    #[test]
    fn what_ends_a_transaction_is_seen() {
        let seen = |sql| transaction(&leading_words(sql));
        assert_eq!([seen("BEGIN"), seen("commit work")], [Transaction::Whole, Transaction::Whole]);
        assert_eq!(seen("ROLLBACK TO SAVEPOINT a"), Transaction::Part);
        assert_eq!(seen("PREPARE TRANSACTION 'x'"), Transaction::Part);
        assert_eq!(seen("PREPARE q AS SELECT 1"), Transaction::Not);
    }
}
