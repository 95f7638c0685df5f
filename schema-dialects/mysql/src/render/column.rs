//! Columns. A definition always says everything: what a MODIFY leaves out, the server takes away.

use schema_core::{Check, Column, DefaultValue, GeneratedKind, Type};

use super::literal;
use crate::inspect::{is_bare_default, is_now};
use crate::{Flavour, quote};

/// A column's whole definition. `check` is the one that MariaDB keeps in it.
pub(crate) fn definition(column: &Column, check: Option<&Check>, flavour: Flavour) -> String {
    let mut sql = format!("{} {}", quote::name(&column.name), type_name(&column.ty));
    let mysql = &column.mysql;
    let (in_type, others): (Vec<_>, Vec<_>) =
        mysql.attributes.iter().partition(|attribute| attribute.as_str().eq_ignore_ascii_case("COMPRESSED"));
    for attribute in in_type {
        push(&mut sql, attribute.as_str());
    }
    if let Some(charset) = &mysql.charset {
        push(&mut sql, &format!("CHARACTER SET {}", quote::name(charset)));
    }
    if let Some(collation) = &column.collation {
        push(&mut sql, &format!("COLLATE {}", quote::name(&collation.name)));
    }
    if let Some(generated) = &column.generated {
        let kind = match generated.kind {
            GeneratedKind::Stored => "STORED",
            GeneratedKind::Virtual => "VIRTUAL",
        };
        push(&mut sql, &format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression));
    }
    if flavour == Flavour::MariaDb
        && let Some(srid) = mysql.srid
    {
        push(&mut sql, &format!("REF_SYSTEM_ID={srid}"));
    }
    for attribute in others {
        push(&mut sql, attribute.as_str());
    }
    if !column.nullable && !is_row_period(column) {
        push(&mut sql, "NOT NULL");
    } else if is_timestamp(&column.ty) && column.generated.is_none() && !is_row_period(column) {
        // Without the word, a server without explicit_defaults_for_timestamp makes it NOT NULL.
        push(&mut sql, "NULL");
    }
    if flavour == Flavour::MySql
        && let Some(srid) = mysql.srid
    {
        push(&mut sql, &format!("SRID {srid}"));
    }
    if let Some(default) = &column.default {
        push(&mut sql, &format!("DEFAULT {}", default_value(default, &column.ty, flavour)));
    }
    if let Some(expression) = &mysql.on_update {
        push(&mut sql, &format!("ON UPDATE {expression}"));
    }
    if column.identity.is_some() {
        push(&mut sql, "AUTO_INCREMENT");
    }
    if mysql.invisible {
        push(&mut sql, "INVISIBLE");
    }
    if let Some(comment) = &column.comment {
        push(&mut sql, &format!("COMMENT {}", quote::string(comment)));
    }
    if let Some(check) = check {
        push(&mut sql, &format!("CHECK ({})", check.expression));
    }
    sql
}

fn push(sql: &mut String, words: &str) {
    sql.push(' ');
    sql.push_str(words);
}

/// A type's text. Portable types were lowered before; what could not be, was refused.
pub(crate) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Native(sql) => sql.to_string(),
        // Never rendered: see `native` in the parent module.
        other => format!("{other:?}"),
    }
}

/// What stands behind `DEFAULT`.
fn default_value(default: &DefaultValue, ty: &Type, flavour: Flavour) -> String {
    match default {
        DefaultValue::Literal(value) => {
            let literal = literal::value(value);
            if flavour == Flavour::MySql && takes_expressions_only(ty) {
                format!("({literal})")
            } else {
                literal
            }
        }
        DefaultValue::Expression(expression) => {
            let text = expression.as_str();
            if is_parenthesized(text) || is_bare(text, ty, flavour) {
                text.to_owned()
            } else {
                format!("({text})")
            }
        }
    }
}

/// Whether the server takes an expression as a default without parentheses around it.
fn is_bare(text: &str, ty: &Type, flavour: Flavour) -> bool {
    match flavour {
        Flavour::MariaDb => is_bare_default(text) || is_call(text),
        Flavour::MySql if is_now(text) => is_type(ty, &["timestamp", "datetime"]),
        Flavour::MySql => {
            is_bare_default(text) && (text.eq_ignore_ascii_case("null") || !takes_expressions_only(ty))
        }
    }
}

/// Whether MySQL takes a default of this type as an expression only.
fn takes_expressions_only(ty: &Type) -> bool {
    let texts = ["tinytext", "text", "mediumtext", "longtext"];
    let bytes = ["tinyblob", "blob", "mediumblob", "longblob"];
    let special = ["json", "geometry", "point", "linestring", "polygon", "multi", "geomcollection", "vector"];
    is_type(ty, &texts) || is_type(ty, &bytes) || is_type(ty, &special)
}

fn is_type(ty: &Type, starts: &[&str]) -> bool {
    let name = type_name(ty).to_ascii_lowercase();
    starts.iter().any(|start| name.starts_with(start))
}

/// Whether the whole text is one group in parentheses.
fn is_parenthesized(text: &str) -> bool {
    let mut cursor = crate::text::Cursor::new(text);
    cursor.group().is_some() && cursor.is_done()
}

/// Whether the text is one call, which MariaDB prints without parentheses around it.
fn is_call(text: &str) -> bool {
    let mut cursor = crate::text::Cursor::new(text);
    cursor.name().is_some() && (cursor.is_done() || cursor.group().is_some() && cursor.is_done())
}

/// Whether the column is a start or end that system versioning fills; these take no NULL and no NOT NULL.
pub(crate) fn is_row_period(column: &Column) -> bool {
    column
        .mysql
        .attributes
        .iter()
        .any(|attribute| attribute.as_str().to_ascii_uppercase().contains("AS ROW "))
}

fn is_timestamp(ty: &Type) -> bool {
    type_name(ty).to_ascii_lowercase().starts_with("timestamp")
}
