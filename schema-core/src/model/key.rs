//! What an index or key is made over.

use serde::{Deserialize, Serialize};

use super::{Sql, is_default};
use crate::{Name, QualifiedName};

/// One column or expression of an index or key.
///
/// ```
/// use schema_core::KeyPart;
/// let newest_first = KeyPart::column("created_at").desc();
/// let folded = KeyPart::expression("lower(email)");
/// # let _ = (newest_first, folded);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyPart {
    /// What is indexed.
    pub value: KeyExpression,
    /// Ascending unless said otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: SortOrder,
    /// Where NULLs stand, if not at the engine's usual end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nulls: Option<NullsOrder>,
    /// A collation other than the column's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<QualifiedName>,
    /// PostgreSQL: an operator class other than the default, with its parameters, as printed by the engine.
    #[serde(default, skip_serializing_if = "is_default")]
    pub operator_class: Option<Sql>,
    /// MySQL: how many characters or bytes of the column are indexed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefix: Option<u32>,
}

/// A column, or an expression over columns.
///
/// ```
/// use schema_core::{KeyExpression, KeyPart};
/// assert_eq!(KeyPart::column("email").value, KeyExpression::Column("email".into()));
/// assert_eq!(KeyPart::expression("lower(email)").value, KeyExpression::Expression("lower(email)".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyExpression {
    /// A column.
    Column(Name),
    /// An expression, without the parentheses around it.
    Expression(Sql),
}

/// A direction of sorting.
///
/// ```
/// use schema_core::{KeyPart, SortOrder};
/// assert_eq!(KeyPart::column("at").order, SortOrder::Ascending);
/// assert_eq!(KeyPart::column("at").desc().order, SortOrder::Descending);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where NULLs are sorted.
///
/// ```
/// use schema_core::{KeyPart, NullsOrder};
/// assert_eq!(KeyPart::column("done").nulls_first().nulls, Some(NullsOrder::First));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullsOrder {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

impl KeyPart {
    /// A column.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert_eq!(KeyPart::column("email").column_name().unwrap(), &"email");
    /// ```
    pub fn column(name: impl Into<Name>) -> Self {
        Self::of(KeyExpression::Column(name.into()))
    }

    /// An expression, written without the parentheses around it.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert_eq!(KeyPart::expression("lower(email)").column_name(), None);
    /// ```
    pub fn expression(sql: impl Into<Sql>) -> Self {
        Self::of(KeyExpression::Expression(sql.into()))
    }

    fn of(value: KeyExpression) -> Self {
        Self {
            value,
            order: SortOrder::Ascending,
            nulls: None,
            collation: None,
            operator_class: None,
            prefix: None,
        }
    }

    /// Largest first.
    ///
    /// ```
    /// use schema_core::{KeyPart, SortOrder};
    /// assert_eq!(KeyPart::column("cents").desc().order, SortOrder::Descending);
    /// ```
    pub fn desc(mut self) -> Self {
        self.order = SortOrder::Descending;
        self
    }

    /// NULLs before everything else.
    ///
    /// ```
    /// use schema_core::{KeyPart, NullsOrder};
    /// assert_eq!(KeyPart::column("due").nulls_first().nulls, Some(NullsOrder::First));
    /// ```
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(NullsOrder::First);
        self
    }

    /// NULLs after everything else.
    ///
    /// ```
    /// use schema_core::{KeyPart, NullsOrder};
    /// assert_eq!(KeyPart::column("due").nulls_last().nulls, Some(NullsOrder::Last));
    /// ```
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(NullsOrder::Last);
        self
    }

    /// Sorts and compares by another collation than the column's.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert!(KeyPart::column("name").collate("C").collation.is_some());
    /// ```
    pub fn collate(mut self, collation: impl Into<QualifiedName>) -> Self {
        self.collation = Some(collation.into());
        self
    }

    /// PostgreSQL: uses another operator class than the default.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert!(KeyPart::column("name").operator_class("text_pattern_ops").operator_class.is_some());
    /// ```
    pub fn operator_class(mut self, class: impl Into<Sql>) -> Self {
        self.operator_class = Some(class.into());
        self
    }

    /// MySQL: indexes only the first `length` characters or bytes.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert_eq!(KeyPart::column("notes").prefix(20).prefix, Some(20));
    /// ```
    pub fn prefix(mut self, length: u32) -> Self {
        self.prefix = Some(length);
        self
    }

    /// The column, where it is a plain column.
    ///
    /// ```
    /// use schema_core::KeyPart;
    /// assert_eq!(KeyPart::column("email").column_name().unwrap(), "email");
    /// assert_eq!(KeyPart::expression("lower(email)").column_name(), None);
    /// ```
    pub fn column_name(&self) -> Option<&Name> {
        match &self.value {
            KeyExpression::Column(name) => Some(name),
            KeyExpression::Expression(_) => None,
        }
    }

    /// A short text for the keys of unnamed parts: the column, or the expression in parentheses.
    pub(crate) fn text(&self) -> String {
        match &self.value {
            KeyExpression::Column(name) => name.to_string(),
            KeyExpression::Expression(sql) => format!("({sql})"),
        }
    }
}

impl From<&str> for KeyPart {
    fn from(column: &str) -> Self {
        Self::column(column)
    }
}

impl From<Name> for KeyPart {
    fn from(column: Name) -> Self {
        Self::column(column)
    }
}
