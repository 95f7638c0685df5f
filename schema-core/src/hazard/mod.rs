//! The safety catalogue: what can go wrong with a change of the schema, one file per rule in `rules/`.
//!
//! A planner attaches [`Hazard`]s to its steps, and [`lint`](crate::lint) finds the same ones in hand-written SQL. How
//! grave one is where it stands, its [`Severity`], follows from its class, the lock and work of the step, the size of
//! the tables and what a project's own [`Rules`] say.

mod class;
mod grade;
mod loss;
mod project;
mod rule;
mod rules;
mod waiver;

pub use class::{HazardClass, Severity};
pub use project::{Objection, Rule, RuleName, Rules, Subject};
pub use rule::{Answer, Holds, Row, RuleDoc};
pub use rules::HazardCode;
pub use waiver::{Day, Waiver};

pub(crate) use grade::{grade, outgrown};
pub(crate) use loss::unsaid;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::is_default;

/// A hazard of a step.
///
/// ```
/// use schema_core::{Hazard, HazardClass, HazardCode, RuleName, Severity};
/// let hazard = Hazard::new(HazardCode::DropColumn, "the values of users.email are lost");
/// assert_eq!(hazard.to_string(), "GP-DL102: the values of users.email are lost");
/// assert_eq!((hazard.class(), hazard.severity), (HazardClass::DataLoss, Severity::Error));
/// assert_eq!(hazard.name(), RuleName::Code(HazardCode::DropColumn));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hazard {
    /// Which one.
    pub code: HazardCode,
    /// The name of the project's own rule that objects, where it is one: [`HazardCode::ProjectRule`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// How grave it is here.
    pub severity: Severity,
    /// What it means here, naming the objects.
    pub message: String,
    /// Whether it is no more than good to know because the tables are known to be small.
    #[serde(default, skip_serializing_if = "is_default")]
    pub small: bool,
    /// Why the project lives with it, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Hazard {
    /// A hazard with what it means here, as grave as its class can be.
    pub fn new(code: HazardCode, message: impl Into<String>) -> Self {
        let severity = code.class().severity();
        Self { code, rule: None, severity, message: message.into(), small: false, waived: None }
    }

    /// What kind of harm it does.
    pub fn class(&self) -> HazardClass {
        self.code.class()
    }

    /// The name that rules are configured and waived by: its code, or the name of the project's own rule.
    pub fn name(&self) -> RuleName {
        match &self.rule {
            Some(rule) => RuleName::Project(rule.clone()),
            None => RuleName::Code(self.code),
        }
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.message)?;
        if self.small {
            f.write_str(" (the table is small: nobody notices)")?;
        }
        match &self.waived {
            Some(reason) => write!(f, " (waived: {reason})"),
            None => Ok(()),
        }
    }
}
