//! Questions to the live data.

use serde::{Deserialize, Serialize};

use super::HazardCode;
use crate::{ObjectId, Sql};

/// A read-only question to the live data, asked before the first statement of a plan.
///
/// ```
/// use schema_core::plan::Probe;
/// use schema_core::{HazardCode, ObjectId};
/// let twice = Probe::stopping(
///     HazardCode::DuplicateRows,
///     ObjectId::table(&"users".into()),
///     "rows with the same email",
///     "SELECT count(*) - count(DISTINCT email) FROM users",
///     "SELECT email, count(*) FROM users GROUP BY email HAVING count(*) > 1",
/// );
/// assert!(twice.stops());
///
/// let all = "SELECT count(*) FROM users";
/// let lost = Probe::informing(HazardCode::DropTable, twice.object.clone(), "rows of users", all, "SELECT * FROM users");
/// assert!(!lost.stops());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The hazard that it looks for.
    pub code: HazardCode,
    /// What it is about.
    pub object: ObjectId,
    /// What a row in the answer means: `rows with the same email`.
    pub finding: String,
    /// A query for one number: how many rows.
    pub count: Sql,
    /// A query that shows those rows, for the user to run; its answer is never printed.
    pub show: Sql,
    /// What rows in the answer do.
    #[serde(default)]
    pub answers: Answers,
}

/// What rows in the answer to a probe do.
///
/// ```
/// use schema_core::Step;
/// use schema_core::plan::Answers;
///
/// fn stopped_by(step: &Step) -> impl Iterator<Item = &str> {
///     let probes = step.probes.iter().filter(|probe| probe.answers == Answers::Stop);
///     probes.map(|probe| probe.finding.as_str())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// They stand in the way: the plan stops before anything is changed.
    #[default]
    Stop,
    /// They are what is lost: whoever decides about the step is told how many.
    Inform,
}

impl Probe {
    /// A question whose rows stop the plan.
    pub fn stopping(
        code: HazardCode,
        object: ObjectId,
        finding: impl Into<String>,
        count: impl Into<Sql>,
        show: impl Into<Sql>,
    ) -> Self {
        let (finding, count, show) = (finding.into(), count.into(), show.into());
        Self { code, object, finding, count, show, answers: Answers::Stop }
    }

    /// A question whose rows are what a step loses.
    pub fn informing(
        code: HazardCode,
        object: ObjectId,
        finding: impl Into<String>,
        count: impl Into<Sql>,
        show: impl Into<Sql>,
    ) -> Self {
        Self { answers: Answers::Inform, ..Self::stopping(code, object, finding, count, show) }
    }

    /// Whether rows in the answer stop the plan.
    pub fn stops(&self) -> bool {
        self.answers == Answers::Stop
    }
}
