//! What Groundplan remembers in the database itself: what it owns, what it did, and what it was about to do.
//!
//! Three tables: `groundplan_state` (a value by key), `groundplan_run` (a row for each plan that was applied, with
//! the plan), `groundplan_step` (a row for each step, written before it starts and when it is done).

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use sea_query::{Alias, ColumnDef, Expr, ExprTrait, Order, Query, TableRef};
use serde::{Deserialize, Serialize};

use crate::diff::ObjectChange;
use crate::plan::Plan;
use crate::{
    Approval, Cell, Database, Error, Fingerprint, LedgerStatement, Object, ObjectId, Scope, ScopeSchemas,
    Session, Table,
};

const STATE: &str = "groundplan_state";
const RUN: &str = "groundplan_run";
const STEP: &str = "groundplan_step";

/// Keys of the state table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// The version of the ledger's own form.
    Format,
    /// The objects that Groundplan owns, as JSON.
    Owned,
    /// The fingerprint of what was last asked for.
    Asked,
    /// The fingerprints of what was asked for, one after the other, as JSON; the last one may not be done yet.
    History,
    /// The engine's change stamp after the last run.
    Stamp,
    /// The fingerprint of the schema after the last run.
    Schema,
    /// Whether the database is marked production: its mark, or nothing.
    Mark,
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Owned => "owned",
            Self::Asked => "asked",
            Self::History => "history",
            Self::Stamp => "stamp",
            Self::Schema => "schema",
            Self::Mark => "mark",
        }
    }
}

const FORMAT: &str = "1";

/// What the ledger says before a plan is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// Whether the ledger exists.
    pub(crate) exists: bool,
    /// The objects that Groundplan owns, those of an unfinished run included.
    pub(crate) owned: Database,
    /// The fingerprint of what was last asked for.
    pub(crate) asked: Option<Fingerprint>,
    /// The fingerprints of what was asked for, one after the other; the last one may not be done yet.
    pub(crate) history: Vec<Fingerprint>,
    /// The fingerprint of the schema that the last run led to.
    pub(crate) schema: Option<Fingerprint>,
    /// Whether the database is marked production.
    pub(crate) production: bool,
    /// A run that was started and not finished.
    pub(crate) unfinished: Option<UnfinishedRun>,
}

impl Memory {
    /// Whether nothing else was asked for since, and nothing is half done.
    pub(crate) fn is_at(&self, asked: &Fingerprint) -> bool {
        self.asked.as_ref() == Some(asked) && self.unfinished.is_none()
    }

    /// Whether this was asked for once, and something else later.
    pub(crate) fn is_beyond(&self, asked: &Fingerprint) -> bool {
        self.history.iter().rev().skip(1).any(|earlier| earlier == asked)
    }
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

/// One applied plan.
///
/// ```
/// fn tell(run: &schema_core::Run) {
///     let outcome = run.outcome.as_deref().unwrap_or("not finished");
///     println!("run {}: {} steps, {outcome}", run.id, run.steps);
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
    /// `applied`, `failed`, `superseded` by a later run, or nothing while it runs or after a crash.
    pub outcome: Option<String>,
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

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The ledger of one database, in the place where its dialect keeps it.
///
/// Who works on named schemas alone has a memory of their own there: others, who work on other schemas of the same
/// database, neither share it nor lose theirs by it.
pub(crate) struct Ledger<'a> {
    session: &'a mut dyn Session,
    /// What stands for the named schemas; nothing for the whole database.
    scope: Option<String>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(session: &'a mut dyn Session, scope: &Scope) -> Self {
        let scope = match &scope.schemas {
            ScopeSchemas::All => None,
            ScopeSchemas::Named(names) => {
                let mut names = names.clone();
                names.sort();
                names.dedup();
                Some(Fingerprint::of(&names).short().to_owned())
            }
        };
        Self { session, scope }
    }

    /// The name of a value in the table of states.
    fn name(&self, key: Key) -> String {
        match (key, &self.scope) {
            (Key::Format | Key::Mark, _) | (_, None) => key.name().to_owned(),
            (Key::Owned | Key::Asked | Key::History | Key::Stamp | Key::Schema, Some(scope)) => {
                format!("{}:{scope}", key.name())
            }
        }
    }

    fn table(&self, name: &'static str) -> TableRef {
        let table = Alias::new(name);
        match self.session.dialect().ledger_schema() {
            Some(schema) => (Alias::new(schema.as_str()), table).into(),
            None => table.into(),
        }
    }

    /// Makes the tables where they do not exist. Only under the lock: engines race on `IF NOT EXISTS`.
    pub(crate) async fn create(&mut self) -> Result<(), Error> {
        if self.session.has_ledger().await? {
            return Ok(());
        }
        let text = Alias::new(self.session.dialect().text_type());
        let long = |name: &'static str| ColumnDef::new(name).custom(text.clone()).to_owned();
        let number = |name: &'static str| ColumnDef::new(name).big_integer().to_owned();
        let state = sea_query::Table::create()
            .table(self.table(STATE))
            .if_not_exists()
            .col(ColumnDef::new("name").string_len(64).not_null().primary_key())
            .col(long("value").not_null())
            .to_owned();
        let run = sea_query::Table::create()
            .table(self.table(RUN))
            .if_not_exists()
            .col(number("id").not_null().primary_key())
            .col(ColumnDef::new("plan_hash").string_len(64).not_null())
            .col(number("steps").not_null())
            .col(number("started_at").not_null())
            .col(number("finished_at"))
            .col(ColumnDef::new("outcome").string_len(16))
            .col(long("actor"))
            .col(ColumnDef::new("version").string_len(32).not_null())
            .col(long("plan").not_null())
            .col(long("approval"))
            .col(ColumnDef::new("scope").string_len(64))
            .to_owned();
        let step = sea_query::Table::create()
            .table(self.table(STEP))
            .if_not_exists()
            .col(number("run_id").not_null())
            .col(number("step").not_null())
            .col(number("begun_at").not_null())
            .col(number("done_at"))
            .col(long("error"))
            .primary_key(sea_query::Index::create().col("run_id").col("step"))
            .to_owned();
        // The table of states comes last: it stands for all of them, whenever this is interrupted.
        for table in [run, step, state] {
            self.session.ledger(&LedgerStatement::Create(table)).await?;
        }
        self.set(Key::Format, FORMAT).await
    }

    async fn set(&mut self, key: Key, value: &str) -> Result<(), Error> {
        let name = self.name(key);
        let delete = Query::delete()
            .from_table(self.table(STATE))
            .and_where(Expr::col("name").eq(name.as_str()))
            .to_owned();
        self.session.ledger(&LedgerStatement::Delete(delete)).await?;
        let insert = Query::insert()
            .into_table(self.table(STATE))
            .columns(["name", "value"])
            .values_panic([name.into(), value.into()])
            .to_owned();
        self.session.ledger(&LedgerStatement::Insert(insert)).await?;
        Ok(())
    }

    async fn get(&mut self, keys: &[Key]) -> Result<Vec<(Key, String)>, Error> {
        let select = Query::select()
            .columns(["name", "value"])
            .from(self.table(STATE))
            .and_where(Expr::col("name").is_in(keys.iter().map(|key| self.name(*key))))
            .to_owned();
        let rows = self.session.ledger(&LedgerStatement::Select(select)).await?;
        let key = |name: &str| keys.iter().copied().find(|key| self.name(*key) == name);
        Ok(rows.iter().filter_map(|row| Some((key(&text(row, 0)?)?, text(row, 1)?))).collect())
    }

    /// Whether the last run left the database at what is asked for, and nothing has changed since.
    pub(crate) async fn is_current(&mut self, asked: &Fingerprint) -> Result<bool, Error> {
        let Some(stamp) = self.session.change_stamp().await? else { return Ok(false) };
        let values = self.get(&[Key::Asked, Key::Stamp]).await?;
        let is = |key: Key, value: &str| values.iter().any(|(of, v)| *of == key && v == value);
        Ok(is(Key::Asked, asked.as_str()) && is(Key::Stamp, &stamp))
    }

    /// Everything that planning needs to know.
    pub(crate) async fn memory(&mut self) -> Result<Memory, Error> {
        if !self.session.has_ledger().await? {
            return Ok(Memory::default());
        }
        let values =
            self.get(&[Key::Format, Key::Owned, Key::Asked, Key::History, Key::Schema, Key::Mark]).await?;
        let value = |key: Key| values.iter().find(|(of, _)| *of == key).map(|(_, v)| v.clone());
        if let Some(format) = value(Key::Format).filter(|format| format != FORMAT) {
            return Err(Error::Newer(format!(
                "the ledger of this database has form {format}, and this version of Groundplan knows form {FORMAT}: \
                 use the version that wrote it, or a later one"
            )));
        }
        let mut owned = match value(Key::Owned) {
            Some(json) => parse(&json, "the owned objects")?,
            None => Database::new(),
        };
        let unfinished = self.unfinished().await?;
        if let Some(run) = &unfinished {
            own_effects(&mut owned, &run.plan);
        }
        let asked = value(Key::Asked).map(Fingerprint::from);
        let schema = value(Key::Schema).map(Fingerprint::from);
        let history = match value(Key::History) {
            Some(json) => parse(&json, "what was asked for earlier")?,
            None => Vec::new(),
        };
        // A mark that this version does not know may ask for more care, never for less.
        let production = value(Key::Mark).is_some();
        Ok(Memory { exists: true, owned, asked, history, schema, production, unfinished })
    }

    /// Notes what is asked for, before anything is done about it: from now on, whoever asks for what was asked before
    /// is behind. Whoever goes back to it deliberately undoes what came after it.
    async fn extend_history(&mut self, asked: &Fingerprint) -> Result<(), Error> {
        const KEPT: usize = 200;
        let values = self.get(&[Key::History]).await?;
        let mut history: Vec<Fingerprint> = match values.first() {
            Some((_, json)) => parse(json, "what was asked for earlier")?,
            None => Vec::new(),
        };
        if history.last() == Some(asked) {
            return Ok(());
        }
        match history.iter().position(|earlier| earlier == asked) {
            Some(position) => history.truncate(position + 1),
            None => history.push(asked.clone()),
        }
        history.drain(..history.len().saturating_sub(KEPT));
        self.set(Key::History, &to_json(&history)?).await
    }

    async fn unfinished(&mut self) -> Result<Option<UnfinishedRun>, Error> {
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
        let outcome = text(row, 2);
        if [Outcome::Applied, Outcome::Superseded].iter().any(|end| outcome.as_deref() == Some(end.name())) {
            return Ok(None);
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
                outcome: text(row, 5),
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
        let last = self.runs(1).await?.first().map_or(0, |run| run.id);
        let id = last.saturating_add(1);
        let json = to_json(plan)?;
        let approval = approval.map(to_json).transpose()?;
        let actor = match actor {
            Some(actor) => Some(actor.to_owned()),
            None => self.session.user().await?,
        };
        let insert = Query::insert()
            .into_table(self.table(RUN))
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
                actor.into(),
                env!("CARGO_PKG_VERSION").into(),
                json.into(),
                approval.into(),
                self.scope.clone().into(),
            ])
            .to_owned();
        self.session.ledger(&LedgerStatement::Insert(insert)).await?;
        Ok(id)
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
    pub(crate) async fn end_run(&mut self, run: i64, outcome: Outcome) -> Result<(), Error> {
        let update = Query::update()
            .table(self.table(RUN))
            .value("outcome", outcome.name())
            .value("finished_at", now())
            .and_where(Expr::col("id").eq(run))
            .to_owned();
        self.session.ledger(&LedgerStatement::Update(update)).await?;
        Ok(())
    }

    /// Remembers what Groundplan owns from now on.
    pub(crate) async fn remember(
        &mut self,
        owned: &Database,
        asked: &Fingerprint,
        schema: &Fingerprint,
    ) -> Result<(), Error> {
        let json = to_json(owned)?;
        self.extend_history(asked).await?;
        self.set(Key::Owned, &json).await?;
        self.set(Key::Schema, schema.as_str()).await?;
        self.set(Key::Asked, asked.as_str()).await
    }

    /// Marks the database as production, or takes the mark away.
    pub(crate) async fn mark(&mut self, production: bool) -> Result<(), Error> {
        self.create().await?;
        if production {
            return self.set(Key::Mark, "production").await;
        }
        let delete = Query::delete()
            .from_table(self.table(STATE))
            .and_where(Expr::col("name").eq(Key::Mark.name()))
            .to_owned();
        self.session.ledger(&LedgerStatement::Delete(delete)).await.map(drop)
    }

    /// Remembers what Groundplan owns from now on, though nobody asked for a schema: whoever does so next is looked at.
    pub(crate) async fn own(&mut self, owned: &Database, schema: &Fingerprint) -> Result<(), Error> {
        self.set(Key::Owned, &to_json(owned)?).await?;
        self.set(Key::Schema, schema.as_str()).await?;
        self.set(Key::Asked, Fingerprint::default().as_str()).await
    }

    /// Remembers the engine's change stamp as it was when the schema was verified, unless it has changed since.
    pub(crate) async fn stamp(&mut self, verified: Option<String>) -> Result<(), Error> {
        match verified {
            Some(stamp) if self.session.change_stamp().await?.as_ref() == Some(&stamp) => {
                self.set(Key::Stamp, &stamp).await
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every step is done and verified.
    Applied,
    /// A step failed; what was done before it stays.
    Failed,
    /// It was not completed: the database was led on by another plan.
    Superseded,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }
}

/// What the steps of an unfinished run may have made is ours, whether they got that far or not: under its old name
/// and under its new one.
fn own_effects(owned: &mut Database, plan: &Plan) {
    for effect in plan.steps.iter().map(|step| &step.effect) {
        if !effect.renames.is_empty() {
            for object in effect.renames.apply(owned.clone()).into_objects() {
                claim(owned, object);
            }
        }
        for change in &effect.changes {
            match change {
                ObjectChange::Create(object) => claim(owned, object.clone()),
                ObjectChange::AlterTable(diff) => {
                    let mut table = Table::new(diff.name.clone());
                    diff.claim(&mut table);
                    claim(owned, table.into());
                }
                ObjectChange::Drop(_) | ObjectChange::Alter { .. } => {}
            }
        }
    }
}

/// Adds an object, or the parts of a table that is already there.
fn claim(owned: &mut Database, object: Object) {
    match object {
        Object::Table(table) if owned.table(&table.name).is_some() => {
            let id = table.id();
            if let Some(Object::Table(known)) = owned.get_mut(&id) {
                known.absorb(*table);
            }
        }
        object if owned.contains(&object.id()) => {}
        object => owned.insert(object),
    }
}

fn text(row: &[Cell], at: usize) -> Option<String> {
    match row.get(at)? {
        Cell::Text(text) => Some(text.clone()),
        Cell::Null | Cell::Int(_) => None,
    }
}

fn number(row: &[Cell], at: usize) -> Option<i64> {
    match row.get(at)? {
        Cell::Int(number) => Some(*number),
        Cell::Null | Cell::Text(_) => None,
    }
}

/// A number of a step as the ledger holds it.
fn bound(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

fn parse<T: for<'de> Deserialize<'de>>(json: &str, what: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| {
        Error::Newer(format!("{what} in the ledger cannot be read by this version of Groundplan: {error}"))
    })
}
