//! Application, inverse, composition and commutation.

use indexmap::IndexMap;

use super::{Change, Diff, ObjectChange, Renames, TableDiff, compare, parts};
use crate::{Database, Name, Object, ObjectId, ObjectKind, Table};

/// A diff met a schema that it was not made from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the diff does not fit the schema: {object} is not what the diff starts from")]
pub struct ApplyError {
    object: String,
}

impl ApplyError {
    pub(super) fn new(object: &impl ToString) -> Self {
        Self { object: object.to_string() }
    }
}

impl Diff {
    /// The schema that the diff leads to.
    ///
    /// # Errors
    /// If `database` is not what the diff was made from, where the diff touches it.
    pub fn apply(&self, mut database: Database) -> Result<Database, ApplyError> {
        self.apply_in_place(&mut database)?;
        database.sort();
        Ok(database)
    }

    /// Like [`apply`](Self::apply), leaving new objects at the end. After an error the schema is of no use.
    pub(crate) fn apply_in_place(&self, database: &mut Database) -> Result<(), ApplyError> {
        if !self.renames.is_empty() {
            *database = self.renames.apply(std::mem::take(database));
        }
        self.changes.iter().try_for_each(|change| change.apply(database))
    }

    /// The diff that takes this one back: `diff(a, b).inverse()` is `diff(b, a)`.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let back = self.renames.inverse();
        // The changes are written in the names after the renames; the inverse renames first.
        let mut changes: Vec<ObjectChange> =
            self.changes.iter().map(|change| change.inverse().renamed(&back)).collect();
        changes.sort_by_cached_key(ObjectChange::id);
        Self { renames: back, changes }
    }

    /// This diff followed by another, as one; what the second takes back is gone.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let mut all: IndexMap<ObjectId, ObjectChange> = self
            .changes
            .iter()
            .map(|change| change.clone().renamed(&next.renames))
            .map(|change| (change.id(), change))
            .collect();
        for change in &next.changes {
            let id = change.id();
            let fused = match all.get(&id) {
                None => Some(change.clone()),
                Some(earlier) => earlier.then(change),
            };
            match fused {
                Some(fused) => {
                    all.insert(id, fused);
                }
                None => {
                    all.shift_remove(&id);
                }
            }
        }
        let mut changes: Vec<ObjectChange> = all.into_values().collect();
        changes.sort_by_cached_key(ObjectChange::id);
        Self { renames: self.renames.then(&next.renames), changes }
    }

    /// Whether the two can be carried out in either order with the same result: they touch nothing in common.
    ///
    /// This is what lets two branches merge: both diffs start from the same schema.
    pub fn commutes_with(&self, other: &Self) -> bool {
        if !self.renames.is_empty() || !other.renames.is_empty() {
            return false;
        }
        let ours = self.touched();
        other.touched().into_iter().all(|theirs| {
            !ours.iter().any(|own| {
                *own == theirs || owner(own).as_ref() == Some(&theirs) || owner(&theirs).as_ref() == Some(own)
            })
        })
    }

    /// The identities of everything that changes: objects, and the parts of altered tables.
    pub fn touched(&self) -> Vec<ObjectId> {
        self.changes
            .iter()
            .flat_map(|change| match change {
                ObjectChange::AlterTable(table) => {
                    let whole = table.options.is_some() || table.column_order.is_some();
                    let options =
                        whole.then(|| ObjectId::table(&table.name).part(ObjectKind::Table, "options"));
                    table.parts().into_iter().chain(options).collect::<Vec<_>>()
                }
                ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => {
                    vec![change.id()]
                }
            })
            .collect()
    }
}

/// The table that a part, trigger or policy lives on.
fn owner(id: &ObjectId) -> Option<ObjectId> {
    id.table_name().map(|name| ObjectId::table(&name))
}

impl ObjectChange {
    /// Whether a schema is as it is after this change, where the change touches it. Of an altered table only the
    /// presence of its parts is looked at.
    pub(crate) fn holds(&self, database: &Database) -> bool {
        match self {
            Self::Create(object) => database.get(&object.id()) == Some(object),
            Self::Drop(object) => database.get(&object.id()).is_none(),
            Self::Alter { after, .. } => database.get(&after.id()) == Some(&**after),
            Self::AlterTable(diff) => {
                let Some(table) = database.table(&diff.name) else { return false };
                diff.inverse().apply(&mut table.clone()).is_ok()
            }
        }
    }

    /// Sorts what is gone and what is another; what is new is neither.
    pub(crate) fn sort_into(&self, missing: &mut Vec<ObjectId>, changed: &mut Vec<ObjectId>) {
        fn parts<T: crate::Part>(
            table: &ObjectId,
            kind: ObjectKind,
            changes: &[Change<T>],
            missing: &mut Vec<ObjectId>,
            changed: &mut Vec<ObjectId>,
        ) {
            for change in changes {
                let id = table.part(kind, change.key());
                match change {
                    Change::Add(_) => {}
                    Change::Drop(_) => missing.push(id),
                    Change::Modify { .. } => changed.push(id),
                }
            }
        }
        match self {
            Self::Create(_) => {}
            Self::Drop(object) => missing.push(object.id()),
            Self::Alter { after, .. } => changed.push(after.id()),
            Self::AlterTable(diff) => {
                let id = ObjectId::table(&diff.name);
                parts(&id, ObjectKind::Column, &diff.columns, missing, changed);
                parts(&id, ObjectKind::Unique, &diff.uniques, missing, changed);
                parts(&id, ObjectKind::Check, &diff.checks, missing, changed);
                parts(&id, ObjectKind::ForeignKey, &diff.foreign_keys, missing, changed);
                parts(&id, ObjectKind::Exclusion, &diff.exclusions, missing, changed);
                parts(&id, ObjectKind::Index, &diff.indexes, missing, changed);
                match &diff.primary_key {
                    None | Some(Change::Add(_)) => {}
                    Some(Change::Drop(_)) => missing.push(id.part(ObjectKind::PrimaryKey, "primary key")),
                    Some(Change::Modify { .. }) => {
                        changed.push(id.part(ObjectKind::PrimaryKey, "primary key"));
                    }
                }
                if diff.options.is_some() {
                    changed.push(id);
                }
            }
        }
    }

    fn apply(&self, database: &mut Database) -> Result<(), ApplyError> {
        let misfit = || ApplyError::new(&self.id());
        match self {
            Self::Create(object) => {
                if database.get(&object.id()).is_some() {
                    return Err(misfit());
                }
                database.insert(object.clone());
            }
            Self::Drop(object) => {
                if database.remove(&object.id()).as_ref() != Some(object) {
                    return Err(misfit());
                }
            }
            Self::Alter { before, after } => {
                if database.get(&before.id()) != Some(&**before) {
                    return Err(misfit());
                }
                database.replace((**after).clone());
            }
            Self::AlterTable(diff) => {
                diff.apply(database.table_mut(&diff.name).ok_or_else(misfit)?)?;
            }
        }
        Ok(())
    }

    fn inverse(&self) -> Self {
        match self {
            Self::Create(object) => Self::Drop(object.clone()),
            Self::Drop(object) => Self::Create(object.clone()),
            Self::Alter { before, after } => Self::Alter { before: after.clone(), after: before.clone() },
            Self::AlterTable(table) => Self::AlterTable(Box::new(table.inverse())),
        }
    }

    fn then(&self, next: &Self) -> Option<Self> {
        match (self, next) {
            (Self::AlterTable(first), Self::AlterTable(second)) => {
                let fused = first.then(second);
                (!fused.is_empty()).then(|| Self::AlterTable(Box::new(fused)))
            }
            (Self::Create(Object::Table(table)), Self::AlterTable(second)) => {
                let mut table = table.clone();
                // The second diff was made from what the first one leads to; a misfit would be its maker's error,
                // and then the two are kept apart by the apply of the first.
                second.apply(&mut table).ok().map(|()| Self::Create(Object::Table(table)))
            }
            (Self::AlterTable(first), Self::Drop(Object::Table(table))) => {
                let mut table = table.clone();
                first.inverse().apply(&mut table).ok().map(|()| Self::Drop(Object::Table(table)))
            }
            (Self::Drop(Object::Table(before)), Self::Create(Object::Table(after))) => {
                compare::table(before, after).map(|diff| Self::AlterTable(Box::new(diff)))
            }
            (first, second) => match parts::fuse(&first.as_change(), &second.as_change())? {
                Change::Add(object) => Some(Self::Create(object)),
                Change::Drop(object) => Some(Self::Drop(object)),
                Change::Modify { before, after } => {
                    Some(Self::Alter { before: Box::new(before), after: Box::new(after) })
                }
            },
        }
    }

    /// The change as one of whole objects. Altered tables never come here: `then` takes them first, and a table
    /// that is altered can only be altered or dropped next.
    fn as_change(&self) -> Change<Object> {
        match self {
            Self::Create(object) => Change::Add(object.clone()),
            Self::Drop(object) => Change::Drop(object.clone()),
            Self::Alter { before, after } => {
                Change::Modify { before: (**before).clone(), after: (**after).clone() }
            }
            Self::AlterTable(diff) => {
                let table = Object::from(Table::new(diff.name.clone()));
                Change::Modify { before: table.clone(), after: table }
            }
        }
    }

    fn renamed(self, renames: &Renames) -> Self {
        if renames.is_empty() {
            return self;
        }
        match self {
            Self::Create(object) => Self::Create(renames.object(object)),
            Self::Drop(object) => Self::Drop(renames.object(object)),
            Self::Alter { before, after } => Self::Alter {
                before: Box::new(renames.object(*before)),
                after: Box::new(renames.object(*after)),
            },
            Self::AlterTable(diff) => Self::AlterTable(Box::new(diff.renamed(renames))),
        }
    }
}

impl TableDiff {
    /// Carries the changes of a table out.
    ///
    /// # Errors
    /// If the table is not what the diff was made from, where the diff touches it.
    pub fn apply(&self, table: &mut Table) -> Result<(), ApplyError> {
        let name = |kind| move |part: &Name| ObjectId::on(kind, &self.name, part).to_string();
        parts::apply(&mut table.columns, &self.columns, &name(ObjectKind::Column))?;
        parts::apply(&mut table.uniques, &self.uniques, &name(ObjectKind::Unique))?;
        parts::apply(&mut table.checks, &self.checks, &name(ObjectKind::Check))?;
        parts::apply(&mut table.foreign_keys, &self.foreign_keys, &name(ObjectKind::ForeignKey))?;
        parts::apply(&mut table.exclusions, &self.exclusions, &name(ObjectKind::Exclusion))?;
        parts::apply(&mut table.indexes, &self.indexes, &name(ObjectKind::Index))?;
        if let Some(change) = &self.primary_key {
            if table.primary_key.as_ref() != change.before() {
                return Err(ApplyError::new(&name(ObjectKind::PrimaryKey)(&Name::from("primary key"))));
            }
            table.primary_key = change.after().cloned();
        }
        if let Some(options) = &self.options {
            if table.options != options.0 {
                return Err(ApplyError::new(&table.id()));
            }
            table.options = options.1.clone();
        }
        if let Some((_, after)) = &self.column_order {
            table.columns.reorder(after);
        }
        table.spelling = self.spelling.1.clone();
        Ok(())
    }

    /// Adds every part that these changes make to `table`, whatever it holds.
    pub(crate) fn claim(&self, table: &mut Table) {
        fn claim<T: crate::Part + Clone>(parts: &mut crate::Parts<T>, changes: &[Change<T>]) {
            for part in changes.iter().filter_map(Change::after) {
                parts.replace(part.clone());
            }
        }
        claim(&mut table.columns, &self.columns);
        claim(&mut table.uniques, &self.uniques);
        claim(&mut table.checks, &self.checks);
        claim(&mut table.foreign_keys, &self.foreign_keys);
        claim(&mut table.exclusions, &self.exclusions);
        claim(&mut table.indexes, &self.indexes);
        if let Some(key) = self.primary_key.as_ref().and_then(Change::after) {
            table.primary_key = Some(key.clone());
        }
    }

    /// The changes that take these back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self {
            name: self.name.clone(),
            columns: inverse_parts(&self.columns),
            primary_key: self.primary_key.as_ref().map(parts::inverse),
            uniques: inverse_parts(&self.uniques),
            checks: inverse_parts(&self.checks),
            foreign_keys: inverse_parts(&self.foreign_keys),
            exclusions: inverse_parts(&self.exclusions),
            indexes: inverse_parts(&self.indexes),
            options: self.options.as_ref().map(|o| Box::new((o.1.clone(), o.0.clone()))),
            column_order: self.column_order.as_ref().map(|(before, after)| (after.clone(), before.clone())),
            spelling: (self.spelling.1.clone(), self.spelling.0.clone()),
        }
    }

    fn then(&self, next: &Self) -> Self {
        let fuse_primary_key = || match (&self.primary_key, &next.primary_key) {
            (Some(first), Some(second)) => parts::fuse(first, second),
            (one, None) | (None, one) => one.clone(),
        };
        let fuse_options = || match (&self.options, &next.options) {
            (Some(first), Some(second)) => {
                (first.0 != second.1).then(|| Box::new((first.0.clone(), second.1.clone())))
            }
            (one, None) | (None, one) => one.clone(),
        };
        let fuse_order = || match (&self.column_order, &next.column_order) {
            (Some((before, _)), Some((_, after))) => {
                (before != after).then(|| (before.clone(), after.clone()))
            }
            (one, None) | (None, one) => one.clone(),
        };
        Self {
            name: next.name.clone(),
            columns: parts::then(&self.columns, &next.columns),
            primary_key: fuse_primary_key(),
            uniques: parts::then(&self.uniques, &next.uniques),
            checks: parts::then(&self.checks, &next.checks),
            foreign_keys: parts::then(&self.foreign_keys, &next.foreign_keys),
            exclusions: parts::then(&self.exclusions, &next.exclusions),
            indexes: parts::then(&self.indexes, &next.indexes),
            options: fuse_options(),
            column_order: fuse_order(),
            spelling: (self.spelling.0.clone(), next.spelling.1.clone()),
        }
    }

    /// The same changes in other names. A table that holds just the changed parts is renamed on each side.
    fn renamed(&self, renames: &Renames) -> Self {
        let (before, after) = self.sides();
        let renamed = |side: Table| match renames.object(side.into()) {
            Object::Table(table) => Some(table),
            _other => None,
        };
        let order = |names: &[Name]| -> Vec<Name> {
            names.iter().map(|name| renames.column(&self.name, name)).collect()
        };
        match (renamed(before), renamed(after)) {
            (Some(before), Some(after)) => Self {
                column_order: self.column_order.as_ref().map(|(b, a)| (order(b), order(a))),
                spelling: self.spelling.clone(),
                ..compare::table(&before, &after).unwrap_or_else(|| Self::new(after.name.clone()))
            },
            // A table stays a table under another name.
            _never => self.clone(),
        }
    }

    /// Two tables that hold only what changes, as it is and as it becomes.
    fn sides(&self) -> (Table, Table) {
        let side = |after: bool| {
            let mut table = Table::new(self.name.clone());
            table.columns = one_side(&self.columns, after).collect();
            table.uniques = one_side(&self.uniques, after).collect();
            table.checks = one_side(&self.checks, after).collect();
            table.foreign_keys = one_side(&self.foreign_keys, after).collect();
            table.exclusions = one_side(&self.exclusions, after).collect();
            table.indexes = one_side(&self.indexes, after).collect();
            table.primary_key = self
                .primary_key
                .as_ref()
                .and_then(|change| if after { change.after() } else { change.before() })
                .cloned();
            if let Some(options) = &self.options {
                table.options = if after { options.1.clone() } else { options.0.clone() };
            }
            table
        };
        (side(false), side(true))
    }
}

fn one_side<T: Clone>(changes: &[Change<T>], after: bool) -> impl Iterator<Item = T> + '_ {
    changes.iter().filter_map(move |change| if after { change.after() } else { change.before() }).cloned()
}

/// Drops first, as [`parts::diff`] gives them.
fn inverse_parts<T: Clone>(changes: &[Change<T>]) -> Vec<Change<T>> {
    let (drops, rest): (Vec<_>, Vec<_>) =
        changes.iter().map(parts::inverse).partition(|change| matches!(change, Change::Drop(_)));
    drops.into_iter().chain(rest).collect()
}
