//! `exclude(…)` of a table.

use proc_macro2::TokenStream;
use quote::quote;

use super::constraint::deferrability;
use super::index::index_method;
use super::part::{KeyPart, KeyValue, key_part_items};
use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::error::Errors;
use crate::fields::Fields;
use crate::settings::{Setting, Takes, settings, with_settings};

const EXCLUDED: Vocabulary = Vocabulary {
    place: "an exclusion's column",
    keys: &["with", "asc", "desc", "nulls_first", "nulls_last", "collate", "ops", "prefix"],
    repeatable: &[],
    elsewhere: &[("operator", "with = \"=\"")],
};

const EXCLUDE: Vocabulary = Vocabulary {
    place: "`exclude(…)`",
    keys: &[
        "columns",
        "name",
        "using",
        "where",
        "include",
        "deferrable",
        "initially_deferred",
        "parameters",
        "comment",
    ],
    repeatable: &[],
    elsewhere: &[("filter", "where = \"…\""), ("method", "using = \"…\"")],
};

const EXCLUSION: [Setting; 4] = [
    ("where", "predicate", Takes::Text),
    ("include", "include", Takes::Columns),
    ("parameters", "parameters", Takes::Texts),
    ("comment", "comment", Takes::Text),
];

/// `exclude(columns(room(with = "="), during(with = "&&")), …)` of a table.
pub(crate) fn table_exclude(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    const EXAMPLE: &str = "columns(a(with = \"=\"), b(with = \"&&\"))";
    let mut items = Items::of_list(item.list(EXAMPLE, errors)?.clone(), &EXCLUDE, errors);
    let Some(columns) = items.take("columns") else {
        errors.at(&item.key, format!("say what excludes what: `exclude({EXAMPLE})`"));
        return None;
    };
    let mut elements = Vec::new();
    for piece in split(columns.list("a(with = \"=\")", errors)?.clone()) {
        let Some(part) = errors.ok(parse_piece::<KeyPart>(piece.clone())) else { continue };
        let mut options = Items::of_list(part.options, &EXCLUDED, errors);
        let Some(operator) = options.string("with") else {
            errors.at(piece, "say the operator that must not hold between two rows: `a(with = \"=\")`");
            continue;
        };
        let options = key_part_items(&mut options);
        let value = match part.value {
            KeyValue::Column(column) => {
                let (name, _) = column.resolve(fields, errors)?;
                quote!(__gp::KeyPart::column(#name))
            }
            KeyValue::Expression(sql) => quote!(__gp::KeyPart::expression(#sql)),
        };
        elements.push(quote!((#value #options, #operator)));
    }
    let method = items.take("using").and_then(|item| item.word("gist", errors));
    let method = index_method(method.as_ref().map_or("gist", |(word, _)| word));
    let name = items.string("name").map(|name| quote!(.named(#name)));
    let mut sets = settings(&quote!(__p), &EXCLUSION, &mut items, Some(fields));
    if let Some(deferrability) = deferrability(&mut items) {
        sets.extend(quote!(__p.deferrability = #deferrability;));
    }
    let code = with_settings(quote!(__gp::Exclusion::new(#method, [#(#elements),*])#name), &sets);
    Some(quote!(__t.exclusion(#code);))
}
