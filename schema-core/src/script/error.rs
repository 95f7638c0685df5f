//! What is wrong with a script.

use crate::{Error, Location};

/// A script that cannot be split.
///
/// ```
/// use schema_core::{Engine, script};
/// let error = script::split("SELECT 1;\nSELECT 'oops", Engine::Sqlite).unwrap_err();
/// assert_eq!((error.line, error.column), (2, 8));
/// assert!(error.within("seed.sql").to_string().starts_with("seed.sql:2:8: "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {fault}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub fault: ScriptFault,
}

impl ScriptError {
    /// The error with the name of the script.
    pub fn within(self, file: impl Into<String>) -> Error {
        Error::Script {
            location: Location { file: file.into(), line: self.line, column: self.column },
            message: self.fault.to_string(),
            statement: None,
        }
    }
}

/// Why a script cannot be split.
///
/// ```
/// use schema_core::script::{ScriptFault, split};
/// use schema_core::Engine;
/// let error = split("SELECT 1 /* and", Engine::Sqlite).unwrap_err();
/// assert_eq!(error.fault, ScriptFault::OpenComment);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptFault {
    /// A string literal without end.
    #[error("the string that begins here has no end")]
    OpenString,
    /// A quoted identifier without end.
    #[error("the quoted identifier that begins here has no end")]
    OpenIdentifier,
    /// A comment without end.
    #[error("the comment that begins here has no end")]
    OpenComment,
    /// A command to the engine's own client.
    #[error("`{0}` is a command to the engine's own client, not SQL; take it out of the script")]
    ClientCommand(String),
    /// `COPY … FROM stdin`, which is followed by rows.
    #[error("`COPY … FROM stdin` brings rows, and a schema has none; dump it with --schema-only")]
    CopyData,
    /// A `DELIMITER` line that names none.
    #[error("DELIMITER names no delimiter")]
    NoDelimiter,
    /// A comment for Groundplan that says nothing it knows.
    #[error(
        "`groundplan:{0}` is not a hint; write `groundplan:renamed_from=old_name`, with a quoted name if it needs quotes"
    )]
    UnreadableHint(String),
    /// A hint beside nothing that it could be about.
    #[error(
        "this hint is about nothing; put it above a CREATE TABLE, VIEW, INDEX, TYPE … AS ENUM or a column, or at the end of its first line"
    )]
    StrayHint,
    /// A NUL character, which no engine takes.
    #[error("the script holds a NUL character")]
    Nul,
}
