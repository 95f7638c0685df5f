//! Opening a session on what applications have.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::MySqlPool;
use sqlx::mysql::MySqlConnection;

use crate::error;
use crate::session::MySqlSession;

/// Takes a connection out of the pool for good: its state changes, and its end frees the lock.
#[async_trait]
impl Connect<MySqlSession> for MySqlPool {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection = self.acquire().await.map_err(|e| {
            let options = self.connect_options();
            Error::Connect {
                target: format!("{}:{}", options.get_host(), options.get_port()),
                message: error::message(&e),
            }
        })?;
        Ok(Box::new(MySqlSession::open(connection.detach()).await?))
    }
}

impl MySqlSession {
    /// Opens a session on a connection of your own.
    ///
    /// # Errors
    /// [`Error::Input`] if the connection is to no database, [`Error::Connect`] if the server does not answer.
    pub async fn open(connection: MySqlConnection) -> Result<Self, Error> {
        Self::over(connection).await
    }
}
