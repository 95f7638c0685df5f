//! What a session can be opened on.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{ConnectOptions, MySqlPool};

use crate::error;
use crate::session::MySqlSession;

impl MySqlSession {
    /// Opens a session on a connection of your own.
    ///
    /// # Errors
    /// [`Error::Input`] if the connection is to no database, [`Error::Connect`] if the server does not answer.
    pub async fn open(connection: MySqlConnection) -> Result<Self, Error> {
        Self::over(connection).await
    }
}

/// Takes a connection out of the pool for good: its state changes, and its end frees the lock.
#[async_trait]
impl Connect<MySqlSession> for MySqlPool {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection = self.acquire().await.map_err(|e| refused(&e, &self.connect_options()))?;
        Ok(Box::new(MySqlSession::open(connection.detach()).await?))
    }
}

/// Opens a connection of its own.
#[async_trait]
impl Connect<MySqlSession> for MySqlConnectOptions {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection = ConnectOptions::connect(self).await.map_err(|e| refused(&e, self))?;
        Ok(Box::new(MySqlSession::open(connection).await?))
    }
}

fn refused(error: &sqlx::Error, options: &MySqlConnectOptions) -> Error {
    Error::Connect {
        target: format!("{}:{}", options.get_host(), options.get_port()),
        message: error::message(error),
    }
}
