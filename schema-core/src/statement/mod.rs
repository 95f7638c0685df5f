//! Tables as `sea_query` declares them, and back: feature `sea-query`.
//!
//! ```
//! use schema_core::Table;
//! use sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, TableCreateStatement};
//!
//! let statement = TableCreateStatement::new()
//!     .table("posts")
//!     .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
//!     .col(ColumnDef::new("author").big_integer().not_null())
//!     .col(ColumnDef::new("title").string_len(80).not_null().default("untitled"))
//!     .index(Index::create().unique().name("one_title").col("author").col("title"))
//!     .foreign_key(ForeignKey::create().from("posts", "author").to("users", "id").on_delete(ForeignKeyAction::Cascade))
//!     .take();
//! let table = Table::try_from(&statement)?;
//! assert_eq!(table.columns.len(), 3);
//! assert_eq!(table.uniques.len(), 1);
//! assert_eq!(Table::try_from(&TableCreateStatement::try_from(&table)?)?, table);
//! # Ok::<(), schema_core::statement::Unsayable>(())
//! ```
//!
//! Columns have the types that `sea_query` writes for each engine, so the plan for a database that a statement made is
//! empty, but for keys and checks without a name on MySQL and MariaDB, and on SQLite for the names of foreign keys, which
//! it leaves out there, and for `TRUE`, which is 1. What one side cannot say, or `sea_query` keeps to itself, is an error that names it, and never left out.

mod from;
mod hidden;
mod to;
mod types;

use std::fmt;

pub use to::index_statement;

/// What is said of a table, and cannot be said on the other side.
///
/// ```
/// use schema_core::{Column, Exclusion, IndexMethod, Table, Type};
/// use sea_query::TableCreateStatement;
/// let mut table = Table::new("bookings").column(Column::new("during", Type::native("tstzrange")));
/// table.exclusions.insert(Exclusion::new(IndexMethod::Gist, [("during".into(), "&&")]));
/// let unsayable = TableCreateStatement::try_from(&table).unwrap_err();
/// assert_eq!(unsayable.table, "bookings");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsayable {
    /// The table.
    pub table: String,
    /// Each thing, and what to do about it.
    pub parts: Vec<String>,
}

impl fmt::Display for Unsayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {} cannot be converted: {}", self.table, self.parts.join("; "))
    }
}

impl std::error::Error for Unsayable {}

impl From<Unsayable> for crate::Error {
    fn from(unsayable: Unsayable) -> Self {
        Self::Input(unsayable.to_string())
    }
}
