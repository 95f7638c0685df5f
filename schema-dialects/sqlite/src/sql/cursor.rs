//! A position among tokens.

use super::token::{Kind, Token, tokenize};

/// A statement of another shape than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// What was expected.
    pub(crate) expected: &'static str,
    /// What stood there, or nothing at the end.
    pub(crate) found: String,
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = if self.found.is_empty() { "the end" } else { &self.found };
        write!(f, "its stored SQL has {found} where {} was expected", self.expected)
    }
}

/// Walks over the tokens of a text.
pub(super) struct Cursor<'a> {
    pub(super) sql: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str) -> Self {
        Self { sql, tokens: tokenize(sql), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.is_word(word))
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|t| t.is_symbol(symbol))
    }

    /// Steps over the words if they all follow.
    pub(super) fn words(&mut self, words: &[&str]) -> bool {
        let all = words.iter().enumerate().all(|(i, w)| self.peek_at(i).is_some_and(|t| t.is_word(w)));
        if all {
            self.at += words.len();
        }
        all
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        self.words(&[word])
    }

    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn unread(&self, expected: &'static str) -> Unread {
        Unread { expected, found: self.peek().map(|t| t.text.to_owned()).unwrap_or_default() }
    }

    pub(super) fn expect_word(&mut self, word: &'static str) -> Result<(), Unread> {
        if self.word(word) { Ok(()) } else { Err(self.unread(word)) }
    }

    pub(super) fn expect_symbol(&mut self, symbol: &'static str) -> Result<(), Unread> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.unread(symbol)) }
    }

    /// A name in any way of quoting.
    pub(super) fn name(&mut self) -> Result<String, Unread> {
        self.name_token().map(|token| token.name())
    }

    /// A name, past that of its schema.
    pub(super) fn qualified_name(&mut self) -> Result<Token<'a>, Unread> {
        let first = self.name_token()?;
        if self.symbol(".") { self.name_token() } else { Ok(first) }
    }

    pub(super) fn name_token(&mut self) -> Result<Token<'a>, Unread> {
        match self.peek() {
            Some(token) if token.is_name() => {
                self.at += 1;
                Ok(token)
            }
            Some(_) | None => Err(self.unread("a name")),
        }
    }

    /// What stands between the parenthesis here and the one that closes it, as tokens and as text.
    pub(super) fn parenthesized(&mut self) -> Result<(&'a str, std::ops::Range<usize>), Unread> {
        let open = self.peek();
        self.expect_symbol("(")?;
        let first = self.at;
        self.skip_to_closing()?;
        let last = self.at - 1;
        let from = open.map_or(0, |t| t.end());
        Ok((self.sql[from..self.tokens[last].start].trim(), first..last))
    }

    /// Steps behind the parenthesis that closes the one just passed.
    fn skip_to_closing(&mut self) -> Result<(), Unread> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(t) if t.is_symbol("(") => depth += 1,
                Some(t) if t.is_symbol(")") => depth -= 1,
                Some(_) => {}
                None => return Err(self.unread(")")),
            }
        }
        Ok(())
    }

    /// The text from one byte to where the next token starts, without the space around it.
    pub(super) fn text_from(&self, start: usize) -> &'a str {
        let end = self.peek().map_or(self.sql.len(), |t| t.start);
        self.sql[start..end].trim()
    }

    pub(super) fn is_kind(&self, kind: Kind) -> bool {
        self.peek().is_some_and(|t| t.kind == kind)
    }
}
