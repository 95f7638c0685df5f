//! The two seams to an engine: [`Dialect`], which only knows, and [`Session`], which holds a live connection.

use async_trait::async_trait;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::diff::{Diff, ObjectChange, Renames};
use crate::plan::{Lock, Plan, Step};
use crate::{Canonical, Database, Engine, Error, Name, ObjectId, ObjectKind, QualifiedName, Sql, Version};

/// What one engine, in one version, can do and how it is told to. Pure: it never talks to a server.
///
/// ```
/// use schema_core::diff::{Renames, diff};
/// use schema_core::{Canonical, Dialect, Error, PlanRequest, TableSizes};
///
/// /// Tells what a server of this kind would do, without one.
/// fn tell(dialect: &dyn Dialect, old: &Canonical, new: &Canonical) -> Result<(), Error> {
///     println!("{} {}, ledger in {:?}", dialect.engine(), dialect.version(), dialect.ledger_schema());
///     println!("{} {} NOT NULL", dialect.quote(&"order".into()), dialect.text_type());
///     for problem in dialect.check(&new.database) {
///         println!("{}: {}", problem.object, problem.message);
///     }
///     for statement in dialect.render(new)? {
///         println!("{statement};");
///     }
///     let (diff, sizes) = (diff(old, new, &Renames::default()), TableSizes::default());
///     let request = PlanRequest { before: old, after: new, diff: &diff, sizes: &sizes };
///     println!("{} steps", dialect.plan(&request)?.len());
///     println!("either all or none: {}", dialect.atomic_plans());
///     println!("puts columns in order: {}", dialect.reorders_columns());
///     println!("case is nothing to the names of: {:?}", dialect.folds_case());
///     println!("grows with the table: {:?}", dialect.unmeasured());
///     Ok(())
/// }
/// ```
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

    /// Whether an error of this code says that a row's value is one that cannot be computed with. Where the engine has
    /// no code for that, none does.
    fn is_data_error(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// Whether an error of this code says that a query is at odds with what is there: it names what is not there, or
    /// not as the query takes it. A missing right and a wait that was given up are no such errors. Where the engine
    /// plans nothing that could be interrupted between such changes, none is.
    fn is_misfit(&self, code: &str) -> bool {
        let _ = code;
        false
    }
}

/// The names to which the case of their letters is nothing.
///
/// ```
/// use schema_core::{Dialect, Folds};
///
/// fn are_told_apart_by_case(dialect: &dyn Dialect) -> bool {
///     dialect.folds_case() == Folds::Nothing
/// }
/// ```
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
///
/// ```
/// use schema_core::{ObjectId, Problem};
/// let message = "the name is too long".to_owned();
/// let problem = Problem { object: ObjectId::table(&"users".into()), message };
/// assert_eq!(problem.object.to_string(), "table users");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The object or part.
    pub object: ObjectId,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

/// What the dialect plans from.
///
/// ```
/// use schema_core::{Dialect, Error, PlanRequest, Step};
///
/// /// The steps that create what is new.
/// fn creates(dialect: &dyn Dialect, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error> {
///     let steps = dialect.plan(request)?;
///     Ok(steps.into_iter().filter(|step| !request.before.database.contains(&step.object)).collect())
/// }
/// ```
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
///
/// ```
/// use schema_core::{QualifiedName, TableSize, TableSizes};
/// let mut sizes = TableSizes::default();
/// sizes.tables.insert("users".into(), TableSize { rows: Some(1_000_000), bytes: None });
/// assert_eq!(sizes.tables[&QualifiedName::new("users")].rows, Some(1_000_000));
/// ```
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
///
/// ```
/// use schema_core::TableSize;
/// // What is not known is not small.
/// assert_eq!(TableSize::default().rows, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSize {
    /// Rows.
    pub rows: Option<u64>,
    /// Bytes, indexes included.
    pub bytes: Option<u64>,
}

/// Which part of a database is looked at.
///
/// ```
/// use schema_core::{Scope, ScopeSchemas};
/// let tenant = Scope { schemas: ScopeSchemas::Named(vec!["tenant_7".into()]), ..Scope::default() };
/// assert!(!tenant.privileges);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Which schemas.
    pub schemas: ScopeSchemas,
    /// Whether owners and grants are part of the schema, and those of objects to come.
    pub privileges: bool,
    /// Which roles of the server are part of the schema.
    #[serde(default, skip_serializing_if = "ScopeRoles::is_none")]
    pub roles: ScopeRoles,
}

impl Scope {
    /// The same, of the roles only those that a schema holds: the others are nobody's business here, and come and go.
    pub(crate) fn about(&self, schema: &Database) -> Self {
        let roles = match self.roles {
            ScopeRoles::All => ScopeRoles::Named(schema.roles().cloned().collect()),
            ScopeRoles::None | ScopeRoles::Named(_) => self.roles.clone(),
        };
        Self { roles, ..self.clone() }
    }
}

/// Which roles of the server are looked at. They belong to all of its databases.
///
/// ```
/// use schema_core::ScopeRoles;
/// assert!(ScopeRoles::default().is_none());
/// assert!(ScopeRoles::All.holds(&"app".into()));
/// assert!(!ScopeRoles::Named(vec!["app".into()]).holds(&"other".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeRoles {
    /// None.
    #[default]
    None,
    /// All of them. A plan is about those that are declared, and touches no other one.
    All,
    /// These.
    Named(Vec<Name>),
}

impl ScopeRoles {
    /// Whether roles are no part of the schema.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Whether a role is looked at.
    pub fn holds(&self, role: &Name) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Named(names) => names.contains(role),
        }
    }
}

/// Which schemas are looked at.
///
/// ```
/// use schema_core::{Scope, ScopeSchemas};
/// assert_eq!(Scope::default().schemas, ScopeSchemas::All);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeSchemas {
    /// Every schema that is not the engine's own: what a dump holds. In MySQL the connection's database.
    #[default]
    All,
    /// These.
    Named(Vec<Name>),
}

/// What an applier keeps others out of.
///
/// Who looks at named schemas alone leaves the rest of the database to others, and nobody else works on those schemas
/// meanwhile. Whoever changes what belongs to none of them has the database for themselves.
///
/// ```
/// use schema_core::{Reach, Scope, ScopeSchemas};
/// let tenant = Scope { schemas: ScopeSchemas::Named(vec!["tenant_7".into()]), ..Scope::default() };
/// assert!(!Reach::of(&tenant).beyond);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The schemas that are looked at.
    pub schemas: ScopeSchemas,
    /// Whether something changes that belongs to none of them: an extension, for one.
    pub beyond: bool,
}

impl Reach {
    /// What is in scope, and nothing else.
    pub fn of(scope: &Scope) -> Self {
        Self { schemas: scope.schemas.clone(), beyond: false }
    }

    /// What a plan needs to itself.
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        let mut reach = Self::of(&plan.scope);
        reach.beyond = !reach.covers(plan);
        reach
    }

    /// Whether a plan changes nothing outside of this.
    pub(crate) fn covers(&self, plan: &Plan) -> bool {
        let ScopeSchemas::Named(names) = &self.schemas else { return true };
        let is_within = |id: &ObjectId| match &id.schema {
            Some(schema) => names.contains(schema),
            None => id.kind == ObjectKind::Schema && names.contains(&id.name),
        };
        let changes = plan.steps.iter().flat_map(|step| &step.effect.changes).map(ObjectChange::id);
        let steps = plan.steps.iter().map(|step| step.object.clone());
        self.beyond || changes.chain(steps).all(|id| is_within(&id))
    }
}

/// What was read from a database, and what was seen but is not modelled.
///
/// ```
/// use schema_core::{Error, Scope, Session};
///
/// async fn tables(session: &mut dyn Session) -> Result<usize, Error> {
///     let found = session.inspect(&Scope::default()).await?;
///     for finding in &found.unmodelled {
///         eprintln!("{} is not modelled: {}", finding.object, finding.reason);
///     }
///     Ok(found.schema.database.tables().count())
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// The schema.
    pub schema: Canonical,
    /// What the model does not know: it is never dropped, and never silently left out.
    pub unmodelled: Vec<Finding>,
}

/// Something that inspection met and cannot model or read.
///
/// ```
/// use schema_core::Finding;
///
/// /// What keeps a table from being rebuilt.
/// fn on<'a>(findings: &'a [Finding], table: &str) -> Vec<&'a str> {
///     let its = |finding: &&Finding| finding.table.as_ref().is_some_and(|name| name.name == *table);
///     findings.iter().filter(its).map(|finding| finding.object.as_str()).collect()
/// }
/// ```
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
///
/// ```
/// use schema_core::{Database, Declared, Script, Table};
/// let views = Script { name: "views.sql".to_owned(), text: "CREATE VIEW ids AS SELECT id FROM users;".to_owned() };
/// let declared = Declared { scripts: vec![views], ..Database::new().with(Table::new("users")).into() };
/// assert!(!declared.is_partial);
/// ```
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
///
/// ```
/// use schema_core::Script;
/// let script = Script { name: "schema.sql".to_owned(), text: "CREATE TABLE users (id int);".to_owned() };
/// assert_eq!(script.name, "schema.sql", "errors name it so");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Usually the path of the file.
    pub name: String,
    /// The text.
    pub text: String,
}

/// One cell of a ledger row.
///
/// ```
/// use schema_core::Cell;
///
/// fn number(cell: &Cell) -> Option<i64> {
///     match cell {
///         Cell::Int(number) => Some(*number),
///         Cell::Null | Cell::Text(_) => None,
///     }
/// }
/// assert_eq!(number(&Cell::Int(7)), Some(7));
/// ```
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
///
/// ```
/// use schema_core::{Error, LedgerStatement, Session};
/// use sea_query::{Expr, Query};
///
/// async fn runs(session: &mut dyn Session) -> Result<usize, Error> {
///     let select = Query::select().column("id").from("groundplan_run").take();
///     Ok(session.ledger(&LedgerStatement::Select(select)).await?.len())
/// }
/// ```
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
///
/// ```
/// use std::time::Duration;
///
/// use schema_core::Waits;
/// // Others wait behind a lock: it is given up soon. Nobody waits for an index that is built online.
/// let waits = Waits { locks: Duration::from_secs(2), transactions: Duration::from_secs(300) };
/// assert!(waits.locks < waits.transactions);
/// ```
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
///
/// ```
/// use std::time::Duration;
///
/// use schema_core::plan::Lock;
/// use schema_core::{Database, Error, Reach, Scope, Session, Sql, Waits};
///
/// /// The order in which an apply uses a session.
/// async fn apply(session: &mut dyn Session, schema: Database, touched: &[Lock], sql: Sql) -> Result<(), Error> {
///     let second = Duration::from_secs(1);
///     let wanted = session.canonicalize(&schema.into(), &Scope::default()).await?;
///     if !session.try_lock(&Reach::of(&Scope::default())).await? {
///         return Err(Error::Locked { waited: Duration::ZERO });
///     }
///     if session.inspect(&Scope::default()).await?.schema != wanted.schema {
///         session.prepare(second).await?;
///         let holders = session.blockers(touched, second).await?;
///         if session.count(&"SELECT count(*) FROM users".into(), second).await? == 0 && holders.is_empty() {
///             session.limit_waits(Waits { locks: second, transactions: second }).await?;
///             session.begin().await?;
///             match session.execute(&sql).await {
///                 Ok(()) => session.commit().await?,
///                 Err(_) => session.rollback().await?,
///             }
///         }
///         session.restore().await?;
///     }
///     session.unlock().await
/// }
///
/// /// What it tells besides.
/// async fn tell(session: &mut dyn Session) -> Result<(), Error> {
///     println!("{} of {}", session.target().await?, session.dialect().engine());
///     println!("as {:?}", session.user().await?);
///     println!("{} tables measured", session.sizes(&Scope::default()).await?.tables.len());
///     println!("a ledger: {}", session.has_ledger().await?);
///     println!("changed since: {:?}", session.change_stamp(&Scope::default()).await?);
///     Ok(())
/// }
/// ```
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

    /// How large the tables in scope are, by the server's statistics.
    async fn sizes(&mut self, scope: &Scope) -> Result<TableSizes, Error>;

    /// A cheap stamp that changes with every schema change in scope, where the engine has one, and where there is a
    /// ledger to keep it.
    async fn change_stamp(&mut self, scope: &Scope) -> Result<Option<String>, Error>;

    /// Tries to take the lock that keeps other appliers out of what this one reaches. Never waits. After a failure
    /// there may be something to give back: a place in front of those who come later.
    async fn try_lock(&mut self, reach: &Reach) -> Result<bool, Error>;

    /// Gives the lock back, and whatever was taken on the way to it.
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
///
/// ```
/// use schema_core::{Blocker, BlockerKind};
/// let blocker = Blocker {
///     kind: BlockerKind::Transaction,
///     table: Some("orders".into()),
///     count: 2,
///     seconds: 90,
///     show: "SELECT pid FROM pg_stat_activity".into(),
/// };
/// assert!(blocker.stops());
/// assert_eq!(blocker.to_string(), "orders: 2 transactions, for 90 s already");
/// ```
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
///
/// ```
/// use schema_core::{Blocker, BlockerKind};
///
/// /// What nobody but a person can end.
/// fn needs_somebody(blockers: &[Blocker]) -> bool {
///     blockers.iter().any(|blocker| blocker.kind == BlockerKind::Prepared)
/// }
/// ```
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
///
/// ```
/// use schema_core::{Connect, Error, Session};
///
/// /// Takes whatever a session can be opened on.
/// async fn target<Opened>(database: &impl Connect<Opened>) -> Result<String, Error> {
///     let mut session: Box<dyn Session> = database.connect().await?;
///     session.target().await
/// }
/// ```
#[async_trait]
pub trait Connect<Opened>: Sync {
    /// Takes a connection for the exclusive use of one session.
    async fn connect(&self) -> Result<Box<dyn Session>, Error>;
}
