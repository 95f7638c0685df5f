//! Columns.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    MySqlColumn, NativeTypes, Part, PostgresColumn, SequenceOptions, Sql, SqliteColumn, Type, Value,
    is_default, is_yes, yes,
};
use crate::{Engine, Name, QualifiedName};

/// A column of a table.
///
/// ```
/// use schema_core::{Column, Type};
/// let id = Column::new("id", Type::BigInt).identity();
/// let email = Column::new("email", Type::Varchar(320)).comment("where we write to");
/// let nickname = Column::new("nickname", Type::Text).nullable();
/// # let _ = (id, email, nickname);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Its type in single engines, which then goes before [`ty`](Self::ty). Declared only; see
    /// [`type_for`](Self::type_for).
    #[serde(default, skip_serializing_if = "is_default")]
    pub native: NativeTypes,
    /// Whether it may hold NULL.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nullable: bool,
    /// What an INSERT that leaves it out stores.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<DefaultValue>,
    /// The expression that computes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub generated: Option<Generated>,
    /// Numbered by the engine: identity in PostgreSQL, `AUTO_INCREMENT` in MySQL, `INTEGER PRIMARY KEY`
    /// in SQLite.
    #[serde(default, skip_serializing_if = "is_default")]
    pub identity: Option<Identity>,
    /// Its collation, where it is not the default one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<QualifiedName>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only; says that its data is to be kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
    /// What only PostgreSQL has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: PostgresColumn,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlColumn,
    /// What only SQLite has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sqlite: SqliteColumn,
}

/// The default of a column.
///
/// ```
/// use schema_core::{Column, DefaultValue, Type, Value};
/// let title = Column::new("title", Type::Text).default("untitled");
/// let at = Column::new("at", Type::TimestampTz).default_sql("CURRENT_TIMESTAMP");
/// assert_eq!(title.default, Some(DefaultValue::Literal(Value::from("untitled"))));
/// assert_eq!(at.default, Some(DefaultValue::Expression("CURRENT_TIMESTAMP".into())));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    /// A literal, quoted by the dialect.
    Literal(Value),
    /// An expression in the engine's language.
    Expression(Sql),
}

/// How a generated column is kept.
///
/// ```
/// use schema_core::{Column, GeneratedKind, Type};
/// let area = Column::new("area", Type::BigInt).generated_virtual("width * height");
/// assert_eq!(area.generated.unwrap().kind, GeneratedKind::Virtual);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeneratedKind {
    /// Computed when written.
    Stored,
    /// Computed when read.
    Virtual,
}

/// A generated column's expression.
///
/// ```
/// use schema_core::{Column, Generated, GeneratedKind, Type};
/// let area = Column::new("area", Type::BigInt).generated_stored("width * height");
/// let generated = Generated { expression: "width * height".into(), kind: GeneratedKind::Stored };
/// assert_eq!(area.generated, Some(generated));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression over the row's other columns.
    pub expression: Sql,
    /// Stored or virtual.
    pub kind: GeneratedKind,
}

/// A column that the engine numbers.
///
/// ```
/// use schema_core::{Column, Identity, SequenceOptions, Type};
/// let mut invoice = Column::new("number", Type::BigInt).identity();
/// let sequence = SequenceOptions { start: Some(1000), ..SequenceOptions::default() };
/// invoice.identity = Some(Identity { sequence, ..invoice.identity.unwrap() });
/// assert_eq!(invoice.identity.unwrap().sequence.start, Some(1000));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// `GENERATED ALWAYS`: an INSERT may not give a value. Engines other than PostgreSQL have no such thing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always: bool,
    /// Options of the sequence behind it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sequence: SequenceOptions,
    /// SQLite: `AUTOINCREMENT`, so that the number of a deleted row is never used again.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub monotonic: bool,
}

impl Column {
    /// A column that is NOT NULL and has no default.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let id = Column::new("id", Type::BigInt);
    /// assert!(!id.nullable);
    /// ```
    pub fn new(name: impl Into<Name>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            native: NativeTypes::default(),
            nullable: false,
            default: None,
            generated: None,
            identity: None,
            collation: None,
            comment: None,
            renamed_from: None,
            postgres: PostgresColumn::default(),
            mysql: MySqlColumn::default(),
            sqlite: SqliteColumn::default(),
        }
    }

    /// Its type in an engine: the one given for that engine alone, or else the portable one.
    ///
    /// ```
    /// use schema_core::{Column, Engine, Type};
    /// let mail = Column::new("mail", Type::Text).native(Engine::Postgres, "citext");
    /// assert_eq!(*mail.type_for(Engine::Postgres), Type::native("citext"));
    /// assert_eq!(*mail.type_for(Engine::Sqlite), Type::Text);
    /// ```
    pub fn type_for(&self, engine: Engine) -> Cow<'_, Type> {
        match self.native.get(engine) {
            Some(sql) => Cow::Owned(Type::Native(sql.clone())),
            None => Cow::Borrowed(&self.ty),
        }
    }

    /// Gives the column another type in one engine, as that engine's DDL says it:
    /// `.native(Engine::Postgres, "citext")`.
    ///
    /// ```
    /// use schema_core::{Column, Engine, Type};
    /// let mail = Column::new("mail", Type::Text).native(Engine::MySql, "varchar(320)");
    /// assert!(mail.native.mysql.is_some());
    /// ```
    pub fn native(mut self, engine: Engine, ty: impl Into<Sql>) -> Self {
        self.native.set(engine, ty);
        self
    }

    /// Allows NULL.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let nickname = Column::new("nickname", Type::Text).nullable();
    /// assert!(nickname.nullable);
    /// ```
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Sets the default to a literal: `.default("new")`, `.default(0)`, `.default(true)`.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let active = Column::new("active", Type::Bool).default(true);
    /// let title = Column::new("title", Type::Text).default("it's untitled");
    /// assert!(active.default.is_some() && title.default.is_some());
    /// ```
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(DefaultValue::Literal(value.into()));
        self
    }

    /// Sets the default to an expression in the engine's language: `.default_sql("now()")`.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let at = Column::new("at", Type::TimestampTz).default_sql("CURRENT_TIMESTAMP");
    /// assert!(at.default.is_some());
    /// ```
    pub fn default_sql(mut self, expression: impl Into<Sql>) -> Self {
        self.default = Some(DefaultValue::Expression(expression.into()));
        self
    }

    /// Lets the engine number the rows: `GENERATED BY DEFAULT AS IDENTITY`, `AUTO_INCREMENT`, rowid alias.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let id = Column::new("id", Type::BigInt).identity();
    /// assert!(!id.identity.unwrap().always);
    /// ```
    pub fn identity(mut self) -> Self {
        self.identity = Some(Identity { monotonic: false, ..Identity::default() });
        self
    }

    /// Like [`identity`](Self::identity), and an INSERT may not give a value.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let id = Column::new("id", Type::BigInt).identity_always();
    /// assert!(id.identity.unwrap().always);
    /// ```
    pub fn identity_always(mut self) -> Self {
        self.identity = Some(Identity { always: true, monotonic: false, ..Identity::default() });
        self
    }

    /// Computes the column when a row is written.
    ///
    /// ```
    /// use schema_core::{Column, GeneratedKind, Type};
    /// let total = Column::new("total", Type::Integer).generated_stored("price * amount");
    /// assert_eq!(total.generated.unwrap().kind, GeneratedKind::Stored);
    /// ```
    pub fn generated_stored(mut self, expression: impl Into<Sql>) -> Self {
        self.generated = Some(Generated { expression: expression.into(), kind: GeneratedKind::Stored });
        self
    }

    /// Computes the column when a row is read.
    ///
    /// ```
    /// use schema_core::{Column, GeneratedKind, Type};
    /// let total = Column::new("total", Type::Integer).generated_virtual("price * amount");
    /// assert_eq!(total.generated.unwrap().kind, GeneratedKind::Virtual);
    /// ```
    pub fn generated_virtual(mut self, expression: impl Into<Sql>) -> Self {
        self.generated = Some(Generated { expression: expression.into(), kind: GeneratedKind::Virtual });
        self
    }

    /// Sets the collation.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let name = Column::new("name", Type::Text).collate("C");
    /// assert_eq!(name.collation.unwrap().to_string(), "C");
    /// ```
    pub fn collate(mut self, collation: impl Into<QualifiedName>) -> Self {
        self.collation = Some(collation.into());
        self
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let cents = Column::new("cents", Type::BigInt).comment("before tax");
    /// assert_eq!(cents.comment.as_deref(), Some("before tax"));
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Says that the column was called `old`, so that its data is kept.
    ///
    /// ```
    /// use schema_core::{Column, Type};
    /// let mail = Column::new("mail", Type::Text).renamed_from("email");
    /// assert_eq!(mail.renamed_from.unwrap(), "email");
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Column {
    fn key(&self) -> Name {
        self.name.clone()
    }

    fn set_name(&mut self, name: Name) {
        self.name = name;
    }
}
