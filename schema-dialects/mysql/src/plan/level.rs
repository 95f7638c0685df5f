//! How a change of a table is carried out: the algorithms and locks of `ALTER TABLE`, strongest first.
//!
//! Which change takes which was measured on MySQL 9.7 and MariaDB 10.11 and 11.8, and is stated in the statement: a
//! server that cannot keep it refuses with 1845 or 1846 before it does anything, rather than degrade silently.

use schema_core::plan::{BlockingForm, LockMode, Step, Work};
use schema_core::{QualifiedName, Sql};

use super::partition::Repartition;
use crate::flavour::Capabilities;
use crate::quote;

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

/// The codes by which a server refuses an algorithm or lock.
const REFUSALS: &[&str] = &["1845", "1846"];

/// The clauses to state, strongest first.
fn forms(level: Level, can: Capabilities, small: bool) -> Vec<&'static str> {
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
fn blocking(level: Level, small: bool) -> &'static [&'static str] {
    match level {
        Level::Instant | Level::Nocopy | Level::Inplace if !small => {
            &["ALGORITHM=INPLACE, LOCK=SHARED", "ALGORITHM=COPY, LOCK=SHARED"]
        }
        Level::Instant | Level::Nocopy | Level::Inplace | Level::InplaceShared | Level::Copy => &[],
    }
}

/// What an `ALTER TABLE` says and asks for.
pub(super) struct Statement<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) clauses: &'a [String],
    /// How the partitions change.
    pub(super) partitions: Option<&'a Repartition>,
}

impl Statement<'_> {
    /// Gives a step the statement in all its forms.
    pub(super) fn give(&self, step: Step, level: Level, can: Capabilities, small: bool) -> Step {
        if let Some(only) = self.only_form(can) {
            return step.statement(only);
        }
        let mut forms = forms(level, can, small).into_iter().map(|form| self.form(form));
        let Some(first) = forms.next() else { return step };
        let blocking = blocking(level, small)
            .iter()
            .map(|form| BlockingForm { statement: self.form(form), lock: LockMode::MetadataShared });
        step.statement(first).forms(REFUSALS, forms.collect(), blocking.collect())
    }

    /// The statement with an algorithm and lock.
    fn form(&self, form: &str) -> Sql {
        let table = quote::qualified(self.table);
        let separator = if self.clauses.is_empty() { "" } else { ", " };
        let partitions = match self.partitions {
            None => String::new(),
            // The one clause that stands last and without a comma.
            Some(Repartition::Whole(clause)) => format!("\n{clause}"),
            Some(Repartition::Add(clause) | Repartition::Reorganize(clause)) => format!(", {clause}"),
        };
        Sql::new(format!("ALTER TABLE {table} {}{separator}{form}{partitions}", self.clauses.join(", ")))
    }

    /// MariaDB knows no algorithm beside partitions that change by themselves.
    fn only_form(&self, can: Capabilities) -> Option<Sql> {
        match self.partitions {
            Some(Repartition::Add(clause) | Repartition::Reorganize(clause)) if can.nocopy() => {
                Some(Sql::new(format!("ALTER TABLE {} {clause}", quote::qualified(self.table))))
            }
            Some(Repartition::Add(_) | Repartition::Reorganize(_) | Repartition::Whole(_)) | None => None,
        }
    }

    /// The statement as the server sees fit.
    pub(super) fn plain(&self, can: Capabilities) -> Sql {
        self.only_form(can).unwrap_or_else(|| self.form("ALGORITHM=DEFAULT"))
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
