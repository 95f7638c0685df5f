//! Expressions in one spelling, whatever way they were written in.

use indexmap::IndexMap;

use super::keyword::is_keyword;
use super::token::{Kind, Token, tokenize};
use crate::quote::identifier;

/// The names that an expression can mean: a table and its columns.
pub(crate) struct Scope {
    table: String,
    columns: IndexMap<String, String>,
}

impl Scope {
    /// The scope of a table's own expressions.
    pub(crate) fn new<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            table: table.to_owned(),
            columns: columns.into_iter().map(|c| (c.to_ascii_lowercase(), c.to_owned())).collect(),
        }
    }

    /// The column of that name, in any case, as it was declared.
    pub(crate) fn column(&self, name: &str) -> Option<&str> {
        self.columns.get(&name.to_ascii_lowercase()).map(String::as_str)
    }
}

/// An expression with single spaces, keywords in capitals, columns as they were declared and quoted only where
/// they must be, without comments and without the name of its own table.
pub(crate) fn normalize(expression: &str, scope: &Scope) -> String {
    let tokens = tokenize(expression);
    let mut printer = Printer::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if is_own_qualifier(&tokens[at..], scope) {
            at += 2;
            continue;
        }
        let after_dot = at > 0 && tokens[at - 1].is_symbol(".");
        let before_call = tokens.get(at + 1).is_some_and(|t| t.is_symbol("("));
        printer.push(token, &spell(token, scope, after_dot, before_call));
        at += 1;
    }
    printer.text
}

/// The same expression with columns under their new names. Expects the normal form.
pub(crate) fn rename_columns(expression: &str, scope: &Scope, new: &IndexMap<String, String>) -> String {
    let tokens = tokenize(expression);
    let mut printer = Printer::default();
    for (at, token) in tokens.iter().enumerate() {
        let before_call = tokens.get(at + 1).is_some_and(|t| t.is_symbol("("));
        let renamed = match token.kind {
            Kind::Word | Kind::Quoted if !before_call => {
                scope.column(&token.name()).and_then(|column| new.get(column)).map(|name| minimal(name))
            }
            Kind::Word
            | Kind::Quoted
            | Kind::String
            | Kind::Blob
            | Kind::Number
            | Kind::Parameter
            | Kind::Symbol => None,
        };
        printer.push(token, &renamed.unwrap_or_else(|| token.text.to_owned()));
    }
    printer.text
}

/// `t.` before a column of `t` itself says nothing, and would be wrong while the table has another name.
fn is_own_qualifier(tokens: &[Token<'_>], scope: &Scope) -> bool {
    let [table, dot, column, ..] = tokens else { return false };
    matches!(table.kind, Kind::Word | Kind::Quoted)
        && dot.is_symbol(".")
        && table.name().eq_ignore_ascii_case(&scope.table)
        && scope.column(&column.name()).is_some()
}

fn spell(token: &Token<'_>, scope: &Scope, after_dot: bool, before_call: bool) -> String {
    match token.kind {
        // A bare word means the same in any case.
        Kind::Word => match scope.column(token.text) {
            Some(column) if !before_call && !is_keyword(token.text) => column.to_owned(),
            Some(_) | None if is_keyword(token.text) && !after_dot => token.text.to_ascii_uppercase(),
            Some(_) | None => token.text.to_owned(),
        },
        // Double quotes around what is no column can mean a string: they stay.
        Kind::Quoted => match scope.column(&token.name()) {
            Some(column) => minimal(column),
            None if token.text.starts_with('"') => token.text.to_owned(),
            None => identifier(&token.name()),
        },
        Kind::Symbol if token.text == "==" => "=".to_owned(),
        Kind::Symbol if token.text == "!=" => "<>".to_owned(),
        Kind::String | Kind::Blob | Kind::Number | Kind::Parameter | Kind::Symbol => token.text.to_owned(),
    }
}

/// A name without quotes where it needs none.
fn minimal(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !is_keyword(name) { name.to_owned() } else { identifier(name) }
}

/// Joins tokens with the spaces that a careful author would set.
#[derive(Default)]
struct Printer {
    text: String,
    /// Whether the token before leaves no room behind it.
    tight: bool,
    /// Whether the token before ends an operand.
    operand: bool,
    /// Whether the token before is a name that a call's parenthesis may follow.
    callable: bool,
}

impl Printer {
    fn push(&mut self, token: &Token<'_>, text: &str) {
        let symbol = if token.kind == Kind::Symbol { text } else { "" };
        let closes = matches!(symbol, ")" | "," | "." | ";");
        let calls = symbol == "(" && self.callable;
        if !self.text.is_empty() && !self.tight && !closes && !calls {
            self.text.push(' ');
        }
        self.text.push_str(text);
        let sign = matches!(symbol, "+" | "-" | "~") && !self.operand;
        self.tight = matches!(symbol, "(" | ".") || sign;
        let keyword = token.kind == Kind::Word && is_keyword(token.text);
        self.operand = symbol == ")" || (token.kind != Kind::Symbol && !keyword);
        self.callable = matches!(token.kind, Kind::Word | Kind::Quoted) && !is_operator_word(token);
    }
}

/// Keywords that a parenthesis follows with a space between.
fn is_operator_word(token: &Token<'_>) -> bool {
    const CALLED: &[&str] = &["CAST", "RAISE", "REPLACE", "GLOB", "LIKE", "IF", "LAST", "FIRST"];
    token.kind == Kind::Word && is_keyword(token.text) && !CALLED.iter().any(|called| token.is_word(called))
}

#[cfg(test)]
mod tests {
    use super::{Scope, normalize, rename_columns};

    fn scope() -> Scope {
        Scope::new("People", ["Age", "order", "e mail"])
    }

    #[test]
    fn one_spelling_for_all() {
        let expected = "Age > 0 AND \"order\" IN ('a', 'b')";
        for written in [
            "age>0 and [order] in('a','b')",
            "People.\"Age\" > 0 /* old enough */ AND `order` IN ( 'a' , 'b' )",
            "\"AGE\">0\n\tAnd \"order\" In ('a', 'b')",
        ] {
            assert_eq!(normalize(written, &scope()), expected, "{written}");
        }
    }

    #[test]
    fn keeps_what_could_be_a_string() {
        assert_eq!(normalize("age <> \"none\"", &scope()), "Age <> \"none\"");
    }

    #[test]
    fn spaces() {
        assert_eq!(
            normalize("length( [e mail] )-1>-2 and cast(age as text) = x'00'", &scope()),
            "length(\"e mail\") - 1 > -2 AND CAST(Age AS TEXT) = x'00'".replace("TEXT", "text")
        );
    }

    #[test]
    fn normal_form_is_stable() {
        let once = normalize("coalesce(age,-1)*(2+3) not in (select 1)", &scope());
        assert_eq!(normalize(&once, &scope()), once);
    }

    #[test]
    fn renames() {
        let new = [("Age".to_owned(), "years".to_owned())].into_iter().collect();
        assert_eq!(
            rename_columns("Age > 0 AND age(Age) = 'Age'", &scope(), &new),
            "years > 0 AND age(years) = 'Age'"
        );
    }
}
