//! What names an object, whatever its kind.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SqlObjectKind;
use crate::{Name, QualifiedName};

/// Every kind of thing that has a name of its own, top-level objects first, then the parts of tables.
///
/// ```
/// use schema_core::ObjectKind;
/// assert!(ObjectKind::Column.is_part());
/// assert!(!ObjectKind::Table.is_part());
/// assert_eq!(ObjectKind::MaterializedView.to_string(), "materialized view");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A namespace: a schema in PostgreSQL, a database in MySQL.
    Schema,
    /// A PostgreSQL extension.
    Extension,
    /// An enumerated type.
    Enum,
    /// A value of an enumerated type, which stands in the place of the table.
    EnumValue,
    /// A domain over another type.
    Domain,
    /// A composite type.
    Composite,
    /// A range type.
    Range,
    /// A sequence.
    Sequence,
    /// A table, foreign tables included.
    Table,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A function, procedure or aggregate.
    Routine,
    /// A trigger on a table or view.
    Trigger,
    /// A row-security policy.
    Policy,
    /// An object that is defined wholly by its SQL.
    Sql(SqlObjectKind),
    /// Owner and grants of another object.
    Privileges,
    /// What is granted on objects to come.
    DefaultPrivileges,
    /// A role of the server.
    Role,
    /// A column of a table.
    Column,
    /// A table's primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A check constraint.
    Check,
    /// A foreign key.
    ForeignKey,
    /// An exclusion constraint.
    Exclusion,
    /// An index of a table or materialized view.
    Index,
}

/// The kinds of things that live inside a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TablePart {
    /// A column.
    Column,
    /// The primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A check constraint.
    Check,
    /// A foreign key.
    ForeignKey,
    /// An exclusion constraint.
    Exclusion,
    /// An index, which a materialized view has too.
    Index,
}

impl ObjectKind {
    /// Which part of a table it is, if it is one.
    pub(crate) fn table_part(self) -> Option<TablePart> {
        match self {
            Self::Column => Some(TablePart::Column),
            Self::PrimaryKey => Some(TablePart::PrimaryKey),
            Self::Unique => Some(TablePart::Unique),
            Self::Check => Some(TablePart::Check),
            Self::ForeignKey => Some(TablePart::ForeignKey),
            Self::Exclusion => Some(TablePart::Exclusion),
            Self::Index => Some(TablePart::Index),
            Self::Schema
            | Self::Extension
            | Self::Enum
            | Self::EnumValue
            | Self::Domain
            | Self::Composite
            | Self::Range
            | Self::Sequence
            | Self::Table
            | Self::View
            | Self::MaterializedView
            | Self::Routine
            | Self::Trigger
            | Self::Policy
            | Self::Sql(_)
            | Self::Privileges
            | Self::DefaultPrivileges
            | Self::Role => None,
        }
    }

    /// Whether it lives inside an object rather than beside it.
    pub fn is_part(self) -> bool {
        self == Self::EnumValue || self.table_part().is_some()
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::EnumValue => "enum value",
            Self::Domain => "domain",
            Self::Composite => "composite type",
            Self::Range => "range type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Routine => "routine",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Sql(kind) => return kind.fmt(f),
            Self::Privileges => "privileges",
            Self::DefaultPrivileges => "default privileges",
            Self::Role => "role",
            Self::Column => "column",
            Self::PrimaryKey => "primary key",
            Self::Unique => "unique constraint",
            Self::Check => "check constraint",
            Self::ForeignKey => "foreign key",
            Self::Exclusion => "exclusion constraint",
            Self::Index => "index",
        })
    }
}

/// Names one object or part of a database.
///
/// ```
/// use schema_core::{ObjectId, ObjectKind, QualifiedName};
/// let users = ObjectId::new(ObjectKind::Table, &QualifiedName::from("users"));
/// assert_eq!(users.part(ObjectKind::Column, "email").to_string(), "column users.email");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectId {
    /// The kind, which is part of the identity: a table and a type may share a name.
    pub kind: ObjectKind,
    /// The schema, or the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// For what lives on a table (columns, constraints, indexes, triggers, policies, rules): that table. For a
    /// value: its enum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Name>,
    /// The object's name.
    pub name: Name,
    /// For routines, the argument types that tell overloads apart; for privileges and default privileges, the kind of
    /// object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl ObjectId {
    /// An object that lives in a schema, or in none.
    ///
    /// ```
    /// use schema_core::{ObjectId, ObjectKind};
    /// assert_eq!(ObjectId::new(ObjectKind::View, &"v".into()).to_string(), "view v");
    /// ```
    pub fn new(kind: ObjectKind, name: &QualifiedName) -> Self {
        Self { kind, schema: name.schema.clone(), table: None, name: name.name.clone(), signature: None }
    }

    /// A table.
    ///
    /// ```
    /// use schema_core::ObjectId;
    /// assert_eq!(ObjectId::table(&("billing", "invoices").into()).to_string(), "table billing.invoices");
    /// ```
    pub fn table(name: &QualifiedName) -> Self {
        Self::new(ObjectKind::Table, name)
    }

    /// Something that lives on `table`.
    ///
    /// ```
    /// use schema_core::{ObjectId, ObjectKind};
    /// let id = ObjectId::on(ObjectKind::Column, &"users".into(), "email");
    /// assert_eq!(id.to_string(), "column users.email");
    /// ```
    pub fn on(kind: ObjectKind, table: &QualifiedName, name: impl Into<Name>) -> Self {
        Self {
            kind,
            schema: table.schema.clone(),
            table: Some(table.name.clone()),
            name: name.into(),
            signature: None,
        }
    }

    /// A part of this object, which must be a table, a materialized view, or for values an enum.
    pub fn part(&self, kind: ObjectKind, name: impl Into<Name>) -> Self {
        Self::on(kind, &self.qualified_name(), name)
    }

    /// The object's name with its schema.
    ///
    /// ```
    /// use schema_core::{ObjectId, QualifiedName};
    /// let users = QualifiedName::within("auth", "users");
    /// assert_eq!(ObjectId::table(&users).qualified_name(), users);
    /// ```
    pub fn qualified_name(&self) -> QualifiedName {
        QualifiedName { schema: self.schema.clone(), name: self.name.clone() }
    }

    /// The table it lives on, with the schema.
    ///
    /// ```
    /// use schema_core::{ObjectId, ObjectKind, QualifiedName};
    /// let users = QualifiedName::within("auth", "users");
    /// let email = ObjectId::on(ObjectKind::Column, &users, "email");
    /// assert_eq!(email.table_name(), Some(users.clone()));
    /// assert_eq!(ObjectId::table(&users).table_name(), None);
    /// ```
    pub fn table_name(&self) -> Option<QualifiedName> {
        self.table.clone().map(|name| QualifiedName { schema: self.schema.clone(), name })
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        if let Some(table) = &self.table {
            write!(f, "{table}.")?;
        }
        write!(f, "{}", self.name)?;
        if let Some(signature) = &self.signature {
            write!(f, "({signature})")?;
        }
        Ok(())
    }
}
