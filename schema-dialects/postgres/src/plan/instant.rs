//! Instant changes of a table, and the ALTER TABLE that several of them share.

use schema_core::diff::Diff;
use schema_core::plan::{LockMode, Phase, Probe, Reverse, Work};
use schema_core::{Hazard, HazardCode, ObjectId, QualifiedName, Sql, Step};

use super::Planner;
use crate::render::table as render;

/// Instant changes of one table that wait to share a statement.
pub(super) struct Pending {
    table: QualifiedName,
    only: bool,
    changes: Vec<Instant>,
    effect: Diff,
}

/// One instant change of a table.
pub(super) struct Instant {
    pub(super) title: String,
    pub(super) object: ObjectId,
    /// After `ALTER TABLE …`, or nothing where only `also` is needed.
    pub(super) clauses: Vec<String>,
    /// The clauses that undo it.
    pub(super) undo: Vec<String>,
    /// Statements that follow, comments for example.
    pub(super) also: Vec<String>,
    /// Those that undo them.
    pub(super) undo_also: Vec<String>,
    pub(super) loses_data: bool,
    pub(super) phase: Phase,
    pub(super) lock: LockMode,
    /// No longer an instant where rows are looked at.
    pub(super) work: Work,
    pub(super) hazards: Vec<Hazard>,
    pub(super) probes: Vec<Probe>,
}

impl Instant {
    pub(super) fn new(object: ObjectId, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            object,
            clauses: Vec::new(),
            undo: Vec::new(),
            also: Vec::new(),
            undo_also: Vec::new(),
            loses_data: false,
            phase: Phase::Expand,
            lock: LockMode::AccessExclusive,
            work: Work::Metadata,
            hazards: Vec::new(),
            probes: Vec::new(),
        }
    }

    pub(super) fn clause(mut self, clause: impl Into<String>, undo: impl Into<String>) -> Self {
        self.clauses.push(clause.into());
        self.undo.push(undo.into());
        self
    }

    pub(super) fn also(mut self, statement: impl Into<String>, undo: impl Into<String>) -> Self {
        self.also.push(statement.into());
        self.undo_also.push(undo.into());
        self
    }

    pub(super) fn hazard(mut self, code: HazardCode, message: impl Into<String>) -> Self {
        self.hazards.push(Hazard::new(code, message));
        self
    }
}

impl Planner<'_> {
    /// Adds an instant change to the ALTER TABLE that waits, or starts one. `ids` are the tables that change.
    pub(super) fn instant(
        &mut self,
        table: &QualifiedName,
        only: bool,
        instant: Instant,
        ids: &[ObjectId],
        change: impl FnOnce(&mut schema_core::Database),
    ) {
        let fits = self.pending.as_ref().is_some_and(|pending| {
            pending.table == *table
                && (pending.only == only || instant.clauses.is_empty())
                && pending.changes.iter().all(|earlier| earlier.phase == instant.phase)
        });
        if !fits {
            self.flush();
        }
        let effect = self.effects(ids, change);
        let fused = self.pending.as_ref().and_then(|pending| pending.effect.then(&effect).ok());
        if let (Some(pending), Some(fused)) = (&mut self.pending, fused) {
            pending.effect = fused;
            pending.changes.push(instant);
        } else {
            self.flush();
            self.pending = Some(Pending { table: table.clone(), only, changes: vec![instant], effect });
        }
    }

    /// Makes a step of what waits.
    pub(super) fn flush(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        let Pending { table, only, changes, effect } = pending;
        let titles: Vec<&str> = changes.iter().map(|change| change.title.as_str()).collect();
        let object = match changes.as_slice() {
            [one] => one.object.clone(),
            _ => ObjectId::table(&table),
        };
        let foreign = self.is_foreign(&table);
        let gather = |part: fn(&Instant) -> &Vec<String>| -> Vec<String> {
            changes.iter().flat_map(part).cloned().collect()
        };
        let clauses = gather(|change| &change.clauses);
        let undo: Vec<String> =
            gather(|change| &change.undo).into_iter().rev().filter(|s| !s.is_empty()).collect();
        let mut step = Step::new(object, titles.join(", "), effect);
        if let Some(first) = changes.first() {
            step = step.phase(first.phase);
        }
        if !clauses.is_empty() {
            step = step.statement(render::alter(&table, foreign, only, &clauses));
        }
        step.statements.extend(gather(|change| &change.also).into_iter().map(Sql::new));
        let mut reverse: Vec<Sql> = gather(|change| &change.undo_also)
            .into_iter()
            .rev()
            .filter(|s| !s.is_empty())
            .map(Sql::new)
            .collect();
        if !undo.is_empty() {
            reverse.insert(0, Sql::new(render::alter(&table, foreign, only, &undo)));
        }
        step = step.reverse(if changes.iter().any(|change| change.loses_data) {
            Reverse::StructureOnly(reverse)
        } else {
            Reverse::Statements(reverse)
        });
        let lock = changes.iter().map(|change| change.lock).max().unwrap_or(LockMode::AccessExclusive);
        let work = changes.iter().map(|change| change.work).max().unwrap_or(Work::Metadata);
        step = self.locked(step, lock, &table).work(work);
        let reaches_children = !only && !clauses.is_empty() && lock == LockMode::AccessExclusive;
        if reaches_children && changes.iter().all(|change| change.object.kind.is_part()) {
            step = self.locked_below(step, lock, &table);
        }
        if lock == LockMode::AccessExclusive && work == Work::Metadata && self.exists(&table) {
            let message =
                format!("{table} is locked for an instant; whoever comes after waits for that instant");
            step = step.hazard(Hazard::new(HazardCode::LockQueue, message));
        }
        for change in changes {
            step.hazards.extend(change.hazards);
            step.probes.extend(change.probes);
        }
        self.append(step);
    }
}
