//! Sequences.

use serde::{Deserialize, Serialize};

use super::{Type, is_default};
use crate::{Name, QualifiedName};

/// How a sequence counts. What is not said is the engine's default.
///
/// ```
/// use schema_core::SequenceOptions;
/// let options = SequenceOptions { start: Some(1000), increment: Some(10), ..SequenceOptions::default() };
/// assert!(!options.cycle);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// Its first value.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Option<i64>,
    /// The step between two values.
    #[serde(default, skip_serializing_if = "is_default")]
    pub increment: Option<i64>,
    /// The smallest value.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min: Option<i64>,
    /// The largest value.
    #[serde(default, skip_serializing_if = "is_default")]
    pub max: Option<i64>,
    /// How many values a session takes at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cache: Option<i64>,
    /// Whether it starts again at its end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cycle: bool,
}

/// A sequence: PostgreSQL and MariaDB.
///
/// ```
/// use schema_core::{Database, Sequence};
/// let mut tickets = Sequence::new("tickets");
/// tickets.options.start = Some(100);
/// assert_eq!(Database::new().with(tickets).len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its values, where it is not the default.
    #[serde(default, rename = "type", skip_serializing_if = "is_default")]
    pub ty: Option<Type>,
    /// How it counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: SequenceOptions,
    /// PostgreSQL: the table and column with which it is dropped.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owned_by: Option<(QualifiedName, Name)>,
    /// PostgreSQL 15: not written to the log.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unlogged: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl Sequence {
    /// A sequence with the engine's defaults.
    ///
    /// ```
    /// use schema_core::{Database, Sequence};
    /// assert_eq!(Database::new().with(Sequence::new("invoice_numbers")).len(), 1);
    /// ```
    pub fn new(name: impl Into<QualifiedName>) -> Self {
        Self {
            name: name.into(),
            ty: None,
            options: SequenceOptions::default(),
            owned_by: None,
            unlogged: false,
            comment: None,
        }
    }
}
