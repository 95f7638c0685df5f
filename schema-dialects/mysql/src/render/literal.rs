//! Literal values.

use schema_core::Value;

use crate::quote;

/// A value as the server reads it.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => "0".to_owned(),
        Value::Int(number) => number.to_string(),
        // A number that is none would be SQL in the place of data.
        Value::Number(number) if is_number(number) => number.clone(),
        Value::Number(text) | Value::Text(text) => quote::string(text),
        Value::Bytes(bytes) => quote::bytes(bytes),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}
