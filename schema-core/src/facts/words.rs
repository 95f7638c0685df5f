//! A statement as words: without space and comments, and with names told from literals.

use super::fact::Fact;
use crate::script::lexer::{Kind, Lexer};
use crate::{Engine, Name, QualifiedName};

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A keyword, number or bare name, as it is written.
    Bare(String),
    /// A quoted name.
    Name(String),
    /// A literal.
    Text(String),
    /// One other character.
    Symbol(char),
}

impl Word {
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Bare(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        matches!(self, Self::Symbol(own) if *own == symbol)
    }

    /// As it is written, or nearly.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Bare(text) | Self::Name(text) => text.clone(),
            Self::Text(text) => format!("'{text}'"),
            Self::Symbol(symbol) => symbol.to_string(),
        }
    }
}

/// The fact about words that say nothing to us.
pub(super) fn not_understood(words: &[Word]) -> Fact {
    let first: Vec<String> = words.iter().take(5).map(Word::text).collect();
    Fact::NotUnderstood { what: first.join(" ") }
}

/// The words of a statement. What MySQL runs inside of a comment counts.
pub(super) fn words(sql: &str, engine: Engine) -> Vec<Word> {
    let mut words = pieces(sql, engine).concat();
    strip_version_comments(&mut words);
    words
}

/// The words between semicolons, as they stand in a body of code.
pub(super) fn pieces(sql: &str, engine: Engine) -> Vec<Vec<Word>> {
    let mut pieces = vec![Vec::new()];
    for token in Lexer::new(sql, engine).map_while(Result::ok) {
        let text = &sql[token.start..token.end];
        let word = match token.kind {
            Kind::Space | Kind::Comment | Kind::Command => None,
            Kind::Delimiter => {
                pieces.push(Vec::new());
                None
            }
            Kind::Word => Some(Word::Bare(text.to_owned())),
            Kind::Symbol => text.chars().next().map(Word::Symbol),
            Kind::Literal => Some(literal(text, engine)),
        };
        if let Some(piece) = pieces.last_mut() {
            piece.extend(word);
        }
    }
    pieces
}

/// Words as one text, in upper case.
pub(super) fn upper(words: &[Word]) -> String {
    words.iter().map(Word::text).collect::<Vec<_>>().join(" ").to_uppercase()
}

fn literal(text: &str, engine: Engine) -> Word {
    let inner = |quote: &str| {
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        inner.replace(&quote.repeat(2), quote)
    };
    let names_in_double_quotes = matches!(engine, Engine::Postgres | Engine::Sqlite);
    match text.chars().next() {
        Some('"') if names_in_double_quotes => Word::Name(inner("\"")),
        Some('`') => Word::Name(inner("`")),
        Some('[') => Word::Name(inner("]")),
        Some('\'' | '"') => Word::Text(inner("'")),
        _dollar => Word::Text(text.to_owned()),
    }
}

/// `/*!40101 SET … */` is `SET …`.
fn strip_version_comments(words: &mut Vec<Word>) {
    let symbol = |words: &[Word], at: usize, symbol: char| words.get(at).is_some_and(|w| w.is_symbol(symbol));
    let mut at = 0;
    while at < words.len() {
        let opens = symbol(words, at, '/') && symbol(words, at + 1, '*');
        let closes = symbol(words, at, '*') && symbol(words, at + 1, '/');
        if opens {
            let number =
                |word: &Word| matches!(word, Word::Bare(text) if text.chars().all(|c| c.is_ascii_digit()));
            let marks =
                words[at + 2..].iter().take_while(|w| w.is_symbol('!') || w.is("M") || number(w)).count();
            words.drain(at..at + 2 + marks);
        } else if closes {
            words.drain(at..at + 2);
        } else {
            at += 1;
        }
    }
}

/// Reads words from front to back.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    words: &'a [Word],
    engine: Engine,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(words: &'a [Word], engine: Engine) -> Self {
        Self { words, engine }
    }

    /// A cursor over other words of the same statement.
    pub(super) fn over<'b>(&self, words: &'b [Word]) -> Cursor<'b> {
        Cursor { words, engine: self.engine }
    }

    pub(super) fn rest(&self) -> &'a [Word] {
        self.words
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn peek(&self, keyword: &str) -> bool {
        self.words.first().is_some_and(|word| word.is(keyword))
    }

    pub(super) fn next(&mut self) -> Option<&'a Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// Passes these keywords, if all of them follow.
    pub(super) fn eat(&mut self, keywords: &str) -> bool {
        let mut count = 0;
        for keyword in keywords.split(' ') {
            if !self.words.get(count).is_some_and(|word| word.is(keyword)) {
                return false;
            }
            count += 1;
        }
        self.words = &self.words[count..];
        true
    }

    /// Passes the first of these that follows.
    pub(super) fn eat_any(&mut self, all: &[&str]) -> bool {
        all.iter().any(|keywords| self.eat(keywords))
    }

    pub(super) fn eat_symbol(&mut self, symbol: char) -> bool {
        let found = self.words.first().is_some_and(|word| word.is_symbol(symbol));
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    /// A simple name. PostgreSQL folds bare ones to lower case.
    pub(super) fn identifier(&mut self) -> Option<String> {
        let name = match self.words.first()? {
            Word::Bare(word) if self.engine == Engine::Postgres => word.to_lowercase(),
            Word::Bare(word) | Word::Name(word) => word.clone(),
            Word::Text(_) | Word::Symbol(_) => return None,
        };
        self.words = &self.words[1..];
        Some(name)
    }

    /// A name that may have its schema before it.
    pub(super) fn name(&mut self) -> Option<QualifiedName> {
        let first = self.identifier()?;
        if !self.eat_symbol('.') {
            return Some(QualifiedName::new(Name::from(first)));
        }
        let second = self.identifier()?;
        Some(QualifiedName::within(first, second))
    }

    /// What stands in the parentheses that follow.
    pub(super) fn group(&mut self) -> Option<&'a [Word]> {
        if !self.words.first()?.is_symbol('(') {
            return None;
        }
        let mut depth = 0_usize;
        for (at, word) in self.words.iter().enumerate() {
            depth += usize::from(word.is_symbol('('));
            depth -= usize::from(word.is_symbol(')') && depth > 0);
            if depth == 0 {
                let inner = &self.words[1..at];
                self.words = &self.words[at + 1..];
                return Some(inner);
            }
        }
        None
    }

    /// Whether these keywords stand anywhere in what is left, outside of parentheses.
    pub(super) fn holds(&self, keywords: &str) -> bool {
        let mut cursor = self.clone();
        while !cursor.is_at_end() {
            if cursor.clone().eat(keywords) {
                return true;
            }
            if cursor.group().is_none() {
                cursor.next();
            }
        }
        false
    }
}

/// Cuts words at the commas that stand outside of parentheses.
pub(super) fn clauses(words: &[Word]) -> Vec<&[Word]> {
    let mut depth = 0_usize;
    words
        .split(|word| {
            depth += usize::from(word.is_symbol('('));
            depth -= usize::from(word.is_symbol(')') && depth > 0);
            depth == 0 && word.is_symbol(',')
        })
        .collect()
}
