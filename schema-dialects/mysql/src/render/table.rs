//! Tables.

use std::fmt::Write as _;

use schema_core::{Check, Column, ForeignKey, Table, TableOptions};

use super::{column, constraint, index};
use crate::inspect::own_check;
use crate::{Flavour, quote};

/// `CREATE TABLE`, with those of its foreign keys that `keeps` says.
pub(crate) fn create(table: &Table, flavour: Flavour, keeps: impl Fn(&ForeignKey) -> bool) -> String {
    let mut items: Vec<String> =
        table.columns.iter().map(|c| column::definition(c, check_of(table, c), flavour)).collect();
    items.extend(table.options.mysql.periods.iter().map(ToString::to_string));
    items.extend(table.primary_key.iter().map(index::primary_key));
    items.extend(table.indexes.iter().map(|i| index::definition(i, flavour)));
    items.extend(table.foreign_keys.iter().filter(|k| keeps(k)).map(|k| constraint::foreign_key(k, flavour)));
    items.extend(table.checks.iter().filter(|c| c.column.is_none()).map(constraint::check));
    format!(
        "CREATE TABLE {} (\n  {}\n){}",
        quote::qualified(&table.name),
        items.join(",\n  "),
        options(&table.options, flavour)
    )
}

/// The check that is part of a column's definition.
pub(crate) fn check_of<'a>(table: &'a Table, column: &Column) -> Option<&'a Check> {
    table.checks.iter().find(|check| own_check(&column.name, check))
}

/// What stands behind the closing parenthesis.
fn options(options: &TableOptions, _flavour: Flavour) -> String {
    let mysql = &options.mysql;
    let mut sql = String::new();
    if let Some(engine) = &mysql.engine {
        let _ = write!(sql, " ENGINE={}", quote::name(engine));
    }
    if let Some(start) = mysql.auto_increment.number {
        let _ = write!(sql, " AUTO_INCREMENT={start}");
    }
    if let Some(charset) = &mysql.charset {
        let _ = write!(sql, " DEFAULT CHARSET={}", quote::name(charset));
    }
    if let Some(collation) = &mysql.collation {
        let _ = write!(sql, " COLLATE={}", quote::name(collation));
    }
    for option in &mysql.options {
        sql.push(' ');
        sql.push_str(option.as_str());
    }
    if let Some(comment) = &options.comment {
        let _ = write!(sql, " COMMENT={}", quote::string(comment));
    }
    if let Some(versioning) = &mysql.system_versioning {
        sql.push(' ');
        sql.push_str(versioning.as_str());
    }
    if let Some(partitioning) = &mysql.partitioning {
        sql.push('\n');
        sql.push_str(partitioning.as_str());
    }
    sql
}
