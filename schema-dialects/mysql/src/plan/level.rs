//! How a change of a table is carried out: the algorithms and locks of `ALTER TABLE`, strongest first.
//!
//! Which change takes which was measured on MySQL 9.7 and MariaDB 10.11 and 11.8, and is stated in the statement: a
//! server that cannot keep it refuses with 1845 or 1846 before it does anything, rather than degrade silently.

use schema_core::plan::{LockMode, Work};

use crate::flavour::Capabilities;

/// What the weakest change of an ALTER asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Only the catalog changes.
    Instant,
    /// Indexes are built or dropped; reads and writes go on.
    Nocopy,
    /// The table may be written anew; reads and writes go on.
    Inplace,
    /// The table or index is written in place; writes wait.
    InplaceShared,
    /// The rows are copied.
    Copy,
}

/// Tables of at most so many rows, by the server's statistics, are written anew before anyone notices.
pub(super) const SMALL: u64 = 10_000;

/// The codes by which a server refuses an algorithm or lock; with 1795 InnoDB says that it builds no two full-text
/// indexes in place at a time.
pub(super) const REFUSALS: &[&str] = &["1845", "1846", "1795"];

/// The clauses to state, strongest first.
pub(super) fn forms(level: Level, can: Capabilities, small: bool) -> Vec<&'static str> {
    let mut forms = match (level, can.nocopy()) {
        (Level::Instant, false) => vec!["ALGORITHM=INSTANT", "ALGORITHM=INPLACE, LOCK=NONE"],
        (Level::Instant, true) => {
            vec!["ALGORITHM=INSTANT", "ALGORITHM=NOCOPY, LOCK=NONE", "ALGORITHM=INPLACE, LOCK=NONE"]
        }
        (Level::Nocopy, true) => vec!["ALGORITHM=NOCOPY, LOCK=NONE", "ALGORITHM=INPLACE, LOCK=NONE"],
        (Level::Nocopy, false) | (Level::Inplace, _) => vec!["ALGORITHM=INPLACE, LOCK=NONE"],
        (Level::InplaceShared, _) => vec!["ALGORITHM=INPLACE, LOCK=SHARED", "ALGORITHM=COPY, LOCK=SHARED"],
        (Level::Copy, _) => vec![],
    };
    if can.online_copy() && level != Level::InplaceShared {
        forms.push("ALGORITHM=COPY, LOCK=NONE");
    }
    if level == Level::Copy || small && level < Level::InplaceShared {
        forms.push("ALGORITHM=COPY, LOCK=SHARED");
    }
    forms
}

/// The lock that the strongest form takes.
pub(super) fn lock(level: Level, can: Capabilities) -> LockMode {
    match level {
        Level::Instant | Level::Nocopy | Level::Inplace => LockMode::MetadataInstant,
        Level::Copy if can.online_copy() => LockMode::MetadataInstant,
        Level::InplaceShared | Level::Copy => LockMode::MetadataShared,
    }
}

/// The forms that make writers wait, for a server that can do none of the others. A small table needs none: it is
/// copied before anyone notices.
pub(super) fn blocking(level: Level, small: bool) -> &'static [&'static str] {
    match level {
        Level::Instant | Level::Nocopy | Level::Inplace if !small => {
            &["ALGORITHM=INPLACE, LOCK=SHARED", "ALGORITHM=COPY, LOCK=SHARED"]
        }
        Level::Instant | Level::Nocopy | Level::Inplace | Level::InplaceShared | Level::Copy => &[],
    }
}

/// What the server has to do at a level, at most.
pub(super) fn work(level: Level, builds_index: bool) -> Work {
    match level {
        Level::Nocopy if builds_index => Work::IndexBuild,
        Level::Instant | Level::Nocopy => Work::Metadata,
        Level::Inplace | Level::InplaceShared | Level::Copy => Work::Rewrite,
    }
}
