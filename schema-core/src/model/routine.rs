//! Functions, procedures and aggregates.

use serde::{Deserialize, Serialize};

use super::{MySqlProgram, Sql, is_default};
use crate::QualifiedName;

/// What a routine is.
///
/// ```
/// use schema_core::{Routine, RoutineKind};
/// let create = "CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM logs'";
/// let tidy = Routine::new(RoutineKind::Procedure, "tidy", "", create);
/// assert_eq!(tidy.kind, RoutineKind::Procedure);
/// ```
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
///
/// ```
/// use schema_core::{Database, Routine, RoutineKind};
/// let create = "CREATE FUNCTION double(number int) RETURNS int LANGUAGE sql AS 'SELECT 2 * number'";
/// let double = Routine::new(RoutineKind::Function, "double", "integer", create);
/// assert_eq!(Database::new().with(double).len(), 1);
/// ```
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

impl Routine {
    /// A routine by the statement that makes it. `arguments` are the types that tell it from others of its name.
    ///
    /// ```
    /// use schema_core::{Routine, RoutineKind};
    /// let double = "CREATE FUNCTION double(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'";
    /// assert_eq!(Routine::new(RoutineKind::Function, "double", "integer", double).arguments, "integer");
    /// ```
    pub fn new(
        kind: RoutineKind,
        name: impl Into<QualifiedName>,
        arguments: impl Into<String>,
        definition: impl Into<Sql>,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            arguments: arguments.into(),
            returns: None,
            definition: definition.into(),
            comment: None,
            mysql: MySqlProgram::default(),
        }
    }
}
