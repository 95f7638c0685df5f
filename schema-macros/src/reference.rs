//! Foreign keys: `references(Org::id, …)` and `foreign_key(columns(…), references(…), …)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{LitStr, Path, Token, Type};

use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::error::Errors;
use crate::fields::{ColumnName, Fields};
use crate::key::deferrability;
use crate::names::{constant, meant, plain};
use crate::settings::{Setting, Takes, settings, with_settings};

/// What a foreign key refers to, with the keys after it.
struct References {
    target: Target,
    rest: TokenStream,
}

enum Target {
    /// Fields of another struct that derives `Table`.
    Paths(Vec<Path>),
    /// A table by its name.
    Table(LitStr),
}

impl Parse for References {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let table = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            return Ok(Self { target: Target::Table(table), rest: input.parse()? });
        }
        let mut paths = Vec::new();
        while !input.is_empty() {
            let ahead = input.fork();
            let Ok(path) = ahead.parse::<Path>() else { break };
            if path.segments.len() < 2 || !(ahead.is_empty() || ahead.peek(Token![,])) {
                break;
            }
            input.advance_to(&ahead);
            input.parse::<Option<Token![,]>>()?;
            paths.push(path);
        }
        if paths.is_empty() {
            return Err(input.error(
                "expected a field of another table, `Org::id`, or a table's name, `\"orgs\", columns(\"id\")`",
            ));
        }
        Ok(Self { target: Target::Paths(paths), rest: input.parse()? })
    }
}

const REFERENCES: Vocabulary = Vocabulary {
    place: "`references(…)`",
    keys: &[
        "columns",
        "schema",
        "on_delete",
        "on_update",
        "name",
        "deferrable",
        "initially_deferred",
        "match",
        "set_columns",
        "period",
        "not_valid",
        "not_enforced",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    elsewhere: &[("delete", "on_delete = \"…\""), ("update", "on_update = \"…\"")],
};

const FOREIGN_KEY: Vocabulary = Vocabulary {
    place: "`foreign_key(…)`",
    keys: &[
        "columns",
        "references",
        "on_delete",
        "on_update",
        "name",
        "deferrable",
        "initially_deferred",
        "match",
        "set_columns",
        "period",
        "not_valid",
        "not_enforced",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    elsewhere: REFERENCES.elsewhere,
};

const SETTINGS: [Setting; 6] = [
    (
        "match",
        "match_kind",
        Takes::Word("MatchKind", &[("full", "Full"), ("simple", "Simple"), ("partial", "Partial")]),
    ),
    ("set_columns", "set_columns", Takes::Columns),
    ("period", "period", Takes::Yes),
    ("not_valid", "validated", Takes::No),
    ("not_enforced", "enforced", Takes::No),
    ("comment", "comment", Takes::Text),
];

/// `references(…)` of a column.
pub(crate) fn column_references(
    item: &Item,
    column: &LitStr,
    ty: &Type,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Option<TokenStream> {
    let list = item.list("Org::id", errors)?;
    if list.is_empty() {
        errors.at(&item.key, "say what it references: `references(Org::id)`");
        return None;
    }
    let references = errors.ok(parse_piece::<References>(list.clone()))?;
    let mut items = Items::of_list(references.rest.clone(), &REFERENCES, errors);
    let key = foreign_key(&[(column.clone(), Some(ty))], references.target, &mut items, &item.key)?;
    let options = options(&mut items);
    let sets = settings(&quote!(__p), &SETTINGS, &mut items, Some(fields));
    let key = with_settings(quote!(#key #options), &sets);
    Some(quote!(__t.foreign_key(#key);))
}

/// `foreign_key(columns(…), references(…), …)` of a table.
pub(crate) fn table_foreign_key(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    const EXAMPLE: &str = "columns(a), references(Org::id)";
    let mut items = Items::of_list(item.list(EXAMPLE, errors)?.clone(), &FOREIGN_KEY, errors);
    let (Some(columns), Some(target)) = (items.take("columns"), items.take("references")) else {
        errors.at(
            &item.key,
            format!("say both its columns and what they reference: `{}({EXAMPLE})`", item.key),
        );
        return None;
    };
    // Wrong columns are not counted: their errors say enough.
    let columns: Vec<Option<_>> = split(columns.list("a, b", errors)?.clone())
        .into_iter()
        .map(|piece| errors.ok(parse_piece::<ColumnName>(piece))?.resolve(fields, errors))
        .collect();
    let columns: Vec<_> = columns.into_iter().collect::<Option<_>>()?;
    let references = errors.ok(parse_piece::<References>(target.list("Org::id", errors)?.clone()))?;
    let mut inner = Items::of_list(references.rest.clone(), &REFERENCES, errors);
    let key = foreign_key(&columns, references.target, &mut inner, &target.key)?;
    let mut sets = settings(&quote!(__p), &SETTINGS, &mut inner, Some(fields));
    sets.extend(settings(&quote!(__p), &SETTINGS, &mut items, Some(fields)));
    let (inner, outer) = (options(&mut inner), options(&mut items));
    let key = with_settings(quote!(#key #inner #outer), &sets);
    Some(quote!(__t.foreign_key(#key);))
}

fn foreign_key(
    columns: &[(LitStr, Option<&Type>)],
    target: Target,
    items: &mut Items<'_>,
    place: &syn::Ident,
) -> Option<TokenStream> {
    let errors = items.errors;
    let names = columns.iter().map(|(name, _)| name);
    match target {
        Target::Table(table) => {
            let schema = items.string("schema");
            let table = match schema {
                Some(schema) => quote!((#schema, #table)),
                None => table.to_token_stream(),
            };
            let referenced = match items.take("columns") {
                Some(item) => split(item.list("\"id\"", errors)?.clone())
                    .into_iter()
                    .filter_map(|piece| errors.ok(parse_piece::<ColumnName>(piece)))
                    .map(|column| match column {
                        ColumnName::Field(field) => LitStr::new(&plain(&field), field.span()),
                        ColumnName::Text(name) => name,
                    })
                    .collect(),
                None => Vec::new(),
            };
            if !referenced.is_empty() && !same_number(columns.len(), referenced.len(), place, errors) {
                return None;
            }
            Some(quote!(__gp::ForeignKey::new::<&str, &str>([#(#names),*], #table, [#(#referenced),*])))
        }
        Target::Paths(paths) => {
            for key in ["columns", "schema"] {
                if let Some(item) = items.take(key) {
                    errors.at(
                        &item.key,
                        format!("`{key}` belongs to a table's name; the path says it already"),
                    );
                }
            }
            let targets: Option<Vec<_>> = paths.iter().map(|path| target_column(path, errors)).collect();
            let targets = targets?;
            if !same_number(columns.len(), targets.len(), place, errors) {
                return None;
            }
            let (owner, first) = targets.first()?;
            for (path, (other, _)) in paths.iter().zip(&targets) {
                if other != owner {
                    errors.at(
                        path,
                        format!("a foreign key references one table; this is not a field of `{owner}`"),
                    );
                }
            }
            let referenced = columns.iter().zip(&targets).map(|((_, ty), (_, column))| {
                let checked = ty.map(|ty| quote_spanned!(ty.span()=> __gp::referenced::<#ty, _, _>(#column)));
                checked.unwrap_or_else(|| quote!(#column.name()))
            });
            Some(quote! {
                __gp::ForeignKey::new([#(#names),*], __gp::referenced_table(#first), [#(#referenced),*])
            })
        }
    }
}

/// The struct that a path like `Org::id` begins with, and the constant of its field.
fn target_column(path: &Path, errors: &Errors) -> Option<(String, TokenStream)> {
    let mut path = path.clone();
    let last = path.segments.last_mut()?;
    if plain(&last.ident).starts_with(char::is_uppercase) {
        errors.at(&path, format!("say the field too: `{}::id`", readable(&path)));
        return None;
    }
    last.ident = constant(&last.ident);
    let mut owner = path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    Some((readable(&owner), path.to_token_stream()))
}

fn readable(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn same_number(columns: usize, referenced: usize, place: &syn::Ident, errors: &Errors) -> bool {
    if columns != referenced {
        errors.at(place, format!("{columns} columns cannot reference {referenced}"));
    }
    columns == referenced
}

fn options(items: &mut Items<'_>) -> TokenStream {
    let errors = items.errors;
    let mut code = TokenStream::new();
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if let Some(action) = items.take("on_delete").and_then(|item| action(&item, errors)) {
        code.extend(quote!(.on_delete(#action)));
    }
    if let Some(action) = items.take("on_update").and_then(|item| action(&item, errors)) {
        code.extend(quote!(.on_update(#action)));
    }
    if let Some(deferrability) = deferrability(items) {
        code.extend(quote!(.deferrability(#deferrability)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    code
}

fn action(item: &Item, errors: &Errors) -> Option<TokenStream> {
    const ACTIONS: [&str; 5] = ["cascade", "restrict", "set null", "set default", "no action"];
    let (word, value) = item.word("\"cascade\"", errors)?;
    let variant = match word.as_str() {
        "cascade" => quote!(Cascade),
        "restrict" => quote!(Restrict),
        "set null" => quote!(SetNull),
        "set default" => quote!(SetDefault),
        "no action" => quote!(NoAction),
        other => {
            errors.at(
                value,
                format!("unknown action `{other}` in `{}`{}", item.key.unraw(), meant(other, &ACTIONS)),
            );
            return None;
        }
    };
    Some(quote!(__gp::ForeignKeyAction::#variant))
}
