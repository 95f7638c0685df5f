//! `primary_key(…)` of a table.

use proc_macro2::TokenStream;
use quote::quote;

use super::constraint::{CONSTRAINT, deferrability};
use super::part::key_parts;
use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::error::Errors;
use crate::fields::Fields;
use crate::settings::{settings, with_settings};

const PRIMARY_KEY: Vocabulary = Vocabulary {
    place: "`primary_key(…)`",
    keys: &[
        "columns",
        "name",
        "include",
        "deferrable",
        "initially_deferred",
        "without_overlaps",
        "on_conflict",
        "parameters",
        "tablespace",
        "comment",
    ],
    repeatable: &[],
    elsewhere: &[],
};

/// `primary_key(a, b)` or `primary_key(columns(a, b), …)` of a table; also `primary_key(a, b, name = "…")`.
pub(crate) fn primary_key(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let list = item.list("a, b", errors)?;
    let (mut parts, mut options, mut flags) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    let mut columns = false;
    for piece in split(list.clone()) {
        match parse_piece::<Item>(piece.clone()) {
            Ok(option) if option.key == "columns" && option.listed().is_some() => {
                columns = true;
                parts.extend(option.listed().cloned());
            }
            Ok(option) if option.assigned().is_some() => options.extend(quote!(#piece,)),
            Ok(option) if option.is_flag() => flags.extend(quote!(#piece,)),
            Ok(option) if ["include", "parameters"].contains(&option.key.to_string().as_str()) => {
                options.extend(quote!(#piece,));
            }
            Ok(_) | Err(_) => flags.extend(quote!(#piece,)),
        }
    }
    // Bare words are fields, unless `columns(…)` names these.
    if columns {
        options.extend(flags);
    } else {
        parts = flags;
    }
    if parts.is_empty() {
        errors.at(&item.key, "name at least one column");
        return None;
    }
    let parts = key_parts(&parts, fields, errors)?;
    let mut items = Items::of_list(options, &PRIMARY_KEY, errors);
    let name = items.string("name").map(|name| quote!(.named(#name)));
    let mut sets = settings(&quote!(__p), &CONSTRAINT, &mut items, Some(fields));
    if let Some(deferrability) = deferrability(&mut items) {
        sets.extend(quote!(__p.deferrability = #deferrability;));
    }
    let key = with_settings(quote!(__gp::PrimaryKey::new(#parts)#name), &sets);
    Some(quote!(__t.primary_key(#key);))
}
