//! What the ledger and the database say about each other.

use serde::{Deserialize, Serialize};

use crate::ledger::Ledger;
use crate::{Engine, Error, Finding, Fingerprint, ObjectId, Run, Scope, Session, Version};

/// The state of a database under Groundplan.
///
/// ```
/// use schema_core::LedgerStatus;
///
/// fn is_as_left(status: &LedgerStatus) -> bool {
///     status.managed && status.drift.is_empty() && status.unfinished.is_none()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerStatus {
    /// The engine.
    pub engine: Engine,
    /// The server's version.
    pub server_version: Version,
    /// The database.
    pub target: String,
    /// Whether there is a ledger.
    pub managed: bool,
    /// Whether it is marked production.
    pub production: bool,
    /// The fingerprint of the schema as it is.
    pub schema: Fingerprint,
    /// What has changed since the last run.
    pub drift: Drift,
    /// Objects and parts that are there and not Groundplan's.
    pub unmanaged: Vec<ObjectId>,
    /// What the model does not know.
    pub unmodelled: Vec<Finding>,
    /// The number of a run that was started and not finished, and the steps it has done.
    pub unfinished: Option<(i64, usize)>,
    /// The last runs, latest first.
    pub runs: Vec<Run>,
}

/// What has changed since the last run, by other hands.
///
/// ```
/// use schema_core::{Drift, ObjectId};
/// let mut drift = Drift::default();
/// assert!(drift.is_empty());
/// drift.missing.push(ObjectId::table(&"users".into()));
/// assert!(!drift.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Owned objects and parts that are gone.
    pub missing: Vec<ObjectId>,
    /// Owned objects and parts that are another than they were.
    pub changed: Vec<ObjectId>,
}

impl Drift {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty()
    }
}

/// Compares the database with what the ledger remembers of it.
///
/// ```
/// use schema_core::{Error, Scope, Session, status};
///
/// async fn alarm(session: &mut dyn Session) -> Result<(), Error> {
///     for object in status(session, &Scope::default()).await?.drift.changed {
///         println!("{object} was changed by other hands");
///     }
///     Ok(())
/// }
/// ```
///
/// # Errors
/// If the database or the ledger cannot be read.
pub async fn status(session: &mut dyn Session, scope: &Scope) -> Result<LedgerStatus, Error> {
    let memory = Ledger::new(session, scope).memory().await?;
    let found = session.inspect(&scope.about(&memory.owned)).await?;
    let runs = Ledger::new(session, scope).runs(10).await?;
    let target = session.target().await?;
    let database = &found.schema.database;
    let (mut unmanaged, mut drift) = (Vec::new(), Drift::default());
    for change in crate::diff::compare_databases(&memory.owned, database) {
        change.sort_into(&mut unmanaged, &mut drift.missing, &mut drift.changed);
    }
    Ok(LedgerStatus {
        engine: session.dialect().engine(),
        server_version: session.dialect().version(),
        target,
        managed: memory.exists,
        production: memory.production,
        schema: Fingerprint::of_schema(database),
        drift,
        unmanaged,
        unmodelled: found.unmodelled,
        unfinished: memory.unfinished.map(|run| (run.id, run.done)),
        runs,
    })
}
