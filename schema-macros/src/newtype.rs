//! `#[derive(SqlType)]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Ident};

use crate::attrs::{Items, Vocabulary};
use crate::column::native_type;
use crate::error::Errors;

const TYPE: Vocabulary = Vocabulary {
    place: "`#[sql_type(…)]`",
    keys: &["type", "postgres", "mysql", "mariadb", "sqlite", "domain", "crate"],
    repeatable: &[],
    elsewhere: &[("name", "domain(name = \"…\")"), ("check", "domain(check = \"…\")")],
};

const ENGINE: Vocabulary =
    Vocabulary { place: "an engine's type", keys: &["type"], repeatable: &[], elsewhere: &[] };

const DOMAIN: Vocabulary = Vocabulary {
    place: "`domain(…)`",
    keys: &["name", "schema", "check"],
    repeatable: &["check"],
    elsewhere: &[],
};

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let expansion = declare(input, &errors).unwrap_or_default();
    errors.into_tokens(&expansion)
}

fn declare(input: &DeriveInput, errors: &Errors) -> Option<TokenStream> {
    let (member, inner) = match &input.data {
        Data::Struct(data) if data.fields.len() == 1 => {
            let field = data.fields.iter().next()?;
            (data.fields.members().next()?, &field.ty)
        }
        Data::Struct(_) => {
            errors.at(
                &input.ident,
                "`SqlType` is for a struct with one field, the value that the column holds",
            );
            return None;
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
        let checks = options.take_all("check");
        let checks = checks.iter().filter_map(|item| item.string(errors));
        body.extend(quote! {
            fn column_type() -> __gp::Type { __gp::Type::Named(#name) }
            fn define(types: &mut __gp::Database) {
                __gp::define(types, __gp::domain(#name, #base, &[#(#checks),*]));
            }
        });
    } else {
        body.extend(quote!(fn column_type() -> __gp::Type { #base }));
    }
    if inherited {
        body.extend(quote! {
            fn check(column: &str) -> ::core::option::Option<__gp::Sql> {
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
