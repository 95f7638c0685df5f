//! Questions to the live data.

use serde::{Deserialize, Serialize};

use super::HazardCode;
use crate::{ObjectId, Sql};

/// A read-only question to the live data, asked before the first statement of a plan. The plan goes on when no
/// row answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The hazard that it looks for.
    pub code: HazardCode,
    /// What it is about.
    pub object: ObjectId,
    /// What a row in the answer means: `rows with the same email`.
    pub finding: String,
    /// A query for one number: how many rows stand in the way.
    pub count: Sql,
    /// A query that shows those rows, for the user to run; its answer is never printed.
    pub show: Sql,
}
