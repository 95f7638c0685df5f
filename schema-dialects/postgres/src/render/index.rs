//! Indexes.

use schema_core::{Index, Name, QualifiedName};

use super::push;
use super::{comment, key};
use crate::quote;

/// How an index is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// While writers wait, or on a table nobody uses yet.
    Plain,
    /// While reads and writes go on.
    Concurrently,
}

/// The statement that builds an index.
pub(crate) fn create(table: &QualifiedName, index: &Index, build: Build) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if build == Build::Concurrently { "CONCURRENTLY " } else { "" };
    let name = index.name.as_ref().map(|name| format!("{} ", quote::name(name))).unwrap_or_default();
    let parts: Vec<String> = index.parts.iter().map(key::part).collect();
    let mut sql = format!(
        "CREATE {unique}INDEX {concurrently}{name}ON {} USING {} ({}){}",
        quote::qualified(table),
        key::method(&index.method),
        parts.join(", "),
        key::include(&index.include),
    );
    if index.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&key::parameters(&index.postgres.parameters));
    if let Some(tablespace) = &index.postgres.tablespace {
        push(&mut sql, format_args!(" TABLESPACE {}", quote::name(tablespace)));
    }
    if let Some(predicate) = &index.predicate {
        push(&mut sql, format_args!(" WHERE {predicate}"));
    }
    sql
}

/// What follows the creation of an index: its comment and the statistics of its expressions.
pub(crate) fn extras(table: &QualifiedName, index: &Index) -> Vec<String> {
    let Some(name) = &index.name else { return Vec::new() };
    let qualified = quote::qualified(&table.sibling(name));
    let mut all: Vec<String> = index
        .postgres
        .statistics
        .iter()
        .map(|(column, target)| {
            format!("ALTER INDEX {qualified} ALTER COLUMN {column} SET STATISTICS {target}")
        })
        .collect();
    all.extend(comment::set("INDEX", &qualified, index.comment.as_deref()));
    all
}

/// The statement that removes an index.
pub(crate) fn drop(table: &QualifiedName, index: &Name, build: Build) -> String {
    let concurrently = if build == Build::Concurrently { "CONCURRENTLY " } else { "" };
    format!("DROP INDEX {concurrently}{}", quote::qualified(&table.sibling(index)))
}
