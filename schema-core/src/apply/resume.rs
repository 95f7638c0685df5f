//! Where an interrupted run stopped, and how it is completed.

use super::gate::gate;
use super::job::Job;
use super::{Event, Listener, Options};
use crate::ledger::{Ledger, Memory, UnfinishedRun};
use crate::plan::Plan;
use crate::planner::Request;
use crate::{Error, Fingerprint, Reach, Scope, Session};

/// The interrupted run that has the same aim. An approval of another plan says that this one is not wanted.
fn interrupted<'a>(memory: &'a Memory, asked: &Fingerprint, options: &Options) -> Option<&'a UnfinishedRun> {
    let run = memory.unfinished.as_ref()?;
    let other = options.approval.as_ref().is_some_and(|approval| approval.plan != run.plan.hash());
    (run.plan.asked == *asked && !other).then_some(run)
}

/// What became of an interrupted run.
pub(super) enum Completion {
    /// There is none to complete.
    Nothing,
    /// It is completed. This is its plan.
    Done(Box<Plan>),
    /// It reaches further than the lock.
    Beyond,
}

/// Completes an interrupted run, if the database is where the run left it. What was consented to then holds for the
/// rest.
pub(super) async fn complete(
    session: &mut dyn Session,
    request: &Request,
    options: &Options,
    listener: &Listener<'_>,
    reach: &Reach,
) -> Result<Completion, Error> {
    let memory = Ledger::new(session, &request.scope).memory().await?;
    let Some(run) = interrupted(&memory, &request.fingerprint(), options) else {
        return Ok(Completion::Nothing);
    };
    if run.plan.target != session.target().await? {
        return Ok(Completion::Nothing);
    }
    if !reach.covers(&run.plan) {
        return Ok(Completion::Beyond);
    }
    gate(session, &run.plan, options, run.approval.as_ref(), &memory).await?;
    let first = match resume_at(session, &run.plan, &memory).await {
        // Nothing of it was done: a new plan is as good, and knows more.
        Ok(0) | Err(Error::BaseChanged { .. }) => return Ok(Completion::Nothing),
        other => other?,
    };
    listener(&Event::Planned(&run.plan));
    let job = Job { plan: &run.plan, options, listener, memory: &memory };
    job.carry_out(session, first).await?;
    Ok(Completion::Done(Box::new(run.plan.clone())))
}

pub(super) async fn inspected(session: &mut dyn Session, scope: &Scope) -> Result<Fingerprint, Error> {
    Ok(Fingerprint::of_schema(&session.inspect(scope).await?.schema.database))
}

/// The number of steps of a plan that are already done, judged by what the database is. Between steps that change
/// nothing in the schema, the journal decides.
pub(super) fn position(plan: &Plan, found: &Fingerprint, run: Option<&UnfinishedRun>) -> Option<usize> {
    let last = plan.steps.len();
    let is_after = |done: &usize| match done.checked_sub(1).and_then(|index| plan.steps.get(index)) {
        Some(step) => step.after == *found,
        None => plan.base == *found,
    };
    match run {
        Some(run) => (0..=run.done.min(last)).rev().find(is_after).or_else(|| (0..=last).find(is_after)),
        None => [0, last].into_iter().find(is_after),
    }
}

/// Whether somebody else has carried out a plan since. That is true with the lock and without it.
pub(super) async fn done_meanwhile(session: &mut dyn Session, plan: &Plan) -> bool {
    let Ok(memory) = Ledger::new(session, &plan.scope).memory().await else { return false };
    memory.is_at(&plan.asked)
        && memory.schema.as_ref() == Some(&plan.result)
        && inspected(session, &plan.scope).await.is_ok_and(|found| found == plan.result)
}

/// Like [`position`], after clearing away what an interrupted step may have left half-made.
pub(super) async fn resume_at(
    session: &mut dyn Session,
    plan: &Plan,
    memory: &Memory,
) -> Result<usize, Error> {
    let found = inspected(session, &plan.scope).await?;
    let run = memory.unfinished_run_of(plan);
    if let Some(done) = position(plan, &found, run) {
        return Ok(done);
    }
    let begun = run.and_then(|run| plan.steps.get(run.begun.checked_sub(1)?));
    let repair = begun.map(|step| step.repair.as_slice()).unwrap_or_default();
    for statement in repair {
        session.execute(statement).await?;
    }
    let found = if repair.is_empty() { found } else { inspected(session, &plan.scope).await? };
    position(plan, &found, run).ok_or_else(|| Error::BaseChanged { expected: plan.base.clone(), found })
}
