//! Reads SQL scripts: where each statement stands, and what its comments say about renames.
//!
//! Nothing here decides what a statement means, only where it ends: the engine is the parser.

mod error;
mod hint;
pub(crate) mod lexer;

pub use error::{ScriptError, ScriptFault};
pub use hint::renames;

use crate::Engine;
use lexer::{Kind, Lexer};

/// One statement of a script, without its delimiter and without the comments before it.
///
/// ```
/// use schema_core::{Engine, script};
/// let text = "-- one\nSELECT 1;";
/// let one = script::split(text, Engine::Sqlite)?[0];
/// assert_eq!((one.sql, one.line, one.column), ("SELECT 1", 2, 1));
/// assert!(text[one.offset..].starts_with(one.sql));
/// # Ok::<(), script::ScriptError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The text, exactly as it stands in the script.
    pub sql: &'a str,
    /// Where it begins, in bytes from the beginning of the script.
    pub offset: usize,
    /// The line it begins on, from 1.
    pub line: usize,
    /// The column it begins at, in characters, from 1.
    pub column: usize,
}

impl Statement<'_> {
    /// The line and column in the script of a place within the statement, given in characters from its beginning.
    ///
    /// ```
    /// use schema_core::{Engine, script};
    /// let script = script::split("SELECT 1;\n  SELECT\n  oops;", Engine::Postgres)?;
    /// assert_eq!(script[1].location(9), (3, 3));
    /// # Ok::<(), script::ScriptError>(())
    /// ```
    pub fn location(&self, characters: usize) -> (usize, usize) {
        let mut place = Place { offset: self.offset, line: self.line, column: self.column };
        self.sql.chars().take(characters).for_each(|character| place.pass(character));
        (place.line, place.column)
    }
}

/// By whose rules a script is read. An engine alone stands for its usual ones.
///
/// ```
/// use schema_core::Engine;
/// use schema_core::script::{Reading, split};
/// // A server whose sql_mode has NO_BACKSLASH_ESCAPES.
/// let plain = Reading { backslash_escapes: false, ..Engine::MySql.into() };
/// assert_eq!(split(r"SELECT '\'; SELECT 2", plain)?.len(), 2);
/// # Ok::<(), schema_core::script::ScriptError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The engine.
    pub engine: Engine,
    /// MySQL and MariaDB: whether a backslash in a string escapes, until the script sets another `sql_mode`.
    pub backslash_escapes: bool,
}

impl From<Engine> for Reading {
    fn from(engine: Engine) -> Self {
        Self { engine, backslash_escapes: true }
    }
}

/// Splits a script into its statements, in time linear in its length.
///
/// It ends statements where the engine's own client does: `BEGIN ATOMIC` bodies and rules in PostgreSQL, triggers in
/// SQLite, and `DELIMITER` lines in MySQL and MariaDB, whose `SET sql_mode` it heeds. Empty statements are left out.
///
/// ```
/// use schema_core::{Engine, script};
/// let script = "-- users\nCREATE TABLE users (note text DEFAULT ';');\nSELECT $$a;b$$";
/// let statements = script::split(script, Engine::Postgres)?;
/// assert_eq!(statements[0].sql, "CREATE TABLE users (note text DEFAULT ';')");
/// assert_eq!((statements[1].line, statements[1].sql), (3, "SELECT $$a;b$$"));
/// # Ok::<(), script::ScriptError>(())
/// ```
///
/// # Errors
/// At a literal or comment without end, at a client's command other than `DELIMITER` and `\restrict`, at `COPY … FROM
/// stdin`, and at a NUL character.
pub fn split(text: &str, reading: impl Into<Reading>) -> Result<Vec<Statement<'_>>, ScriptError> {
    let reading = reading.into();
    let engine = reading.engine;
    let lexer = Lexer::new(text, reading);
    let mut place = Place::start(text);
    let mut statements = Vec::new();
    let mut open: Option<Open> = None;
    for token in lexer {
        let token = token.map_err(|(offset, fault)| place.clone().error(text, offset, fault))?;
        match (token.kind, &mut open) {
            (Kind::Space | Kind::Comment | Kind::Command, _) | (Kind::Delimiter, None) => {}
            (Kind::Delimiter, Some(statement)) => {
                if statement.body.ends_at_delimiter() {
                    statement.end = token.start;
                    statements.push(statement.close(text, &mut place));
                    open = None;
                } else {
                    statement.end = token.end;
                }
            }
            (Kind::Word | Kind::Literal | Kind::Symbol, _) => {
                let statement =
                    open.get_or_insert_with(|| Open { start: token.start, end: 0, body: Body::new(engine) });
                statement.end = token.end;
                let sql = &text[token.start..token.end];
                if !statement.body.see(token.kind, sql) {
                    return Err(place.error(text, statement.start, ScriptFault::CopyData));
                }
            }
        }
    }
    statements.extend(open.map(|statement| statement.close(text, &mut place)));
    Ok(statements)
}

/// A statement as it stands in a script: with its delimiter, and between `DELIMITER` lines where it needs another one.
///
/// [`split`] gives the statement back.
///
/// ```
/// use schema_core::{Engine, script};
/// assert_eq!(script::terminate("SELECT 1", Engine::Postgres), "SELECT 1;\n");
/// assert_eq!(
///     script::terminate("CREATE TRIGGER t … BEGIN a; b; END", Engine::MySql),
///     "DELIMITER //\nCREATE TRIGGER t … BEGIN a; b; END//\nDELIMITER ;\n",
/// );
/// ```
pub fn terminate(statement: &str, engine: Engine) -> String {
    let statement = statement.trim_ascii();
    // At the start of a script a byte order mark would be the script's.
    let start = if statement.starts_with('\u{feff}') { "\n" } else { "" };
    // A comment at its end would hide a delimiter on the same line.
    let plain = format!("{start}{statement};\n");
    let comment = format!("{start}{statement}\n;\n");
    let delimiters = match engine {
        Engine::Postgres | Engine::Sqlite => [].as_slice(),
        Engine::MySql | Engine::MariaDb => &["//", "$$", "|||", "~~~~"],
    };
    let others = delimiters.iter().flat_map(|delimiter| {
        ["", "\n"].map(|end| format!("DELIMITER {delimiter}\n{statement}{end}{delimiter}\nDELIMITER ;\n"))
    });
    let holds = |script: &String| {
        split(script, engine).is_ok_and(|found| matches!(&found[..], [only] if only.sql == statement))
    };
    [plain.clone(), comment].into_iter().chain(others).find(holds).unwrap_or(plain)
}

/// A statement whose end is not yet found.
struct Open {
    start: usize,
    end: usize,
    body: Body,
}

impl Open {
    fn close<'a>(&self, text: &'a str, place: &mut Place) -> Statement<'a> {
        place.advance(text, self.start);
        Statement {
            sql: text[self.start..self.end].trim_ascii_end(),
            offset: self.start,
            line: place.line,
            column: place.column,
        }
    }
}

/// A place in a text that is read from front to back.
#[derive(Clone)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

impl Place {
    fn start(text: &str) -> Self {
        Self { offset: lexer::start(text), line: 1, column: 1 }
    }

    fn pass(&mut self, character: char) {
        if character == '\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else {
            self.column += 1;
        }
    }

    fn advance(&mut self, text: &str, offset: usize) {
        text[self.offset..offset].chars().for_each(|character| self.pass(character));
        self.offset = offset;
    }

    fn error(mut self, text: &str, offset: usize, fault: ScriptFault) -> ScriptError {
        self.advance(text, offset);
        ScriptError { line: self.line, column: self.column, fault }
    }
}

/// What kind of statement this is, as far as it decides where the statement ends.
#[derive(Clone, Copy, PartialEq)]
enum Head {
    Start,
    Create,
    /// PostgreSQL: a function or procedure, which may have a `BEGIN ATOMIC … END` body.
    Routine,
    /// SQLite: a trigger, which ends with `; END`.
    Trigger,
    /// PostgreSQL: `COPY`, which may be followed by data.
    Copy,
    Other,
}

/// Follows a statement's words as far as needed to know whether a delimiter ends it.
struct Body {
    engine: Engine,
    head: Head,
    /// PostgreSQL: open parentheses; the actions of a rule stand in them, with semicolons.
    parentheses: usize,
    /// PostgreSQL: open `BEGIN ATOMIC` and `CASE`.
    blocks: usize,
    previous: Previous,
}

/// What stood directly before.
#[derive(Clone, Copy, PartialEq)]
enum Previous {
    Begin,
    From,
    Semicolon,
    SemicolonEnd,
    Other,
}

impl Body {
    fn new(engine: Engine) -> Self {
        Self { engine, head: Head::Start, parentheses: 0, blocks: 0, previous: Previous::Other }
    }

    fn ends_at_delimiter(&mut self) -> bool {
        let ends = match self.head {
            Head::Trigger => self.previous == Previous::SemicolonEnd,
            Head::Start | Head::Create | Head::Routine | Head::Copy | Head::Other => {
                self.parentheses == 0 && self.blocks == 0
            }
        };
        self.previous = Previous::Semicolon;
        ends
    }

    /// Takes the next token. False when the script goes on with data.
    fn see(&mut self, kind: Kind, sql: &str) -> bool {
        let word = |expected: &str| kind == Kind::Word && sql.eq_ignore_ascii_case(expected);
        let postgres = self.engine == Engine::Postgres;
        self.head = match self.head {
            Head::Start if word("CREATE") => Head::Create,
            Head::Start if postgres && word("COPY") => Head::Copy,
            Head::Create if ["OR", "REPLACE", "TEMP", "TEMPORARY"].into_iter().any(word) => Head::Create,
            Head::Create if postgres && (word("FUNCTION") || word("PROCEDURE")) => Head::Routine,
            Head::Create if self.engine == Engine::Sqlite && word("TRIGGER") => Head::Trigger,
            Head::Start | Head::Create => Head::Other,
            decided => decided,
        };
        if postgres {
            match sql {
                "(" => self.parentheses += 1,
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _text => {}
            }
        }
        if self.head == Head::Routine {
            if word("ATOMIC") && self.previous == Previous::Begin || word("CASE") && self.blocks > 0 {
                self.blocks += 1;
            } else if word("END") {
                self.blocks = self.blocks.saturating_sub(1);
            }
        }
        let data = self.head == Head::Copy && self.previous == Previous::From && word("STDIN");
        self.previous = match self.previous {
            Previous::Semicolon if word("END") => Previous::SemicolonEnd,
            _other if word("BEGIN") => Previous::Begin,
            _other if word("FROM") => Previous::From,
            _other => Previous::Other,
        };
        !data
    }
}

#[cfg(test)]
mod tests;
