//! What needs what, as far as the server's texts say it.

use schema_core::{Database, DefaultValue, Dependencies, Name, Object, ObjectId, ObjectKind, QualifiedName};

use super::view;
use crate::text::{Kind, tokens};

/// The dependencies among the objects of a database.
pub(crate) fn of(database: &Database) -> Dependencies {
    let mut all = Dependencies::default();
    for (id, object) in database.objects() {
        match object {
            Object::Table(table) => {
                for key in table.foreign_keys.iter() {
                    all.insert(id.clone(), ObjectId::table(&key.references));
                }
                for column in table.columns.iter() {
                    if let Some(DefaultValue::Expression(expression)) = &column.default {
                        for sequence in sequences(expression.as_str(), &table.name) {
                            all.insert(id.clone(), ObjectId::new(ObjectKind::Sequence, &sequence));
                        }
                    }
                }
            }
            Object::View(view) => {
                let (relations, routines) = view::uses(view.query.as_str());
                for name in relations {
                    for kind in [ObjectKind::Table, ObjectKind::View, ObjectKind::Sequence] {
                        let needed = ObjectId::new(kind, &name);
                        if database.get(&needed).is_some() {
                            all.insert(id.clone(), needed);
                        }
                    }
                }
                for name in routines {
                    let needed = function(&name);
                    if database.get(&needed).is_some() {
                        all.insert(id.clone(), needed);
                    }
                }
            }
            Object::Trigger(trigger) => all.insert(id.clone(), ObjectId::table(&trigger.table)),
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::MaterializedView(_)
            | Object::Routine(_)
            | Object::Policy(_)
            | Object::Sql(_)
            | Object::Privileges(_)
            | Object::DefaultPrivileges(_)
            | Object::Role(_) => {}
        }
    }
    all
}

fn function(name: &QualifiedName) -> ObjectId {
    ObjectId { signature: Some("function".to_owned()), ..ObjectId::new(ObjectKind::Routine, name) }
}

/// The sequences in a default: `nextval(`db`.`name`)`.
fn sequences(expression: &str, table: &QualifiedName) -> Vec<QualifiedName> {
    let all = tokens(expression);
    let is_call = all.first().is_some_and(|t| t.is("nextval") || t.is("lastval"));
    if !is_call {
        return Vec::new();
    }
    let names: Vec<Name> =
        all.iter().filter(|t| t.kind == Kind::Quoted).filter_map(crate::text::Token::name).collect();
    match names.as_slice() {
        [name] => vec![table.sibling(name)],
        [schema, name] => vec![QualifiedName::within(schema, name)],
        _ => Vec::new(),
    }
}
