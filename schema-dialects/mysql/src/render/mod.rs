//! Objects as SQL.

pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod index;
pub(crate) mod literal;
pub(crate) mod privilege;
pub(crate) mod program;
pub(crate) mod role;
pub(crate) mod schema;
pub(crate) mod sequence;
pub(crate) mod session;
pub(crate) mod table;
pub(crate) mod view;

use std::collections::{HashMap, HashSet};

use schema_core::{
    Canonical, Error, Object, ObjectId, ObjectKind, Privileges, QualifiedName, Role, Routine, Schema,
    Sequence, Sql, SqlObject, Table, Trigger, Type, View, order,
};

use crate::Flavour;
use crate::quote;

/// The objects of a schema, by kind.
#[derive(Default)]
pub(crate) struct Kinds<'a> {
    pub(crate) schemas: Vec<&'a Schema>,
    pub(crate) sequences: Vec<&'a Sequence>,
    pub(crate) tables: Vec<&'a Table>,
    pub(crate) routines: Vec<&'a Routine>,
    pub(crate) views: Vec<&'a View>,
    pub(crate) triggers: Vec<&'a Trigger>,
    pub(crate) events: Vec<&'a SqlObject>,
    pub(crate) privileges: Vec<&'a Privileges>,
    pub(crate) roles: Vec<&'a Role>,
}

impl<'a> Kinds<'a> {
    /// Sorts objects by kind, each kind in the order in which it can be made.
    ///
    /// # Errors
    /// For a kind that these servers do not have.
    pub(crate) fn of(
        objects: impl IntoIterator<Item = &'a Object>,
        schema: &Canonical,
    ) -> Result<Self, Error> {
        let mut kinds = Self::default();
        for object in objects {
            session::sayable(object)?;
            match object {
                Object::Schema(o) => kinds.schemas.push(o),
                Object::Sequence(o) => kinds.sequences.push(o),
                Object::Table(o) => kinds.tables.push(o),
                Object::Routine(o) => kinds.routines.push(o),
                Object::View(o) => kinds.views.push(o),
                Object::Trigger(o) => kinds.triggers.push(o),
                Object::Sql(o) => kinds.events.push(o),
                Object::Privileges(o) => kinds.privileges.push(o),
                Object::Role(o) => kinds.roles.push(o),
                Object::Extension(_)
                | Object::Enum(_)
                | Object::Domain(_)
                | Object::Composite(_)
                | Object::Range(_)
                | Object::MaterializedView(_)
                | Object::Policy(_)
                | Object::DefaultPrivileges(_) => {
                    return Err(Error::Unsupported {
                        object: object.id(),
                        reason: "MySQL and MariaDB have no such object".to_owned(),
                    });
                }
            }
        }
        let tables: Vec<ObjectId> = kinds.tables.iter().map(|table| table.id()).collect();
        reorder(&mut kinds.tables, &tables, schema);
        let views: Vec<ObjectId> =
            kinds.views.iter().map(|view| Object::View((*view).clone()).id()).collect();
        reorder(&mut kinds.views, &views, schema);
        kinds
            .triggers
            .sort_by_key(|trigger| (&trigger.table, program::trigger_group(trigger), trigger.order));
        Ok(kinds)
    }
}

/// Puts objects in an order in which each comes after what it needs.
fn reorder<T: Copy>(objects: &mut Vec<T>, ids: &[ObjectId], schema: &Canonical) {
    let position: HashMap<&ObjectId, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
    let edges = ids.iter().enumerate().flat_map(|(at, id)| {
        schema
            .dependencies
            .of(id)
            .filter_map(|needed| position.get(needed).copied())
            .map(move |needed| (at, needed))
    });
    let sorted = order::sort(ids.len(), edges.collect::<Vec<_>>());
    *objects = sorted.sequence.into_iter().map(|at| objects[at]).collect();
}

/// The statements that make all objects of a schema in an empty database.
pub(crate) fn all(schema: &Canonical, flavour: Flavour) -> Result<Vec<Sql>, Error> {
    let kinds = Kinds::of(schema.database.objects().map(|(_, object)| object), schema)?;
    native(&kinds)?;
    let mut statements: Vec<Sql> = role::create_all(&kinds.roles);
    statements.extend(kinds.schemas.iter().map(|o| Sql::new(schema::create(o))));
    statements.extend(kinds.sequences.iter().map(|o| Sql::new(sequence::create(o))));
    let mut made: HashSet<&QualifiedName> = HashSet::new();
    let mut later = Vec::new();
    for table in &kinds.tables {
        made.insert(&table.name);
        let keeps = |key: &schema_core::ForeignKey| {
            made.contains(&key.references) || schema.database.table(&key.references).is_none()
        };
        statements.push(Sql::new(table::create(table, flavour, keeps)));
        for key in table.foreign_keys.iter().filter(|key| !keeps(key)) {
            later.push(Sql::new(format!(
                "ALTER TABLE {} ADD {}",
                quote::qualified(&table.name),
                constraint::foreign_key(key, flavour)
            )));
        }
    }
    statements.extend(later);
    statements.extend(kinds.routines.iter().flat_map(|o| program::routine(o)));
    statements.extend(kinds.views.iter().flat_map(|o| view::create(o)));
    statements.extend(kinds.triggers.iter().flat_map(|o| program::trigger(o)));
    statements.extend(kinds.events.iter().flat_map(|o| program::event(o)));
    statements.extend(kinds.privileges.iter().flat_map(|o| privilege::create(o)));
    Ok(statements)
}

/// Sees that every type is the server's own: portable ones are lowered when the schema is canonicalized.
fn native(kinds: &Kinds<'_>) -> Result<(), Error> {
    for table in &kinds.tables {
        if let Some(column) = table.columns.iter().find(|column| !matches!(column.ty, Type::Native(_))) {
            return Err(Error::Unsupported {
                object: table.id().part(ObjectKind::Column, &column.name),
                reason: "its type is not the server's own; canonicalize the schema first".to_owned(),
            });
        }
    }
    Ok(())
}
