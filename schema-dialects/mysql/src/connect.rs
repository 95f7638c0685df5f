//! Opening a session on what applications have.

use schema_core::Error;
use sqlx::MySqlPool;
use sqlx::mysql::MySqlConnection;

use crate::error;
use crate::session::MySqlSession;

impl MySqlSession {
    /// Opens a session on a connection of the pool, which leaves the pool for good: its state changes, and its end
    /// frees the lock.
    ///
    /// # Errors
    /// [`Error::Connect`] if the server does not answer, [`Error::Input`] if the pool is for no database.
    pub async fn connect(pool: &MySqlPool) -> Result<Self, Error> {
        let connection = pool.acquire().await.map_err(|e| {
            let options = pool.connect_options();
            Error::Connect {
                target: format!("{}:{}", options.get_host(), options.get_port()),
                message: error::message(&e),
            }
        })?;
        Self::open(connection.detach()).await
    }

    /// Opens a session on a connection of your own.
    ///
    /// # Errors
    /// [`Error::Input`] if the connection is to no database, [`Error::Connect`] if the server does not answer.
    pub async fn open(connection: MySqlConnection) -> Result<Self, Error> {
        Self::over(connection).await
    }
}
