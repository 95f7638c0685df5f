//! DDL: how objects are made, one file per kind.

pub(crate) mod column;
pub(crate) mod comment;
pub(crate) mod constraint;
pub(crate) mod designation;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod object;
pub(crate) mod privilege;
pub(crate) mod role;
pub(crate) mod sequence;
pub(crate) mod table;
pub(crate) mod types;
pub(crate) mod view;

use std::fmt;

use schema_core::Name;

/// Appends formatted text.
pub(crate) fn push(text: &mut String, more: fmt::Arguments<'_>) {
    text.push_str(&fmt::format(more));
}

/// The longest identifier, in bytes.
pub(crate) const NAME_LIMIT: usize = 63;

/// The name that PostgreSQL gives to what belongs to a column: `table_column_label`, cut where the longer of the two
/// names is longest. <https://www.postgresql.org/docs/current/sql-createtable.html>
pub(crate) fn implicit_name(table: impl AsRef<str>, column: impl AsRef<str>, label: &str) -> Name {
    let (mut table, mut column) = (table.as_ref(), column.as_ref());
    let separators = if column.is_empty() { 1 } else { 2 };
    let room = NAME_LIMIT.saturating_sub(label.len() + separators);
    while table.len() + column.len() > room {
        let longer = if table.len() > column.len() { &mut table } else { &mut column };
        let mut end = longer.len() - 1;
        while !longer.is_char_boundary(end) {
            end -= 1;
        }
        *longer = &longer[..end];
    }
    Name::new(if column.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{column}_{label}")
    })
}

#[cfg(test)]
mod tests {
    use super::implicit_name;

    #[test]
    fn names_are_cut_as_the_engine_cuts_them() {
        assert_eq!(implicit_name("users", "id", "seq"), "users_id_seq");
        assert_eq!(implicit_name("email", "", "not_null"), "email_not_null");
        let long = "t".repeat(60);
        assert_eq!(implicit_name(&long, "column", "seq"), format!("{}_column_seq", "t".repeat(52)).as_str());
    }
}
