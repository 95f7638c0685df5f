//! PostgreSQL: exclusion constraints.

use serde::{Deserialize, Serialize};

use super::{Deferrability, content_key};
use crate::Name;
use crate::model::{IndexMethod, KeyPart, Part, Sql, is_default};

/// PostgreSQL: no two rows may compare true on all elements.
///
/// ```
/// use schema_core::{Exclusion, IndexMethod};
/// // No room is booked twice at the same time.
/// let booked = Exclusion::new(IndexMethod::Gist, [("room".into(), "="), ("during".into(), "&&")]);
/// assert_eq!(booked.elements.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// The index method behind it.
    pub method: IndexMethod,
    /// What is compared, and by which operator.
    pub elements: Vec<ExclusionElement>,
    /// Columns carried in the index without being compared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// Only rows that meet this condition are compared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub predicate: Option<Sql>,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// Storage parameters of the index, in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

/// One compared element of an exclusion constraint.
///
/// ```
/// use schema_core::{ExclusionElement, KeyPart};
/// let element = ExclusionElement { part: KeyPart::column("during"), operator: "&&".into() };
/// assert_eq!(element.operator.as_str(), "&&");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExclusionElement {
    /// The column or expression.
    pub part: KeyPart,
    /// The operator, schema-qualified where it is not in `pg_catalog`.
    pub operator: Sql,
}

impl Exclusion {
    /// No two rows may meet all of these operators, each between the same key of both.
    ///
    /// ```
    /// use schema_core::{Exclusion, IndexMethod, KeyPart};
    /// let bookings = [(KeyPart::column("room"), "="), (KeyPart::column("during"), "&&")];
    /// assert_eq!(Exclusion::new(IndexMethod::Gist, bookings).elements.len(), 2);
    /// ```
    pub fn new<O: Into<Sql>>(method: IndexMethod, elements: impl IntoIterator<Item = (KeyPart, O)>) -> Self {
        let element = |(part, operator): (KeyPart, O)| ExclusionElement { part, operator: operator.into() };
        Self {
            name: None,
            method,
            elements: elements.into_iter().map(element).collect(),
            include: Vec::new(),
            predicate: None,
            deferrability: Deferrability::NotDeferrable,
            parameters: Vec::new(),
            comment: None,
        }
    }

    /// Gives it a name.
    ///
    /// ```
    /// use schema_core::{Exclusion, IndexMethod, KeyPart};
    /// let once = Exclusion::new(IndexMethod::Gist, [(KeyPart::column("during"), "&&")]).named("one_at_a_time");
    /// assert_eq!(once.name.unwrap(), "one_at_a_time");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Part for Exclusion {
    fn key(&self) -> Name {
        self.name
            .clone()
            .unwrap_or_else(|| content_key("exclude", self.elements.iter().map(|e| e.part.text())))
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}
