//! Functions, procedures and aggregates.

use serde::{Deserialize, Serialize};

use super::{MySqlProgram, Sql, is_default};
use crate::QualifiedName;

/// What a routine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineKind {
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// PostgreSQL: an aggregate.
    Aggregate,
    /// PostgreSQL: a window function.
    Window,
}

/// A function, procedure or aggregate, as the engine prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routine {
    /// What it is.
    pub kind: RoutineKind,
    /// Its name.
    pub name: QualifiedName,
    /// PostgreSQL: the argument types that tell overloads apart, as the engine prints them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arguments: String,
    /// PostgreSQL: what it returns, as the engine prints it. A change needs drop and create.
    #[serde(default, skip_serializing_if = "is_default")]
    pub returns: Option<Sql>,
    /// The whole CREATE statement.
    pub definition: Sql,
    /// Its comment, where the engine keeps it beside the definition.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlProgram,
}
