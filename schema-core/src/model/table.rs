//! Tables.

use serde::{Deserialize, Serialize};

use super::{
    Check, Column, Exclusion, ForeignKey, Index, KeyPart, MySqlTable, ObjectId, Parts, PostgresTable,
    PrimaryKey, Spelling, SqliteTable, Unique, is_default,
};
use crate::{Name, QualifiedName};

/// A table with everything that belongs to it alone. Triggers and policies stand beside it, for they depend on
/// other objects too.
///
/// ```
/// use schema_core::{Column, ForeignKey, Index, Table, Type};
/// let posts = Table::new("posts")
///     .column(Column::new("id", Type::BigInt).identity())
///     .column(Column::new("author", Type::BigInt))
///     .column(Column::new("slug", Type::Varchar(80)))
///     .primary_key(["id"])
///     .unique(["slug"])
///     .foreign_key(ForeignKey::new(["author"], "users", ["id"]))
///     .index(Index::on(["author"]));
/// # let _ = posts;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns, in order.
    pub columns: Parts<Column>,
    /// Its primary key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub primary_key: Option<PrimaryKey>,
    /// Its unique constraints.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub uniques: Parts<Unique>,
    /// Its check constraints.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub checks: Parts<Check>,
    /// Its foreign keys.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub foreign_keys: Parts<ForeignKey>,
    /// Its exclusion constraints.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub exclusions: Parts<Exclusion>,
    /// Its indexes, without those that a constraint brings.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub indexes: Parts<Index>,
    /// Everything else that it has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: TableOptions,
    /// The name it had before. Declared only; says that its rows are to be kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
    /// SQLite: the statement as it is stored.
    #[serde(skip)]
    pub spelling: Spelling,
}

/// The comment of a table and its options of the single engines.
///
/// ```
/// use schema_core::{Table, TableOptions};
/// let mut log = Table::new("log");
/// log.options = TableOptions { comment: Some("kept for a week".to_owned()), ..TableOptions::default() };
/// log.options.postgres.unlogged = true;
/// log.options.sqlite.strict = true;
/// assert_eq!(log.options.comment.as_deref(), Some("kept for a week"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableOptions {
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// What only PostgreSQL has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: PostgresTable,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlTable,
    /// What only SQLite has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sqlite: SqliteTable,
}

impl Table {
    /// A table without columns.
    ///
    /// ```
    /// use schema_core::Table;
    /// let users = Table::new("users");
    /// let invoices = Table::new(("billing", "invoices"));
    /// assert_eq!(invoices.name.to_string(), "billing.invoices");
    /// # let _ = users;
    /// ```
    pub fn new(name: impl Into<QualifiedName>) -> Self {
        Self {
            name: name.into(),
            columns: Parts::default(),
            primary_key: None,
            uniques: Parts::default(),
            checks: Parts::default(),
            foreign_keys: Parts::default(),
            exclusions: Parts::default(),
            indexes: Parts::default(),
            options: TableOptions::default(),
            renamed_from: None,
            spelling: Spelling::default(),
        }
    }

    /// The table's identity.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert_eq!(Table::new(("billing", "invoices")).id().to_string(), "table billing.invoices");
    /// ```
    pub fn id(&self) -> ObjectId {
        ObjectId::table(&self.name)
    }

    /// Adds the parts of another table that this one has not.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.columns.absorb(other.columns);
        self.uniques.absorb(other.uniques);
        self.checks.absorb(other.checks);
        self.foreign_keys.absorb(other.foreign_keys);
        self.exclusions.absorb(other.exclusions);
        self.indexes.absorb(other.indexes);
        self.primary_key = self.primary_key.take().or(other.primary_key);
    }

    /// Adds a column.
    ///
    /// ```
    /// use schema_core::{Column, Table, Type};
    /// let users = Table::new("users").column(Column::new("id", Type::BigInt).identity());
    /// assert_eq!(users.columns.len(), 1);
    /// ```
    pub fn column(mut self, column: Column) -> Self {
        self.columns.insert(column);
        self
    }

    /// Sets the primary key, in key order.
    ///
    /// ```
    /// use schema_core::Table;
    /// let members = Table::new("members").primary_key(["org", "person"]);
    /// assert_eq!(members.primary_key.unwrap().columns.len(), 2);
    /// ```
    pub fn primary_key<P: Into<KeyPart>>(mut self, columns: impl IntoIterator<Item = P>) -> Self {
        self.primary_key = Some(PrimaryKey::new(columns));
        self
    }

    /// Adds a unique constraint over columns.
    ///
    /// ```
    /// use schema_core::Table;
    /// let users = Table::new("users").unique(["email"]);
    /// assert_eq!(users.uniques.len(), 1);
    /// ```
    pub fn unique<P: Into<KeyPart>>(self, columns: impl IntoIterator<Item = P>) -> Self {
        self.unique_constraint(Unique::new(columns))
    }

    /// Adds a unique constraint.
    ///
    /// ```
    /// use schema_core::{Table, Unique};
    /// let users = Table::new("users").unique_constraint(Unique::new(["email"]).named("one_account"));
    /// assert!(users.uniques.contains(&"one_account".into()));
    /// ```
    pub fn unique_constraint(mut self, unique: Unique) -> Self {
        self.uniques.insert(unique);
        self
    }

    /// Adds a check constraint.
    ///
    /// ```
    /// use schema_core::{Check, Table};
    /// let invoices = Table::new("invoices").check(Check::new("cents >= 0").named("no_negative_invoices"));
    /// assert_eq!(invoices.checks.len(), 1);
    /// ```
    pub fn check(mut self, check: Check) -> Self {
        self.checks.insert(check);
        self
    }

    /// Adds a foreign key.
    ///
    /// ```
    /// use schema_core::{ForeignKey, Table};
    /// let posts = Table::new("posts").foreign_key(ForeignKey::new(["author"], "users", ["id"]));
    /// assert_eq!(posts.foreign_keys.len(), 1);
    /// ```
    pub fn foreign_key(mut self, foreign_key: ForeignKey) -> Self {
        self.foreign_keys.insert(foreign_key);
        self
    }

    /// Adds a PostgreSQL exclusion constraint.
    ///
    /// ```
    /// use schema_core::{Exclusion, IndexMethod, KeyPart, Table};
    /// let parts = [(KeyPart::column("room"), "="), (KeyPart::column("during"), "&&")];
    /// let bookings = Table::new("bookings").exclusion(Exclusion::new(IndexMethod::Gist, parts));
    /// assert_eq!(bookings.exclusions.len(), 1);
    /// ```
    pub fn exclusion(mut self, exclusion: Exclusion) -> Self {
        self.exclusions.insert(exclusion);
        self
    }

    /// Adds an index.
    ///
    /// ```
    /// use schema_core::{Index, Table};
    /// let posts = Table::new("posts").index(Index::on(["author", "published"]));
    /// assert_eq!(posts.indexes.len(), 1);
    /// ```
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.insert(index);
        self
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::Table;
    /// let users = Table::new("users").comment("Who may log in");
    /// assert!(users.options.comment.is_some());
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.options.comment = Some(comment.into());
        self
    }

    /// SQLite: enforces the declared types.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert!(Table::new("users").strict().options.sqlite.strict);
    /// ```
    pub fn strict(mut self) -> Self {
        self.options.sqlite.strict = true;
        self
    }

    /// SQLite: stores the rows in the primary key itself.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert!(Table::new("settings").without_rowid().options.sqlite.without_rowid);
    /// ```
    pub fn without_rowid(mut self) -> Self {
        self.options.sqlite.without_rowid = true;
        self
    }

    /// PostgreSQL: keeps the rows out of the log; a crash empties the table.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert!(Table::new("sessions").unlogged().options.postgres.unlogged);
    /// ```
    pub fn unlogged(mut self) -> Self {
        self.options.postgres.unlogged = true;
        self
    }

    /// MySQL: chooses the storage engine.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert_eq!(Table::new("users").engine("InnoDB").options.mysql.engine.unwrap(), "InnoDB");
    /// ```
    pub fn engine(mut self, engine: impl Into<Name>) -> Self {
        self.options.mysql.engine = Some(engine.into());
        self
    }

    /// Says that the table was called `old`, so that its rows are kept.
    ///
    /// ```
    /// use schema_core::Table;
    /// assert_eq!(Table::new("people").renamed_from("users").renamed_from.unwrap(), "users");
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}
