//! SQL fragments and literal values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fragment of SQL in the engine's own language, written by the schema's author or printed by the engine.
///
/// It is the one kind of text that is not quoted when rendered, so it is never built from data.
///
/// ```
/// use schema_core::Sql;
///
/// let sql = Sql::new("now()");
/// assert_eq!((sql.as_str(), sql.to_string()), ("now()", "now()".to_owned()));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sql(String);

impl Sql {
    /// Wraps a fragment verbatim.
    pub fn new(sql: impl Into<String>) -> Self {
        Self(sql.into())
    }

    /// The fragment's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Sql {
    fn from(sql: &str) -> Self {
        Self(sql.to_owned())
    }
}

impl From<String> for Sql {
    fn from(sql: String) -> Self {
        Self(sql)
    }
}

/// A literal that the dialect quotes for its engine.
///
/// ```
/// use schema_core::Value;
/// assert_eq!(Value::from("it's"), Value::Text("it's".to_owned()));
/// assert_eq!(Value::from(7_u8), Value::Int(7));
/// assert_eq!(Value::from(u64::MAX), Value::Number("18446744073709551615".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// `TRUE` or `FALSE`, or 1 and 0 where the engine has no booleans.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number, kept as text so that no digit is lost.
    Number(String),
    /// A character string.
    Text(String),
    /// A byte string.
    Bytes(Vec<u8>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! value_from {
    ($($number:ty => |$value:ident| $expression:expr),* $(,)?) => {$(
        impl From<$number> for Value {
            fn from($value: $number) -> Self {
                $expression
            }
        }
    )*};
}
value_from! {
    i8 => |value| Self::Int(value.into()),
    i16 => |value| Self::Int(value.into()),
    i32 => |value| Self::Int(value.into()),
    i64 => |value| Self::Int(value),
    u8 => |value| Self::Int(value.into()),
    u16 => |value| Self::Int(value.into()),
    u32 => |value| Self::Int(value.into()),
    u64 => |value| Self::Number(value.to_string()),
    f32 => |value| Self::Number(value.to_string()),
    f64 => |value| Self::Number(value.to_string()),
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<char> for Value {
    fn from(value: char) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
