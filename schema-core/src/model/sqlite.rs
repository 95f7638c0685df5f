//! What only SQLite has.

use serde::{Deserialize, Serialize};

use super::{Sql, is_default};
use crate::Name;

/// What happens when a constraint is violated.
///
/// ```
/// use schema_core::{ConflictClause, Unique};
/// let mut key = Unique::new(["key"]);
/// key.on_conflict = Some(ConflictClause::Replace);
/// assert_eq!(key.on_conflict, Some(ConflictClause::Replace));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictClause {
    /// The transaction is rolled back.
    Rollback,
    /// The statement is undone: what happens without a clause.
    Abort,
    /// The statement stops where it is.
    Fail,
    /// The row is left out.
    Ignore,
    /// The conflicting rows are deleted.
    Replace,
}

/// Options of a table.
///
/// ```
/// use schema_core::{SqliteTable, Table};
/// let mut settings = Table::new("settings");
/// settings.options.sqlite = SqliteTable { strict: true, without_rowid: true };
/// assert!(settings.options.sqlite.strict);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SqliteTable {
    /// `STRICT`: types are enforced.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strict: bool,
    /// `WITHOUT ROWID`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_rowid: bool,
}

/// Options of a column.
///
/// ```
/// use schema_core::{Column, ConflictClause, SqliteColumn, Type};
/// let mut name = Column::new("name", Type::Text);
/// name.sqlite = SqliteColumn { not_null_conflict: Some(ConflictClause::Ignore), ..SqliteColumn::default() };
/// assert!(name.sqlite.not_null_conflict.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SqliteColumn {
    /// What happens on a NULL in a NOT NULL column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_null_conflict: Option<ConflictClause>,
    /// The name of the NOT NULL constraint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_null_name: Option<Name>,
    /// Column constraints that the model does not split further, verbatim.
    #[serde(default, skip_serializing_if = "is_default")]
    pub verbatim: Vec<Sql>,
}

/// The statement that an engine stores for an object, as its author wrote it.
///
/// Two spellings are always equal, and none is serialized: how a statement is written is no part of the schema.
/// It only lets a renderer give back the author's own words, comments included, where they still say what the
/// model says.
///
/// ```
/// use schema_core::Spelling;
/// let spelling = Spelling::new("CREATE VIEW v AS SELECT 1");
/// assert_eq!(spelling.as_str(), Some("CREATE VIEW v AS SELECT 1"));
/// // How a thing is spelled is never a difference.
/// assert_eq!(spelling, Spelling::default());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Spelling(Option<Sql>);

impl Spelling {
    /// The statement as it is stored.
    pub fn new(statement: impl Into<Sql>) -> Self {
        Self(Some(statement.into()))
    }

    /// The statement's text, where the object was read from an engine that keeps it.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_ref().map(Sql::as_str)
    }
}

impl PartialEq for Spelling {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
