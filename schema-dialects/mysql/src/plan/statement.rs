//! What an `ALTER TABLE` says, and what it asks of the server.

use schema_core::plan::{BlockingForm, LockMode, Step};
use schema_core::{QualifiedName, Sql};

use super::level::{Level, REFUSALS, blocking, forms};
use super::partition::Repartition;
use crate::flavour::Capabilities;
use crate::{Flavour, quote};

/// What decides how a change is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) flavour: Flavour,
    pub(super) can: Capabilities,
}

impl Context {
    pub(super) fn is_mysql(self) -> bool {
        self.flavour == Flavour::MySql
    }
}

/// The clauses of an ALTER, and what they ask of the server.
#[derive(Clone, Debug)]
pub(super) struct Alter {
    pub(super) clauses: Vec<String>,
    /// How the partitions change.
    pub(super) partitions: Option<Repartition>,
    pub(super) level: Level,
    pub(super) builds_index: bool,
    /// What it does, in words.
    pub(super) title: Vec<String>,
}

impl Alter {
    /// Adds a clause.
    pub(super) fn add(&mut self, level: Level, clause: impl Into<String>, title: impl Into<String>) {
        self.clauses.push(clause.into());
        self.level = self.level.max(level);
        let title = title.into();
        if !title.is_empty() {
            self.title.push(title);
        }
    }

    /// The whole statement.
    pub(super) fn statement<'a>(&'a self, table: &'a QualifiedName) -> Statement<'a> {
        Statement { table, clauses: &self.clauses, partitions: self.partitions.as_ref() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.partitions.is_none()
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
