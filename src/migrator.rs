//! The one call that most applications need, and the builder for those that need more.

use std::time::Duration;

use schema_core::diff::{Rename, Renames};
use schema_core::{
    Adoption, ApplyPolicy, Approval, Authority, Connect, Declared, Error, Event, LedgerStatus, ObjectId,
    ObjectKind, Options, Plan, Planned, QualifiedName, Report, Request, Rules, RunDetails, Scope, Script,
};

/// Makes a live database match a schema, under the startup policy: what is additive and online is applied; for
/// anything else the plan comes back in [`Error::Refused`], and nothing is changed.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use groundplan::dsl::{Column, Database, Table, Type};
///
/// let schema = Database::new()
///     .with(Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]));
/// let pool = sqlx::SqlitePool::connect("sqlite://app.db?mode=rwc").await?;
/// let report = groundplan::migrate(&pool, schema).await?;
/// println!("{}", report.plan);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// See [`Error`]. After any of them, a later call converges.
pub async fn migrate<Opened>(
    target: &impl Connect<Opened>,
    schema: impl Into<Declared>,
) -> Result<Report, Error> {
    Migrator::new(schema).run(target).await
}

/// Plans and applies with every choice open.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # async fn example(pool: sqlx::SqlitePool, schema: groundplan::dsl::Database) -> Result<(), groundplan::Error> {
/// use groundplan::{ApplyPolicy, Event, Migrator};
/// use std::time::Duration;
///
/// let migrator = Migrator::new(schema)
///     .policy(ApplyPolicy::startup())
///     .lock_wait(Duration::from_secs(30))
///     .actor("billing-api")
///     .on_event(|event| if let Event::StepStarted { number, step } = event {
///         eprintln!("{number}: {}", step.title);
///     });
/// let plan = migrator.plan(&pool).await?;
/// println!("{plan}");
/// let report = migrator.run(&pool).await?;
/// # Ok(())
/// # }
/// ```
pub struct Migrator {
    request: Request,
    options: Options,
    listener: Box<dyn Fn(&Event<'_>) + Send + Sync>,
}

impl std::fmt::Debug for Migrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrator")
            .field("request", &self.request)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Migrator {
    /// A migrator for a declared schema, with the startup policy.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// # let _ = migrator;
    /// ```
    pub fn new(schema: impl Into<Declared>) -> Self {
        Self {
            request: Request { declared: schema.into(), ..Request::default() },
            options: Options::default(),
            listener: Box::new(|_| {}),
        }
    }

    /// Adds SQL in the engine's own language to what is declared. It runs in a scratch area only, to learn what it
    /// makes. `name` stands in errors.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let views = "CREATE VIEW active AS SELECT id FROM users WHERE active";
    /// let migrator = Migrator::new(Database::new()).sql("views.sql", views);
    /// # let _ = migrator;
    /// ```
    pub fn sql(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.request.declared.scripts.push(Script { name: name.into(), text: text.into() });
        self
    }

    /// Chooses which steps need an approval.
    ///
    /// ```
    /// use groundplan::{ApplyPolicy, Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).policy(ApplyPolicy::production());
    /// # let _ = migrator;
    /// ```
    pub fn policy(mut self, policy: ApplyPolicy) -> Self {
        self.options.policy = policy;
        self
    }

    /// Says what the project has to say about the rules of the safety catalogue: severities, waivers, rules of its own.
    ///
    /// ```
    /// use groundplan::{Migrator, RuleName, Rules, Waiver, dsl::Database};
    ///
    /// let known = Waiver::new(RuleName::own("acme/commented"), "orders", "everybody knows");
    /// # let _ = known;
    /// let migrator = Migrator::new(Database::new()).rules(Rules::default());
    /// # let _ = migrator;
    /// ```
    pub fn rules(mut self, rules: Rules) -> Self {
        self.request.rules = rules;
        self
    }

    /// Brings an approval of the plan that will be made.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// let plan = migrator.plan(&pool).await?;
    /// let approval = groundplan::Approval::of(&plan, [1])?.by("ada");
    /// migrator.approval(approval).run(&pool).await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn approval(mut self, approval: Approval) -> Self {
        self.options.approval = Some(approval);
        self
    }

    /// Chooses which part of the database is looked at.
    ///
    /// ```
    /// use groundplan::{Migrator, Scope, ScopeSchemas, dsl::Database};
    ///
    /// let schemas = ScopeSchemas::Named(vec!["billing".into()]);
    /// let migrator = Migrator::new(Database::new()).scope(Scope { schemas, ..Scope::default() });
    /// # let _ = migrator;
    /// ```
    pub fn scope(mut self, scope: Scope) -> Self {
        self.request.scope = scope;
        self
    }

    /// Makes the declared schema the whole truth for the schemas in scope: what it does not mention is dropped,
    /// with an approval.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).exact();
    /// # let _ = migrator;
    /// ```
    pub fn exact(mut self) -> Self {
        self.request.authority = Authority::Exact;
        self
    }

    /// Says that a table was called `from`, for schemas whose declaration has no place for the hint.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).rename_table("users", "people");
    /// # let _ = migrator;
    /// ```
    pub fn rename_table(self, from: impl Into<QualifiedName>, to: &str) -> Self {
        self.rename(ObjectId::table(&from.into()), to)
    }

    /// Says that a column was called `from`, for schemas whose declaration has no place for the hint. The table is
    /// given by the name it has in the database now.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).rename_column("users", "mail", "email");
    /// # let _ = migrator;
    /// ```
    pub fn rename_column(self, table: impl Into<QualifiedName>, from: &str, to: &str) -> Self {
        self.rename(ObjectId::on(ObjectKind::Column, &table.into(), from), to)
    }

    fn rename(self, from: ObjectId, to: &str) -> Self {
        self.with_rename(Rename { from, to: to.into() })
    }

    pub(crate) fn with_rename(mut self, rename: Rename) -> Self {
        let renames = self.request.renames.iter().cloned().chain([rename]);
        self.request.renames = renames.collect::<Renames>();
        self
    }

    /// How long to wait for another process that is changing the database; a minute unless said otherwise.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    /// use std::time::Duration;
    ///
    /// let migrator = Migrator::new(Database::new()).lock_wait(Duration::from_secs(10));
    /// # let _ = migrator;
    /// ```
    pub fn lock_wait(mut self, wait: Duration) -> Self {
        self.options.lock_wait = wait;
        self
    }

    /// How long the locks of a step may be waited for before it gives up and is tried again; two seconds unless said
    /// otherwise. So long others wait behind it at most.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    /// use std::time::Duration;
    ///
    /// let migrator = Migrator::new(Database::new()).lock_timeout(Duration::from_millis(500));
    /// # let _ = migrator;
    /// ```
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// How long an online step (a concurrent index), behind which nobody waits, may wait for transactions that were
    /// open before it; five minutes unless said otherwise.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    /// use std::time::Duration;
    ///
    /// let migrator = Migrator::new(Database::new()).online_wait(Duration::from_secs(600));
    /// # let _ = migrator;
    /// ```
    pub fn online_wait(mut self, wait: Duration) -> Self {
        self.options.online_wait = wait;
        self
    }

    /// Names who applies, for the ledger, which otherwise holds the user of the database.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).actor("billing-api");
    /// # let _ = migrator;
    /// ```
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.options.actor = Some(actor.into());
        self
    }

    /// Leads a database back that was led on from this schema since. Without this, an older binary leaves a newer
    /// schema as it is, or refuses to run on it.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).lead_back();
    /// # let _ = migrator;
    /// ```
    pub fn lead_back(mut self) -> Self {
        self.options.lead_back = true;
        self
    }

    /// Plans and gates, and changes nothing.
    ///
    /// ```
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).dry_run();
    /// # let _ = migrator;
    /// ```
    pub fn dry_run(mut self) -> Self {
        self.options.dry_run = true;
        self
    }

    /// Receives what happens.
    ///
    /// ```
    /// use groundplan::{Event, Migrator, dsl::Database};
    ///
    /// let migrator = Migrator::new(Database::new()).on_event(|event| {
    ///     if let Event::StepStarted { number, step } = event {
    ///         println!("{number}: {}", step.title);
    ///     }
    /// });
    /// # let _ = migrator;
    /// ```
    pub fn on_event(mut self, listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Box::new(listener);
        self
    }

    /// Makes the plan, and changes nothing.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// let plan = migrator.plan(&pool).await?;
    /// assert_eq!(plan.steps.len(), 1);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// If the schema is not valid or the database cannot be read.
    pub async fn plan<Opened>(&self, target: &impl Connect<Opened>) -> Result<Plan, Error> {
        Ok(self.planned(target).await?.plan)
    }

    /// Makes the plan, with what it was made from.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// let planned = migrator.planned(&pool).await?;
    /// assert_eq!(planned.desired.database.tables().count(), 1);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub async fn planned<Opened>(&self, target: &impl Connect<Opened>) -> Result<Planned, Error> {
        let mut session = target.connect().await?;
        schema_core::plan_only(&mut *session, &self.request).await
    }

    /// Plans and applies.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// assert_eq!(migrator.run(&pool).await?.plan.steps.len(), 1);
    /// assert!(migrator.run(&pool).await?.plan.is_empty());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// See [`Error`]. After any of them, a later call converges.
    pub async fn run<Opened>(&self, target: &impl Connect<Opened>) -> Result<Report, Error> {
        let mut session = target.connect().await?;
        schema_core::migrate(&mut *session, &self.request, &self.options, &*self.listener).await
    }

    /// Applies a plan that was made and reviewed before; what is declared is not looked at.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// let plan = migrator.plan(&pool).await?;
    /// // Somebody reads it; perhaps it travels as JSON.
    /// let plan = groundplan::Plan::from_json(&plan.to_json()?)?;
    /// migrator.apply(&pool, &plan).await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// [`Error::BaseChanged`] if the database is no longer what the plan starts from.
    pub async fn apply<Opened>(&self, target: &impl Connect<Opened>, plan: &Plan) -> Result<Report, Error> {
        let mut session = target.connect().await?;
        schema_core::apply_plan(&mut *session, plan, &self.options, &*self.listener).await
    }

    /// Marks the database as production: from then on no policy is more lenient there than that for production,
    /// whoever asks.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// migrator.mark_production(&pool).await?;
    /// assert!(migrator.status(&pool).await?.production);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub async fn mark_production<Opened>(&self, target: &impl Connect<Opened>) -> Result<(), Error> {
        let mut session = target.connect().await?;
        schema_core::mark_production(&mut *session, &self.options).await
    }

    /// Takes the mark away again. `name` is the database as [`LedgerStatus::target`] names it, so that it is not
    /// another one by accident.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let migrator = Migrator::new(Database::new());
    /// migrator.mark_production(&pool).await?;
    /// assert!(migrator.unmark_production(&pool, "another one").await.is_err());
    /// let name = migrator.status(&pool).await?.target;
    /// migrator.unmark_production(&pool, &name).await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] if it is called otherwise.
    pub async fn unmark_production<Opened>(
        &self,
        target: &impl Connect<Opened>,
        name: &str,
    ) -> Result<(), Error> {
        let mut session = target.connect().await?;
        schema_core::unmark_production(&mut *session, name, &self.options).await
    }

    /// Takes everything in scope under management, as it is: nothing in the schema changes. What a later plan does not
    /// declare is then dropped by it, once that is approved.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::Database};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// sqlx::query("CREATE TABLE old (id INTEGER PRIMARY KEY)").execute(&pool).await?;
    /// let migrator = Migrator::new(Database::new());
    /// assert!(migrator.plan(&pool).await?.is_empty(), "what is somebody else's is left alone");
    /// assert_eq!(migrator.adopt(&pool).await?.adopted.len(), 1);
    /// assert_eq!(migrator.plan(&pool).await?.steps.len(), 1, "what is ours and not declared goes");
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] if a run was interrupted and not yet completed, besides what reading the database can meet.
    pub async fn adopt<Opened>(&self, target: &impl Connect<Opened>) -> Result<Adoption, Error> {
        let mut session = target.connect().await?;
        schema_core::adopt(&mut *session, &self.request.scope, &self.options, &*self.listener).await
    }

    /// What the ledger and the database say about each other.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// migrator.run(&pool).await?;
    /// assert!(migrator.status(&pool).await?.drift.is_empty());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn status<Opened>(&self, target: &impl Connect<Opened>) -> Result<LedgerStatus, Error> {
        let mut session = target.connect().await?;
        schema_core::status(&mut *session, &self.request.scope).await
    }

    /// The last runs that the ledger knows, latest first: who, when, by which version, under which approval, and
    /// what became of each step.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use groundplan::{Migrator, dsl::{Column, Database, Table, Type}};
    ///
    /// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    /// let migrator = Migrator::new(Database::new().with(users));
    /// migrator.run(&pool).await?;
    /// assert_eq!(migrator.history(&pool, 10).await?.len(), 1);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub async fn history<Opened>(
        &self,
        target: &impl Connect<Opened>,
        limit: u64,
    ) -> Result<Vec<RunDetails>, Error> {
        let mut session = target.connect().await?;
        schema_core::history(&mut *session, limit).await
    }
}
