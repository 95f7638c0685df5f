//! Triggers, routines and events: their own texts, under the mode that they were made in.

use schema_core::{Name, Routine, RoutineKind, Sql, SqlObject, Trigger};

use super::session;
use crate::quote;
use crate::text::{Cursor, tokens};

/// The statements that make a trigger.
pub(crate) fn trigger(trigger: &Trigger) -> Vec<Sql> {
    let definition = within(trigger.definition.as_str(), trigger.table.schema.as_ref());
    session::under(&trigger.mysql, definition)
}

/// The statements that make a routine.
pub(crate) fn routine(routine: &Routine) -> Vec<Sql> {
    let definition = within(routine.definition.as_str(), routine.name.schema.as_ref());
    session::under(&routine.mysql, definition)
}

/// The statements that make an event.
pub(crate) fn event(event: &SqlObject) -> Vec<Sql> {
    let mut statements: Vec<Sql> = event
        .definition
        .iter()
        .map(|sql| Sql::new(within(sql.as_str(), event.name.schema.as_ref())))
        .collect();
    if statements.len() > 1 {
        statements.push(session::usual());
    }
    statements
}

/// `DROP FUNCTION` or `DROP PROCEDURE`.
pub(crate) fn drop_routine(routine: &Routine) -> String {
    let kind = match routine.kind {
        RoutineKind::Procedure => "PROCEDURE",
        RoutineKind::Function | RoutineKind::Aggregate | RoutineKind::Window => "FUNCTION",
    };
    format!("DROP {kind} {}", quote::qualified(&routine.name))
}

/// `DROP TRIGGER`.
pub(crate) fn drop_trigger(trigger: &Trigger) -> String {
    format!("DROP TRIGGER {}", quote::qualified(&trigger.table.sibling(&trigger.name)))
}

/// The statement for another database than the connection's own: the name of what is made, and for a trigger
/// that of its table, get the database in front.
fn within(definition: &str, schema: Option<&Name>) -> String {
    let Some(schema) = schema else { return definition.to_owned() };
    let mut places = Vec::new();
    let all = tokens(definition);
    let mut made_trigger = false;
    for (at, token) in all.iter().enumerate() {
        let is_kind = ["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT"].iter().any(|kind| token.is(kind));
        let is_table = made_trigger && token.is("ON");
        if !(is_kind && places.is_empty() || is_table) {
            continue;
        }
        made_trigger = token.is("TRIGGER");
        if let Some(name) = all.get(at + 1)
            && all.get(at + 2).is_none_or(|dot| dot.text != ".")
        {
            places.push(name.start);
        }
        if !made_trigger {
            break;
        }
    }
    let mut sql = definition.to_owned();
    for place in places.into_iter().rev() {
        sql.insert_str(place, &format!("{}.", quote::name(schema)));
    }
    sql
}

/// The time and event that a trigger is for, which make the group that its order counts in.
pub(crate) fn trigger_group(trigger: &Trigger) -> String {
    let mut cursor = Cursor::new(trigger.definition.as_str());
    while cursor.peek().is_some_and(|token| !token.is("BEFORE") && !token.is("AFTER")) {
        cursor.next();
    }
    let words: Vec<String> =
        (0..2).filter_map(|_| cursor.next()).map(|token| token.text.to_ascii_uppercase()).collect();
    words.join(" ")
}
