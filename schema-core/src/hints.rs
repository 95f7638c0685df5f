//! Rename hints: from the declared schema to renames that are still to be done, and the hint to write where a
//! drop beside an addition looks like one.

use crate::diff::{Change, Diff, ObjectChange, Rename, Renames};
use crate::{
    Database, Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, Part, Parts, Step, Table,
};

/// The renames that the hints of a declared schema ask for and that are not yet done.
///
/// Declared objects may leave their schema out; `desired` tells which one the engine put them in.
pub(crate) fn pending(
    declared: &Database,
    explicit: &Renames,
    desired: &Database,
    before: &Database,
) -> Result<Renames, Error> {
    let mut hints: Vec<Rename> = explicit.iter().map(|rename| located(rename, desired, before)).collect();
    for (id, object) in declared.objects() {
        let id = resolve(id, desired);
        collect(&id, object, &mut hints);
    }
    let mut pending = Vec::new();
    for hint in hints {
        if !before.contains(&hint.from) {
            continue;
        }
        let to = ObjectId { name: hint.to.clone(), ..hint.from.clone() };
        if before.contains(&to) && !pending.iter().any(|r: &Rename| r.from == to) {
            return Err(Error::RenameConflict { from: hint.from, to });
        }
        pending.push(hint);
    }
    Ok(pending.into_iter().collect())
}

/// The identity that the engine gave to a declared object.
fn resolve(id: &ObjectId, desired: &Database) -> ObjectId {
    if id.schema.is_some() || desired.contains(id) {
        return id.clone();
    }
    desired
        .objects()
        .map(|(found, _)| found)
        .find(|found| found.kind == id.kind && found.name == id.name && found.table == id.table)
        .cloned()
        .unwrap_or_else(|| id.clone())
}

/// A rename given beside the schema, with the schema of what is renamed found where it was left out: that of what it
/// becomes, or that of the first thing with the old name.
fn located(rename: &Rename, desired: &Database, before: &Database) -> Rename {
    if rename.from.schema.is_some() || before.contains(&rename.from) {
        return rename.clone();
    }
    let becomes = ObjectId { name: rename.to.clone(), ..rename.from.clone() };
    let found = schemas_of(&becomes, desired)
        .chain(schemas_of(&rename.from, before))
        .map(|schema| ObjectId { schema: Some(schema.clone()), ..rename.from.clone() })
        .find(|from| before.contains(from));
    Rename { from: found.unwrap_or_else(|| rename.from.clone()), to: rename.to.clone() }
}

/// The schemas of what would be `id` if that named one.
fn schemas_of<'a>(id: &'a ObjectId, database: &'a Database) -> impl Iterator<Item = &'a Name> {
    let owner = id.table.as_ref().unwrap_or(&id.name);
    database
        .objects()
        .map(|(found, _)| found)
        .filter(move |found| found.name == *owner)
        .filter_map(|found| found.schema.as_ref())
}

fn collect(id: &ObjectId, object: &Object, hints: &mut Vec<Rename>) {
    let mut whole = |old: &Option<Name>| {
        if let Some(old) = old {
            hints.push(Rename { from: ObjectId { name: old.clone(), ..id.clone() }, to: id.name.clone() });
        }
    };
    match object {
        Object::Table(table) => {
            whole(&table.renamed_from);
            table_parts(id, table, hints);
        }
        Object::View(view) => whole(&view.renamed_from),
        Object::Enum(ty) => whole(&ty.renamed_from),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::MaterializedView(_)
        | Object::Routine(_)
        | Object::Trigger(_)
        | Object::Policy(_)
        | Object::Sql(_)
        | Object::Privileges(_) => {}
    }
}

fn table_parts(id: &ObjectId, table: &Table, hints: &mut Vec<Rename>) {
    // The parts of a renamed table are found under its old name.
    let old = ObjectId { name: table.renamed_from.clone().unwrap_or_else(|| id.name.clone()), ..id.clone() };
    part(&old, ObjectKind::Column, &table.columns, |c| c.renamed_from.as_ref(), hints);
    part(&old, ObjectKind::Unique, &table.uniques, |c| c.renamed_from.as_ref(), hints);
    part(&old, ObjectKind::Check, &table.checks, |c| c.renamed_from.as_ref(), hints);
    part(&old, ObjectKind::ForeignKey, &table.foreign_keys, |c| c.renamed_from.as_ref(), hints);
    part(&old, ObjectKind::Index, &table.indexes, |c| c.renamed_from.as_ref(), hints);
}

fn part<T: Part>(
    old: &ObjectId,
    kind: ObjectKind,
    parts: &Parts<T>,
    from: impl Fn(&T) -> Option<&Name>,
    hints: &mut Vec<Rename>,
) {
    hints.extend(parts.iter().filter_map(|p| Some(Rename { from: old.part(kind, from(p)?), to: p.key() })));
}

/// Marks the steps that drop something while something alike is added: it may be a rename nobody declared.
pub(crate) fn mark_ambiguous(diff: &Diff, steps: &mut [Step]) {
    for (dropped, added) in look_alikes(diff) {
        let (attribute, kept) = match dropped.kind {
            ObjectKind::Column => ("column", "values"),
            _table => ("table", "rows"),
        };
        let old = spelled(&dropped.name);
        let table = dropped.table.as_ref().map(|table| format!("{}.", spelled(table))).unwrap_or_default();
        let argument = format!("{table}{old}={}", spelled(&added.name));
        let argument = if argument.contains('"') { format!("'{argument}'") } else { argument };
        let hint = format!(
            "if {added} is {dropped} under a new name, say so and its {kept} are kept: \
             `#[{attribute}(renamed_from = {:?})]` in Rust, `-- groundplan:renamed_from={old}` above it in SQL, or \
             `--rename {argument}`; if not, approve this drop",
            dropped.name.as_str()
        );
        if let Some(step) = steps.iter_mut().find(|step| drops(&step.effect, &dropped)) {
            step.hazards.push(Hazard::new(HazardCode::AmbiguousRename, hint));
        }
    }
}

/// A name as hints outside of Rust take it, whatever engine reads them.
fn spelled(name: &Name) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.as_str().chars().all(plain) {
        name.to_string()
    } else {
        format!("\"{}\"", name.as_str().replace('"', "\"\""))
    }
}

fn drops(effect: &Diff, id: &ObjectId) -> bool {
    effect.changes.iter().any(|change| match change {
        ObjectChange::Drop(object) => object.id() == *id,
        ObjectChange::AlterTable(table) => {
            id.table_name().as_ref() == Some(&table.name)
                && table.columns.iter().any(|c| matches!(c, Change::Drop(c) if c.name == id.name))
        }
        ObjectChange::Create(_) | ObjectChange::Alter { .. } => false,
    })
}

fn look_alikes(diff: &Diff) -> Vec<(ObjectId, ObjectId)> {
    let mut found = Vec::new();
    let mut dropped_tables = Vec::new();
    let mut created_tables = Vec::new();
    for change in &diff.changes {
        match change {
            ObjectChange::AlterTable(table) => {
                let id = ObjectId::table(&table.name);
                let added = |like: &crate::Column| {
                    table.columns.iter().find_map(|change| match change {
                        Change::Add(new) if new.ty == like.ty && new.nullable == like.nullable => {
                            Some(id.part(ObjectKind::Column, &new.name))
                        }
                        Change::Add(_) | Change::Drop(_) | Change::Modify { .. } => None,
                    })
                };
                found.extend(table.columns.iter().filter_map(|change| match change {
                    Change::Drop(old) => Some((id.part(ObjectKind::Column, &old.name), added(old)?)),
                    Change::Add(_) | Change::Modify { .. } => None,
                }));
            }
            ObjectChange::Drop(Object::Table(table)) => dropped_tables.push(table),
            ObjectChange::Create(Object::Table(table)) => created_tables.push(table),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => {}
        }
    }
    for old in dropped_tables {
        if let Some(new) = created_tables.iter().find(|new| alike(old, new)) {
            found.push((old.id(), new.id()));
        }
    }
    found
}

/// Whether two tables have the same columns of the same types.
fn alike(old: &Table, new: &Table) -> bool {
    old.columns.len() == new.columns.len()
        && old.columns.iter().all(|column| new.columns.get(&column.name).is_some_and(|c| c.ty == column.ty))
}
