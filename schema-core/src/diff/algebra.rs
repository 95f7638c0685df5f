//! Application, inverse, composition and commutation.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{Change, Diff, ObjectChange, PartChange, Renames, TableDiff, compare, parts};
use crate::{Database, ForeignKey, Name, Object, ObjectId, ObjectKind, QualifiedName, Table};

/// A diff met a schema that it was not made from.
///
/// ```
/// use schema_core::diff::Diff;
/// use schema_core::{Database, Table};
/// let error = Diff::drop(Table::new("users")).apply(Database::new()).unwrap_err();
/// assert!(error.to_string().contains("table users"));
/// ```
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

    /// Like [`apply`](Self::apply), without putting the objects in order. After an error the schema is of no use.
    pub(crate) fn apply_in_place(&self, database: &mut Database) -> Result<(), ApplyError> {
        if !self.renames.is_empty() {
            let known = database.duplicates().count();
            *database = self.renames.apply(std::mem::take(database));
            if let Some(collision) = database.duplicates().nth(known) {
                return Err(ApplyError::new(&collision));
            }
        }
        self.changes.iter().try_for_each(|change| change.apply(database))
    }

    /// The diff that takes this one back: `diff(a, b).inverse()` is `diff(b, a)`.
    ///
    /// A diff that renames something and gives its old name to something new has none that can be applied: taking
    /// it back would put two things under one name for a moment, which [`apply`](Self::apply) refuses.
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
    ///
    /// # Errors
    /// If the second does not start from where this one leads, or if it gives by a rename the name of what this
    /// one drops: all renames of a diff come first, so that one diff cannot say it.
    pub fn then(&self, next: &Self) -> Result<Self, ApplyError> {
        self.leaves_room_for(&next.renames)?;
        let renamed = self.changes.iter().map(|change| change.clone().renamed(&next.renames));
        let mut all: IndexMap<ObjectId, ObjectChange> = IndexMap::new();
        for change in renamed.chain(next.changes.iter().cloned()) {
            let id = change.id();
            let fused = match all.swap_remove(&id) {
                None => Some(change),
                Some(earlier) => earlier.then(&change)?,
            };
            all.extend(fused.map(|change| (id, change)));
        }
        let mut changes: Vec<ObjectChange> = all.into_values().collect();
        changes.sort_by_cached_key(ObjectChange::id);
        // What this diff creates is created under its last name.
        let created = self.created();
        let new = |id: &ObjectId| {
            let owners =
                [ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Enum];
            let on = id.table_name();
            created.contains(id)
                || on.is_some_and(|on| owners.iter().any(|k| created.contains(&ObjectId::new(*k, &on))))
        };
        let old: Renames = next.renames.iter().filter(|rename| !new(&rename.from)).cloned().collect();
        Ok(Self { renames: self.renames.then(&old), changes })
    }

    /// Refuses renames that give the name of what this diff drops.
    fn leaves_room_for(&self, renames: &Renames) -> Result<(), ApplyError> {
        if renames.is_empty() {
            return Ok(());
        }
        let taken: HashSet<ObjectId> = renames.iter().map(|rename| renames.target(&rename.from)).collect();
        let collision =
            self.dropped().into_iter().map(|id| renames.target(&id)).find(|id| taken.contains(id));
        collision.map_or(Ok(()), |id| Err(ApplyError::new(&id)))
    }

    fn created(&self) -> HashSet<ObjectId> {
        self.changes.iter().flat_map(ObjectChange::created).collect()
    }

    fn dropped(&self) -> Vec<ObjectId> {
        self.changes.iter().flat_map(|change| change.inverse().created()).collect()
    }

    /// Whether the two can be carried out in either order with the same result, up to the physical order of
    /// columns: they touch nothing in common, and neither adds a foreign key to what the other drops. What SQL text
    /// relies on is not seen.
    ///
    /// This is what lets two branches merge: both diffs start from the same schema.
    ///
    /// ```
    /// use schema_core::diff::Diff;
    /// use schema_core::{Column, Table, Type};
    /// let orders = Diff::create(Table::new("orders"));
    /// let users = Diff::create(Table::new("users"));
    /// assert!(orders.commutes_with(&users));
    /// assert!(!orders.commutes_with(&Diff::create(Table::new("orders").comment("another one"))));
    /// ```
    pub fn commutes_with(&self, other: &Self) -> bool {
        if !self.renames.is_empty() || !other.renames.is_empty() {
            return false;
        }
        if self.takes_what_is_referred_to_by(other) || other.takes_what_is_referred_to_by(self) {
            return false;
        }
        let ours: HashSet<ObjectId> = self.touched().into_iter().collect();
        let our_owners: HashSet<ObjectId> = ours.iter().filter_map(owner).collect();
        other.touched().iter().all(|theirs| {
            !ours.contains(theirs)
                && !our_owners.contains(theirs)
                && !owner(theirs).is_some_and(|owner| ours.contains(&owner))
        })
    }

    /// Whether this drops a table, a column or a key that a foreign key of the other one refers to.
    fn takes_what_is_referred_to_by(&self, other: &Self) -> bool {
        let dropped: HashSet<ObjectId> = self.dropped().into_iter().collect();
        let lost_keys: HashSet<QualifiedName> = dropped
            .iter()
            .filter(|id| matches!(id.kind, ObjectKind::PrimaryKey | ObjectKind::Unique))
            .filter_map(ObjectId::table_name)
            .collect();
        !dropped.is_empty()
            && other.changes.iter().flat_map(ObjectChange::new_foreign_keys).any(|key| {
                let table = ObjectId::table(&key.references);
                let column = |name: &Name| table.part(ObjectKind::Column, name);
                dropped.contains(&table)
                    || lost_keys.contains(&key.references)
                    || key.referenced_columns.iter().any(|name| dropped.contains(&column(name)))
            })
    }

    /// The identities of everything that changes: objects, and the parts of altered tables.
    pub fn touched(&self) -> Vec<ObjectId> {
        self.changes
            .iter()
            .flat_map(|change| match change {
                ObjectChange::AlterTable(table) => {
                    let whole = table.options.is_some() || table.column_order().is_some();
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

    /// Sorts what is new, what is gone, and what is another.
    pub(crate) fn sort_into(
        &self,
        added: &mut Vec<ObjectId>,
        missing: &mut Vec<ObjectId>,
        changed: &mut Vec<ObjectId>,
    ) {
        match self {
            Self::Create(object) => added.push(object.id()),
            Self::Drop(object) => missing.push(object.id()),
            Self::Alter { after, .. } => changed.push(after.id()),
            Self::AlterTable(diff) => {
                diff.each_part(|id, kind| match kind {
                    PartChange::Added => added.push(id),
                    PartChange::Dropped => missing.push(id),
                    PartChange::Modified => changed.push(id),
                });
                if diff.options.is_some() {
                    changed.push(ObjectId::table(&diff.name));
                }
            }
        }
    }

    pub(crate) fn apply(&self, database: &mut Database) -> Result<(), ApplyError> {
        let misfit = || ApplyError::new(&self.id());
        match self {
            Self::Create(object) => {
                if database.get(&object.id()).is_some() {
                    return Err(misfit());
                }
                database.insert(object.clone());
            }
            Self::Drop(object) => {
                if database.take(&object.id()).as_ref() != Some(object) {
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

    /// The foreign keys that come into being or become others.
    fn new_foreign_keys(&self) -> Vec<&ForeignKey> {
        match self {
            Self::Create(Object::Table(table)) => table.foreign_keys.iter().collect(),
            Self::AlterTable(diff) => diff.foreign_keys.iter().filter_map(Change::after).collect(),
            Self::Create(_) | Self::Drop(_) | Self::Alter { .. } => Vec::new(),
        }
    }

    /// What comes into being: the object, or parts of it.
    fn created(&self) -> Vec<ObjectId> {
        match self {
            Self::Create(object) => vec![object.id()],
            Self::Drop(_) => Vec::new(),
            Self::Alter { before, after } => match (&**before, &**after) {
                (Object::MaterializedView(before), Object::MaterializedView(after)) => {
                    let new = after.indexes.names().filter(|name| !before.indexes.contains(name));
                    new.map(|name| self.id().part(ObjectKind::Index, name)).collect()
                }
                (Object::Enum(before), Object::Enum(after)) => {
                    let new = after.values.iter().filter(|value| !before.values.contains(value));
                    new.map(|value| self.id().part(ObjectKind::EnumValue, value.as_str())).collect()
                }
                (_, _) => Vec::new(),
            },
            Self::AlterTable(diff) => {
                let mut added = Vec::new();
                diff.each_part(|id, kind| {
                    if kind == PartChange::Added {
                        added.push(id);
                    }
                });
                added
            }
        }
    }

    /// This change followed by another of the same object, as one, or nothing when they cancel out.
    fn then(&self, next: &Self) -> Result<Option<Self>, ApplyError> {
        match (self, next) {
            (Self::AlterTable(first), Self::AlterTable(second)) => {
                let fused = first.then(second)?;
                Ok((!fused.is_empty()).then(|| Self::AlterTable(Box::new(fused))))
            }
            (Self::Create(Object::Table(table)), Self::AlterTable(second)) => {
                let mut table = table.clone();
                second.apply(&mut table)?;
                Ok(Some(Self::Create(Object::Table(table))))
            }
            (Self::AlterTable(first), Self::Drop(Object::Table(table))) => {
                let mut table = table.clone();
                first.inverse().apply(&mut table)?;
                Ok(Some(Self::Drop(Object::Table(table))))
            }
            (first, second) => match (first.ends(), second.ends()) {
                (Some((before, reached)), Some((base, after))) if reached == base => {
                    Ok(compare::change(before, after))
                }
                (Some(_) | None, _) => Err(ApplyError::new(&next.id())),
            },
        }
    }

    /// The whole object before and after; an altered table does not say.
    fn ends(&self) -> Option<(Option<&Object>, Option<&Object>)> {
        match self {
            Self::Create(object) => Some((None, Some(object))),
            Self::Drop(object) => Some((Some(object), None)),
            Self::Alter { before, after } => Some((Some(before), Some(after))),
            Self::AlterTable(_) => None,
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
        if let Some(names) = &self.column_names {
            table.columns.reorder(&names.1);
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
            columns: parts::inverse(&self.columns),
            primary_key: self.primary_key.as_ref().map(Change::inverse),
            uniques: parts::inverse(&self.uniques),
            checks: parts::inverse(&self.checks),
            foreign_keys: parts::inverse(&self.foreign_keys),
            exclusions: parts::inverse(&self.exclusions),
            indexes: parts::inverse(&self.indexes),
            options: self.options.as_ref().map(|o| Box::new((o.1.clone(), o.0.clone()))),
            column_names: self.column_names.as_ref().map(|n| Box::new((n.1.clone(), n.0.clone()))),
            spelling: (self.spelling.1.clone(), self.spelling.0.clone()),
        }
        .in_order()
    }

    fn then(&self, next: &Self) -> Result<Self, ApplyError> {
        let misfit = |kind| move |name: &Name| ObjectId::on(kind, &next.name, name).to_string();
        let label = misfit(ObjectKind::PrimaryKey)(&Name::from("primary key"));
        let primary_key = match (&self.primary_key, &next.primary_key) {
            (Some(first), Some(second)) => {
                parts::fuse(first, second).map_err(|parts::Misfit| ApplyError::new(&label))?
            }
            (one, None) | (None, one) => one.clone(),
        };
        let options = match (&self.options, &next.options) {
            (Some(first), Some(second)) if first.1 != second.0 => {
                return Err(ApplyError::new(&ObjectId::table(&next.name)));
            }
            (Some(first), Some(second)) => {
                (first.0 != second.1).then(|| Box::new((first.0.clone(), second.1.clone())))
            }
            (one, None) | (None, one) => one.clone(),
        };
        let column_names = match (&self.column_names, &next.column_names) {
            (None, None) => None,
            (Some(first), Some(second)) => Some((first.0.clone(), second.1.clone())),
            (Some(first), None) => Some((first.0.clone(), natural(&first.1, &next.columns))),
            (None, Some(second)) => {
                Some((natural(&second.0, &parts::inverse(&self.columns)), second.1.clone()))
            }
        };
        Ok(Self {
            name: next.name.clone(),
            columns: parts::then(&self.columns, &next.columns, &misfit(ObjectKind::Column))?,
            primary_key,
            uniques: parts::then(&self.uniques, &next.uniques, &misfit(ObjectKind::Unique))?,
            checks: parts::then(&self.checks, &next.checks, &misfit(ObjectKind::Check))?,
            foreign_keys: parts::then(
                &self.foreign_keys,
                &next.foreign_keys,
                &misfit(ObjectKind::ForeignKey),
            )?,
            exclusions: parts::then(&self.exclusions, &next.exclusions, &misfit(ObjectKind::Exclusion))?,
            indexes: parts::then(&self.indexes, &next.indexes, &misfit(ObjectKind::Index))?,
            options,
            column_names: column_names.filter(|names| names.0 != names.1).map(Box::new),
            spelling: (self.spelling.0.clone(), next.spelling.1.clone()),
        }
        .in_order())
    }

    /// The order that the columns are to be brought into, where it is not the one that the changes alone give: those
    /// that stay as they stand, followed by the new ones.
    pub fn column_order(&self) -> Option<&[Name]> {
        let (before, after) = self.column_names.as_deref()?;
        (natural(before, &self.columns) != *after).then_some(after)
    }

    /// The same, with the changes of columns in the order of the columns.
    pub(super) fn in_order(mut self) -> Self {
        if let Some(names) = &self.column_names {
            parts::by_position(&mut self.columns, &names.0, &names.1);
        }
        self
    }

    /// The same changes in other names. A table that holds just the changed parts is renamed on each side.
    fn renamed(&self, renames: &Renames) -> Self {
        let (mut before, mut after) = self.sides();
        renames.table(&mut before);
        renames.table(&mut after);
        let order = |names: &[Name]| -> Vec<Name> {
            names.iter().map(|name| renames.column(&self.name, name)).collect()
        };
        Self {
            column_names: self.column_names.as_ref().map(|n| Box::new((order(&n.0), order(&n.1)))),
            spelling: self.spelling.clone(),
            ..compare::table(&before, &after).unwrap_or_else(|| Self::new(after.name.clone()))
        }
        .in_order()
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

/// The order of columns after changes that say nothing of it: new ones come last.
fn natural(names: &[Name], changes: &[Change<crate::Column>]) -> Vec<Name> {
    let mut dropped = HashSet::new();
    let mut added = Vec::new();
    for change in changes {
        match change {
            Change::Add(column) => added.push(column.name.clone()),
            Change::Drop(column) => {
                dropped.insert(&column.name);
            }
            Change::Modify { .. } => {}
        }
    }
    names.iter().filter(|name| !dropped.contains(name)).cloned().chain(added).collect()
}
