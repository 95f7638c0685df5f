//! `#[derive(SqlType)]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr};

use crate::attrs::{Item, Items, Vocabulary, split};
use crate::check::check_expression;
use crate::column::{native_type, sql_call};
use crate::error::Errors;
use crate::names::plain;
use crate::settings::{Setting, Takes, settings, with_settings};

const TYPE: Vocabulary = Vocabulary {
    place: "`#[sql_type(…)]`",
    keys: &["type", "postgres", "mysql", "mariadb", "sqlite", "domain", "crate"],
    repeatable: &[],
    elsewhere: &[("name", "domain(name = \"…\")"), ("check", "domain(check = \"…\")")],
};

const ENGINE: Vocabulary =
    Vocabulary { place: "an engine's type", keys: &["type"], repeatable: &[], elsewhere: &[] };

const FIELD: Vocabulary = Vocabulary {
    place: "`#[sql_type(…)]` of a field",
    keys: &["skip"],
    repeatable: &[],
    elsewhere: &[("type", "type = \"…\"` on the struct, `#[sql_type(type = \"…\")]")],
};

const DOMAIN: Vocabulary = Vocabulary {
    place: "`domain(…)`",
    keys: &["name", "schema", "check", "not_null", "default", "collate", "comment"],
    repeatable: &["check"],
    elsewhere: &[],
};

const DOMAIN_SETTINGS: [Setting; 2] =
    [("collate", "collation", Takes::Qualified), ("comment", "comment", Takes::Text)];

const COMPOSITE: Vocabulary = Vocabulary {
    place: "`#[sql_type(…)]` of a composite type",
    keys: &["composite", "name", "schema", "comment", "crate"],
    repeatable: &[],
    elsewhere: &[("domain", "domain(…)` on a struct with one field, `struct Name(Type);")],
};

const ATTRIBUTE: Vocabulary = Vocabulary {
    place: "`#[sql_type(…)]` of an attribute",
    keys: &["name", "type", "collate", "comment", "skip"],
    repeatable: &[],
    elsewhere: &[("rename", "name = \"…\"")],
};

const ATTRIBUTE_SETTINGS: [Setting; 2] =
    [("collate", "collation", Takes::Qualified), ("comment", "comment", Takes::Text)];

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let expansion = declare(input, &errors).unwrap_or_default();
    errors.into_tokens(&expansion)
}

fn declare(input: &DeriveInput, errors: &Errors) -> Option<TokenStream> {
    let (member, inner) = match &input.data {
        Data::Struct(data) => {
            let held: Vec<_> =
                data.fields.members().zip(&data.fields).filter(|(_, field)| !is_skipped(field)).collect();
            match (&held[..], &data.fields) {
                ([(member, field)], _) if !is_composite(input) => {
                    for field in &data.fields {
                        Items::of_attributes(&field.attrs, "sql_type", false, &FIELD, errors).flag("skip");
                    }
                    (member.clone(), &field.ty)
                }
                ([_, ..], Fields::Named(_)) => {
                    let fields: Vec<&Field> = held.iter().map(|(_, field)| *field).collect();
                    return Some(composite(input, &fields, errors));
                }
                ([], _) | (_, Fields::Unnamed(_) | Fields::Unit) => {
                    errors.at(
                        &input.ident,
                        "`SqlType` is for a struct with one field, the value that the column holds, or with named \
                         ones, the attributes of a composite type; a field that is no value, such as a `PhantomData`, \
                         says `#[sql_type(skip)]`",
                    );
                    return None;
                }
            }
        }
        Data::Enum(data) => {
            errors.at(data.enum_token, "`SqlType` is for newtypes; an enum derives `SqlEnum`");
            return None;
        }
        Data::Union(data) => {
            errors.at(data.union_token, "`SqlType` is for newtypes");
            return None;
        }
    };
    let mut items = Items::of_attributes(&input.attrs, "sql_type", false, &TYPE, errors);
    let krate = items.crate_path();
    let said = items.take("type").and_then(|item| native_type(&item, errors));
    let natives = natives(&mut items);
    let domain = items.take("domain");
    let nullable = if said.is_some() {
        quote!(__gp::Nullability::<#inner>::NULLABLE)
    } else {
        quote!(<#inner as __gp::ColumnType>::NULLABLE)
    };
    let base = said.clone().unwrap_or_else(|| quote!(<#inner as __gp::ColumnType>::column_type()));
    let inherited = said.is_none() && domain.is_none();
    let mut body = quote!(const NULLABLE: bool = #nullable;);
    if let Some(item) = domain {
        let list = item.listed().cloned().unwrap_or_default();
        let mut options = Items::of_list(list, &DOMAIN, errors);
        let name = options.qualified_name(&input.ident);
        let name = quote!(__gp::QualifiedName::#name);
        let mut sets = settings(&quote!(__p), &DOMAIN_SETTINGS, &mut options, None);
        sets.extend(options.take_all("check").iter().filter_map(|item| domain_check(item, errors)));
        if let Some(item) = options.take("not_null") {
            item.flag(errors);
            sets.extend(quote!(__p.not_null = true;));
        }
        if let Some(default) = options.take("default").and_then(|item| sql_call(&item, errors)) {
            sets.extend(quote!(__p.default = ::core::option::Option::Some(#default.into());));
        }
        let inner_types = said.is_none().then(|| quote!(<#inner as __gp::ColumnType>::define(types);));
        let domain = with_settings(quote!(__gp::Domain::new(#name, #base)), &sets);
        body.extend(quote! {
            fn column_type() -> __gp::Type { __gp::Type::Named(#name) }
            fn define(types: &mut __gp::Database) {
                #inner_types
                __gp::define(types, #domain);
            }
        });
    } else {
        body.extend(quote!(fn column_type() -> __gp::Type { #base }));
    }
    if inherited {
        body.extend(quote! {
            fn check(column: &str) -> ::core::option::Option<__gp::Check> {
                <#inner as __gp::ColumnType>::check(column)
            }
            fn define(types: &mut __gp::Database) {
                <#inner as __gp::ColumnType>::define(types);
            }
        });
    }
    let natives_base = if inherited {
        quote!(<#inner as __gp::ColumnType>::native_types())
    } else {
        quote!(__gp::NativeTypes::default())
    };
    body.extend(quote! {
        fn native_types() -> __gp::NativeTypes {
            // The field is read: it is the column's value.
            let _ = |this: &Self| { let _ = &this.#member; };
            #[allow(unused_mut)]
            let mut natives = #natives_base;
            #natives
            natives
        }
    });
    let ident = &input.ident;
    let (generics, arguments, written) = input.generics.split_for_impl();
    let written = written.map(|clause| &clause.predicates);
    let generic = input.generics.type_params().next().is_some() && said.is_none();
    let bound = generic.then(|| quote!(#inner: __gp::ColumnType));
    Some(quote! {
        const _: () = {
            use #krate::__private as __gp;
            #[allow(unused_imports)]
            use __gp::NotOption as _;
            #[automatically_derived]
            impl #generics __gp::ColumnType for #ident #arguments where #bound #written { #body }
            #[automatically_derived]
            impl #generics __gp::ArrayElement for #ident #arguments where #bound #written {}
        };
    })
}

/// `check = "…"` or `check("…", name = "…")` of a domain.
fn domain_check(item: &Item, errors: &Errors) -> Option<TokenStream> {
    let check = check_expression(item, None, errors)?;
    Some(quote!(__p.checks.insert(#check);))
}

/// Whether a struct with one field says that it is no newtype.
fn is_composite(input: &DeriveInput) -> bool {
    says(&input.attrs, "composite")
}

/// Whether a field says that it is no part of the value.
fn is_skipped(field: &Field) -> bool {
    says(&field.attrs, "skip")
}

fn says(attributes: &[Attribute], flag: &str) -> bool {
    let own = attributes.iter().filter(|attribute| attribute.path().is_ident("sql_type"));
    let mut keys = own
        .filter_map(|attribute| attribute.meta.require_list().ok())
        .flat_map(|list| split(list.tokens.clone()));
    keys.any(|key| key.to_string() == flag)
}

/// PostgreSQL: a composite type, which comes into the schema with the tables that use it.
fn composite(input: &DeriveInput, fields: &[&Field], errors: &Errors) -> TokenStream {
    let mut items = Items::of_attributes(&input.attrs, "sql_type", false, &COMPOSITE, errors);
    items.flag("composite");
    let krate = items.crate_path();
    let name = items.qualified_name(&input.ident);
    let name = quote!(__gp::QualifiedName::#name);
    let comment = items
        .string("comment")
        .map(|text| quote!(__composite.comment = ::core::option::Option::Some(#text.into());));
    let attributes: Vec<TokenStream> =
        fields.iter().filter_map(|field| composite_attribute(field, errors)).collect();
    let uses: Vec<&Ident> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let ident = &input.ident;
    let (generics, arguments, written) = input.generics.split_for_impl();
    quote! {
        const _: () = {
            use #krate::__private as __gp;
            #[automatically_derived]
            impl #generics __gp::ColumnType for #ident #arguments #written {
                fn column_type() -> __gp::Type { __gp::Type::Named(#name) }
                fn define(types: &mut __gp::Database) {
                    // Every field is read: it is an attribute.
                    let _ = |this: &Self| { #(let _ = &this.#uses;)* };
                    #[allow(unused_mut)]
                    let mut __composite = __gp::CompositeType::new(#name, [#(#attributes),*]);
                    #comment
                    __gp::define(types, __composite);
                }
            }
            #[automatically_derived]
            impl #generics __gp::ArrayElement for #ident #arguments #written {}
        };
    }
}

fn composite_attribute(field: &syn::Field, errors: &Errors) -> Option<TokenStream> {
    let (ident, ty) = (field.ident.as_ref()?, &field.ty);
    let mut items = Items::of_attributes(&field.attrs, "sql_type", false, &ATTRIBUTE, errors);
    let name = items.string("name").unwrap_or_else(|| LitStr::new(&plain(ident), ident.span()));
    let said = items.take("type").and_then(|item| native_type(&item, errors));
    let sets = settings(&quote!(__p), &ATTRIBUTE_SETTINGS, &mut items, None);
    let attribute = if let Some(said) = said {
        quote!(__gp::CompositeAttribute::new(#name, #said))
    } else {
        quote!(__gp::attribute::<#ty>(#name, types))
    };
    Some(with_settings(attribute, &sets))
}

/// `postgres(type = "citext")` and the like.
fn natives(items: &mut Items<'_>) -> TokenStream {
    let errors = items.errors;
    let mut code = TokenStream::new();
    for (key, variant) in
        [("postgres", "Postgres"), ("mysql", "MySql"), ("mariadb", "MariaDb"), ("sqlite", "Sqlite")]
    {
        let Some(list) = items.take(key).and_then(|item| item.list("type = \"…\"", errors).cloned()) else {
            continue;
        };
        if let Some(ty) = Items::of_list(list, &ENGINE, errors).string("type") {
            let variant = Ident::new(variant, Span::call_site());
            code.extend(quote!(natives.set(__gp::Engine::#variant, #ty);));
        }
    }
    code
}
