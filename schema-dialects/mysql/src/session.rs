//! One live connection.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use schema_core::plan::Lock;
use schema_core::{
    Blocker, Cell, Declared, Dialect, Error, Inspection, LedgerStatement, Name, QualifiedName, Reach, Scope,
    ScopeSchemas, Session, Sql, TableSize, TableSizes, Waits,
};
use sea_query::{MysqlQueryBuilder, Value, Values};
use sqlx::mysql::{MySqlArguments, MySqlConnection};
use sqlx::{Arguments as _, AssertSqlSafe, Column as _, Row as _, TypeInfo as _};

use crate::inspect::{self, LEDGER_PREFIX, Recorded, Source};
use crate::server::{self, Server};
use crate::{MySqlDialect, blockers, canonicalize, error, quote};

/// A session on a MySQL or MariaDB server.
///
/// ```
/// use schema_core::{Error, Scope, Session};
/// use schema_mysql::MySqlSession;
/// use sqlx::mysql::MySqlConnection;
///
/// async fn tables(connection: MySqlConnection) -> Result<usize, Error> {
///     let mut session = MySqlSession::open(connection).await?;
///     Ok(session.inspect(&Scope::default()).await?.schema.database.tables().count())
/// }
/// ```
#[derive(Debug)]
pub struct MySqlSession {
    pub(crate) server: Server,
    dialect: MySqlDialect,
    lock_timeout: Option<Duration>,
    /// The names of the locks that are held.
    locks: Vec<String>,
}

/// For so long nothing is said on a connection that holds the lock: between two calls there are moments.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);

/// The name of a database's lock, within the 64 characters that MySQL allows.
fn lock_name(database: &Name) -> String {
    let hash = schema_core::Fingerprint::of(&database.as_str());
    format!("groundplan_{}", &hash.as_str()[..40])
}

impl MySqlSession {
    pub(crate) async fn over(connection: MySqlConnection) -> Result<Self, Error> {
        let server = Server::open(connection).await?;
        let dialect =
            MySqlDialect { flavour: server.flavour, version: server.version, tables: server.tables };
        Ok(Self { server, dialect, lock_timeout: None, locks: Vec::new() })
    }

    /// The databases that a scope means.
    fn sources(&self, scope: &Scope) -> Vec<Source> {
        let own = &self.server.database;
        match &scope.schemas {
            ScopeSchemas::All => vec![Source { actual: own.clone(), model: None }],
            ScopeSchemas::Named(names) => names
                .iter()
                .map(|name| Source { actual: name.clone(), model: (name != own).then(|| name.clone()) })
                .collect(),
        }
    }

    /// The databases that are kept from others, in the order in which everybody locks them.
    fn reached(&self, reach: &Reach) -> BTreeSet<Name> {
        match &reach.schemas {
            ScopeSchemas::All => BTreeSet::from([self.server.database.clone()]),
            ScopeSchemas::Named(names) => {
                let own = reach.beyond.then(|| self.server.database.clone());
                names.iter().cloned().chain(own).collect()
            }
        }
    }

    async fn set_lock_timeout(&mut self, timeout: Duration) -> Result<(), Error> {
        // Both count in whole seconds, and 0 would mean not to wait at all.
        let seconds = timeout.as_secs().max(1);
        let set = format!("SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}");
        self.server.execute(&set).await?;
        self.lock_timeout = Some(timeout);
        Ok(())
    }

    async fn ask(&mut self, sql: &str) -> Result<Option<String>, Error> {
        let rows = self.server.query(sql).await?;
        Ok(rows.first().and_then(|row| server::text(row, 0)))
    }
}

#[async_trait]
impl Session for MySqlSession {
    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    async fn target(&mut self) -> Result<String, Error> {
        let host = self.ask("SELECT CONCAT(@@hostname, ':', @@port)").await?.unwrap_or_default();
        Ok(format!("{} on {host}", self.server.database))
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Inspection, Error> {
        let sources = self.sources(scope);
        let mut inspection = inspect::read(&mut self.server, &sources, &Recorded::default()).await?;
        if scope.privileges {
            inspect::privileges(&mut self.server, &sources, &mut inspection).await?;
        }
        Ok(inspection)
    }

    async fn canonicalize(&mut self, declared: &Declared, scope: &Scope) -> Result<Inspection, Error> {
        let sources = self.sources(scope);
        canonicalize::canonicalize(&mut self.server, self.dialect, declared, &sources, scope.privileges).await
    }

    async fn sizes(&mut self, _scope: &Scope) -> Result<TableSizes, Error> {
        let rows = match self.dialect.flavour {
            // Its statistics are a day old unless it is told to look.
            crate::Flavour::MySql => {
                self.server.execute("SET SESSION information_schema_stats_expiry = 0").await?;
                let rows = self.server.query(include_str!("inspect/sizes.sql")).await;
                self.server.execute("SET SESSION information_schema_stats_expiry = DEFAULT").await?;
                rows?
            }
            crate::Flavour::MariaDb => self.server.query(include_str!("inspect/sizes.sql")).await?,
        };
        let size = |row| {
            let name = QualifiedName::new(server::text(row, "name")?);
            let size =
                TableSize { rows: server::number(row, "table_rows"), bytes: server::number(row, "bytes") };
            Some((name, size))
        };
        Ok(TableSizes { tables: rows.iter().filter_map(size).collect() })
    }

    /// There is none: neither server has a counter that every change of the schema moves.
    async fn change_stamp(&mut self, _scope: &Scope) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// A lock for each database that is reached, whichever of them the connection is for.
    async fn try_lock(&mut self, reach: &Reach) -> Result<bool, Error> {
        for database in self.reached(reach) {
            let name = lock_name(&database);
            let query = format!("SELECT GET_LOCK({}, 0)", quote::string(&name));
            if self.ask(&query).await?.as_deref() != Some("1") {
                self.unlock().await?;
                return Ok(false);
            }
            self.locks.push(name);
        }
        Ok(true)
    }

    async fn unlock(&mut self) -> Result<(), Error> {
        while let Some(name) = self.locks.pop() {
            self.ask(&format!("SELECT RELEASE_LOCK({})", quote::string(&name))).await?;
        }
        Ok(())
    }

    async fn prepare(&mut self, lock_timeout: Duration) -> Result<(), Error> {
        self.server.reset().await?;
        // A client that vanished without a word must not keep its locks for hours.
        self.server.execute(&format!("SET SESSION wait_timeout = {}", LONGEST_SILENCE.as_secs())).await?;
        self.set_lock_timeout(lock_timeout).await
    }

    async fn limit_waits(&mut self, waits: Waits) -> Result<(), Error> {
        if self.lock_timeout == Some(waits.locks) { Ok(()) } else { self.set_lock_timeout(waits.locks).await }
    }

    async fn restore(&mut self) -> Result<(), Error> {
        self.server
            .execute(
                "SET SESSION lock_wait_timeout = @@GLOBAL.lock_wait_timeout, \
                 innodb_lock_wait_timeout = @@GLOBAL.innodb_lock_wait_timeout, wait_timeout = @@GLOBAL.wait_timeout",
            )
            .await?;
        self.lock_timeout = None;
        self.server.reset().await
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.server.execute("START TRANSACTION").await
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.server.execute("COMMIT").await
    }

    async fn rollback(&mut self) -> Result<(), Error> {
        self.server.execute("ROLLBACK").await
    }

    async fn execute(&mut self, statement: &Sql) -> Result<(), Error> {
        self.server.execute(statement.as_str()).await
    }

    async fn count(&mut self, query: &Sql, limit: Duration) -> Result<u64, Error> {
        let (set, reset) = match self.dialect.flavour {
            crate::Flavour::MySql => (
                format!("SET SESSION max_execution_time = {}", limit.as_millis().max(1)),
                "SET SESSION max_execution_time = 0",
            ),
            crate::Flavour::MariaDb => (
                format!("SET SESSION max_statement_time = {}", limit.as_secs_f64().max(0.001)),
                "SET SESSION max_statement_time = 0",
            ),
        };
        self.server.execute(&set).await?;
        let rows = self.server.query(query.as_str()).await;
        self.server.execute(reset).await?;
        Ok(rows?.first().and_then(|row| server::number(row, 0)).unwrap_or_default())
    }

    async fn blockers(&mut self, touched: &[Lock], longer_than: Duration) -> Result<Vec<Blocker>, Error> {
        blockers::find(&mut self.server, touched, longer_than).await
    }

    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error> {
        let (sql, values) = match statement {
            LedgerStatement::Create(s) => (s.build(MysqlQueryBuilder), Values(Vec::new())),
            LedgerStatement::Select(s) => s.build(MysqlQueryBuilder),
            LedgerStatement::Insert(s) => s.build(MysqlQueryBuilder),
            LedgerStatement::Update(s) => s.build(MysqlQueryBuilder),
            LedgerStatement::Delete(s) => s.build(MysqlQueryBuilder),
        };
        let flavour = self.dialect.flavour;
        let fail = |e: &sqlx::Error| error::database(e, flavour, None, Some(&sql));
        let arguments = bind(values)?;
        let rows = sqlx::query_with(AssertSqlSafe(sql.as_str()), arguments)
            .fetch_all(self.server.connection())
            .await
            .map_err(|e| fail(&e))?;
        let cell = |row: &sqlx::mysql::MySqlRow, at: usize| -> Result<Cell, sqlx::Error> {
            let is_number = row.column(at).type_info().name().contains("INT");
            Ok(if is_number {
                row.try_get_unchecked::<Option<i64>, _>(at)?.map_or(Cell::Null, Cell::Int)
            } else {
                row.try_get_unchecked::<Option<String>, _>(at)?.map_or(Cell::Null, Cell::Text)
            })
        };
        rows.iter()
            .map(|row| (0..row.len()).map(|at| cell(row, at).map_err(|e| fail(&e))).collect())
            .collect()
    }

    async fn user(&mut self) -> Result<Option<String>, Error> {
        Ok(Some(self.server.current_user.clone()))
    }

    async fn has_ledger(&mut self) -> Result<bool, Error> {
        let query = format!(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = {}",
            quote::string(&format!("{LEDGER_PREFIX}state"))
        );
        Ok(self.ask(&query).await?.as_deref() != Some("0"))
    }
}

/// The values of a statement of the ledger, which are whole numbers and texts.
fn bind(values: Values) -> Result<MySqlArguments, Error> {
    let mut arguments = MySqlArguments::default();
    for value in values.0 {
        let added = match value {
            Value::Bool(value) => arguments.add(value),
            Value::TinyInt(value) => arguments.add(value),
            Value::SmallInt(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value),
            Value::BigInt(value) => arguments.add(value),
            Value::TinyUnsigned(value) => arguments.add(value),
            Value::SmallUnsigned(value) => arguments.add(value),
            Value::Unsigned(value) => arguments.add(value),
            Value::BigUnsigned(value) => arguments.add(value),
            Value::String(value) => arguments.add(value),
            other => return Err(Error::Internal(format!("the ledger binds {other:?}"))),
        };
        added.map_err(|e| Error::Internal(format!("a value of the ledger cannot be bound: {e}")))?;
    }
    Ok(arguments)
}
