//! Types that a schema defines.

use serde::{Deserialize, Serialize};

use super::{Check, Parts, Sql, Type, is_default};
use crate::{Name, QualifiedName};

/// An enumerated type. MySQL keeps its values in each column; SQLite checks them.
///
/// ```
/// use schema_core::{Column, Database, EnumType, Table, Type};
/// let state = EnumType::new("order_state", ["new", "paid"]);
/// let orders = Table::new("orders").column(Column::new("state", Type::Enum("order_state".into())));
/// assert_eq!(Database::new().with(state).with(orders).len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// Its values, in their order.
    pub values: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// Values that were called otherwise: from, to. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_values: Vec<(String, String)>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
}

impl EnumType {
    /// An enumerated type with its values.
    ///
    /// ```
    /// use schema_core::EnumType;
    /// assert_eq!(EnumType::new("order_state", ["new", "done"]).values.len(), 2);
    /// ```
    pub fn new<V: Into<String>>(name: impl Into<QualifiedName>, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            name: name.into(),
            values: values.into_iter().map(Into::into).collect(),
            comment: None,
            renamed_values: Vec::new(),
            renamed_from: None,
        }
    }

    /// Says that the value `new` was called `old`, so that stored rows keep it.
    ///
    /// ```
    /// use schema_core::EnumType;
    /// let state = EnumType::new("order_state", ["new", "done"]).value_renamed("finished", "done");
    /// assert_eq!(state.renamed_values.len(), 1);
    /// ```
    pub fn value_renamed(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.renamed_values.push((old.into(), new.into()));
        self
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::EnumType;
    /// assert!(EnumType::new("order_state", ["new"]).comment("Where an order is").comment.is_some());
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Says that the type was called `old`, so that the columns that use it keep it.
    ///
    /// ```
    /// use schema_core::EnumType;
    /// assert!(EnumType::new("order_state", ["new"]).renamed_from("state").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

/// PostgreSQL: a type with constraints over another.
///
/// ```
/// use schema_core::{Column, Domain, Table, Type};
/// let mut percent = Domain::new("percent", Type::Integer);
/// percent.checks.insert(schema_core::Check::new("VALUE BETWEEN 0 AND 100"));
/// let rates = Table::new("rates").column(Column::new("rate", Type::Named(percent.name.clone())));
/// assert_eq!(rates.columns.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Its name.
    pub name: QualifiedName,
    /// The type it restricts.
    pub base: Type,
    /// Its collation, where it is not the base type's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<QualifiedName>,
    /// Its default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<Sql>,
    /// Whether it refuses NULL.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_null: bool,
    /// PostgreSQL 17: the name of its NOT NULL constraint, where it is not the usual one. The derive has no key for it:
    /// nothing shows that name but the message of a refused NULL.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_null_name: Option<Name>,
    /// Its checks over `VALUE`.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub checks: Parts<Check>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl Domain {
    /// A domain over a type.
    ///
    /// ```
    /// use schema_core::{Check, Domain, Type};
    /// let mut email = Domain::new("email", Type::Text);
    /// email.checks.insert(Check::new("VALUE LIKE '%@%'"));
    /// assert_eq!(email.checks.len(), 1);
    /// ```
    pub fn new(name: impl Into<QualifiedName>, base: Type) -> Self {
        Self {
            name: name.into(),
            base,
            collation: None,
            default: None,
            not_null: false,
            not_null_name: None,
            checks: Parts::default(),
            comment: None,
        }
    }
}

/// PostgreSQL: a type of named attributes.
///
/// ```
/// use schema_core::{Column, CompositeAttribute, CompositeType, Table, Type};
/// let address = CompositeType::new("address", [CompositeAttribute::new("zip", Type::Varchar(10))]);
/// let users = Table::new("users").column(Column::new("home", Type::Named(address.name.clone())));
/// assert_eq!(users.columns.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompositeType {
    /// Its name.
    pub name: QualifiedName,
    /// Its attributes, in order.
    pub attributes: Vec<CompositeAttribute>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl CompositeType {
    /// A composite type of these attributes.
    ///
    /// ```
    /// use schema_core::{CompositeAttribute, CompositeType, Type};
    /// let attributes = ["street", "zip"].map(|name| CompositeAttribute::new(name, Type::Text));
    /// assert_eq!(CompositeType::new("address", attributes).attributes.len(), 2);
    /// ```
    pub fn new(
        name: impl Into<QualifiedName>,
        attributes: impl IntoIterator<Item = CompositeAttribute>,
    ) -> Self {
        Self { name: name.into(), attributes: attributes.into_iter().collect(), comment: None }
    }
}

/// One attribute of a composite type.
///
/// ```
/// use schema_core::{CompositeAttribute, Type};
/// let mut zip = CompositeAttribute::new("zip", Type::Varchar(10));
/// zip.comment = Some("with the letters of the country".to_owned());
/// assert_eq!(zip.ty, Type::Varchar(10));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompositeAttribute {
    /// Its name.
    pub name: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Its collation, where it is not the type's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<QualifiedName>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl CompositeAttribute {
    /// An attribute of a type.
    ///
    /// ```
    /// use schema_core::{CompositeAttribute, Type};
    /// assert_eq!(CompositeAttribute::new("zip", Type::Varchar(10)).name, "zip");
    /// ```
    pub fn new(name: impl Into<Name>, ty: Type) -> Self {
        Self { name: name.into(), ty, collation: None, comment: None }
    }
}

/// PostgreSQL: a range over another type.
///
/// ```
/// use schema_core::{RangeType, Type};
/// let mut span = RangeType::new("time_span", Type::Time);
/// span.multirange = Some("time_spans".into());
/// assert_eq!(span.subtype, Type::Time);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RangeType {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its bounds.
    pub subtype: Type,
    /// The operator class that orders the bounds, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub operator_class: Option<Sql>,
    /// The collation of the bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<QualifiedName>,
    /// The function that brings a range to its canonical form.
    #[serde(default, skip_serializing_if = "is_default")]
    pub canonical: Option<Sql>,
    /// The function that subtracts two bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub subtype_diff: Option<Sql>,
    /// The name of its multirange type.
    #[serde(default, skip_serializing_if = "is_default")]
    pub multirange: Option<Name>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl RangeType {
    /// Ranges over a type.
    ///
    /// ```
    /// use schema_core::{RangeType, Type};
    /// assert_eq!(RangeType::new("float_range", Type::Double).subtype, Type::Double);
    /// ```
    pub fn new(name: impl Into<QualifiedName>, subtype: Type) -> Self {
        Self {
            name: name.into(),
            subtype,
            operator_class: None,
            collation: None,
            canonical: None,
            subtype_diff: None,
            multirange: None,
            comment: None,
        }
    }
}
