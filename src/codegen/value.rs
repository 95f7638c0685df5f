//! Values of attributes: names as the derive reads them.

use schema_core::{ConflictClause, QualifiedName};

use super::literal;
use super::names::escaped;
use super::scheme::{Scheme, Struct};

/// A name in an attribute: `"name"` or `("schema", "name")`.
pub(super) fn qualified(name: &QualifiedName, scheme: &Scheme<'_>) -> String {
    let QualifiedName { schema, name } = scheme.local(name);
    let name = literal::text(name.as_str());
    match schema {
        Some(schema) => format!("({}, {name})", literal::text(schema.as_str())),
        None => name,
    }
}

/// The name of a collation; those of the system need no schema.
pub(super) fn collation(name: &QualifiedName, scheme: &Scheme<'_>) -> String {
    let mut name = name.clone();
    name.schema = name.schema.filter(|schema| *schema != "pg_catalog");
    qualified(&name, scheme)
}

/// A path to the constant of a column: `User::id`.
pub(super) fn column_path(own: &Struct, field: &str) -> String {
    format!("{}::{}", own.ident, escaped(field))
}

/// What SQLite does on a conflict.
pub(super) fn conflict(clause: ConflictClause) -> &'static str {
    match clause {
        ConflictClause::Rollback => "rollback",
        ConflictClause::Abort => "abort",
        ConflictClause::Fail => "fail",
        ConflictClause::Ignore => "ignore",
        ConflictClause::Replace => "replace",
    }
}
