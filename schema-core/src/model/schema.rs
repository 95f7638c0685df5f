//! Namespaces and extensions.

use serde::{Deserialize, Serialize};

use super::{MySqlSchema, is_default};
use crate::Name;

/// A namespace: a schema in PostgreSQL, a database in MySQL. SQLite has one, which is not an object.
///
/// ```
/// use schema_core::{Database, Schema, Table};
/// let schema = Database::new().with(Schema::new("billing")).with(Table::new(("billing", "invoices")));
/// assert_eq!(schema.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Its name.
    pub name: Name,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlSchema,
}

impl Schema {
    /// A schema of that name.
    ///
    /// ```
    /// use schema_core::{Database, Schema, Table};
    /// let schema = Database::new().with(Schema::new("billing")).with(Table::new(("billing", "invoices")));
    /// assert_eq!(schema.len(), 2);
    /// ```
    pub fn new(name: impl Into<Name>) -> Self {
        Self { name: name.into(), comment: None, mysql: MySqlSchema::default() }
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::Schema;
    /// assert!(Schema::new("billing").comment("Money").comment.is_some());
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

/// A PostgreSQL extension. Its members are not modelled: they belong to it.
///
/// ```
/// use schema_core::{Database, Extension};
/// let schema = Database::new().with(Extension::new("citext"));
/// assert_eq!(schema.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: Name,
    /// The schema its objects live in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub schema: Option<Name>,
    /// Its version; none means whatever the server offers by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: Option<String>,
    /// Its comment, where it differs from the one the extension brings.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl Extension {
    /// An extension of that name, in the default version and schema.
    ///
    /// ```
    /// use schema_core::{Database, Extension};
    /// assert_eq!(Database::new().with(Extension::new("citext")).len(), 1);
    /// ```
    pub fn new(name: impl Into<Name>) -> Self {
        Self { name: name.into(), schema: None, version: None, comment: None }
    }
}
