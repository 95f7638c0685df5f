//! What a session can be opened on.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::{SqliteSession, error};

/// Takes a connection out of the pool for as long as the session lives. It goes back as it was, or, when a
/// session ends amid its work, not at all.
///
/// A pool over `:memory:` must hold just that one connection: each has a database of its own.
#[async_trait]
impl Connect<SqliteSession> for sqlx::SqlitePool {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let target = file(&self.connect_options());
        let connection = self.acquire().await.map_err(|e| error::connect(&e, &target))?;
        Ok(Box::new(SqliteSession::open(connection.into()).await?))
    }
}

/// Opens a connection of its own.
#[async_trait]
impl Connect<SqliteSession> for SqliteConnectOptions {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection: SqliteConnection =
            ConnectOptions::connect(self).await.map_err(|e| error::connect(&e, &file(self)))?;
        Ok(Box::new(SqliteSession::open(connection.into()).await?))
    }
}

fn file(options: &SqliteConnectOptions) -> String {
    format!("SQLite database {}", options.get_filename().display())
}
