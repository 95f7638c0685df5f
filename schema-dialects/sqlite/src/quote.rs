//! Quoting: the only way for names and values into SQL.

use schema_core::{QualifiedName, Value};

/// An identifier in double quotes.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table, view or index. SQLite has no schemas that an object could live in, so only the name counts.
pub(crate) fn object(name: &QualifiedName) -> String {
    identifier(name.name.as_str())
}

/// A list of identifiers.
pub(crate) fn identifiers<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(identifier).collect::<Vec<_>>().join(", ")
}

/// A string literal.
pub(crate) fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A literal.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Int(value) => value.to_string(),
        Value::Number(digits) => digits.clone(),
        Value::Text(text) => string(text),
        Value::Bytes(bytes) => {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{}'", digits.concat())
        }
    }
}

/// A comment that the engine keeps in the stored statement.
pub(crate) fn comment(text: &str) -> String {
    format!("/* {} */", text.replace("*/", "* /").replace('\0', " "))
}
