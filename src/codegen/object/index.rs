//! Indexes of materialized views.

use schema_core::{Index, IndexMethod, KeyExpression, KeyPart, NullsOrder, PostgresIndex, SortOrder};

use super::super::literal::into;
use super::super::ty::sql;
use super::super::{literal, push, scheme::Scheme, value};
use super::fields;

pub(super) fn index(index: &Index, scheme: &Scheme<'_>) -> String {
    let parts: Vec<String> = index.parts.iter().map(|own| part(own, scheme)).collect();
    let mut code = format!("dsl::Index::on([{}])", parts.join(", "));
    if let Some(name) = &index.name {
        push(&mut code, format_args!(".named({})", literal::text(name.as_str())));
    }
    if index.unique {
        code.push_str(".unique()");
    }
    let method = match &index.method {
        IndexMethod::BTree => None,
        IndexMethod::Hash => Some("Hash".to_owned()),
        IndexMethod::Gin => Some("Gin".to_owned()),
        IndexMethod::Gist => Some("Gist".to_owned()),
        IndexMethod::SpGist => Some("SpGist".to_owned()),
        IndexMethod::Brin => Some("Brin".to_owned()),
        IndexMethod::FullText => Some("FullText".to_owned()),
        IndexMethod::Spatial => Some("Spatial".to_owned()),
        IndexMethod::Extension(name) => Some(format!("Extension({})", into(name))),
    };
    if let Some(method) = method {
        push(&mut code, format_args!(".using(dsl::IndexMethod::{method})"));
    }
    if let Some(predicate) = &index.predicate {
        push(&mut code, format_args!(".filter({})", sql(predicate)));
    }
    if !index.include.is_empty() {
        let columns = index.include.iter().map(|name| literal::text(name.as_str())).collect::<Vec<_>>();
        push(&mut code, format_args!(".include([{}])", columns.join(", ")));
    }
    if index.nulls_not_distinct {
        code.push_str(".nulls_not_distinct()");
    }
    if let Some(comment) = &index.comment {
        push(&mut code, format_args!(".comment({})", literal::text(comment)));
    }
    match of_postgres(&index.postgres) {
        Some(postgres) => format!("dsl::Index {{ postgres: {postgres}, ..{code} }}"),
        None => code,
    }
}

fn of_postgres(index: &PostgresIndex) -> Option<String> {
    // Whether it is valid, and which index it is a part of, is what the live database has come to.
    let PostgresIndex { parameters, tablespace, statistics, invalid: _, attached_to: _ } = index;
    let own = [
        ("parameters", fields::list(parameters.iter().map(into))),
        ("tablespace", fields::name(tablespace.as_ref())),
        ("statistics", (!statistics.is_empty()).then(|| format!("vec!{statistics:?}"))),
    ];
    fields::unless_default(own, "PostgresIndex")
}

fn part(part: &KeyPart, scheme: &Scheme<'_>) -> String {
    let mut code = match &part.value {
        KeyExpression::Column(name) => format!("dsl::KeyPart::column({})", literal::text(name.as_str())),
        KeyExpression::Expression(expression) => format!("dsl::KeyPart::expression({})", sql(expression)),
    };
    if part.order == SortOrder::Descending {
        code.push_str(".desc()");
    }
    match part.nulls {
        Some(NullsOrder::First) => code.push_str(".nulls_first()"),
        Some(NullsOrder::Last) => code.push_str(".nulls_last()"),
        None => {}
    }
    if let Some(collation) = &part.collation {
        push(&mut code, format_args!(".collate({})", value::collation(collation, scheme)));
    }
    if let Some(class) = &part.operator_class {
        push(&mut code, format_args!(".operator_class({})", sql(class)));
    }
    code
}
