//! What a session can be opened on.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::session::Held;
use crate::{SqliteSession, error};

/// Takes a connection out of the pool for as long as the session lives. It goes back as it was, or, when a
/// session ends amid its work, not at all.
///
/// A pool over `:memory:` must hold just that one connection: each has a database of its own.
#[async_trait]
impl Connect<SqliteSession> for sqlx::SqlitePool {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let options = self.connect_options();
        let connection = self.acquire().await.map_err(|e| error::connect(&e, &file(&options)))?;
        open(connection.into(), &options).await
    }
}

/// Opens a connection of its own.
#[async_trait]
impl Connect<SqliteSession> for SqliteConnectOptions {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection: SqliteConnection =
            ConnectOptions::connect(self).await.map_err(|e| error::connect(&e, &file(self)))?;
        open(connection.into(), self).await
    }
}

/// SQLite reads a file when it is first asked something: only then it finds that it is no database.
async fn open(held: Held, options: &SqliteConnectOptions) -> Result<Box<dyn Session>, Error> {
    match SqliteSession::open(held, options).await {
        Ok(session) => Ok(Box::new(session)),
        Err(Error::Database { message, .. }) => Err(Error::Connect { target: file(options), message }),
        Err(other) => Err(other),
    }
}

fn file(options: &SqliteConnectOptions) -> String {
    format!("SQLite database {}", options.get_filename().display())
}
