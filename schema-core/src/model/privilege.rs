//! Owners and grants, managed only on request.

use serde::{Deserialize, Serialize};

use super::{ObjectId, is_default};
use crate::Name;

/// Who owns an object and who may use it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Privileges {
    /// The object.
    #[serde(rename = "on")]
    pub object: ObjectId,
    /// Its owner.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<Name>,
    /// What is granted on it, sorted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grants: Vec<Grant>,
}

/// One granted privilege.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// Who has it.
    pub role: Name,
    /// The privilege, as in GRANT.
    pub privilege: String,
    /// Only for this column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column: Option<Name>,
    /// Whether it may be granted on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grantable: bool,
}
