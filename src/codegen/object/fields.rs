//! Struct expressions with the fields that differ from the usual.

use schema_core::{Name, QualifiedName, Sql};

use super::super::literal::{self, into, option};
use super::super::{scheme::Scheme, value};

/// A field and its value; none where the value is the usual one.
pub(super) type Field = (&'static str, Option<String>);

/// A constructor call, with the fields that it does not set.
pub(super) fn with(fields: impl IntoIterator<Item = Field>, ty: &str, call: &str) -> String {
    let fields = said(fields);
    if fields.is_empty() {
        format!("dsl::{ty}::{call}")
    } else {
        format!("dsl::{ty} {{ {fields}, ..dsl::{ty}::{call} }}")
    }
}

/// The value of a type, unless every field of it is the usual one.
pub(super) fn unless_default(fields: impl IntoIterator<Item = Field>, ty: &str) -> Option<String> {
    let fields = said(fields);
    (!fields.is_empty()).then(|| format!("dsl::{ty} {{ {fields}, ..dsl::{ty}::default() }}"))
}

fn said(fields: impl IntoIterator<Item = Field>) -> String {
    let fields = fields.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", value?)));
    fields.collect::<Vec<_>>().join(", ")
}

pub(super) fn text(text: Option<&String>) -> Option<String> {
    text.map(|text| option(Some(into(text))))
}

pub(super) fn name(name: Option<&Name>) -> Option<String> {
    name.map(|name| option(Some(into(name))))
}

pub(super) fn fragment(sql: Option<&Sql>) -> Option<String> {
    sql.map(|sql| option(Some(into(sql.as_str()))))
}

pub(super) fn yes(is_set: bool) -> Option<String> {
    is_set.then(|| "true".to_owned())
}

pub(super) fn qualified(name: Option<&QualifiedName>, scheme: &Scheme<'_>) -> Option<String> {
    name.map(|name| format!("Some({}.into())", value::qualified(name, scheme)))
}

/// `vec![…]`, unless it is empty.
pub(super) fn list(values: impl IntoIterator<Item = String>) -> Option<String> {
    let values: Vec<String> = values.into_iter().collect();
    (!values.is_empty()).then(|| literal::list(values))
}

/// A set of named things, unless it is empty.
pub(super) fn set(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| format!("[{}].into_iter().collect()", values.join(", ")))
}

/// A name and what is said of it.
pub(super) fn pair((name, said): &(impl AsRef<str>, impl AsRef<str>)) -> String {
    format!("({}, {})", into(name), into(said))
}
