//! The names of constraints. One that the server chooses itself is not what another constraint of the schema is called,
//! whatever that is on.

use std::collections::HashMap;

use schema_core::{Database, Name, Object, Part, QualifiedName, Table};

use super::column::not_null;
use crate::render::implicit_name;

/// Whose constraints have a name, by schema and name.
#[derive(Default)]
pub(super) struct ConstraintNames(HashMap<QualifiedName, Owner>);

enum Owner {
    One(QualifiedName),
    Several,
}

impl ConstraintNames {
    /// The names before a plan and after it.
    pub(super) fn new(before: &Database, after: &Database) -> Self {
        let mut names = Self::default();
        for (_, object) in before.objects().chain(after.objects()) {
            match object {
                Object::Table(table) => {
                    of_table(table).for_each(|name| names.insert(&table.name, name));
                }
                Object::Domain(domain) => {
                    let usual = || implicit_name(&domain.name.name, "", "not_null");
                    let not_null =
                        domain.not_null.then(|| domain.not_null_name.clone().unwrap_or_else(usual));
                    let all = domain.checks.iter().map(Part::key).chain(not_null);
                    all.for_each(|name| names.insert(&domain.name, name));
                }
                Object::Schema(_)
                | Object::Extension(_)
                | Object::Enum(_)
                | Object::Composite(_)
                | Object::Range(_)
                | Object::Sequence(_)
                | Object::View(_)
                | Object::MaterializedView(_)
                | Object::Routine(_)
                | Object::Trigger(_)
                | Object::Policy(_)
                | Object::Sql(_)
                | Object::Privileges(_)
                | Object::DefaultPrivileges(_)
                | Object::Role(_) => {}
            }
        }
        names
    }

    fn insert(&mut self, owner: &QualifiedName, name: Name) {
        let entry = self.0.entry(owner.sibling(name)).or_insert_with(|| Owner::One(owner.clone()));
        if matches!(entry, Owner::One(first) if first != owner) {
            *entry = Owner::Several;
        }
    }

    /// Whether a constraint of another table or domain of the schema has a name.
    pub(super) fn is_taken(&self, owner: &QualifiedName, name: &Name) -> bool {
        match self.0.get(&owner.sibling(name)) {
            None => false,
            Some(Owner::One(one)) => one != owner,
            Some(Owner::Several) => true,
        }
    }
}

fn of_table(table: &Table) -> impl Iterator<Item = Name> {
    let not_null = table.columns.iter().filter_map(|column| not_null::own_name(&table.name, column));
    let primary_key = table.primary_key.iter().filter_map(|key| key.name.clone());
    not_null
        .chain(primary_key)
        .chain(table.uniques.iter().map(Part::key))
        .chain(table.checks.iter().map(Part::key))
        .chain(table.foreign_keys.iter().map(Part::key))
        .chain(table.exclusions.iter().map(Part::key))
}
