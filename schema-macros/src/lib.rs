//! The derive macros of Groundplan. Use them through the crate `groundplan`, which the generated code names.
#![forbid(unsafe_code)]

mod attrs;
mod check;
mod column;
mod enumeration;
mod error;
mod key;
mod names;
mod newtype;
mod reference;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a table as a struct.
#[proc_macro_derive(Table, attributes(table, column, groundplan))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Table).into()
}

/// Declares columns that tables embed with `#[column(flatten)]`.
#[proc_macro_derive(Columns, attributes(table, column, groundplan))]
pub fn derive_columns(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Columns).into()
}

/// Makes an enum a column type.
#[proc_macro_derive(SqlEnum, attributes(sql_enum, groundplan))]
pub fn derive_sql_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    enumeration::expand(&input).into()
}

/// Makes a newtype a column type.
#[proc_macro_derive(SqlType, attributes(sql_type, groundplan))]
pub fn derive_sql_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    newtype::expand(&input).into()
}
