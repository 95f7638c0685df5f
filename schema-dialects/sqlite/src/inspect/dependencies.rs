//! What needs what. SQLite keeps no such catalog, so every name that a view or trigger mentions counts.

use indexmap::IndexMap;
use schema_core::{Database, Dependencies, Object, ObjectId, ObjectKind, SqlObjectKind};

use crate::sql::{Kind, tokenize};

/// The dependencies of views, triggers and virtual tables.
pub(super) fn of(database: &Database) -> Dependencies {
    let relations: IndexMap<String, ObjectId> = database
        .objects()
        .filter(|(id, _)| {
            matches!(
                id.kind,
                ObjectKind::Table | ObjectKind::View | ObjectKind::Sql(SqlObjectKind::VirtualTable)
            )
        })
        .map(|(id, _)| (id.name.as_str().to_ascii_lowercase(), id.clone()))
        .collect();
    let mut dependencies = Dependencies::default();
    for (id, object) in database.objects() {
        let text = match object {
            Object::View(view) => view.query.as_str(),
            Object::Trigger(trigger) => trigger.definition.as_str(),
            _without_sql => continue,
        };
        for token in tokenize(text).iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted)) {
            if let Some(needed) = relations.get(&token.name().to_ascii_lowercase()) {
                dependencies.insert(id.clone(), needed.clone());
            }
        }
    }
    dependencies
}
