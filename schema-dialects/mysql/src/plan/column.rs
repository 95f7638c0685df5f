//! How the columns of a table differ from those it had.

use schema_core::{Column, DefaultValue, GeneratedKind, Name, Table};

use super::types::{self, Conversion, TypeText};
use crate::quote;
use crate::text::{Kind, tokens};

/// Whether a column must be dropped and added rather than changed: the server does not turn a virtual column into
/// another kind, nor a value of some types into one of others.
pub(super) fn is_replaced(before: &Column, after: &Column) -> bool {
    if types::is_another_world(&before.ty, &after.ty) {
        return true;
    }
    let is_virtual =
        |column: &Column| column.generated.as_ref().is_some_and(|g| g.kind == GeneratedKind::Virtual);
    let kind = |column: &Column| column.generated.as_ref().map(|g| g.kind);
    kind(before) != kind(after) && (is_virtual(before) || is_virtual(after))
}

/// Columns that are in both and stay the same thing.
pub(super) fn kept<'a>(from: &'a Table, to: &'a Table) -> impl Iterator<Item = (&'a Column, &'a Column)> {
    to.columns.iter().filter_map(|new| {
        let old = from.columns.get(&new.name)?;
        (!is_replaced(old, new)).then_some((old, new))
    })
}

/// Columns whose values go.
pub(super) fn lost<'a>(from: &'a Table, to: &'a Table) -> impl Iterator<Item = &'a Column> {
    from.columns.iter().filter(|old| to.columns.get(&old.name).is_none_or(|new| is_replaced(old, new)))
}

/// Columns of an enum or a set that become something else.
pub(super) fn spelled_out<'a>(from: &'a Table, to: &'a Table) -> impl Iterator<Item = &'a Name> {
    let is_list = |column: &Column| TypeText::of(&column.ty).is_listed();
    kept(from, to).filter(move |(old, new)| is_list(old) && !is_list(new)).map(|(_, new)| &new.name)
}

/// Columns that are new.
pub(super) fn added<'a>(from: &'a Table, to: &'a Table) -> impl Iterator<Item = &'a Column> {
    to.columns.iter().filter(|new| from.columns.get(&new.name).is_none_or(|old| is_replaced(old, new)))
}

/// Whether the default must be computed for each row.
pub(super) fn has_computed_default(column: &Column) -> bool {
    match &column.default {
        Some(DefaultValue::Expression(expression)) => {
            let text = expression.as_str().to_ascii_lowercase();
            text.starts_with('(') || text.contains('(') && !text.starts_with("current_timestamp")
        }
        Some(DefaultValue::Literal(_)) | None => false,
    }
}

/// Whether MySQL refuses to add the column because its default depends on more than the row (error 1674).
pub(super) fn has_unsafe_default(column: &Column) -> bool {
    const UNSAFE: &[&str] = &[
        "uuid",
        "uuid_short",
        "rand",
        "random_bytes",
        "sysdate",
        "user",
        "current_user",
        "session_user",
        "system_user",
        "connection_id",
        "version",
        "last_insert_id",
        "found_rows",
        "row_count",
        "load_file",
        "sleep",
    ];
    has_computed_default(column)
        && match &column.default {
            Some(DefaultValue::Expression(expression)) => {
                tokens(expression.as_str()).iter().any(|token| UNSAFE.iter().any(|name| token.is(name)))
            }
            Some(DefaultValue::Literal(_)) | None => false,
        }
}

/// Whether a column that is added gets the same value in every row, and not NULL, of which no two are equal.
pub(super) fn is_filled_alike(column: &Column) -> bool {
    column.generated.is_none()
        && column.identity.is_none()
        && match &column.default {
            Some(DefaultValue::Literal(_)) => true,
            Some(DefaultValue::Expression(expression)) => {
                let numbers = |token: &crate::text::Token<'_>| token.is("nextval") || token.is("next");
                let tokens = tokens(expression.as_str());
                !has_unsafe_default(column)
                    && !tokens.iter().any(|token| token.kind == Kind::Quoted || numbers(token))
            }
            None => !column.nullable,
        }
}

/// Whether the servers invent what rows get in a column that is added: it holds no NULL, and nothing says what else.
pub(super) fn is_invented(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}

/// Whether MySQL has nothing to put into a column that is added to rows (1138): a geometry is not invented.
pub(super) fn has_no_first_value(column: &Column) -> bool {
    is_invented(column) && TypeText::of(&column.ty).is_spatial()
}

/// The character set and collation that a column's values have.
pub(super) fn collation_of<'a>(column: &'a Column, table: &'a Table) -> (Option<&'a Name>, Option<&'a Name>) {
    if column.mysql.charset.is_some() || column.collation.is_some() {
        (column.mysql.charset.as_ref(), column.collation.as_ref().map(|collation| &collation.name))
    } else {
        (table.options.mysql.charset.as_ref(), table.options.mysql.collation.as_ref())
    }
}

/// Whether a character set may lack characters of another.
pub(super) fn may_lack_characters(from: &Name, to: &Name) -> bool {
    from != to && !to.as_str().eq_ignore_ascii_case("utf8mb4")
}

/// What a column's change does to its values.
pub(super) fn conversion(old: &Column, new: &Column) -> Conversion {
    types::conversion(&quote::name(&old.name), old, new)
}
