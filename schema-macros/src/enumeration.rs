//! `#[derive(SqlEnum)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Expr, ExprUnary, Fields, Ident, LitStr, UnOp, Variant};

use crate::attrs::{Items, Vocabulary, bare, literal_integer};
use crate::column::doc_comment;
use crate::error::Errors;
use crate::names::{Case, meant, plain};

const ENUM: Vocabulary = Vocabulary {
    place: "`#[sql_enum(…)]`",
    keys: &["name", "schema", "rename_all", "as", "renamed_from", "comment", "docs", "crate"],
    repeatable: &[],
    elsewhere: &[
        ("type_name", "name = \"…\""),
        ("enum_name", "name = \"…\""),
        ("rename", "name = \"…\""),
        ("db_type", "as = \"text\""),
        ("rs_type", "as = \"integer\""),
    ],
};

const VARIANT: Vocabulary = Vocabulary {
    place: "`#[sql_enum(…)]` of a variant",
    keys: &["rename", "renamed_from"],
    repeatable: &[],
    elsewhere: &[("name", "rename = \"…\""), ("string_value", "rename = \"…\""), ("value", "rename = \"…\"")],
};

/// How the values are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storage {
    /// In an enum type, where the engine has them.
    Native,
    /// As text that a check limits.
    Text,
    /// As numbers that a check limits.
    Integer,
}

const STORAGES: [(&str, Storage); 3] =
    [("native", Storage::Native), ("text", Storage::Text), ("integer", Storage::Integer)];

struct Value<'a> {
    variant: &'a Ident,
    text: LitStr,
    number: i64,
    renamed_from: Option<LitStr>,
}

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let expansion = declare(input, &errors).unwrap_or_default();
    errors.into_tokens(&expansion)
}

fn declare(input: &DeriveInput, errors: &Errors) -> Option<TokenStream> {
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "`SqlEnum` is for enums; a newtype derives `SqlType`");
        return None;
    };
    let mut items = Items::of_attributes(&input.attrs, "sql_enum", false, &ENUM, errors);
    let krate = items.crate_path();
    let case = items.string("rename_all").and_then(|case| Case::parse(&case, errors));
    let storage = items.take("as").and_then(|item| item.word("\"text\"", errors)).map_or(
        Storage::Native,
        |(word, value)| {
            let known = STORAGES.map(|(name, _)| name);
            STORAGES.iter().find(|(name, _)| *name == word).map_or_else(
                || {
                    errors.at(value, format!("unknown storage `{word}`{}", meant(&word, &known)));
                    Storage::Native
                },
                |(_, storage)| *storage,
            )
        },
    );
    if data.variants.is_empty() {
        errors.at(&input.ident, "an enum of values needs a value");
    }
    let values = values(data.variants.iter(), case, storage, errors);
    let column_type = match storage {
        Storage::Native => native(input, &mut items, &values),
        Storage::Text => {
            refuse_type_keys(&mut items, "text");
            let texts = values.iter().map(|value| &value.text);
            quote! {
                fn column_type() -> __gp::Type { __gp::Type::Text }
                fn native_types() -> __gp::NativeTypes { __gp::keyable_text() }
                fn check(column: &str) -> ::core::option::Option<__gp::Check> {
                    ::core::option::Option::Some(__gp::one_of_texts(column, &[#(#texts),*]))
                }
            }
        }
        Storage::Integer => {
            refuse_type_keys(&mut items, "integer");
            let numbers = values.iter().map(|value| value.number);
            quote! {
                fn column_type() -> __gp::Type { __gp::Type::Integer }
                fn check(column: &str) -> ::core::option::Option<__gp::Check> {
                    ::core::option::Option::Some(__gp::one_of_numbers(column, &[#(#numbers),*]))
                }
            }
        }
    };
    let ident = &input.ident;
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    let texts = values.iter().map(|value| &value.text);
    let variants = values.iter().map(|value| value.variant);
    let to_value = values.iter().map(|value| {
        let (variant, text, number) = (value.variant, &value.text, value.number);
        match storage {
            Storage::Native | Storage::Text => quote!(#ident::#variant => __gp::Value::from(#text)),
            Storage::Integer => quote!(#ident::#variant => __gp::Value::from(#number)),
        }
    });
    let impls = errors.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl #generics __gp::SqlEnum for #ident #arguments #conditions {
                const VARIANTS: &'static [Self] = &[#(Self::#variants),*];
                const VALUES: &'static [&'static str] = &[#(#texts),*];
            }
            #[automatically_derived]
            impl #generics ::core::convert::From<#ident #arguments> for __gp::Value #conditions {
                fn from(value: #ident #arguments) -> Self {
                    match value { #(#to_value,)* }
                }
            }
        }
    });
    Some(quote! {
        const _: () = {
            use #krate::__private as __gp;
            #[automatically_derived]
            impl #generics __gp::ColumnType for #ident #arguments #conditions { #column_type }
            #[automatically_derived]
            impl #generics __gp::ArrayElement for #ident #arguments #conditions {}
            #impls
        };
    })
}

/// The enum type that the columns use.
fn native(input: &DeriveInput, items: &mut Items<'_>, values: &[Value<'_>]) -> TokenStream {
    let name = items.qualified_name(&input.ident);
    let name = quote!(__gp::QualifiedName::#name);
    let docs = items.flag("docs").then(|| doc_comment(&input.attrs)).flatten();
    let comment = items.string("comment").or(docs).map(|comment| quote!(.comment(#comment)));
    let renamed_from = items.string("renamed_from").map(|old| quote!(.renamed_from(#old)));
    let texts = values.iter().map(|value| &value.text);
    let renamed_values = values.iter().filter_map(|value| {
        let (old, new) = (value.renamed_from.as_ref()?, &value.text);
        Some(quote!(.value_renamed(#old, #new)))
    });
    quote! {
        fn column_type() -> __gp::Type { __gp::Type::Enum(#name) }
        fn define(types: &mut __gp::Database) {
            let this = __gp::EnumType::new::<&str>(#name, [#(#texts),*])#comment #renamed_from #(#renamed_values)*;
            __gp::define(types, this);
        }
    }
}

fn refuse_type_keys(items: &mut Items<'_>, storage: &str) {
    for key in ["name", "schema", "renamed_from", "comment", "docs"] {
        if let Some(item) = items.take(key) {
            let message =
                format!("`{key}` is of the enum type, which does not exist with `as = \"{storage}\"`");
            items.errors.at(&item.key, message);
        }
    }
}

fn values<'a>(
    variants: impl Iterator<Item = &'a Variant>,
    case: Option<Case>,
    storage: Storage,
    errors: &Errors,
) -> Vec<Value<'a>> {
    let mut values: Vec<Value<'a>> = Vec::new();
    let mut next = 0_i64;
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.at(&variant.fields, "a value of an enum column holds no data");
        }
        let mut items = Items::of_attributes(&variant.attrs, "sql_enum", false, &VARIANT, errors);
        let name = plain(&variant.ident);
        let text = items.string("rename").unwrap_or_else(|| {
            LitStr::new(&case.map_or_else(|| name.clone(), |case| case.apply(&name)), variant.ident.span())
        });
        if values.iter().any(|other| other.text.value() == text.value()) {
            errors.at(&text, format!("a second value `{}`", text.value()));
        }
        if storage == Storage::Text && text.value().contains(['\\', '\0']) {
            errors.at(&text, "engines disagree on what a backslash in text is; use another value");
        }
        if let (Storage::Integer, Some((_, value))) = (storage, &variant.discriminant) {
            match discriminant(value) {
                Some(value) => next = value,
                None => errors.at(value, "with `as = \"integer\"`, the value must be a plain number"),
            }
        }
        let renamed_from = items.take("renamed_from").and_then(|item| {
            if storage != Storage::Native {
                errors.at(
                    &item.key,
                    "values can be renamed in an enum type alone; elsewhere it is a change of rows",
                );
            }
            item.string(errors)
        });
        values.push(Value { variant: &variant.ident, text, number: next, renamed_from });
        next = next.wrapping_add(1);
    }
    values
}

fn discriminant(value: &Expr) -> Option<i64> {
    match bare(value) {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            format!("-{}", literal_integer(expr)?.base10_digits()).parse().ok()
        }
        other => literal_integer(other)?.base10_parse().ok(),
    }
}
