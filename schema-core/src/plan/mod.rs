//! A plan: ordered steps as data, each with its SQL, its reverse, its lock, its work and its hazards.

mod fingerprint;
mod format;
mod lock;
mod probe;
mod proof;
mod step;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use fingerprint::Fingerprint;
pub use lock::{Lock, LockMode, Work};
pub use probe::{Answers, Probe};
pub use proof::prove;
pub use step::{Alternatives, BlockingForm, Phase, Reverse, Step, Transaction};

pub use crate::hazard::{Hazard, HazardClass, HazardCode, Severity};
use crate::model::is_default;
use crate::{Dialect, Engine, Error, ObjectId, Scope, Version};

/// The version of the plan's JSON form.
pub const PLAN_FORMAT: u32 = 1;

/// What will be done to a database, and what it rests on.
///
/// The plan is proven before anyone sees it: the effects of its steps, one after the other, lead from the base
/// to the wanted schema.
///
/// ```
/// use schema_core::diff::Diff;
/// use schema_core::plan::PLAN_FORMAT;
/// use schema_core::{Engine, Fingerprint, ObjectId, Plan, Scope, Step, Table, Version};
///
/// // A dialect makes them; this one is made by hand.
/// let users = ObjectId::table(&"users".into());
/// let create = Step::new(users, "create table users", Diff::create(Table::new("users")))
///     .statement("CREATE TABLE users (id INTEGER PRIMARY KEY)");
/// let plan = Plan {
///     format: PLAN_FORMAT,
///     engine: Engine::Postgres,
///     server_version: Version::new(18, 0, 0),
///     target: "app".to_owned(),
///     asked: Fingerprint::default(),
///     scope: Scope::default(),
///     base: Fingerprint::default(),
///     result: Fingerprint::default(),
///     steps: vec![create],
///     notes: Vec::new(),
///     unmanaged: Vec::new(),
/// };
/// assert!(!plan.is_empty());
/// assert!(plan.to_string().contains("1. create table users"));
/// assert!(plan.to_sql().contains("CREATE TABLE users (id INTEGER PRIMARY KEY);"));
///
/// // In a file it carries its hash, and nobody can change it there unnoticed.
/// let file = plan.to_json()?;
/// assert_eq!(Plan::from_json(&file)?.hash(), plan.hash());
/// assert!(Plan::from_json(&file.replace("users", "logs")).is_err());
/// # Ok::<(), schema_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this form: [`PLAN_FORMAT`].
    pub format: u32,
    /// The engine it is for.
    pub engine: Engine,
    /// The version of the server it was made on.
    pub server_version: Version,
    /// The database it is for.
    pub target: String,
    /// The fingerprint of what was asked for.
    pub asked: Fingerprint,
    /// Which part of the database was looked at, and is looked at when the plan is applied.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scope: Scope,
    /// The fingerprint of the schema it starts from.
    pub base: Fingerprint,
    /// The fingerprint of the schema it leads to.
    pub result: Fingerprint,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What a reader should know and no step shows: physical column order, unmanaged objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Objects that the database has and the schema does not, and which are not Groundplan's to drop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmanaged: Vec<ObjectId>,
}

impl Plan {
    /// A plan without steps, for a database that is known to be at what was asked for.
    pub(crate) fn nothing(dialect: &dyn Dialect, target: String, asked: Fingerprint, scope: Scope) -> Self {
        Self {
            format: PLAN_FORMAT,
            engine: dialect.engine(),
            server_version: dialect.version(),
            target,
            asked,
            scope,
            base: Fingerprint::default(),
            result: Fingerprint::default(),
            steps: Vec::new(),
            notes: Vec::new(),
            unmanaged: Vec::new(),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The hash that approvals are bound to: over everything that the plan says.
    pub fn hash(&self) -> Fingerprint {
        Fingerprint::of(self)
    }

    /// The plan as a file: its JSON with its hash, so that an edited or cut file is recognized.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written, which no plan is known to cause.
    pub fn to_json(&self) -> Result<String, Error> {
        let file = PlanFile { hash: self.hash(), plan: Cow::Borrowed(self) };
        serde_json::to_string_pretty(&file).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`Error::Input`] if it is not a plan, is one of another version, or was edited.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let file: PlanFile<'_> = serde_json::from_str(json)
            .map_err(|error| Error::Input(format!("this is not a plan: {error}")))?;
        let plan = file.plan.into_owned();
        if plan.format != PLAN_FORMAT {
            return Err(Error::Input(format!(
                "the plan has form {}, and this version of Groundplan knows form {PLAN_FORMAT}",
                plan.format
            )));
        }
        if plan.hash() != file.hash {
            return Err(Error::Input(
                "the plan was edited after it was made: its hash is another; make it again".to_owned(),
            ));
        }
        Ok(plan)
    }
}

#[derive(Serialize, Deserialize)]
struct PlanFile<'a> {
    hash: Fingerprint,
    plan: Cow<'a, Plan>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Fingerprint, Hazard, PLAN_FORMAT, Plan, Step};
    use crate::diff::Diff;
    use crate::{Engine, Error, Table, Version};

    /// A plan with a step for each entry.
    pub(crate) fn plan_of(hazards: Vec<Option<Hazard>>) -> Plan {
        let step = |(number, hazard): (usize, Option<Hazard>)| {
            let table = Table::new(format!("t{number}"));
            let mut step =
                Step::new(table.id(), "create it", Diff::create(table)).statement("CREATE TABLE …");
            step.hazards.extend(hazard);
            step
        };
        Plan {
            format: PLAN_FORMAT,
            engine: Engine::Sqlite,
            server_version: Version::new(3, 50, 0),
            target: "here".to_owned(),
            asked: Fingerprint::default(),
            scope: crate::Scope::default(),
            base: Fingerprint::default(),
            result: Fingerprint::default(),
            steps: hazards.into_iter().enumerate().map(step).collect(),
            notes: Vec::new(),
            unmanaged: Vec::new(),
        }
    }

    fn refused(json: &str, why: &str) {
        let error = Plan::from_json(json).expect_err(why);
        let Error::Input(message) = &error else { panic!("{error}") };
        assert!(message.contains(why), "{message}");
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan = plan_of(vec![None, None]);
        let json = plan.to_json().expect("it can be written");
        assert_eq!(Plan::from_json(&json).expect("it can be read"), plan);
    }

    #[test]
    fn an_edited_plan_is_refused() {
        let json = plan_of(vec![None, None]).to_json().expect("it can be written");
        refused(&json.replacen("CREATE TABLE …", "DROP TABLE users", 1), "edited");
        refused(&json.replacen("\"target\": \"here\"", "\"target\": \"there\"", 1), "edited");
        refused(&json[..json.len() / 2], "not a plan");
        refused("{}", "not a plan");
        let newer = Plan { format: PLAN_FORMAT + 1, ..plan_of(Vec::new()) };
        refused(&newer.to_json().expect("it can be written"), "knows form");
    }
}
