//! What only MySQL and MariaDB have.

use serde::{Deserialize, Serialize};

use super::{Sql, is_default};
use crate::Name;

/// Options of a database.
///
/// ```
/// use schema_core::{MySqlSchema, Schema};
/// let mut schema = Schema::new("shop");
/// schema.mysql = MySqlSchema { charset: Some("utf8mb4".into()), ..MySqlSchema::default() };
/// assert_eq!(schema.mysql.charset.unwrap(), "utf8mb4");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlSchema {
    /// Default character set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub charset: Option<Name>,
    /// Default collation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<Name>,
}

/// Options of a table.
///
/// ```
/// use schema_core::{MySqlTable, Table};
/// let mut events = Table::new("events");
/// events.options.mysql = MySqlTable {
///     engine: Some("InnoDB".into()),
///     charset: Some("utf8mb4".into()),
///     auto_increment: 1000.into(),
///     ..MySqlTable::default()
/// };
/// assert_eq!(events.options.mysql.engine.unwrap(), "InnoDB");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlTable {
    /// Storage engine.
    #[serde(default, skip_serializing_if = "is_default")]
    pub engine: Option<Name>,
    /// Default character set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub charset: Option<Name>,
    /// Default collation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collation: Option<Name>,
    /// Declared only: the first number of the `AUTO_INCREMENT` column.
    #[serde(skip)]
    pub auto_increment: FirstNumber,
    /// Other options as the engine prints them (`ROW_FORMAT=DYNAMIC`), in its order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Vec<Sql>,
    /// The whole `PARTITION BY …` clause.
    #[serde(default, skip_serializing_if = "is_default")]
    pub partitioning: Option<Sql>,
    /// MariaDB: `WITH SYSTEM VERSIONING`, with what follows it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub system_versioning: Option<Sql>,
    /// MariaDB: its `PERIOD FOR …` clauses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub periods: Vec<Sql>,
}

/// The number that a new table's `AUTO_INCREMENT` column starts at.
///
/// Two are always equal, and none is serialized: what the column has come to since is data, and no part of the schema.
///
/// ```
/// use schema_core::FirstNumber;
/// let first = FirstNumber::from(1000);
/// assert_eq!(first.number, Some(1000));
/// // It moves with every row, so that two schemas never differ by it.
/// assert_eq!(first, FirstNumber::default());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstNumber {
    /// The number, if it was said.
    pub number: Option<u64>,
}

impl From<u64> for FirstNumber {
    fn from(number: u64) -> Self {
        Self { number: Some(number) }
    }
}

impl PartialEq for FirstNumber {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Options of a column.
///
/// ```
/// use schema_core::{Column, MySqlColumn, Type};
/// let mut touched = Column::new("touched_at", Type::native("timestamp(6)"));
/// touched.mysql = MySqlColumn { on_update: Some("CURRENT_TIMESTAMP(6)".into()), ..MySqlColumn::default() };
/// assert!(touched.mysql.on_update.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlColumn {
    /// Character set, where it is not the table's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub charset: Option<Name>,
    /// What an UPDATE that leaves it out stores.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_update: Option<Sql>,
    /// Left out of `SELECT *`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub invisible: bool,
    /// Spatial reference system.
    #[serde(default, skip_serializing_if = "is_default")]
    pub srid: Option<u32>,
    /// Attributes that the model does not split further, as the engine prints them (`COMPRESSED`,
    /// `WITHOUT SYSTEM VERSIONING`), in its order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attributes: Vec<Sql>,
}

/// Options of an index.
///
/// ```
/// use schema_core::{Index, IndexMethod, MySqlIndex};
/// let mut words = Index::on(["body"]).using(IndexMethod::FullText);
/// words.mysql = MySqlIndex { parser: Some("ngram".into()), ..MySqlIndex::default() };
/// assert_eq!(words.mysql.parser.unwrap(), "ngram");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlIndex {
    /// Kept up, but not used by the optimizer: `INVISIBLE` in MySQL, `IGNORED` in MariaDB.
    #[serde(default, skip_serializing_if = "is_default")]
    pub invisible: bool,
    /// Full-text parser.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parser: Option<Name>,
    /// Other options as the engine prints them (`KEY_BLOCK_SIZE=8`), in its order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Vec<Sql>,
    /// Whether the engine was told how to organize the index (`USING BTREE`), which `SHOW CREATE` repeats.
    #[serde(default, skip_serializing_if = "is_default")]
    pub explicit_method: bool,
    /// MariaDB: the last part is a period whose ranges may not overlap (`WITHOUT OVERLAPS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_overlaps: bool,
}

/// Options of a view.
///
/// ```
/// use schema_core::{MySqlView, View};
/// let mut own = View::new("own_orders", "SELECT id FROM orders");
/// own.mysql = MySqlView { security_invoker: true, ..MySqlView::default() };
/// assert!(own.mysql.security_invoker);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlView {
    /// `MERGE` or `TEMPTABLE`, where it is not `UNDEFINED`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub algorithm: Option<Name>,
    /// Definer as `user@host`; none means whoever creates it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub definer: Option<String>,
    /// `SQL SECURITY INVOKER` rather than the default `DEFINER`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub security_invoker: bool,
    /// The session it was made in, where that did not speak plain `utf8mb4`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub made_in: Option<MySqlMadeIn>,
}

/// What a trigger, routine or event was made under. The server keeps it, and runs the body so.
///
/// ```
/// use schema_core::{MySqlProgram, Trigger};
/// let create = "CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.at = now()";
/// let mut stamp = Trigger::new("stamp", "orders", create);
/// stamp.mysql = MySqlProgram { sql_mode: Some("STRICT_TRANS_TABLES".to_owned()), ..MySqlProgram::default() };
/// assert!(stamp.mysql.made_in.is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MySqlProgram {
    /// The `sql_mode`, which decides what the body means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sql_mode: Option<String>,
    /// The session it was made in, where that did not speak plain `utf8mb4`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub made_in: Option<MySqlMadeIn>,
}

/// The session in which a view or stored program was made: by it the server reads the literals in its text.
///
/// ```
/// use schema_core::{MySqlMadeIn, View};
/// let mut view = View::new("greeting", "SELECT 'hello' AS text");
/// let collation = "utf8mb4_0900_ai_ci".into();
/// view.mysql.made_in = Some(MySqlMadeIn { charset: "utf8mb4".into(), collation });
/// assert_eq!(view.mysql.made_in.unwrap().charset, "utf8mb4");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MySqlMadeIn {
    /// Its `character_set_client`.
    pub charset: Name,
    /// Its `collation_connection`.
    pub collation: Name,
}
