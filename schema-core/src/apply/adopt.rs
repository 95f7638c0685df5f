//! Takes an existing database under management.

use serde::{Deserialize, Serialize};

use super::lock::{enter, leave};
use super::{Listener, Options};
use crate::ledger::{Ledger, RunOutcome};
use crate::plan::Plan;
use crate::{Error, Finding, Fingerprint, ObjectId, Reach, Scope, Session};

/// What was taken under management.
///
/// ```
/// fn tell(adoption: &schema_core::Adoption) {
///     println!("{} adopted, {} managed before", adoption.adopted.len(), adoption.already);
///     for finding in &adoption.unmodelled {
///         println!("{} stays as it is: {}", finding.object, finding.reason);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The objects that are Groundplan's from now on and were not before.
    pub adopted: Vec<ObjectId>,
    /// How many were already.
    pub already: usize,
    /// What the model does not know, and so cannot own.
    pub unmodelled: Vec<Finding>,
    /// The fingerprint of the schema, which stays as it is.
    pub schema: Fingerprint,
}

/// Records everything in scope as Groundplan's own, and changes nothing else.
///
/// What a later plan does not declare is then dropped by it, once that is approved; without this, it is left alone.
///
/// ```
/// use schema_core::{Error, Options, Scope, Session, adopt};
///
/// async fn take_over(session: &mut dyn Session) -> Result<(), Error> {
///     let adoption = adopt(session, &Scope::default(), &Options::default(), &|_| {}).await?;
///     println!("{} objects are managed from now on", adoption.adopted.len());
///     Ok(())
/// }
/// ```
///
/// # Errors
/// [`Error::Input`] if a run was interrupted and not yet completed, besides what reading the database and its ledger
/// can meet.
pub async fn adopt(
    session: &mut dyn Session,
    scope: &Scope,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Adoption, Error> {
    enter(session, Reach::of(scope), options, listener).await?;
    let result = adopt_locked(session, scope, options).await;
    leave(session, result).await
}

async fn adopt_locked(
    session: &mut dyn Session,
    scope: &Scope,
    options: &Options,
) -> Result<Adoption, Error> {
    let memory = Ledger::new(session, scope).memory().await?;
    if let Some(run) = &memory.unfinished {
        return Err(Error::Input(format!(
            "run {} was interrupted after step {}: apply its schema again to complete it, and adopt then",
            run.id, run.done
        )));
    }
    let found = session.inspect(scope).await?;
    let database = found.schema.database;
    let schema = Fingerprint::of_schema(&database);
    let (mut adopted, mut already) = (Vec::new(), 0);
    for (id, _) in database.objects() {
        if memory.owned.contains(id) {
            already += 1;
        } else {
            adopted.push(id.clone());
        }
    }
    if adopted.is_empty() {
        return Ok(Adoption { adopted, already, unmodelled: found.unmodelled, schema });
    }
    // What is owned and gone stays owned, and missing.
    let mut owned = database;
    for (id, object) in memory.owned.objects() {
        if !owned.contains(id) {
            owned.insert(object.clone());
        }
    }
    let target = session.target().await?;
    // What was asked for last is asked for still; nothing newer came of this.
    let asked = memory.asked.clone().unwrap_or_default();
    let plan = Plan {
        base: schema.clone(),
        result: schema.clone(),
        ..Plan::nothing(session.dialect(), target, asked, scope.clone())
    };
    Ledger::new(session, scope).create().await?;
    let mut ledger = Ledger::new(session, scope);
    let run = ledger.begin_run(&plan, None, options.actor.as_deref()).await?;
    ledger.own(&owned, &schema).await?;
    ledger.end_run(run, RunOutcome::Applied).await?;
    Ok(Adoption { adopted, already, unmodelled: found.unmodelled, schema })
}
