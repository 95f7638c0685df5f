//! The derive macros of Groundplan. Use them through the crate `groundplan`, which the generated code names and
//! which documents every key.
//!
//! Each derive reads its attributes as lists of keys (`attrs`), checked against the vocabulary of their place, and
//! writes calls of the DSL that fill a `Declaration`. Types are left to the compiler: they are never read as tokens.
#![forbid(unsafe_code)]

mod attrs;
mod check;
mod column;
mod enumeration;
mod error;
mod fields;
mod key;
mod names;
mod newtype;
mod reference;
mod settings;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[allow(missing_docs, reason = "documented where the facade exports it")]
#[proc_macro_derive(Table, attributes(table, column, groundplan))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Table).into()
}

#[allow(missing_docs, reason = "documented where the facade exports it")]
#[proc_macro_derive(Columns, attributes(table, column, groundplan))]
pub fn derive_columns(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Columns).into()
}

#[allow(missing_docs, reason = "documented where the facade exports it")]
#[proc_macro_derive(SqlEnum, attributes(sql_enum, groundplan))]
pub fn derive_sql_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    enumeration::expand(&input).into()
}

#[allow(missing_docs, reason = "documented where the facade exports it")]
#[proc_macro_derive(SqlType, attributes(sql_type, groundplan))]
pub fn derive_sql_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    newtype::expand(&input).into()
}
