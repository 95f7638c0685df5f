//! Steps that change a table which is there before and after.

use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Lock, Phase, Reverse, Step, Transaction, Work};
use schema_core::{Check, KeyPart, Name, ObjectKind, Sql, Table};

use super::alter::compose;
use super::level::{self, Level, SMALL};
use super::partition::Repartition;
use super::probe::Live;
use super::rename::mentions;
use super::statement::{Alter, Context};
use super::types::Conversion;
use super::{column, history, option};
use crate::quote;

/// What the steps of one table are made from.
pub(super) struct Alteration<'a> {
    /// The table now, without the foreign keys that went.
    pub(super) current: Table,
    /// The table as it is to be, without the foreign keys that come.
    pub(super) target: Table,
    /// The table as it was before the plan, if its names are the same now.
    pub(super) live: Option<&'a Table>,
    /// How many rows it has, by the server's statistics.
    pub(super) rows: Option<u64>,
    pub(super) context: Context,
}

impl Alteration<'_> {
    /// The steps, in order.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut current = self.current.clone();
        for stage in self.stages() {
            if let Some(step) = self.step(&current, &stage) {
                steps.push(step);
            }
            current = stage;
        }
        steps
    }

    /// The states that the table goes through. What touches only the catalog is kept apart from what builds
    /// indexes, so that it stays instant; a table that is written anew anyway is written once.
    fn stages(&self) -> Vec<Table> {
        let from = &self.current;
        let other_changes = self.without_partition_change();
        let to = other_changes.as_ref().unwrap_or(&self.target);
        let mut stages = history::stages(from, &self.target, self.context.can);
        for before in [Self::computed_default_stage, Self::reference_system_stage, Self::engine_stage] {
            stages.extend(before(self, stages.last().unwrap_or(from)));
        }
        let whole = compose(stages.last().unwrap_or(from), to, self.context);
        let keys_change = from.primary_key != to.primary_key
            || column::kept(from, to).any(|(old, new)| old.identity != new.identity)
            || column::lost(from, to).chain(column::added(from, to)).any(|column| column.identity.is_some());
        let drops = column::lost(from, to).count() > 0;
        let adds = column::added(from, to).count() > 0;
        let replaces = column::lost(from, to).any(|column| to.columns.contains(&column.name));
        let apart = whole.level == Level::Nocopy
            || whole.level == Level::Instant
                && drops
                && adds
                && from.columns.iter().any(|c| c.generated.is_some());
        if !keys_change && !replaces && apart && stages.is_empty() {
            // First what only changes the catalog, columns that go excepted: an index may still hold them.
            let mut first = to.clone();
            first.columns = with_lost_columns(from, to);
            first.indexes = from.indexes.clone();
            for (old, new) in column::kept(from, to) {
                let mut single = first.clone();
                single.columns = from.columns.clone();
                single.columns.replace(new.clone());
                let mut base = single.clone();
                base.columns = from.columns.clone();
                if compose(&base, &single, self.context).level > Level::Instant {
                    first.columns.replace(old.clone());
                }
            }
            let catalog = compose(from, &first, self.context);
            if catalog.level == Level::Instant {
                stages.push(first.clone());
            }
            let mut second = to.clone();
            second.columns = with_lost_columns(from, to);
            stages.push(second);
        }
        stages.extend(option::with_traces(from, to));
        stages.push(to.clone());
        if other_changes.is_some() {
            stages.push(self.target.clone());
        }
        stages
    }

    /// The target with the partitions of now, where these change by themselves: that is a statement of its own.
    fn without_partition_change(&self) -> Option<Table> {
        match Repartition::between(&self.current.options, &self.target.options)? {
            Repartition::Whole(_) => None,
            Repartition::Add(_) | Repartition::Reorganize(_) => {
                let mut table = self.target.clone();
                table.options.mysql.partitioning.clone_from(&self.current.options.mysql.partitioning);
                Some(table)
            }
        }
    }

    /// MySQL adds no column whose default differs from row to row: it is added empty, filled, and only then gets
    /// its default.
    fn computed_default_stage(&self, current: &Table) -> Option<Table> {
        if self.context.flavour != crate::Flavour::MySql {
            return None;
        }
        let mut stage = current.clone();
        let mut any = false;
        for column in column::added(current, &self.target).filter(|column| column::has_unsafe_default(column))
        {
            let mut empty = column.clone();
            empty.default = None;
            empty.nullable = true;
            stage.columns.insert(empty);
            any = true;
        }
        any.then_some(stage)
    }

    /// MySQL changes no reference system of a column that a spatial index is over (3644): the index goes before.
    fn reference_system_stage(&self, current: &Table) -> Option<Table> {
        if !self.context.is_mysql() {
            return None;
        }
        let moves: Vec<&Name> = column::kept(current, &self.target)
            .filter(|(old, new)| old.mysql.srid != new.mysql.srid)
            .map(|(old, _)| &old.name)
            .collect();
        let stays =
            |index: &schema_core::Index| column_names(&index.parts).all(|name| !moves.contains(&name));
        let mut stage = current.clone();
        stage.indexes = current.indexes.iter().filter(|index| stays(index)).cloned().collect();
        (stage.indexes.len() < current.indexes.len()).then_some(stage)
    }

    /// An option that MariaDB's engine of now knows by itself goes while that engine is there (1911).
    fn engine_stage(&self, current: &Table) -> Option<Table> {
        let (old, new) = (&current.options.mysql, &self.target.options.mysql);
        let goes = |option: &Sql| option.as_str().starts_with('`') && !new.options.contains(option);
        if old.engine == new.engine || !old.options.iter().any(goes) {
            return None;
        }
        let mut stage = current.clone();
        stage.options.mysql.options.retain(|option| !goes(option));
        Some(stage)
    }

    fn step(&self, from: &Table, to: &Table) -> Option<Step> {
        let alter = compose(from, to, self.context);
        if alter.is_empty() {
            return None;
        }
        let id = to.id();
        let small = self.rows.is_some_and(|rows| rows <= SMALL);
        let mut step = Step::new(id.clone(), alter.title.join(", "), Diff::table(from, to))
            .transaction(Transaction::None)
            .work(level::work(alter.level, alter.builds_index));
        for statement in self.fills(from, to) {
            step = step.statement(statement);
        }
        step = alter.statement(&to.name).give(step, alter.level, self.context.can, small);
        step.locks.push(Lock { mode: level::lock(alter.level, self.context.can), object: id.clone() });
        step.reverse = self.reverse(from, to);
        step.phase = phase(from, to);
        self.hazards(&mut step, from, to, &alter);
        self.probes(&mut step, from, to);
        Some(step)
    }

    /// Fills columns that were added empty.
    fn fills(&self, from: &Table, to: &Table) -> Vec<Sql> {
        column::kept(from, to)
            .filter(|(old, new)| {
                !self.current.columns.contains(&new.name)
                    && old.default.is_none()
                    && column::has_unsafe_default(new)
            })
            .filter_map(|(_, new)| match &new.default {
                Some(schema_core::DefaultValue::Expression(expression)) => Some(Sql::new(format!(
                    "UPDATE {} SET {1} = {expression} WHERE {1} IS NULL",
                    quote::qualified(&to.name),
                    quote::name(&new.name)
                ))),
                Some(schema_core::DefaultValue::Literal(_)) | None => None,
            })
            .collect()
    }

    fn reverse(&self, from: &Table, to: &Table) -> Reverse {
        let back = compose(to, from, self.context);
        let statement = vec![back.statement(&to.name).plain(self.context.can)];
        let loses = column::lost(from, to).next().is_some()
            || column::kept(from, to)
                .any(|(old, new)| matches!(column::conversion(old, new), Conversion::Converts(_)));
        if loses { Reverse::StructureOnly(statement) } else { Reverse::Statements(statement) }
    }

    fn hazards(&self, step: &mut Step, from: &Table, to: &Table, alter: &Alter) {
        let table = &to.name;
        let mut add = |code, message: String| step.hazards.push(Hazard::new(code, message));
        for column in column::lost(from, to) {
            let computed = column.generated.is_some();
            if !computed {
                add(HazardCode::DropColumn, format!("{table}.{} and its values go", column.name));
            }
        }
        for column in column::added(from, to) {
            let filled = column.default.is_some() || column.generated.is_some() || column.identity.is_some();
            if !column.nullable && !filled {
                let message = format!(
                    "the rows of {table} get 0, an empty text or the like in {}; give it a default, or let it be NULL",
                    column.name
                );
                add(HazardCode::InventedValues, message);
            }
        }
        for (old, new) in column::kept(from, to) {
            match column::conversion(old, new) {
                Conversion::Lossless => {}
                Conversion::Narrows(_) => {
                    let message = format!("{table}.{} holds fewer values than before", new.name);
                    add(HazardCode::InconvertibleRows, message.clone());
                    add(HazardCode::TypeChange, message);
                }
                Conversion::RemovesValues(values, _) => {
                    let message = format!("{table}.{} no longer knows {}", new.name, values.join(", "));
                    add(HazardCode::EnumValueRemoved, message);
                }
                Conversion::Converts(refused) => {
                    if refused.is_some() {
                        let message = format!("{table}.{} may hold what does not convert", new.name);
                        add(HazardCode::InconvertibleRows, message);
                    }
                    let message =
                        format!("the values of {table}.{} are converted, and may be rounded", new.name);
                    add(HazardCode::LossyConversion, message);
                }
            }
            if old.nullable
                && !new.nullable
                && new.generated.is_none()
                && !was_added_empty(old, new, &self.current)
            {
                add(HazardCode::NullRows, format!("{table}.{} may hold NULL", new.name));
                add(HazardCode::NotNull, format!("whoever writes NULL to {table}.{} is refused", new.name));
            }
            let collations = (column::collation_of(old, from), column::collation_of(new, to));
            let lacks = match (collations.0.0, collations.1.0) {
                (Some(written), Some(read)) => column::may_lack_characters(written, read),
                (written, read) => written != read,
            };
            if lacks && crate::inspect::holds_text(&new.ty) {
                let message =
                    format!("{table}.{} gets another character set, which may lack characters", new.name);
                add(HazardCode::InconvertibleRows, message);
            }
            let in_key = |index: &schema_core::Index| {
                index.unique && index.parts.iter().any(|part| part.column_name() == Some(&new.name))
            };
            if collations.0 != collations.1
                && crate::inspect::holds_text(&new.ty)
                && to.indexes.iter().any(in_key)
            {
                let message = format!("values of {table}.{} that were different may be equal keys", new.name);
                add(HazardCode::DuplicateRows, message);
            }
        }
        for index in &to.indexes {
            let name = index.name.as_ref().map(schema_core::Name::as_str).unwrap_or_default();
            let is_new = index
                .name
                .as_ref()
                .is_none_or(|n| from.indexes.get(n).is_none_or(|old| !old.unique && index.unique));
            if index.unique && is_new {
                add(HazardCode::DuplicateRows, format!("rows of {table} may have equal keys in {name}"));
                add(
                    HazardCode::ConstraintAdded,
                    format!("writes of keys that {name} has already are refused"),
                );
            }
        }
        for index in &from.indexes {
            let name = index.name.as_ref().map(schema_core::Name::as_str).unwrap_or_default();
            let goes = index.name.as_ref().is_some_and(|name| !to.indexes.contains(name));
            if goes && index.unique {
                add(HazardCode::ConstraintDropped, format!("the keys of {name} are no longer unique"));
            } else if goes {
                add(HazardCode::SlowQueries, format!("queries that used {name} get slower"));
            }
        }
        if from.primary_key != to.primary_key && from.primary_key.is_some() {
            add(HazardCode::ConstraintDropped, format!("{table} gets another primary key, or none"));
        }
        for check in to.checks.iter().filter(|c| c.enforced && !from.checks.iter().any(|old| old == *c)) {
            let name = schema_core::Part::key(check);
            if check.column.is_none()
                || column::kept(from, to).any(|(_, new)| Some(&new.name) == check.column.as_ref())
            {
                add(HazardCode::ViolatingRows, format!("rows of {table} may violate {name}"));
                add(HazardCode::ConstraintAdded, format!("writes that violate {name} are refused"));
            }
        }
        for check in from.checks.names().filter(|name| !to.checks.contains(name)) {
            add(HazardCode::ConstraintDropped, format!("{check} of {table} is no longer checked"));
        }
        let (old, new) = (&from.options.mysql, &to.options.mysql);
        if old.system_versioning.is_some() && new.system_versioning.is_none() {
            add(HazardCode::LossyConversion, format!("the history of {table} goes"));
        }
        let blocks = level::lock(alter.level, self.context.can).blocks_writes();
        if blocks && alter.level == Level::InplaceShared && alter.builds_index {
            add(HazardCode::IndexBuildUnderLock, format!("writes to {table} wait while an index is built"));
        } else if blocks {
            add(HazardCode::Rewrite, format!("writes to {table} wait while it is written anew"));
        } else {
            add(HazardCode::LockQueue, format!("{table} is locked for an instant"));
        }
        if level::work(alter.level, alter.builds_index) != Work::Metadata {
            add(
                HazardCode::ReplicasLag,
                format!("replicas work on {table} as long again, after this is done"),
            );
        }
        step.hazards.sort_by_key(|hazard| hazard.code);
        step.hazards.dedup();
    }

    fn probes(&self, step: &mut Step, from: &Table, to: &Table) {
        let Some(live) = self.live.map(|table| Live { table }) else { return };
        let id = to.id();
        let mut all: Vec<_> = column::lost(from, to)
            .filter(|column| column.generated.is_none() && live.table.columns.contains(&column.name))
            .map(|column| live.values_lost(column, id.part(ObjectKind::Column, &column.name)))
            .collect();
        for (old, new) in column::kept(from, to) {
            if !live.table.columns.contains(&old.name) {
                continue;
            }
            let object = id.part(ObjectKind::Column, &new.name);
            if old.nullable && !new.nullable && new.generated.is_none() {
                all.push(live.nulls(old, object.clone()));
            }
            let charsets = (column::collation_of(old, from).0, column::collation_of(new, to).0);
            if let (Some(written), Some(read)) = charsets
                && column::may_lack_characters(written, read)
                && crate::inspect::holds_text(&old.ty)
                && crate::inspect::holds_text(&new.ty)
            {
                all.push(live.untranslatable(old, written, read, object.clone()));
            }
            if self.context.is_mysql() && old.mysql.srid != new.mysql.srid {
                all.extend(live.elsewhere(new, object.clone()));
            }
            all.extend(live.inconvertible(&column::conversion(old, new), old, object));
        }
        if self.context.is_mysql() {
            let added = column::added(from, to).filter(|column| column::has_no_first_value(column));
            all.extend(added.map(|column| live.any(column, id.part(ObjectKind::Column, &column.name))));
        }
        let periods = &to.options.mysql.periods;
        for period in periods.iter().filter(|period| !from.options.mysql.periods.contains(period)) {
            all.extend(live.backward(period, to, id.clone()));
        }
        // Columns that are another thing before say nothing about what will be in them.
        let stays = |name: &Name| column::lost(from, to).all(|column| column.name != *name);
        for index in to.indexes.iter().filter(|index| column_names(&index.parts).all(stays)) {
            let Some(name) = &index.name else { continue };
            let object = id.part(ObjectKind::Index, name);
            let collation_changes = index.parts.iter().filter_map(|part| part.column_name()).any(|column| {
                let both = from.columns.get(column).zip(to.columns.get(column));
                both.is_some_and(|(old, new)| {
                    column::collation_of(old, from) != column::collation_of(new, to)
                })
            });
            if from.indexes.get(name).is_none_or(|old| !old.unique || old.parts != index.parts)
                || collation_changes
            {
                all.extend(live.index_duplicates(index, to, object));
            }
        }
        if let Some(key) = to.primary_key.as_ref().filter(|key| from.primary_key.as_ref() != Some(key))
            && !key.without_overlaps
            && column_names(&key.columns).all(stays)
        {
            all.extend(live.duplicates(&key.columns, to, id.part(ObjectKind::PrimaryKey, "primary key")));
        }
        let converted: Vec<&Name> = column::kept(from, to)
            .filter(|(old, new)| column::conversion(old, new) != Conversion::Lossless)
            .map(|(_, new)| &new.name)
            .chain(column::lost(from, to).map(|column| &column.name))
            .collect();
        let is_askable = |check: &Check| !mentions(check.expression.as_str(), &converted);
        let is_new = |check: &Check| !from.checks.iter().any(|old| old == check);
        for check in to.checks.iter().filter(|check| is_new(check) && is_askable(check)) {
            all.extend(live.violations(check, id.part(ObjectKind::Check, schema_core::Part::key(check))));
        }
        step.probes.extend(all);
    }
}

fn column_names(parts: &[KeyPart]) -> impl Iterator<Item = &Name> {
    parts.iter().filter_map(KeyPart::column_name)
}

/// The target's columns with those that go still in their places.
fn with_lost_columns(from: &Table, to: &Table) -> schema_core::Parts<schema_core::Column> {
    let mut order: Vec<schema_core::Column> = to.columns.iter().cloned().collect();
    let mut previous: Option<&schema_core::Column> = None;
    for column in from.columns.iter() {
        if !to.columns.contains(&column.name) {
            let at =
                previous.and_then(|p| order.iter().position(|c| c.name == p.name)).map_or(0, |at| at + 1);
            order.insert(at, column.clone());
        }
        previous = Some(column);
    }
    order.into_iter().collect()
}

fn was_added_empty(old: &schema_core::Column, new: &schema_core::Column, original: &Table) -> bool {
    old.default.is_none() && new.default.is_some() && !original.columns.contains(&new.name)
}

/// When the change can be deployed.
fn phase(from: &Table, to: &Table) -> Phase {
    let removes = column::lost(from, to).next().is_some()
        || column::kept(from, to).any(|(old, new)| {
            !matches!(column::conversion(old, new), Conversion::Lossless) || old.nullable && !new.nullable
        });
    if removes { Phase::Contract } else { Phase::Expand }
}
