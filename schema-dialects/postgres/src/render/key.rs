//! What indexes have in common with the constraints that stand on one.

use schema_core::{IndexMethod, KeyExpression, KeyPart, Name, NullsOrder, SortOrder};

use super::push;
use crate::quote;

/// One part of a key.
pub(crate) fn part(part: &KeyPart) -> String {
    let mut sql = match &part.value {
        KeyExpression::Column(name) => quote::name(name),
        KeyExpression::Expression(expression) => format!("({expression})"),
    };
    sql.push_str(&quote::collate(part.collation.as_ref()));
    if let Some(class) = &part.operator_class {
        push(&mut sql, format_args!(" {class}"));
    }
    if part.order == SortOrder::Descending {
        sql.push_str(" DESC");
    }
    match part.nulls {
        Some(NullsOrder::First) => sql.push_str(" NULLS FIRST"),
        Some(NullsOrder::Last) => sql.push_str(" NULLS LAST"),
        None => {}
    }
    sql
}

pub(crate) fn method(method: &IndexMethod) -> String {
    match method {
        IndexMethod::BTree => "btree".to_owned(),
        IndexMethod::Hash => "hash".to_owned(),
        IndexMethod::Gin => "gin".to_owned(),
        IndexMethod::Gist => "gist".to_owned(),
        IndexMethod::SpGist => "spgist".to_owned(),
        IndexMethod::Brin => "brin".to_owned(),
        // `check` refuses these two before anything is rendered.
        IndexMethod::FullText => "fulltext".to_owned(),
        IndexMethod::Spatial => "spatial".to_owned(),
        IndexMethod::Extension(name) => quote::name(name),
    }
}

pub(crate) fn include(columns: &[Name]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", quote::names(columns)) }
}

pub(crate) fn parameters(parameters: &[String]) -> String {
    if parameters.is_empty() { String::new() } else { format!(" WITH ({})", settings(parameters)) }
}

/// `name=value` of the catalog as DDL takes it: the value quoted.
pub(crate) fn settings(parameters: &[String]) -> String {
    let quoted = parameters.iter().map(|parameter| match parameter.split_once('=') {
        Some((name, value)) => format!("{name}={}", quote::literal(value)),
        None => parameter.clone(),
    });
    quoted.collect::<Vec<_>>().join(", ")
}
