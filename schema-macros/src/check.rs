//! `check("…")` of a column or table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{LitStr, Token};

use crate::attrs::{Item, Items, Vocabulary};
use crate::error::Errors;

const CHECK: Vocabulary =
    Vocabulary { place: "`check(…)`", keys: &["name", "renamed_from"], repeatable: &[], elsewhere: &[] };

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

/// `check = "…"` or `check("…", name = "…")`.
pub(crate) fn check(item: &Item, errors: &Errors) -> Option<TokenStream> {
    let Some(list) = item.listed() else {
        let expression = item.string(errors)?;
        return Some(quote!(__t.check(__gp::Check::new(#expression));));
    };
    let Check { expression, rest } = errors.ok(Check::parse.parse2(list.clone()))?;
    let mut items = Items::of_list(rest, &CHECK, errors);
    let mut code = quote!(__gp::Check::new(#expression));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    Some(quote!(__t.check(#code);))
}
