//! Schemas and extensions.

use schema_core::{Extension, MySqlSchema, Schema};

use super::super::literal;
use super::super::scheme::Scheme;
use super::fields;

/// A schema, unless it is the one that everything is in by itself.
pub(super) fn schema(schema: &Schema, scheme: &Scheme<'_>) -> Option<String> {
    let Schema { name, comment, mysql } = schema;
    if scheme.defaults.schema.as_ref() == Some(name) {
        return None;
    }
    let MySqlSchema { charset, collation } = mysql;
    let mysql =
        [("charset", fields::name(charset.as_ref())), ("collation", fields::name(collation.as_ref()))];
    let own = [
        ("comment", fields::text(comment.as_ref())),
        ("mysql", fields::unless_default(mysql, "MySqlSchema")),
    ];
    Some(fields::with(own, "Schema", &format!("new({})", literal::text(name.as_str()))))
}

pub(super) fn extension(extension: &Extension) -> String {
    let Extension { name, schema, version, comment: _ } = extension;
    let own = [("schema", fields::name(schema.as_ref())), ("version", fields::text(version.as_ref()))];
    fields::with(own, "Extension", &format!("new({})", literal::text(name.as_str())))
}
