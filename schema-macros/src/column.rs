//! Fields: `#[column(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Type, UnOp};

use crate::attrs::{Item, Items, Vocabulary, bare, literal_integer, literal_string};
use crate::check::check;
use crate::error::Errors;
use crate::fields::Fields;
use crate::key::{column_index, column_unique};
use crate::names::{Case, plain};
use crate::reference::column_references;
use crate::settings::{CONFLICT, Setting, Takes, qualified, settings, with_settings};

const COLUMN: Vocabulary = Vocabulary {
    place: "`#[column(…)]`",
    keys: &[
        "primary_key",
        "identity",
        "unique",
        "index",
        "name",
        "type",
        "nullable",
        "default",
        "check",
        "references",
        "collate",
        "comment",
        "generated",
        "renamed_from",
        "skip",
        "flatten",
        "prefix",
        "postgres",
        "mysql",
        "mariadb",
        "sqlite",
    ],
    repeatable: &["index", "check", "references"],
    elsewhere: &[
        ("pk", "primary_key"),
        ("id", "primary_key"),
        ("key", "primary_key"),
        ("auto_increment", "identity"),
        ("autoincrement", "identity"),
        ("auto", "identity"),
        ("serial", "identity"),
        ("indexed", "index"),
        ("rename", "name = \"…\""),
        ("column_name", "name = \"…\""),
        ("column_type", "type = \"…\""),
        ("sql_type", "type = \"…\""),
        ("null", "nullable"),
        ("ignore", "skip"),
        ("default_value", "default = …"),
        ("default_expr", "default = sql(\"…\")"),
        ("foreign_key", "references(Org::id)"),
        ("on_delete", "references(Org::id, on_delete = \"…\")"),
        ("on_update", "references(Org::id, on_update = \"…\")"),
        ("embed", "flatten"),
    ],
};

const IDENTITY: Vocabulary = Vocabulary {
    place: "`identity(…)`",
    keys: &["always", "start", "increment", "min", "max", "cache", "cycle", "monotonic"],
    repeatable: &[],
    elsewhere: &[("autoincrement", "monotonic"), ("start_with", "start = 1"), ("by_default", "identity")],
};

const GENERATED: Vocabulary = Vocabulary {
    place: "`generated(…)`",
    keys: &["stored", "virtual"],
    repeatable: &[],
    elsewhere: &[("always", "stored = \"…\"")],
};

/// What only one engine knows of a column.
const ENGINES: [(&str, &str, Vocabulary); 4] = [
    (
        "postgres",
        "Postgres",
        engine(
            "`postgres(…)`",
            &[
                "type",
                "storage",
                "compression",
                "statistics",
                "options",
                "foreign_options",
                "sequence",
                "not_null",
                "inherited",
                "inherited_not_null",
            ],
        ),
    ),
    (
        "mysql",
        "MySql",
        engine("`mysql(…)`", &["type", "charset", "on_update", "invisible", "srid", "attributes"]),
    ),
    ("mariadb", "MariaDb", engine("`mariadb(…)`", &["type"])),
    ("sqlite", "Sqlite", engine("`sqlite(…)`", &["type", "not_null", "not_null_conflict", "verbatim"])),
];

const POSTGRES: [Setting; 8] = [
    ("storage", "storage", Takes::Text),
    ("compression", "compression", Takes::Text),
    ("statistics", "statistics", Takes::Integer),
    ("options", "options", Takes::Texts),
    ("foreign_options", "foreign_options", Takes::Text),
    ("sequence", "identity_sequence", Takes::Text),
    ("inherited", "inherited", Takes::Yes),
    ("inherited_not_null", "inherited_not_null", Takes::Yes),
];

const MYSQL: [Setting; 5] = [
    ("charset", "charset", Takes::Text),
    ("on_update", "on_update", Takes::Text),
    ("invisible", "invisible", Takes::Yes),
    ("srid", "srid", Takes::Integer),
    ("attributes", "attributes", Takes::Texts),
];

const SQLITE: [Setting; 3] = [
    ("not_null", "not_null_name", Takes::Text),
    ("not_null_conflict", "not_null_conflict", CONFLICT),
    ("verbatim", "verbatim", Takes::Texts),
];

/// PostgreSQL's NOT NULL as a constraint with a name.
const NOT_NULL: Vocabulary = Vocabulary {
    place: "`not_null(…)`",
    keys: &["name", "no_inherit", "not_valid", "comment"],
    repeatable: &[],
    elsewhere: &[],
};

const NOT_NULL_SETTINGS: [Setting; 3] = [
    ("no_inherit", "no_inherit", Takes::Yes),
    ("not_valid", "validated", Takes::No),
    ("comment", "comment", Takes::Text),
];

const fn engine(place: &'static str, keys: &'static [&'static str]) -> Vocabulary {
    Vocabulary { place, keys, repeatable: &[], elsewhere: &[] }
}

/// One field of the struct.
pub(crate) struct Field<'a, 'e> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: LitStr,
    pub(crate) role: Role,
    pub(crate) primary_key: Option<Ident>,
    attributes: &'a [Attribute],
    items: Items<'e>,
}

/// What a field is in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A column.
    Column,
    /// The column of a type that was said on the field, so that its Rust type needs none.
    TypedColumn,
    /// Embedded columns.
    Flatten,
    /// Nothing.
    Skip,
}

impl<'a, 'e> Field<'a, 'e> {
    pub(crate) fn read(
        ident: &'a Ident,
        field: &'a syn::Field,
        case: Option<Case>,
        namespaced: bool,
        errors: &'e Errors,
    ) -> Self {
        let mut items = Items::of_attributes(&field.attrs, "column", namespaced, &COLUMN, errors);
        let role = role(&mut items);
        let text = case.map_or_else(|| plain(ident), |case| case.apply(&plain(ident)));
        let name = items.string("name").unwrap_or_else(|| LitStr::new(&text, ident.span()));
        if name.value().is_empty() {
            errors.at(&name, "a column needs a name");
        }
        let role = match role {
            Role::Column if items.rest().iter().any(|item| item.key == "type") => Role::TypedColumn,
            role => role,
        };
        let primary_key = items.take("primary_key").map(|item| {
            item.flag(errors);
            item.key
        });
        Self { ident, ty: &field.ty, name, role, primary_key, attributes: &field.attrs, items }
    }

    /// The statements that declare it.
    pub(crate) fn declare(mut self, fields: &Fields<'_>, docs: bool) -> TokenStream {
        let ty = self.ty;
        match self.role {
            Role::Skip => TokenStream::new(),
            Role::Flatten => {
                let prefix =
                    self.items.string("prefix").unwrap_or_else(|| LitStr::new("", Span::call_site()));
                quote!(__t.flatten::<#ty>(#prefix);)
            }
            Role::Column | Role::TypedColumn => self.column(fields, docs),
        }
    }

    fn column(&mut self, fields: &Fields<'_>, docs: bool) -> TokenStream {
        let errors = self.items.errors;
        let (name, ty) = (self.name.clone(), self.ty);
        let native = self.items.take("type").and_then(|item| native_type(&item, errors));
        let with = self.modifiers(docs);
        let column = if let Some(native) = native {
            quote!(__t.typed_column(#name, #native, __gp::Nullability::<#ty>::NULLABLE, #with);)
        } else {
            quote!(__t.column::<#ty>(#name, #with);)
        };
        let items = &mut self.items;
        let mut parts = TokenStream::new();
        if let Some(item) = items.take("unique") {
            parts.extend(column_unique(&item, &name, fields, errors));
        }
        for item in items.take_all("index") {
            parts.extend(column_index(&item, &name, fields, errors));
        }
        for item in items.take_all("check") {
            parts.extend(check(&item, Some(&name), errors));
        }
        for item in items.take_all("references") {
            parts.extend(column_references(&item, &name, ty, fields, errors));
        }
        quote!(#column #parts)
    }

    /// The function that says of the column what its type does not.
    fn modifiers(&mut self, docs: bool) -> TokenStream {
        let items = &mut self.items;
        let errors = items.errors;
        let (mut chain, mut sets) = (TokenStream::new(), TokenStream::new());
        if let Some(item) = items.take("nullable") {
            let nullable = item.bool(errors);
            sets.extend(quote!(__c.nullable = #nullable;));
        }
        let identity = items.take("identity");
        let default = items.take("default");
        let generated = items.take("generated");
        let numbered = [("identity", &identity), ("default", &default), ("generated", &generated)];
        let mut said = numbered.iter().filter_map(|(key, item)| Some((key, item.as_ref()?)));
        if let (Some((first, _)), Some((second, item))) = (said.next(), said.next()) {
            errors.at(&item.key, format!("a column with `{first}` cannot have `{second}`"));
        }
        if let Some(item) = identity {
            let (method, options) = identity_options(&item, errors);
            chain.extend(method);
            sets.extend(options);
        }
        if let Some(item) = default {
            chain.extend(default_value(&item, errors));
        }
        if let Some(item) = generated {
            chain.extend(generated_expression(&item, errors));
        }
        let collation = items.take("collate");
        if let Some(collation) = collation.and_then(|item| qualified(item.expr("\"C\"", errors)?, errors)) {
            chain.extend(quote!(.collate(#collation)));
        }
        let written = items.string("comment");
        let comment = written.or_else(|| if docs { doc_comment(self.attributes) } else { None });
        if let Some(comment) = comment {
            chain.extend(quote!(.comment(#comment)));
        }
        if let Some(old) = items.string("renamed_from") {
            if old.value() == self.name.value() {
                errors.at(&old, "this is the column's name now; say the one that it had before");
            }
            chain.extend(quote!(.renamed_from(#old)));
        }
        for (key, variant, vocabulary) in &ENGINES {
            let Some(list) = items.take(key).and_then(|item| item.list("type = \"…\"", errors).cloned())
            else {
                continue;
            };
            let mut options = Items::of_list(list, vocabulary, errors);
            if let Some(ty) = options.string("type") {
                let variant = Ident::new(variant, Span::call_site());
                chain.extend(quote!(.native(__gp::Engine::#variant, #ty)));
            }
            sets.extend(engine_options(key, &mut options));
        }
        if chain.is_empty() && sets.is_empty() {
            quote!(__gp::unchanged)
        } else if sets.is_empty() {
            quote!(|__c| __c #chain)
        } else {
            quote!(|__c| { let mut __c = __c #chain; #sets __c })
        }
    }
}

/// What the field is. Keys that mean nothing for it are errors.
fn role(items: &mut Items<'_>) -> Role {
    let errors = items.errors;
    let (role, key, allowed) = if items.flag("skip") {
        (Role::Skip, "skip", "")
    } else if items.flag("flatten") {
        (Role::Flatten, "flatten", "prefix")
    } else {
        (Role::Column, "", "")
    };
    for item in items.rest() {
        if role != Role::Column && item.key != allowed {
            errors.at(&item.key, format!("`{}` means nothing beside `{key}`", item.key));
        } else if role == Role::Column && item.key == "prefix" {
            errors.at(&item.key, "`prefix` belongs to `flatten`: `flatten, prefix = \"…\"`");
        }
    }
    role
}

/// `type = "…"`, verbatim, or `type = Type::Varchar(320)`.
pub(crate) fn native_type(item: &Item, errors: &Errors) -> Option<TokenStream> {
    let value = item.expr("\"…\"", errors)?;
    let Some(sql) = literal_string(value) else {
        return Some(quote!({
            #[allow(unused_imports)]
            use __gp::Type;
            #value
        }));
    };
    if sql.value().trim().is_empty() {
        errors.at(&sql, "the type is empty: write it as DDL does, `type = \"varchar(320)\"`");
    }
    Some(quote!(__gp::Type::native(#sql)))
}

fn identity_options(item: &Item, errors: &Errors) -> (TokenStream, TokenStream) {
    if item.assigned().is_some() {
        item.flag(errors);
    }
    let mut items = Items::of_list(item.listed().cloned().unwrap_or_default(), &IDENTITY, errors);
    let method = if items.flag("always") { quote!(.identity_always()) } else { quote!(.identity()) };
    let mut sets = TokenStream::new();
    for key in ["start", "increment", "min", "max", "cache"] {
        if let Some(value) = items.take(key).and_then(|item| item.integer(errors)) {
            let key = Ident::new(key, Span::call_site());
            sets.extend(quote!(__i.sequence.#key = ::core::option::Option::Some(#value);));
        }
    }
    if items.flag("cycle") {
        sets.extend(quote!(__i.sequence.cycle = true;));
    }
    if items.flag("monotonic") {
        sets.extend(quote!(__i.monotonic = true;));
    }
    if !sets.is_empty() {
        sets = quote!({ let __i = __c.identity.get_or_insert_default(); #sets });
    }
    (method, sets)
}

/// A Rust literal or constant, or `sql("…")`.
fn default_value(item: &Item, errors: &Errors) -> Option<TokenStream> {
    let value = item.expr("0", errors)?;
    if is_sql_call(value) {
        let sql = sql_call(item, errors)?;
        return Some(quote!(.default_sql(#sql)));
    }
    let value = number(value).unwrap_or_else(|| value.to_token_stream());
    Some(quote!(.default(#value)))
}

fn is_sql_call(value: &Expr) -> bool {
    matches!(value, Expr::Call(call)
        if matches!(call.func.as_ref(), Expr::Path(path) if path.path.is_ident("sql")))
}

/// The text of `key = sql("…")`.
pub(crate) fn sql_call(item: &Item, errors: &Errors) -> Option<LitStr> {
    let value = item.expr("sql(\"now()\")", errors)?;
    let text = match value {
        Expr::Call(call) if is_sql_call(value) && call.args.len() == 1 => {
            call.args.first().and_then(literal_string)
        }
        _ => None,
    };
    if text.is_none() {
        let key = &item.key;
        let message = if is_sql_call(value) { "`sql` takes one string" } else { "write SQL" };
        errors.at(value, format!("{message}: `{key} = sql(\"now()\")`"));
    }
    text
}

/// A number without suffix, with all of its digits.
fn number(value: &Expr) -> Option<TokenStream> {
    let (sign, digits) = match value {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => ("-", unary.expr.as_ref()),
        other => ("", other),
    };
    let text = match bare(digits) {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if float.suffix().is_empty() => {
            float.base10_digits()
        }
        other => literal_integer(other)?.base10_digits(),
    };
    let text = format!("{sign}{text}");
    let int = text.parse::<i64>().map(|int| quote!(#int));
    Some(int.unwrap_or_else(|_| quote!(__gp::Value::Number(#text.into()))))
}

fn generated_expression(item: &Item, errors: &Errors) -> Option<TokenStream> {
    const EXAMPLE: &str = "stored = \"…\"";
    let mut items = Items::of_list(item.list(EXAMPLE, errors)?.clone(), &GENERATED, errors);
    match (items.string("stored"), items.string("virtual")) {
        (Some(stored), None) => Some(quote!(.generated_stored(#stored))),
        (None, Some(computed)) => Some(quote!(.generated_virtual(#computed))),
        (Some(_), Some(second)) => {
            errors.at(second, "a column is either stored or virtual");
            None
        }
        (None, None) => {
            errors.at(
                &item.key,
                "say how it is kept: `generated(stored = \"…\")` or `generated(virtual = \"…\")`",
            );
            None
        }
    }
}

fn engine_options(engine: &str, options: &mut Items<'_>) -> TokenStream {
    let (target, table): (_, &[Setting]) = match engine {
        "postgres" => (quote!(__c.postgres), &POSTGRES),
        "mysql" => (quote!(__c.mysql), &MYSQL),
        "sqlite" => (quote!(__c.sqlite), &SQLITE),
        _ => return TokenStream::new(),
    };
    let mut sets = settings(&target, table, options, None);
    if let Some(not_null) = options.take("not_null").and_then(|item| not_null(&item, options.errors)) {
        sets.extend(quote!(__c.postgres.not_null = ::core::option::Option::Some(#not_null);));
    }
    sets
}

/// `not_null = "name"` or `not_null(name = "…", …)`.
fn not_null(item: &Item, errors: &Errors) -> Option<TokenStream> {
    if item.assigned().is_some() {
        let name = item.string(errors)?;
        return Some(quote!(__gp::PostgresNotNull::new(#name)));
    }
    let mut items = Items::of_list(item.list("name = \"…\"", errors)?.clone(), &NOT_NULL, errors);
    let Some(name) = items.string("name") else {
        errors.at(&item.key, "say the constraint's name: `not_null = \"…\"`");
        return None;
    };
    let sets = settings(&quote!(__p), &NOT_NULL_SETTINGS, &mut items, None);
    Some(with_settings(quote!(__gp::PostgresNotNull::new(#name)), &sets))
}

/// The text of the doc comments.
pub(crate) fn doc_comment(attributes: &[Attribute]) -> Option<LitStr> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Some(text) = literal_string(&meta.value)
        {
            lines.extend(
                text.value().split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()),
            );
        }
    }
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then(|| LitStr::new(&text, Span::call_site()))
}
