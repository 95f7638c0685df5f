//! Fields of columns.

use schema_core::{
    Column, DefaultValue, Engine, Generated, GeneratedKind, Identity, MySqlColumn, NativeTypes,
    PostgresColumn, PostgresNotNull, SequenceOptions, Sql, SqliteColumn, Type, Value,
};

use super::attribute::{self, Attribute};
use super::names::Names;
use super::scheme::{Field, Scheme};
use super::{doc, push, value};

/// The field of a column, and whether its comment became a doc comment. `spelled` is the name that the column would
/// have without a word.
pub(super) fn write(
    code: &mut String,
    column: &Column,
    field: &Field,
    spelled: &str,
    keys: Vec<Attribute>,
    scheme: &Scheme<'_>,
) -> bool {
    let Column {
        name,
        ty: _,
        native: NativeTypes { .. },
        nullable,
        default,
        generated,
        identity,
        collation,
        comment,
        renamed_from: _,
        postgres,
        mysql,
        sqlite,
    } = column;
    let is_key = keys.iter().any(|key| matches!(key, Attribute::Word(word) if word == "primary_key"));
    // SQLite lets a primary key be NULL; a Rust developer does not.
    let optional = *nullable && identity.is_none() && !is_key;
    let mut items = Vec::new();
    if spelled != name.as_str() {
        items.push(Attribute::text("name", name));
    }
    let (first, later) = if is_key { (keys, Vec::new()) } else { (Vec::new(), keys) };
    items.extend(first);
    items.extend(identity.as_ref().map(identity_attribute));
    match (field.serial, field.mapping.said.as_deref()) {
        (Some(serial), _) => items.push(Attribute::text("type", serial)),
        (None, Some(said)) if !said.is_empty() => items.push(Attribute::text("type", said)),
        // That a column of SQLite's has no type is said among what only that engine has.
        (None, _) => {}
    }
    if *nullable && !optional {
        items.push(Attribute::word("nullable"));
    }
    items.extend(later);
    if field.serial.is_none() {
        items.extend(default.as_ref().map(|default| default_attribute(default, column, field, scheme)));
    }
    items.extend(generated.as_ref().map(|Generated { expression, kind }| {
        let kind = match kind {
            GeneratedKind::Stored => "stored",
            GeneratedKind::Virtual => "virtual",
        };
        Attribute::list("generated", vec![Attribute::text(kind, expression.as_str())])
    }));
    items.extend(collation.as_ref().map(|name| Attribute::value("collate", value::collation(name, scheme))));
    let documented = comment.as_deref().filter(|comment| doc::holds(comment));
    if documented.is_none() {
        items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    }
    items.extend(Attribute::list_of("postgres", postgres_items(postgres)));
    items.extend(Attribute::list_of("mysql", mysql_items(mysql)));
    items.extend(Attribute::list_of("sqlite", sqlite_items(sqlite, field)));
    doc::write(code, 4, documented);
    attribute::write(code, 4, "column", items);
    let rust = &field.mapping.rust;
    let rust = if optional { format!("Option<{rust}>") } else { rust.clone() };
    push(code, format_args!("    pub {}: {rust},\n", field.ident()));
    documented.is_some()
}

fn identity_attribute(identity: &Identity) -> Attribute {
    let Identity { always, sequence, monotonic } = identity;
    let mut items: Vec<Attribute> = always.then(|| Attribute::word("always")).into_iter().collect();
    items.extend(sequence_items(sequence));
    items.extend(monotonic.then(|| Attribute::word("monotonic")));
    if items.is_empty() { Attribute::word("identity") } else { Attribute::list("identity", items) }
}

fn sequence_items(options: &SequenceOptions) -> Vec<Attribute> {
    let SequenceOptions { start, increment, min, max, cache, cycle } = options;
    let numbers = [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)];
    let numbers = numbers.into_iter().filter_map(|(key, value)| Some(Attribute::value(key, (*value)?)));
    numbers.chain(cycle.then(|| Attribute::word("cycle"))).collect()
}

/// A default: as a Rust value where it is one.
fn default_attribute(
    default: &DefaultValue,
    column: &Column,
    field: &Field,
    scheme: &Scheme<'_>,
) -> Attribute {
    let value = match default {
        DefaultValue::Literal(value) => literal(value, field, scheme),
        DefaultValue::Expression(sql) => expression(sql, column, field, scheme),
    };
    let sql = || match default {
        DefaultValue::Expression(sql) => sql.as_str().to_owned(),
        DefaultValue::Literal(Value::Text(text)) => format!("'{}'", text.replace('\'', "''")),
        DefaultValue::Literal(Value::Number(text)) => text.clone(),
        DefaultValue::Literal(Value::Int(number)) => number.to_string(),
        DefaultValue::Literal(Value::Bool(value)) => value.to_string().to_uppercase(),
        DefaultValue::Literal(Value::Bytes(bytes)) => {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{}'", digits.concat())
        }
    };
    Attribute::value("default", value.unwrap_or_else(|| format!("sql({})", super::literal::text(&sql()))))
}

fn literal(value: &Value, field: &Field, scheme: &Scheme<'_>) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(number) => number_literal(&number.to_string(), field),
        Value::Number(number) => number_literal(number, field),
        Value::Text(text) => Some(text_literal(text, field, scheme)),
        Value::Bytes(_) => None,
    }
}

/// A number that is spelled in Rust as it is in SQL.
fn number_literal(text: &str, field: &Field) -> Option<String> {
    if field.mapping.rust == "bool" {
        return match text {
            "0" => Some("false".to_owned()),
            "1" => Some("true".to_owned()),
            _ => None,
        };
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let zeros = whole.len() > 1 && whole.starts_with('0');
    (is_number(whole) && is_number(fraction) && !zeros).then(|| text.to_owned())
}

fn text_literal(text: &str, field: &Field, scheme: &Scheme<'_>) -> String {
    if let Some(values) = scheme.enum_named(&field.mapping.rust) {
        let mut names = Names::default();
        for value in &values.values {
            let variant = names.variant(value);
            if value == text {
                return format!("{}::{variant}", field.mapping.rust);
            }
        }
    }
    super::literal::text(text)
}

/// What an expression is as a Rust value: a literal, as the engine prints it.
fn expression(sql: &Sql, column: &Column, field: &Field, scheme: &Scheme<'_>) -> Option<String> {
    let text = sql.as_str();
    match scheme.engine {
        Engine::Postgres => {
            if let value @ ("true" | "false") = text {
                return Some(value.to_owned());
            }
            if let Some(value) = text.strip_prefix('\'') {
                let (value, cast) = value.split_once('\'')?;
                // A literal of the column's own type; anything more is an expression.
                let plain = !value.contains('\\') && cast.starts_with("::") && !cast.contains('\'');
                let base = match &column.ty {
                    Type::Native(sql) => sql.as_str().split('(').next().unwrap_or_default(),
                    _ => "",
                };
                let textual = matches!(
                    (base, cast),
                    ("text", "::text")
                        | ("character varying", "::character varying")
                        | ("character", "::bpchar")
                );
                let is_enum = scheme.enum_named(&field.mapping.rust).is_some() && !cast.ends_with("[]");
                return (plain && (textual || is_enum)).then(|| text_literal(value, field, scheme));
            }
            let numeric = ["i16", "i32", "i64"].contains(&field.mapping.rust.as_str());
            number_literal(text, field).filter(|_| numeric && !text.contains('.'))
        }
        Engine::Sqlite => {
            let integer = text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
            if integer {
                return number_literal(text, field);
            }
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            let plain = !inner.contains('\'') && column.generated.is_none();
            plain.then(|| super::literal::text(inner))
        }
        Engine::MySql | Engine::MariaDb => None,
    }
}

fn postgres_items(options: &PostgresColumn) -> Vec<Attribute> {
    let PostgresColumn {
        storage,
        compression,
        statistics,
        options,
        foreign_options,
        not_null,
        inherited,
        inherited_not_null,
        identity_sequence,
    } = options;
    let mut items = Vec::new();
    items.extend(identity_sequence.as_ref().map(|name| Attribute::text("sequence", name)));
    items.extend(storage.as_ref().map(|name| Attribute::text("storage", name)));
    items.extend(compression.as_ref().map(|name| Attribute::text("compression", name)));
    items.extend(statistics.map(|target| Attribute::value("statistics", target)));
    items.extend((!options.is_empty()).then(|| Attribute::texts("options", options)));
    items.extend(foreign_options.as_ref().map(|sql| Attribute::text("foreign_options", sql.as_str())));
    items.extend(not_null.as_ref().map(not_null_attribute));
    items.extend(inherited.then(|| Attribute::word("inherited")));
    items.extend(inherited_not_null.then(|| Attribute::word("inherited_not_null")));
    items
}

fn not_null_attribute(not_null: &PostgresNotNull) -> Attribute {
    let PostgresNotNull { name, no_inherit, validated, comment } = not_null;
    let mut items = vec![Attribute::text("name", name)];
    items.extend(no_inherit.then(|| Attribute::word("no_inherit")));
    items.extend((!validated).then(|| Attribute::word("not_valid")));
    items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    if items.len() == 1 { Attribute::text("not_null", name) } else { Attribute::list("not_null", items) }
}

fn mysql_items(options: &MySqlColumn) -> Vec<Attribute> {
    let MySqlColumn { charset, on_update, invisible, srid, attributes } = options;
    let mut items = Vec::new();
    items.extend(charset.as_ref().map(|name| Attribute::text("charset", name)));
    items.extend(on_update.as_ref().map(|sql| Attribute::text("on_update", sql.as_str())));
    items.extend(invisible.then(|| Attribute::word("invisible")));
    items.extend(srid.map(|srid| Attribute::value("srid", srid)));
    items.extend(
        (!attributes.is_empty()).then(|| Attribute::texts("attributes", attributes.iter().map(Sql::as_str))),
    );
    items
}

fn sqlite_items(options: &SqliteColumn, field: &Field) -> Vec<Attribute> {
    let SqliteColumn { not_null_conflict, not_null_name, verbatim } = options;
    let mut items = Vec::new();
    items.extend((field.mapping.said.as_deref() == Some("")).then(|| Attribute::text("type", "")));
    items.extend(not_null_name.as_ref().map(|name| Attribute::text("not_null", name)));
    items.extend(
        not_null_conflict.map(|clause| Attribute::text("not_null_conflict", value::conflict(clause))),
    );
    items.extend(
        (!verbatim.is_empty()).then(|| Attribute::texts("verbatim", verbatim.iter().map(Sql::as_str))),
    );
    items
}
