//! Identifiers: always data, never SQL. The dialect quotes them when it renders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An identifier as the catalog stores it: unquoted and case-exact.
///
/// ```
/// use schema_core::Name;
/// assert_eq!(Name::from("users").as_str(), "users");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Wraps an identifier. Whether an engine accepts it (length, NUL) is checked by the dialect.
    ///
    /// ```
    /// use schema_core::Name;
    /// assert_eq!(Name::new("users"), "users");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<&&str> for Name {
    fn from(name: &&str) -> Self {
        Self((*name).to_owned())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl From<&String> for Name {
    fn from(name: &String) -> Self {
        Self(name.clone())
    }
}

impl From<&Name> for Name {
    fn from(name: &Name) -> Self {
        name.clone()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// A name with the schema it lives in. No schema means the connection's default schema.
///
/// ```
/// use schema_core::QualifiedName;
/// assert_eq!(QualifiedName::from(("auth", "users")).to_string(), "auth.users");
/// assert_eq!(QualifiedName::from("users").to_string(), "users");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema (a database in MySQL), or the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// The object's own name.
    pub name: Name,
}

impl QualifiedName {
    /// A name in the default schema. A dot in `name` is part of the name.
    ///
    /// ```
    /// use schema_core::QualifiedName;
    /// assert_eq!(QualifiedName::new("users"), "users".into());
    /// ```
    pub fn new(name: impl Into<Name>) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// A name in `schema`.
    ///
    /// ```
    /// use schema_core::QualifiedName;
    /// assert_eq!(QualifiedName::within("auth", "users"), ("auth", "users").into());
    /// ```
    pub fn within(schema: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { schema: Some(schema.into()), name: name.into() }
    }

    /// The same schema, another name.
    ///
    /// ```
    /// use schema_core::QualifiedName;
    /// let users = QualifiedName::within("auth", "users");
    /// assert_eq!(users.sibling("sessions").to_string(), "auth.sessions");
    /// ```
    pub fn sibling(&self, name: impl Into<Name>) -> Self {
        Self { schema: self.schema.clone(), name: name.into() }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        write!(f, "{}", self.name)
    }
}

impl From<&str> for QualifiedName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for QualifiedName {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<Name> for QualifiedName {
    fn from(name: Name) -> Self {
        Self::new(name)
    }
}

impl From<(&str, &str)> for QualifiedName {
    fn from((schema, name): (&str, &str)) -> Self {
        Self::within(schema, name)
    }
}

impl From<&QualifiedName> for QualifiedName {
    fn from(name: &QualifiedName) -> Self {
        name.clone()
    }
}
