//! Primary keys.

use serde::{Deserialize, Serialize};

use super::Deferrability;
use crate::Name;
use crate::model::{ConflictClause, KeyPart, is_default};

/// A table's primary key.
///
/// ```
/// use schema_core::{Column, PrimaryKey, Table, Type};
/// let table = Table::new("members")
///     .column(Column::new("org", Type::BigInt))
///     .column(Column::new("person", Type::BigInt))
///     .primary_key(["org", "person"]);
/// assert_eq!(table.primary_key, Some(PrimaryKey::new(["org", "person"])));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The constraint's name, where the engine keeps one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// Its columns, in key order.
    pub columns: Vec<KeyPart>,
    /// PostgreSQL: columns carried in the index without being part of the key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// PostgreSQL 18 and MariaDB: the last column is a range that may not overlap (`WITHOUT OVERLAPS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_overlaps: bool,
    /// PostgreSQL: storage parameters of the index, in the catalog's order. MySQL: options of the index as the
    /// engine prints them (`USING BTREE`), in its order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// PostgreSQL: tablespace of the index.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// SQLite: what happens on a conflict.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_conflict: Option<ConflictClause>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl PrimaryKey {
    /// A primary key over columns.
    ///
    /// ```
    /// use schema_core::PrimaryKey;
    /// assert_eq!(PrimaryKey::new(["org", "person"]).columns.len(), 2);
    /// ```
    pub fn new<P: Into<KeyPart>>(columns: impl IntoIterator<Item = P>) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            include: Vec::new(),
            deferrability: Deferrability::NotDeferrable,
            without_overlaps: false,
            parameters: Vec::new(),
            tablespace: None,
            on_conflict: None,
            comment: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::PrimaryKey;
    /// assert_eq!(PrimaryKey::new(["id"]).named("users_key").name.unwrap(), "users_key");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }
}
