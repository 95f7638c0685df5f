//! Roles, which belong to the whole server, managed only on request.

use serde::{Deserialize, Serialize};

use super::{is_default, is_yes, yes};
use crate::Name;

/// A role: who may log in, or a group of those, with what it may do on the server and the roles that it belongs to.
///
/// Roles are shared by all databases of a server. Only what is declared is made and changed; a role that is not
/// declared is never touched, and none is ever dropped because it is not. Passwords are no part of it: they are
/// neither read nor stored nor printed.
///
/// ```
/// use schema_core::{Membership, PostgresRole, Role};
/// let mut app = Role::new("app").member_of(Membership::of("readers"));
/// app.postgres = PostgresRole { login: true, connection_limit: Some(20), ..PostgresRole::default() };
/// assert_eq!(app.id().to_string(), "role app");
/// assert!(app.postgres.inherit && !app.postgres.superuser);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name; in MySQL with the host: `app@%`.
    pub name: Name,
    /// The roles that it belongs to, sorted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub member_of: Vec<Membership>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// What only PostgreSQL has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: PostgresRole,
}

impl Role {
    /// A role that belongs to no other one and may do nothing yet.
    pub fn new(name: impl Into<Name>) -> Self {
        Self { name: name.into(), member_of: Vec::new(), comment: None, postgres: PostgresRole::default() }
    }

    /// Adds a role that it belongs to.
    #[must_use]
    pub fn member_of(mut self, membership: Membership) -> Self {
        self.member_of.push(membership);
        self.member_of.sort();
        self
    }

    /// The role's identity.
    pub fn id(&self) -> super::ObjectId {
        super::ObjectId::new(super::ObjectKind::Role, &self.name.clone().into())
    }
}

/// That a role belongs to another one.
///
/// ```
/// use schema_core::Membership;
/// let readers = Membership { admin: true, ..Membership::of("readers") };
/// assert_eq!((readers.inherit, readers.set), (None, None), "as the server would have it");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Membership {
    /// The role that it belongs to.
    pub role: Name,
    /// Whether it may let others belong to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub admin: bool,
    /// PostgreSQL 16 and later: whether it has that role's privileges without `SET ROLE`. Where it is not said, as
    /// the member's [`inherit`](PostgresRole::inherit).
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherit: Option<bool>,
    /// PostgreSQL 16 and later: whether it may become that role with `SET ROLE`. It may where it is not said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub set: Option<bool>,
}

impl Membership {
    /// Belonging to a role, and no more.
    pub fn of(role: impl Into<Name>) -> Self {
        Self { role: role.into(), admin: false, inherit: None, set: None }
    }
}

/// What a role of PostgreSQL may do. <https://www.postgresql.org/docs/current/sql-createrole.html>
///
/// ```
/// use schema_core::PostgresRole;
/// let group = PostgresRole::default();
/// assert!(!group.login && group.inherit && group.connection_limit.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own")]
pub struct PostgresRole {
    /// `LOGIN`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub login: bool,
    /// `SUPERUSER`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub superuser: bool,
    /// `CREATEDB`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub create_db: bool,
    /// `CREATEROLE`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub create_role: bool,
    /// `INHERIT`.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub inherit: bool,
    /// `REPLICATION`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replication: bool,
    /// `BYPASSRLS`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bypass_rls: bool,
    /// `CONNECTION LIMIT`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connection_limit: Option<i32>,
    /// `VALID UNTIL`: when its password ceases to count.
    #[serde(default, skip_serializing_if = "is_default")]
    pub valid_until: Option<String>,
    /// `SET`: names of settings and their values, sorted, as the server stores them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: Vec<(String, String)>,
}

impl Default for PostgresRole {
    fn default() -> Self {
        Self {
            login: false,
            superuser: false,
            create_db: false,
            create_role: false,
            inherit: true,
            replication: false,
            bypass_rls: false,
            connection_limit: None,
            valid_until: None,
            settings: Vec::new(),
        }
    }
}
