//! How the columns of a table differ from those it had.

use schema_core::{Column, DefaultValue, GeneratedKind, Name, Table};

use super::types::{self, Conversion};
use crate::quote;

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

/// The character set and collation that a column's values have.
pub(super) fn collation_of<'a>(column: &'a Column, table: &'a Table) -> (Option<&'a Name>, Option<&'a Name>) {
    if column.mysql.charset.is_some() || column.collation.is_some() {
        (column.mysql.charset.as_ref(), column.collation.as_ref().map(|collation| &collation.name))
    } else {
        (table.options.mysql.charset.as_ref(), table.options.mysql.collation.as_ref())
    }
}

/// What a column's change does to its values.
pub(super) fn conversion(old: &Column, new: &Column) -> Conversion {
    types::conversion(&quote::name(&old.name), old, new)
}
