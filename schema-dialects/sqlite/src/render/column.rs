//! Column definitions.

use schema_core::{
    Column, ConflictClause, DefaultValue, Error, GeneratedKind, KeyPart, Name, ObjectKind, PrimaryKey,
    SortOrder, Table,
};

use super::ty;
use crate::quote::{self, identifier};
use crate::sql::{Kind, tokenize};

/// A column's definition, with the primary key where it stands beside its column.
///
/// # Errors
/// [`Error::Unsupported`] for a type that SQLite has not.
pub(crate) fn definition(column: &Column, table: &Table) -> Result<String, Error> {
    let ty = ty::of(column, table.options.sqlite.strict).map_err(|reason| Error::Unsupported {
        object: table.id().part(ObjectKind::Column, &column.name),
        reason,
    })?;
    let mut clauses = vec![identifier(column.name.as_str())];
    clauses.extend(Some(closed(&ty)).filter(|ty| !ty.is_empty()));
    clauses.extend(column.collation.as_ref().map(|c| format!("COLLATE {}", identifier(c.name.as_str()))));
    if let Some(key) = inline_key(table).filter(|key| key.columns[0].column_name() == Some(&column.name)) {
        clauses.push(inline_primary_key(key, column));
    }
    if !column.nullable {
        let name = constraint_name(column.sqlite.not_null_name.as_ref());
        clauses.push(format!("{name}NOT NULL{}", on_conflict(column.sqlite.not_null_conflict)));
    }
    clauses.extend(column.default.as_ref().map(|default| format!("DEFAULT {}", default_value(default))));
    if let Some(generated) = &column.generated {
        let kind = match generated.kind {
            GeneratedKind::Stored => "STORED",
            GeneratedKind::Virtual => "VIRTUAL",
        };
        clauses.push(format!("GENERATED ALWAYS AS ({}) {kind}", closed(generated.expression.as_str())));
    }
    clauses.extend(column.sqlite.verbatim.iter().map(|clause| clause.as_str().to_owned()));
    Ok(clauses.join(" "))
}

/// The primary key, if it stands beside its one column: the engine makes a rowid of `INTEGER PRIMARY KEY` and of
/// `PRIMARY KEY (x DESC)`, but not of `x INTEGER PRIMARY KEY DESC`.
pub(super) fn inline_key(table: &Table) -> Option<&PrimaryKey> {
    let key = table.primary_key.as_ref()?;
    let [KeyPart { order, collation: None, .. }] = key.columns.as_slice() else { return None };
    let column = table.columns.get(key.columns[0].column_name()?)?;
    let beside = column.identity.is_none() || *order == SortOrder::Ascending;
    beside.then_some(key)
}

fn inline_primary_key(key: &PrimaryKey, column: &Column) -> String {
    let name = constraint_name(key.name.as_ref());
    let order = order(key.columns[0].order);
    let conflict = on_conflict(key.on_conflict);
    let autoincrement = if monotonic(column) { " AUTOINCREMENT" } else { "" };
    format!("{name}PRIMARY KEY{order}{conflict}{autoincrement}")
}

/// Whether the numbers of deleted rows are never used again.
pub(super) fn monotonic(column: &Column) -> bool {
    column.identity.as_ref().is_some_and(|identity| identity.monotonic)
}

/// `CONSTRAINT name `, if there is one.
pub(super) fn constraint_name(name: Option<&Name>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", identifier(name.as_str()))).unwrap_or_default()
}

pub(super) fn order(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Ascending => "",
        SortOrder::Descending => " DESC",
    }
}

pub(crate) fn on_conflict(clause: Option<ConflictClause>) -> &'static str {
    match clause {
        None | Some(ConflictClause::Abort) => "",
        Some(ConflictClause::Rollback) => " ON CONFLICT ROLLBACK",
        Some(ConflictClause::Fail) => " ON CONFLICT FAIL",
        Some(ConflictClause::Ignore) => " ON CONFLICT IGNORE",
        Some(ConflictClause::Replace) => " ON CONFLICT REPLACE",
    }
}

/// A default: bare where the grammar takes it so, otherwise in parentheses.
pub(crate) fn default_value(default: &DefaultValue) -> String {
    match default {
        DefaultValue::Literal(value) => quote::value(value),
        DefaultValue::Expression(sql) if is_bare(sql.as_str()) => closed(sql.as_str()),
        DefaultValue::Expression(sql) => format!("({})", closed(sql.as_str())),
    }
}

/// Whether a default is one literal, one name, or a signed number.
pub(crate) fn is_bare(sql: &str) -> bool {
    // A comment is part of what the engine prints of a default in parentheses.
    if sql.contains("--") || sql.contains("/*") {
        return false;
    }
    let tokens = tokenize(sql);
    match tokens.as_slice() {
        [one] => match one.kind {
            Kind::Word | Kind::Quoted | Kind::String | Kind::Blob | Kind::Number => true,
            Kind::Parameter | Kind::Symbol => false,
        },
        [sign, number] => (sign.is_symbol("-") || sign.is_symbol("+")) && number.kind == Kind::Number,
        _longer => false,
    }
}

/// A fragment behind which something can be written: a comment to the end of the line would swallow it.
pub(crate) fn closed(sql: &str) -> String {
    if sql.contains("--") { format!("{sql}\n") } else { sql.to_owned() }
}
