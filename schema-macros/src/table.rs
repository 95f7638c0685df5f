//! `#[derive(Table)]` and `#[derive(Columns)]`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{
    Data, DeriveInput, Fields as SynFields, Generics, Ident, LitStr, Path, Token, punctuated::Punctuated,
};

use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::check::check;
use crate::column::{Field, Role, doc_comment};
use crate::error::Errors;
use crate::fields::Fields;
use crate::key::{primary_key, table_exclude, table_index, table_unique};
use crate::names::{Case, constant, plain};
use crate::reference::table_foreign_key;
use crate::settings::{Setting, Takes, qualified, settings};

const TABLE: Vocabulary = Vocabulary {
    place: "`#[table(…)]`",
    keys: &[
        "name",
        "schema",
        "rename_all",
        "primary_key",
        "unique",
        "index",
        "check",
        "foreign_key",
        "exclude",
        "comment",
        "docs",
        "strict",
        "without_rowid",
        "unlogged",
        "engine",
        "postgres",
        "mysql",
        "sqlite",
        "renamed_from",
        "with",
        "crate",
        "namespaced",
    ],
    repeatable: &["unique", "index", "check", "foreign_key", "exclude"],
    elsewhere: &[
        ("table_name", "name = \"…\""),
        ("rename", "name = \"…\""),
        ("schema_name", "schema = \"…\""),
        ("indexes", "index(columns(…))"),
        ("references", "foreign_key(columns(…), references(…))"),
    ],
};

const COLUMNS: Vocabulary = Vocabulary {
    place: "`#[table(…)]` of embedded columns",
    keys: &[
        "rename_all",
        "unique",
        "index",
        "check",
        "foreign_key",
        "exclude",
        "docs",
        "crate",
        "namespaced",
    ],
    repeatable: TABLE.repeatable,
    elsewhere: &[
        ("name", "the name on the struct that derives `Table`"),
        ("primary_key", "the primary key on the struct that derives `Table`"),
    ],
};

/// Which of the two derives it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A table of its own.
    Table,
    /// Columns that tables embed.
    Columns,
}

pub(crate) fn expand(input: &DeriveInput, kind: Kind) -> TokenStream {
    let errors = Errors::default();
    let expansion = declare(input, kind, &errors).unwrap_or_default();
    errors.into_tokens(&expansion)
}

fn declare(input: &DeriveInput, kind: Kind, errors: &Errors) -> Option<TokenStream> {
    let vocabulary = match kind {
        Kind::Table => &TABLE,
        Kind::Columns => &COLUMNS,
    };
    let namespaced = is_namespaced(input);
    let mut items = Items::of_attributes(&input.attrs, "table", namespaced, vocabulary, errors);
    items.flag("namespaced");
    let krate = items.crate_path();
    let case = items.string("rename_all").and_then(|case| Case::parse(&case, errors));
    let docs = items.flag("docs");

    let named = named_fields(input, errors)?;
    let fields: Vec<Field<'_, '_>> = named
        .iter()
        .filter_map(|field| Some(Field::read(field.ident.as_ref()?, field, case, namespaced, errors)))
        .collect();
    let names = field_names(&fields, errors);
    if kind == Kind::Table && fields.iter().all(|field| field.role == Role::Skip) {
        errors.at(&input.ident, "a table needs a column");
    }

    let key = table_key(&mut items, &fields, &names, kind, errors);
    let constants = if kind == Kind::Table { constants(input, &fields, &krate) } else { TokenStream::new() };
    let bounds = bounds(&input.generics, &fields);
    let uses = fields.iter().map(|field| field.ident).collect::<Vec<_>>();
    let bindings = uses.iter().map(|field| format_ident!("__{}", plain(field)));
    let columns: TokenStream = fields.into_iter().map(|field| field.declare(&names, docs)).collect();
    let parts = parts(&mut items, &names, errors);
    let header = match kind {
        Kind::Table => table_impl(input, &mut items, &bounds),
        Kind::Columns => TokenStream::new(),
    };
    let options = table_options(&mut items, kind, docs.then(|| doc_comment(&input.attrs)).flatten());

    let ident = &input.ident;
    let is_collected = matches!(kind, Kind::Table) && input.generics.params.is_empty();
    let found = is_collected.then(|| quote!(__gp::found!(#ident);));
    let (generics, arguments, _) = input.generics.split_for_impl();
    let conditions = conditions(&input.generics, &bounds);
    Some(quote! {
        #constants
        const _: () = {
            use #krate::__private as __gp;
            #[allow(unused_imports)]
            use __gp::NotOption as _;
            #header
            #[automatically_derived]
            impl #generics __gp::Columns for #ident #arguments #conditions {
                fn declare(__t: &mut __gp::Declaration) {
                    // Every field is read: it is a column.
                    let _ = |Self { #(#uses: #bindings,)* }: &Self| {};
                    #columns
                    #key
                    #parts
                    #options
                }
            }
            #found
        };
    })
}

fn named_fields<'a>(
    input: &'a DeriveInput,
    errors: &Errors,
) -> Option<&'a Punctuated<syn::Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            SynFields::Named(fields) => return Some(&fields.named),
            SynFields::Unnamed(fields) => {
                errors.at(
                    fields,
                    "columns have names: write `struct … { field: Type }`; a newtype derives `SqlType`",
                );
            }
            SynFields::Unit => errors.at(&input.ident, "a table needs a column"),
        },
        Data::Enum(data) => {
            errors.at(data.enum_token, "an enum is no table; derive `SqlEnum` to use it as a column");
        }
        Data::Union(data) => errors.at(data.union_token, "a union is no table"),
    }
    None
}

/// Whether `#[groundplan(namespaced)]` leaves `#[table]` and `#[column]` to another macro.
fn is_namespaced(input: &DeriveInput) -> bool {
    let groundplan = input.attrs.iter().filter(|attribute| attribute.path().is_ident("groundplan"));
    let mut keys = groundplan
        .filter_map(|attribute| attribute.meta.require_list().ok())
        .flat_map(|list| split(list.tokens.clone()));
    keys.any(|key| key.to_string() == "namespaced")
}

fn field_names<'a>(fields: &[Field<'a, '_>], errors: &Errors) -> Fields<'a> {
    let mut columns: Vec<(&'a Ident, LitStr, &'a syn::Type)> = Vec::new();
    for field in fields.iter().filter(|field| matches!(field.role, Role::Column | Role::TypedColumn)) {
        if columns.iter().any(|(_, name, _)| name.value() == field.name.value()) {
            errors.at(&field.name, format!("a second column `{}`", field.name.value()));
        }
        columns.push((field.ident, field.name.clone(), field.ty));
    }
    Fields { columns, embeds: fields.iter().any(|field| field.role == Role::Flatten) }
}

/// The primary key, said on fields or on the table.
fn table_key(
    items: &mut Items<'_>,
    fields: &[Field<'_, '_>],
    names: &Fields<'_>,
    kind: Kind,
    errors: &Errors,
) -> TokenStream {
    let marked: Vec<(&Ident, &LitStr)> =
        fields.iter().filter_map(|field| Some((field.primary_key.as_ref()?, &field.name))).collect();
    if let (Kind::Columns, Some((key, _))) = (kind, marked.first()) {
        errors.at(key, "a primary key belongs on the struct that derives `Table`");
    }
    match (items.take("primary_key"), marked.first()) {
        (Some(item), None) => primary_key(&item, names, errors).unwrap_or_default(),
        (Some(_), Some((key, _))) => {
            errors.at(key, "the primary key is said on the table already");
            TokenStream::new()
        }
        (None, Some(_)) => {
            let columns = marked.iter().map(|(_, name)| name);
            quote!(__t.primary_key(__gp::PrimaryKey::new([#(#columns),*]));)
        }
        (None, None) => TokenStream::new(),
    }
}

/// Keys, checks and foreign keys over several columns.
fn parts(items: &mut Items<'_>, names: &Fields<'_>, errors: &Errors) -> TokenStream {
    let mut code = TokenStream::new();
    code.extend(items.take_all("unique").iter().filter_map(|item| table_unique(item, names, errors)));
    code.extend(items.take_all("index").iter().filter_map(|item| table_index(item, names, errors)));
    code.extend(items.take_all("check").iter().filter_map(|item| check(item, None, errors)));
    code.extend(items.take_all("exclude").iter().filter_map(|item| table_exclude(item, names, errors)));
    code.extend(
        items.take_all("foreign_key").iter().filter_map(|item| table_foreign_key(item, names, errors)),
    );
    code
}

/// `User::EMAIL` for each column.
fn constants(input: &DeriveInput, fields: &[Field<'_, '_>], krate: &Path) -> TokenStream {
    let columns = fields.iter().filter(|field| matches!(field.role, Role::Column | Role::TypedColumn));
    let visibility = &input.vis;
    let constants = columns.map(|field| {
        let (constant, name, ty) = (constant(field.ident), &field.name, field.ty);
        let docs = format!("The name of the column `{}`.", name.value());
        quote! {
            #[doc = #docs]
            #visibility const #constant: #krate::TypedColumn<Self, #ty> = #krate::TypedColumn::new(#name);
        }
    });
    let ident = &input.ident;
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(dead_code, private_interfaces)]
        impl #generics #ident #arguments #conditions {
            #(#constants)*
        }
    }
}

/// The name of the table.
fn table_impl(input: &DeriveInput, items: &mut Items<'_>, bounds: &[TokenStream]) -> TokenStream {
    let ident = &input.ident;
    let name = items.qualified_name(ident);
    let (generics, arguments, _) = input.generics.split_for_impl();
    let conditions = conditions(&input.generics, bounds);
    quote! {
        #[automatically_derived]
        impl #generics __gp::Table for #ident #arguments #conditions {
            const TABLE: __gp::TableName = __gp::TableName::#name;
        }
    }
}

/// What only one engine knows of a table.
const ENGINES: [(&str, Vocabulary); 3] = [
    (
        "postgres",
        Vocabulary {
            place: "`postgres(…)`",
            keys: &[
                "unlogged",
                "partition_by",
                "tablespace",
                "access_method",
                "row_security",
                "force_row_security",
                "parameters",
                "replica_identity",
                "clustered_on",
                "inherits",
                "partition_of",
                "of_type",
                "foreign",
            ],
            repeatable: &[],
            elsewhere: &[("with", "parameters(\"fillfactor=70\")")],
        },
    ),
    (
        "mysql",
        Vocabulary {
            place: "`mysql(…)`",
            keys: &[
                "engine",
                "charset",
                "collate",
                "auto_increment",
                "partition_by",
                "options",
                "system_versioning",
                "periods",
            ],
            repeatable: &[],
            elsewhere: &[("collation", "collate = \"…\"")],
        },
    ),
    (
        "sqlite",
        Vocabulary {
            place: "`sqlite(…)`",
            keys: &["strict", "without_rowid"],
            repeatable: &[],
            elsewhere: &[],
        },
    ),
];

/// Comment, options and whatever else is said of the table as a whole.
fn table_options(items: &mut Items<'_>, kind: Kind, docs: Option<LitStr>) -> TokenStream {
    if kind == Kind::Columns {
        return TokenStream::new();
    }
    let errors = items.errors;
    let (mut chain, mut sets) = (TokenStream::new(), TokenStream::new());
    if let Some(comment) = items.string("comment").or(docs) {
        chain.extend(quote!(.comment(#comment)));
    }
    for flag in ["strict", "without_rowid", "unlogged"] {
        if items.flag(flag) {
            let method = Ident::new(flag, Span::call_site());
            chain.extend(quote!(.#method()));
        }
    }
    if let Some(engine) = items.string("engine") {
        chain.extend(quote!(.engine(#engine)));
    }
    if let Some(old) = items.string("renamed_from") {
        chain.extend(quote!(.renamed_from(#old)));
    }
    for (engine, vocabulary) in &ENGINES {
        if let Some(list) = items.take(engine).and_then(|item| item.list("…", errors).cloned()) {
            sets.extend(engine_options(engine, &mut Items::of_list(list, vocabulary, errors)));
        }
    }
    let mut code = TokenStream::new();
    if !sets.is_empty() {
        code.extend(quote!(__t.table(|__t| { let mut __t = __t #chain; #sets __t });));
    } else if !chain.is_empty() {
        code.extend(quote!(__t.table(|__t| __t #chain);));
    }
    if let Some(item) = items.take("with")
        && let Some(function) = item.expr("function", errors)
    {
        code.extend(quote!(__t.table(#function);));
    }
    code
}

const POSTGRES: [Setting; 12] = [
    ("unlogged", "unlogged", Takes::Yes),
    ("row_security", "row_security", Takes::Yes),
    ("force_row_security", "force_row_security", Takes::Yes),
    ("partition_by", "partition_by", Takes::Text),
    ("tablespace", "tablespace", Takes::Text),
    ("access_method", "access_method", Takes::Text),
    ("parameters", "parameters", Takes::Texts),
    ("replica_identity", "replica_identity", Takes::Text),
    ("clustered_on", "clustered_on", Takes::Text),
    ("inherits", "inherits", Takes::QualifiedNames),
    ("of_type", "of_type", Takes::Qualified),
    ("foreign", "foreign", Takes::Text),
];

const MYSQL: [Setting; 7] = [
    ("engine", "engine", Takes::Text),
    ("charset", "charset", Takes::Text),
    ("collate", "collation", Takes::Text),
    ("auto_increment", "auto_increment.number", Takes::Integer),
    ("options", "options", Takes::Texts),
    ("system_versioning", "system_versioning", Takes::Text),
    ("periods", "periods", Takes::Texts),
];

const SQLITE: [Setting; 2] =
    [("strict", "strict", Takes::Yes), ("without_rowid", "without_rowid", Takes::Yes)];

fn engine_options(engine: &str, options: &mut Items<'_>) -> TokenStream {
    let errors = options.errors;
    let (target, table): (_, &[Setting]) = match engine {
        "postgres" => (quote!(__t.options.postgres), &POSTGRES),
        "mysql" => (quote!(__t.options.mysql), &MYSQL),
        _ => (quote!(__t.options.sqlite), &SQLITE),
    };
    let mut sets = settings(&target, table, options, None);
    if let Some(text) = options.string("partition_by") {
        let text = LitStr::new(&format!("PARTITION BY {}", text.value()), text.span());
        sets.extend(quote!(#target.partitioning = ::core::option::Option::Some(#text.into());));
    }
    if let Some(item) = options.take("partition_of") {
        sets.extend(
            partition_of(&item, errors)
                .map(|partition| quote!(#target.partition_of = ::core::option::Option::Some(#partition);)),
        );
    }
    sets
}

/// `partition_of("parent", "FOR VALUES …")`.
fn partition_of(item: &Item, errors: &Errors) -> Option<TokenStream> {
    const EXAMPLE: &str = "\"parent\", \"FOR VALUES IN (1)\"";
    let pieces = split(item.list(EXAMPLE, errors)?.clone());
    let [parent, bounds] = pieces.as_slice() else {
        errors.at(
            &item.key,
            format!("`partition_of` takes the table and the bounds: `partition_of({EXAMPLE})`"),
        );
        return None;
    };
    let parent = qualified(&errors.ok(parse_piece(parent.clone()))?, errors)?;
    let bounds: LitStr = errors.ok(parse_piece(bounds.clone()))?;
    Some(quote!((#parent.into(), #bounds.into())))
}

/// What the types of fields must be able to do, where they are not known before the struct is used.
fn bounds(generics: &Generics, fields: &[Field<'_, '_>]) -> Vec<TokenStream> {
    let parameters: Vec<&Ident> = generics.type_params().map(|parameter| &parameter.ident).collect();
    let generic = |tokens: TokenStream| mentions(tokens, &parameters);
    fields
        .iter()
        .filter(|field| !parameters.is_empty() && generic(quote::ToTokens::to_token_stream(field.ty)))
        .filter_map(|field| {
            let ty = field.ty;
            match field.role {
                Role::Column => Some(quote!(#ty: __gp::ColumnType)),
                Role::Flatten => Some(quote!(#ty: __gp::Columns)),
                Role::TypedColumn | Role::Skip => None,
            }
        })
        .collect()
}

fn mentions(tokens: TokenStream, names: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => names.contains(&&ident),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

fn conditions(generics: &Generics, bounds: &[TokenStream]) -> TokenStream {
    let written = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let written: Vec<TokenStream> = written.map(quote::ToTokens::to_token_stream).collect();
    if written.is_empty() && bounds.is_empty() {
        return TokenStream::new();
    }
    quote!(where #(#written,)* #(#bounds,)*)
}
