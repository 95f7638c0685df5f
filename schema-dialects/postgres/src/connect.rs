//! Opening a session on what applications have.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::{PgConnection, PgPool};

use crate::{PgSession, error};

#[async_trait]
impl Connect<PgSession> for PgPool {
    /// Takes a connection out of the pool for good: its settings change, and its end frees the lock.
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let options = self.connect_options();
        let connection = self.acquire().await.map_err(|cause| {
            error::connect(&cause, &format!("{}:{}", options.get_host(), options.get_port()))
        })?;
        Ok(Box::new(PgSession::open(connection.detach(), (*options).clone()).await?))
    }
}

/// A second connection to the same server, to another database.
pub(crate) async fn beside(
    options: &sqlx::postgres::PgConnectOptions,
    database: &str,
) -> Result<PgConnection, Error> {
    use sqlx::{ConnectOptions, Connection};
    let options = options.clone().database(database).disable_statement_logging();
    PgConnection::connect_with(&options)
        .await
        .map_err(|cause| error::connect(&cause, &format!("the scratch database {database}")))
}
