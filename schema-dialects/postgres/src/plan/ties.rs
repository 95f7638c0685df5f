//! What is tied to what, looked up once for all: which tables have a table for a parent, and what goes with an object
//! by itself.

use std::collections::{HashMap, HashSet};

use schema_core::{Database, Object, ObjectId, ObjectKind, Part, QualifiedName};

use super::parents;

#[derive(Default)]
pub(super) struct Ties {
    heirs: HashMap<QualifiedName, Vec<QualifiedName>>,
    belongings: HashMap<QualifiedName, Vec<ObjectId>>,
    references: HashMap<QualifiedName, Vec<ObjectId>>,
    privileges: HashMap<ObjectId, ObjectId>,
}

impl Ties {
    pub(super) fn new(before: &Database, after: &Database) -> Self {
        let mut ties = Self::default();
        let mut known: HashSet<(&QualifiedName, &QualifiedName)> = HashSet::new();
        for table in before.tables().chain(after.tables()) {
            for parent in parents(table) {
                if known.insert((parent, &table.name)) {
                    ties.heirs.entry(parent.clone()).or_default().push(table.name.clone());
                }
            }
        }
        for table in before.tables() {
            for key in table.foreign_keys.iter() {
                let id = table.id().part(ObjectKind::ForeignKey, Part::key(key));
                ties.references.entry(key.references.clone()).or_default().push(id);
            }
        }
        for (id, object) in before.objects() {
            if let Object::Privileges(privileges) = object {
                ties.privileges.insert(privileges.object.clone(), id.clone());
            } else if let Some(owner) = owner(object) {
                ties.belongings.entry(owner).or_default().push(id.clone());
            }
        }
        ties
    }

    /// The tables that have this one for a parent, before the plan or after it.
    pub(super) fn heirs(&self, table: &QualifiedName) -> &[QualifiedName] {
        self.heirs.get(table).map_or(&[], Vec::as_slice)
    }

    /// The triggers, policies, rules and sequences of a table or view before the plan.
    pub(super) fn belongings(&self, relation: &QualifiedName) -> &[ObjectId] {
        self.belongings.get(relation).map_or(&[], Vec::as_slice)
    }

    /// The foreign keys that refer to a table before the plan.
    pub(super) fn references(&self, table: &QualifiedName) -> &[ObjectId] {
        self.references.get(table).map_or(&[], Vec::as_slice)
    }

    /// What is granted on an object before the plan.
    pub(super) fn privileges(&self, object: &ObjectId) -> Option<&ObjectId> {
        self.privileges.get(object)
    }
}

/// The table or view that an object belongs to.
fn owner(object: &Object) -> Option<QualifiedName> {
    match object {
        Object::Trigger(_) | Object::Policy(_) | Object::Sql(_) => object.id().table_name(),
        Object::Sequence(sequence) => sequence.owned_by.as_ref().map(|(table, _)| table.clone()),
        Object::DefaultPrivileges(_)
        | Object::Role(_)
        | Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::MaterializedView(_)
        | Object::Routine(_)
        | Object::Privileges(_) => None,
    }
}
