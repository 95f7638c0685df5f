//! A plan: ordered steps as data, each with its SQL, its reverse, its lock, its work and its hazards.

mod fingerprint;
mod format;
mod hazard;
mod lock;
mod probe;
mod proof;
mod step;

use serde::{Deserialize, Serialize};

pub use fingerprint::Fingerprint;
pub use hazard::{Hazard, HazardClass, HazardCode};
pub use lock::{Lock, LockMode, Work};
pub use probe::Probe;
pub use step::{Phase, Reverse, Step, Transaction};

use crate::{Engine, ObjectId, Version};

/// The version of the plan's JSON form.
pub const PLAN_FORMAT: u32 = 1;

/// What will be done to a database, and what it rests on.
///
/// The plan is proven before anyone sees it: the effects of its steps, one after the other, lead from the base
/// to the wanted schema.
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
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The hash that approvals are bound to: over everything that the plan says.
    pub fn hash(&self) -> Fingerprint {
        Fingerprint::of(self)
    }
}
