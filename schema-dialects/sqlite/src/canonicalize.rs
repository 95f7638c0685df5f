//! The scratch area: a private database in memory, of the same library.

use schema_core::{Declared, Error, Inspection, Location, Script};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use crate::sql::{split, tokenize};
use crate::{error, inspect, render};

/// What SQLite makes of what is declared.
pub(crate) async fn canonicalize(declared: &Declared) -> Result<Inspection, Error> {
    let mut scratch = open().await?;
    let inspection = fill_and_inspect(&mut scratch, declared).await;
    // The database lives in memory and goes with its connection, whether it closes well or not.
    let _ = scratch.close().await;
    inspection
}

async fn open() -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new().filename(":memory:").foreign_keys(false);
    options.connect().await.map_err(|e| error::connect(&e, "a database in memory"))
}

async fn fill_and_inspect(scratch: &mut SqliteConnection, declared: &Declared) -> Result<Inspection, Error> {
    for statement in render::database(&declared.schema)? {
        run(scratch, statement.as_str()).await.map_err(|e| error::database(&e, statement.as_str()))?;
    }
    for script in &declared.scripts {
        self::script(scratch, script).await?;
    }
    inspect::inspect(scratch).await
}

async fn script(scratch: &mut SqliteConnection, script: &Script) -> Result<(), Error> {
    for statement in split(&script.text) {
        let refuse = |message: String| Error::Script {
            location: locate(script, statement.start),
            message,
            statement: Some(statement.text.to_owned()),
        };
        if let Some(word) = reaches_out(statement.text) {
            return Err(refuse(format!("{word} reaches other files, so it has no place in a schema")));
        }
        run(scratch, statement.text).await.map_err(|e| refuse(error::message(&e)))?;
    }
    Ok(())
}

/// Statements that would leave the scratch area.
fn reaches_out(statement: &str) -> Option<&'static str> {
    let tokens = tokenize(statement);
    let first = tokens.first()?;
    ["ATTACH", "DETACH", "VACUUM"].into_iter().find(|word| first.is_word(word))
}

async fn run(scratch: &mut SqliteConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(scratch).await.map(drop)
}

/// Line and column of a byte of a script, both from 1.
fn locate(script: &Script, byte: usize) -> Location {
    let before = script.text.get(..byte).unwrap_or(&script.text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Location {
        file: script.name.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
