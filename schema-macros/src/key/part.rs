//! The parts of a key: columns and expressions, with what is said of each.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, parenthesized};

use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::error::Errors;
use crate::fields::{ColumnName, Fields};
use crate::settings::qualified;

/// One part of a key: a column or `sql("…")`, with what is said of it in parentheses.
pub(super) struct KeyPart {
    pub(super) value: KeyValue,
    pub(super) options: TokenStream,
}

pub(super) enum KeyValue {
    Column(ColumnName),
    Expression(LitStr),
}

impl Parse for KeyPart {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let column: ColumnName = input.parse()?;
        if !input.peek(syn::token::Paren) {
            return Ok(Self { value: KeyValue::Column(column), options: TokenStream::new() });
        }
        let list;
        parenthesized!(list in input);
        let value = match column {
            ColumnName::Field(field) if field == "sql" && list.peek(LitStr) => {
                let expression = list.parse()?;
                if !list.is_empty() {
                    list.parse::<syn::Token![,]>()?;
                }
                KeyValue::Expression(expression)
            }
            column => KeyValue::Column(column),
        };
        Ok(Self { value, options: list.parse()? })
    }
}

const KEY_PART: Vocabulary = Vocabulary {
    place: "a key's column",
    keys: &["asc", "desc", "nulls_first", "nulls_last", "collate", "ops", "prefix"],
    repeatable: &[],
    elsewhere: &[("length", "prefix = 10")],
};

/// The array of columns or key parts that the list says, if it says any.
pub(super) fn key_parts(list: &TokenStream, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let (mut parts, mut plain) = (Vec::new(), Vec::new());
    for piece in split(list.clone()) {
        let Some(part) = errors.ok(parse_piece::<KeyPart>(piece)) else { continue };
        let options = key_part_options(part.options, errors);
        match part.value {
            KeyValue::Column(column) => {
                let Some((name, _)) = column.resolve(fields, errors) else { continue };
                parts.push(quote!(__gp::KeyPart::column(#name) #options));
                plain.extend(options.is_empty().then_some(name));
            }
            KeyValue::Expression(sql) => parts.push(quote!(__gp::KeyPart::expression(#sql) #options)),
        }
    }
    if parts.is_empty() {
        return None;
    }
    // Columns of which nothing else is said are written as their names.
    Some(if plain.len() == parts.len() { quote!([#(#plain),*]) } else { quote!([#(#parts),*]) })
}

fn key_part_options(options: TokenStream, errors: &Errors) -> TokenStream {
    key_part_items(&mut Items::of_list(options, &KEY_PART, errors))
}

pub(super) fn key_part_items(items: &mut Items<'_>) -> TokenStream {
    let errors = items.errors;
    let mut code = TokenStream::new();
    items.flag("asc");
    for flag in ["desc", "nulls_first", "nulls_last"] {
        if items.flag(flag) {
            let method = Ident::new(flag, proc_macro2::Span::call_site());
            code.extend(quote!(.#method()));
        }
    }
    let collation = items.take("collate");
    if let Some(collation) = collation.and_then(|item| qualified(item.expr("\"C\"", errors)?, errors)) {
        code.extend(quote!(.collate(#collation)));
    }
    if let Some(class) = items.string("ops") {
        code.extend(quote!(.operator_class(#class)));
    }
    if let Some(length) = items.take("prefix").and_then(|item| item.integer(errors)) {
        code.extend(quote!(.prefix(#length)));
    }
    code
}

/// The key parts in `columns(…)` of a table's key.
pub(super) fn columns_of(items: &mut Items<'_>, item: &Item, fields: &Fields<'_>) -> Option<TokenStream> {
    let errors = items.errors;
    let Some(columns) = items.take("columns") else {
        errors.at(&item.key, format!("name the columns: `{}(columns(a, b))`", item.key));
        return None;
    };
    let list = columns.list("a, b", errors)?;
    if list.is_empty() {
        errors.at(&columns.key, "name at least one column");
        return None;
    }
    key_parts(list, fields, errors)
}

pub(super) fn refuse_columns(items: &mut Items<'_>) {
    if let Some(columns) = items.take("columns") {
        items
            .errors
            .at(&columns.key, "a field's key is over that field; write keys over several in `#[table(…)]`");
    }
}
