//! Keys and indexes: `primary_key(…)`, `unique(…)`, `index(…)`, and the columns that they name.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Type, parenthesized};

use crate::attrs::{Item, Items, Vocabulary, parse_piece, split};
use crate::error::Errors;
use crate::names::{meant, plain};
use crate::settings::{CONFLICT, Setting, Takes, qualified, settings, with_settings};

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

/// One part of a key: a column or `sql("…")`, with what is said of it in parentheses.
struct KeyPart {
    value: KeyValue,
    options: TokenStream,
}

enum KeyValue {
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

const EXCLUDED: Vocabulary = Vocabulary {
    place: "an exclusion's column",
    keys: &["with", "asc", "desc", "nulls_first", "nulls_last", "collate", "ops", "prefix"],
    repeatable: &[],
    elsewhere: &[("operator", "with = \"=\"")],
};

/// The array of columns or key parts that the list says, if it says any.
fn key_parts(list: &TokenStream, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
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

fn key_part_items(items: &mut Items<'_>) -> TokenStream {
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

/// The columns that a list names, as an array of names.
pub(crate) fn column_names(list: &TokenStream, fields: &Fields<'_>, errors: &Errors) -> TokenStream {
    let names = split(list.clone()).into_iter().filter_map(|piece| {
        let column = errors.ok(parse_piece::<ColumnName>(piece))?;
        Some(column.resolve(fields, errors)?.0)
    });
    quote!([#(#names),*])
}

/// The key parts in `columns(…)` of a table's key.
fn columns_of(items: &mut Items<'_>, item: &Item, fields: &Fields<'_>) -> Option<TokenStream> {
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

const PRIMARY_KEY: Vocabulary = Vocabulary {
    place: "`primary_key(…)`",
    keys: &[
        "columns",
        "name",
        "include",
        "deferrable",
        "initially_deferred",
        "without_overlaps",
        "on_conflict",
        "parameters",
        "tablespace",
        "comment",
    ],
    repeatable: &[],
    elsewhere: &[],
};

/// What primary keys and unique constraints have in common.
const CONSTRAINT: [Setting; 6] = [
    ("include", "include", Takes::Columns),
    ("without_overlaps", "without_overlaps", Takes::Yes),
    ("on_conflict", "on_conflict", CONFLICT),
    ("parameters", "parameters", Takes::Texts),
    ("tablespace", "tablespace", Takes::Text),
    ("comment", "comment", Takes::Text),
];

/// `primary_key(a, b)` or `primary_key(columns(a, b), …)` of a table; also `primary_key(a, b, name = "…")`.
pub(crate) fn primary_key(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let list = item.list("a, b", errors)?;
    let (mut parts, mut options, mut flags) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    let mut columns = false;
    for piece in split(list.clone()) {
        match parse_piece::<Item>(piece.clone()) {
            Ok(option) if option.key == "columns" && option.listed().is_some() => {
                columns = true;
                parts.extend(option.listed().cloned());
            }
            Ok(option) if option.assigned().is_some() => options.extend(quote!(#piece,)),
            Ok(option) if option.is_flag() => flags.extend(quote!(#piece,)),
            Ok(option) if ["include", "parameters"].contains(&option.key.to_string().as_str()) => {
                options.extend(quote!(#piece,));
            }
            Ok(_) | Err(_) => flags.extend(quote!(#piece,)),
        }
    }
    // Bare words are fields, unless `columns(…)` names these.
    if columns {
        options.extend(flags);
    } else {
        parts = flags;
    }
    if parts.is_empty() {
        errors.at(&item.key, "name at least one column");
        return None;
    }
    let parts = key_parts(&parts, fields, errors)?;
    let mut items = Items::of_list(options, &PRIMARY_KEY, errors);
    let name = items.string("name").map(|name| quote!(.named(#name)));
    let mut sets = settings(&quote!(__p), &CONSTRAINT, &mut items, Some(fields));
    if let Some(deferrability) = deferrability(&mut items) {
        sets.extend(quote!(__p.deferrability = #deferrability;));
    }
    let key = with_settings(quote!(__gp::PrimaryKey::new(#parts)#name), &sets);
    Some(quote!(__t.primary_key(#key);))
}

const UNIQUE: Vocabulary = Vocabulary {
    place: "`unique(…)`",
    keys: &[
        "columns",
        "name",
        "nulls_not_distinct",
        "include",
        "deferrable",
        "initially_deferred",
        "without_overlaps",
        "on_conflict",
        "parameters",
        "tablespace",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    // Only an index can be partial.
    elsewhere: &[("where", "index(columns(…), unique, where = \"…\")")],
};

/// `unique(columns(a, b), …)` of a table.
pub(crate) fn table_unique(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let mut items = Items::of_list(item.list("columns(a, b)", errors)?.clone(), &UNIQUE, errors);
    let parts = columns_of(&mut items, item, fields)?;
    Some(unique(&parts, &mut items, fields))
}

/// `unique`, `unique = "name"` or `unique(…)` of a column.
pub(crate) fn column_unique(
    item: &Item,
    column: &LitStr,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Option<TokenStream> {
    let parts = quote!([#column]);
    if item.assigned().is_some() {
        let name = item.string(errors)?;
        return Some(quote!(__t.unique(__gp::Unique::new(#parts).named(#name));));
    }
    let list = item.listed().cloned().unwrap_or_default();
    let mut items = Items::of_list(list, &UNIQUE, errors);
    refuse_columns(&mut items);
    Some(unique(&parts, &mut items, fields))
}

fn unique(parts: &TokenStream, items: &mut Items<'_>, fields: &Fields<'_>) -> TokenStream {
    let mut code = quote!(__gp::Unique::new(#parts));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if items.flag("nulls_not_distinct") {
        code.extend(quote!(.nulls_not_distinct()));
    }
    if let Some(deferrability) = deferrability(items) {
        code.extend(quote!(.deferrability(#deferrability)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    let code = with_settings(code, &settings(&quote!(__p), &CONSTRAINT, items, Some(fields)));
    quote!(__t.unique(#code);)
}

/// `deferrable` and `initially_deferred` of a constraint.
pub(crate) fn deferrability(items: &mut Items<'_>) -> Option<TokenStream> {
    let (deferrable, deferred) = (items.flag("deferrable"), items.flag("initially_deferred"));
    match (deferrable, deferred) {
        (_, true) => Some(quote!(__gp::Deferrability::InitiallyDeferred)),
        (true, false) => Some(quote!(__gp::Deferrability::InitiallyImmediate)),
        (false, false) => None,
    }
}

const EXCLUDE: Vocabulary = Vocabulary {
    place: "`exclude(…)`",
    keys: &[
        "columns",
        "name",
        "using",
        "where",
        "include",
        "deferrable",
        "initially_deferred",
        "parameters",
        "comment",
    ],
    repeatable: &[],
    elsewhere: &[("filter", "where = \"…\""), ("method", "using = \"…\"")],
};

const EXCLUSION: [Setting; 4] = [
    ("where", "predicate", Takes::Text),
    ("include", "include", Takes::Columns),
    ("parameters", "parameters", Takes::Texts),
    ("comment", "comment", Takes::Text),
];

/// `exclude(columns(room(with = "="), during(with = "&&")), …)` of a table.
pub(crate) fn table_exclude(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    const EXAMPLE: &str = "columns(a(with = \"=\"), b(with = \"&&\"))";
    let mut items = Items::of_list(item.list(EXAMPLE, errors)?.clone(), &EXCLUDE, errors);
    let Some(columns) = items.take("columns") else {
        errors.at(&item.key, format!("say what excludes what: `exclude({EXAMPLE})`"));
        return None;
    };
    let mut elements = Vec::new();
    for piece in split(columns.list("a(with = \"=\")", errors)?.clone()) {
        let Some(part) = errors.ok(parse_piece::<KeyPart>(piece.clone())) else { continue };
        let mut options = Items::of_list(part.options, &EXCLUDED, errors);
        let Some(operator) = options.string("with") else {
            errors.at(piece, "say the operator that must not hold between two rows: `a(with = \"=\")`");
            continue;
        };
        let options = key_part_items(&mut options);
        let value = match part.value {
            KeyValue::Column(column) => {
                let (name, _) = column.resolve(fields, errors)?;
                quote!(__gp::KeyPart::column(#name))
            }
            KeyValue::Expression(sql) => quote!(__gp::KeyPart::expression(#sql)),
        };
        elements.push(quote!((#value #options, #operator)));
    }
    let method = items.take("using").and_then(|item| item.word("gist", errors));
    let method = index_method(method.as_ref().map_or("gist", |(word, _)| word));
    let name = items.string("name").map(|name| quote!(.named(#name)));
    let mut sets = settings(&quote!(__p), &EXCLUSION, &mut items, Some(fields));
    if let Some(deferrability) = deferrability(&mut items) {
        sets.extend(quote!(__p.deferrability = #deferrability;));
    }
    let code = with_settings(quote!(__gp::Exclusion::new(#method, [#(#elements),*])#name), &sets);
    Some(quote!(__t.exclusion(#code);))
}

const INDEX: Vocabulary = Vocabulary {
    place: "`index(…)`",
    keys: &[
        "columns",
        "name",
        "unique",
        "where",
        "include",
        "using",
        "nulls_not_distinct",
        "parameters",
        "tablespace",
        "statistics",
        "attached_to",
        "invisible",
        "parser",
        "options",
        "without_overlaps",
        "comment",
        "renamed_from",
    ],
    repeatable: &[],
    elsewhere: &[("filter", "where = \"…\""), ("method", "using = \"…\""), ("type", "using = \"…\"")],
};

const INDEX_SETTINGS: [Setting; 8] = [
    ("parameters", "postgres.parameters", Takes::Texts),
    ("tablespace", "postgres.tablespace", Takes::Text),
    ("statistics", "postgres.statistics", Takes::Numbers),
    ("attached_to", "postgres.attached_to", Takes::Qualified),
    ("invisible", "mysql.invisible", Takes::Yes),
    ("parser", "mysql.parser", Takes::Text),
    ("options", "mysql.options", Takes::Texts),
    ("without_overlaps", "mysql.without_overlaps", Takes::Yes),
];

/// `index(columns(a, b), …)` of a table.
pub(crate) fn table_index(item: &Item, fields: &Fields<'_>, errors: &Errors) -> Option<TokenStream> {
    let mut items = Items::of_list(item.list("columns(a, b)", errors)?.clone(), &INDEX, errors);
    let parts = columns_of(&mut items, item, fields)?;
    Some(index(&parts, &mut items, fields))
}

/// `index`, `index = "name"` or `index(…)` of a column.
pub(crate) fn column_index(
    item: &Item,
    column: &LitStr,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Option<TokenStream> {
    let parts = quote!([#column]);
    if item.assigned().is_some() {
        let name = item.string(errors)?;
        return Some(quote!(__t.index(__gp::Index::on(#parts).named(#name));));
    }
    let list = item.listed().cloned().unwrap_or_default();
    let mut items = Items::of_list(list, &INDEX, errors);
    refuse_columns(&mut items);
    Some(index(&parts, &mut items, fields))
}

fn refuse_columns(items: &mut Items<'_>) {
    if let Some(columns) = items.take("columns") {
        items
            .errors
            .at(&columns.key, "a field's key is over that field; write keys over several in `#[table(…)]`");
    }
}

fn index(parts: &TokenStream, items: &mut Items<'_>, fields: &Fields<'_>) -> TokenStream {
    let errors = items.errors;
    let mut code = quote!(__gp::Index::on(#parts));
    if let Some(name) = items.string("name") {
        code.extend(quote!(.named(#name)));
    }
    if items.flag("unique") {
        code.extend(quote!(.unique()));
    }
    if let Some(predicate) = items.string("where") {
        code.extend(quote!(.filter(#predicate)));
    }
    if let Some(method) = items.take("using").and_then(|item| item.word("gin", errors)) {
        let method = index_method(&method.0);
        code.extend(quote!(.using(#method)));
    }
    if let Some(list) = items.take("include").and_then(|item| item.list("a, b", errors).cloned()) {
        let columns = column_names(&list, fields, errors);
        code.extend(quote!(.include::<&str>(#columns)));
    }
    if items.flag("nulls_not_distinct") {
        code.extend(quote!(.nulls_not_distinct()));
    }
    if let Some(comment) = items.string("comment") {
        code.extend(quote!(.comment(#comment)));
    }
    if let Some(old) = items.string("renamed_from") {
        code.extend(quote!(.renamed_from(#old)));
    }
    let code = with_settings(code, &settings(&quote!(__p), &INDEX_SETTINGS, items, Some(fields)));
    quote!(__t.index(#code);)
}

/// A method by its SQL name; one that is not known is an extension's.
pub(crate) fn index_method(name: &str) -> TokenStream {
    let variant = match name {
        "btree" => quote!(BTree),
        "hash" => quote!(Hash),
        "gin" => quote!(Gin),
        "gist" => quote!(Gist),
        "spgist" => quote!(SpGist),
        "brin" => quote!(Brin),
        "fulltext" => quote!(FullText),
        "spatial" => quote!(Spatial),
        // MariaDB spells its own so.
        "vector" => quote!(Extension("VECTOR".into())),
        other => quote!(Extension(#other.into())),
    };
    quote!(__gp::IndexMethod::#variant)
}
