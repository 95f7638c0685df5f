//! Indexes.

use schema_core::{Index, IndexMethod, KeyExpression, KeyPart, Name, NullsOrder, QualifiedName, SortOrder};

use super::push;
use super::{comment, constraint};
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
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let mut sql = format!(
        "CREATE {unique}INDEX {concurrently}{name}ON {} USING {} ({}){}",
        quote::qualified(table),
        method(&index.method),
        parts.join(", "),
        constraint::include(&index.include),
    );
    if index.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&constraint::parameters(&index.postgres.parameters));
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

/// One part of a key.
pub(crate) fn part(part: &KeyPart) -> String {
    let mut sql = match &part.value {
        KeyExpression::Column(name) => quote::name(name),
        KeyExpression::Expression(expression) => format!("({expression})"),
    };
    if let Some(collation) = &part.collation {
        push(&mut sql, format_args!(" COLLATE {}", quote::qualified(collation)));
    }
    if let Some(class) = &part.operator_class {
        push(&mut sql, format_args!(" {class}"));
    }
    if part.order == SortOrder::Descending {
        sql.push_str(" DESC");
    }
    match part.nulls {
        Some(NullsOrder::First) => sql.push_str(" NULLS FIRST"),
        Some(NullsOrder::Last) => sql.push_str(" NULLS LAST"),
        None => {}
    }
    sql
}

pub(crate) fn method(method: &IndexMethod) -> String {
    match method {
        IndexMethod::BTree => "btree".to_owned(),
        IndexMethod::Hash => "hash".to_owned(),
        IndexMethod::Gin => "gin".to_owned(),
        IndexMethod::Gist => "gist".to_owned(),
        IndexMethod::SpGist => "spgist".to_owned(),
        IndexMethod::Brin => "brin".to_owned(),
        // `check` refuses these two before anything is rendered.
        IndexMethod::FullText => "fulltext".to_owned(),
        IndexMethod::Spatial => "spatial".to_owned(),
        IndexMethod::Extension(name) => quote::name(name),
    }
}
