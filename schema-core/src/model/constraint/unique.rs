//! Unique constraints.

use serde::{Deserialize, Serialize};

use super::{Deferrability, content_key};
use crate::Name;
use crate::model::{ConflictClause, KeyPart, Part, is_default};

/// A unique constraint.
///
/// ```
/// use schema_core::{Table, Unique};
/// let table = Table::new("users").unique(["org", "email"]);
/// assert_eq!(table.uniques.at(0), Some(&Unique::new(["org", "email"])));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unique {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// Its columns, in key order.
    pub columns: Vec<KeyPart>,
    /// PostgreSQL: columns carried in the index without being part of the key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// PostgreSQL 15: two NULLs are equal.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nulls_not_distinct: bool,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// PostgreSQL 18: the last column is a range that may not overlap (`WITHOUT OVERLAPS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_overlaps: bool,
    /// PostgreSQL: storage parameters of the index, in the catalog's order.
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
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
}

impl Unique {
    /// A unique constraint over columns.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert_eq!(Unique::new(["org", "email"]).columns.len(), 2);
    /// ```
    pub fn new<P: Into<KeyPart>>(columns: impl IntoIterator<Item = P>) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrability: Deferrability::NotDeferrable,
            without_overlaps: false,
            parameters: Vec::new(),
            tablespace: None,
            on_conflict: None,
            comment: None,
            renamed_from: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert_eq!(Unique::new(["email"]).named("one_account").name.unwrap(), "one_account");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// PostgreSQL 15: lets two NULLs be equal.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert!(Unique::new(["email"]).nulls_not_distinct().nulls_not_distinct);
    /// ```
    pub fn nulls_not_distinct(mut self) -> Self {
        self.nulls_not_distinct = true;
        self
    }

    /// Sets when it is checked.
    ///
    /// ```
    /// use schema_core::{Deferrability, Unique};
    /// let place = Unique::new(["place"]).deferrability(Deferrability::InitiallyDeferred);
    /// assert_ne!(place.deferrability, Deferrability::NotDeferrable);
    /// ```
    pub fn deferrability(mut self, deferrability: Deferrability) -> Self {
        self.deferrability = deferrability;
        self
    }

    /// Says that the constraint was called `old`, so that it is renamed rather than made again.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert!(Unique::new(["email"]).named("one_account").renamed_from("u1").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Unique {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| {
            let parts = self.columns.iter().map(|part| match &part.collation {
                Some(collation) => format!("{} collate {collation}", part.text()),
                None => part.text(),
            });
            content_key("unique", parts)
        })
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}
