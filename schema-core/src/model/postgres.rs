//! What only PostgreSQL has.

use serde::{Deserialize, Serialize};

use super::{Sql, is_default, is_yes, yes};
use crate::{Name, QualifiedName};

/// Options of a table that only PostgreSQL has.
///
/// ```
/// use schema_core::{PostgresTable, Table};
/// let mut events = Table::new("events");
/// events.options.postgres = PostgresTable {
///     partition_by: Some("RANGE (at)".into()),
///     row_security: true,
///     ..PostgresTable::default()
/// };
/// let mut may = Table::new("events_may");
/// let bounds = "FOR VALUES FROM ('2027-05-01') TO ('2027-06-01')".into();
/// may.options.postgres.partition_of = Some(("events".into(), bounds));
/// assert!(events.options.postgres.row_security);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostgresTable {
    /// Not written to the log; emptied after a crash.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unlogged: bool,
    /// Access method, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access_method: Option<Name>,
    /// Tablespace, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// Storage parameters as `name=value`, in the catalog's order; those of the TOAST table begin with `toast.`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// Replica identity, where it is not the primary key: `FULL`, `NOTHING` or `USING INDEX "…"`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replica_identity: Option<Sql>,
    /// The index the table was last clustered on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clustered_on: Option<Name>,
    /// Row security is on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub row_security: bool,
    /// Row security holds for the owner too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force_row_security: bool,
    /// Parents, in order (`INHERITS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherits: Vec<QualifiedName>,
    /// What follows `PARTITION BY`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub partition_by: Option<Sql>,
    /// The parent it is a partition of, and the bound as `FOR VALUES …` or `DEFAULT`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub partition_of: Option<(QualifiedName, Sql)>,
    /// `OF type`: the composite type that gives it its columns.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of_type: Option<QualifiedName>,
    /// For a foreign table: its server and options, as `SERVER … OPTIONS (…)`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub foreign: Option<Sql>,
}

/// Options of a column that only PostgreSQL has.
///
/// ```
/// use schema_core::{Column, PostgresColumn, Type};
/// let mut body = Column::new("body", Type::Text);
/// body.postgres = PostgresColumn { compression: Some("lz4".into()), ..PostgresColumn::default() };
/// assert_eq!(body.postgres.compression.unwrap(), "lz4");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostgresColumn {
    /// `PLAIN`, `EXTERNAL`, `EXTENDED` or `MAIN`, where it is not the type's default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub storage: Option<Name>,
    /// Compression method, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub compression: Option<Name>,
    /// Statistics target, where it is set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub statistics: Option<i32>,
    /// Attribute options as `name=value` (`n_distinct`), in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Vec<String>,
    /// For a column of a foreign table: its options, as they stand in `OPTIONS (…)`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub foreign_options: Option<Sql>,
    /// PostgreSQL 18: the column's NOT NULL constraint, where it is not the one a plain `NOT NULL` makes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_null: Option<PostgresNotNull>,
    /// Inherited from a parent and not declared here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherited: bool,
    /// PostgreSQL 18: declared here too, while its NOT NULL is a parent's alone, with which it goes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherited_not_null: bool,
    /// The sequence behind an identity column, where it is not called `table_column_seq`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub identity_sequence: Option<Name>,
}

/// PostgreSQL 18: a NOT NULL constraint with a name or state of its own.
///
/// ```
/// use schema_core::{Column, PostgresNotNull, Type};
/// let mut email = Column::new("email", Type::Text);
/// email.postgres.not_null = Some(PostgresNotNull::new("email_is_given"));
/// assert!(email.postgres.not_null.unwrap().validated);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostgresNotNull {
    /// Its name.
    pub name: Name,
    /// Not passed on to child tables.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_inherit: bool,
    /// Whether existing rows are known to satisfy it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub validated: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl PostgresNotNull {
    /// A NOT NULL constraint with a name of its own.
    pub fn new(name: impl Into<Name>) -> Self {
        Self { name: name.into(), no_inherit: false, validated: true, comment: None }
    }
}

/// Options of an index that only PostgreSQL has.
///
/// ```
/// use schema_core::{Index, PostgresIndex};
/// let mut by_email = Index::on(["email"]);
/// by_email.postgres = PostgresIndex { parameters: vec!["fillfactor=70".to_owned()], ..PostgresIndex::default() };
/// assert_eq!(by_email.postgres.parameters.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostgresIndex {
    /// Storage parameters as `name=value`, in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// Tablespace, where it is not the default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// Left unfinished by a build that failed: not used by queries, and to be built again. It is found and never wanted,
    /// so no key of the derive says it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub invalid: bool,
    /// For an index of a partition: the index of the partitioned table that it is attached to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attached_to: Option<QualifiedName>,
    /// Statistics targets of its expressions, by position from 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub statistics: Vec<(u32, i32)>,
}

/// Options of a view that only PostgreSQL has.
///
/// ```
/// use schema_core::{PostgresView, View};
/// let mut own = View::new("own_orders", "SELECT id FROM orders");
/// own.postgres = PostgresView { options: vec!["security_barrier=true".to_owned()], ..PostgresView::default() };
/// assert_eq!(own.postgres.options.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostgresView {
    /// View options as `name=value` (`security_barrier`, `security_invoker`), in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Vec<String>,
    /// What it gives, as the engine sees it: its columns and their types. They decide whether the view can be
    /// replaced or must be dropped.
    #[serde(default, skip_serializing_if = "is_default")]
    pub output: Vec<(Name, Sql)>,
    /// Comments of its columns, by column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column_comments: Vec<(Name, String)>,
    /// Defaults of its columns, by column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column_defaults: Vec<(Name, Sql)>,
}
