//! The statements that make objects.

pub(crate) mod column;
pub(crate) mod index;
pub(crate) mod table;
pub(crate) mod trigger;
pub(crate) mod ty;
pub(crate) mod view;

use schema_core::{Database, Error, Object, ObjectId, Sql};

/// The statements that make a database, in an order that works: SQLite looks neither into foreign keys nor into
/// views when they are made, so only what lives on something comes after it.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(crate) fn database(database: &Database) -> Result<Vec<Sql>, Error> {
    let mut tables = Vec::new();
    let mut indexes = Vec::new();
    let mut virtual_tables = Vec::new();
    let mut views = Vec::new();
    let mut triggers = Vec::new();
    for (id, object) in database.objects() {
        match object {
            Object::Table(table) => {
                tables.push(table::create(table, database)?);
                indexes.extend(table.indexes.iter().map(|index| index::create(index, table)));
            }
            Object::Sql(object) => virtual_tables.extend(object.definition.iter().cloned()),
            Object::View(view) => views.push(view::create(view)),
            Object::Trigger(trigger) => triggers.push(trigger::create(trigger)),
            // The values of an enum stand in the checks of the columns that use it.
            Object::Enum(_) => {}
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::MaterializedView(_)
            | Object::Routine(_)
            | Object::Policy(_)
            | Object::Privileges(_) => return Err(unsupported(id)),
        }
    }
    Ok([tables, indexes, virtual_tables, views, triggers].concat())
}

/// What SQLite has no such thing as.
pub(crate) fn unsupported(id: &ObjectId) -> Error {
    Error::Unsupported { object: id.clone(), reason: format!("SQLite has nothing like a {}", id.kind) }
}
