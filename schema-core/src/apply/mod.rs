//! Carries plans out: gate, lock, re-check, probe, journal, execute, verify, remember.

mod adopt;
mod gate;
mod intent;
mod job;
mod lock;
mod options;
mod resume;
mod review;
mod verify;

use std::time::{Duration, Instant};

use tracing::Instrument;

use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::planner::{Planned, Request};
use crate::{Error, Finding, Fingerprint, Reach, Session};

pub use adopt::{Adoption, adopt};
use gate::{gate, gate_file};
pub use gate::{mark_production, unmark_production};
use intent::Intent;
pub use intent::plan_only;
use job::Job;
use lock::{Queue, leave};
pub use options::{Event, Listener, Options};
use resume::{Completion, complete, position, resume_at};

/// What was done.
///
/// ```
/// use schema_core::{Report, Status};
///
/// fn tell(report: &Report) {
///     match report.status {
///         Status::UpToDate => println!("nothing to do"),
///         Status::Planned => println!("{} steps would be done", report.plan.steps.len()),
///         Status::Applied | Status::Resumed => println!("done in {:?}", report.took),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    /// The plan. Without steps when there was nothing to do.
    pub plan: Plan,
    /// What was done with it.
    pub status: Status,
    /// What the database holds and the model does not know. Not looked for when a start was recognized as
    /// up to date by the ledger.
    pub unmodelled: Vec<Finding>,
    /// How long everything took.
    pub took: Duration,
}

/// What was done with a plan.
///
/// ```
/// use schema_core::Status;
///
/// fn has_changed_something(status: Status) -> bool {
///     matches!(status, Status::Applied | Status::Resumed)
/// }
/// assert!(!has_changed_something(Status::UpToDate));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There was nothing to do.
    UpToDate,
    /// It was only made.
    Planned,
    /// Its steps are done and verified.
    Applied,
    /// An interrupted run of it was completed.
    Resumed,
}

/// Leads the session's database to what is asked for.
///
/// An interrupted run with the same aim is completed from where it stopped, if the database still is where it left
/// it; otherwise a new plan leads on from where the database is. A database that was led to this before, and on
/// from it since, is left as it is: see [`Error::Newer`].
///
/// ```
/// use schema_core::{Database, Error, Options, Request, Session, Status, migrate};
///
/// async fn start(session: &mut dyn Session, schema: Database) -> Result<Status, Error> {
///     let request = Request { declared: schema.into(), ..Request::default() };
///     match migrate(session, &request, &Options::default(), &|_| {}).await {
///         Ok(report) => Ok(report.status),
///         Err(Error::Refused(refusal)) => {
///             eprintln!("somebody has to decide:\n{}", refusal.plan);
///             Err(Error::Refused(refusal))
///         }
///         Err(error) => Err(error),
///     }
/// }
/// ```
///
/// # Errors
/// See [`Error`]; after any of them, the next call converges.
pub async fn migrate(
    session: &mut dyn Session,
    request: &Request,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Report, Error> {
    let started = Instant::now();
    let asked = request.fingerprint();
    let lead_back = options.lead_back || options.approval.is_some();
    if Ledger::new(session, &request.scope).is_current(&asked, &request.scope).await? {
        let target = session.target().await?;
        let plan = Plan::nothing(session.dialect(), target, asked, request.scope.clone());
        let took = started.elapsed();
        return Ok(Report { plan, status: Status::UpToDate, unmodelled: Vec::new(), took });
    }
    // Without the lock, what is seen may be another process's work in progress: only good news counts, and what no
    // database can change.
    let mut first_look = match Intent::find(session, request, lead_back).await {
        Ok(intent) if options.dry_run => {
            listener(&Event::Planned(&intent.planned.plan));
            gate(session, &intent.planned.plan, options, None, &intent.memory).await?;
            return Ok(report(intent.planned, Status::Planned, started));
        }
        Ok(intent) if intent.settled => return Ok(report(intent.planned, Status::UpToDate, started)),
        Err(error) if options.dry_run => return Err(error),
        Err(error @ (Error::InvalidSchema(_) | Error::Script { .. })) => return Err(error),
        Ok(intent) => Some(intent),
        Err(_) => None,
    };
    let mut reach = match &first_look {
        Some(intent) => Reach::of_plan(&intent.planned.plan),
        None => Reach { beyond: true, ..Reach::of(&request.scope) },
    };
    loop {
        let mut queue = Queue::join(session, reach.clone(), options).await?;
        while !queue.turn(session, options, listener).await? {
            // Good news needs no lock, and many who wait for the same need not stand in line for it.
            if let Some(planned) = intent::done_meanwhile(session, request).await {
                queue.go(session).await?;
                return Ok(report(planned, Status::UpToDate, started));
            }
        }
        let run = Run { request, options, listener, lead_back, reach: &reach, started };
        let result =
            run.under_lock(session, first_look.take()).instrument(tracing::info_span!("apply")).await;
        match leave(session, result).await? {
            Some(report) => return Ok(report),
            None => reach.beyond = true,
        }
    }
}

/// What one run does while it has the lock.
struct Run<'a> {
    request: &'a Request,
    options: &'a Options,
    listener: &'a Listener<'a>,
    lead_back: bool,
    reach: &'a Reach,
    started: Instant,
}

impl Run<'_> {
    /// Completes what was interrupted, or does what is to be done. Nothing if that reaches further than the lock.
    async fn under_lock(
        &self,
        session: &mut dyn Session,
        first_look: Option<Intent>,
    ) -> Result<Option<Report>, Error> {
        let Self { request, options, listener, .. } = *self;
        match complete(session, request, options, listener, self.reach).await? {
            Completion::Done(plan) => {
                let took = self.started.elapsed();
                let status = Status::Resumed;
                return Ok(Some(Report { plan: *plan, status, unmodelled: Vec::new(), took }));
            }
            Completion::Beyond => return Ok(None),
            Completion::Nothing => {}
        }
        let intent = match first_look {
            Some(intent) if intent.still_holds(session).await? => intent,
            Some(_) | None => Intent::find(session, request, self.lead_back).await?,
        };
        let Intent { planned, memory, settled } = intent;
        if !self.reach.covers(&planned.plan) {
            return Ok(None);
        }
        listener(&Event::Planned(&planned.plan));
        if settled {
            return Ok(Some(report(planned, Status::UpToDate, self.started)));
        }
        gate(session, &planned.plan, options, None, &memory).await?;
        let status = if planned.plan.is_empty() { Status::UpToDate } else { Status::Applied };
        let job = Job { plan: &planned.plan, options, listener, memory: &memory };
        job.carry_out(session, 0).await?;
        Ok(Some(report(planned, status, self.started)))
    }
}

/// Applies a plan that was made and reviewed before.
///
/// An interrupted run of the same plan is completed from where it stopped.
///
/// ```
/// use schema_core::{Error, Options, Plan, Report, Session, apply_plan};
///
/// /// Carries out the very plan that was reviewed, or nothing.
/// async fn carry_out(session: &mut dyn Session, file: &str) -> Result<Report, Error> {
///     let plan = Plan::from_json(file)?;
///     apply_plan(session, &plan, &Options::default(), &|_| {}).await
/// }
/// ```
///
/// # Errors
/// [`Error::BaseChanged`] if the database is no longer what the plan starts from.
pub async fn apply_plan(
    session: &mut dyn Session,
    plan: &Plan,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Report, Error> {
    let started = Instant::now();
    let target = session.target().await?;
    if plan.target != target {
        return Err(Error::Input(format!("the plan is for {}, and this database is {target}", plan.target)));
    }
    let memory = Ledger::new(session, &plan.scope).memory().await?;
    gate(session, plan, options, None, &memory).await?;
    listener(&Event::Planned(plan));
    let report =
        |status| Report { plan: plan.clone(), status, unmodelled: Vec::new(), took: started.elapsed() };
    if options.dry_run {
        let found = session.inspect(&plan.scope).await?.schema;
        gate_file(session, plan, &found, options, &memory).await?;
        let found = Fingerprint::of_schema(&found.database);
        return match position(plan, &found, memory.unfinished_run_of(plan)) {
            Some(done) if done > 0 && done == plan.steps.len() => Ok(report(Status::UpToDate)),
            Some(_) => Ok(report(Status::Planned)),
            None => Err(Error::BaseChanged { expected: plan.base.clone(), found }),
        };
    }
    let mut queue = Queue::join(session, Reach::of_plan(plan), options).await?;
    while !queue.turn(session, options, listener).await? {
        if resume::done_meanwhile(session, plan).await {
            queue.go(session).await?;
            return Ok(report(Status::UpToDate));
        }
    }
    let result = async {
        let memory = Ledger::new(session, &plan.scope).memory().await?;
        let first = resume_at(session, plan, &memory).await?;
        if first == 0 {
            let found = session.inspect(&plan.scope).await?.schema;
            gate_file(session, plan, &found, options, &memory).await?;
        }
        let job = Job { plan, options, listener, memory: &memory };
        job.carry_out(session, first).await?;
        Ok(report(match first {
            done if done == plan.steps.len() => Status::UpToDate,
            0 => Status::Applied,
            _ => Status::Resumed,
        }))
    }
    .instrument(tracing::info_span!("apply"))
    .await;
    leave(session, result).await
}

fn report(planned: Planned, status: Status, started: Instant) -> Report {
    Report { plan: planned.plan, status, unmodelled: planned.unmodelled, took: started.elapsed() }
}

#[cfg(test)]
mod tests {
    use super::{Listener, Options, migrate};
    use crate::{Plan, Request, Session, apply_plan};

    fn assert_send<T: Send>(_: &T) {}

    /// Applications call this from spawned tasks.
    #[expect(dead_code, reason = "it is enough that it compiles")]
    fn futures_can_be_sent(
        session: &mut dyn Session,
        request: &Request,
        options: &Options,
        plan: &Plan,
        listener: &Listener<'_>,
    ) {
        assert_send(&migrate(session, request, options, listener));
        assert_send(&apply_plan(session, plan, options, listener));
    }
}
