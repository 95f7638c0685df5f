//! Tables.

use schema_core::{Check, Column, Name, QualifiedName, Table, Unique};

use super::push;
use super::{column, comment, constraint, key};
use crate::quote;

/// What CREATE TABLE leaves for later, because it needs what does not exist yet.
#[derive(Default)]
pub(crate) struct Later {
    /// Columns whose default comes later.
    pub(crate) defaults: Vec<Name>,
    /// Checks that come later.
    pub(crate) checks: Vec<Name>,
}

/// The statements that make a table with its columns, keys and checks; foreign keys and indexes come later.
///
/// A partition is made as a table of its own, and attached when all that its parent has is there too: `passed` are the
/// checks that it must have for that.
pub(crate) fn create(table: &Table, passed: &[Check], later: &Later) -> Vec<String> {
    let name = quote::qualified(&table.name);
    let postgres = &table.options.postgres;
    let own = |column: &&Column| !column.postgres.inherited;
    let of_type = postgres.of_type.is_some();
    let mut items: Vec<String> = Vec::new();
    if !of_type {
        items.extend(
            table.columns.iter().filter(own).map(|column| {
                column::definition(&table.name, column, !later.defaults.contains(&column.name))
            }),
        );
    }
    // PostgreSQL 18: what the table has beside its parent's or its type's, under a name of its own.
    items.extend(
        table.columns.iter().filter(|column| of_type || !own(column)).filter_map(column::own_not_null),
    );
    items.extend(table.primary_key.iter().map(constraint::primary_key));
    items.extend(table.uniques.iter().filter(|unique| !is_second(table, unique)).map(constraint::unique));
    let immediate = |check: &&Check| {
        check.validated && !check.name.as_ref().is_some_and(|name| later.checks.contains(name))
    };
    items.extend(table.checks.iter().filter(immediate).map(constraint::check));
    items.extend(passed.iter().filter(|check| check.validated).map(constraint::check));
    items.extend(table.exclusions.iter().map(constraint::exclusion));
    let mut all = vec![head(table, &name, &items)];
    all.extend(settings(table, passed, later, &name));
    all.extend(comments(table));
    all
}

/// Whether a table has another key of the same columns: CREATE TABLE would make one of both.
fn is_second(table: &Table, unique: &Unique) -> bool {
    let first = table.uniques.iter().find(|other| other.columns == unique.columns);
    table.primary_key.as_ref().is_some_and(|key| key.columns == unique.columns)
        || first.is_some_and(|first| first.name != unique.name)
}

fn head(table: &Table, name: &str, items: &[String]) -> String {
    let postgres = &table.options.postgres;
    let kind = match (&postgres.foreign, postgres.unlogged) {
        (Some(_), _) => "FOREIGN TABLE",
        (None, true) => "UNLOGGED TABLE",
        (None, false) => "TABLE",
    };
    let mut sql = format!("CREATE {kind} {name}");
    if let Some(ty) = &postgres.of_type {
        push(&mut sql, format_args!(" OF {}", quote::qualified(ty)));
    }
    if postgres.of_type.is_none() || !items.is_empty() {
        let columns =
            if items.is_empty() { String::new() } else { format!("\n    {}\n", items.join(",\n    ")) };
        push(&mut sql, format_args!(" ({columns})"));
    }
    if !postgres.inherits.is_empty() {
        let parents: Vec<String> = postgres.inherits.iter().map(quote::qualified).collect();
        push(&mut sql, format_args!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(partitioning) = &postgres.partition_by {
        push(&mut sql, format_args!(" PARTITION BY {partitioning}"));
    }
    if let Some(foreign) = &postgres.foreign {
        push(&mut sql, format_args!(" {foreign}"));
    }
    if let Some(method) = &postgres.access_method {
        push(&mut sql, format_args!(" USING {}", quote::name(method)));
    }
    sql.push_str(&key::parameters(&postgres.parameters));
    if let Some(tablespace) = &postgres.tablespace {
        push(&mut sql, format_args!(" TABLESPACE {}", quote::name(tablespace)));
    }
    sql
}

/// What CREATE TABLE cannot say and needs no index.
fn settings(table: &Table, passed: &[Check], later: &Later, name: &str) -> Vec<String> {
    let postgres = &table.options.postgres;
    let only = if postgres.foreign.is_some() { "ALTER FOREIGN TABLE ONLY" } else { "ALTER TABLE ONLY" };
    let mut clauses: Vec<String> = Vec::new();
    for column in table.columns.iter() {
        if column.postgres.inherited || postgres.of_type.is_some() {
            let column_name = quote::name(&column.name);
            if let Some(default) = column.default.as_ref().filter(|_| !later.defaults.contains(&column.name))
            {
                clauses.push(format!("ALTER COLUMN {column_name} SET DEFAULT {}", quote::default(default)));
            }
            if !column.nullable && column.postgres.not_null.is_none() && postgres.of_type.is_some() {
                clauses.push(format!("ALTER COLUMN {column_name} SET NOT NULL"));
            }
        }
        clauses.extend(column::settings(column));
    }
    let seconds = table.uniques.iter().filter(|unique| is_second(table, unique));
    clauses.extend(seconds.map(|unique| format!("ADD {}", constraint::unique(unique))));
    // In CREATE TABLE each check would count as validated.
    for check in table.checks.iter().chain(passed).filter(|check| !check.validated) {
        clauses.push(format!("ADD {}", constraint::check(check)));
    }
    if postgres.row_security {
        clauses.push("ENABLE ROW LEVEL SECURITY".to_owned());
    }
    if postgres.force_row_security {
        clauses.push("FORCE ROW LEVEL SECURITY".to_owned());
    }
    if let Some(identity) = postgres.replica_identity.as_ref().filter(|sql| !needs_index(sql.as_str())) {
        clauses.push(format!("REPLICA IDENTITY {identity}"));
    }
    if clauses.is_empty() {
        Vec::new()
    } else {
        vec![format!("{only} {name}\n    {}", clauses.join(",\n    "))]
    }
}

/// Whether a replica identity names an index, which must exist before.
pub(crate) fn needs_index(replica_identity: &str) -> bool {
    replica_identity.starts_with("USING INDEX")
}

/// The comments of a new table and its parts, indexes and foreign keys excepted.
fn comments(table: &Table) -> Vec<String> {
    let mut all = Vec::new();
    let kind = if table.options.postgres.foreign.is_some() { "FOREIGN TABLE" } else { "TABLE" };
    all.extend(comment::set(kind, &quote::qualified(&table.name), table.options.comment.as_deref()));
    all.extend(table.columns.iter().flat_map(|column| column::comments(&table.name, column)));
    let mut constraint = |name: &Option<Name>, text: &Option<String>| {
        if let (Some(name), Some(text)) = (name, text) {
            all.push(constraint::comment_on(&table.name, name, Some(text)));
        }
    };
    table.primary_key.iter().for_each(|key| constraint(&key.name, &key.comment));
    table.uniques.iter().for_each(|unique| constraint(&unique.name, &unique.comment));
    table.exclusions.iter().for_each(|exclusion| constraint(&exclusion.name, &exclusion.comment));
    table
        .checks
        .iter()
        .filter(|check| check.validated)
        .for_each(|check| constraint(&check.name, &check.comment));
    all
}

/// `ALTER TABLE` with its clauses.
pub(crate) fn alter(table: &QualifiedName, foreign: bool, only: bool, clauses: &[String]) -> String {
    let kind = if foreign { "FOREIGN TABLE" } else { "TABLE" };
    let only = if only { "ONLY " } else { "" };
    let separator = if clauses.len() > 1 { "\n    " } else { " " };
    format!("ALTER {kind} {only}{}{separator}{}", quote::qualified(table), clauses.join(",\n    "))
}
