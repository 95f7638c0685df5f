//! Stored programs whose comments the client took out on the way to the server.

use schema_core::{Inspection, Object, ObjectId, RoutineKind, Sql};

use super::program::without_own_definer;
use super::{Item, Listed, Source};
use crate::server::{Server, text};
use crate::text::{has_comments, tokens};

/// Takes the text that the database has for programs that differ from it in nothing but comments, of which it has
/// none: the servers' clients leave them out unless they are asked not to. That is no change of the program.
pub(crate) async fn keep_stripped(server: &mut Server, live: &[Source], declared: &mut Inspection) {
    let database = &mut declared.schema.database;
    let programs: Vec<(ObjectId, Item)> =
        database.objects().filter_map(|(id, object)| Some((id.clone(), item(object)?))).collect();
    let mut asked = Vec::new();
    for (id, item) in programs {
        let commented =
            database.get_mut(&id).and_then(definition).is_some_and(|sql| has_comments(sql.as_str()));
        let source = live.iter().find(|source| source.model == item.name.schema);
        if let Some(source) = source.filter(|_| commented) {
            let question = item.question(&source.actual);
            asked.push((id, item, question));
        }
    }
    let questions: Vec<String> = asked.iter().map(|(.., question)| question.clone()).collect();
    let answers = server.ask_all(&questions).await;
    for ((id, item, _), answer) in asked.into_iter().zip(answers) {
        // What is not there has nothing to keep.
        let Some(found) = answer.ok().and_then(|row| text(&row, item.listed.answer())) else { continue };
        let found = without_own_definer(&found, &server.current_user);
        let Some(wanted) = database.get_mut(&id).and_then(definition) else { continue };
        if !has_comments(&found) && same_tokens(&found, wanted.as_str()) {
            *wanted = Sql::new(found);
        }
    }
}

fn same_tokens(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    one.iter().map(|token| token.text).eq(other.iter().map(|token| token.text))
}

fn item(object: &Object) -> Option<Item> {
    let (listed, name) = match object {
        Object::Trigger(trigger) => (Listed::Trigger, trigger.table.sibling(&trigger.name)),
        Object::Routine(routine) => match routine.kind {
            RoutineKind::Procedure => (Listed::Procedure, routine.name.clone()),
            RoutineKind::Function | RoutineKind::Aggregate | RoutineKind::Window => {
                (Listed::Function, routine.name.clone())
            }
        },
        Object::Sql(event) => (Listed::Event, event.name.clone()),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::MaterializedView(_)
        | Object::Policy(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => return None,
    };
    Some(Item { listed, name, parent: None, position: 0 })
}

fn definition(object: &mut Object) -> Option<&mut Sql> {
    match object {
        Object::Trigger(trigger) => Some(&mut trigger.definition),
        Object::Routine(routine) => Some(&mut routine.definition),
        Object::Sql(event) => event.definition.last_mut(),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::MaterializedView(_)
        | Object::Policy(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => None,
    }
}
