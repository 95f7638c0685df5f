//! Exit codes.

use std::process::ExitCode;

use schema_core::ErrorClass;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// A bug, or an unexpected failure.
    Unexpected = 1,
    /// Bad input, or a precondition that does not hold.
    Refused = 2,
    /// A decision or an approval is needed.
    Decision = 3,
    /// The plan has steps, and the caller wanted to know.
    Changes = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<ErrorClass> for Exit {
    fn from(class: ErrorClass) -> Self {
        match class {
            ErrorClass::Unexpected => Self::Unexpected,
            ErrorClass::Precondition => Self::Refused,
            ErrorClass::Decision => Self::Decision,
        }
    }
}
