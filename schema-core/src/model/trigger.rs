//! Triggers and row-security policies.

use serde::{Deserialize, Serialize};

use super::{MySqlProgram, ObjectId, ObjectKind, Sql, is_default, is_yes, yes};
use crate::{Name, QualifiedName};

/// PostgreSQL: when a trigger fires, by the session's replication role.
///
/// ```
/// use schema_core::{Trigger, TriggerState};
/// let create = "CREATE TRIGGER audit AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION audit()";
/// let mut audit = Trigger::new("audit", "users", create);
/// audit.state = TriggerState::Always;
/// assert_ne!(audit.state, TriggerState::Enabled);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerState {
    /// In usual sessions.
    #[default]
    Enabled,
    /// Never.
    Disabled,
    /// In replica sessions only.
    Replica,
    /// In every session.
    Always,
}

/// A trigger, as the engine prints it.
///
/// ```
/// use schema_core::{Database, Trigger};
/// let create = "CREATE TRIGGER stamp AFTER INSERT ON users BEGIN UPDATE users SET at = unixepoch(); END";
/// let stamp = Trigger::new("stamp", "users", create);
/// assert_eq!(stamp.id().to_string(), "trigger users.stamp");
/// assert_eq!(Database::new().with(stamp).len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// The table or view it is on.
    pub table: QualifiedName,
    /// The whole CREATE statement.
    pub definition: Sql,
    /// Whether it fires.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: TriggerState,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// MySQL: its place among the triggers of the same event and time, from 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<u32>,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlProgram,
}

impl Trigger {
    /// A trigger by its whole CREATE statement.
    ///
    /// ```
    /// use schema_core::{Database, Trigger};
    /// let sql = "CREATE TRIGGER stamp AFTER INSERT ON posts BEGIN UPDATE users SET posts = posts + 1; END";
    /// assert_eq!(Database::new().with(Trigger::new("stamp", "posts", sql)).len(), 1);
    /// ```
    pub fn new(name: impl Into<Name>, table: impl Into<QualifiedName>, definition: impl Into<Sql>) -> Self {
        Self {
            name: name.into(),
            table: table.into(),
            definition: definition.into(),
            state: TriggerState::Enabled,
            comment: None,
            order: None,
            mysql: MySqlProgram::default(),
        }
    }

    /// The trigger's identity.
    pub fn id(&self) -> ObjectId {
        ObjectId::on(ObjectKind::Trigger, &self.table, &self.name)
    }
}

/// The commands that a policy is for.
///
/// ```
/// use schema_core::{Policy, PolicyCommand};
/// let mut own = Policy::new("own_rows", "notes");
/// own.command = PolicyCommand::Select;
/// own.using = Some("author = current_user".into());
/// assert_ne!(own.command, PolicyCommand::All);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyCommand {
    /// All of them.
    #[default]
    All,
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// PostgreSQL: a row-security policy.
///
/// ```
/// use schema_core::{Database, Policy, Table};
/// let mut notes = Table::new("notes");
/// notes.options.postgres.row_security = true;
/// let mut own = Policy::new("own_rows", "notes");
/// own.using = Some("author = current_user".into());
/// assert_eq!(own.id().to_string(), "policy notes.own_rows");
/// assert_eq!(Database::new().with(notes).with(own).len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// The table it is on.
    pub table: QualifiedName,
    /// Whether it widens (permissive) or narrows (restrictive) what is seen.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub permissive: bool,
    /// The commands it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub command: PolicyCommand,
    /// The roles it is for; none means everyone.
    #[serde(default, skip_serializing_if = "is_default")]
    pub roles: Vec<Name>,
    /// Which existing rows are seen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub using: Option<Sql>,
    /// Which new rows are accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub with_check: Option<Sql>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl Policy {
    /// A permissive policy for every command and role.
    ///
    /// ```
    /// use schema_core::{Database, Policy};
    /// let mut own_rows = Policy::new("own_rows", "documents");
    /// own_rows.using = Some("owner = current_user".into());
    /// assert_eq!(Database::new().with(own_rows).len(), 1);
    /// ```
    pub fn new(name: impl Into<Name>, table: impl Into<QualifiedName>) -> Self {
        Self {
            name: name.into(),
            table: table.into(),
            permissive: true,
            command: PolicyCommand::All,
            roles: Vec::new(),
            using: None,
            with_check: None,
            comment: None,
        }
    }

    /// The policy's identity.
    pub fn id(&self) -> ObjectId {
        ObjectId::on(ObjectKind::Policy, &self.table, &self.name)
    }
}
