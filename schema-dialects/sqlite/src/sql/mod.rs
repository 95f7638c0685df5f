//! Reading the SQL that SQLite stores: a tokenizer, and parsers for what it accepted.
//!
//! The text in `sqlite_schema` was accepted by the engine, so these parsers never judge it. What they do not
//! recognize is an [`cursor::Unread`], which becomes a finding of the inspection.

mod cursor;
mod expression;
mod index;
mod keyword;
mod stored;
mod table;
mod token;
mod view;
mod virtual_table;

pub(crate) use expression::{Scope, rename_columns};
pub(crate) use index::{index, retarget as retarget_index};
pub(crate) use stored::stored_form;
pub(crate) use table::{column_clause, retarget as retarget_table, table, table_scope};
pub(crate) use token::{Kind, tokenize};
pub(crate) use view::view;
pub(crate) use virtual_table::virtual_table;
