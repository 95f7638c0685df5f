//! The fields of a struct, by which keys and references name columns.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Type};

use crate::attrs::{parse_piece, split};
use crate::error::Errors;
use crate::names::{meant, plain};

/// The fields of the struct at hand, by which keys name columns.
pub(crate) struct Fields<'a> {
    /// Each column's field, name and Rust type.
    pub(crate) columns: Vec<(&'a Ident, LitStr, &'a Type)>,
    /// Whether other structs are embedded, whose columns are not known here.
    pub(crate) embeds: bool,
}

impl Fields<'_> {
    /// The column of a field, with the field's type.
    pub(crate) fn column(&self, field: &Ident, errors: &Errors) -> Option<(LitStr, &Type)> {
        if let Some((_, name, ty)) = self.columns.iter().find(|(ident, ..)| ident.unraw() == field.unraw()) {
            return Some((name.clone(), ty));
        }
        let known: Vec<String> = self.columns.iter().map(|(ident, ..)| plain(ident)).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = if self.embeds {
            "; write a column of an embedded struct as a string".to_owned()
        } else {
            meant(&plain(field), &known)
        };
        errors.at(field, format!("no field `{field}` with a column{hint}"));
        None
    }
}

/// A column by field or by name.
pub(crate) enum ColumnName {
    Field(Ident),
    Text(LitStr),
}

impl Parse for ColumnName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::Text(input.parse()?));
        }
        match input.call(Ident::parse_any) {
            Ok(field) => Ok(Self::Field(field)),
            Err(error) => {
                Err(syn::Error::new(error.span(), "expected a field, or a column's name as a string"))
            }
        }
    }
}

impl ColumnName {
    /// The column's name, and its Rust type where it is known.
    pub(crate) fn resolve<'f>(
        self,
        fields: &'f Fields<'_>,
        errors: &Errors,
    ) -> Option<(LitStr, Option<&'f Type>)> {
        match self {
            Self::Field(field) => fields.column(&field, errors).map(|(name, ty)| (name, Some(ty))),
            Self::Text(name) => Some((name, None)),
        }
    }
}

/// The columns that a list names, as an array of names.
pub(crate) fn column_names(list: &TokenStream, fields: &Fields<'_>, errors: &Errors) -> TokenStream {
    let names = split(list.clone()).into_iter().filter_map(|piece| {
        let column = errors.ok(parse_piece::<ColumnName>(piece))?;
        Some(column.resolve(fields, errors)?.0)
    });
    quote!([#(#names),*])
}
