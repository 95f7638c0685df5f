//! One connection to a server, in a known state.

use schema_core::script::Reading;
use schema_core::{Error, Name, Version};
use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Either, Row as _};

use crate::flavour::{Flavour, TableNames};
use crate::{error, quote};

/// The mode that every session works in: strict, so that no value is ever changed to fit; zero dates are let pass,
/// for an existing row may hold one; a zero in an `AUTO_INCREMENT` column is never numbered anew. Backslashes
/// escape and backticks quote, as everything in this crate writes them.
pub(crate) const SQL_MODE: &str = "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION";

/// A connection, and what was learnt about the server when it was made.
#[derive(Debug)]
pub(crate) struct Server {
    connection: MySqlConnection,
    pub(crate) flavour: Flavour,
    pub(crate) version: Version,
    /// The database that the connection was made to.
    pub(crate) database: Name,
    /// Who is connected, as `user@host`.
    pub(crate) current_user: String,
    /// The collation of a session that speaks `utf8mb4` and says no more.
    pub(crate) usual_collation: Name,
    /// How names of tables are kept.
    pub(crate) tables: TableNames,
    /// Whether a backslash escapes in a session that says nothing about it.
    backslash_escapes: bool,
}

impl Server {
    /// Takes a connection over.
    pub(crate) async fn open(mut connection: MySqlConnection) -> Result<Self, Error> {
        let query = "SET NAMES utf8mb4; SELECT VERSION(), CURRENT_USER(), DATABASE(), @@collation_connection, \
                     @@lower_case_table_names, FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@GLOBAL.sql_mode)";
        let fail = |error: &sqlx::Error| Error::Connect {
            target: "the server".to_owned(),
            message: error::message(error),
        };
        let row = sqlx::raw_sql(query).fetch_one(&mut connection).await.map_err(|e| fail(&e))?;
        let (flavour, version) = Flavour::parse(&text(&row, 0).unwrap_or_default());
        let database = text(&row, 2).ok_or_else(|| {
            Error::Input(
                "the connection is to no database; name one in the URL: mysql://host/database".to_owned(),
            )
        })?;
        let mut server = Self {
            connection,
            flavour,
            version,
            database: Name::new(database),
            current_user: text(&row, 1).unwrap_or_default(),
            usual_collation: Name::new(text(&row, 3).unwrap_or_default()),
            tables: TableNames::parse(&text(&row, 4).unwrap_or_default()),
            backslash_escapes: number(&row, 5).unwrap_or_default() == 0,
        };
        server.reset().await?;
        Ok(server)
    }

    /// Puts the session into its known state.
    pub(crate) async fn reset(&mut self) -> Result<(), Error> {
        let set = format!(
            "SET NAMES utf8mb4; SET SESSION sql_mode = '{SQL_MODE}', time_zone = '+00:00', sql_quote_show_create = 1, \
             foreign_key_checks = 1, unique_checks = 1"
        );
        self.execute(&set).await?;
        match self.flavour {
            Flavour::MySql => Ok(()),
            // Without it, no system-versioned table can be altered.
            Flavour::MariaDb => self.execute("SET SESSION system_versioning_alter_history = KEEP").await,
        }
    }

    /// How a script for this server is read.
    pub(crate) fn reading(&self) -> Reading {
        Reading { engine: self.flavour.engine(), backslash_escapes: self.backslash_escapes }
    }

    /// Runs statements.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), Error> {
        self.try_execute(sql).await.map_err(|e| error::database(&e, self.flavour, None, Some(sql)))
    }

    /// Runs statements and leaves the error as it is.
    pub(crate) async fn try_execute(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.map(|_| ())
    }

    /// An error of the driver.
    pub(crate) fn error(&self, refused: &sqlx::Error) -> Error {
        error::database(refused, self.flavour, None, None)
    }

    /// Runs a query.
    pub(crate) async fn query(&mut self, sql: &str) -> Result<Vec<MySqlRow>, Error> {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut self.connection)
            .await
            .map_err(|e| error::database(&e, self.flavour, None, Some(sql)))
    }

    /// Runs a catalog query in which each `?` stands for the name of a database.
    pub(crate) async fn catalog(&mut self, sql: &str, database: &Name) -> Result<Vec<MySqlRow>, Error> {
        self.query(&sql.replace('?', &quote::string(database.as_str()))).await
    }

    /// Runs many statements that answer one row each, in few round trips. The answers are in the order of the
    /// statements; one that fails does not keep the others from being asked.
    pub(crate) async fn ask_all(&mut self, statements: &[String]) -> Vec<Result<MySqlRow, sqlx::Error>> {
        use futures_util::TryStreamExt as _;
        /// Few enough that a packet holds them, many enough that round trips do not count.
        const BATCH: usize = 500;
        let mut answers: Vec<Result<MySqlRow, sqlx::Error>> = Vec::with_capacity(statements.len());
        while answers.len() < statements.len() {
            let end = statements.len().min(answers.len() + BATCH);
            let batch = statements[answers.len()..end].join(";");
            let mut stream = sqlx::raw_sql(AssertSqlSafe(batch)).fetch_many(&mut self.connection);
            let mut row = None;
            loop {
                match stream.try_next().await {
                    Ok(Some(Either::Right(answer))) => row = Some(answer),
                    Ok(Some(Either::Left(_done))) => answers.push(row.take().ok_or(sqlx::Error::RowNotFound)),
                    Ok(None) => break,
                    Err(error) => {
                        // The server stops at the statement that failed; the next batch starts behind it.
                        answers.push(Err(error));
                        break;
                    }
                }
            }
        }
        answers
    }

    /// The connection itself.
    pub(crate) fn connection(&mut self) -> &mut MySqlConnection {
        &mut self.connection
    }
}

/// The text of a statement in which bytes stand that are no text: MariaDB before 11 prints a default of bytes so. Each
/// such literal becomes a hexadecimal one, which says the same.
fn legible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut pieces = bytes.split_inclusive(|byte| *byte == b'\'').peekable();
    while let Some(before) = pieces.next() {
        let Some(before) = before.strip_suffix(b"'") else {
            text.push_str(&String::from_utf8_lossy(before));
            break;
        };
        text.push_str(&String::from_utf8_lossy(before));
        let mut literal = Vec::new();
        // A quote behind a backslash does not end a literal, and neither does one with another behind it.
        while let Some(piece) = pieces.next() {
            let Some(inner) = piece.strip_suffix(b"'") else { break };
            literal.extend_from_slice(inner);
            if inner.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1 {
                literal.push(b'\'');
            } else if pieces.next_if(|next| *next == b"'").is_some() {
                literal.extend_from_slice(b"''");
            } else {
                break;
            }
        }
        match std::str::from_utf8(&literal) {
            Ok(literal) => {
                text.push('\'');
                text.push_str(literal);
                text.push('\'');
            }
            Err(_) => text.push_str(&quote::bytes(&unescaped(&literal))),
        }
    }
    text
}

/// The bytes that stand for those of a literal.
fn unescaped(literal: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(literal.len());
    let mut bytes = literal.iter();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'0') => 0,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'b') => 8,
                Some(b'Z') => 0x1a,
                Some(other) => *other,
                None => b'\\',
            },
            b'\'' => {
                // The second one of two.
                bytes.next();
                b'\''
            }
            other => *other,
        });
    }
    plain
}

/// A cell as text, whatever its declared type; `None` for NULL and for a column that is not there.
pub(crate) fn text(row: &MySqlRow, column: impl sqlx::ColumnIndex<MySqlRow>) -> Option<String> {
    let bytes = row.try_get_unchecked::<Option<Vec<u8>>, _>(column).ok().flatten()?;
    Some(String::from_utf8(bytes).unwrap_or_else(|error| legible(error.as_bytes())))
}

/// A cell of a text answer as a number.
pub(crate) fn number(row: &MySqlRow, column: impl sqlx::ColumnIndex<MySqlRow>) -> Option<u64> {
    text(row, column)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::legible;

    #[test]
    fn bytes_in_a_statement_become_hexadecimal() {
        let statement = b"`a` binary(5) DEFAULT '\\0\xff\\'''\n', `b` int COMMENT 'it''s \xc3\xa9', `c` int";
        assert_eq!(
            legible(statement),
            "`a` binary(5) DEFAULT x'00FF27270A', `b` int COMMENT 'it''s é', `c` int"
        );
    }
}
