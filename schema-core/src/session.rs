//! The two seams to an engine: [`Dialect`], which only knows, and [`Session`], which holds a live connection.

use async_trait::async_trait;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::diff::{Diff, Renames};
use crate::plan::{Lock, Step};
use crate::{Canonical, Database, Engine, Error, Name, ObjectId, QualifiedName, Sql, Version};

/// What one engine, in one version, can do and how it is told to. Pure: it never talks to a server.
pub trait Dialect: Send + Sync {
    /// The engine.
    fn engine(&self) -> Engine;

    /// The server's version.
    fn version(&self) -> Version;

    /// An identifier, quoted. A name that the engine cannot hold (NUL) is quoted all the same: [`check`](Self::check)
    /// refuses it.
    fn quote(&self, name: &Name) -> String;

    /// What this engine cannot hold of a declared schema: too long names, types and options it lacks.
    ///
    /// An empty list means that it can be rendered. Every problem is listed, each with its object.
    fn check(&self, declared: &Database) -> Vec<Problem>;

    /// The statements that make these objects in an empty database, in an order that works.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for what the engine cannot hold.
    fn render(&self, schema: &Canonical) -> Result<Vec<Sql>, Error>;

    /// The steps from one schema to another.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a change that the engine cannot make without losing what it must keep.
    fn plan(&self, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error>;

    /// Where the ledger lives, if not in the default schema.
    fn ledger_schema(&self) -> Option<Name>;

    /// The engine's type for text of any length, for the ledger.
    fn text_type(&self) -> &'static str;

    /// Whether the order of a table's columns can be changed. Where not, a difference in it plans no step.
    fn reorders_columns(&self) -> bool;

    /// The versions on which what the steps say of locks and work was measured, if this is none of them.
    fn unmeasured(&self) -> Option<&'static str>;

    /// Which names are the same name although the case of their letters differs. What is declared in another case is
    /// then renamed, and is neither made again nor dropped.
    fn folds_case(&self) -> Folds;

    /// Whether a whole plan is one transaction, so that its result can be verified before it is committed.
    fn atomic_plans(&self) -> bool;
}

/// The names to which the case of their letters is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folds {
    /// None.
    Nothing,
    /// Those of columns.
    Columns,
    /// Those of tables and of columns.
    TablesAndColumns,
}

/// Something that a declared schema says and an engine cannot hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The object or part.
    pub object: ObjectId,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

/// What the dialect plans from.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The whole schema in scope as it is.
    pub before: &'a Canonical,
    /// The whole schema in scope as it is to be; what is unmanaged stands in both.
    pub after: &'a Canonical,
    /// What is between them: `before.apply(diff) == after`.
    pub diff: &'a Diff,
    /// How large the tables are, as far as it is known.
    pub sizes: &'a TableSizes,
}

/// How large tables are, by the server's statistics.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableSizes {
    /// Rows and bytes by table.
    #[serde(with = "indexmap::map::serde_seq")]
    pub tables: IndexMap<QualifiedName, TableSize>,
}

impl TableSizes {
    /// The same sizes under the names after some renames too.
    pub(crate) fn under(mut self, renames: &Renames) -> Self {
        let renamed = |(name, size): (&QualifiedName, &TableSize)| (renames.relation(name), *size);
        let all: Vec<_> = self.tables.iter().map(renamed).collect();
        self.tables.extend(all);
        self
    }
}

/// How large a table is. An estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSize {
    /// Rows.
    pub rows: Option<u64>,
    /// Bytes, indexes included.
    pub bytes: Option<u64>,
}

/// Which part of a database is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Which schemas.
    pub schemas: ScopeSchemas,
    /// Whether owners and grants are part of the schema.
    pub privileges: bool,
}

/// Which schemas are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeSchemas {
    /// Every schema that is not the engine's own: what a dump holds. In MySQL the connection's database.
    #[default]
    All,
    /// These.
    Named(Vec<Name>),
}

/// What was read from a database, and what was seen but is not modelled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// The schema.
    pub schema: Canonical,
    /// What the model does not know: it is never dropped, and never silently left out.
    pub unmodelled: Vec<Finding>,
}

/// Something that inspection met and cannot model or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is, in the engine's words: `operator class public.my_ops`.
    pub object: String,
    /// The table it hangs on, which is not rebuilt or dropped while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<QualifiedName>,
    /// Why it is not modelled.
    pub reason: String,
}

/// What is wanted: objects, SQL scripts, or both (the objects are made first).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// Objects of the model.
    pub schema: Database,
    /// SQL in the engine's own language.
    pub scripts: Vec<Script>,
    /// Whether objects may be missing, so that their not being here says nothing about them: see
    /// [`Authority::Partial`](crate::Authority::Partial).
    pub is_partial: bool,
}

impl From<Database> for Declared {
    fn from(schema: Database) -> Self {
        Self { schema, ..Self::default() }
    }
}

/// A SQL script with the name that errors give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Usually the path of the file.
    pub name: String,
    /// The text.
    pub text: String,
}

/// One cell of a ledger row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

/// A statement over the ledger's own tables, built by sea-query; the dialect picks the backend and binds.
#[derive(Clone, Debug)]
pub enum LedgerStatement {
    /// `CREATE TABLE IF NOT EXISTS`.
    Create(sea_query::TableCreateStatement),
    /// A query for text and whole numbers.
    Select(sea_query::SelectStatement),
    /// An insert.
    Insert(sea_query::InsertStatement),
    /// An update.
    Update(sea_query::UpdateStatement),
    /// A delete.
    Delete(sea_query::DeleteStatement),
}

/// How long statements wait for others before they give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For a lock that keeps others waiting behind it.
    pub locks: std::time::Duration,
    /// For transactions that were open before an online statement, while nobody waits for it.
    pub transactions: std::time::Duration,
}

/// One live connection, held for as long as the session lives. Object-safe.
///
/// Errors never hold a password or the values of rows.
#[async_trait]
pub trait Session: Send {
    /// What this server can do.
    fn dialect(&self) -> &dyn Dialect;

    /// Names the database this session is connected to, without secrets, so that a plan for one database is not
    /// applied to another.
    async fn target(&mut self) -> Result<String, Error>;

    /// Reads the schema in one snapshot, in a constant number of queries. The ledger is never part of it.
    async fn inspect(&mut self, scope: &Scope) -> Result<Inspection, Error>;

    /// Lets the engine hold what is declared, in a scratch area that is gone afterwards, and reads it back.
    /// Nothing in the target changes.
    async fn canonicalize(&mut self, declared: &Declared, scope: &Scope) -> Result<Inspection, Error>;

    /// How large the tables are, by the server's statistics.
    async fn sizes(&mut self) -> Result<TableSizes, Error>;

    /// A cheap stamp that changes with every schema change, where the engine has one, and where there is a ledger to
    /// keep it.
    async fn change_stamp(&mut self) -> Result<Option<String>, Error>;

    /// Tries to take the lock that keeps other appliers of this database out. Never waits.
    async fn try_lock(&mut self) -> Result<bool, Error>;

    /// Gives the lock back.
    async fn unlock(&mut self) -> Result<(), Error>;

    /// Prepares the connection for changes: strict modes, foreign keys off where the engine asks for it, and a
    /// limit for every wait for a lock.
    async fn prepare(&mut self, lock_timeout: std::time::Duration) -> Result<(), Error>;

    /// Sets other limits for waits than [`prepare`](Self::prepare) did, until the next call.
    async fn limit_waits(&mut self, waits: Waits) -> Result<(), Error>;

    /// Puts the connection back as it was before [`prepare`](Self::prepare).
    async fn restore(&mut self) -> Result<(), Error>;

    /// Starts a transaction.
    async fn begin(&mut self) -> Result<(), Error>;

    /// Commits it, after the engine's own checks of what it holds. After an error [`rollback`](Self::rollback)
    /// follows, whether a transaction is left or not.
    async fn commit(&mut self) -> Result<(), Error>;

    /// Takes it back.
    async fn rollback(&mut self) -> Result<(), Error>;

    /// Runs one statement of a plan.
    async fn execute(&mut self, statement: &Sql) -> Result<(), Error>;

    /// Runs a query for one number, read-only and within the time limit.
    async fn count(&mut self, query: &Sql, limit: std::time::Duration) -> Result<u64, Error>;

    /// Who has held what these tables need for longer than this: where the engine can tell.
    async fn blockers(
        &mut self,
        touched: &[Lock],
        longer_than: std::time::Duration,
    ) -> Result<Vec<Blocker>, Error>;

    /// Runs a statement over the ledger.
    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error>;

    /// Who is connected, in the engine's words, where it knows users.
    async fn user(&mut self) -> Result<Option<String>, Error>;

    /// Whether the ledger's tables exist: whether `groundplan_state` does, which is made last.
    async fn has_ledger(&mut self) -> Result<bool, Error>;
}

/// Somebody who holds what a plan needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// What kind of holder it is.
    pub kind: BlockerKind,
    /// The table, where the engine tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<QualifiedName>,
    /// How many there are.
    pub count: u64,
    /// For how many seconds the first of them has held it.
    pub seconds: u64,
    /// A query that shows them.
    pub show: Sql,
}

impl Blocker {
    /// Whether the plan waits for it. What only may be in the way is told.
    pub fn stops(&self) -> bool {
        match self.kind {
            BlockerKind::Transaction | BlockerKind::Prepared | BlockerKind::Vacuum => self.table.is_some(),
            BlockerKind::InvalidIndex => false,
        }
    }
}

impl std::fmt::Display for Blocker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, count, seconds, .. } = self;
        let (one, many) = match kind {
            BlockerKind::Transaction => ("transaction", "transactions"),
            BlockerKind::Prepared => ("prepared transaction", "prepared transactions"),
            BlockerKind::Vacuum => ("vacuum", "vacuums"),
            BlockerKind::InvalidIndex => ("invalid index", "invalid indexes"),
        };
        let what = if *count == 1 { one } else { many };
        match &self.table {
            Some(table) => write!(f, "{table}: {count} {what}")?,
            None => write!(f, "{count} {what} on tables that the engine does not name")?,
        }
        match kind {
            // Not every engine tells since when.
            BlockerKind::Prepared if *seconds == 0 => Ok(()),
            BlockerKind::Transaction | BlockerKind::Prepared | BlockerKind::Vacuum => {
                write!(f, ", for {seconds} s already")
            }
            BlockerKind::InvalidIndex => {
                f.write_str(" of somebody else's: still kept up, and perhaps still enforced")
            }
        }
    }
}

/// What kind of holder is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockerKind {
    /// A transaction that is open.
    Transaction,
    /// A transaction that is prepared, and holds its locks without a connection until somebody ends it.
    Prepared,
    /// A vacuum that does not give way.
    Vacuum,
    /// An index that an interrupted build has left.
    InvalidIndex,
}

/// What a session can be opened on: a pool of sqlx, for one.
///
/// `Opened` is the kind of session. It is there so that a dialect crate can implement this trait for a type of the
/// driver: one of the two must be its own.
#[async_trait]
pub trait Connect<Opened>: Sync {
    /// Takes a connection for the exclusive use of one session.
    async fn connect(&self) -> Result<Box<dyn Session>, Error>;
}
