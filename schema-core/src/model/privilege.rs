//! Owners and grants, managed only on request.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ObjectId, ObjectKind, is_default};
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

/// What is granted on the objects that a role makes from now on.
///
/// Those for every schema are the whole of it: what a new object has without them, such as everyone's right to run a
/// new function, is theirs to leave out. Those for one schema come on top.
///
/// ```
/// use schema_core::{DefaultPrivileges, Grant, NewObjects};
/// // ALTER DEFAULT PRIVILEGES FOR ROLE deployer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC
/// let nobody = DefaultPrivileges::of("deployer", NewObjects::Routines);
/// assert_eq!(nobody.id().to_string(), "default privileges deployer(routines)");
/// // ALTER DEFAULT PRIVILEGES FOR ROLE deployer IN SCHEMA shop GRANT SELECT ON TABLES TO app
/// let select = Grant { role: "app".into(), privilege: "SELECT".to_owned(), column: None, grantable: false };
/// let readable = DefaultPrivileges {
///     schema: Some("shop".into()),
///     grants: vec![select],
///     ..DefaultPrivileges::of("deployer", NewObjects::Tables)
/// };
/// assert_eq!(readable.id().to_string(), "default privileges shop.deployer(tables)");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// Whose new objects.
    pub role: Name,
    /// In which schema; in every one where it is not said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub schema: Option<Name>,
    /// Which new objects.
    pub on: NewObjects,
    /// What is granted on them, sorted. What whoever makes an object may do with it goes without saying, unless it is
    /// less than everything.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grants: Vec<Grant>,
}

impl DefaultPrivileges {
    /// None at all on the new objects of a role, in whatever schema.
    pub fn of(role: impl Into<Name>, on: NewObjects) -> Self {
        Self { role: role.into(), schema: None, on, grants: Vec::new() }
    }

    /// Their identity.
    pub fn id(&self) -> ObjectId {
        ObjectId {
            kind: ObjectKind::DefaultPrivileges,
            schema: self.schema.clone(),
            table: None,
            name: self.role.clone(),
            signature: Some(self.on.to_string()),
        }
    }
}

/// The kinds of new objects that have default privileges.
///
/// ```
/// use schema_core::NewObjects;
/// assert_eq!(NewObjects::LargeObjects.to_string(), "large objects");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewObjects {
    /// Tables, views, materialized views and foreign tables.
    Tables,
    /// Sequences.
    Sequences,
    /// Functions, procedures and aggregates.
    Routines,
    /// Types and domains.
    Types,
    /// Schemas.
    Schemas,
    /// Large objects, since PostgreSQL 18.
    LargeObjects,
}

impl fmt::Display for NewObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tables => "tables",
            Self::Sequences => "sequences",
            Self::Routines => "routines",
            Self::Types => "types",
            Self::Schemas => "schemas",
            Self::LargeObjects => "large objects",
        })
    }
}
