//! Steps that change a table which is there before and after.

use schema_core::diff::Diff;
use schema_core::plan::{Lock, Phase, Reverse, Step, Transaction};
use schema_core::{KeyPart, Name, Sql, Table};

use super::alter::compose;
use super::level::{self, Level, SMALL};
use super::partition::Repartition;
use super::statement::Context;
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
        let stays = |index: &schema_core::Index| {
            index.parts.iter().filter_map(KeyPart::column_name).all(|name| !moves.contains(&name))
        };
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

/// When the change can be deployed.
fn phase(from: &Table, to: &Table) -> Phase {
    let removes = column::lost(from, to).next().is_some()
        || column::kept(from, to).any(|(old, new)| {
            !matches!(column::conversion(old, new), Conversion::Lossless) || old.nullable && !new.nullable
        });
    if removes { Phase::Contract } else { Phase::Expand }
}
