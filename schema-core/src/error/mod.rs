//! Errors, each with a stable code, the object, the cause and the fix.

mod code;

pub use code::ErrorCode;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diff::ApplyError;
use crate::plan::Plan;
use crate::{Blocker, Engine, Fingerprint, HazardCode, ObjectId, Problem};

/// What can go wrong. Never holds a password or the values of rows.
///
/// ```
/// use schema_core::{Error, ErrorClass, ErrorCode};
///
/// fn exit_code(error: &Error) -> u8 {
///     eprintln!("{}: {error}; {}", error.code(), error.code().fix());
///     match error.class() {
///         ErrorClass::Decision => 2,
///         ErrorClass::Precondition => 3,
///         ErrorClass::Unexpected => 1,
///     }
/// }
/// let error = Error::Input("no such file".to_owned());
/// assert_eq!((error.code(), exit_code(&error)), (ErrorCode::Input, 3));
/// assert!(error.database_code().is_none() && !error.is_transient());
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The declared schema says something that cannot be.
    #[error("the declared schema is not valid:{}", list(.0))]
    InvalidSchema(Vec<Problem>),

    /// A SQL script was refused by the engine, or cannot be read.
    #[error("{location}: {message}{}", near(.statement.as_deref()))]
    Script {
        /// Where.
        location: Location,
        /// The engine's message.
        message: String,
        /// The beginning of the statement.
        statement: Option<String>,
    },

    /// A file, URL or option cannot be used.
    #[error("{0}")]
    Input(String),

    /// The server cannot be reached, or refuses the connection.
    #[error("cannot connect to {target}: {message}")]
    Connect {
        /// What was connected to, without secrets.
        target: String,
        /// The driver's message.
        message: String,
    },

    /// The server refused a statement.
    #[error("{engine} refused{}: {message}{}", for_object(.object.as_ref()), near(.statement.as_deref()))]
    Database {
        /// The engine.
        engine: Engine,
        /// The object that the statement was for.
        object: Option<ObjectId>,
        /// The beginning of the statement.
        statement: Option<String>,
        /// The engine's own code (SQLSTATE, errno), by which retries are decided.
        code: Option<String>,
        /// The engine's message, without row values.
        message: String,
        /// Whether another attempt may succeed: a lock timeout, a deadlock, a busy database.
        transient: bool,
    },

    /// The dialect or its version has no way to do this.
    #[error("{object}: {reason}")]
    Unsupported {
        /// The object or part.
        object: ObjectId,
        /// Why not, and what can be done instead.
        reason: String,
    },

    /// A rename hint names an old and a new object that both exist.
    #[error(
        "{from} and {to} both exist, though one is said to be the other's new name; remove the hint, or one of them"
    )]
    RenameConflict {
        /// The old one.
        from: ObjectId,
        /// The new one.
        to: ObjectId,
    },

    /// The plan holds steps that this policy does not apply without an approval.
    #[error("{0}")]
    Refused(Box<Refusal>),

    /// The live data stands in the way.
    #[error("the live data stands in the way; nothing was changed:{}", probes(.0))]
    ProbeFailed(Vec<ProbeFailure>),

    /// Somebody else holds what the plan needs.
    #[error("somebody else holds what the plan needs; nothing was changed:{}", blockers(.0))]
    Blocked(Vec<Blocker>),

    /// An approval is for another plan, another database, or expired.
    #[error("the approval does not hold: {0}")]
    Approval(String),

    /// The database is not the one that the plan was made from.
    #[error("the database has changed since the plan was made (it was made from {expected}, the database is at {found}); make the plan again", expected = .expected.short(), found = .found.short())]
    BaseChanged {
        /// The fingerprint that the plan starts from.
        expected: Fingerprint,
        /// The fingerprint of the database.
        found: Fingerprint,
    },

    /// Another process holds the lock.
    #[error("another process is changing this database; gave up waiting for its lock after {waited:?}")]
    Locked {
        /// How long was waited.
        waited: std::time::Duration,
    },

    /// The connection goes through something that a session lock does not survive.
    #[error("{0}")]
    Pooler(String),

    /// The database is at a schema that this binary does not know.
    #[error("{0}")]
    Newer(String),

    /// After the last step, the database is not what the plan leads to.
    #[error("after the last step the database differs from the plan's result: {0}")]
    Verification(String),

    /// A defect of Groundplan itself.
    #[error("this is a defect of Groundplan: {0}")]
    Internal(String),
}

/// A plan that was not applied, and why.
///
/// ```
/// use schema_core::{Approval, Error, Refusal};
///
/// /// Approves what the reader said yes to.
/// fn approve(refusal: &Refusal, yes: impl Fn(&str) -> bool) -> Result<Approval, Error> {
///     let steps = refusal.steps.iter().filter(|(_, reason)| yes(reason)).map(|(step, _)| *step);
///     Approval::of(&refusal.plan, steps)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The whole plan.
    pub plan: Plan,
    /// The numbers of the steps that need an approval, from 1, each with the reason.
    pub steps: Vec<(usize, String)>,
    /// What the live data says about them.
    pub evidence: Vec<Evidence>,
}

/// What the live data says about a step that loses some of it.
///
/// ```
/// use schema_core::{Evidence, ObjectId};
/// let evidence = Evidence {
///     step: 1,
///     object: ObjectId::table(&"users".into()),
///     finding: "rows of users".to_owned(),
///     rows: Some(7),
///     show: "SELECT * FROM users".to_owned(),
/// };
/// assert_eq!(evidence.to_string(), "7 rows of users");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The number of the step, from 1.
    pub step: usize,
    /// What it is about.
    pub object: ObjectId,
    /// What was counted: `rows of users`.
    pub finding: String,
    /// How many; nothing if counting took too long.
    pub rows: Option<u64>,
    /// A query that shows them.
    pub show: String,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            Some(rows) => write!(f, "{rows} {}", self.finding),
            None => write!(f, "too many {} to count in time", self.finding),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} steps need an approval; nothing was changed:",
            self.steps.len(),
            self.plan.steps.len()
        )?;
        for (step, reason) in &self.steps {
            write!(f, "\n  step {step}: {reason}")?;
            for evidence in self.evidence.iter().filter(|evidence| evidence.step == *step) {
                write!(f, "\n    {evidence}\n    to see them: {}", evidence.show)?;
            }
        }
        Ok(())
    }
}

/// A probe that found rows in the way.
///
/// ```
/// use schema_core::Error;
///
/// fn help(error: &Error) {
///     if let Error::ProbeFailed(failures) = error {
///         for failure in failures {
///             eprintln!("{failure}");
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeFailure {
    /// The hazard that was looked for.
    pub code: HazardCode,
    /// What it is about.
    pub object: ObjectId,
    /// What was found.
    pub finding: String,
    /// How many rows; `None` where the engine could not compute the answer from them, as `finding` says.
    pub rows: Option<u64>,
    /// A query that shows them.
    pub show: String,
}

impl fmt::Display for ProbeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.object)?;
        if let Some(rows) = self.rows {
            write!(f, "{rows} ")?;
        }
        write!(
            f,
            "{} ({})\n    to see {}: {}",
            self.finding,
            self.code,
            if self.rows.is_some() { "them" } else { "it" },
            self.show
        )
    }
}

/// A place in a script.
///
/// ```
/// use schema_core::Location;
/// let location = Location { file: "schema.sql".to_owned(), line: 3, column: 14 };
/// assert_eq!(location.to_string(), "schema.sql:3:14");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The script.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How a program should take an error.
///
/// ```
/// use schema_core::{Error, ErrorClass};
/// assert_eq!(Error::Approval("it has expired".to_owned()).class(), ErrorClass::Decision);
/// assert_eq!(Error::Internal("a bug".to_owned()).class(), ErrorClass::Unexpected);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// A bug, or something nobody expected.
    Unexpected,
    /// Bad input, or a precondition that does not hold.
    Precondition,
    /// A decision or an approval is needed.
    Decision,
}

impl Error {
    /// The stable code, which knows what to do.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidSchema(_) => ErrorCode::InvalidSchema,
            Self::Script { .. } => ErrorCode::Script,
            Self::Input(_) => ErrorCode::Input,
            Self::Unsupported { .. } => ErrorCode::Unsupported,
            Self::RenameConflict { .. } => ErrorCode::RenameConflict,
            Self::Connect { .. } => ErrorCode::Connect,
            Self::Database { .. } => ErrorCode::Database,
            Self::Pooler(_) => ErrorCode::Pooler,
            Self::Locked { .. } => ErrorCode::Locked,
            Self::Refused(_) => ErrorCode::Refused,
            Self::ProbeFailed(_) => ErrorCode::ProbeFailed,
            Self::Approval(_) => ErrorCode::Approval,
            Self::BaseChanged { .. } => ErrorCode::BaseChanged,
            Self::Newer(_) => ErrorCode::Newer,
            Self::Blocked(_) => ErrorCode::Blocked,
            Self::Verification(_) => ErrorCode::Verification,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// How a program should take it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::InvalidSchema(_)
            | Self::Script { .. }
            | Self::Input(_)
            | Self::Unsupported { .. }
            | Self::RenameConflict { .. }
            | Self::Connect { .. }
            | Self::Pooler(_)
            | Self::Locked { .. }
            | Self::ProbeFailed(_)
            | Self::Blocked(_)
            | Self::BaseChanged { .. }
            | Self::Newer(_) => ErrorClass::Precondition,
            Self::Refused(_) | Self::Approval(_) => ErrorClass::Decision,
            Self::Database { .. } | Self::Verification(_) | Self::Internal(_) => ErrorClass::Unexpected,
        }
    }

    /// Names the object that a refused statement was for.
    #[must_use]
    pub(crate) fn about(mut self, id: &ObjectId) -> Self {
        if let Self::Database { object, .. } = &mut self {
            object.get_or_insert_with(|| id.clone());
        }
        self
    }

    /// Says that it was met again and again.
    #[must_use]
    pub(crate) fn after_attempts(mut self, attempts: u32) -> Self {
        if let Self::Database { message, transient: true, .. } = &mut self {
            *message = format!(
                "{message}; tried {attempts} times: another session holds a lock for longer than is waited for it. \
                 Nothing of this step was done; end that session's transaction, or apply when it is over"
            );
        }
        self
    }

    /// Says what the engine's refusal means here.
    #[must_use]
    pub(crate) fn explained(mut self, meaning: &str) -> Self {
        if let Self::Database { message, .. } = &mut self {
            *message = format!("{message}; {meaning}");
        }
        self
    }

    /// The engine's own code, where the engine refused something.
    pub fn database_code(&self) -> Option<&str> {
        if let Self::Database { code, .. } = self { code.as_deref() } else { None }
    }

    /// Whether another attempt may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database { transient: true, .. })
    }
}

impl From<ApplyError> for Error {
    fn from(error: ApplyError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// The first line or so of a statement, for messages.
fn near(statement: Option<&str>) -> String {
    const LENGTH: usize = 200;
    let Some(statement) = statement else { return String::new() };
    let text: String = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("\n  in: {} …", &text[..at]),
        None => format!("\n  in: {text}"),
    }
}

fn for_object(object: Option<&ObjectId>) -> String {
    object.map(|object| format!(" the change of {object}")).unwrap_or_default()
}

fn list(problems: &[Problem]) -> String {
    lines(problems.iter().map(|p| format!("{}: {}", p.object, p.message)))
}

fn probes(failures: &[ProbeFailure]) -> String {
    lines(failures.iter().map(ToString::to_string))
}

fn blockers(blockers: &[Blocker]) -> String {
    lines(blockers.iter().map(|blocker| format!("{blocker}\n    to see it: {}", blocker.show)))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + "\n  " + &line)
}
