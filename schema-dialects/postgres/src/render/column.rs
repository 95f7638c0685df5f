//! Columns.

use schema_core::{Column, GeneratedKind, Identity, Name, PostgresNotNull, QualifiedName};

use super::push;
use super::{comment, sequence, types};
use crate::quote;

/// What stands in CREATE TABLE and ADD COLUMN. `with_default` leaves a default out that needs what does not exist yet.
pub(crate) fn definition(table: &QualifiedName, column: &Column, with_default: bool) -> String {
    let mut sql = format!(
        "{} {}",
        quote::name(&column.name),
        types::ty(&column.type_for(schema_core::Engine::Postgres))
    );
    if let Some(options) = &column.postgres.foreign_options {
        push(&mut sql, format_args!(" OPTIONS ({options})"));
    }
    sql.push_str(&quote::collate(column.collation.as_ref()));
    if !column.nullable && !column.postgres.inherited_not_null {
        sql.push_str(&not_null(column));
    }
    if let Some(default) = column.default.as_ref().filter(|_| with_default) {
        push(&mut sql, format_args!(" DEFAULT {}", quote::default(default)));
    }
    if let Some(generated) = &column.generated {
        let kind = match generated.kind {
            GeneratedKind::Stored => "STORED",
            GeneratedKind::Virtual => "VIRTUAL",
        };
        push(&mut sql, format_args!(" GENERATED ALWAYS AS ({}) {kind}", generated.expression));
    }
    if let Some(identity) = &column.identity {
        push(&mut sql, format_args!(" {}", self::identity(table, column, identity)));
    }
    sql
}

/// PostgreSQL 18: what stands in CREATE TABLE for the NOT NULL of a column that is defined elsewhere.
pub(super) fn own_not_null(column: &Column) -> Option<String> {
    let constraint = column.postgres.not_null.as_ref().filter(|constraint| constraint.validated)?;
    Some(not_null_constraint(constraint, &column.name))
}

/// PostgreSQL 18: what stands after `ADD`, and in CREATE TABLE beside the columns.
pub(crate) fn not_null_constraint(constraint: &PostgresNotNull, column: &Name) -> String {
    let (name, column) = (quote::name(&constraint.name), quote::name(column));
    let valid = if constraint.validated { "" } else { " NOT VALID" };
    format!("CONSTRAINT {name} NOT NULL {column}{}{valid}", no_inherit(constraint))
}

fn no_inherit(constraint: &PostgresNotNull) -> &'static str {
    if constraint.no_inherit { " NO INHERIT" } else { "" }
}

fn not_null(column: &Column) -> String {
    match &column.postgres.not_null {
        Some(constraint) if constraint.validated => {
            format!(" CONSTRAINT {} NOT NULL{}", quote::name(&constraint.name), no_inherit(constraint))
        }
        // One that is not validated is added afterwards.
        Some(_) => String::new(),
        None => " NOT NULL".to_owned(),
    }
}

/// `GENERATED … AS IDENTITY` with its sequence.
pub(crate) fn identity(table: &QualifiedName, column: &Column, identity: &Identity) -> String {
    let kind = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let name = column.postgres.identity_sequence.as_ref();
    let name = name.map(|name| format!(" SEQUENCE NAME {}", quote::qualified(&table.sibling(name))));
    let options = format!("{}{}", name.unwrap_or_default(), sequence::options(&identity.sequence));
    if options.is_empty() {
        format!("GENERATED {kind} AS IDENTITY")
    } else {
        format!("GENERATED {kind} AS IDENTITY ({})", options.trim_start())
    }
}

/// The clauses after `ALTER TABLE …` for what CREATE TABLE cannot say of a column.
pub(crate) fn settings(column: &Column) -> Vec<String> {
    let name = quote::name(&column.name);
    let postgres = &column.postgres;
    let mut all = Vec::new();
    all.extend(postgres.storage.as_ref().map(|storage| format!("ALTER COLUMN {name} SET STORAGE {storage}")));
    all.extend(
        postgres.compression.as_ref().map(|method| format!("ALTER COLUMN {name} SET COMPRESSION {method}")),
    );
    all.extend(postgres.statistics.map(|target| format!("ALTER COLUMN {name} SET STATISTICS {target}")));
    if !postgres.options.is_empty() {
        all.push(format!("ALTER COLUMN {name} SET ({})", postgres.options.join(", ")));
    }
    if let Some(constraint) = postgres.not_null.as_ref().filter(|constraint| !constraint.validated) {
        all.push(format!("ADD {}", not_null_constraint(constraint, &column.name)));
    }
    all
}

/// The comments of a column and its NOT NULL constraint.
pub(crate) fn comments(table: &QualifiedName, column: &Column) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(column.comment.as_deref().map(|text| comment_on(table, &column.name, Some(text))));
    if let Some(constraint) = &column.postgres.not_null {
        let on = format!("{} ON {}", quote::name(&constraint.name), quote::qualified(table));
        all.extend(comment::set("CONSTRAINT", &on, constraint.comment.as_deref()));
    }
    all
}

pub(crate) fn comment_on(table: &QualifiedName, column: &Name, text: Option<&str>) -> String {
    comment::on("COLUMN", &format!("{}.{}", quote::qualified(table), quote::name(column)), text)
}
