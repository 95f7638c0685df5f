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

/// Reads a text as everything that SQLite might have stored, for the fuzzer: none of the parsers may panic.
#[doc(hidden)]
pub fn read_stored(text: &str) {
    if let Ok(found) = table(text) {
        let scope = table_scope(&found);
        let _ = (retarget_table(text, "other"), rename_columns(text, &scope, &indexmap::IndexMap::new()));
        let _ = (index(text, &found), column_clause(text, &"a".into()));
    }
    let _ = (stored_form(text), view(text), virtual_table(text));
    let _ = (retarget_index(text, "other", "other"), tokenize(text));
    let _ = index(text, &schema_core::Table::new("t"));
}
