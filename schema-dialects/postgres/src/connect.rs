//! Opening a session on what applications have.

use async_trait::async_trait;
use schema_core::{Connect, Error, Session};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, PgPool};

use crate::{PgSession, error};

/// Takes a connection out of the pool for good: its settings change, and its end frees the lock.
#[async_trait]
impl Connect<PgSession> for PgPool {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let options = self.connect_options();
        let connection = self.acquire().await.map_err(|cause| refused(&cause, &options))?;
        Ok(Box::new(PgSession::open(connection.detach(), (*options).clone()).await?))
    }
}

/// Opens a connection of its own.
#[async_trait]
impl Connect<PgSession> for PgConnectOptions {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let connection = ConnectOptions::connect(self).await.map_err(|cause| refused(&cause, self))?;
        Ok(Box::new(PgSession::open(connection, self.clone()).await?))
    }
}

fn refused(cause: &sqlx::Error, options: &PgConnectOptions) -> Error {
    error::connect(cause, &format!("{}:{}", options.get_host(), options.get_port()))
}

/// A second connection to the same server, to another database.
pub(crate) async fn beside(options: &PgConnectOptions, database: &str) -> Result<PgConnection, Error> {
    let options = options.clone().database(database).disable_statement_logging();
    ConnectOptions::connect(&options)
        .await
        .map_err(|cause| error::connect(&cause, &format!("the scratch database {database}")))
}
