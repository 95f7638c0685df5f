//! Programs that the server keeps: routines, triggers, and what is said in SQL alone.

use schema_core::{
    MySqlMadeIn, MySqlProgram, Routine, RoutineKind, SqlObject, SqlObjectKind, Trigger, TriggerState,
};

use super::super::literal::into;
use super::super::ty::sql;
use super::super::{literal, scheme::Scheme, value};
use super::fields;

pub(super) fn routine(routine: &Routine, scheme: &Scheme<'_>) -> String {
    let Routine { kind, name, arguments, returns: _, definition, comment, mysql } = routine;
    let kind = match kind {
        RoutineKind::Function => "Function",
        RoutineKind::Procedure => "Procedure",
        RoutineKind::Aggregate => "Aggregate",
        RoutineKind::Window => "Window",
    };
    let call = format!(
        "new(dsl::RoutineKind::{kind}, {}, {}, {})",
        value::qualified(name, scheme),
        literal::text(arguments),
        sql(definition)
    );
    fields::with([("comment", fields::text(comment.as_ref())), ("mysql", of_mysql(mysql))], "Routine", &call)
}

pub(super) fn trigger(trigger: &Trigger, scheme: &Scheme<'_>) -> String {
    let Trigger { name, table, definition, state, comment, order, mysql } = trigger;
    let state = match state {
        TriggerState::Enabled => None,
        TriggerState::Disabled => Some("Disabled"),
        TriggerState::Replica => Some("Replica"),
        TriggerState::Always => Some("Always"),
    };
    let own = [
        ("state", state.map(|state| format!("dsl::TriggerState::{state}"))),
        ("comment", fields::text(comment.as_ref())),
        ("order", order.map(|order| format!("Some({order})"))),
        ("mysql", of_mysql(mysql)),
    ];
    let name = literal::text(name.as_str());
    let call = format!("new({name}, {}, {})", value::qualified(table, scheme), sql(definition));
    fields::with(own, "Trigger", &call)
}

/// An object that its statements declare.
pub(super) fn statements(object: &SqlObject, scheme: &Scheme<'_>) -> String {
    let SqlObject { kind, name, table, definition, removal, comment, spelling: _ } = object;
    let definition = definition.iter().map(sql).collect::<Vec<_>>().join(", ");
    let call = format!(
        "new(dsl::SqlObjectKind::{}, {}, [{definition}], {})",
        kind_name(*kind),
        value::qualified(name, scheme),
        sql(removal)
    );
    let own = [("table", fields::name(table.as_ref())), ("comment", fields::text(comment.as_ref()))];
    fields::with(own, "SqlObject", &call)
}

/// The variant, as Debug prints it.
pub(super) fn kind_name(kind: SqlObjectKind) -> String {
    format!("{kind:?}")
}

fn of_mysql(program: &MySqlProgram) -> Option<String> {
    let MySqlProgram { sql_mode, made_in: session } = program;
    let own = [("sql_mode", fields::text(sql_mode.as_ref())), ("made_in", session.as_ref().map(made_in))];
    fields::unless_default(own, "MySqlProgram")
}

/// The character set and collation of the session that made it, as the value of a field.
pub(super) fn made_in(made_in: &MySqlMadeIn) -> String {
    let MySqlMadeIn { charset, collation } = made_in;
    format!("Some(dsl::MySqlMadeIn {{ charset: {}, collation: {} }})", into(charset), into(collation))
}
