//! What a change of a table may do to its rows, and to those who read and write them.

use schema_core::plan::{Hazard, HazardCode, Step, Work};
use schema_core::{Column, Index, Name, Part as _, Table};

use super::column;
use super::level::{self, Level};
use super::statement::Alter;
use super::table::Alteration;
use super::types::Conversion;
use crate::inspect::holds_text;

impl Alteration<'_> {
    /// The hazards of one step, each said once.
    pub(super) fn hazards(&self, step: &mut Step, from: &Table, to: &Table, alter: &Alter) {
        self.of_columns(&mut step.hazards, from, to);
        of_keys(&mut step.hazards, from, to);
        of_checks(&mut step.hazards, from, to);
        self.of_the_whole(&mut step.hazards, from, to, alter);
        step.hazards.sort_by_key(|hazard| hazard.code);
        step.hazards.dedup();
    }

    fn of_columns(&self, hazards: &mut Vec<Hazard>, from: &Table, to: &Table) {
        let table = &to.name;
        let mut add = |code, message: String| hazards.push(Hazard::new(code, message));
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
            if lacks && holds_text(&new.ty) {
                let message =
                    format!("{table}.{} gets another character set, which may lack characters", new.name);
                add(HazardCode::InconvertibleRows, message);
            }
            let in_key = |index: &Index| {
                index.unique && index.parts.iter().any(|part| part.column_name() == Some(&new.name))
            };
            if collations.0 != collations.1 && holds_text(&new.ty) && to.indexes.iter().any(in_key) {
                let message = format!("values of {table}.{} that were different may be equal keys", new.name);
                add(HazardCode::DuplicateRows, message);
            }
        }
    }

    fn of_the_whole(&self, hazards: &mut Vec<Hazard>, from: &Table, to: &Table, alter: &Alter) {
        let table = &to.name;
        let mut add = |code, message: String| hazards.push(Hazard::new(code, message));
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
    }
}

fn of_keys(hazards: &mut Vec<Hazard>, from: &Table, to: &Table) {
    let table = &to.name;
    let mut add = |code, message: String| hazards.push(Hazard::new(code, message));
    for index in &to.indexes {
        let name = index.name.as_ref().map(Name::as_str).unwrap_or_default();
        let is_new = index
            .name
            .as_ref()
            .is_none_or(|n| from.indexes.get(n).is_none_or(|old| !old.unique && index.unique));
        if index.unique && is_new {
            add(HazardCode::DuplicateRows, format!("rows of {table} may have equal keys in {name}"));
            add(HazardCode::ConstraintAdded, format!("writes of keys that {name} has already are refused"));
        }
    }
    for index in &from.indexes {
        let name = index.name.as_ref().map(Name::as_str).unwrap_or_default();
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
}

fn of_checks(hazards: &mut Vec<Hazard>, from: &Table, to: &Table) {
    let table = &to.name;
    let mut add = |code, message: String| hazards.push(Hazard::new(code, message));
    for check in to.checks.iter().filter(|c| c.enforced && !from.checks.iter().any(|old| old == *c)) {
        let name = check.key();
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
}

fn was_added_empty(old: &Column, new: &Column, original: &Table) -> bool {
    old.default.is_none() && new.default.is_some() && !original.columns.contains(&new.name)
}
