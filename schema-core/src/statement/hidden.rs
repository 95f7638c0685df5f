//! What a statement holds and `sea_query` lets nobody read: the checks, options and partitions of a table, and all of
//! an index but its columns' names.

use sea_query::{Index, IndexCreateStatement, TableCreateStatement};

/// What a statement says beside what can be read of it. A statement with the readable parts alone is compared with it,
/// by what is shown of both in debugging, where everything is; were that to change, a statement might be refused
/// without need, and still nothing be left out.
pub(super) fn hidden(statement: &TableCreateStatement) -> Vec<String> {
    let mut readable = TableCreateStatement::new();
    if let Some(table) = statement.get_table_name() {
        readable.table(table.clone());
    }
    if let Some(comment) = statement.get_comment() {
        readable.comment(comment.clone());
    }
    for column in statement.get_columns() {
        readable.col(column.clone());
    }
    for index in statement.get_indexes() {
        readable.index(&mut readable_index(index));
    }
    for foreign_key in statement.get_foreign_key_create_stmts() {
        readable.foreign_key(&mut foreign_key.clone());
    }
    // Whether it may be there already says nothing of what it is.
    let mut all = statement.clone();
    all.if_not_exists();
    readable.if_not_exists();
    let (all, readable) = (format!("{all:#?}"), format!("{readable:#?}"));
    let (all, readable) = (fields(&all), fields(&readable));
    all.into_iter().filter(|field| !readable.contains(field)).map(|(name, _)| meaning(name)).collect()
}

fn readable_index(index: &IndexCreateStatement) -> IndexCreateStatement {
    let mut readable = Index::create();
    if index.is_unique_key() {
        readable.unique();
    }
    if index.is_primary_key() {
        readable.primary();
    }
    if index.is_nulls_not_distinct() {
        readable.nulls_not_distinct();
    }
    let spec = index.get_index_spec();
    if let Some(name) = spec.get_name() {
        readable.name(name);
    }
    for column in spec.get_column_names() {
        readable.col(column);
    }
    readable
}

/// The fields of a struct as they are shown in debugging: each begins on a line of its own, indented once.
fn fields(shown: &str) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in shown.lines() {
        let name =
            line.strip_prefix("    ").filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        match (name.and_then(|rest| rest.split_once(':')), fields.last_mut()) {
            (Some((name, value)), _) => fields.push((name, value.to_owned())),
            (None, Some((_, value))) => value.push_str(line),
            (None, None) => {}
        }
    }
    fields
}

fn meaning(field: &str) -> String {
    let what = match field {
        "check" => "its checks",
        "options" => "its options (engine, character set or collation)",
        "indexes" => {
            "an index with more than its columns' names (order, prefix, method, operator class, expression)"
        }
        "extra" => "its extra text",
        "temporary" => "that it is temporary",
        "partition_by" | "partition_of" | "partition_values" | "partitions" => "its partitions",
        other => other,
    };
    format!("{what}: sea_query lets nobody read it; say it of the table, or hand over the statement as SQL")
}
