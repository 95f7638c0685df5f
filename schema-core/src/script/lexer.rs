//! Cuts a script into tokens, by the rules of one engine.
//!
//! - PostgreSQL: <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>
//! - MySQL: <https://dev.mysql.com/doc/refman/9.7/en/comments.html> and `string-literals.html` beside it
//! - MariaDB: <https://mariadb.com/kb/en/comment-syntax/>
//! - SQLite: <https://sqlite.org/lang_keywords.html> and <https://sqlite.org/lang_comment.html>

use super::{Reading, ScriptFault};
use crate::Engine;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Space,
    Comment,
    /// A keyword, an unquoted identifier or a number.
    Word,
    /// A string or a quoted identifier.
    Literal,
    /// One other character.
    Symbol,
    /// What ends statements: `;`, or what the last `DELIMITER` line says.
    Delimiter,
    /// A line for the client that a script may hold: `DELIMITER`, `\restrict`.
    Command,
}

/// A piece of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a backslash in a string of MySQL does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backslash {
    /// The character after it stands for another, or for itself.
    Escapes,
    /// It stands for itself.
    Stands,
}

/// The tokens of a script: they cover it without a gap. Ends at the first fault.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    engine: Engine,
    at: usize,
    delimiter: &'a str,
    /// Whether no statement has begun, so that a line for the client can stand here.
    fresh: bool,
    failed: bool,
    /// MySQL: whether a backslash escapes when a script begins, and now.
    usual: Backslash,
    backslash: Backslash,
    /// Where the statement began.
    statement: Option<usize>,
}

impl Iterator for Lexer<'_> {
    type Item = Result<Token, (usize, ScriptFault)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let kind = self.token().map_err(|fault| {
            self.failed = true;
            (start, fault)
        });
        Some(kind.map(|kind| {
            match kind {
                Kind::Delimiter => {
                    self.fresh = true;
                    if let Some(begin) = self.statement.take() {
                        self.heed(&self.text[begin..start]);
                    }
                }
                Kind::Space | Kind::Comment | Kind::Command => {}
                Kind::Word | Kind::Literal | Kind::Symbol => {
                    self.fresh = false;
                    self.statement.get_or_insert(start);
                }
            }
            Token { kind, start, end: self.at }
        }))
    }
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, reading: impl Into<Reading>) -> Self {
        let Reading { engine, backslash_escapes } = reading.into();
        let backslash = if backslash_escapes { Backslash::Escapes } else { Backslash::Stands };
        Self {
            text,
            engine,
            at: start(text),
            delimiter: ";",
            fresh: true,
            failed: false,
            usual: backslash,
            backslash,
            statement: None,
        }
    }

    /// Heeds what a statement of MySQL says about backslashes.
    fn heed(&mut self, sql: &str) {
        let head = sql.trim_start_matches(|c: char| matches!(c, '/' | '*' | '!' | ' ') || c.is_ascii_digit());
        let sets = head.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("SET"));
        if !self.mysql() || !sets {
            return;
        }
        let said = head.to_ascii_uppercase();
        if !said.contains("SQL_MODE") {
            return;
        }
        let named = said.contains("NO_BACKSLASH_ESCAPES");
        self.backslash = if said.contains("REPLACE(") {
            // A mode is taken out of the others, or put in the place of one.
            if named { Backslash::Escapes } else { self.backslash }
        } else if named {
            Backslash::Stands
        } else if said.contains("CONCAT") {
            self.backslash
        } else if said.contains(['\'', '"']) {
            // The modes are spelled out.
            Backslash::Escapes
        } else {
            self.usual
        };
    }

    fn mysql(&self) -> bool {
        matches!(self.engine, Engine::MySql | Engine::MariaDb)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn skip_while(&mut self, accepts: impl Fn(u8) -> bool) {
        while self.byte(0).is_some_and(&accepts) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let postgres = self.engine == Engine::Postgres;
        self.skip_while(|byte| byte != b'\n' && !(postgres && byte == b'\r'));
    }

    /// Passes one token. `at` stands on a character boundary before and after.
    fn token(&mut self) -> Result<Kind, ScriptFault> {
        let (mysql, postgres, sqlite) =
            (self.mysql(), self.engine == Engine::Postgres, self.engine == Engine::Sqlite);
        // Callers ask only while something is left.
        let Some(first) = self.byte(0) else { return Ok(Kind::Space) };
        if self.at_delimiter() {
            self.at += self.delimiter.len();
            return Ok(Kind::Delimiter);
        }
        match first {
            0 => Err(ScriptFault::Nul),
            _ if is_space(first) => {
                self.skip_while(is_space);
                Ok(Kind::Space)
            }
            b'-' if self.at_line_comment() => {
                self.skip_line();
                Ok(Kind::Comment)
            }
            b'#' if mysql => {
                self.skip_line();
                Ok(Kind::Comment)
            }
            b'/' if self.at_block_comment() => self.block_comment(),
            b'\'' => self.string(mysql && self.backslash == Backslash::Escapes || self.after_e()),
            b'"' if mysql => self.string(self.backslash == Backslash::Escapes),
            b'"' => self.quoted(b'"', false, ScriptFault::OpenIdentifier),
            b'`' if !postgres => self.quoted(b'`', false, ScriptFault::OpenIdentifier),
            b'[' if sqlite => match self.rest().find(']') {
                Some(length) => Ok(self.literal(length + 1)),
                None => Err(ScriptFault::OpenIdentifier),
            },
            b'$' if postgres => self.dollar(),
            b'\\' if postgres => self.client_command(),
            b'.' if sqlite && self.fresh => self.client_command(),
            _ if is_word(first) => self.word(),
            _ => {
                self.at += 1;
                Ok(Kind::Symbol)
            }
        }
    }

    /// Whether the delimiter stands here. One that ends like a word (`DELIMITER go`) is no part of a longer word.
    fn at_delimiter(&self) -> bool {
        self.rest().starts_with(self.delimiter)
            && !(self.delimiter.ends_with(|last: char| last.is_alphanumeric())
                && self.byte(self.delimiter.len()).is_some_and(is_word))
    }

    /// MySQL asks for a space after the dashes.
    fn at_line_comment(&self) -> bool {
        self.byte(1) == Some(b'-')
            && (!self.mysql() || self.byte(2).is_none_or(|byte| is_space(byte) || byte.is_ascii_control()))
    }

    /// MySQL runs what stands in `/*! */`, MariaDB also in `/*M! */`: that is text of the statement, and its delimiters,
    /// strings and comments count.
    fn at_block_comment(&self) -> bool {
        self.rest().starts_with("/*")
            && !(self.mysql() && self.rest().starts_with("/*!"))
            && !(self.engine == Engine::MariaDb && self.rest().starts_with("/*M!"))
    }

    fn block_comment(&mut self) -> Result<Kind, ScriptFault> {
        let nests = self.engine == Engine::Postgres;
        let mut depth = 0_usize;
        loop {
            match (self.byte(0), self.byte(1)) {
                (Some(b'/'), Some(b'*')) if nests || depth == 0 => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(Kind::Comment);
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return Err(ScriptFault::OpenComment),
            }
        }
    }

    /// Whether PostgreSQL's `E` stands directly before.
    fn after_e(&self) -> bool {
        let before = &self.text.as_bytes()[..self.at];
        self.engine == Engine::Postgres
            && match before {
                [.., earlier, b'e' | b'E'] => !is_word(*earlier),
                [b'e' | b'E'] => true,
                _bytes => false,
            }
    }

    fn string(&mut self, escapes: bool) -> Result<Kind, ScriptFault> {
        // Callers stand on the quote.
        let quote = self.byte(0).unwrap_or(b'\'');
        self.quoted(quote, escapes, ScriptFault::OpenString)?;
        // PostgreSQL joins literals with a line break between them, and the first one's `E` holds for all.
        while escapes && self.engine == Engine::Postgres {
            let end = self.at;
            self.skip_while(is_space);
            if self.byte(0) == Some(b'\'') && self.text[end..self.at].contains(['\n', '\r']) {
                self.quoted(b'\'', true, ScriptFault::OpenString)?;
            } else {
                self.at = end;
                break;
            }
        }
        Ok(Kind::Literal)
    }

    /// Passes what stands in quotes; a doubled quote is one of its characters.
    fn quoted(&mut self, quote: u8, escapes: bool, open: ScriptFault) -> Result<Kind, ScriptFault> {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            if byte == b'\\' && escapes {
                self.at += 2;
            } else if byte != quote {
                self.at += 1;
            } else if self.byte(1) == Some(quote) {
                self.at += 2;
            } else {
                return Ok(self.literal(1));
            }
        }
        Err(open)
    }

    fn literal(&mut self, length: usize) -> Kind {
        self.at += length;
        Kind::Literal
    }

    /// `$$…$$`, `$tag$…$tag$`, or the dollar of a parameter.
    fn dollar(&mut self) -> Result<Kind, ScriptFault> {
        let rest = self.rest();
        let tag = rest[1..].find('$').map(|length| &rest[..length + 2]).filter(|tag| {
            let name = &tag.as_bytes()[1..tag.len() - 1];
            name.iter().all(|byte| is_word(*byte)) && !name.first().is_some_and(u8::is_ascii_digit)
        });
        let Some(tag) = tag else {
            self.at += 1;
            return Ok(Kind::Symbol);
        };
        match rest[tag.len()..].find(tag) {
            Some(length) => Ok(self.literal(length + 2 * tag.len())),
            None => Err(ScriptFault::OpenString),
        }
    }

    /// Newer `pg_dump`s open and close their output with `\restrict` and `\unrestrict`, which say nothing about the
    /// schema.
    fn client_command(&mut self) -> Result<Kind, ScriptFault> {
        let start = self.at;
        let fresh = self.fresh;
        self.skip_while(|byte| byte > b' ');
        let command = &self.text[start..self.at];
        if fresh && matches!(command, "\\restrict" | "\\unrestrict") {
            self.skip_line();
            return Ok(Kind::Command);
        }
        Err(ScriptFault::ClientCommand(command.to_owned()))
    }

    fn word(&mut self) -> Result<Kind, ScriptFault> {
        let start = self.at;
        self.at += 1;
        // `END$$`: of the bytes that a delimiter can begin with, words hold the dollar and what is not ASCII.
        while self.byte(0).is_some_and(is_word) && !(self.delimiter != ";" && self.at_delimiter_in_word()) {
            self.at += 1;
        }
        if self.fresh && self.mysql() && self.text[start..self.at].eq_ignore_ascii_case("delimiter") {
            let line = self.at;
            self.skip_line();
            self.delimiter =
                self.text[line..self.at].split_ascii_whitespace().next().ok_or(ScriptFault::NoDelimiter)?;
            return Ok(Kind::Command);
        }
        Ok(Kind::Word)
    }

    fn at_delimiter_in_word(&self) -> bool {
        self.text.as_bytes()[self.at..].starts_with(self.delimiter.as_bytes())
            && !self.delimiter.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
    }
}

/// Where a script begins: after its byte order mark.
pub(crate) fn start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
