//! One plan being carried out: probe, journal, execute, verify, remember.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use tracing::Instrument;

use super::lock::pause;
use super::verify::{difference, without};
use super::{Event, Listener, Options};
use crate::ledger::{self, Ledger, Memory, RunOutcome, StepDone};
use crate::plan::{HazardClass, Lock, Plan, Step, Transaction};
use crate::{Blocker, Error, Fingerprint, ObjectId, ProbeFailure, Session, Waits};

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
pub(super) struct Job<'a> {
    pub(super) plan: &'a Plan,
    pub(super) options: &'a Options,
    pub(super) listener: &'a Listener<'a>,
    pub(super) memory: &'a Memory,
}

impl Job<'_> {
    /// Does the steps from `first` on, verifies the result, and remembers it.
    pub(super) async fn carry_out(&self, session: &mut dyn Session, first: usize) -> Result<(), Error> {
        self.probe(session, first).await?;
        self.clear_the_way(session, &self.plan.steps[first..]).await?;
        if session.dialect().atomic_plans() {
            session.begin().await?;
            let result = self.steps_and_verification(session, first).await;
            finish(session, result).await?;
        } else {
            self.steps_and_verification(session, first).await?;
        }
        (self.listener)(&Event::Verified);
        Ok(())
    }

    async fn steps_and_verification(&self, session: &mut dyn Session, first: usize) -> Result<(), Error> {
        let plan = self.plan;
        Ledger::new(session, &self.plan.scope).create().await?;
        let run = if first < plan.steps.len() { Some(self.steps(session, first).await?) } else { None };
        // Read before the schema is: a change by other hands after that is seen at the next start.
        let stamp = session.change_stamp(&plan.scope).await?;
        let schema = session.inspect(&plan.scope).instrument(tracing::info_span!("verify")).await?.schema;
        let found = Fingerprint::of_schema(&schema.database);
        if found != plan.result {
            if let Some(run) = run.filter(|_| !session.dialect().atomic_plans()) {
                let _ = Ledger::new(session, &self.plan.scope).end_run(run, RunOutcome::Failed).await;
            }
            return Err(difference(plan, &schema));
        }
        let mut ledger = Ledger::new(session, &self.plan.scope);
        ledger.remember(&without(&schema.database, plan), &plan.asked, &found).await?;
        if let Some(run) = run {
            ledger.end_run(run, RunOutcome::Applied).await?;
        }
        if let Some(old) = self.memory.unfinished.as_ref().filter(|old| Some(old.id) != run) {
            let outcome = if old.plan.result == found { RunOutcome::Applied } else { RunOutcome::Superseded };
            ledger.end_run(old.id, outcome).await?;
        }
        ledger.stamp(stamp, &plan.scope).await
    }

    /// Does the steps from `first` on, each journaled before and after. Returns the number of the run.
    async fn steps(&self, session: &mut dyn Session, first: usize) -> Result<i64, Error> {
        let run = self.run(session).await?;
        for group in groups(&self.plan.steps, first) {
            let numbers = group.start + 1..group.end + 1;
            Ledger::new(session, &self.plan.scope).begin_steps(run, numbers.clone()).await?;
            if let Err(error) = self.group(session, group, run).await {
                if !session.dialect().atomic_plans() {
                    // The error that stopped the plan says more than one of the journal.
                    let _ = Ledger::new(session, &self.plan.scope)
                        .fail_steps(run, numbers, &error.to_string())
                        .await;
                    let _ = Ledger::new(session, &self.plan.scope).end_run(run, RunOutcome::Failed).await;
                }
                return Err(error);
            }
        }
        Ok(run)
    }

    /// The number of the run: the interrupted one of the same plan, or a new one.
    async fn run(&self, session: &mut dyn Session) -> Result<i64, Error> {
        if let Some(run) = self.memory.unfinished_run_of(self.plan) {
            return Ok(run.id);
        }
        let options = self.options;
        Ledger::new(session, &self.plan.scope)
            .begin_run(self.plan, options.approval.as_ref(), options.actor.as_deref())
            .await
    }

    /// Asks the live data everything that the steps from `first` on want to know, and reports all the answers at once.
    async fn probe(&self, session: &mut dyn Session, first: usize) -> Result<(), Error> {
        let mut failures = Vec::new();
        let probes = self.plan.steps[first..].iter().flat_map(|step| &step.probes);
        for probe in probes.filter(|probe| probe.stops()) {
            let (rows, finding) = match session.count(&probe.count, self.options.probe_limit).await {
                Ok(0) => continue,
                Ok(rows) => (Some(rows), probe.finding.clone()),
                // The statement would meet the same row.
                Err(Error::Database { code: Some(code), message, .. })
                    if session.dialect().is_data_error(&code) =>
                {
                    (None, format!("cannot be evaluated on the rows: {message}"))
                }
                // It speaks of what was there before the plan, which the steps that are done may have given another name.
                // It was asked then; what has come since, the statement meets itself.
                Err(Error::Database { code: Some(code), .. })
                    if first > 0 && session.dialect().is_misfit(&code) =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            };
            failures.push(ProbeFailure {
                code: probe.code,
                object: probe.object.clone(),
                finding,
                rows,
                show: probe.show.to_string(),
            });
        }
        if failures.is_empty() { Ok(()) } else { Err(Error::ProbeFailed(failures)) }
    }

    /// Waits a little for those who hold what the steps need, and gives up before the first step rather than amid them.
    async fn clear_the_way(&self, session: &mut dyn Session, steps: &[Step]) -> Result<(), Error> {
        let touched: Vec<Lock> = steps.iter().flat_map(|step| &step.locks).cloned().collect();
        if touched.is_empty() {
            return Ok(());
        }
        let mut attempt = 1;
        loop {
            let found = session.blockers(&touched, self.options.lock_timeout).await?;
            let (stopping, other): (Vec<_>, Vec<_>) = found.into_iter().partition(Blocker::stops);
            if stopping.is_empty() {
                for blocker in &other {
                    (self.listener)(&Event::MayBlock(blocker));
                }
                return Ok(());
            }
            if attempt >= self.options.attempts {
                return Err(Error::Blocked(stopping));
            }
            pause(attempt, Duration::MAX).await;
            attempt += 1;
        }
    }

    /// Does steps that share a transaction, or one that has none; tries again when it meets a lock.
    async fn group(&self, session: &mut dyn Session, group: Range<usize>, run: i64) -> Result<(), Error> {
        let atomic = session.dialect().atomic_plans();
        let shared = match self.plan.steps[group.start].transaction {
            Transaction::Shared(_) => true,
            Transaction::None => false,
        };
        // Outside of a transaction, the statements that are done stay done.
        let mut done = 0;
        let mut attempt = 1;
        session.limit_waits(self.waits(group.clone())).await?;
        loop {
            let group = group.clone();
            let number = group.start + 1;
            let result = if atomic {
                self.attempt(session, group, run, Mode::Within).await
            } else if shared {
                match session.begin().await {
                    Ok(()) => {
                        let result = self.attempt(session, group, run, Mode::Within).await;
                        finish(session, result).await
                    }
                    Err(error) => Err(error),
                }
            } else {
                let mode = Mode::Alone { again: attempt > 1, done: &mut done };
                self.attempt(session, group, run, mode).await
            };
            match result {
                Err(error) if error.is_transient() && !atomic && attempt < self.options.attempts => {
                    (self.listener)(&Event::StepRetried { number, attempt });
                    // Long enough for those who waited behind it.
                    pause(attempt + 2, Duration::MAX).await;
                    attempt += 1;
                }
                Err(error) if attempt > 1 => return Err(error.after_attempts(attempt)),
                result => return result,
            }
        }
    }

    /// Whoever waits behind the first lock of a group waits until its last one is there, so they share the time.
    fn waits(&self, group: Range<usize>) -> Waits {
        let locks = self.plan.steps[group].iter().flat_map(|step| &step.locks);
        let objects: BTreeSet<&ObjectId> =
            locks.filter(|lock| lock.mode.holds_others_up()).map(|lock| &lock.object).collect();
        let share = u32::try_from(objects.len()).unwrap_or(u32::MAX).max(1);
        Waits { locks: self.options.lock_timeout / share, transactions: self.options.online_wait }
    }

    /// Everything of the group in one transaction, or what is left of its one step outside of any.
    async fn attempt(
        &self,
        session: &mut dyn Session,
        group: Range<usize>,
        run: i64,
        mode: Mode<'_>,
    ) -> Result<(), Error> {
        let mut times = Vec::with_capacity(group.len());
        match mode {
            Mode::Within => {
                for index in group {
                    times.push(self.step(session, index + 1, &self.plan.steps[index], &mut 0).await?);
                }
            }
            Mode::Alone { again, done } => {
                let step = &self.plan.steps[group.start];
                if again && !step.repair.is_empty() {
                    for statement in &step.repair {
                        session.execute(statement).await?;
                    }
                    *done = 0;
                }
                times.push(self.step(session, group.start + 1, step, done).await?);
            }
        }
        Ledger::new(session, &self.plan.scope).end_steps(run, &times).await
    }

    /// One statement after the other; `done` counts them, and those already done are left out.
    async fn step(
        &self,
        session: &mut dyn Session,
        number: usize,
        step: &Step,
        done: &mut usize,
    ) -> Result<StepDone, Error> {
        let (started, begun_at) = (Instant::now(), ledger::now());
        (self.listener)(&Event::StepStarted { number, step });
        let span = tracing::info_span!("step", number, object = %step.object, title = %step.title);
        async {
            let rest = step.statements.get(*done..).unwrap_or_default();
            for (left, statement) in rest.iter().enumerate().map(|(at, s)| (rest.len() - at - 1, s)) {
                let mut result = session.execute(statement).await;
                if left == 0 {
                    result = self.weaker_forms(session, number, step, result).await;
                }
                result.map_err(|error| error.about(&step.object))?;
                *done += 1;
            }
            Ok::<(), Error>(())
        }
        .instrument(span)
        .await?;
        (self.listener)(&Event::StepDone { number, took: started.elapsed() });
        Ok(StepDone { number, begun_at, done_at: ledger::now() })
    }

    /// Where the engine cannot do a step's last statement as it stands, tries its weaker forms in order.
    async fn weaker_forms(
        &self,
        session: &mut dyn Session,
        number: usize,
        step: &Step,
        mut result: Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(alternatives) = &step.alternatives else { return result };
        let refused = |result: &Result<(), Error>| match result {
            Ok(()) => false,
            Err(error) => error
                .database_code()
                .is_some_and(|code| alternatives.codes.iter().any(|refusal| refusal == code)),
        };
        for weaker in &alternatives.statements {
            if !refused(&result) {
                return result;
            }
            result = session.execute(weaker).await;
        }
        for form in &alternatives.blocking {
            if !refused(&result) {
                return result;
            }
            if !self.may_block(number) {
                let lock = form.lock;
                let object = &step.object;
                return result.map_err(|error| {
                    error.explained(&format!(
                        "the server cannot do this without making others wait: approve step {number} to let it take \
                         {lock} on {object}"
                    ))
                });
            }
            result = session.execute(&form.statement).await;
        }
        result
    }

    /// Whether a step may make others wait though its plan did not say that it would.
    fn may_block(&self, number: usize) -> bool {
        let earlier = self.memory.unfinished_run_of(self.plan).and_then(|run| run.approval.as_ref());
        let approval = self.options.approval.as_ref().or(earlier);
        !self.options.policy.on(self.memory.production).objects_to(HazardClass::Blocking)
            || approval.is_some_and(|approval| approval.steps.contains(&number))
    }
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
