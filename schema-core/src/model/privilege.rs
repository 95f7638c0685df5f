//! Owners and grants, managed only on request.

use serde::{Deserialize, Serialize};

use super::{ObjectId, is_default};
use crate::Name;

/// Who owns an object and who may use it.
///
/// ```
/// use schema_core::{Grant, ObjectId, Privileges};
/// let select = Grant { role: "app".into(), privilege: "SELECT".to_owned(), column: None, grantable: false };
/// let on_users = Privileges { object: ObjectId::table(&"users".into()), owner: None, grants: vec![select] };
/// assert_eq!(on_users.grants[0].role, "app");
/// ```
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
///
/// ```
/// use schema_core::Grant;
/// // GRANT UPDATE (email) ON … TO support
/// let grant = Grant {
///     role: "support".into(),
///     privilege: "UPDATE".to_owned(),
///     column: Some("email".into()),
///     grantable: false,
/// };
/// assert!(grant.column.is_some());
/// ```
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
