//! Tables: made, attached, dropped, and their options; and the ALTER TABLE that several instant changes share.

use schema_core::diff::Diff;
use schema_core::plan::LockMode;
use schema_core::plan::{Phase, Probe, Reverse, Work};
use schema_core::{
    Database, Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, Part, QualifiedName, Sql, Step,
    Table, TableOptions,
};

use super::node::{Constraint, Node, at_creation};
use super::{Planner, group, parents};
use crate::quote;
use crate::render::table::{Later, needs_index};
use crate::render::{comment, constraint, implicit_name, object, table as render};

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

    /// The steps that drop a table and what goes with it.
    pub(super) fn drop_object(&mut self, object: &Object, with: &[ObjectId], chain: bool) {
        let id = object.id();
        // What went with another object is gone.
        let Some(now) = self.now.get(&id).cloned() else { return };
        let mut ids = vec![id.clone()];
        ids.extend(with.iter().cloned());
        ids.retain(|id| self.now.get(id).is_some());
        let gone: Vec<Object> = ids.iter().filter_map(|id| self.now.get(id).cloned()).collect();
        let effect = self.effects(&ids, |database| {
            for id in &ids {
                database.remove(id);
            }
        });
        let mut reverse: Vec<Sql> = object::create(&now).into_iter().map(Sql::new).collect();
        if let Object::Table(table) = &now {
            reverse.extend(table.indexes.iter().map(|index| {
                Sql::new(crate::render::index::create(&table.name, index, crate::render::index::Build::Plain))
            }));
        }
        reverse.extend(gone.iter().skip(1).flat_map(object::create).map(Sql::new));
        let mut step = Step::new(id.clone(), format!("drop {}", id.name), effect).phase(Phase::Contract);
        step.statements = object::drop(&now).into_iter().map(Sql::new).collect();
        step = self.drop_hazards(step, &now, chain);
        if id.kind == ObjectKind::Sql(schema_core::SqlObjectKind::Statistics) {
            step = self.locked_about(step, &id, &self.needs_before);
        }
        if let Object::Table(table) = &now {
            for parent in super::parents(table) {
                step = self.locked(step, LockMode::AccessExclusive, parent);
            }
        }
        // Where privileges are part of the schema, each of these has some, and they are granted again.
        let has_privileges = matches!(
            id.kind,
            ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Routine
        );
        if chain && has_privileges && self.privileges_of(&id).is_none() {
            step = step.hazard(Hazard::new(
                HazardCode::PrivilegesChanged,
                format!(
                    "{} is made anew: what was granted on it is lost, and must be granted again",
                    id.name
                ),
            ));
        }
        step.reverse = if matches!(now, Object::Table(_) | Object::Sequence(_)) {
            Reverse::StructureOnly(reverse)
        } else {
            Reverse::Statements(reverse)
        };
        self.push(step);
    }

    fn drop_hazards(&self, mut step: Step, object: &Object, chain: bool) -> Step {
        let id = object.id();
        let mut hazard = |code, message: String| step.hazards.push(Hazard::new(code, message));
        match object {
            Object::Table(_) if chain => hazard(
                HazardCode::DropTable,
                format!(
                    "{} cannot become what it is to be, and is dropped and made again: its rows do not move, and are \
                     lost",
                    id.name
                ),
            ),
            Object::Table(_) => {
                hazard(HazardCode::DropTable, format!("all rows of {} are lost", id.name));
            }
            Object::Schema(_) => hazard(HazardCode::DropSchema, format!("the schema {} goes", id.name)),
            Object::Sequence(_) => {
                hazard(HazardCode::DropStoredObject, format!("where {} had counted to is lost", id.name));
            }
            Object::MaterializedView(_) if !chain => {
                hazard(HazardCode::DropStoredObject, format!("the stored rows of {} are lost", id.name));
            }
            Object::MaterializedView(_) => {
                hazard(HazardCode::Rewrite, format!("{} is filled again while others wait", id.name));
            }
            Object::Privileges(_) => {
                hazard(
                    HazardCode::PrivilegesChanged,
                    format!("what was granted on {} is taken back", id.name),
                );
            }
            Object::View(_)
            | Object::Routine(_)
            | Object::Trigger(_)
            | Object::Policy(_)
            | Object::Sql(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Extension(_) => {
                if !chain {
                    hazard(HazardCode::DropRoutine, format!("whatever uses {} breaks", id.name));
                }
            }
        }
        match id.kind {
            ObjectKind::Table => {
                let mut step = step.lock(LockMode::AccessExclusive, id.clone());
                step.probes.extend(self.rows_lost(&id.qualified_name()));
                let parents =
                    self.before.table(&id.qualified_name()).into_iter().flat_map(|t| t.foreign_keys.iter());
                for key in parents.filter(|key| key.references != id.qualified_name()) {
                    let parent = ObjectId::table(&key.references);
                    if !step.locks.iter().any(|lock| lock.object == parent) && self.exists(&key.references) {
                        step = step.lock(LockMode::AccessExclusive, parent);
                    }
                }
                step
            }
            ObjectKind::View | ObjectKind::MaterializedView => step.lock(LockMode::AccessExclusive, id),
            ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Sql(schema_core::SqlObjectKind::Rule) => {
                match id.table_name() {
                    Some(table) => self.locked(step, LockMode::AccessExclusive, &table),
                    None => step,
                }
            }
            _ => step,
        }
    }
}

/// A new table.
pub(super) fn create(planner: &mut Planner<'_>, table: &Table, defaults: &[Name], checks: &[Name]) {
    let mut made = table.clone();
    for name in defaults {
        if let Some(column) = made.columns.get_mut(name) {
            column.default = None;
        }
    }
    for name in checks {
        made.checks.remove(name);
    }
    made.foreign_keys = schema_core::Parts::default();
    made.indexes = schema_core::Parts::default();
    made.options = at_creation(&made.options);
    let later = Later { defaults: defaults.to_vec(), checks: checks.to_vec() };
    let statements = render::create(&named(planner, table), &given_checks(planner, table), &later);
    made.options.postgres.partition_of = None;
    let id = table.id();
    let effect = planner.effect(&id, |database| database.insert(made));
    let mut step = Step::new(id.clone(), format!("create table {}", table.name.name), effect)
        .undo(object::drop(&Object::from(table.clone())).join("; "));
    step.statements = statements.into_iter().map(Sql::new).collect();
    let own = own_settings(planner, table);
    if !own.is_empty() {
        step = step.statement(render::alter(&table.name, planner.is_foreign(&table.name), true, &own));
    }
    for parent in &table.options.postgres.inherits {
        step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
    }
    planner.push(step);
}

/// What a new table has from its parents' columns, and its own columns are not to have.
fn own_settings(planner: &Planner<'_>, table: &Table) -> Vec<String> {
    let parents: Vec<&Table> =
        table.options.postgres.inherits.iter().filter_map(|parent| planner.now.table(parent)).collect();
    let mut clauses = Vec::new();
    for column in table.columns.iter().filter(|column| column.postgres.inherited) {
        let given: Vec<&schema_core::Column> =
            parents.iter().filter_map(|parent| parent.columns.get(&column.name)).collect();
        let name = quote::name(&column.name);
        if column.postgres.storage.is_none() && given.iter().any(|given| given.postgres.storage.is_some()) {
            let default = super::column::default_storage(planner);
            clauses.push(format!("ALTER COLUMN {name} SET STORAGE {default}"));
        }
        if column.postgres.compression.is_none()
            && given.iter().any(|given| given.postgres.compression.is_some())
        {
            clauses.push(format!("ALTER COLUMN {name} SET COMPRESSION default"));
        }
    }
    clauses
}

/// PostgreSQL 18: a partition may have kept the name that the server would give to its new parent's NOT NULL.
fn named(planner: &Planner<'_>, table: &Table) -> Table {
    let mut named = table.clone();
    if table.options.postgres.partition_by.is_some() {
        named.columns.iter_mut().for_each(|column| name_not_null(planner, &table.name, column));
    }
    named
}

/// PostgreSQL 18: the NOT NULL of a partitioned table's column gets its usual name, which the server would not give it
/// beside a new partition's.
pub(super) fn name_not_null(planner: &Planner<'_>, table: &QualifiedName, column: &mut schema_core::Column) {
    if planner.version.major >= 18 && !column.nullable {
        let name = implicit_name(&table.name, &column.name, "not_null");
        column.postgres.not_null.get_or_insert(not_null(name));
    }
}

fn not_null(name: Name) -> schema_core::PostgresNotNull {
    schema_core::PostgresNotNull { name, no_inherit: false, validated: true, comment: None }
}

/// PostgreSQL 18: the name that an inherited column's NOT NULL has from a parent, which it keeps.
fn passed_not_null(database: &Database, table: &QualifiedName, column: &Name) -> Option<Name> {
    let child = database.table(table)?;
    if !child.columns.get(column)?.postgres.inherited {
        return None;
    }
    let of_parent = |parent: &QualifiedName| {
        let passing = database.table(parent)?.columns.get(column).filter(|column| !column.nullable)?;
        let own = passing.postgres.not_null.as_ref().map(|not_null| not_null.name.clone());
        let passed = own.or_else(|| passed_not_null(database, parent, column));
        Some(passed.unwrap_or_else(|| implicit_name(&parent.name, column, "not_null")))
    };
    parents(child).find_map(of_parent)
}

/// A partition stands by itself.
pub(super) fn detach(planner: &mut Planner<'_>, name: &QualifiedName) {
    let id = ObjectId::table(name);
    let Some(now) = planner.now.table(name).cloned() else { return };
    let Some((parent, bound)) = &now.options.postgres.partition_of else {
        return leave(planner, &now);
    };
    let (child_name, parent_name) = (quote::qualified(name), quote::qualified(parent));
    let (kept, gone) = passed(planner, &now);
    let effect = planner.effect(&id, |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.partition_of = None;
            for index in table.indexes.iter_mut() {
                index.postgres.attached_to = None;
            }
            for constraint in &kept {
                constraint.insert(table);
            }
        }
    });
    let mut step = Step::new(id.clone(), format!("detach {} from {}", name.name, parent.name), effect)
        .statement(format!("ALTER TABLE {parent_name} DETACH PARTITION {child_name}"))
        .undo(format!("ALTER TABLE {parent_name} ATTACH PARTITION {child_name} {bound}"))
        .phase(Phase::Contract);
    if !gone.is_empty() {
        step = step.statement(render::alter(name, planner.is_foreign(name), false, &dropping(&gone)));
    }
    step = planner.locked(step, LockMode::AccessExclusive, parent);
    step = planner.locked(step, LockMode::AccessExclusive, name).hazard(Hazard::new(
        HazardCode::ConstraintDropped,
        format!("{} no longer holds the rows of {}", parent.name, name.name),
    ));
    planner.push(step);
}

/// A table no longer inherits from parents that it is not to have.
fn leave(planner: &mut Planner<'_>, now: &Table) {
    let id = now.id();
    let after = planner.after.database.table(&now.name).map(|after| after.options.postgres.inherits.clone());
    let wanted = after.unwrap_or_default();
    let (stays, lost): (Vec<QualifiedName>, Vec<QualifiedName>) =
        now.options.postgres.inherits.iter().cloned().partition(|parent| wanted.contains(parent));
    let (kept, gone) = passed(planner, now);
    let still = |database: &Database, column: &Name| {
        stays.iter().any(|parent| database.table(parent).is_some_and(|p| p.columns.contains(column)))
    };
    let named = planner.version.major >= 18;
    let effect = planner.effect(&id, |database| {
        let own: Vec<Name> = now.columns.names().filter(|column| !still(database, column)).cloned().collect();
        let names: Vec<Option<Name>> =
            own.iter().map(|column| passed_not_null(database, &now.name, column).filter(|_| named)).collect();
        if let Some(table) = database.table_mut(&now.name) {
            table.options.postgres.inherits.clone_from(&stays);
            for (column, name) in own.iter().zip(names) {
                let usual = implicit_name(&now.name.name, column, "not_null");
                if let Some(column) = table.columns.get_mut(column) {
                    column.postgres.inherited = false;
                    if let Some(name) = name.filter(|name| *name != usual.as_str()) {
                        let not_null = not_null(name);
                        column.postgres.not_null.get_or_insert(not_null);
                    }
                }
            }
            for constraint in &kept {
                constraint.insert(table);
            }
        }
    });
    let alter = |clauses: &[String]| render::alter(&now.name, planner.is_foreign(&now.name), false, clauses);
    let clauses = |word: &str| -> Vec<String> {
        lost.iter().map(|parent| format!("{word} {}", quote::qualified(parent))).collect()
    };
    let mut step = Step::new(id, format!("leave the parents of {}", now.name.name), effect)
        .statement(alter(&clauses("NO INHERIT")))
        .undo(alter(&clauses("INHERIT")))
        .phase(Phase::Contract);
    if !gone.is_empty() {
        step = step.statement(alter(&dropping(&gone)));
    }
    step = planner.locked(step, LockMode::AccessExclusive, &now.name);
    for parent in &lost {
        let message = format!("{} no longer holds the rows of {}", parent.name, now.name.name);
        step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
        step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
    }
    planner.push(step);
}

/// The constraints that a table has from its parents and that become its own: those that it is to have, and the others.
fn passed(planner: &Planner<'_>, now: &Table) -> (Vec<Constraint>, Vec<Constraint>) {
    let checks = passed_checks(&planner.now, now).into_iter().map(Constraint::Check);
    let keys = passed_keys(&planner.now, now).into_iter().map(Constraint::ForeignKey);
    let after = planner.after.database.table(&now.name);
    checks.chain(keys).partition(|constraint| after.is_some_and(|after| constraint.is_in(after)))
}

fn dropping(constraints: &[Constraint]) -> Vec<String> {
    constraints
        .iter()
        .map(|constraint| format!("DROP CONSTRAINT {}", quote::name(constraint.name())))
        .collect()
}

/// The foreign keys that a partition takes from its parents.
fn passed_keys(database: &Database, table: &Table) -> Vec<schema_core::ForeignKey> {
    let mut all = Vec::new();
    let mut next = table.options.postgres.partition_of.as_ref().map(|(parent, _)| parent);
    while let Some(parent) = next.and_then(|name| database.table(name)) {
        all.extend(parent.foreign_keys.iter().cloned());
        next = parent.options.postgres.partition_of.as_ref().map(|(parent, _)| parent);
    }
    all
}

/// The checks that a partition takes from its parents, at any height, and has not of its own.
fn passed_checks(database: &Database, table: &Table) -> Vec<schema_core::Check> {
    let mut all: Vec<schema_core::Check> = Vec::new();
    let mut next: Vec<&QualifiedName> = parents(table).collect();
    while let Some(parent) = next.pop().and_then(|name| database.table(name)) {
        for check in parent.checks.iter().filter(|check| !check.no_inherit) {
            let known = table.checks.contains(&check.key()) || all.iter().any(|c| c.key() == check.key());
            if !known {
                all.push(check.clone());
            }
        }
        next.extend(parents(parent));
    }
    all
}

/// The checks that a table must have to join its parents, and has not.
fn missing_checks(planner: &Planner<'_>, now: &Table) -> Vec<schema_core::Check> {
    let after = planner.after.database.table(&now.name);
    let passed = after.into_iter().flat_map(|after| passed_checks(&planner.after.database, after));
    passed.filter(|check| !now.checks.contains(&check.key())).collect()
}

/// The checks that a new partition must have to be attached.
fn given_checks(planner: &Planner<'_>, table: &Table) -> Vec<schema_core::Check> {
    match &table.options.postgres.partition_of {
        Some(_) => passed_checks(&planner.after.database, table),
        // What inherits has them from the beginning.
        None => Vec::new(),
    }
}

/// A table becomes a partition.
pub(super) fn attach(planner: &mut Planner<'_>, name: &QualifiedName) {
    let Some(after) = planner.after.database.table(name) else { return };
    let Some((parent, bound)) = after.options.postgres.partition_of.clone() else { return };
    attach_to(planner, name, &parent, &bound);
}

fn attach_to(planner: &mut Planner<'_>, name: &QualifiedName, parent: &QualifiedName, bound: &Sql) {
    let id = ObjectId::table(name);
    let (partition, bounds) = (parent.clone(), bound.clone());
    // A table that was there before has not what a new one was made with.
    let missing = match planner.now.table(name) {
        Some(now) if planner.is_used(&id) => missing_checks(planner, now),
        Some(_) | None => Vec::new(),
    };
    // The indexes of the parent take those of the partition that fit them.
    let attached: Vec<(Name, QualifiedName)> = planner
        .after
        .database
        .table(name)
        .into_iter()
        .flat_map(|table| table.indexes.iter())
        .filter_map(|index| Some((index.name.clone()?, index.postgres.attached_to.clone()?)))
        .collect();
    let effect = planner.effect(&id, |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.partition_of = Some((partition, bounds));
            for (index, to) in attached {
                if let Some(index) = table.indexes.get_mut(&index) {
                    index.postgres.attached_to = Some(to);
                }
            }
        }
    });
    let (child_name, parent_name) = (quote::qualified(name), quote::qualified(parent));
    let missing: Vec<String> =
        missing.iter().map(|check| format!("ADD {}", constraint::check(check))).collect();
    let mut step = Step::new(id.clone(), format!("attach {} to {}", name.name, parent.name), effect)
        .undo(format!("ALTER TABLE {parent_name} DETACH PARTITION {child_name}"));
    if !missing.is_empty() {
        step = step.statement(render::alter(name, planner.is_foreign(name), false, &missing));
    }
    step = step.statement(format!("ALTER TABLE {parent_name} ATTACH PARTITION {child_name} {bound}"));
    step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
    if planner.exists(name) {
        let message = format!("{} is scanned for rows that do not belong there", name.name);
        step = planner.locked(step, LockMode::AccessExclusive, name).work(Work::Scan);
        step = step.hazard(Hazard::new(HazardCode::ScanUnderLock, message));
        if let Some(probe) = planner.strangers(name, parent, bound) {
            let message = format!("rows of {} that do not belong there make it fail", name.name);
            step = step.hazard(Hazard::new(HazardCode::ViolatingRows, message)).probe(probe);
        }
    }
    let default = planner.partitions(parent).find(|table| {
        let bound = table.options.postgres.partition_of.as_ref().map(|(_, bound)| bound.as_str());
        bound == Some("DEFAULT") && table.name != *name
    });
    if let Some(default) = default.map(|table| table.name.clone()).filter(|default| planner.exists(default)) {
        let message =
            format!("the default partition {} is scanned for rows that belong to the new one", default.name);
        step = step.lock(LockMode::AccessExclusive, ObjectId::table(&default)).work(Work::Scan);
        step = step.hazard(Hazard::new(HazardCode::ScanUnderLock, message));
        if let Some(probe) = planner.misplaced(&default, parent, bound) {
            let message = format!("rows of {} that belong to the new partition make it fail", default.name);
            step = step.hazard(Hazard::new(HazardCode::ViolatingRows, message)).probe(probe);
        }
    }
    planner.push(step);
}

/// The options of a table change.
pub(super) fn options(
    planner: &mut Planner<'_>,
    name: &QualifiedName,
    after: &TableOptions,
) -> Result<(), Error> {
    let id = ObjectId::table(name);
    // What went with an index is not as it was before the plan.
    let Some(before) = planner.now.table(name).map(|now| now.options.clone()) else { return Ok(()) };
    let before = &before;
    let table = || name.clone();
    let set = |planner: &mut Planner<'_>, instant: Instant, change: &dyn Fn(&mut TableOptions)| {
        planner.instant(&table(), true, instant, &[ObjectId::table(&table())], |database| {
            if let Some(table) = database.table_mut(&table()) {
                change(&mut table.options);
            }
        });
    };
    let instant = |title: &str| Instant::new(id.clone(), title);
    let (old, new) = (&before.postgres, &after.postgres);
    if before.comment != after.comment {
        let kind = if new.foreign.is_some() { "FOREIGN TABLE" } else { "TABLE" };
        let on = |text: &Option<String>| comment::on(kind, &quote::qualified(name), text.as_deref());
        let mut change = instant("comment").also(on(&after.comment), on(&before.comment));
        change.lock = LockMode::ShareUpdateExclusive;
        set(planner, change, &|options| options.comment.clone_from(&after.comment));
    }
    let (gone, set_parameters) = parameters(&old.parameters, &new.parameters);
    if !gone.is_empty() || !set_parameters.is_empty() {
        let (undo_gone, undo_set) = parameters(&new.parameters, &old.parameters);
        let clauses = |gone: &[String], set: &[String]| {
            let mut all = Vec::new();
            if !gone.is_empty() {
                all.push(format!("RESET ({})", gone.join(", ")));
            }
            if !set.is_empty() {
                all.push(format!("SET ({})", constraint::settings(set)));
            }
            all
        };
        let mut change = instant("storage parameters");
        change.clauses = clauses(&gone, &set_parameters);
        change.undo = clauses(&undo_gone, &undo_set);
        change.lock = LockMode::ShareUpdateExclusive;
        set(planner, change, &|options| options.postgres.parameters.clone_from(&new.parameters));
    }
    if old.row_security != new.row_security {
        let word = |on: bool| if on { "ENABLE ROW LEVEL SECURITY" } else { "DISABLE ROW LEVEL SECURITY" };
        let change = instant("row security")
            .clause(word(new.row_security), word(old.row_security))
            .hazard(HazardCode::PrivilegesChanged, format!("who sees which rows of {} changes", name.name));
        set(planner, change, &|options| options.postgres.row_security = new.row_security);
    }
    if old.force_row_security != new.force_row_security {
        let word = |on: bool| if on { "FORCE ROW LEVEL SECURITY" } else { "NO FORCE ROW LEVEL SECURITY" };
        let change = instant("row security for the owner")
            .clause(word(new.force_row_security), word(old.force_row_security))
            .hazard(
                HazardCode::PrivilegesChanged,
                format!("which rows of {} its owner sees changes", name.name),
            );
        set(planner, change, &|options| options.postgres.force_row_security = new.force_row_security);
    }
    if old.replica_identity != new.replica_identity {
        let word = |identity: &Option<Sql>| {
            format!("REPLICA IDENTITY {}", identity.as_ref().map_or("DEFAULT", |sql| sql.as_str()))
        };
        let undo = old.replica_identity.as_ref().is_none_or(|sql| !needs_index(sql.as_str()));
        let undo = if undo { word(&old.replica_identity) } else { String::new() };
        let change = instant("replica identity").clause(word(&new.replica_identity), undo);
        set(planner, change, &|options| options.postgres.replica_identity.clone_from(&new.replica_identity));
    }
    if old.clustered_on != new.clustered_on {
        let word = |index: &Option<Name>| match index {
            Some(index) => format!("CLUSTER ON {}", quote::name(index)),
            None => "SET WITHOUT CLUSTER".to_owned(),
        };
        let change = instant("clustering index").clause(word(&new.clustered_on), word(&old.clustered_on));
        set(planner, change, &|options| options.postgres.clustered_on.clone_from(&new.clustered_on));
    }
    if old.of_type != new.of_type {
        let word = |ty: &Option<QualifiedName>| match ty {
            Some(ty) => format!("OF {}", quote::qualified(ty)),
            None => "NOT OF".to_owned(),
        };
        let change = instant("type").clause(word(&new.of_type), word(&old.of_type));
        set(planner, change, &|options| options.postgres.of_type.clone_from(&new.of_type));
    }
    inheritance(planner, name, after)?;
    rewrites(planner, name, before, after);
    Ok(())
}

/// Parents are joined; those that are not to be were left before.
fn inheritance(planner: &mut Planner<'_>, name: &QualifiedName, after: &TableOptions) -> Result<(), Error> {
    let Some(now) = planner.now.table(name).cloned() else { return Ok(()) };
    let (old, new) = (&now.options.postgres.inherits, &after.postgres.inherits);
    if old == new {
        return Ok(());
    }
    let wanted = planner.after.database.table(name);
    let stays_own = now.columns.iter().find(|column| {
        let next = wanted.and_then(|wanted| wanted.columns.get(&column.name));
        !column.postgres.inherited && next.is_some_and(|next| next.postgres.inherited)
    });
    if let Some(column) = stays_own {
        return Err(super::column::stays_own(now.id().part(ObjectKind::Column, &column.name)));
    }
    if let Some(check) = missing_checks(planner, &now).first() {
        return Err(Error::Unsupported {
            object: now.id().part(ObjectKind::Check, check.key()),
            reason: "a table has its own check before it inherits the same one, and keeps it; declare it in the table \
                     too, or drop the table and make it again"
                .to_owned(),
        });
    }
    let mut change = Instant::new(ObjectId::table(name), "parents");
    for parent in new.iter().filter(|parent| !old.contains(parent)) {
        let parent = quote::qualified(parent);
        change = change.clause(format!("INHERIT {parent}"), format!("NO INHERIT {parent}"));
    }
    planner.instant(name, false, change, &[ObjectId::table(name)], |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.inherits.clone_from(new);
        }
    });
    Ok(())
}

/// What writes the whole table anew.
fn rewrites(planner: &mut Planner<'_>, name: &QualifiedName, before: &TableOptions, after: &TableOptions) {
    let (old, new) = (&before.postgres, &after.postgres);
    let id = ObjectId::table(name);
    let mut changes: Vec<(String, String, String, Option<Hazard>)> = Vec::new();
    if old.unlogged != new.unlogged {
        let word = |unlogged: bool| if unlogged { "SET UNLOGGED" } else { "SET LOGGED" };
        let unsafe_ = new
            .unlogged
            .then(|| Hazard::new(HazardCode::CrashUnsafe, format!("after a crash {} is empty", name.name)));
        changes.push((
            "logging".to_owned(),
            word(new.unlogged).to_owned(),
            word(old.unlogged).to_owned(),
            unsafe_,
        ));
    }
    if old.access_method != new.access_method {
        let word = |method: &Option<Name>| {
            format!("SET ACCESS METHOD {}", method.as_ref().map_or_else(|| "heap".to_owned(), quote::name))
        };
        changes.push(("access method".to_owned(), word(&new.access_method), word(&old.access_method), None));
    }
    if old.tablespace != new.tablespace {
        let word = |space: &Option<Name>| {
            format!("SET TABLESPACE {}", space.as_ref().map_or_else(|| "pg_default".to_owned(), quote::name))
        };
        changes.push(("tablespace".to_owned(), word(&new.tablespace), word(&old.tablespace), None));
    }
    for (title, clause, undo, hazard) in changes {
        // The sequences of a table are logged as it is, from PostgreSQL 15 on.
        let follow = title == "logging" && planner.version.major >= 15;
        let sequences = if follow { owned_sequences(&planner.now, name) } else { Vec::new() };
        let mut ids = vec![id.clone()];
        ids.extend(sequences.iter().map(|sequence| ObjectId::new(ObjectKind::Sequence, sequence)));
        let effect = planner.effects(&ids, |database| {
            for sequence in &ids {
                if let Some(Object::Sequence(sequence)) = database.get_mut(sequence) {
                    sequence.unlogged = new.unlogged;
                }
            }
            if let Some(table) = database.table_mut(name) {
                let postgres = &mut table.options.postgres;
                match title.as_str() {
                    "logging" => postgres.unlogged = new.unlogged,
                    "access method" => postgres.access_method.clone_from(&new.access_method),
                    _ => postgres.tablespace.clone_from(&new.tablespace),
                }
            }
        });
        let alter = |clause: String| render::alter(name, false, false, &[clause]);
        let mut step = Step::new(id.clone(), format!("change the {title} of {}", name.name), effect)
            .statement(alter(clause))
            .undo(alter(undo))
            .work(Work::Rewrite);
        step = planner.locked(step, LockMode::AccessExclusive, name);
        if planner.exists(name) {
            step = step.hazard(Hazard::new(
                HazardCode::Rewrite,
                format!("{} is written anew while everyone waits", name.name),
            ));
        }
        step.hazards.extend(hazard);
        planner.push(group::alone(step));
        for sequence in &sequences {
            super::object::log(planner, sequence);
        }
    }
}

/// The sequences that go with a table's columns.
fn owned_sequences(database: &Database, table: &QualifiedName) -> Vec<QualifiedName> {
    let sequences = database.objects().filter_map(|(_, object)| match object {
        Object::Sequence(sequence) => Some(sequence),
        _other => None,
    });
    sequences
        .filter(|sequence| sequence.owned_by.as_ref().is_some_and(|(owner, _)| owner == table))
        .map(|sequence| sequence.name.clone())
        .collect()
}

/// The parameters to reset, by name, and those to set.
fn parameters(old: &[String], new: &[String]) -> (Vec<String>, Vec<String>) {
    let name = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    let gone = old.iter().map(|p| name(p)).filter(|n| !new.iter().any(|p| name(p) == *n)).collect();
    let set = new.iter().filter(|parameter| !old.contains(parameter)).cloned().collect();
    (gone, set)
}

impl Node {
    /// The steps of a node.
    pub(super) fn emit(&self, planner: &mut Planner<'_>) -> Result<(), Error> {
        match self {
            Self::Create { object, .. } => super::object::create(planner, object),
            Self::CreateTable { table, later_defaults, later_checks } => {
                create(planner, table, later_defaults, later_checks);
            }
            Self::LaterDefault { table, column } => super::column::later_default(planner, table, column),
            Self::Attach { table } => attach(planner, table),
            Self::Detach { table } => detach(planner, table),
            Self::Own { sequence } => super::object::own(planner, sequence),
            Self::Drop { object, with, chain } => planner.drop_object(object, with, *chain),
            Self::Alter { before, after } | Self::Complete { before, after } => {
                return super::object::alter(planner, before, after);
            }
            Self::AddColumn { table, column } => return super::column::add(planner, table, column),
            Self::DropColumn { table, column, with } => super::column::drop(planner, table, column, with),
            Self::AlterColumn { table, before, after } => {
                return super::column::alter(planner, table, before, after);
            }
            Self::AddConstraint { table, constraint } => super::constraint::add(planner, table, constraint),
            Self::DropConstraint { table, constraint } => super::constraint::drop(planner, table, constraint),
            Self::AlterConstraint { table, before, after } => {
                super::constraint::alter(planner, table, before, after);
            }
            Self::CreateIndex { on, index } => super::index::create(planner, on, index),
            Self::DropIndex { on, index } => return super::index::drop(planner, on, index),
            Self::AlterIndex { on, before, after } => {
                return super::index::alter(planner, on, before, after);
            }
            Self::Options { table, after } => return options(planner, table, after),
        }
        Ok(())
    }
}
