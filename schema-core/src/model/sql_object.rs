//! Objects that are compared and made as the SQL that defines them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ObjectId, ObjectKind, Spelling, Sql, is_default};
use crate::{Name, QualifiedName};

/// The kinds of objects that the model keeps as their defining SQL.
///
/// ```
/// use schema_core::SqlObjectKind;
/// assert_eq!(SqlObjectKind::TextSearchConfiguration.to_string(), "text search configuration");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlObjectKind {
    /// PostgreSQL: a collation.
    Collation,
    /// PostgreSQL: a cast between two types.
    Cast,
    /// PostgreSQL: an operator.
    Operator,
    /// PostgreSQL: an operator class.
    OperatorClass,
    /// PostgreSQL: an operator family.
    OperatorFamily,
    /// PostgreSQL: extended statistics.
    Statistics,
    /// PostgreSQL: a publication.
    Publication,
    /// PostgreSQL: a text-search parser.
    TextSearchParser,
    /// PostgreSQL: a text-search template.
    TextSearchTemplate,
    /// PostgreSQL: a text-search dictionary.
    TextSearchDictionary,
    /// PostgreSQL: a text-search configuration with its mappings.
    TextSearchConfiguration,
    /// PostgreSQL: a foreign-data wrapper.
    ForeignDataWrapper,
    /// PostgreSQL: a foreign server.
    ForeignServer,
    /// PostgreSQL: a user mapping of a foreign server.
    UserMapping,
    /// PostgreSQL: an event trigger.
    EventTrigger,
    /// PostgreSQL: a rewrite rule on a table or view.
    Rule,
    /// MySQL and MariaDB: a scheduled event.
    Event,
    /// SQLite: a virtual table, with the shadow tables that its module makes.
    VirtualTable,
}

impl fmt::Display for SqlObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Collation => "collation",
            Self::Cast => "cast",
            Self::Operator => "operator",
            Self::OperatorClass => "operator class",
            Self::OperatorFamily => "operator family",
            Self::Statistics => "statistics",
            Self::Publication => "publication",
            Self::TextSearchParser => "text search parser",
            Self::TextSearchTemplate => "text search template",
            Self::TextSearchDictionary => "text search dictionary",
            Self::TextSearchConfiguration => "text search configuration",
            Self::ForeignDataWrapper => "foreign-data wrapper",
            Self::ForeignServer => "foreign server",
            Self::UserMapping => "user mapping",
            Self::EventTrigger => "event trigger",
            Self::Rule => "rule",
            Self::Event => "event",
            Self::VirtualTable => "virtual table",
        })
    }
}

/// An object that is what its SQL says: compared by that text as the engine prints it, made by running it.
///
/// ```
/// use schema_core::{Database, SqlObject, SqlObjectKind};
/// let statistics = SqlObject::new(
///     SqlObjectKind::Statistics,
///     "city_and_zip",
///     ["CREATE STATISTICS city_and_zip ON city, zip FROM addresses"],
///     "DROP STATISTICS city_and_zip",
/// );
/// assert_eq!(statistics.id().to_string(), "statistics city_and_zip");
/// assert_eq!(Database::new().with(statistics).len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlObject {
    /// What it is.
    pub kind: SqlObjectKind,
    /// Its name.
    pub name: QualifiedName,
    /// The table it is on, for rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Name>,
    /// The statements that make it, in order.
    pub definition: Vec<Sql>,
    /// The statement that removes it.
    pub removal: Sql,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// SQLite: the statement as it is stored.
    #[serde(skip)]
    pub spelling: Spelling,
}

impl SqlObject {
    /// An object by the statements that make it and the one that removes it.
    pub fn new<S: Into<Sql>>(
        kind: SqlObjectKind,
        name: impl Into<QualifiedName>,
        definition: impl IntoIterator<Item = S>,
        removal: impl Into<Sql>,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            table: None,
            definition: definition.into_iter().map(Into::into).collect(),
            removal: removal.into(),
            comment: None,
            spelling: Spelling::default(),
        }
    }

    /// The object's identity.
    pub fn id(&self) -> ObjectId {
        ObjectId {
            kind: ObjectKind::Sql(self.kind),
            schema: self.name.schema.clone(),
            table: self.table.clone(),
            name: self.name.name.clone(),
            signature: None,
        }
    }
}
