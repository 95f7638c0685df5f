//! `CREATE VIRTUAL TABLE`.

use schema_core::{Sql, SqlObject};

use crate::sql;

/// The statements that make a virtual table, in its author's own words where those still say what the table is.
pub(crate) fn create(table: &SqlObject) -> Vec<Sql> {
    match spelled(table) {
        Some(spelling) => vec![spelling.into()],
        None => table.definition.clone(),
    }
}

fn spelled(table: &SqlObject) -> Option<&str> {
    let spelling = table.spelling.as_str()?;
    let read = sql::virtual_table(spelling).ok()?;
    (table.definition == [read.statement.into()]).then_some(spelling)
}
