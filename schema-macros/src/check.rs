//! `check("…")` of a column or table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

use crate::attrs::{Item, Items, Vocabulary, parse_piece};
use crate::error::Errors;
use crate::settings::{Setting, Takes, settings, with_settings};

const CHECK: Vocabulary = Vocabulary {
    place: "`check(…)`",
    keys: &["name", "mysql", "comment", "inline", "no_inherit", "not_valid", "not_enforced", "renamed_from"],
    repeatable: &[],
    elsewhere: &[],
};

const SETTINGS: [Setting; 5] = [
    ("mysql", "mysql", Takes::Text),
    ("comment", "comment", Takes::Text),
    ("no_inherit", "no_inherit", Takes::Yes),
    ("not_valid", "validated", Takes::No),
    ("not_enforced", "enforced", Takes::No),
];

struct Check {
    expression: LitStr,
    rest: TokenStream,
}

impl Parse for Check {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "expected the condition as a string: `check(\"age > 0\")`")
        })?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { expression, rest: input.parse()? })
    }
}

/// `check = "…"` or `check("…", name = "…")`, of a column or of the table.
pub(crate) fn check(item: &Item, column: Option<&LitStr>, errors: &Errors) -> Option<TokenStream> {
    let check = check_expression(item, column, errors)?;
    Some(quote!(__t.check(#check);))
}

/// The check that is said.
pub(crate) fn check_expression(item: &Item, column: Option<&LitStr>, errors: &Errors) -> Option<TokenStream> {
    let Some(list) = item.listed() else {
        let expression = item.string(errors)?;
        return Some(quote!(__gp::Check::new(#expression)));
    };
    let Check { expression, rest } = errors.ok(parse_piece(list.clone()))?;
    let mut items = Items::of_list(rest, &CHECK, errors);
    let mut code = quote!(__gp::Check::new(#expression));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    let mut sets = settings(&quote!(__p), &SETTINGS, &mut items, None);
    if let Some(inline) = items.take("inline") {
        inline.flag(errors);
        match column {
            Some(column) => sets.extend(quote!(__p.column = ::core::option::Option::Some(#column.into());)),
            None => {
                errors.at(&inline.key, "`inline` is for a check on a field, which stands beside its column");
            }
        }
    }
    Some(with_settings(code, &sets))
}
