//! Errors of the driver as errors of Groundplan.

use schema_core::{Engine, Error};

const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;

/// An error of a statement. SQLite's messages name tables and columns, never values.
pub(crate) fn database(error: &sqlx::Error, statement: &str) -> Error {
    let code = code(error);
    Error::Database {
        engine: Engine::Sqlite,
        object: None,
        statement: Some(statement.to_owned()),
        transient: code.is_some_and(|code| matches!(code & 0xff, SQLITE_BUSY | SQLITE_LOCKED)),
        code: code.map(|code| code.to_string()),
        message: message(error),
    }
}

/// An error of a statement in the scratch area.
pub(crate) fn scratch(error: &sqlx::Error, statement: &str) -> Error {
    let mut told = database(error, statement);
    if let Error::Database { message, .. } = &mut told {
        *message = scratch_message(error);
    }
    told
}

/// The engine's message, and how the scratch area comes to know what it does not.
pub(crate) fn scratch_message(error: &sqlx::Error) -> String {
    let message = message(error);
    let unknown = ["no such collation sequence", "no such function", "unknown function", "no such module"];
    if !unknown.iter().any(|start| message.contains(start)) {
        return message;
    }
    format!(
        "{message}: declared schemas are tried out in a database in memory, which knows what SQLite has built in and \
         what the options of the connection add (`SqliteConnectOptions::collation`, `::extension`), but not what an \
         application registers on its connections itself"
    )
}

/// A failed attempt to open a database.
pub(crate) fn connect(error: &sqlx::Error, target: &str) -> Error {
    Error::Connect { target: target.to_owned(), message: message(error) }
}

/// Whether another connection is in the way.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// The engine's message without the driver's additions.
pub(crate) fn message(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(database) => database.message().to_owned(),
        None => error.to_string(),
    }
}

/// The engine's extended result code.
fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}
