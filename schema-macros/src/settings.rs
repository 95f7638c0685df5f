//! Keys that set one field of what is declared, by tables: which key, which field, which kind of value.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Expr, LitInt, LitStr, Token};

use crate::attrs::{Item, Items, literal_string, parse_piece, parse_piece_with, split};
use crate::error::Errors;
use crate::fields::{Fields, column_names};
use crate::names::meant;

/// A key, the path of the field that it sets, and what its value looks like.
pub(crate) type Setting = (&'static str, &'static str, Takes);

/// What the value of a key looks like, and what becomes of it.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// The bare key: `true`.
    Yes,
    /// The bare key: `false`.
    No,
    /// `key = "…"`, which may be said or not.
    Text,
    /// `key = 1`, which may be said or not.
    Integer,
    /// `key = "name"` or `key = ("schema", "name")`.
    Qualified,
    /// `key("a", "b")`.
    Texts,
    /// `key("a", ("schema", "b"))`.
    QualifiedNames,
    /// `key(a, b)`: fields, or columns by name.
    Columns,
    /// `key(1 = 500)`.
    Numbers,
    /// A word of a closed list: the enum's name, and its variants by the words for them.
    Word(&'static str, &'static [(&'static str, &'static str)]),
}

/// What happens when a constraint of SQLite is violated.
pub(crate) const CONFLICT: Takes = Takes::Word(
    "ConflictClause",
    &[
        ("rollback", "Rollback"),
        ("abort", "Abort"),
        ("fail", "Fail"),
        ("ignore", "Ignore"),
        ("replace", "Replace"),
    ],
);

/// Takes the keys out and sets their fields of `target`.
pub(crate) fn settings(
    target: &TokenStream,
    table: &[Setting],
    items: &mut Items<'_>,
    fields: Option<&Fields<'_>>,
) -> TokenStream {
    let errors = items.errors;
    let mut sets = TokenStream::new();
    for (key, path, kind) in table {
        let Some(value) = items.take(key).and_then(|item| value(&item, *kind, fields, errors)) else {
            continue;
        };
        let path = path.split('.').map(|part| quote::format_ident!("{part}"));
        sets.extend(quote!(#target #(.#path)* = #value;));
    }
    sets
}

/// An expression, changed by settings of `__p`.
pub(crate) fn with_settings(expression: TokenStream, sets: &TokenStream) -> TokenStream {
    if sets.is_empty() { expression } else { quote!({ let mut __p = #expression; #sets __p }) }
}

fn value(item: &Item, kind: Takes, fields: Option<&Fields<'_>>, errors: &Errors) -> Option<TokenStream> {
    let some = |value: TokenStream| quote!(::core::option::Option::Some(#value));
    match kind {
        Takes::Yes => item.flag(errors).then(|| quote!(true)),
        Takes::No => item.flag(errors).then(|| quote!(false)),
        Takes::Text => item.string(errors).map(|text| some(quote!(#text.into()))),
        Takes::Integer => item.integer(errors).map(some),
        Takes::Qualified => {
            let name = qualified(item.expr("\"name\"", errors)?, errors)?;
            Some(some(quote!(#name.into())))
        }
        Takes::Texts => {
            let list = item.list("\"…\"", errors)?.clone();
            let texts = split(list).into_iter().filter_map(|piece| errors.ok(parse_piece::<LitStr>(piece)));
            Some(quote!(::std::vec![#(#texts.into()),*]))
        }
        Takes::QualifiedNames => {
            let names = split(item.list("\"name\"", errors)?.clone())
                .into_iter()
                .filter_map(|piece| qualified(&errors.ok(parse_piece::<Expr>(piece))?, errors));
            Some(quote!(::std::vec![#(#names.into()),*]))
        }
        Takes::Columns => {
            let columns = column_names(item.list("a, b", errors)?, fields?, errors);
            Some(quote!(#columns.map(::core::convert::Into::into).to_vec()))
        }
        Takes::Numbers => {
            let pairs = split(item.list("1 = 500", errors)?.clone()).into_iter().filter_map(|piece| {
                let pair = |input: ParseStream<'_>| {
                    let position: LitInt = input.parse()?;
                    input.parse::<Token![=]>()?;
                    let number: LitInt = input.parse()?;
                    Ok(quote!((#position, #number)))
                };
                errors.ok(parse_piece_with(pair, piece))
            });
            Some(quote!(::std::vec![#(#pairs),*]))
        }
        Takes::Word(name, variants) => {
            let example = variants.first().map(|(word, _)| format!("\"{word}\""))?;
            let (word, place) = item.word(&example, errors)?;
            let Some((_, variant)) = variants.iter().find(|(known, _)| *known == word) else {
                let known: Vec<&str> = variants.iter().map(|(word, _)| *word).collect();
                errors.at(place, format!("unknown `{word}` in `{}`{}", item.key, meant(&word, &known)));
                return None;
            };
            let (name, variant) = (quote::format_ident!("{name}"), quote::format_ident!("{variant}"));
            let value = quote!(__gp::#name::#variant);
            Some(if item.key == "on_conflict" || item.key == "not_null_conflict" {
                some(value)
            } else {
                value
            })
        }
    }
}

/// `"name"` or `("schema", "name")`.
pub(crate) fn qualified(value: &Expr, errors: &Errors) -> Option<TokenStream> {
    let is_name = match value {
        Expr::Tuple(tuple) => {
            tuple.elems.len() == 2 && tuple.elems.iter().all(|part| literal_string(part).is_some())
        }
        other => literal_string(other).is_some(),
    };
    if is_name {
        return Some(value.to_token_stream());
    }
    errors.at(value, "expected a name: `\"name\"`, or `(\"schema\", \"name\")`");
    None
}
