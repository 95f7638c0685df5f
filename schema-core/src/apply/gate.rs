//! Whether a plan may be carried out here and now.

use std::time::Duration;

use super::Options;
use super::lock::{enter, leave};
use super::review::reviewed;
use crate::hazard::outgrown;
use crate::ledger::{Ledger, Memory};
use crate::plan::{Plan, Step};
use crate::{Approval, Canonical, Error, Evidence, Fingerprint, Reach, Scope, Session};

/// Longer than this nobody counts for the sake of evidence.
const EVIDENCE_LIMIT: Duration = Duration::from_secs(5);

/// Lets a plan pass under the policy, by an approval where it needs one: a new one, or the one that it was begun with.
/// A refusal says what the live data says about the steps.
pub(super) async fn gate(
    session: &mut dyn Session,
    plan: &Plan,
    options: &Options,
    begun_with: Option<&Approval>,
    memory: &Memory,
) -> Result<(), Error> {
    let approval = options.approval.as_ref().or(begun_with);
    let steps = as_they_are_now(session, plan).await?;
    gate_as(session, plan, &steps, options, approval, memory).await
}

/// Lets a plan file pass that is about to be applied to the schema `found`: by what its steps lose, and not only by what
/// it says that they do.
pub(super) async fn gate_file(
    session: &mut dyn Session,
    plan: &Plan,
    found: &Canonical,
    options: &Options,
    memory: &Memory,
) -> Result<(), Error> {
    if Fingerprint::of_schema(&found.database) != plan.base {
        return Ok(());
    }
    let sizes = session.sizes(&plan.scope).await?;
    let steps = reviewed(session.dialect(), plan, found, &sizes)?;
    gate_as(session, plan, &steps, options, options.approval.as_ref(), memory).await
}

async fn gate_as(
    session: &mut dyn Session,
    plan: &Plan,
    steps: &[Step],
    options: &Options,
    approval: Option<&Approval>,
    memory: &Memory,
) -> Result<(), Error> {
    let judged = options.policy.on(memory.production).gate_as(plan, steps, approval);
    let Err(Error::Refused(mut refusal)) = judged else { return judged };
    let refused: Vec<usize> = refusal.steps.iter().map(|(step, _)| *step).collect();
    refusal.evidence = evidence(session, plan).await;
    refusal.evidence.retain(|evidence| refused.contains(&evidence.step));
    Err(Error::Refused(refusal))
}

/// The steps, judged by the size that their tables have now.
async fn as_they_are_now(session: &mut dyn Session, plan: &Plan) -> Result<Vec<Step>, Error> {
    let relies_on_size = |step: &Step| step.hazards.iter().any(|hazard| hazard.small);
    if !plan.steps.iter().any(relies_on_size) {
        return Ok(plan.steps.clone());
    }
    let sizes = plan
        .steps
        .iter()
        .fold(session.sizes(&plan.scope).await?, |sizes, step| sizes.under(&step.effect.renames));
    Ok(plan.steps.iter().map(|step| outgrown(step, &sizes)).collect())
}

/// What the live data says about the steps that lose some of it. What cannot be counted is evidence of itself.
pub(super) async fn evidence(session: &mut dyn Session, plan: &Plan) -> Vec<Evidence> {
    let mut found = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        for probe in step.probes.iter().filter(|probe| !probe.stops()) {
            let rows = session.count(&probe.count, EVIDENCE_LIMIT).await.ok();
            found.push(Evidence {
                step: index + 1,
                object: probe.object.clone(),
                finding: probe.finding.clone(),
                rows,
                show: probe.show.to_string(),
            });
        }
    }
    found
}

/// Marks a database as production: from then on no policy is more lenient there than that for production.
///
/// ```
/// use schema_core::{Error, Options, Session, mark_production, unmark_production};
///
/// async fn promote(standby: &mut dyn Session, retired: &mut dyn Session) -> Result<(), Error> {
///     mark_production(standby, &Options::default()).await?;
///     unmark_production(retired, "shop on db1.example.org", &Options::default()).await
/// }
/// ```
///
/// # Errors
/// If the ledger cannot be written.
pub async fn mark_production(session: &mut dyn Session, options: &Options) -> Result<(), Error> {
    enter(session, Reach::of(&Scope::default()), options, &|_| {}).await?;
    let result = Ledger::new(session, &Scope::default()).mark(true).await;
    leave(session, result).await
}

/// Takes the mark away. The database must be named, as [`Session::target`] does, so that it is not another one.
///
/// ```
/// use schema_core::{Error, Options, Session, unmark_production};
///
/// async fn retire(session: &mut dyn Session, confirmed_name: &str) -> Result<(), Error> {
///     unmark_production(session, confirmed_name, &Options::default()).await
/// }
/// ```
///
/// # Errors
/// [`Error::Input`] if it is called otherwise; if the ledger cannot be written.
pub async fn unmark_production(
    session: &mut dyn Session,
    target: &str,
    options: &Options,
) -> Result<(), Error> {
    let own = session.target().await?;
    if own != target {
        return Err(Error::Input(format!("this database is {own}, and not {target}; its mark stays")));
    }
    enter(session, Reach::of(&Scope::default()), options, &|_| {}).await?;
    let result = Ledger::new(session, &Scope::default()).mark(false).await;
    leave(session, result).await
}
