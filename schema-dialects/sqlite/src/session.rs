//! One live connection.

mod foreign_keys;
mod ledger;
mod sizes;
mod statistics;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use schema_core::plan::Lock;
use schema_core::{
    Blocker, Cell, Declared, Dialect, Error, Inspection, LedgerStatement, Reach, Scope, ScopeSchemas,
    Session, Sql, TableSizes, Version, Waits,
};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

use crate::inspect::Reading;
use crate::{SqliteDialect, canonicalize, error, inspect};

/// Counts the tables that stand for the ledger.
const LEDGER: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'groundplan_state'";

/// The first version whose pragmas tell what inspection asks.
const OLDEST: Version = Version::new(3, 37, 0);

/// How many instructions of SQLite's machine pass between two looks at the clock.
const CLOCK_INTERVAL: i32 = 10_000;

/// One connection to a SQLite database, held for as long as the session lives.
///
/// # The lock
/// SQLite's one writer lock is the lock: [`try_lock`](Session::try_lock) is `BEGIN IMMEDIATE`, and everything up
/// to [`commit`](Session::commit), the ledger's rows included, is that one transaction. A transaction of a plan
/// is a savepoint within it, so that it can be rolled back while the lock is kept. Whoever takes the lock next sees
/// the finished change and the ledger's rows about it, or neither.
///
/// # Foreign keys
/// `PRAGMA foreign_keys` does nothing within a transaction, so it is turned off before the lock is taken and on
/// again after it is given back. Rows that refer to nothing are looked for before and after the changes, and new
/// ones refuse the commit.
///
/// ```
/// use schema_core::{Error, Scope, Session};
/// use schema_sqlite::SqliteSession;
/// use sqlx::SqliteConnection;
///
/// async fn tables(connection: SqliteConnection) -> Result<usize, Error> {
///     let mut session = SqliteSession::over(connection).await?;
///     Ok(session.inspect(&Scope::default()).await?.schema.database.tables().count())
/// }
/// ```
#[derive(Debug)]
pub struct SqliteSession {
    held: Held,
    dialect: SqliteDialect,
    state: State,
    seen: Option<Seen>,
    /// How the scratch area is opened: with the collations and extensions of the database itself.
    scratch: SqliteConnectOptions,
}

/// What was read last, and the version of the schema then. It counts as long as this session changes nothing: what
/// others change is another version.
#[derive(Debug)]
struct Seen {
    version: i64,
    reading: Arc<Reading>,
}

/// Where the connection came from, and so where it goes.
#[derive(Debug)]
pub(crate) enum Held {
    /// Out of a pool.
    Pooled(Option<PoolConnection<Sqlite>>),
    /// Opened for this session.
    Owned(Box<SqliteConnection>),
}

impl From<PoolConnection<Sqlite>> for Held {
    fn from(connection: PoolConnection<Sqlite>) -> Self {
        Self::Pooled(Some(connection))
    }
}

impl From<SqliteConnection> for Held {
    fn from(connection: SqliteConnection) -> Self {
        Self::Owned(Box::new(connection))
    }
}

/// What this session changed about its connection and has to put back.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the connection")]
struct State {
    /// Whether `BEGIN IMMEDIATE` is in force.
    in_transaction: bool,
    /// Whether the transaction is the lock, and so outlives a plan's.
    locked: bool,
    /// Whether a plan's transaction is open.
    in_plan: bool,
    /// Whether a plan's transaction was rolled back.
    taken_back: bool,
    /// The pragmas as they were found, where they were changed.
    foreign_keys: Option<bool>,
    busy_timeout: Option<i64>,
    legacy_alter_table: Option<bool>,
    /// Rows that referred to nothing before the plan's changes.
    orphans: foreign_keys::Orphans,
    /// What `ANALYZE` had found out before the plan's changes.
    statistics: statistics::Statistics,
    /// For how long another connection is waited for.
    wait: Duration,
}

impl State {
    fn is_clean(&self) -> bool {
        !self.in_transaction && self.foreign_keys.is_none() && self.busy_timeout.is_none()
    }
}

/// A session that ends amid its work leaves its connection in a state that nobody expects: it is closed, which
/// rolls back, and not given back to the pool.
impl Drop for SqliteSession {
    fn drop(&mut self) {
        if let (false, Held::Pooled(pooled)) = (self.state.is_clean(), &mut self.held) {
            drop(pooled.take().map(PoolConnection::detach));
        }
    }
}

impl SqliteSession {
    /// Opens a session on a connection of your own, which is closed with it.
    ///
    /// Collations and extensions that were registered on it are not known in the scratch area where declared
    /// schemas are tried out: for those, open the session on `SqliteConnectOptions` or a pool.
    ///
    /// # Errors
    /// [`Error::Input`] if the library is too old.
    pub async fn over(connection: SqliteConnection) -> Result<Self, Error> {
        Self::open(connection.into(), &SqliteConnectOptions::new()).await
    }

    pub(crate) async fn open(held: Held, options: &SqliteConnectOptions) -> Result<Self, Error> {
        let dialect = SqliteDialect::new(Version::default());
        let mut session = Self {
            held,
            dialect,
            state: State { wait: DEFAULT_WAIT, ..State::default() },
            seen: None,
            scratch: canonicalize::scratch(options),
        };
        let text: String = session.scalar("SELECT sqlite_version()").await?;
        let version = version(&text);
        if version < OLDEST {
            return Err(Error::Input(format!(
                "SQLite {version} is too old: {OLDEST} or newer is needed to read a schema whole"
            )));
        }
        session.dialect = SqliteDialect::new(version);
        Ok(session)
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        match &mut self.held {
            Held::Owned(connection) => Ok(connection),
            Held::Pooled(Some(connection)) => Ok(&mut **connection),
            Held::Pooled(None) => Err(Error::Internal("the connection is gone".to_owned())),
        }
    }

    async fn scalar<T>(&mut self, query: &str) -> Result<T, Error>
    where
        T: for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite> + Send + Unpin,
    {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .persistent(false)
            .fetch_one(self.connection()?)
            .await
            .map_err(|e| error::database(&e, query))
    }

    async fn run(&mut self, statement: &str) -> Result<(), Error> {
        self.attempt(statement).await?.map_err(|e| error::database(&e, statement))
    }

    /// Runs a statement whose failure the caller looks into.
    async fn attempt(&mut self, statement: &str) -> Result<Result<(), sqlx::Error>, Error> {
        let connection = self.connection()?;
        // The driver takes spaces off the end, which SQLite would store.
        let end = if statement.ends_with(|last: char| last.is_ascii_whitespace()) { ";" } else { "" };
        Ok(sqlx::raw_sql(AssertSqlSafe(format!("{statement}{end}"))).execute(connection).await.map(drop))
    }

    /// Runs a statement again while another connection is in the way, within the time that is allowed.
    async fn run_patiently(&mut self, statement: &str) -> Result<(), Error> {
        let deadline = Instant::now() + self.state.wait;
        loop {
            match self.attempt(statement).await? {
                Ok(()) => return Ok(()),
                // The engine itself waits for `busy_timeout`; where it cannot, it says so at once.
                Err(e) if error::is_busy(&e) && Instant::now() < deadline => {
                    self.wait_a_moment().await?;
                }
                Err(e) => return Err(error::database(&e, statement)),
            }
        }
    }

    /// Waits without a timer of some runtime: a query that takes a few milliseconds on the driver's thread.
    async fn wait_a_moment(&mut self) -> Result<(), Error> {
        const SPIN: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) \
                            SELECT max(i) FROM n";
        self.scalar::<i64>(SPIN).await.map(drop)
    }

    /// A temporary table hides one of the database from every statement that names it.
    async fn refuse_temporary(&mut self) -> Result<(), Error> {
        const HIDING: &str = "SELECT group_concat(name, ', ') FROM temp.sqlite_schema \
                              WHERE name COLLATE NOCASE IN (SELECT name FROM main.sqlite_schema)";
        match self.scalar::<Option<String>>(HIDING).await? {
            None => Ok(()),
            Some(names) => Err(Error::Input(format!(
                "this connection has temporary objects that hide those of the database: {names}; drop them, or give \
                 Groundplan a connection of its own"
            ))),
        }
    }

    /// Turns foreign keys off, which only works outside of transactions.
    async fn foreign_keys_off(&mut self) -> Result<(), Error> {
        if self.state.foreign_keys.is_some() {
            return Ok(());
        }
        let on: bool = self.scalar("PRAGMA foreign_keys").await?;
        self.run("PRAGMA foreign_keys = OFF").await?;
        if self.scalar::<bool>("PRAGMA foreign_keys").await? {
            return Err(Error::Input(
                "this connection does not turn foreign keys off, as is needed to rebuild tables without deleting \
                 the rows that refer to them: it is inside a transaction of its own; give Groundplan a connection \
                 outside of any transaction"
                    .to_owned(),
            ));
        }
        self.state.foreign_keys = Some(on);
        Ok(())
    }

    async fn foreign_keys_back(&mut self) -> Result<(), Error> {
        if let Some(on) = self.state.foreign_keys {
            self.run(if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" }).await?;
            self.state.foreign_keys = None;
        }
        Ok(())
    }

    /// Several queries see one state within a transaction. Says whether it began one.
    async fn begin_reading(&mut self) -> Result<bool, Error> {
        if self.state.in_transaction {
            return Ok(false);
        }
        self.run("BEGIN").await?;
        Ok(true)
    }

    async fn end_reading(&mut self, began: bool) -> Result<(), Error> {
        if began { self.run("ROLLBACK").await } else { Ok(()) }
    }

    /// Reads the schema, unless it is the one that was read last.
    async fn reading(&mut self) -> Result<Arc<Reading>, Error> {
        let version = self.scalar("PRAGMA schema_version").await?;
        if let Some(seen) = self.seen.as_ref().filter(|seen| seen.version == version) {
            return Ok(Arc::clone(&seen.reading));
        }
        let reading = Arc::new(inspect::read(self.connection()?).await?);
        self.seen = Some(Seen { version, reading: Arc::clone(&reading) });
        Ok(reading)
    }

    /// What the database holds where it holds just what is declared.
    async fn already_there(&mut self, declared: &Declared) -> Result<Option<Inspection>, Error> {
        let reading = self.reading().await?;
        canonicalize::already_there(self.connection()?, &reading, declared).await
    }

    async fn set_busy_timeout(&mut self, timeout: Duration) -> Result<(), Error> {
        if self.state.busy_timeout.is_none() {
            self.state.busy_timeout = Some(self.scalar("PRAGMA busy_timeout").await?);
        }
        self.run(&format!("PRAGMA busy_timeout = {}", timeout.as_millis())).await
    }

    async fn busy_timeout_back(&mut self) -> Result<(), Error> {
        if let Some(timeout) = self.state.busy_timeout.take() {
            self.run(&format!("PRAGMA busy_timeout = {timeout}")).await?;
        }
        Ok(())
    }

    /// Ends the whole transaction.
    async fn end(&mut self, statement: &str) -> Result<(), Error> {
        self.seen = None;
        self.run_patiently(statement).await?;
        self.state.in_transaction = false;
        self.state.in_plan = false;
        self.state.taken_back = false;
        Ok(())
    }

    /// After an error that took the engine's transaction back by itself (a full disk), there is none any more.
    async fn has_transaction(&mut self) -> Result<bool, Error> {
        match self.attempt("BEGIN").await? {
            Ok(()) => {
                self.run("ROLLBACK").await?;
                Ok(false)
            }
            Err(_within_a_transaction) => Ok(true),
        }
    }
}

/// Attached databases are never looked at. Each is a file of its own: its plan and its ledger belong there, and
/// SQLite does not commit several files at once under a write-ahead log.
fn only_main(scope: &Scope) -> Result<(), Error> {
    let ScopeSchemas::Named(names) = &scope.schemas else { return Ok(()) };
    match names.iter().find(|name| !name.as_str().eq_ignore_ascii_case("main")) {
        None => Ok(()),
        Some(other) => Err(Error::Input(format!(
            "the scope names {other}, and of a SQLite connection only the database main is managed; to manage one that \
             is attached, open its own file"
        ))),
    }
}

/// How long another connection is waited for where nobody said.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

fn version(text: &str) -> Version {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    Version { major: next(), minor: next(), patch: next() }
}

#[async_trait]
impl Session for SqliteSession {
    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    async fn target(&mut self) -> Result<String, Error> {
        let file: Option<String> =
            self.scalar("SELECT file FROM pragma_database_list WHERE name = 'main'").await?;
        Ok(match file.filter(|file| !file.is_empty()) {
            Some(file) => format!("sqlite:{file}"),
            None => "sqlite::memory:".to_owned(),
        })
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Inspection, Error> {
        only_main(scope)?;
        let began = self.begin_reading().await?;
        let reading = self.reading().await;
        self.end_reading(began).await?;
        Ok(reading?.inspection.clone())
    }

    async fn canonicalize(&mut self, declared: &Declared, scope: &Scope) -> Result<Inspection, Error> {
        only_main(scope)?;
        let began = self.begin_reading().await?;
        let there = self.already_there(declared).await;
        self.end_reading(began).await?;
        if let Some(inspection) = there? {
            return Ok(inspection);
        }
        let options = self.scratch.clone();
        canonicalize::canonicalize(&options, self.connection()?, declared).await
    }

    async fn sizes(&mut self, _scope: &Scope) -> Result<TableSizes, Error> {
        sizes::sizes(self.connection()?).await
    }

    async fn change_stamp(&mut self, _scope: &Scope) -> Result<Option<String>, Error> {
        let query = format!("SELECT iif(({LEDGER}) > 0, schema_version, NULL) FROM pragma_schema_version");
        self.scalar::<Option<i64>>(&query).await.map(|version| version.map(|version| version.to_string()))
    }

    /// One file has one writer, whatever it reaches.
    async fn try_lock(&mut self, _reach: &Reach) -> Result<bool, Error> {
        if self.state.in_transaction {
            self.state.locked = true;
            return Ok(true);
        }
        self.foreign_keys_off().await?;
        self.set_busy_timeout(Duration::ZERO).await?;
        let outcome = self.attempt("BEGIN IMMEDIATE").await?;
        let wait = self.state.wait;
        self.set_busy_timeout(wait).await?;
        match outcome {
            Ok(()) => {
                self.state.in_transaction = true;
                self.state.locked = true;
                self.state.taken_back = false;
                Ok(true)
            }
            Err(e) => {
                self.foreign_keys_back().await?;
                if error::is_busy(&e) { Ok(false) } else { Err(error::database(&e, "BEGIN IMMEDIATE")) }
            }
        }
    }

    async fn unlock(&mut self) -> Result<(), Error> {
        self.state.locked = false;
        if self.state.in_transaction {
            if self.state.in_plan {
                self.rollback().await?;
            }
            if self.state.in_transaction {
                // What was taken back leaves nothing to write: the file stays as it is, to the byte.
                self.end(if self.state.taken_back { "ROLLBACK" } else { "COMMIT" }).await?;
            }
        }
        self.restore().await
    }

    async fn prepare(&mut self, lock_timeout: Duration) -> Result<(), Error> {
        self.state.wait = lock_timeout;
        self.foreign_keys_off().await?;
        self.set_busy_timeout(lock_timeout).await?;
        if self.state.legacy_alter_table.is_none() {
            let on: bool = self.scalar("PRAGMA legacy_alter_table").await?;
            self.run("PRAGMA legacy_alter_table = OFF").await?;
            self.state.legacy_alter_table = Some(on);
        }
        Ok(())
    }

    /// There is one lock, and one transaction holds it for the whole plan.
    async fn limit_waits(&mut self, _waits: Waits) -> Result<(), Error> {
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), Error> {
        if self.state.in_transaction {
            // Foreign keys cannot be turned on before the lock is given back, which does it then.
            return Ok(());
        }
        if let Some(on) = self.state.legacy_alter_table.take() {
            self.run(&format!("PRAGMA legacy_alter_table = {on}")).await?;
        }
        self.foreign_keys_back().await?;
        self.busy_timeout_back().await
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.refuse_temporary().await?;
        if self.state.in_transaction {
            self.run("SAVEPOINT groundplan").await?;
        } else {
            self.foreign_keys_off().await?;
            self.run_patiently("BEGIN IMMEDIATE").await?;
            self.state.in_transaction = true;
        }
        self.state.in_plan = true;
        self.state.taken_back = false;
        self.state.orphans = foreign_keys::orphans(self.connection()?).await?;
        self.state.statistics = statistics::read(self.connection()?).await?;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Error> {
        let now = foreign_keys::orphans(self.connection()?).await?;
        if let Some(message) = now.beyond(&self.state.orphans) {
            self.rollback().await?;
            return Err(Error::Verification(message));
        }
        let statistics = std::mem::take(&mut self.state.statistics);
        statistics.keep(self.connection()?).await?;
        self.end("COMMIT").await?;
        self.state.locked = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), Error> {
        self.seen = None;
        self.state.in_plan = false;
        self.state.taken_back = true;
        if !self.has_transaction().await? {
            self.state.in_transaction = false;
            return Ok(());
        }
        if self.state.locked {
            self.run("ROLLBACK TO groundplan").await?;
            self.run("RELEASE groundplan").await
        } else {
            self.end("ROLLBACK").await
        }
    }

    async fn execute(&mut self, statement: &Sql) -> Result<(), Error> {
        self.seen = None;
        self.run(statement.as_str()).await
    }

    async fn count(&mut self, query: &Sql, limit: Duration) -> Result<u64, Error> {
        let deadline = Instant::now() + limit;
        let connection = self.connection()?;
        let mut handle = connection.lock_handle().await.map_err(|e| error::database(&e, query.as_str()))?;
        handle.set_progress_handler(CLOCK_INTERVAL, move || Instant::now() < deadline);
        drop(handle);
        let count = self.scalar::<i64>(query.as_str()).await;
        let connection = self.connection()?;
        let mut handle = connection.lock_handle().await.map_err(|e| error::database(&e, query.as_str()))?;
        handle.remove_progress_handler();
        drop(handle);
        Ok(u64::try_from(count?).unwrap_or(0))
    }

    /// There is one lock, the writer's, and whoever holds it is waited for when it is taken.
    async fn blockers(&mut self, _touched: &[Lock], _longer_than: Duration) -> Result<Vec<Blocker>, Error> {
        Ok(Vec::new())
    }

    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error> {
        ledger::run(self.connection()?, statement).await
    }

    async fn user(&mut self) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn has_ledger(&mut self) -> Result<bool, Error> {
        self.scalar::<i64>(LEDGER).await.map(|count| count > 0)
    }
}
