//! One live connection to PostgreSQL.

mod blockers;
mod change_stamp;
mod ledger;
mod lock;

use std::time::Duration;

use async_trait::async_trait;
use schema_core::plan::Lock;
use schema_core::{
    Blocker, Cell, Declared, Dialect, Error, Inspection, LedgerStatement, Name, QualifiedName, Reach, Scope,
    ScopeSchemas, Session, Sql, TableSize, TableSizes, Version, Waits,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, FromRow, PgConnection, Row};

use crate::inspect::{self, run};
use crate::{PgDialect, canonicalize, error};

/// A session on a PostgreSQL server.
///
/// It holds one connection, which carries the lock that keeps other appliers out, and which executes.
///
/// ```
/// use schema_core::{Error, Scope, Session};
/// use schema_postgres::PgSession;
/// use sqlx::PgConnection;
/// use sqlx::postgres::PgConnectOptions;
///
/// async fn tables(connection: PgConnection, options: PgConnectOptions) -> Result<usize, Error> {
///     let mut session = PgSession::open(connection, options).await?;
///     Ok(session.inspect(&Scope::default()).await?.schema.database.tables().count())
/// }
/// ```
pub struct PgSession {
    pub(crate) connection: PgConnection,
    pub(crate) options: PgConnectOptions,
    pub(crate) dialect: PgDialect,
    pub(crate) default_schema: String,
    database: String,
    server: String,
    direct: Option<bool>,
    waits: Waits,
    prepared: bool,
    in_transaction: bool,
    held: lock::Held,
}

/// Without the options of the connection, which hold its password.
impl std::fmt::Debug for PgSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgSession")
            .field("database", &self.database)
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct ServerRow {
    version: i32,
    database: String,
    default_schema: Option<String>,
    database_oid: String,
}

impl PgSession {
    /// Opens a session on a connection of your own. `options` are how it was made: a scratch database on the same
    /// server is reached with them.
    ///
    /// # Errors
    /// [`Error::Input`] if the server is older than PostgreSQL 14, [`Error::Database`] if it does not answer.
    pub async fn open(mut connection: PgConnection, options: PgConnectOptions) -> Result<Self, Error> {
        const SERVER: &str = "SELECT current_setting('server_version_num')::int4 AS version, \
             current_database()::text AS database, current_schema()::text AS default_schema, \
             (SELECT oid::int8::text FROM pg_catalog.pg_database WHERE datname = current_database()) AS database_oid";
        let server: ServerRow = sqlx::query_as(SERVER)
            .persistent(false)
            .fetch_one(&mut connection)
            .await
            .map_err(error::query)?;
        let number = u32::try_from(server.version).unwrap_or_default();
        let version = Version::new(number / 10_000, number % 10_000, 0);
        if version.major < PgDialect::OLDEST {
            return Err(Error::Input(format!(
                "the server is PostgreSQL {}, and the oldest that Groundplan supports is {}",
                version.major,
                PgDialect::OLDEST
            )));
        }
        Ok(Self {
            direct: None,
            connection,
            options,
            dialect: PgDialect::new(version),
            default_schema: server.default_schema.unwrap_or_else(|| "public".to_owned()),
            database: server.database,
            server: server.database_oid,
            waits: Waits { locks: Duration::ZERO, transactions: Duration::ZERO },
            prepared: false,
            in_transaction: false,
            held: lock::Held::default(),
        })
    }

    /// Whether this connection has a backend of its own. A pooler in transaction mode gives the backend that one
    /// client has just used to the next, so that a second connection meets the first one's, or drives it away.
    async fn is_direct(&mut self) -> Result<bool, Error> {
        if let Some(direct) = self.direct {
            return Ok(direct);
        }
        let mut other = crate::connect::beside(&self.options, &self.database).await?;
        let own = backend(&mut self.connection).await?;
        run(&mut other, "BEGIN").await?;
        let others = backend(&mut other).await?;
        let direct = own != others && own == backend(&mut self.connection).await?;
        run(&mut other, "ROLLBACK").await?;
        // It was opened for this question alone; how it ends does not matter.
        let _closed = sqlx::Connection::close(other).await;
        self.direct = Some(direct);
        Ok(direct)
    }

    async fn set(&mut self, sql: String) -> Result<(), Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.map(drop).map_err(error::query)
    }
}

/// The names of the schemas in scope; nothing for all of them.
fn names(scope: &Scope) -> Option<Vec<&str>> {
    match &scope.schemas {
        ScopeSchemas::All => None,
        ScopeSchemas::Named(names) => Some(names.iter().map(Name::as_str).collect()),
    }
}

async fn backend(connection: &mut PgConnection) -> Result<i32, Error> {
    sqlx::query_scalar("SELECT pg_catalog.pg_backend_pid()")
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(error::query)
}

#[async_trait]
impl Session for PgSession {
    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    async fn target(&mut self) -> Result<String, Error> {
        Ok(format!(
            "postgres://{}:{}/{}#{}",
            self.options.get_host(),
            self.options.get_port(),
            self.database,
            self.server
        ))
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Inspection, Error> {
        let version = self.dialect.version();
        inspect::inspect(&mut self.connection, version, scope).await
    }

    async fn canonicalize(&mut self, declared: &Declared, scope: &Scope) -> Result<Inspection, Error> {
        canonicalize::canonicalize(self, declared, scope).await
    }

    async fn sizes(&mut self, scope: &Scope) -> Result<TableSizes, Error> {
        const SIZES: &str = "SELECT n.nspname::text, c.relname::text, c.reltuples::int8, \
             pg_catalog.pg_total_relation_size(c.oid) \
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
             AND ($1::text[] IS NULL OR n.nspname = ANY ($1))";
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(SIZES)
            .bind(names(scope))
            .persistent(false)
            .fetch_all(&mut self.connection)
            .await
            .map_err(error::query)?;
        let sizes = rows.into_iter().map(|(schema, name, rows, bytes)| {
            // A table that was never analyzed has -1.
            let size = TableSize { rows: u64::try_from(rows).ok(), bytes: u64::try_from(bytes).ok() };
            (QualifiedName::within(schema, name), size)
        });
        Ok(TableSizes { tables: sizes.collect() })
    }

    /// There is none for named schemas: what others change around them would be another stamp, and what the named ones
    /// need of others may lie anywhere.
    async fn change_stamp(&mut self, scope: &Scope) -> Result<Option<String>, Error> {
        match scope.schemas {
            ScopeSchemas::All => {}
            ScopeSchemas::Named(_) => return Ok(None),
        }
        sqlx::query_scalar(AssertSqlSafe(change_stamp::query(self.dialect.version())))
            .persistent(false)
            .fetch_one(&mut self.connection)
            .await
            .map_err(error::query)
    }

    async fn try_lock(&mut self, reach: &Reach) -> Result<bool, Error> {
        self.held.take(&mut self.connection, &self.database, reach).await
    }

    async fn unlock(&mut self) -> Result<(), Error> {
        self.held.all_back(&mut self.connection).await
    }

    async fn prepare(&mut self, lock_timeout: Duration) -> Result<(), Error> {
        // Before anything is set: behind a pooler it would be set for others.
        if !self.is_direct().await? {
            return Err(Error::Pooler(
                "the connection goes through a connection pooler, where the lock that keeps other appliers out, and \
                 settings like lock_timeout, end up on connections of others; connect to the server itself (its own \
                 port) for schema changes"
                    .to_owned(),
            ));
        }
        self.waits = Waits { locks: lock_timeout, transactions: Duration::ZERO };
        self.prepared = true;
        // The bodies of functions may name what a later step makes. A client that dies must not leave a statement
        // running, and one that vanishes without a word must not keep its locks: within a transaction there are only
        // moments between two statements, and outside of one as long as a scratch database takes to fill.
        let milliseconds = lock_timeout.as_millis();
        self.set(format!(
            "SET lock_timeout = {milliseconds}; SET statement_timeout = 0; \
             SET idle_in_transaction_session_timeout = '30s'; SET idle_session_timeout = '5min'; \
             SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4; \
             SET check_function_bodies = off"
        ))
        .await?;
        // Where a server's platform cannot see that a client is gone, the server refuses this, and only this.
        let _seen = self.set("SET client_connection_check_interval = '1s'".to_owned()).await;
        Ok(())
    }

    async fn limit_waits(&mut self, waits: Waits) -> Result<(), Error> {
        if self.waits.locks != waits.locks {
            self.set(format!("SET lock_timeout = {}", waits.locks.as_millis().max(1))).await?;
        }
        self.waits = waits;
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), Error> {
        if !std::mem::take(&mut self.prepared) {
            return Ok(());
        }
        run(
            &mut self.connection,
            "RESET lock_timeout; RESET statement_timeout; RESET idle_in_transaction_session_timeout; \
             RESET idle_session_timeout; RESET tcp_keepalives_idle; RESET tcp_keepalives_interval; \
             RESET tcp_keepalives_count; RESET check_function_bodies; RESET client_connection_check_interval",
        )
        .await
    }

    async fn begin(&mut self) -> Result<(), Error> {
        run(&mut self.connection, "BEGIN").await?;
        self.in_transaction = true;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.in_transaction = false;
        run(&mut self.connection, "COMMIT").await
    }

    async fn rollback(&mut self) -> Result<(), Error> {
        self.in_transaction = false;
        run(&mut self.connection, "ROLLBACK").await
    }

    async fn execute(&mut self, statement: &Sql) -> Result<(), Error> {
        // Outside of a transaction stands what waits for others by its nature, while nobody waits for it: a concurrent
        // build that is cancelled has worked for nothing.
        let online = !self.in_transaction && self.prepared;
        if online {
            self.set(format!("SET lock_timeout = {}", self.waits.transactions.as_millis())).await?;
        }
        let sql = statement.as_str();
        let result = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.connection).await;
        let result = result.map(drop).map_err(|cause| error::database(&cause, Some(sql)));
        if online {
            let limit = self.waits.transactions;
            let result = result.map_err(|refused| error::without_another_attempt(refused, limit));
            // A lost connection says more than that it cannot be set back.
            let back = self.set(format!("SET lock_timeout = {}", self.waits.locks.as_millis())).await;
            return result.and(back);
        }
        result
    }

    async fn count(&mut self, query: &Sql, limit: Duration) -> Result<u64, Error> {
        let milliseconds = limit.as_millis();
        self.set(format!("BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds}")).await?;
        let row = sqlx::query(AssertSqlSafe(query.as_str().to_owned()))
            .persistent(false)
            .fetch_one(&mut self.connection)
            .await;
        run(&mut self.connection, "ROLLBACK").await?;
        if let Err(cause) = &row
            && error::is_unpopulated(cause)
        {
            return Ok(0);
        }
        let row = row.map_err(|cause| error::database(&cause, Some(query.as_str())))?;
        let count: i64 = row.try_get(0).map_err(error::query)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn blockers(&mut self, touched: &[Lock], longer_than: Duration) -> Result<Vec<Blocker>, Error> {
        blockers::find(&mut self.connection, touched, longer_than).await
    }

    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error> {
        ledger::run(&mut self.connection, statement).await
    }

    async fn user(&mut self) -> Result<Option<String>, Error> {
        sqlx::query_scalar("SELECT session_user::text")
            .persistent(false)
            .fetch_one(&mut self.connection)
            .await
            .map_err(error::query)
    }

    async fn has_ledger(&mut self) -> Result<bool, Error> {
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT {}", ledger::EXISTS)))
            .persistent(false)
            .fetch_one(&mut self.connection)
            .await
            .map_err(error::query)
    }
}
