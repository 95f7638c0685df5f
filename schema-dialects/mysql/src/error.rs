//! Errors of the driver as errors of Groundplan.

use schema_core::{Error, ObjectId};
use sqlx::mysql::MySqlDatabaseError;

use crate::Flavour;

/// Error numbers that another attempt may overcome: a lock wait that timed out, a deadlock, and a statement that
/// was interrupted.
const TRANSIENT: &[u16] = &[1205, 1213, 1317];

/// Errors whose message repeats a row's value, with what is said in its place.
const VALUE_MESSAGES: &[(u16, &str)] = &[
    (1062, "rows with equal keys (the server names the value, which is not shown)"),
    (1586, "rows with equal keys (the server names the value, which is not shown)"),
    (1264, "a row holds a value that is out of range for the column"),
    (1265, "a row holds a value that the column would truncate"),
    (1292, "a row holds a value that does not convert to the column's type"),
    (1300, "a row holds bytes that are no text in the column's character set"),
    (1366, "a row holds a value that does not convert to the column's type"),
    (1406, "a row holds a value that is too long for the column"),
    (1411, "a row holds a value that does not convert"),
    (1441, "a row holds a date or time that overflows"),
    (1525, "a value does not convert"),
    (1526, "a row belongs to no partition"),
    (1690, "a row's value is out of range"),
    (3140, "a row holds a text that is not JSON"),
    (3141, "a row holds a text that is not JSON"),
    (3156, "a row holds a JSON value that does not convert"),
];

/// Maps an error of the driver; `statement` is what was run, without row values.
pub(crate) fn database(
    error: &sqlx::Error,
    flavour: Flavour,
    object: Option<ObjectId>,
    statement: Option<&str>,
) -> Error {
    let (code, message) = describe(error);
    Error::Database {
        engine: flavour.engine(),
        object,
        statement: statement.map(str::to_owned),
        transient: code.is_some_and(|code| TRANSIENT.contains(&code)),
        code: code.map(|code| code.to_string()),
        message,
    }
}

/// Whether a database could not be dropped for a file in its folder that is no object: MariaDB 11.8 may leave an empty
/// database so after a trigger of it was replaced.
pub(crate) fn is_leftover(error: &sqlx::Error) -> bool {
    describe(error).0 == Some(1010)
}

/// The message of an error, without row values.
pub(crate) fn message(error: &sqlx::Error) -> String {
    describe(error).1
}

fn describe(error: &sqlx::Error) -> (Option<u16>, String) {
    match error.as_database_error().and_then(|e| e.try_downcast_ref::<MySqlDatabaseError>()) {
        Some(database) => {
            let number = database.number();
            let message = VALUE_MESSAGES
                .iter()
                .find(|(code, _)| *code == number)
                .map_or_else(|| database.message().to_owned(), |(_, message)| (*message).to_owned());
            (Some(number), format!("{message} ({number})"))
        }
        None => (None, error.to_string()),
    }
}
