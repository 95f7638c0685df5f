//! The scratch area: a private database in memory, of the same library.

mod references;

use schema_core::script::split;
use schema_core::{Declared, Engine, Error, Inspection, Location, Script};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use crate::inspect::Reading;
use crate::sql::tokenize;
use crate::{error, inspect, render};

/// How a scratch area is opened beside a database that was opened with `options`: it has the same collations,
/// extensions and settings, and no file.
pub(crate) fn scratch(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .clone()
        .filename(":memory:")
        .shared_cache(false)
        .read_only(false)
        .immutable(false)
        .create_if_missing(true)
        .foreign_keys(false)
}

/// What SQLite makes of what is declared for the `live` database.
pub(crate) async fn canonicalize(
    options: &SqliteConnectOptions,
    live: &mut SqliteConnection,
    declared: &Declared,
) -> Result<Inspection, Error> {
    let mut scratch = options.connect().await.map_err(|e| error::connect(&e, "a database in memory"))?;
    let inspection = fill_and_inspect(&mut scratch, live, declared).await;
    // The database lives in memory and goes with its connection, whether it closes well or not.
    let _ = scratch.close().await;
    inspection
}

async fn fill_and_inspect(
    scratch: &mut SqliteConnection,
    live: &mut SqliteConnection,
    declared: &Declared,
) -> Result<Inspection, Error> {
    for statement in render::database(&declared.schema)? {
        run(scratch, statement.as_str()).await.map_err(|e| error::scratch(&e, statement.as_str()))?;
    }
    for script in &declared.scripts {
        self::script(scratch, script).await?;
    }
    let inspection = inspect::read(scratch).await?.inspection;
    references::check(scratch, live, &inspection.schema.database).await?;
    Ok(inspection)
}

/// What the database itself says, if it holds just what is declared, statement by statement: what is equal to the
/// letter needs no scratch area.
pub(crate) async fn already_there(
    connection: &mut SqliteConnection,
    reading: &Reading,
    declared: &Declared,
) -> Result<Option<Inspection>, Error> {
    let rendered = render::database(&declared.schema)?;
    let mut statements: Vec<&str> = rendered.iter().map(schema_core::Sql::as_str).collect();
    for script in &declared.scripts {
        let parts = split(&script.text, Engine::Sqlite).map_err(|error| error.within(&script.name))?;
        statements.extend(parts.iter().map(|statement| statement.sql));
    }
    reading.made_by(connection, &statements).await
}

async fn script(scratch: &mut SqliteConnection, script: &Script) -> Result<(), Error> {
    let statements = split(&script.text, Engine::Sqlite).map_err(|error| error.within(&script.name))?;
    let ends = statements.iter().skip(1).map(|next| next.offset).chain([script.text.len()]);
    for (statement, end) in statements.iter().zip(ends) {
        let refuse = |message: String| {
            let (line, column) = statement.location(offender(statement.sql, &message));
            Error::Script {
                location: Location { file: script.name.clone(), line, column },
                message,
                statement: Some(statement.sql.to_owned()),
            }
        };
        if let Some(word) = reaches_out(statement.sql) {
            return Err(refuse(format!("{word} reaches other files, so it has no place in a schema")));
        }
        let whole = with_delimiter(statement.sql, &script.text[statement.offset..end]);
        run(scratch, whole).await.map_err(|e| refuse(error::scratch_message(&e)))?;
    }
    Ok(())
}

/// The statement with the semicolon that ends it, if one does: SQLite stores what stands between, spaces included.
fn with_delimiter<'a>(statement: &'a str, followed: &'a str) -> &'a str {
    let rest = &followed[statement.len()..];
    tokenize(rest)
        .first()
        .filter(|token| token.is_symbol(";"))
        .map_or(statement, |delimiter| &followed[..statement.len() + delimiter.end()])
}

/// How many characters stand before what SQLite objects to. It gives no position, but often the text: what follows
/// `near` is taken where it occurs only once.
fn offender(statement: &str, message: &str) -> usize {
    let named =
        message.strip_prefix("near \"").and_then(|rest| rest.split_once("\": ")).map(|(text, _)| text);
    let mut places =
        named.filter(|text| !text.is_empty()).into_iter().flat_map(|text| statement.match_indices(text));
    match (places.next(), places.next()) {
        (Some((at, _)), None) => statement[..at].chars().count(),
        _unknown => 0,
    }
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
