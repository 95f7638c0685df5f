//! One connection to a server, in a known state.

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
}

impl Server {
    /// Takes a connection over.
    pub(crate) async fn open(mut connection: MySqlConnection) -> Result<Self, Error> {
        let query = "SET NAMES utf8mb4; SELECT VERSION(), CURRENT_USER(), DATABASE(), @@collation_connection, \
                     @@lower_case_table_names";
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

    /// Runs statements.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), Error> {
        self.try_execute(sql).await.map_err(|e| error::database(&e, self.flavour, None, Some(sql)))
    }

    /// Runs statements and leaves the error as it is.
    pub(crate) async fn try_execute(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.map(|_| ())
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

/// A cell as text, whatever its declared type; `None` for NULL and for a column that is not there.
pub(crate) fn text(row: &MySqlRow, column: impl sqlx::ColumnIndex<MySqlRow>) -> Option<String> {
    row.try_get_unchecked::<Option<Vec<u8>>, _>(column).ok().flatten().map(|bytes| {
        String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    })
}

/// A cell of a text answer as a number.
pub(crate) fn number(row: &MySqlRow, column: impl sqlx::ColumnIndex<MySqlRow>) -> Option<u64> {
    text(row, column)?.parse().ok()
}
