//! Carries plans out: gate, lock, re-check, probe, journal, execute, verify, remember.

use std::ops::Range;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tracing::Instrument;

use crate::ledger::{Ledger, Memory, Outcome, UnfinishedRun};
use crate::plan::{Plan, Step, Transaction};
use crate::planner::{Planned, Request, plan};
use crate::{
    ApplyPolicy, Approval, Authority, Canonical, Database, Diff, Error, Finding, Fingerprint, ProbeFailure,
    Scope, Session, newer,
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
    /// Whether a database that was led to this schema before, and on from it since, is led back. At start it is
    /// not: the older binary of a rolling deployment must not undo what its successor did.
    pub lead_back: bool,
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
            lead_back: false,
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
/// An interrupted run with the same aim is completed from where it stopped, if the database still is where it left
/// it; otherwise a new plan leads on from where the database is. A database that was led to this before, and on
/// from it since, is left as it is: see [`Error::Newer`].
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
        let plan = Plan::nothing(session.dialect(), target, asked, request.scope.clone());
        let took = started.elapsed();
        return Ok(Report { plan, status: Status::UpToDate, unmodelled: Vec::new(), took });
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
        if let Some(plan) = complete(session, request, &asked, options, listener).await? {
            let took = started.elapsed();
            return Ok(Report { plan, status: Status::Resumed, unmodelled: Vec::new(), took });
        }
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
        if memory.is_at(&asked)
            && let Some(planned) = unchanged(session, request, &asked, &memory).await?
        {
            return Ok(Self { planned, memory, settled: true });
        }
        let led_back = options.lead_back || options.approval.is_some();
        if memory.is_beyond(&asked) && request.authority == Authority::Owned && !led_back {
            let planned = newer::keep(session, request, &memory.owned).await?;
            return Ok(Self { planned, memory, settled: true });
        }
        let planned = plan(session, request, &memory.owned).await?;
        let settled = planned.plan.is_empty() && memory.is_at(&asked);
        Ok(Self { planned, memory, settled })
    }
}

/// The empty plan, if the schema is the very one that the last run led to. Nothing need be canonicalized to know it.
async fn unchanged(
    session: &mut dyn Session,
    request: &Request,
    asked: &Fingerprint,
    memory: &Memory,
) -> Result<Option<Planned>, Error> {
    let found = session.inspect(&request.scope).await?;
    let schema = Fingerprint::of_schema(&found.schema.database);
    if memory.schema.as_ref() != Some(&schema) {
        return Ok(None);
    }
    let target = session.target().await?;
    let mut plan = Plan::nothing(session.dialect(), target, asked.clone(), request.scope.clone());
    plan.base = schema.clone();
    plan.result = schema;
    Ok(Some(Planned { plan, desired: found.schema, unmodelled: found.unmodelled }))
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
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Report, Error> {
    let started = Instant::now();
    let scope = &plan.scope;
    let target = session.target().await?;
    if plan.target != target {
        return Err(Error::Input(format!("the plan is for {}, and this database is {target}", plan.target)));
    }
    options.policy.gate(plan, options.approval.as_ref())?;
    listener(&Event::Planned(plan));
    let report =
        |status| Report { plan: plan.clone(), status, unmodelled: Vec::new(), took: started.elapsed() };
    if options.dry_run {
        let memory = Ledger::new(session).memory().await?;
        let found = inspected(session, scope).await?;
        return match position(plan, &found, run_of(plan, &memory)) {
            Some(done) if done > 0 && done == plan.steps.len() => Ok(report(Status::UpToDate)),
            Some(_) => Ok(report(Status::Planned)),
            None => Err(Error::BaseChanged { expected: plan.base.clone(), found }),
        };
    }
    enter(session, options, listener).await?;
    let result = async {
        let memory = Ledger::new(session).memory().await?;
        let first = resume_at(session, plan, scope, &memory).await?;
        let job = Job { scope, options, listener, memory: &memory };
        job.carry_out(session, plan, first).await?;
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

/// The interrupted run that has the same aim. An approval of another plan says that this one is not wanted.
fn interrupted<'a>(memory: &'a Memory, asked: &Fingerprint, options: &Options) -> Option<&'a UnfinishedRun> {
    let run = memory.unfinished.as_ref()?;
    let other = options.approval.as_ref().is_some_and(|approval| approval.plan != run.plan.hash());
    (run.plan.asked == *asked && !other).then_some(run)
}

/// Completes an interrupted run, and returns its plan, if the database is where the run left it. What was consented
/// to then holds for the rest.
async fn complete(
    session: &mut dyn Session,
    request: &Request,
    asked: &Fingerprint,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<Option<Plan>, Error> {
    let memory = Ledger::new(session).memory().await?;
    let Some(run) = interrupted(&memory, asked, options) else { return Ok(None) };
    if run.plan.target != session.target().await? {
        return Ok(None);
    }
    options.policy.gate(&run.plan, options.approval.as_ref().or(run.approval.as_ref()))?;
    let first = match resume_at(session, &run.plan, &request.scope, &memory).await {
        // Nothing of it was done: a new plan is as good, and knows more.
        Ok(0) | Err(Error::BaseChanged { .. }) => return Ok(None),
        other => other?,
    };
    listener(&Event::Planned(&run.plan));
    let job = Job { scope: &request.scope, options, listener, memory: &memory };
    job.carry_out(session, &run.plan, first).await?;
    Ok(Some(run.plan.clone()))
}

async fn inspected(session: &mut dyn Session, scope: &Scope) -> Result<Fingerprint, Error> {
    Ok(Fingerprint::of_schema(&session.inspect(scope).await?.schema.database))
}

/// The unfinished run, if it is one of this plan.
fn run_of<'a>(plan: &Plan, memory: &'a Memory) -> Option<&'a UnfinishedRun> {
    memory.unfinished.as_ref().filter(|run| run.plan.hash() == plan.hash())
}

/// The number of steps of a plan that are already done, judged by what the database is. Between steps that change
/// nothing in the schema, the journal decides.
fn position(plan: &Plan, found: &Fingerprint, run: Option<&UnfinishedRun>) -> Option<usize> {
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

/// Like [`position`], after clearing away what an interrupted step may have left half-made.
async fn resume_at(
    session: &mut dyn Session,
    plan: &Plan,
    scope: &Scope,
    memory: &Memory,
) -> Result<usize, Error> {
    let found = inspected(session, scope).await?;
    let run = run_of(plan, memory);
    if let Some(done) = position(plan, &found, run) {
        return Ok(done);
    }
    let begun = run.and_then(|run| plan.steps.get(run.begun.checked_sub(1)?));
    let repair = begun.map(|step| step.repair.as_slice()).unwrap_or_default();
    for statement in repair {
        session.execute(statement).await?;
    }
    let found = if repair.is_empty() { found } else { inspected(session, scope).await? };
    position(plan, &found, run).ok_or_else(|| Error::BaseChanged { expected: plan.base.clone(), found })
}

/// Prepares the connection and takes the lock.
pub(crate) async fn enter(
    session: &mut dyn Session,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let result = match session.prepare(options.lock_timeout).await {
        Ok(()) => wait_for_lock(session, options, listener).await,
        Err(error) => Err(error),
    };
    if result.is_err() {
        // The error that kept us out says more than one of the way back.
        let _ = session.restore().await;
    }
    result
}

/// Gives the lock and the connection back, whatever happened in between. The first error is the one that counts.
pub(crate) async fn leave<T>(session: &mut dyn Session, result: Result<T, Error>) -> Result<T, Error> {
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

/// How the steps of a group meet the transaction.
enum Mode<'a> {
    /// One is open around them.
    Within,
    /// There is none.
    Alone {
        /// Whether an earlier attempt may have left something half-made.
        again: bool,
        /// The statements that are done.
        done: &'a mut usize,
    },
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
        if session.dialect().atomic_plans() {
            session.begin().await?;
            let result = self.steps_and_verification(session, plan, first, true).await;
            finish(session, result).await?;
        } else {
            self.steps_and_verification(session, plan, first, false).await?;
        }
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
        let run = if first < plan.steps.len() {
            Some(self.steps(session, plan, first, atomic).await?)
        } else {
            None
        };
        // Read before the schema is: a change by other hands after that is seen at the next start.
        let stamp = session.change_stamp().await?;
        let schema = session.inspect(self.scope).instrument(tracing::info_span!("verify")).await?.schema;
        let found = Fingerprint::of_schema(&schema.database);
        if found != plan.result {
            if let Some(run) = run.filter(|_| !atomic) {
                let _ = Ledger::new(session).end_run(run, Outcome::Failed).await;
            }
            return Err(difference(plan, &schema));
        }
        let mut ledger = Ledger::new(session);
        ledger.remember(&without(&schema.database, plan), &plan.asked, &found).await?;
        if let Some(run) = run {
            ledger.end_run(run, Outcome::Applied).await?;
        }
        if let Some(old) = self.memory.unfinished.as_ref().filter(|old| Some(old.id) != run) {
            let outcome = if old.plan.result == found { Outcome::Applied } else { Outcome::Superseded };
            ledger.end_run(old.id, outcome).await?;
        }
        ledger.stamp(stamp).await
    }

    /// Does the steps from `first` on, each journaled before and after. Returns the number of the run.
    async fn steps(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        first: usize,
        atomic: bool,
    ) -> Result<i64, Error> {
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
        Ok(run)
    }

    /// The number of the run: the interrupted one of the same plan, or a new one.
    async fn run(&self, session: &mut dyn Session, plan: &Plan) -> Result<i64, Error> {
        if let Some(run) = run_of(plan, self.memory) {
            return Ok(run.id);
        }
        let options = self.options;
        Ledger::new(session).begin_run(plan, options.approval.as_ref(), options.actor.as_deref()).await
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
        let shared = match plan.steps[group.start].transaction {
            Transaction::Shared(_) => true,
            Transaction::None => false,
        };
        // Outside of a transaction, the statements that are done stay done.
        let mut done = 0;
        let mut attempt = 1;
        loop {
            let group = group.clone();
            let number = group.start + 1;
            let result = if atomic {
                self.attempt(session, plan, group, run, Mode::Within).await
            } else if shared {
                match session.begin().await {
                    Ok(()) => {
                        let result = self.attempt(session, plan, group, run, Mode::Within).await;
                        finish(session, result).await
                    }
                    Err(error) => Err(error),
                }
            } else {
                let mode = Mode::Alone { again: attempt > 1, done: &mut done };
                self.attempt(session, plan, group, run, mode).await
            };
            match result {
                Err(error) if error.is_transient() && !atomic && attempt < self.options.attempts => {
                    (self.listener)(&Event::StepRetried { number, attempt });
                    pause(attempt, Duration::MAX).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Everything of the group in one transaction, or what is left of its one step outside of any.
    async fn attempt(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        group: Range<usize>,
        run: i64,
        mode: Mode<'_>,
    ) -> Result<(), Error> {
        let numbers = group.start + 1..group.end + 1;
        match mode {
            Mode::Within => {
                for index in group {
                    self.step(session, index + 1, &plan.steps[index], &mut 0).await?;
                }
            }
            Mode::Alone { again, done } => {
                let step = &plan.steps[group.start];
                if again && !step.repair.is_empty() {
                    for statement in &step.repair {
                        session.execute(statement).await?;
                    }
                    *done = 0;
                }
                self.step(session, group.start + 1, step, done).await?;
            }
        }
        Ledger::new(session).end_steps(run, numbers, None).await
    }

    /// One statement after the other; `done` counts them, and those already done are left out.
    async fn step(
        &self,
        session: &mut dyn Session,
        number: usize,
        step: &Step,
        done: &mut usize,
    ) -> Result<(), Error> {
        let started = Instant::now();
        (self.listener)(&Event::StepStarted { number, step });
        let span = tracing::info_span!("step", number, object = %step.object, title = %step.title);
        async {
            let rest = step.statements.get(*done..).unwrap_or_default();
            for (left, statement) in rest.iter().enumerate().map(|(at, s)| (rest.len() - at - 1, s)) {
                let mut result = session.execute(statement).await;
                if left == 0 {
                    result = weaker_forms(session, step, result).await;
                }
                result.map_err(|error| error.about(&step.object))?;
                *done += 1;
            }
            Ok::<(), Error>(())
        }
        .instrument(span)
        .await?;
        (self.listener)(&Event::StepDone { number, took: started.elapsed() });
        Ok(())
    }
}

/// Where the engine cannot do a step's last statement as it stands, tries its weaker forms in order.
async fn weaker_forms(
    session: &mut dyn Session,
    step: &Step,
    mut result: Result<(), Error>,
) -> Result<(), Error> {
    let Some(alternatives) = &step.alternatives else { return result };
    let refused = |error: &Error| {
        error.database_code().is_some_and(|code| alternatives.codes.iter().any(|refusal| refusal == code))
    };
    for weaker in &alternatives.statements {
        match &result {
            Err(error) if refused(error) => result = session.execute(weaker).await,
            Ok(()) | Err(_) => break,
        }
    }
    result
}

/// Ends a transaction: commits what went well, and takes back everything else. The first error is the one that
/// counts.
async fn finish<T>(session: &mut dyn Session, result: Result<T, Error>) -> Result<T, Error> {
    let result = match result {
        Ok(value) => session.commit().await.map(|()| value),
        Err(error) => Err(error),
    };
    if result.is_err() {
        // The connection may be gone, and the transaction with it.
        let _ = session.rollback().await;
    }
    result
}

/// What of a plan's changes the database does not show.
fn difference(plan: &Plan, found: &Canonical) -> Error {
    let effects = || plan.steps.iter().map(|step| &step.effect);
    // What one step makes and a later one changes is looked for as it is in the end.
    let whole = effects().try_fold(Diff::identity(), |all, effect| all.then(effect));
    let changes: Vec<_> = match whole {
        Ok(whole) => whole.changes,
        Err(_) => effects().flat_map(|effect| effect.changes.iter().cloned()).collect(),
    };
    let expected: Vec<String> = changes
        .iter()
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
