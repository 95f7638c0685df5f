//! Identifiers and literals, quoted. Nothing else in this crate builds SQL from a name or a value.

use schema_core::{DefaultValue, Name, QualifiedName, Value};

use crate::render::push;

/// An identifier, always quoted.
pub(crate) fn name(name: impl AsRef<str>) -> String {
    format!("\"{}\"", name.as_ref().replace('"', "\"\""))
}

/// A qualified identifier.
pub(crate) fn qualified(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", self::name(schema), self::name(&name.name)),
        None => self::name(&name.name),
    }
}

/// The clause that names a collation, with a space before it; nothing where none is named.
pub(crate) fn collate(collation: Option<&QualifiedName>) -> String {
    collation.map(|name| format!(" COLLATE {}", qualified(name))).unwrap_or_default()
}

/// The same of a value, where none is the database's own.
pub(crate) fn collate_value(collation: Option<&QualifiedName>) -> String {
    collation.map_or_else(|| " COLLATE pg_catalog.\"default\"".to_owned(), |name| collate(Some(name)))
}

/// Identifiers, separated by commas.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    names.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A string literal. Backslashes stand in an escape string, so that `standard_conforming_strings` does not matter.
pub(crate) fn literal(text: &str) -> String {
    if text.contains('\\') {
        format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// A literal of any kind.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) if is_number(number) => number.clone(),
        Value::Number(number) => literal(number),
        Value::Text(text) => literal(text),
        Value::Bytes(bytes) => {
            let mut text = String::from("'\\x");
            for byte in bytes {
                push(&mut text, format_args!("{byte:02x}"));
            }
            text + "'::bytea"
        }
    }
}

/// A default.
pub(crate) fn default(default: &DefaultValue) -> String {
    match default {
        DefaultValue::Literal(value) => self::value(value),
        DefaultValue::Expression(sql) => sql.to_string(),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
}

/// The words that PostgreSQL 14 to 18 do not take, or do not always take, as a name without quotes, sorted.
const KEYWORDS: [&str; 164] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// A name as the engine prints it in an expression: quoted only where it must be.
pub(crate) fn as_printed(text: &Name) -> String {
    let word = text.as_str();
    let plain = word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && KEYWORDS.binary_search(&word).is_err();
    if plain { word.to_owned() } else { name(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_survive() {
        assert_eq!(name("a\"b"), r#""a""b""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
        assert_eq!(value(&Value::Number("1; DROP".into())), "'1; DROP'");
        assert_eq!(value(&Value::Bytes(vec![0, 255])), r"'\x00ff'::bytea");
    }
}
