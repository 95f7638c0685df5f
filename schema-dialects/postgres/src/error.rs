//! The one place where errors of the driver become ours. Row values (the DETAIL of a unique violation) and passwords
//! never pass.

use std::time::Duration;

use schema_core::{Engine, Error};
use sqlx::postgres::PgDatabaseError;

/// What may succeed when it is tried again: lock timeouts, deadlocks, serialization failures.
const TRANSIENT: [&str; 4] = ["55P03", "40P01", "40001", "55006"];

/// What text search says of a value that it cannot read, as of a statement.
const SYNTAX_ERROR: &str = "42601";

/// An error of a statement.
pub(crate) fn database(error: &sqlx::Error, statement: Option<&str>) -> Error {
    let statement = statement.map(str::to_owned);
    match error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) {
        Some(refused) => Error::Database {
            engine: Engine::Postgres,
            object: None,
            statement,
            code: Some(refused.code().to_owned()),
            message: message(refused),
            transient: TRANSIENT.contains(&refused.code()),
        },
        None => Error::Database {
            engine: Engine::Postgres,
            object: None,
            statement,
            code: None,
            message: error.to_string(),
            transient: false,
        },
    }
}

/// An online statement that waited long enough for older transactions: the next attempt would wait for the same ones.
pub(crate) fn without_another_attempt(error: Error, waited: Duration) -> Error {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    match error {
        Error::Database { engine, object, statement, code, message, .. }
            if code.as_deref() == Some(LOCK_NOT_AVAILABLE) =>
        {
            let message = format!(
                "{message}: it waited {waited:?} for transactions that were open before it (see xact_start in \
                 pg_stat_activity). End them and apply again, which clears away what is left half-made"
            );
            Error::Database { engine, object, statement, code, message, transient: false }
        }
        other => other,
    }
}

/// For a query of our own.
#[expect(clippy::needless_pass_by_value, reason = "the signature that `map_err` asks for")]
pub(crate) fn query(error: sqlx::Error) -> Error {
    database(&error, None)
}

/// The server's message, with its hint and without its DETAIL, which may hold the values of rows. What stands in the
/// way of a DROP is in the DETAIL too, and holds names only.
pub(crate) fn message(refused: &PgDatabaseError) -> String {
    const DEPENDENT_OBJECTS_STILL_EXIST: &str = "2BP01";
    let mut text = without_values(refused.code(), refused.position().is_some(), refused.message());
    if let Some(detail) = refused.detail().filter(|_| refused.code() == DEPENDENT_OBJECTS_STILL_EXIST) {
        text.push_str(": ");
        text.push_str(&detail.replace('\n', "; "));
    } else if let Some(hint) = refused.hint() {
        text.push_str(" (");
        text.push_str(hint);
        text.push(')');
    }
    text
}

/// Whether a query asked a materialized view that has not been populated, and so has no rows.
pub(crate) fn is_unpopulated(error: &sqlx::Error) -> bool {
    const OBJECT_NOT_IN_PREREQUISITE_STATE: &str = "55000";
    error.as_database_error().is_some_and(|e| e.code().as_deref() == Some(OBJECT_NOT_IN_PREREQUISITE_STATE))
}

/// Whether a value is what the server could not compute with, or what a domain does not hold: the classes of codes for
/// that, of a query that can be read itself.
pub(crate) fn is_data_error(code: &str) -> bool {
    is_data_exception(code) || code.starts_with("23") || code == SYNTAX_ERROR
}

/// Whether a query names what is not there, or not as the query takes it: the class of codes for that, without the code
/// for a right that is missing.
pub(crate) fn is_misfit(code: &str) -> bool {
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    code.starts_with("42") && code != INSUFFICIENT_PRIVILEGE
}

fn is_data_exception(code: &str) -> bool {
    code.starts_with("22")
}

/// Errors of data quote the value that does not fit, which here is a row's. A statement's own syntax error is at a
/// position in it.
fn without_values(code: &str, at_position: bool, message: &str) -> String {
    let quotes_value = is_data_exception(code) || code == SYNTAX_ERROR && !at_position;
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if quotes_value && first < last => {
            format!("{}…{}", &message[..=first], &message[last..])
        }
        _ => message.to_owned(),
    }
}

/// The failure to connect.
pub(crate) fn connect(error: &sqlx::Error, target: &str) -> Error {
    let message = match error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) {
        Some(refused) => message(refused),
        None => error.to_string(),
    };
    Error::Connect { target: target.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::{is_misfit, without_values};

    #[test]
    fn values_of_rows_are_left_out() {
        let told =
            without_values("22P02", true, "invalid input syntax for type integer: \"a\"b@example.org\"");
        assert_eq!(told, "invalid input syntax for type integer: \"…\"");
        let told = without_values("22003", false, "value \"99999\" is out of range for type smallint");
        assert_eq!(told, "value \"…\" is out of range for type smallint");
        let told = without_values("42601", false, "wrong position info in tsvector: \"secret:x\"");
        assert_eq!(told, "wrong position info in tsvector: \"…\"");
    }

    #[test]
    fn names_stay() {
        let told = without_values("42P01", true, "relation \"users\" does not exist");
        assert_eq!(told, "relation \"users\" does not exist");
        let told = without_values("42601", true, "syntax error at or near \"selct\"");
        assert_eq!(told, "syntax error at or near \"selct\"");
    }

    #[test]
    fn misfits_are_no_missing_rights() {
        assert!(is_misfit("42P01") && is_misfit("42703") && is_misfit("42883"));
        assert!(!is_misfit("42501") && !is_misfit("57014") && !is_misfit("55P03") && !is_misfit("53100"));
    }
}
