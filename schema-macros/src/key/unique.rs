//! `unique` of a column and `unique(…)` of a table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::constraint::{CONSTRAINT, deferrability};
use super::part::{columns_of, refuse_columns};
use crate::attrs::{Item, Items, Vocabulary};
use crate::error::Errors;
use crate::fields::Fields;
use crate::settings::{settings, with_settings};

const UNIQUE: Vocabulary = Vocabulary {
    place: "`unique(…)`",
    keys: &[
        "columns",
        "name",
        "nulls_not_distinct",
        "include",
        "deferrable",
        "initially_deferred",
        "without_overlaps",
        "on_conflict",
        "parameters",
        "tablespace",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    // Only an index can be partial.
    elsewhere: &[("where", "index(columns(…), unique, where = \"…\")")],
};

/// `unique(columns(a, b), …)` of a table.
pub(crate) fn table_unique(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let mut items = Items::of_list(item.list("columns(a, b)", errors)?.clone(), &UNIQUE, errors);
    let parts = columns_of(&mut items, item, fields)?;
    Some(unique(&parts, &mut items, fields))
}

/// `unique`, `unique = "name"` or `unique(…)` of a column.
pub(crate) fn column_unique(
    item: &Item,
    column: &LitStr,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Option<TokenStream> {
    let parts = quote!([#column]);
    if item.assigned().is_some() {
        let name = item.string(errors)?;
        return Some(quote!(__t.unique(__gp::Unique::new(#parts).named(#name));));
    }
    let list = item.listed().cloned().unwrap_or_default();
    let mut items = Items::of_list(list, &UNIQUE, errors);
    refuse_columns(&mut items);
    Some(unique(&parts, &mut items, fields))
}

fn unique(parts: &TokenStream, items: &mut Items<'_>, fields: &Fields<'_>) -> TokenStream {
    let mut code = quote!(__gp::Unique::new(#parts));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if items.flag("nulls_not_distinct") {
        code.extend(quote!(.nulls_not_distinct()));
    }
    if let Some(deferrability) = deferrability(items) {
        code.extend(quote!(.deferrability(#deferrability)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    let code = with_settings(code, &settings(&quote!(__p), &CONSTRAINT, items, Some(fields)));
    quote!(__t.unique(#code);)
}
