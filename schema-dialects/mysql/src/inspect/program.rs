//! Triggers, routines and events: their texts as the server keeps them.

use schema_core::{
    MySqlProgram, Name, QualifiedName, Routine, RoutineKind, Spelling, Sql, SqlObject, SqlObjectKind, Trigger,
};

use super::view;
use crate::quote;
use crate::render::session;
use crate::text::Cursor;

/// The statement without the definer, where that is whoever asks: then it is whoever creates.
pub(super) fn without_own_definer(text: &str, current_user: &str) -> String {
    let mut cursor = Cursor::new(text);
    if !cursor.take("CREATE") {
        return text.to_owned();
    }
    let mark = cursor.mark();
    let own =
        cursor.take("DEFINER =") && view::account(&mut cursor).is_some_and(|account| account == current_user);
    if own { format!("{}{}", &text[..mark], &text[cursor.mark()..]) } else { text.to_owned() }
}

/// Reads a trigger.
pub(super) fn trigger(
    name: Name,
    table: QualifiedName,
    order: u32,
    text: &str,
    program: MySqlProgram,
    current_user: &str,
) -> Trigger {
    let mut trigger = Trigger::new(name, table, without_own_definer(text, current_user));
    trigger.order = Some(order);
    trigger.mysql = program;
    trigger
}

/// Reads a function or procedure.
pub(super) fn routine(
    kind: RoutineKind,
    name: QualifiedName,
    text: &str,
    program: MySqlProgram,
    current_user: &str,
) -> Routine {
    Routine {
        kind,
        name,
        arguments: match kind {
            // The two have namespaces of their own.
            RoutineKind::Procedure => "procedure".to_owned(),
            RoutineKind::Function | RoutineKind::Aggregate | RoutineKind::Window => "function".to_owned(),
        },
        returns: None,
        definition: Sql::new(without_own_definer(text, current_user)),
        comment: None,
        mysql: program,
    }
}

/// Reads an event. The mode and time zone that it was made under are part of what it means.
pub(super) fn event(
    name: QualifiedName,
    text: &str,
    program: &MySqlProgram,
    time_zone: &str,
    current_user: &str,
) -> SqlObject {
    SqlObject {
        kind: SqlObjectKind::Event,
        removal: Sql::new(format!("DROP EVENT {}", quote::qualified(&name))),
        name,
        table: None,
        definition: session::set(program, Some(time_zone))
            .into_iter()
            .chain([Sql::new(without_own_definer(text, current_user))])
            .collect(),
        comment: None,
        spelling: Spelling::default(),
    }
}
