//! What a step locks, and what the engine has to do for it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// A lock that a step takes.
///
/// ```
/// use schema_core::Step;
///
/// /// What queries wait for while a step is done.
/// fn tell(step: &Step) {
///     for lock in step.locks.iter().filter(|lock| lock.mode.blocks_reads()) {
///         println!("{} on {}", lock.mode, lock.object);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    /// How strong.
    pub mode: LockMode,
    /// On what.
    pub object: ObjectId,
}

/// How strong a lock is, in the words of the engine that takes it.
///
/// ```
/// use schema_core::plan::LockMode;
/// assert!(LockMode::AccessExclusive.blocks_reads());
/// assert!(LockMode::Share.blocks_writes() && !LockMode::Share.blocks_reads());
/// assert!(LockMode::MetadataInstant.holds_others_up() && !LockMode::MetadataInstant.blocks_writes());
/// assert_eq!(LockMode::ShareUpdateExclusive.to_string(), "SHARE UPDATE EXCLUSIVE");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// PostgreSQL `ACCESS SHARE`.
    AccessShare,
    /// PostgreSQL `ROW SHARE`.
    RowShare,
    /// PostgreSQL `ROW EXCLUSIVE`.
    RowExclusive,
    /// PostgreSQL `SHARE UPDATE EXCLUSIVE`: reads and writes go on.
    ShareUpdateExclusive,
    /// PostgreSQL `SHARE`: writes wait.
    Share,
    /// PostgreSQL `SHARE ROW EXCLUSIVE`: writes wait.
    ShareRowExclusive,
    /// PostgreSQL `EXCLUSIVE`: writes wait.
    Exclusive,
    /// PostgreSQL `ACCESS EXCLUSIVE`: reads and writes wait.
    AccessExclusive,
    /// MySQL: an exclusive metadata lock for an instant at the start and end; reads and writes go on
    /// in between (`LOCK=NONE`).
    MetadataInstant,
    /// MySQL: reads go on, writes wait (`LOCK=SHARED`).
    MetadataShared,
    /// MySQL: reads and writes wait (`LOCK=EXCLUSIVE`).
    MetadataExclusive,
    /// SQLite: the database's one writer lock; readers go on in WAL mode.
    Writer,
}

impl LockMode {
    /// Whether reads wait while it is held.
    pub fn blocks_reads(self) -> bool {
        matches!(self, Self::AccessExclusive | Self::MetadataExclusive)
    }

    /// Whether reads or writes wait while it is held, or behind whoever waits for it.
    pub fn holds_others_up(self) -> bool {
        self.blocks_writes() || self == Self::MetadataInstant
    }

    /// Whether writes wait while it is held.
    pub fn blocks_writes(self) -> bool {
        matches!(
            self,
            Self::Share
                | Self::ShareRowExclusive
                | Self::Exclusive
                | Self::AccessExclusive
                | Self::MetadataShared
                | Self::MetadataExclusive
                | Self::Writer
        )
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
            Self::MetadataInstant => "LOCK=NONE",
            Self::MetadataShared => "LOCK=SHARED",
            Self::MetadataExclusive => "LOCK=EXCLUSIVE",
            Self::Writer => "writer lock",
        })
    }
}

/// What the engine has to do, besides changing its catalog.
///
/// ```
/// use schema_core::Plan;
/// use schema_core::plan::Work;
///
/// /// Whether the time that it takes grows with the rows.
/// fn takes_long(plan: &Plan) -> bool {
///     plan.steps.iter().any(|step| step.work > Work::Metadata)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Nothing: done in an instant.
    Metadata,
    /// Read the whole table.
    Scan,
    /// Build an index.
    IndexBuild,
    /// Write the table anew, with its indexes.
    Rewrite,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Metadata => "instant",
            Self::Scan => "scans the table",
            Self::IndexBuild => "builds an index",
            Self::Rewrite => "rewrites the table",
        })
    }
}
