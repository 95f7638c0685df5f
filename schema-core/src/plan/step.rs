//! One step of a plan.

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Hazard, Lock, LockMode, Probe, Work};
use crate::diff::Diff;
use crate::{ObjectId, Sql};

/// When a step can be done with regard to the deployment of the code that uses the schema.
///
/// ```
/// use schema_core::Plan;
/// use schema_core::plan::Phase;
///
/// /// Whether code of the last release still runs after it.
/// fn can_go_before_the_code(plan: &Plan) -> bool {
///     plan.steps.iter().all(|step| step.phase != Phase::Contract)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Adds; old code goes on.
    Expand,
    /// Fills or validates what was added.
    Migrate,
    /// Removes; old code that uses it breaks.
    Contract,
}

/// How a step meets transactions.
///
/// ```
/// use schema_core::Plan;
/// use schema_core::plan::Transaction;
///
/// /// Whether either everything is done or nothing.
/// fn is_atomic(plan: &Plan) -> bool {
///     plan.steps.iter().all(|step| step.transaction == Transaction::Shared(0))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transaction {
    /// In one transaction with the neighbouring steps of the same number.
    Shared(u32),
    /// Each statement commits by itself: the engine has no transactional DDL, or refuses a transaction here.
    None,
}

/// How a step is undone.
///
/// ```
/// use schema_core::Step;
/// use schema_core::plan::Reverse;
///
/// fn way_back(step: &Step) -> String {
///     match &step.reverse {
///         Reverse::Statements(statements) => format!("{} statements", statements.len()),
///         Reverse::StructureOnly(_) => "without the data".to_owned(),
///         Reverse::Irreversible { reason } => reason.clone(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reverse {
    /// By these statements.
    Statements(Vec<Sql>),
    /// Structure comes back by these statements, the data does not.
    StructureOnly(Vec<Sql>),
    /// Not at all.
    Irreversible {
        /// Why.
        reason: String,
    },
}

/// Weaker forms of a step's last statement, for when the engine says that it cannot carry a stronger one out.
///
/// All but the [blocking](Self::blocking) ones let the same readers and writers go on that [`Step::locks`] says; they
/// differ in the engine's work.
///
/// ```
/// use schema_core::Step;
///
/// /// What a step may come to, if the engine cannot do it the best way.
/// fn at_worst(step: &Step) -> Option<&str> {
///     Some(step.alternatives.as_ref()?.statements.last()?.as_str())
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alternatives {
    /// The engine's error codes that say so, after which nothing was done.
    pub codes: Vec<String>,
    /// The forms, strongest first.
    pub statements: Vec<Sql>,
    /// Forms that make others wait, for when the engine can carry out none of those above. They are tried only where
    /// the policy lets steps block, or an approval names the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocking: Vec<BlockingForm>,
}

/// A form of a step's last statement that takes a stronger lock than [`Step::locks`] says.
///
/// ```
/// use schema_core::plan::{BlockingForm, LockMode};
/// let form = BlockingForm {
///     statement: "ALTER TABLE t ADD FULLTEXT (body), LOCK=SHARED".into(),
///     lock: LockMode::MetadataShared,
/// };
/// assert!(form.lock.blocks_writes());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockingForm {
    /// The statement.
    pub statement: Sql,
    /// The lock that it takes on the step's object.
    pub lock: LockMode,
}

/// One step: what it changes, by which statements, and what that costs.
///
/// ```
/// use schema_core::diff::Diff;
/// use schema_core::plan::{BlockingForm, LockMode, Phase, Probe, Reverse, Transaction, Work};
/// use schema_core::{Hazard, HazardCode, Index, ObjectId, Step, Table};
///
/// // As a dialect plans a full-text index.
/// let before = Table::new("notes");
/// let after = before.clone().index(Index::on(["body"]).named("words"));
/// let notes = ObjectId::table(&"notes".into());
/// let step = Step::new(notes.clone(), "add index words", Diff::table(&before, &after))
///     .statement("ALTER TABLE notes ADD FULLTEXT words (body), LOCK=NONE")
///     .forms(&["1846"], Vec::new(), vec![BlockingForm {
///         statement: "ALTER TABLE notes ADD FULLTEXT words (body), LOCK=SHARED".into(),
///         lock: LockMode::MetadataShared,
///     }])
///     .undo("ALTER TABLE notes DROP INDEX words")
///     .phase(Phase::Expand)
///     .transaction(Transaction::None)
///     .lock(LockMode::MetadataInstant, notes.clone())
///     .work(Work::IndexBuild)
///     .hazard(Hazard::new(HazardCode::LockQueue, "the lock on notes is waited for"));
/// assert_eq!(step.statements.len(), 1);
/// assert!(step.alternatives.is_some());
///
/// // And how it drops a table.
/// let drop = Step::new(notes.clone(), "drop table notes", Diff::drop(before))
///     .statements(["DROP TABLE notes".into()])
///     .alternatives(&[], Vec::new())
///     .reverse(Reverse::Irreversible { reason: "the rows are gone".to_owned() })
///     .probe(Probe::informing(HazardCode::DropTable, notes, "rows", "SELECT count(*) FROM notes", "SELECT * FROM notes"));
/// assert!(drop.alternatives.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The object or part that it is about.
    pub object: ObjectId,
    /// What it does, in words: `add column email`.
    pub title: String,
    /// When it can be done.
    pub phase: Phase,
    /// The statements, in order.
    pub statements: Vec<Sql>,
    /// Weaker forms of the last statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Alternatives>,
    /// How it is undone.
    pub reverse: Reverse,
    /// How it meets transactions.
    pub transaction: Transaction,
    /// The locks that it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<Lock>,
    /// What the engine has to do.
    pub work: Work,
    /// What can go wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
    /// What the live data is asked before the first statement of the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// Statements that clear away what an interrupted attempt at this step may have left (an invalid index).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repair: Vec<Sql>,
    /// Exactly what it changes in the schema.
    pub effect: Diff,
    /// The fingerprint of the schema after it; filled in when the plan is proven.
    #[serde(default)]
    pub after: Fingerprint,
}

impl Step {
    /// A step that changes only the catalog, in a shared transaction, and that nothing speaks against.
    pub fn new(object: ObjectId, title: impl Into<String>, effect: Diff) -> Self {
        Self {
            object,
            title: title.into(),
            phase: Phase::Expand,
            statements: Vec::new(),
            alternatives: None,
            reverse: Reverse::Statements(Vec::new()),
            transaction: Transaction::Shared(0),
            locks: Vec::new(),
            work: Work::Metadata,
            hazards: Vec::new(),
            probes: Vec::new(),
            repair: Vec::new(),
            effect,
            after: Fingerprint::default(),
        }
    }

    /// Adds a statement.
    pub fn statement(mut self, sql: impl Into<Sql>) -> Self {
        self.statements.push(sql.into());
        self
    }

    /// Adds statements.
    pub fn statements(mut self, all: impl IntoIterator<Item = Sql>) -> Self {
        self.statements.extend(all);
        self
    }

    /// Adds weaker forms of the last statement, tried in order when the engine answers with one of the codes.
    pub fn alternatives(self, codes: &[&str], statements: Vec<Sql>) -> Self {
        self.forms(codes, statements, Vec::new())
    }

    /// Adds weaker forms of the last statement, and behind them those that make others wait.
    pub fn forms(mut self, codes: &[&str], statements: Vec<Sql>, blocking: Vec<BlockingForm>) -> Self {
        if !statements.is_empty() || !blocking.is_empty() {
            let codes = codes.iter().map(|code| (*code).to_owned()).collect();
            self.alternatives = Some(Alternatives { codes, statements, blocking });
        }
        self
    }

    /// Adds a statement to what undoes the step. They run in the order given.
    pub fn undo(mut self, sql: impl Into<Sql>) -> Self {
        match &mut self.reverse {
            Reverse::Statements(statements) | Reverse::StructureOnly(statements) => {
                statements.push(sql.into());
            }
            Reverse::Irreversible { .. } => {}
        }
        self
    }

    /// Says how it is undone.
    pub fn reverse(mut self, reverse: Reverse) -> Self {
        self.reverse = reverse;
        self
    }

    /// Says when it can be done.
    pub fn phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    /// Says how it meets transactions.
    pub fn transaction(mut self, transaction: Transaction) -> Self {
        self.transaction = transaction;
        self
    }

    /// Adds a lock that it takes.
    pub fn lock(mut self, mode: LockMode, object: ObjectId) -> Self {
        self.locks.push(Lock { mode, object });
        self
    }

    /// Says what the engine has to do.
    pub fn work(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// Adds a hazard.
    pub fn hazard(mut self, hazard: Hazard) -> Self {
        self.hazards.push(hazard);
        self
    }

    /// Adds a probe.
    pub fn probe(mut self, probe: Probe) -> Self {
        self.probes.push(probe);
        self
    }
}
