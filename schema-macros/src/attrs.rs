//! Attributes as lists of keys: `key`, `key = value` and `key(…)`.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Path, Token, parenthesized};

use crate::error::Errors;
use crate::names::{Case, meant, plain};

/// The keys that a place knows.
pub(crate) struct Vocabulary {
    /// How the place is called in messages: `#[column(…)]`.
    pub(crate) place: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [&'static str],
    /// Those that may stand more than once.
    pub(crate) repeatable: &'static [&'static str],
    /// What else they are called elsewhere, and how to write it here.
    pub(crate) elsewhere: &'static [(&'static str, &'static str)],
}

/// One key with its value.
pub(crate) struct Item {
    pub(crate) key: Ident,
    value: Value,
}

enum Value {
    Flag,
    Assign(Box<Expr>),
    List(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Assign(Box::new(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            Value::List(list.parse()?)
        } else {
            Value::Flag
        };
        if !input.is_empty() {
            return Err(input.error("expected `,`"));
        }
        Ok(Self { key, value })
    }
}

impl Item {
    /// The key stands for itself.
    pub(crate) fn flag(&self, errors: &Errors) -> bool {
        match &self.value {
            Value::Flag => {}
            Value::Assign(value) => errors.at(value, format!("`{}` takes no value", self.key)),
            Value::List(list) => errors.at(list, format!("`{}` takes no list", self.key)),
        }
        true
    }

    /// Whether the key has neither value nor list.
    pub(crate) fn is_flag(&self) -> bool {
        matches!(self.value, Value::Flag)
    }

    /// The value of `key = value`.
    pub(crate) fn assigned(&self) -> Option<&Expr> {
        match &self.value {
            Value::Assign(value) => Some(bare(value)),
            Value::Flag | Value::List(_) => None,
        }
    }

    /// The tokens of `key(…)`.
    pub(crate) fn listed(&self) -> Option<&TokenStream> {
        match &self.value {
            Value::List(list) => Some(list),
            Value::Flag | Value::Assign(_) => None,
        }
    }

    /// The value of `key = value`, which must be there.
    pub(crate) fn expr(&self, example: &str, errors: &Errors) -> Option<&Expr> {
        if self.assigned().is_none() {
            errors.at(&self.key, format!("`{}` needs a value: `{} = {example}`", self.key, self.key));
        }
        self.assigned()
    }

    /// The tokens of `key(…)`, which must be there.
    pub(crate) fn list(&self, example: &str, errors: &Errors) -> Option<&TokenStream> {
        if self.listed().is_none() {
            errors.at(&self.key, format!("`{}` takes a list: `{}({example})`", self.key, self.key));
        }
        self.listed()
    }

    /// The value of `key = "…"`.
    pub(crate) fn string(&self, errors: &Errors) -> Option<LitStr> {
        let value = self.expr("\"…\"", errors)?;
        let text = literal_string(value);
        if text.is_none() {
            errors.at(value, format!("`{}` takes a string: `{} = \"…\"`", self.key, self.key));
        }
        text
    }

    /// The value of `key = true`, or true for the bare key.
    pub(crate) fn bool(&self, errors: &Errors) -> bool {
        match &self.value {
            Value::Flag => true,
            Value::Assign(value) => match bare(value) {
                Expr::Lit(ExprLit { lit: Lit::Bool(bool), .. }) => bool.value,
                other => {
                    errors.at(other, format!("`{}` is `true` or `false`", self.key));
                    false
                }
            },
            Value::List(list) => {
                errors.at(list, format!("`{}` takes no list", self.key));
                false
            }
        }
    }

    /// The value of `key = 1`, with its sign.
    pub(crate) fn integer(&self, errors: &Errors) -> Option<TokenStream> {
        let value = self.expr("1", errors)?;
        let digits = match value {
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => &unary.expr,
            other => other,
        };
        if matches!(bare(digits), Expr::Lit(ExprLit { lit: Lit::Int(_), .. })) {
            return Some(quote!(#value));
        }
        errors.at(value, format!("`{}` takes a whole number", self.key));
        None
    }

    /// A word: `key = cascade` or `key = "cascade"`, in lower case and with spaces for underscores.
    pub(crate) fn word(&self, example: &str, errors: &Errors) -> Option<(String, Expr)> {
        let value = self.expr(example, errors)?;
        let text = match value {
            Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()),
            other => literal_string(other).map(|text| text.value()),
        };
        if text.is_none() {
            errors.at(value, format!("`{}` takes a word: `{} = {example}`", self.key, self.key));
        }
        text.map(|text| (text.to_lowercase().replace('_', " "), value.clone()))
    }
}

/// What a macro's fragment (`$value:expr`) stands for: the compiler wraps it in a group that nobody sees.
pub(crate) fn bare(mut value: &Expr) -> &Expr {
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    value
}

/// The text of a string literal.
pub(crate) fn literal_string(value: &Expr) -> Option<LitStr> {
    match bare(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
}

/// The digits of a whole number without suffix.
pub(crate) fn literal_integer(value: &Expr) -> Option<&LitInt> {
    match bare(value) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => Some(int),
        _ => None,
    }
}

/// The keys of one place, each known and each once unless it may be repeated.
pub(crate) struct Items<'e> {
    items: Vec<Item>,
    pub(crate) errors: &'e Errors,
}

impl<'e> Items<'e> {
    /// The keys of all attributes called `spelling` or `groundplan`; with `namespaced`, of the latter alone.
    pub(crate) fn of_attributes(
        attributes: &[Attribute],
        spelling: &str,
        namespaced: bool,
        vocabulary: &Vocabulary,
        errors: &'e Errors,
    ) -> Self {
        let mut items = Vec::new();
        for attribute in attributes {
            let path = attribute.path();
            if !(path.is_ident("groundplan") || (!namespaced && path.is_ident(spelling))) {
                continue;
            }
            match &attribute.meta {
                Meta::List(list) => items.extend(parse(list.tokens.clone(), errors)),
                Meta::Path(path) => errors.at(path, format!("write {}", vocabulary.place)),
                Meta::NameValue(value) => errors.at(value, format!("write {}", vocabulary.place)),
            }
        }
        Self { items: vocabulary.check(items, errors), errors }
    }

    /// The keys of a list.
    pub(crate) fn of_list(tokens: TokenStream, vocabulary: &Vocabulary, errors: &'e Errors) -> Self {
        Self { items: vocabulary.check(parse(tokens, errors), errors), errors }
    }

    /// Takes a key out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.items.iter().position(|item| item.key.unraw() == key)?;
        Some(self.items.remove(at))
    }

    /// Takes a repeatable key out, every time it stands there.
    pub(crate) fn take_all(&mut self, key: &str) -> Vec<Item> {
        let (taken, rest) =
            std::mem::take(&mut self.items).into_iter().partition(|item| item.key.unraw() == key);
        self.items = rest;
        taken
    }

    /// Whether a bare key is there.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        self.take(key).is_some_and(|item| item.flag(self.errors))
    }

    /// The value of `key = "…"`.
    pub(crate) fn string(&mut self, key: &str) -> Option<LitStr> {
        self.take(key)?.string(self.errors)
    }

    /// The path of the facade: `::groundplan`, or what `crate = "…"` says.
    pub(crate) fn crate_path(&mut self) -> Path {
        let path = self.string("crate");
        path.and_then(|path| self.errors.ok(path.parse_with(Path::parse_mod_style)))
            .unwrap_or_else(|| syn::parse_quote!(::groundplan))
    }

    /// A constructor and its arguments for what `name` and `schema` say: `new("users")` or `within("auth", "users")`.
    /// Without `name`, it is that of the struct or enum.
    pub(crate) fn qualified_name(&mut self, ident: &Ident) -> TokenStream {
        let usual = LitStr::new(&Case::Snake.apply(&plain(ident)), ident.span());
        let name = self.string("name").unwrap_or(usual);
        if name.value().is_empty() {
            self.errors.at(&name, "an empty name");
        }
        let schema = self.string("schema");
        schema.map_or_else(|| quote!(new(#name)), |schema| quote!(within(#schema, #name)))
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &[Item] {
        &self.items
    }
}

impl Vocabulary {
    /// Leaves out, with an error, what is unknown or said twice.
    fn check(&self, items: Vec<Item>, errors: &Errors) -> Vec<Item> {
        let mut kept: Vec<Item> = Vec::new();
        for item in items {
            let key = item.key.unraw().to_string();
            if !self.keys.contains(&key.as_str()) {
                let hint = match self.elsewhere.iter().find(|(name, _)| *name == key) {
                    Some((_, here)) => format!("; write `{here}`"),
                    None => meant(&key, self.keys),
                };
                errors.at(&item.key, format!("unknown key `{key}` in {}{hint}", self.place));
            } else if !self.repeatable.contains(&key.as_str())
                && kept.iter().any(|other| other.key.unraw() == key)
            {
                errors.at(&item.key, format!("duplicate key `{key}`"));
            } else {
                kept.push(item);
            }
        }
        kept
    }
}

fn parse(tokens: TokenStream, errors: &Errors) -> Vec<Item> {
    split(tokens).into_iter().filter_map(|piece| errors.ok(parse_piece(piece))).collect()
}

/// Parses one piece. What is missing at its end is reported on its last token, not on the derive.
pub(crate) fn parse_piece<T: Parse>(piece: TokenStream) -> syn::Result<T> {
    parse_piece_with(T::parse, piece)
}

/// Parses one piece in the way that is said.
pub(crate) fn parse_piece_with<T>(
    parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    piece: TokenStream,
) -> syn::Result<T> {
    let last = piece.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span());
    let mut group = Group::new(Delimiter::Parenthesis, piece);
    // The end of a group is where its parenthesis closes.
    group.set_span(last);
    let parser = |input: ParseStream<'_>| {
        let inner;
        parenthesized!(inner in input);
        parse(&inner)
    };
    parser.parse2(TokenTree::Group(group).into())
}

/// The pieces between commas. What is wrong with one leaves the others readable.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    for token in tokens {
        match (&token, pieces.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => pieces.push(TokenStream::new()),
            (_, Some(piece)) => piece.extend([token]),
            (_, None) => {}
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
