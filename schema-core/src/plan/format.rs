//! A plan as text for people and as SQL for reading along.

use std::fmt::{self, Write as _};

use super::{Plan, Reverse, Step, Transaction};
use crate::{Engine, script};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            writeln!(f, "Nothing to do: the database is as declared.")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:>3}. {} ({})", index + 1, step.title, step.object)?;
            step.details(f)?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for object in &self.unmanaged {
            writeln!(f, "note: {object} is not managed and stays as it is")?;
        }
        if !self.is_empty() {
            let count = self.steps.len();
            let steps = if count == 1 { "step" } else { "steps" };
            writeln!(f, "plan {} on base {}: {count} {steps}", self.hash().short(), self.base.short())?;
        }
        Ok(())
    }
}

impl Step {
    fn details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for statement in &self.statements {
            for line in statement.as_str().lines() {
                writeln!(f, "       {line}")?;
            }
        }
        let locks: Vec<String> =
            self.locks.iter().map(|lock| format!("{} on {}", lock.mode, lock.object)).collect();
        let locks = if locks.is_empty() { "no lock".to_owned() } else { locks.join(", ") };
        let reverse = match &self.reverse {
            Reverse::Statements(_) => "reversible".to_owned(),
            Reverse::StructureOnly(_) => "the structure can be brought back, the data not".to_owned(),
            Reverse::Irreversible { reason } => format!("not reversible: {reason}"),
        };
        writeln!(f, "     {locks}; {}; {reverse}", self.work)?;
        for hazard in &self.hazards {
            writeln!(f, "     {hazard}")?;
        }
        for probe in self.probes.iter().filter(|probe| probe.stops()) {
            writeln!(f, "     asks first ({}): {}", probe.code, probe.finding)?;
        }
        Ok(())
    }
}

impl Plan {
    /// The statements as a SQL script with transactions as they will be, for reading along. Applying it by hand
    /// leaves out the lock, the probes, the journal and the verification.
    ///
    /// ```
    /// use schema_core::Plan;
    ///
    /// fn to_read_along(plan: &Plan) -> std::io::Result<()> {
    ///     std::fs::write("plan.sql", plan.to_sql())
    /// }
    /// ```
    pub fn to_sql(&self) -> String {
        let mut sql = String::new();
        // Without this, dropping the old table of a rebuild would carry out the ON DELETE of its children.
        let guarded = self.engine == Engine::Sqlite && !self.is_empty();
        if guarded {
            sql.push_str("PRAGMA foreign_keys = OFF;\n");
        }
        let mut open: Option<u32> = None;
        for (index, step) in self.steps.iter().enumerate() {
            let shared = match step.transaction {
                Transaction::Shared(number) => Some(number),
                Transaction::None => None,
            };
            if open != shared {
                if open.is_some() {
                    sql.push_str("COMMIT;\n\n");
                }
                if shared.is_some() {
                    sql.push_str("BEGIN;\n");
                }
                open = shared;
            }
            // Writing into a String cannot fail.
            let _ = writeln!(sql, "-- {}. {} ({})", index + 1, step.title, step.object);
            for statement in &step.statements {
                sql.push_str(&script::terminate(statement.as_str(), self.engine));
            }
        }
        if open.is_some() {
            sql.push_str("COMMIT;\n");
        }
        if guarded {
            sql.push_str("PRAGMA foreign_key_check;\nPRAGMA foreign_keys = ON;\n");
        }
        sql
    }
}
