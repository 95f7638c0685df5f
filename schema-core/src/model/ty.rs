//! Column types.

use serde::{Deserialize, Serialize};

use super::Sql;
use crate::QualifiedName;

/// A column's type: portable, which each dialect lowers to its own, or native.
///
/// A canonical schema holds only [`Type::Native`] and [`Type::Named`]: what the engine prints.
///
/// ```
/// use schema_core::Type;
/// let price = Type::Decimal { precision: 10, scale: 2 };
/// let geometry = Type::native("geometry(Point,4326)");
/// # let _ = (price, geometry);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// True or false.
    Bool,
    /// 8-bit whole number; 16-bit where the engine has none.
    TinyInt,
    /// 16-bit whole number.
    SmallInt,
    /// 32-bit whole number.
    Integer,
    /// 64-bit whole number.
    BigInt,
    /// An unsigned whole number of that many bits; refused where the engine cannot hold its range.
    Unsigned(u8),
    /// 32-bit floating point.
    Real,
    /// 64-bit floating point.
    Double,
    /// Exact decimal.
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
    /// Fixed-length text, in characters.
    Char(u32),
    /// Text of at most that many characters.
    Varchar(u32),
    /// Text without a limit.
    Text,
    /// Fixed-length bytes.
    Binary(u32),
    /// Bytes without a limit.
    Blob,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// Date and time without a zone.
    Timestamp,
    /// A point in time.
    TimestampTz,
    /// A span of time.
    Interval,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// An IP address with or without a network.
    Inet,
    /// A network.
    Cidr,
    /// A hardware address.
    MacAddr,
    /// A bit string of at most that length.
    VarBit(u32),
    /// An enumerated type by name; its values stand in the declared [`EnumType`](super::EnumType), and engines
    /// with inline enums take them from there.
    Enum(QualifiedName),
    /// An array of another type, where the engine has arrays.
    Array(Box<Type>),
    /// A type that the schema defines: a domain, composite, range or enum, as the engine refers to it.
    Named(QualifiedName),
    /// Exactly what the engine's own DDL says.
    Native(Sql),
}

impl Type {
    /// A native type, verbatim.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let place = Column::new("place", Type::native("geography(point, 4326)"));
    /// # let _ = place;
    /// ```
    pub fn native(sql: impl Into<Sql>) -> Self {
        Self::Native(sql.into())
    }

    /// An array of this type.
    ///
    /// ```
    /// use schema_core::Type;
    /// assert_eq!(Type::Text.array(), Type::Array(Box::new(Type::Text)));
    /// ```
    pub fn array(self) -> Self {
        Self::Array(Box::new(self))
    }

    /// The user-defined type that this refers to, through arrays.
    ///
    /// ```
    /// use schema_core::Type;
    /// let state = Type::Enum("order_state".into());
    /// assert_eq!(state.named(), Some(&"order_state".into()));
    /// assert_eq!(Type::Array(Box::new(state.clone())).named(), state.named());
    /// assert_eq!(Type::Text.named(), None);
    /// ```
    pub fn named(&self) -> Option<&QualifiedName> {
        match self {
            Self::Enum(name) | Self::Named(name) => Some(name),
            Self::Array(element) => element.named(),
            Self::Bool
            | Self::TinyInt
            | Self::SmallInt
            | Self::Integer
            | Self::BigInt
            | Self::Unsigned(_)
            | Self::Real
            | Self::Double
            | Self::Decimal { .. }
            | Self::Char(_)
            | Self::Varchar(_)
            | Self::Text
            | Self::Binary(_)
            | Self::Blob
            | Self::Date
            | Self::Time
            | Self::Timestamp
            | Self::TimestampTz
            | Self::Interval
            | Self::Uuid
            | Self::Json
            | Self::Inet
            | Self::Cidr
            | Self::MacAddr
            | Self::VarBit(_)
            | Self::Native(_) => None,
        }
    }
}
