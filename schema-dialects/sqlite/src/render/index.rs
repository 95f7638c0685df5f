//! `CREATE INDEX`.

use schema_core::{Index, Name, Part, Sql, Table, naming};

use super::column::closed;
use super::table::key_part;
use crate::quote::{comment, identifier, object};
use crate::sql;

/// The statement that makes an index, in its author's own words where those still say what the index is.
pub(crate) fn create(index: &Index, table: &Table) -> Sql {
    spelled(index, table).unwrap_or_else(|| from_model(index, table)).into()
}

/// SQLite does not limit the length of names.
pub(crate) fn name(index: &Index, table: &Table) -> Name {
    naming::index(&table.name, index, usize::MAX)
}

fn spelled(index: &Index, table: &Table) -> Option<String> {
    let spelling = index.spelling.as_str()?;
    let mut read = sql::index(spelling, table).ok()?;
    let name = index.name.as_ref()?;
    read.set_name(name.clone());
    (read == *index).then(|| sql::retarget_index(spelling, name.as_str(), table.name.name.as_str()).ok())?
}

fn from_model(index: &Index, table: &Table) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let parts: Vec<String> = index.parts.iter().map(key_part).collect();
    let filter = index.predicate.as_ref().map(|sql| format!(" WHERE {}", closed(sql.as_str())));
    let words = index.comment.as_ref().map(|text| format!(" {}", comment(text)));
    format!(
        "CREATE {unique}INDEX {} ON {} ({}){}{}",
        identifier(name(index, table).as_str()),
        object(&table.name),
        parts.join(", "),
        filter.unwrap_or_default(),
        words.unwrap_or_default()
    )
}
