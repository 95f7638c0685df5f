//! What the derived impls call.

use crate::{Check, Column, Database, Domain, NativeTypes, Object, Parts, QualifiedName, Sql, Type, Value};

/// Nothing is said of a column but its type.
pub fn unchanged(column: Column) -> Column {
    column
}

/// Adds an object that several columns may need, once.
pub fn define(types: &mut Database, object: impl Into<Object>) {
    let object = object.into();
    if types.get(&object.id()) != Some(&object) {
        types.insert(object);
    }
}

/// PostgreSQL: a domain over a type, with its checks.
pub fn domain(name: QualifiedName, base: Type, checks: &[&str]) -> Domain {
    Domain {
        name,
        base,
        collation: None,
        default: None,
        not_null: false,
        not_null_name: None,
        checks: checks.iter().map(|check| Check::new(*check)).collect::<Parts<_>>(),
        comment: None,
    }
}

/// The types of short text that keys and defaults can hold: MySQL's `text` can be in neither.
pub fn keyable_text() -> NativeTypes {
    NativeTypes { mysql: Some("varchar(255)".into()), ..NativeTypes::default() }
}

/// `column IN (…)`, so that a column holds nothing else. Texts hold no backslash, on which engines disagree.
pub fn one_of(column: &str, values: &[Value]) -> Option<Sql> {
    let values: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Value::Int(number) => number.to_string(),
            Value::Number(number) => number.clone(),
            Value::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Value::Bytes(bytes) => format!("X'{}'", crate::naming::hex(bytes)),
        })
        .collect();
    Some(Sql::new(format!("{} IN ({})", identifier(column), values.join(", "))))
}

/// A plain name as it is, another one in the quotes of the SQL standard, which MySQL takes with `ANSI_QUOTES`.
fn identifier(name: &str) -> String {
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    let function = ["user", "current_user", "session_user", "current_role", "current_date", "current_time"];
    if name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) && !function.contains(&name)
    {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}
