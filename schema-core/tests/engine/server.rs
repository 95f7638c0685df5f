//! A database server in memory. Its language is the diff, as JSON; its connections die on request.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use schema_core::diff::{Diff, ObjectChange, Rename, Renames};
use schema_core::plan::{Lock, LockMode, PLAN_FORMAT, Probe, Transaction};
use schema_core::*;
use serde::{Deserialize, Serialize};

use crate::tables::Tables;

/// How the server meets transactions, and its dialect with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A plan is one transaction, as in SQLite.
    Atomic,
    /// Each step is one, and two belong together, as in PostgreSQL.
    Transactional,
    /// No statement is in any, as in MySQL.
    Bare,
}

/// A statement of the server's language.
#[derive(Debug, Serialize, Deserialize)]
enum Statement {
    /// Changes the schema.
    Do(Diff),
    /// Changes it in two moves, between which it can be interrupted.
    Build(Diff, Diff),
    /// Takes back what an interrupted one has left, if it has.
    Clear(Diff),
}

/// What goes wrong, and when: at one of the calls that change something, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is lost before the call has an effect.
    DieBefore(usize),
    /// The connection is lost after the call has had its effect.
    DieAfter(usize),
    /// The next so many statements meet a lock.
    Busy(usize),
    /// Every statement is refused.
    Refuse,
    /// Statements have no effect.
    Ignore,
}

#[derive(Clone, Debug, Default)]
struct Content {
    schema: Database,
    tables: Tables,
    version: u64,
}

#[derive(Debug, Default)]
struct State {
    content: Content,
    saved: Option<Content>,
    locked: Option<usize>,
    sessions: usize,
    calls: usize,
    statements: Vec<String>,
    inspections: usize,
    canonicalizations: usize,
    fault: Option<Fault>,
    rows_in_the_way: u64,
    blockers: Vec<Blocker>,
    waits: Vec<Waits>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    style: Style,
    stamps: bool,
}

impl Server {
    pub(crate) fn new(style: Style) -> Self {
        Self { state: Arc::default(), style, stamps: true }
    }

    pub(crate) fn without_stamps(mut self) -> Self {
        self.stamps = false;
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic holds it")
    }

    pub(crate) fn connect(&self) -> Connection {
        let mut state = self.state();
        state.sessions += 1;
        Connection {
            number: state.sessions,
            server: self.clone(),
            dialect: Fake(self.style),
            dead: false,
            prepared: false,
        }
    }

    /// Lets the next connection meet a fault, and starts to count its calls.
    pub(crate) fn fault(&self, fault: impl Into<Option<Fault>>) {
        let mut state = self.state();
        state.fault = fault.into();
        state.calls = 0;
    }

    pub(crate) fn schema(&self) -> Database {
        self.state().content.schema.clone()
    }

    /// A change by other hands.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Database)) {
        let mut state = self.state();
        change(&mut state.content.schema);
        state.content.version += 1;
    }

    /// Lets somebody hold what plans need.
    pub(crate) fn block(&self, blockers: Vec<Blocker>) {
        self.state().blockers = blockers;
    }

    pub(crate) fn put_rows_in_the_way(&self, rows: u64) {
        self.state().rows_in_the_way = rows;
    }

    pub(crate) fn lock(&self, holder: impl Into<Option<usize>>) {
        self.state().locked = holder.into();
    }

    pub(crate) fn is_free(&self) -> bool {
        let state = self.state();
        state.locked.is_none() && state.saved.is_none()
    }

    pub(crate) fn has_ledger(&self) -> bool {
        !self.state().content.tables.is_empty()
    }

    pub(crate) fn calls(&self) -> usize {
        self.state().calls
    }

    /// How often something declared was canonicalized.
    pub(crate) fn canonicalizations(&self) -> usize {
        self.state().canonicalizations
    }

    pub(crate) fn inspections(&self) -> usize {
        self.state().inspections
    }

    /// How long was to be waited since the last call.
    pub(crate) fn waits(&self) -> Vec<Waits> {
        std::mem::take(&mut self.state().waits)
    }

    /// The statements that were run since the last call.
    pub(crate) fn statements(&self) -> Vec<String> {
        std::mem::take(&mut self.state().statements)
    }
}

pub(crate) struct Connection {
    number: usize,
    server: Server,
    dialect: Fake,
    dead: bool,
    pub(crate) prepared: bool,
}

fn error(message: &str, transient: bool) -> Error {
    Error::Database {
        engine: Engine::Sqlite,
        object: None,
        statement: None,
        code: None,
        message: message.to_owned(),
        transient,
    }
}

impl Connection {
    /// One call that may change something.
    fn call<T>(&mut self, effect: impl FnOnce(&mut State) -> Result<T, Error>) -> Result<T, Error> {
        self.alive()?;
        let server = self.server.clone();
        let mut state = server.state();
        let call = state.calls;
        state.calls += 1;
        if state.fault == Some(Fault::DieBefore(call)) {
            return Err(self.die(&mut state));
        }
        let result = effect(&mut state);
        if state.fault == Some(Fault::DieAfter(call)) {
            return Err(self.die(&mut state));
        }
        result
    }

    fn alive(&self) -> Result<(), Error> {
        if self.dead { Err(error("the connection is gone", false)) } else { Ok(()) }
    }

    /// The server takes back what the connection has not committed, and its lock.
    fn die(&mut self, state: &mut State) -> Error {
        self.dead = true;
        state.fault = None;
        if let Some(saved) = state.saved.take() {
            state.content = saved;
        }
        if state.locked == Some(self.number) {
            state.locked = None;
        }
        error("the connection is lost", false)
    }
}

#[async_trait]
impl Session for Connection {
    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    async fn target(&mut self) -> Result<String, Error> {
        Ok("fake".to_owned())
    }

    async fn inspect(&mut self, _scope: &Scope) -> Result<Inspection, Error> {
        self.alive()?;
        let mut state = self.server.state();
        state.inspections += 1;
        let schema = Canonical::observed(state.content.schema.clone(), Dependencies::default());
        Ok(Inspection { schema, unmodelled: Vec::new() })
    }

    async fn canonicalize(&mut self, declared: &Declared, _scope: &Scope) -> Result<Inspection, Error> {
        self.alive()?;
        self.server.state().canonicalizations += 1;
        let mut schema = Database::new();
        for (_, object) in declared.schema.objects() {
            // What is only declared is no part of what an engine holds.
            schema.insert(match object.clone() {
                Object::Table(mut table) => {
                    table.renamed_from = None;
                    table.columns.iter_mut().for_each(|column| column.renamed_from = None);
                    Object::Table(table)
                }
                other => other,
            });
        }
        let schema = Canonical::observed(schema, Dependencies::default());
        Ok(Inspection { schema, unmodelled: Vec::new() })
    }

    async fn sizes(&mut self, _scope: &Scope) -> Result<TableSizes, Error> {
        Ok(TableSizes::default())
    }

    async fn change_stamp(&mut self, _scope: &Scope) -> Result<Option<String>, Error> {
        self.alive()?;
        let state = self.server.state();
        let kept = self.server.stamps && !state.content.tables.is_empty();
        Ok(kept.then(|| state.content.version.to_string()))
    }

    async fn try_lock(&mut self, _reach: &Reach) -> Result<bool, Error> {
        let number = self.number;
        self.call(|state| Ok(*state.locked.get_or_insert(number) == number))
    }

    async fn unlock(&mut self) -> Result<(), Error> {
        let number = self.number;
        self.call(|state| {
            state.locked.take_if(|holder| *holder == number);
            Ok(())
        })
    }

    async fn prepare(&mut self, _lock_timeout: Duration) -> Result<(), Error> {
        self.prepared = true;
        self.call(|_| Ok(()))
    }

    async fn limit_waits(&mut self, waits: Waits) -> Result<(), Error> {
        self.server.state().waits.push(waits);
        self.alive()
    }

    async fn restore(&mut self) -> Result<(), Error> {
        self.prepared = false;
        self.call(|_| Ok(()))
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.call(|state| {
            assert!(state.saved.is_none(), "one transaction at a time");
            state.saved = Some(state.content.clone());
            Ok(())
        })
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.call(|state| {
            state.saved = None;
            Ok(())
        })
    }

    async fn rollback(&mut self) -> Result<(), Error> {
        self.call(|state| {
            if let Some(saved) = state.saved.take() {
                state.content = saved;
            }
            Ok(())
        })
    }

    async fn execute(&mut self, statement: &Sql) -> Result<(), Error> {
        let number = self.number;
        let parsed: Statement = serde_json::from_str(statement.as_str()).expect("a statement");
        let text = statement.to_string();
        if let Statement::Build(half, _) = &parsed {
            // What is built in two moves is not undone when it is interrupted between them.
            self.call(|state| run(state, half))?;
        }
        self.call(|state| {
            assert_eq!(state.locked, Some(number), "only under the lock");
            match state.fault {
                Some(Fault::Busy(0)) => state.fault = None,
                Some(Fault::Busy(more)) => {
                    state.fault = Some(Fault::Busy(more - 1));
                    return Err(error("lock timeout", true));
                }
                Some(Fault::Refuse) => return Err(error("refused", false)),
                Some(Fault::Ignore) => return Ok(()),
                Some(Fault::DieBefore(_) | Fault::DieAfter(_)) | None => {}
            }
            state.statements.push(text);
            match &parsed {
                Statement::Do(diff) | Statement::Build(_, diff) => run(state, diff),
                Statement::Clear(diff) => {
                    let _ = run(state, diff);
                    Ok(())
                }
            }
        })
    }

    async fn count(&mut self, _query: &Sql, _limit: Duration) -> Result<u64, Error> {
        Ok(self.server.state().rows_in_the_way)
    }

    async fn blockers(&mut self, _touched: &[Lock], _longer_than: Duration) -> Result<Vec<Blocker>, Error> {
        Ok(self.server.state().blockers.clone())
    }

    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error> {
        self.call(|state| Ok(state.content.tables.run(statement)))
    }

    async fn user(&mut self) -> Result<Option<String>, Error> {
        Ok(Some("somebody".to_owned()))
    }

    async fn has_ledger(&mut self) -> Result<bool, Error> {
        self.alive()?;
        Ok(!self.server.state().content.tables.is_empty())
    }
}

fn run(state: &mut State, diff: &Diff) -> Result<(), Error> {
    let next =
        diff.apply(state.content.schema.clone()).map_err(|misfit| error(&misfit.to_string(), false))?;
    state.content.schema = next;
    state.content.version += 1;
    Ok(())
}

/// The dialect of the server.
struct Fake(Style);

impl Fake {
    fn step(&self, number: usize, change: ObjectChange) -> Vec<Step> {
        let id = change.id();
        let title = match &change {
            ObjectChange::Create(_) => "create",
            ObjectChange::Drop(_) => "drop",
            ObjectChange::Alter { .. } | ObjectChange::AlterTable(_) => "alter",
        };
        let transaction = match self.0 {
            Style::Atomic => Transaction::Shared(0),
            Style::Transactional => Transaction::Shared(u32::try_from(number / 2).expect("few steps")),
            Style::Bare => Transaction::None,
        };
        let mut step = Step::new(id.clone(), title, Diff::of(change.clone())).transaction(transaction);
        if matches!(change, ObjectChange::AlterTable(_)) {
            step = step.lock(LockMode::AccessExclusive, id.clone());
        }
        match change {
            ObjectChange::Drop(Object::Table(_)) => {
                let lost = Probe::informing(
                    HazardCode::DropTable,
                    id,
                    format!("rows of {}", step.object.name),
                    "count",
                    "show",
                );
                step = step.hazard(Hazard::new(HazardCode::DropTable, "its rows are lost")).probe(lost);
            }
            ObjectChange::AlterTable(table) if table.parts().iter().any(|part| part.name == "breaking") => {
                step = step.hazard(Hazard::new(HazardCode::TypeChange, "code breaks"));
            }
            ObjectChange::AlterTable(table) if !table.uniques.is_empty() => {
                step = step.probe(Probe::stopping(
                    HazardCode::DuplicateRows,
                    id,
                    "rows with equal keys",
                    "count",
                    "show",
                ));
            }
            ObjectChange::Create(Object::View(view)) if self.0 == Style::Bare => {
                // Made in two moves; the half-made one has to be cleared away.
                let half = View::new(view.name.clone(), "half");
                step.repair = vec![text(&Statement::Clear(Diff::drop(half.clone())))];
                let rest = Diff::alter(half.clone(), view);
                return vec![step.statement(text(&Statement::Build(Diff::create(half), rest)))];
            }
            ObjectChange::Create(_)
            | ObjectChange::Drop(_)
            | ObjectChange::Alter { .. }
            | ObjectChange::AlterTable(_) => {}
        }
        let data = Step::new(step.object.clone(), "fill", Diff::identity())
            .transaction(transaction)
            .statement(text(&Statement::Do(Diff::identity())));
        let effect = text(&Statement::Do(step.effect.clone()));
        vec![step.statement(effect), data]
    }
}

fn text(statement: &Statement) -> Sql {
    Sql::new(serde_json::to_string(statement).expect("it can be written"))
}

impl Dialect for Fake {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn version(&self) -> Version {
        Version::new(PLAN_FORMAT, 0, 0)
    }

    fn quote(&self, name: &Name) -> String {
        format!("{:?}", name.as_str())
    }

    fn check(&self, _declared: &Database) -> Vec<Problem> {
        Vec::new()
    }

    fn render(&self, _schema: &Canonical) -> Result<Vec<Sql>, Error> {
        Ok(Vec::new())
    }

    fn plan(&self, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error> {
        // Tables first, so that the parts are found under the new names.
        let (parts, objects): (Vec<_>, Vec<_>) =
            request.diff.renames.iter().cloned().partition(|rename| rename.from.kind.is_part());
        let names: Renames = objects.iter().cloned().collect();
        let parts = parts.into_iter().map(|part| Rename { from: names.target(&part.from), to: part.to });
        let renames = objects.iter().cloned().chain(parts).map(|rename| {
            let effect = Diff::renaming([rename.clone()]);
            let statement = text(&Statement::Do(effect.clone()));
            Step::new(rename.from.clone(), "rename", effect)
                .transaction(if self.0 == Style::Bare { Transaction::None } else { Transaction::Shared(0) })
                .statement(statement)
        });
        let changes = request.diff.changes.iter().cloned().enumerate();
        Ok(renames.chain(changes.flat_map(|(number, change)| self.step(number, change))).collect())
    }

    fn unmeasured(&self) -> Option<&'static str> {
        None
    }

    fn ledger_schema(&self) -> Option<Name> {
        None
    }

    fn text_type(&self) -> &'static str {
        "text"
    }

    fn reorders_columns(&self) -> bool {
        true
    }

    fn folds_case(&self) -> Folds {
        Folds::Nothing
    }

    fn atomic_plans(&self) -> bool {
        self.0 == Style::Atomic
    }
}
