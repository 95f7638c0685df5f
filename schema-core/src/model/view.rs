//! Views and materialized views.

use serde::{Deserialize, Serialize};

use super::{Index, MySqlView, Parts, PostgresView, Spelling, Sql, is_default};
use crate::{Name, QualifiedName};

/// What a view checks when rows are written through it.
///
/// ```
/// use schema_core::{CheckOption, View};
/// let mut active = View::new("active_users", "SELECT * FROM users WHERE active");
/// active.check_option = Some(CheckOption::Cascaded);
/// assert_ne!(active.check_option, Some(CheckOption::Local));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOption {
    /// Its own condition.
    Local,
    /// Its own condition and those of the views below.
    Cascaded,
}

/// A view.
///
/// ```
/// use schema_core::{Database, Table, View};
/// let schema = Database::new()
///     .with(Table::new("users"))
///     .with(View::new("active_users", "SELECT id FROM users WHERE active").comment("those who logged in"));
/// assert_eq!(schema.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: QualifiedName,
    /// Its column names, where the view lists them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub columns: Vec<Name>,
    /// The query.
    pub query: Sql,
    /// What is checked when rows are written through it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub check_option: Option<CheckOption>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
    /// What only PostgreSQL has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: PostgresView,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlView,
    /// SQLite: the statement as it is stored.
    #[serde(skip)]
    pub spelling: Spelling,
}

impl View {
    /// A view of a query.
    ///
    /// ```
    /// use schema_core::{Database, View};
    /// let active = View::new("active_users", "SELECT id FROM users WHERE active");
    /// assert_eq!(Database::new().with(active).len(), 1);
    /// ```
    pub fn new(name: impl Into<QualifiedName>, query: impl Into<Sql>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            query: query.into(),
            check_option: None,
            comment: None,
            renamed_from: None,
            postgres: PostgresView::default(),
            mysql: MySqlView::default(),
            spelling: Spelling::default(),
        }
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::View;
    /// assert!(View::new("v", "SELECT 1 AS one").comment("one").comment.is_some());
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

/// PostgreSQL: a view whose rows are stored.
///
/// ```
/// use schema_core::{Index, MaterializedView};
/// let mut totals = MaterializedView::new("totals", "SELECT org, sum(cents) AS cents FROM invoices GROUP BY org");
/// totals.indexes.insert(Index::on(["org"]).unique());
/// assert_eq!(totals.indexes.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterializedView {
    /// Its name.
    pub name: QualifiedName,
    /// The query.
    pub query: Sql,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub indexes: Parts<Index>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// Access method, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access_method: Option<Name>,
    /// Storage parameters, in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// Tablespace, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// The index it was last clustered on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clustered_on: Option<Name>,
    /// Comments of its columns, by column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column_comments: Vec<(Name, String)>,
}

impl MaterializedView {
    /// A materialized view of a query.
    ///
    /// ```
    /// use schema_core::{Database, MaterializedView};
    /// let totals = MaterializedView::new("totals", "SELECT sum(cents) AS cents FROM invoices");
    /// assert_eq!(Database::new().with(totals).len(), 1);
    /// ```
    pub fn new(name: impl Into<QualifiedName>, query: impl Into<Sql>) -> Self {
        Self {
            name: name.into(),
            query: query.into(),
            indexes: Parts::default(),
            comment: None,
            access_method: None,
            parameters: Vec::new(),
            tablespace: None,
            clustered_on: None,
            column_comments: Vec::new(),
        }
    }
}
