//! What a change of a table asks its rows before anything is changed.

use schema_core::plan::{Probe, Step};
use schema_core::{Check, KeyPart, Name, ObjectKind, Part as _, Table};

use super::column;
use super::probe::Live;
use super::rename::mentions;
use super::table::Alteration;
use super::types::Conversion;
use crate::inspect::holds_text;

impl Alteration<'_> {
    /// The questions of one step, where the table has the names of now.
    pub(super) fn probes(&self, step: &mut Step, from: &Table, to: &Table) {
        let Some(live) = self.live.map(|table| Live { table }) else { return };
        step.probes.extend(self.about_columns(&live, from, to));
        step.probes.extend(about_keys(&live, from, to));
        step.probes.extend(about_checks(&live, from, to));
    }

    fn about_columns(&self, live: &Live<'_>, from: &Table, to: &Table) -> Vec<Probe> {
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
                && holds_text(&old.ty)
                && holds_text(&new.ty)
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
        all
    }
}

fn about_keys(live: &Live<'_>, from: &Table, to: &Table) -> Vec<Probe> {
    let id = to.id();
    let mut all = Vec::new();
    // Columns that are another thing before say nothing about what will be in them.
    let stays = |name: &Name| column::lost(from, to).all(|column| column.name != *name);
    for index in to.indexes.iter().filter(|index| column_names(&index.parts).all(stays)) {
        let Some(name) = &index.name else { continue };
        let object = id.part(ObjectKind::Index, name);
        let collation_changes = index.parts.iter().filter_map(|part| part.column_name()).any(|column| {
            let both = from.columns.get(column).zip(to.columns.get(column));
            both.is_some_and(|(old, new)| column::collation_of(old, from) != column::collation_of(new, to))
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
    all
}

fn about_checks(live: &Live<'_>, from: &Table, to: &Table) -> Vec<Probe> {
    let id = to.id();
    let converted: Vec<&Name> = column::kept(from, to)
        .filter(|(old, new)| column::conversion(old, new) != Conversion::Lossless)
        .map(|(_, new)| &new.name)
        .chain(column::lost(from, to).map(|column| &column.name))
        .collect();
    let is_askable = |check: &Check| !mentions(check.expression.as_str(), &converted);
    let is_new = |check: &Check| !from.checks.iter().any(|old| old == check);
    let new = to.checks.iter().filter(|check| is_new(check) && is_askable(check));
    new.filter_map(|check| live.violations(check, to, id.part(ObjectKind::Check, check.key()))).collect()
}

fn column_names(parts: &[KeyPart]) -> impl Iterator<Item = &Name> {
    parts.iter().filter_map(KeyPart::column_name)
}
