//! Carries plans out: gate, lock, re-check, probe, journal, execute, verify, remember.

use std::ops::Range;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tracing::Instrument;

use crate::ledger::{Ledger, Memory, Outcome};
use crate::plan::{Plan, Step, Transaction};
use crate::planner::{Planned, Request, plan};
use crate::{
    ApplyPolicy, Approval, Authority, Canonical, Database, Error, Finding, Fingerprint, ProbeFailure, Scope,
    Session, newer,
};

/// How a plan is applied.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which steps need an approval.
    pub policy: ApplyPolicy,
    /// The approval, if there is one.
    pub approval: Option<Approval>,
    /// How long to wait for another process that is changing the database.
    pub lock_wait: Duration,
    /// How long a statement may wait for a lock on a table before it gives up and is tried again.
    pub lock_timeout: Duration,
    /// How often a step that met a lock is tried.
    pub attempts: u32,
    /// How long a question to the live data may take.
    pub probe_limit: Duration,
    /// Who applies, for the ledger.
    pub actor: Option<String>,
    /// Plan and gate only.
    pub dry_run: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            policy: ApplyPolicy::startup(),
            approval: None,
            lock_wait: Duration::from_mins(1),
            lock_timeout: Duration::from_secs(2),
            attempts: 10,
            probe_limit: Duration::from_mins(1),
            actor: None,
            dry_run: false,
        }
    }
}

/// What happens while a plan is made and applied.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The plan is made.
    Planned(&'a Plan),
    /// Another process holds the lock; this one waits.
    Waiting {
        /// For how long already.
        waited: Duration,
    },
    /// A step starts.
    StepStarted {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
    },
    /// A step will be tried again: it met a lock.
    StepRetried {
        /// Its number, from 1.
        number: usize,
        /// How often it has been tried.
        attempt: u32,
    },
    /// A step is done; when it shares a transaction, not yet committed.
    StepDone {
        /// Its number, from 1.
        number: usize,
        /// How long it took.
        took: Duration,
    },
    /// The database is what the plan leads to.
    Verified,
}

/// Receives events.
pub type Listener<'a> = dyn Fn(&Event<'_>) + Send + Sync + 'a;

/// What was done.
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
/// A database that was led to this before, and on from it since, is left as it is: see [`Error::Newer`].
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
    if Ledger::new(session).is_current(&asked).await? {
        let target = session.target().await?;
        let plan = Plan::nothing(session.dialect(), target, asked);
        return Ok(Report {
            plan,
            status: Status::UpToDate,
            unmodelled: Vec::new(),
            took: started.elapsed(),
        });
    }
    // Without the lock, what is seen may be another process's work in progress: only good news counts, and what no
    // database can change.
    match Intent::find(session, request, options).await {
        Ok(intent) if options.dry_run => {
            listener(&Event::Planned(&intent.planned.plan));
            options.policy.gate(&intent.planned.plan, options.approval.as_ref())?;
            return Ok(report(intent.planned, Status::Planned, started));
        }
        Ok(intent) if intent.settled => return Ok(report(intent.planned, Status::UpToDate, started)),
        Err(error) if options.dry_run => return Err(error),
        Err(error @ (Error::InvalidSchema(_) | Error::Script { .. })) => return Err(error),
        Ok(_) | Err(_) => {}
    }
    enter(session, options, listener).await?;
    let result = async {
        let Intent { planned, memory, settled } = Intent::find(session, request, options).await?;
        listener(&Event::Planned(&planned.plan));
        if settled {
            return Ok(report(planned, Status::UpToDate, started));
        }
        options.policy.gate(&planned.plan, options.approval.as_ref())?;
        let status = if planned.plan.is_empty() { Status::UpToDate } else { Status::Applied };
        let job = Job { scope: &request.scope, options, listener, memory: &memory };
        job.carry_out(session, &planned.plan, 0).await?;
        Ok(report(planned, status, started))
    }
    .instrument(tracing::info_span!("apply"))
    .await;
    leave(session, result).await
}

/// What is to be done, as far as one look at the database tells.
struct Intent {
    planned: Planned,
    memory: Memory,
    /// Nothing is to be done, and nothing to be remembered.
    settled: bool,
}

impl Intent {
    async fn find(session: &mut dyn Session, request: &Request, options: &Options) -> Result<Self, Error> {
        let memory = Ledger::new(session).memory().await?;
        let asked = request.fingerprint();
        if memory.is_beyond(&asked) && request.authority == Authority::Owned && options.approval.is_none() {
            let planned = newer::keep(session, request, &memory.owned).await?;
            return Ok(Self { planned, memory, settled: true });
        }
        let planned = plan(session, request, &memory.owned).await?;
        let settled = planned.plan.is_empty() && memory.is_at(&asked);
        Ok(Self { planned, memory, settled })
    }
}

/// Applies a plan that was made and reviewed before.
///
/// An interrupted run of the same plan is completed from where it stopped.
///
/// # Errors
/// [`Error::BaseChanged`] if the database is no longer what the plan starts from.
pub async fn apply_plan(
    session: &mut dyn Session,
    plan: &Plan,
    scope: &Scope,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Report, Error> {
    let started = Instant::now();
    let target = session.target().await?;
    if plan.target != target {
        return Err(Error::Input(format!("the plan is for {}, and this database is {target}", plan.target)));
    }
    options.policy.gate(plan, options.approval.as_ref())?;
    listener(&Event::Planned(plan));
    enter(session, options, listener).await?;
    let result = async {
        let memory = Ledger::new(session).memory().await?;
        let first = resume_at(session, plan, scope, &memory).await?;
        let job = Job { scope, options, listener, memory: &memory };
        if !options.dry_run {
            job.carry_out(session, plan, first).await?;
        }
        let status = match first {
            n if n == plan.steps.len() => Status::UpToDate,
            0 if options.dry_run => Status::Planned,
            0 => Status::Applied,
            _ => Status::Resumed,
        };
        Ok(Report { plan: plan.clone(), status, unmodelled: Vec::new(), took: started.elapsed() })
    }
    .instrument(tracing::info_span!("apply"))
    .await;
    leave(session, result).await
}

fn report(planned: Planned, status: Status, started: Instant) -> Report {
    Report { plan: planned.plan, status, unmodelled: planned.unmodelled, took: started.elapsed() }
}

/// The number of steps of a plan that are already done, judged by what the database is.
async fn resume_at(
    session: &mut dyn Session,
    plan: &Plan,
    scope: &Scope,
    memory: &Memory,
) -> Result<usize, Error> {
    let position = |found: &Fingerprint| {
        if *found == plan.base {
            return Some(0);
        }
        plan.steps.iter().position(|step| step.after == *found).map(|index| index + 1)
    };
    let found = Fingerprint::of_schema(&session.inspect(scope).await?.schema.database);
    let ours = memory.unfinished.as_ref().filter(|run| run.plan.hash() == plan.hash());
    match (position(&found), ours) {
        (Some(0), _) => return Ok(0),
        (Some(done), _) if done == plan.steps.len() => return Ok(done),
        (Some(done), Some(_)) => return Ok(done),
        (Some(_) | None, _) => {}
    }
    let changed = || Error::BaseChanged { expected: plan.base.clone(), found: found.clone() };
    let Some(run) = ours else { return Err(changed()) };
    // The step that was interrupted may have left something half-made that it knows how to clear away.
    let repair = run.begun.checked_sub(1).and_then(|index| plan.steps.get(index)).map(|step| &step.repair);
    let Some(repair) = repair.filter(|repair| !repair.is_empty()) else { return Err(changed()) };
    for statement in repair {
        session.execute(statement).await?;
    }
    let repaired = Fingerprint::of_schema(&session.inspect(scope).await?.schema.database);
    position(&repaired).ok_or_else(changed)
}

/// Prepares the connection and takes the lock.
async fn enter(session: &mut dyn Session, options: &Options, listener: &Listener<'_>) -> Result<(), Error> {
    session.prepare(options.lock_timeout).await?;
    let locked = wait_for_lock(session, options, listener).await;
    if locked.is_err() {
        session.restore().await?;
    }
    locked
}

/// Gives the lock and the connection back, whatever happened in between. The first error is the one that counts.
async fn leave<T>(session: &mut dyn Session, result: Result<T, Error>) -> Result<T, Error> {
    let unlocked = session.unlock().await;
    let restored = session.restore().await;
    let value = result?;
    unlocked?;
    restored?;
    Ok(value)
}

async fn wait_for_lock(
    session: &mut dyn Session,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let started = Instant::now();
    let mut attempt = 0;
    while !session.try_lock().await? {
        let waited = started.elapsed();
        if waited >= options.lock_wait {
            return Err(Error::Locked { waited });
        }
        listener(&Event::Waiting { waited });
        pause(attempt, options.lock_wait.saturating_sub(waited)).await;
        attempt += 1;
    }
    Ok(())
}

/// Waits a little longer with each attempt, never the same time twice, and never beyond what is left.
async fn pause(attempt: u32, left: Duration) {
    const FIRST: u64 = 25;
    const LONGEST: u64 = 1_000;
    let base = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    let noise = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    let wait = Duration::from_millis(base / 2 + u64::from(noise) % base);
    futures_timer::Delay::new(wait.min(left)).await;
}

/// One plan being carried out.
struct Job<'a> {
    scope: &'a Scope,
    options: &'a Options,
    listener: &'a Listener<'a>,
    memory: &'a Memory,
}

impl Job<'_> {
    /// Does the steps from `first` on, verifies the result, and remembers it.
    async fn carry_out(&self, session: &mut dyn Session, plan: &Plan, first: usize) -> Result<(), Error> {
        self.probe(session, &plan.steps[first..]).await?;
        let atomic = session.dialect().atomic_plans();
        if atomic {
            session.begin().await?;
        }
        let result = self.steps_and_verification(session, plan, first, atomic).await;
        match (atomic, result) {
            (true, Ok(())) => session.commit().await,
            (true, Err(error)) => {
                session.rollback().await?;
                Err(error)
            }
            (false, result) => result,
        }?;
        (self.listener)(&Event::Verified);
        Ok(())
    }

    async fn steps_and_verification(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        first: usize,
        atomic: bool,
    ) -> Result<(), Error> {
        Ledger::new(session).create().await?;
        if plan.is_empty() || first == plan.steps.len() {
            let schema = session.inspect(self.scope).await?.schema;
            return self.remember(session, plan, &schema, self.interrupted(&schema)).await;
        }
        let run = self.run(session, plan).await?;
        for group in groups(&plan.steps, first) {
            let numbers = group.start + 1..group.end + 1;
            Ledger::new(session).begin_steps(run, numbers.clone()).await?;
            if let Err(error) = self.group(session, plan, group, run, atomic).await {
                if !atomic {
                    // The error that stopped the plan says more than one of the journal.
                    let _ = Ledger::new(session).end_steps(run, numbers, Some(&error.to_string())).await;
                    let _ = Ledger::new(session).end_run(run, Outcome::Failed).await;
                }
                return Err(error);
            }
        }
        let schema = session.inspect(self.scope).instrument(tracing::info_span!("verify")).await?.schema;
        let found = Fingerprint::of_schema(&schema.database);
        if found != plan.result {
            let error = difference(plan, &schema);
            if !atomic {
                let _ = Ledger::new(session).end_run(run, Outcome::Failed).await;
            }
            return Err(error);
        }
        self.remember(session, plan, &schema, Some((run, Outcome::Applied))).await
    }

    /// The number of the run: the interrupted one of the same plan, or a new one.
    async fn run(&self, session: &mut dyn Session, plan: &Plan) -> Result<i64, Error> {
        if let Some(run) = &self.memory.unfinished
            && run.plan.hash() == plan.hash()
        {
            return Ok(run.id);
        }
        let options = self.options;
        Ledger::new(session).begin_run(plan, options.approval.as_ref(), options.actor.as_deref()).await
    }

    /// A run that was interrupted after its last step, and how it ended after all.
    fn interrupted(&self, found: &Canonical) -> Option<(i64, Outcome)> {
        let run = self.memory.unfinished.as_ref()?;
        let arrived = run.plan.result == Fingerprint::of_schema(&found.database);
        Some((run.id, if arrived { Outcome::Applied } else { Outcome::Failed }))
    }

    async fn remember(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        schema: &Canonical,
        run: Option<(i64, Outcome)>,
    ) -> Result<(), Error> {
        let owned = without(&schema.database, plan);
        let mut ledger = Ledger::new(session);
        ledger.remember(&owned, &plan.asked).await?;
        if let Some((run, outcome)) = run {
            ledger.end_run(run, outcome).await?;
        }
        ledger.stamp().await
    }

    /// Asks the live data everything that the steps want to know, and reports all the answers at once.
    async fn probe(&self, session: &mut dyn Session, steps: &[Step]) -> Result<(), Error> {
        let mut failures = Vec::new();
        for probe in steps.iter().flat_map(|step| &step.probes) {
            let rows = session.count(&probe.count, self.options.probe_limit).await?;
            if rows > 0 {
                failures.push(ProbeFailure {
                    code: probe.code,
                    object: probe.object.clone(),
                    finding: probe.finding.clone(),
                    rows,
                    show: probe.show.to_string(),
                });
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(Error::ProbeFailed(failures)) }
    }

    /// Does steps that share a transaction, or one that has none; tries again when it meets a lock.
    async fn group(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        group: Range<usize>,
        run: i64,
        atomic: bool,
    ) -> Result<(), Error> {
        let transaction = !atomic
            && match plan.steps[group.start].transaction {
                Transaction::Shared(_) => true,
                Transaction::None => false,
            };
        let mut attempt = 1;
        loop {
            match self.attempt(session, plan, group.clone(), run, transaction).await {
                Err(error) if error.is_transient() && !atomic && attempt < self.options.attempts => {
                    (self.listener)(&Event::StepRetried { number: group.start + 1, attempt });
                    for statement in plan.steps[group.clone()].iter().flat_map(|step| &step.repair) {
                        session.execute(statement).await?;
                    }
                    pause(attempt, Duration::MAX).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn attempt(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        group: Range<usize>,
        run: i64,
        transaction: bool,
    ) -> Result<(), Error> {
        if transaction {
            session.begin().await?;
        }
        let result = async {
            for index in group.clone() {
                self.step(session, index + 1, &plan.steps[index]).await?;
            }
            Ledger::new(session).end_steps(run, group.start + 1..group.end + 1, None).await
        }
        .await;
        match (transaction, result) {
            (true, Ok(())) => session.commit().await,
            (true, Err(error)) => {
                // The connection may be gone; the error that stopped the step says more.
                let _ = session.rollback().await;
                Err(error)
            }
            (false, result) => result,
        }
    }

    async fn step(&self, session: &mut dyn Session, number: usize, step: &Step) -> Result<(), Error> {
        let started = Instant::now();
        (self.listener)(&Event::StepStarted { number, step });
        let span = tracing::info_span!("step", number, object = %step.object, title = %step.title);
        async {
            run_statements(session, step).await.map_err(|error| error.about(&step.object))
        }
        .instrument(span)
        .await?;
        (self.listener)(&Event::StepDone { number, took: started.elapsed() });
        Ok(())
    }
}

/// Runs a step's statements; where the engine cannot do the last one as it stands, its weaker forms in order.
async fn run_statements(session: &mut dyn Session, step: &Step) -> Result<(), Error> {
    let Some((last, others)) = step.statements.split_last() else { return Ok(()) };
    for statement in others {
        session.execute(statement).await?;
    }
    let mut result = session.execute(last).await;
    let Some(alternatives) = &step.alternatives else { return result };
    for weaker in &alternatives.statements {
        match &result {
            Err(error) if error.database_code().is_some_and(|code| alternatives.codes.iter().any(|c| c == code)) => {
                result = session.execute(weaker).await;
            }
            Ok(()) | Err(_) => break,
        }
    }
    result
}

/// What of a plan's changes the database does not show.
fn difference(plan: &Plan, found: &Canonical) -> Error {
    let expected: Vec<String> = plan
        .steps
        .iter()
        .flat_map(|step| &step.effect.changes)
        .filter(|change| !change.holds(&found.database))
        .map(|change| change.id().to_string())
        .collect();
    Error::Verification(if expected.is_empty() {
        "something outside the plan has changed while it ran".to_owned()
    } else {
        expected.join(", ")
    })
}

/// The steps from `first` on, in groups that share a transaction.
fn groups(steps: &[Step], first: usize) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for index in first..steps.len() {
        let joins = groups.last().is_some_and(|group| {
            steps[group.start].transaction == steps[index].transaction
                && steps[index].transaction != Transaction::None
        });
        match groups.last_mut() {
            Some(group) if joins => group.end = index + 1,
            Some(_) | None => groups.push(index..index + 1),
        }
    }
    groups
}

/// What is Groundplan's in a database that a plan has led to its result: all but what is unmanaged.
fn without(database: &Database, plan: &Plan) -> Database {
    let mut owned = database.clone();
    for id in &plan.unmanaged {
        owned.remove_any(id);
    }
    owned
}

#[cfg(test)]
mod tests {
    use super::{Listener, Options, migrate};
    use crate::{Plan, Request, Scope, Session, apply_plan};

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
        assert_send(&apply_plan(session, plan, &Scope::default(), options, listener));
    }
}
