//! `index` of a column and `index(…)` of a table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::part::{columns_of, refuse_columns};
use crate::attrs::{Item, Items, Vocabulary};
use crate::error::Errors;
use crate::fields::{Fields, column_names};
use crate::settings::{Setting, Takes, settings, with_settings};

const INDEX: Vocabulary = Vocabulary {
    place: "`index(…)`",
    keys: &[
        "columns",
        "name",
        "unique",
        "where",
        "include",
        "using",
        "nulls_not_distinct",
        "parameters",
        "tablespace",
        "statistics",
        "attached_to",
        "invisible",
        "parser",
        "options",
        "without_overlaps",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    elsewhere: &[("filter", "where = \"…\""), ("method", "using = \"…\""), ("type", "using = \"…\"")],
};

const INDEX_SETTINGS: [Setting; 8] = [
    ("parameters", "postgres.parameters", Takes::Texts),
    ("tablespace", "postgres.tablespace", Takes::Text),
    ("statistics", "postgres.statistics", Takes::Numbers),
    ("attached_to", "postgres.attached_to", Takes::Qualified),
    ("invisible", "mysql.invisible", Takes::Yes),
    ("parser", "mysql.parser", Takes::Text),
    ("options", "mysql.options", Takes::Texts),
    ("without_overlaps", "mysql.without_overlaps", Takes::Yes),
];

/// `index(columns(a, b), …)` of a table.
pub(crate) fn table_index(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let mut items = Items::of_list(item.list("columns(a, b)", errors)?.clone(), &INDEX, errors);
    let parts = columns_of(&mut items, item, fields)?;
    Some(index(&parts, &mut items, fields))
}

/// `index`, `index = "name"` or `index(…)` of a column.
pub(crate) fn column_index(
    item: &Item,
    column: &LitStr,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Option<TokenStream> {
    let parts = quote!([#column]);
    if item.assigned().is_some() {
        let name = item.string(errors)?;
        return Some(quote!(__t.index(__gp::Index::on(#parts).named(#name));));
    }
    let list = item.listed().cloned().unwrap_or_default();
    let mut items = Items::of_list(list, &INDEX, errors);
    refuse_columns(&mut items);
    Some(index(&parts, &mut items, fields))
}

fn index(parts: &TokenStream, items: &mut Items<'_>, fields: &Fields<'_>) -> TokenStream {
    let errors = items.errors;
    let mut code = quote!(__gp::Index::on(#parts));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if items.flag("unique") {
        code.extend(quote!(.unique()));
    }
    if let Some(predicate) = items.string("where") {
        code.extend(quote!(.filter(#predicate)));
    }
    if let Some(method) = items.take("using").and_then(|item| item.word("gin", errors)) {
        let method = index_method(&method.0);
        code.extend(quote!(.using(#method)));
    }
    if let Some(list) = items.take("include").and_then(|item| item.list("a, b", errors).cloned()) {
        let columns = column_names(&list, fields, errors);
        code.extend(quote!(.include::<&str>(#columns)));
    }
    if items.flag("nulls_not_distinct") {
        code.extend(quote!(.nulls_not_distinct()));
    }
    if let Some(comment) = items.string("comment") {
        code.extend(quote!(.comment(#comment)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    let code = with_settings(code, &settings(&quote!(__p), &INDEX_SETTINGS, items, Some(fields)));
    quote!(__t.index(#code);)
}

/// A method by its SQL name; one that is not known is an extension's.
pub(super) fn index_method(name: &str) -> TokenStream {
    let variant = match name {
        "btree" => quote!(BTree),
        "hash" => quote!(Hash),
        "gin" => quote!(Gin),
        "gist" => quote!(Gist),
        "spgist" => quote!(SpGist),
        "brin" => quote!(Brin),
        "fulltext" => quote!(FullText),
        "spatial" => quote!(Spatial),
        // MariaDB spells its own so.
        "vector" => quote!(Extension("VECTOR".into())),
        other => quote!(Extension(#other.into())),
    };
    quote!(__gp::IndexMethod::#variant)
}
