//! What is to be done, as far as one look at the database tells.

use super::gate::evidence;
use super::resume::inspected;
use crate::ledger::{Ledger, Memory};
use crate::plan::Plan;
use crate::planner::{Planned, Request, plan};
use crate::{Authority, Error, Fingerprint, Session, newer};

/// Makes a plan with what the ledger knows, and changes nothing.
///
/// ```
/// use schema_core::{Database, Error, Request, Session, plan_only};
///
/// async fn show(session: &mut dyn Session, schema: Database) -> Result<(), Error> {
///     let request = Request { declared: schema.into(), ..Request::default() };
///     let planned = plan_only(session, &request).await?;
///     print!("{}", planned.plan);
///     Ok(())
/// }
/// ```
///
/// # Errors
/// As [`migrate`](crate::migrate), up to the plan.
pub async fn plan_only(session: &mut dyn Session, request: &Request) -> Result<Planned, Error> {
    let mut planned = Intent::find(session, request, true).await?.planned;
    planned.evidence = evidence(session, &planned.plan).await;
    Ok(planned)
}

/// What is to be done, as far as one look at the database tells.
pub(super) struct Intent {
    pub(super) planned: Planned,
    pub(super) memory: Memory,
    /// Nothing is to be done, and nothing to be remembered.
    pub(super) settled: bool,
}

impl Intent {
    /// With `lead_back`, a database that was led on from what is asked for is planned back to it.
    pub(super) async fn find(
        session: &mut dyn Session,
        request: &Request,
        lead_back: bool,
    ) -> Result<Self, Error> {
        let memory = Ledger::new(session, &request.scope).memory().await?;
        let asked = request.fingerprint();
        if let Some(planned) = settled(session, request, &asked, &memory).await? {
            return Ok(Self { planned, memory, settled: true });
        }
        if memory.is_beyond(&asked) && request.authority != Authority::Exact && !lead_back {
            let planned = newer::keep(session, request, &memory.owned).await?;
            return Ok(Self { planned, memory, settled: true });
        }
        let planned = plan(session, request, &memory.owned).await?;
        let settled = planned.plan.is_empty() && memory.is_at(&asked);
        Ok(Self { planned, memory, settled })
    }

    /// Whether a second look, now under the lock, would find the same.
    pub(super) async fn still_holds(&self, session: &mut dyn Session) -> Result<bool, Error> {
        let plan = &self.planned.plan;
        Ok(Ledger::new(session, &plan.scope).memory().await? == self.memory
            && inspected(session, &plan.scope).await? == plan.base)
    }
}

/// The empty plan, if somebody else has led the database to what is asked for since. That is true with the lock and
/// without it.
pub(super) async fn done_meanwhile(session: &mut dyn Session, request: &Request) -> Option<Planned> {
    let memory = Ledger::new(session, &request.scope).memory().await.ok()?;
    settled(session, request, &request.fingerprint(), &memory).await.ok()?
}

/// The empty plan, if nothing else was asked for since, and the schema is the very one that the last run led to.
/// Nothing need be canonicalized to know it.
async fn settled(
    session: &mut dyn Session,
    request: &Request,
    asked: &Fingerprint,
    memory: &Memory,
) -> Result<Option<Planned>, Error> {
    if !memory.is_at(asked) {
        return Ok(None);
    }
    let scope = request.scope.about(&memory.owned);
    let found = session.inspect(&scope).await?;
    let schema = Fingerprint::of_schema(&found.schema.database);
    if memory.schema.as_ref() != Some(&schema) {
        return Ok(None);
    }
    let target = session.target().await?;
    let mut plan = Plan::nothing(session.dialect(), target, asked.clone(), scope);
    plan.base = schema.clone();
    plan.result = schema;
    Ok(Some(Planned { plan, desired: found.schema, unmodelled: found.unmodelled, evidence: Vec::new() }))
}
