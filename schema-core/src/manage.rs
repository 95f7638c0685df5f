//! What is Groundplan's to change, and what is only looked at.

use crate::diff::Renames;
use crate::{
    Canonical, Database, Dependencies, MaterializedView, Object, ObjectId, ObjectKind, Part, Parts, Table,
};

/// Who decides about what the declared schema does not mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authority {
    /// Only what Groundplan made or adopted, by the ledger, may be dropped; the rest is left alone.
    #[default]
    Owned,
    /// The declared schema is the whole truth for the schemas in scope.
    Exact,
}

/// Where a database is to be led, with everything unmanaged left in it.
#[derive(Clone, Debug)]
pub(crate) struct Managed {
    /// The whole schema as it is to be.
    pub(crate) after: Canonical,
    /// What is there, was not declared and is not ours.
    pub(crate) unmanaged: Vec<ObjectId>,
}

/// Combines what is there with what is wanted.
///
/// `before` already carries the new names of what is renamed, and `owned` too.
pub(crate) fn manage(
    before: &Canonical,
    desired: &Canonical,
    owned: &Database,
    authority: Authority,
) -> Managed {
    let mut keeper = Keeper { owned, authority, unmanaged: Vec::new() };
    let mut after = Database::new();
    for (id, object) in before.database.objects() {
        match desired.database.get(id) {
            Some(wanted) => after.insert(keeper.merge(object, wanted)),
            None if keeper.keeps(id) => {
                keeper.unmanaged.push(id.clone());
                after.insert(object.clone());
            }
            None => {}
        }
    }
    for (id, object) in desired.database.objects() {
        if before.database.get(id).is_none() {
            after.insert(object.clone());
        }
    }
    let mut dependencies = Dependencies::default();
    // What the engine says of the new state counts for what is declared; of the old one for what is kept.
    for (object, needed) in before.dependencies.iter() {
        if !desired.database.contains(object) && after.contains(object) {
            dependencies.insert(object.clone(), needed.clone());
        }
    }
    dependencies.extend(&desired.dependencies);
    Managed { after: Canonical::observed(after, dependencies), unmanaged: keeper.unmanaged }
}

struct Keeper<'a> {
    owned: &'a Database,
    authority: Authority,
    unmanaged: Vec<ObjectId>,
}

impl Keeper<'_> {
    fn keeps(&self, id: &ObjectId) -> bool {
        match self.authority {
            Authority::Exact => false,
            Authority::Owned => !self.owned.contains(id),
        }
    }

    fn merge(&mut self, existing: &Object, wanted: &Object) -> Object {
        match (existing, wanted) {
            (Object::Table(existing), Object::Table(wanted)) => {
                let mut table = wanted.clone();
                self.merge_table(existing, &mut table);
                Object::Table(table)
            }
            (Object::MaterializedView(existing), Object::MaterializedView(wanted)) => {
                let mut view = MaterializedView::clone(wanted);
                let id = wanted_id(wanted);
                self.merge_parts(&id, ObjectKind::Index, &existing.indexes, &mut view.indexes);
                Object::MaterializedView(view)
            }
            (_, wanted) => wanted.clone(),
        }
    }

    fn merge_table(&mut self, existing: &Table, table: &mut Table) {
        let id = table.id();
        self.merge_parts(&id, ObjectKind::Column, &existing.columns, &mut table.columns);
        self.merge_parts(&id, ObjectKind::Unique, &existing.uniques, &mut table.uniques);
        self.merge_parts(&id, ObjectKind::Check, &existing.checks, &mut table.checks);
        self.merge_parts(&id, ObjectKind::ForeignKey, &existing.foreign_keys, &mut table.foreign_keys);
        self.merge_parts(&id, ObjectKind::Exclusion, &existing.exclusions, &mut table.exclusions);
        self.merge_parts(&id, ObjectKind::Index, &existing.indexes, &mut table.indexes);
        if let (Some(key), None) = (&existing.primary_key, &table.primary_key) {
            let key_id = id.part(ObjectKind::PrimaryKey, "primary key");
            if self.keeps(&key_id) {
                self.unmanaged.push(key_id);
                table.primary_key = Some(key.clone());
            }
        }
    }

    fn merge_parts<T: Part + Clone>(
        &mut self,
        owner: &ObjectId,
        kind: ObjectKind,
        existing: &Parts<T>,
        wanted: &mut Parts<T>,
    ) {
        for part in existing {
            let key = part.key();
            let id = owner.part(kind, &key);
            if !wanted.contains(&key) && self.keeps(&id) {
                self.unmanaged.push(id);
                wanted.insert(part.clone());
            }
        }
    }
}

fn wanted_id(view: &MaterializedView) -> ObjectId {
    ObjectId::new(ObjectKind::MaterializedView, &view.name)
}

/// A schema in the names after the renames.
pub(crate) fn renamed(schema: &Canonical, renames: &Renames) -> Canonical {
    let mut dependencies = Dependencies::default();
    for (object, needed) in schema.dependencies.iter() {
        dependencies.insert(renames.target(object), renames.target(needed));
    }
    Canonical::observed(renames.apply(schema.database.clone()), dependencies)
}
