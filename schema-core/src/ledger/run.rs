//! The runs and their journal: every plan that was applied, and every step of it.

use std::collections::HashMap;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use sea_query::{Expr, ExprTrait, Order, Query};
use serde::{Deserialize, Serialize};

use super::value::{number, parse, text, to_json};
use super::{Ledger, OTHERS, RUN, STEP};
use crate::plan::Plan;
use crate::{Approval, Cell, Error, Fingerprint, LedgerStatement, ObjectId, Scope, Session};

/// How a run ended.
///
/// ```
/// use schema_core::RunOutcome;
///
/// assert_eq!(serde_json::to_value(RunOutcome::Superseded)?, "superseded");
/// assert_eq!(RunOutcome::Applied.to_string(), "applied");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunOutcome {
    /// Every step is done and verified.
    Applied,
    /// A step failed; what was done before it stays.
    Failed,
    /// It was not completed: the database was led on by another plan.
    Superseded,
}

impl RunOutcome {
    const ALL: [Self; 3] = [Self::Applied, Self::Failed, Self::Superseded];

    fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    fn read(cell: Option<String>) -> Option<Self> {
        cell.and_then(|name| Self::ALL.into_iter().find(|outcome| outcome.name() == name))
    }
}

impl fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One applied plan.
///
/// ```
/// fn tell(run: &schema_core::Run) {
///     println!("run {}: {} steps, {:?}", run.id, run.steps, run.outcome);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// The hash of its plan.
    pub plan: Fingerprint,
    /// How many steps it had.
    pub steps: i64,
    /// When it started, in milliseconds since 1970.
    pub started_at: i64,
    /// When it was finished.
    pub finished_at: Option<i64>,
    /// How it ended; nothing while it runs or after a crash.
    pub outcome: Option<RunOutcome>,
    /// Who applied it, as the caller says.
    pub actor: Option<String>,
    /// The version of Groundplan.
    pub version: String,
}

/// One applied plan with everything that the ledger holds about it.
///
/// ```
/// use schema_core::RunDetails;
///
/// fn who_approved(details: &RunDetails) -> Option<&str> {
///     details.approval.as_ref()?.approved_by.as_deref()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetails {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// The approval that it came with.
    pub approval: Option<Approval>,
    /// The steps that were begun.
    pub journal: Vec<StepTimes>,
}

/// What became of one step of a run.
///
/// ```
/// use schema_core::StepTimes;
///
/// fn milliseconds(step: &StepTimes) -> Option<i64> {
///     Some(step.done_at? - step.begun_at)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTimes {
    /// Its number, from 1.
    pub step: i64,
    /// What it does, if this version can read the plan.
    pub title: Option<String>,
    /// The object or part that it is about.
    pub object: Option<ObjectId>,
    /// When it was begun, in milliseconds since 1970.
    pub begun_at: i64,
    /// When it was done.
    pub done_at: Option<i64>,
    /// Why it was not done.
    pub error: Option<String>,
}

/// The last runs on a database, latest first, each with its approval and the times of its steps.
///
/// ```
/// use schema_core::{Error, Session, history};
///
/// async fn print(session: &mut dyn Session) -> Result<(), Error> {
///     for details in history(session, 20).await? {
///         println!("{} by {:?}", details.run.id, details.run.actor);
///     }
///     Ok(())
/// }
/// ```
///
/// # Errors
/// If the ledger cannot be read.
pub async fn history(session: &mut dyn Session, limit: u64) -> Result<Vec<RunDetails>, Error> {
    Ledger::new(session, &Scope::default()).details(limit).await
}

/// When a step was begun and done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepDone {
    pub(crate) number: usize,
    pub(crate) begun_at: i64,
    pub(crate) done_at: i64,
}

/// A run that was interrupted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UnfinishedRun {
    /// Its number.
    pub(crate) id: i64,
    /// The plan it was carrying out.
    pub(crate) plan: Plan,
    /// The approval it was begun with.
    pub(crate) approval: Option<Approval>,
    /// The last step that was begun, from 1.
    pub(crate) begun: usize,
    /// The last step that was done, from 1; 0 for none.
    pub(crate) done: usize,
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Ledger<'_> {
    pub(super) async fn unfinished(&mut self) -> Result<Option<UnfinishedRun>, Error> {
        let select = Query::select()
            .columns(["id", "plan", "outcome", "approval"])
            .from(self.table(RUN))
            .and_where(match &self.scope {
                None => Expr::col("scope").is_null(),
                Some(scope) => Expr::col("scope").eq(scope.as_str()),
            })
            .order_by("id", Order::Desc)
            .limit(1)
            .to_owned();
        let rows = self.session.ledger(&LedgerStatement::Select(select)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (Some(id), Some(plan)) = (number(row, 0), text(row, 1)) else { return Ok(None) };
        match RunOutcome::read(text(row, 2)) {
            Some(RunOutcome::Applied | RunOutcome::Superseded) => return Ok(None),
            Some(RunOutcome::Failed) | None => {}
        }
        let approval = text(row, 3).map(|json| parse(&json, "the approval of the last run")).transpose()?;
        let select = Query::select()
            .columns(["step", "done_at"])
            .from(self.table(STEP))
            .and_where(Expr::col("run_id").eq(id))
            .to_owned();
        let steps = self.session.ledger(&LedgerStatement::Select(select)).await?;
        let step = |row: &Vec<Cell>| number(row, 0).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let begun = steps.iter().map(step).max().unwrap_or(0);
        let done = steps.iter().filter(|row| number(row, 1).is_some()).map(step).max().unwrap_or(0);
        let plan = parse(&plan, "the plan of the last run")?;
        Ok(Some(UnfinishedRun { id, plan, approval, begun, done }))
    }

    async fn details(&mut self, limit: u64) -> Result<Vec<RunDetails>, Error> {
        let mut details = Vec::new();
        let runs = self.runs(limit).await?;
        let Some(earliest) = runs.last().map(|run| run.id) else { return Ok(details) };
        let among = |column: &'static str| Expr::col(column).gte(earliest);
        let select = Query::select()
            .columns(["id", "plan", "approval"])
            .from(self.table(RUN))
            .and_where(among("id"))
            .to_owned();
        let texts = self.session.ledger(&LedgerStatement::Select(select)).await?;
        let select = Query::select()
            .columns(["run_id", "step", "begun_at", "done_at", "error"])
            .from(self.table(STEP))
            .and_where(among("run_id"))
            .to_owned();
        let mut steps = self.session.ledger(&LedgerStatement::Select(select)).await?;
        steps.sort_by_key(|row| number(row, 1));
        let mut journals: HashMap<i64, Vec<&Vec<Cell>>> = HashMap::new();
        for row in &steps {
            journals.entry(number(row, 0).unwrap_or_default()).or_default().push(row);
        }
        for run in runs {
            let row = texts.iter().find(|row| number(row, 0) == Some(run.id));
            // Of a plan in a form of its own day there is still the rest to tell.
            let plan: Option<Plan> =
                row.and_then(|row| text(row, 1)).and_then(|json| serde_json::from_str(&json).ok());
            let approval = row.and_then(|row| text(row, 2));
            let approval = approval.map(|json| parse(&json, "an approval")).transpose()?;
            let journal = journals.remove(&run.id).unwrap_or_default();
            let journal = journal.into_iter().map(|row| {
                let step = number(row, 1).unwrap_or_default();
                let planned = usize::try_from(step - 1).ok().and_then(|at| plan.as_ref()?.steps.get(at));
                StepTimes {
                    step,
                    title: planned.map(|step| step.title.clone()),
                    object: planned.map(|step| step.object.clone()),
                    begun_at: number(row, 2).unwrap_or_default(),
                    done_at: number(row, 3),
                    error: text(row, 4),
                }
            });
            details.push(RunDetails { approval, journal: journal.collect(), run });
        }
        Ok(details)
    }

    /// The last runs, latest first.
    pub(crate) async fn runs(&mut self, limit: u64) -> Result<Vec<Run>, Error> {
        if !self.session.has_ledger().await? {
            return Ok(Vec::new());
        }
        let select = Query::select()
            .columns(["id", "plan_hash", "steps", "started_at", "finished_at", "outcome", "actor", "version"])
            .from(self.table(RUN))
            .order_by("id", Order::Desc)
            .limit(limit)
            .to_owned();
        let rows = self.session.ledger(&LedgerStatement::Select(select)).await?;
        Ok(rows
            .iter()
            .map(|row| Run {
                id: number(row, 0).unwrap_or_default(),
                plan: text(row, 1).unwrap_or_default().into(),
                steps: number(row, 2).unwrap_or_default(),
                started_at: number(row, 3).unwrap_or_default(),
                finished_at: number(row, 4),
                outcome: RunOutcome::read(text(row, 5)),
                actor: text(row, 6),
                version: text(row, 7).unwrap_or_default(),
            })
            .collect())
    }

    /// Opens a run: its plan is on record before its first statement.
    pub(crate) async fn begin_run(
        &mut self,
        plan: &Plan,
        approval: Option<&Approval>,
        actor: Option<&str>,
    ) -> Result<i64, Error> {
        self.extend_history(&plan.asked).await?;
        let json = to_json(plan)?;
        let approval = approval.map(to_json).transpose()?;
        let actor = match actor {
            Some(actor) => Some(actor.to_owned()),
            None => self.session.user().await?,
        };
        let mut others = 0;
        let mut id = self.next_run().await?;
        let (table, scope) = (self.table(RUN), self.scope.clone());
        let insert = |id: i64| {
            Query::insert()
                .into_table(table.clone())
                .columns([
                    "id",
                    "plan_hash",
                    "steps",
                    "started_at",
                    "actor",
                    "version",
                    "plan",
                    "approval",
                    "scope",
                ])
                .values_panic([
                    id.into(),
                    plan.hash().as_str().into(),
                    i64::try_from(plan.steps.len()).unwrap_or(i64::MAX).into(),
                    now().into(),
                    actor.clone().into(),
                    env!("CARGO_PKG_VERSION").into(),
                    json.clone().into(),
                    approval.clone().into(),
                    scope.clone().into(),
                ])
                .to_owned()
        };
        loop {
            let statement = LedgerStatement::Insert(insert(id));
            let Err(error) = self.session.ledger(&statement).await else { return Ok(id) };
            // Those who work on other schemas number their runs too: was this number taken?
            let next = self.next_run().await?;
            if next <= id || others >= OTHERS {
                return Err(error);
            }
            others += 1;
            id = next;
        }
    }

    async fn next_run(&mut self) -> Result<i64, Error> {
        Ok(self.runs(1).await?.first().map_or(1, |run| run.id.saturating_add(1)))
    }

    /// Records that steps (from 1) are about to start.
    pub(crate) async fn begin_steps(&mut self, run: i64, steps: std::ops::Range<usize>) -> Result<(), Error> {
        let now = now();
        let rows: Vec<(i64, i64, Option<i64>)> = steps.map(|step| (bound(step), now, None)).collect();
        self.write_steps(run, &rows).await
    }

    /// Records that steps are done. More than one share a transaction with this record.
    pub(crate) async fn end_steps(&mut self, run: i64, steps: &[StepDone]) -> Result<(), Error> {
        if let [step] = steps {
            let update = Query::update()
                .table(self.table(STEP))
                .value("begun_at", step.begun_at)
                .value("done_at", step.done_at)
                .and_where(Expr::col("run_id").eq(run))
                .and_where(Expr::col("step").eq(bound(step.number)))
                .to_owned();
            self.session.ledger(&LedgerStatement::Update(update)).await?;
            return Ok(());
        }
        let row = |step: &StepDone| (bound(step.number), step.begun_at, Some(step.done_at));
        self.write_steps(run, &steps.iter().map(row).collect::<Vec<_>>()).await
    }

    /// Writes the journal from the first of these steps on.
    async fn write_steps(&mut self, run: i64, rows: &[(i64, i64, Option<i64>)]) -> Result<(), Error> {
        let Some((first, ..)) = rows.first() else { return Ok(()) };
        let delete = Query::delete()
            .from_table(self.table(STEP))
            .and_where(Expr::col("run_id").eq(run))
            .and_where(Expr::col("step").gte(*first))
            .to_owned();
        self.session.ledger(&LedgerStatement::Delete(delete)).await?;
        // Well below the number of values that any engine binds in one statement.
        for chunk in rows.chunks(1000) {
            let mut insert = Query::insert();
            insert.into_table(self.table(STEP)).columns(["run_id", "step", "begun_at", "done_at"]);
            for (step, begun_at, done_at) in chunk {
                insert.values_panic([run.into(), (*step).into(), (*begun_at).into(), (*done_at).into()]);
            }
            self.session.ledger(&LedgerStatement::Insert(insert)).await?;
        }
        Ok(())
    }

    /// Records why steps (from 1) were not done.
    pub(crate) async fn fail_steps(
        &mut self,
        run: i64,
        steps: std::ops::Range<usize>,
        error: &str,
    ) -> Result<(), Error> {
        let update = Query::update()
            .table(self.table(STEP))
            .value("error", error)
            .and_where(Expr::col("run_id").eq(run))
            .and_where(Expr::col("step").gte(bound(steps.start)))
            .and_where(Expr::col("step").lt(bound(steps.end)))
            .to_owned();
        self.session.ledger(&LedgerStatement::Update(update)).await?;
        Ok(())
    }

    /// Closes a run.
    pub(crate) async fn end_run(&mut self, run: i64, outcome: RunOutcome) -> Result<(), Error> {
        let update = Query::update()
            .table(self.table(RUN))
            .value("outcome", outcome.name())
            .value("finished_at", now())
            .and_where(Expr::col("id").eq(run))
            .to_owned();
        self.session.ledger(&LedgerStatement::Update(update)).await?;
        Ok(())
    }
}

/// A number of a step as the ledger holds it.
fn bound(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
