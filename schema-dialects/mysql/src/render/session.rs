//! What is set around statements whose meaning depends on the session.

use std::fmt::Write as _;

use schema_core::{Error, MySqlMadeIn, MySqlProgram, Object, Sql};

use crate::quote;
use crate::server::SQL_MODE;

/// Sets what a program was made under: the mode, the time zone where it matters, and the character set.
pub(crate) fn set(program: &MySqlProgram, time_zone: Option<&str>) -> Option<Sql> {
    let mut set = Vec::new();
    if let Some(mode) = &program.sql_mode {
        set.push(format!("sql_mode = {}", quote::string(mode)));
    }
    if let Some(zone) = time_zone {
        set.push(format!("time_zone = {}", quote::string(zone)));
    }
    if let Some(MySqlMadeIn { charset, collation }) = &program.made_in {
        set.push(format!("character_set_client = {}", quote::name(charset)));
        set.push(format!("collation_connection = {}", quote::name(collation)));
    }
    (!set.is_empty()).then(|| Sql::new(format!("SET SESSION {}", set.join(", "))))
}

/// Sets it all back.
pub(crate) fn usual() -> Sql {
    Sql::new(format!("SET NAMES utf8mb4, SESSION sql_mode = '{SQL_MODE}', time_zone = '+00:00'"))
}

/// The statement, under what it is to be made under.
pub(crate) fn under(program: &MySqlProgram, definition: impl Into<Sql>) -> Vec<Sql> {
    match set(program, None) {
        Some(set) => vec![set, definition.into(), usual()],
        None => vec![definition.into()],
    }
}

/// Sees that an object's text can be sent in the session that it is to be made in: this connection speaks UTF-8
/// alone.
pub(crate) fn sayable(object: &Object) -> Result<(), Error> {
    let (made_in, text) = match object {
        Object::View(view) => (&view.mysql.made_in, &view.query),
        Object::Routine(routine) => (&routine.mysql.made_in, &routine.definition),
        Object::Trigger(trigger) => (&trigger.mysql.made_in, &trigger.definition),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::MaterializedView(_)
        | Object::Policy(_)
        | Object::Sql(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => return Ok(()),
    };
    let Some(made_in) = made_in else { return Ok(()) };
    if text.as_str().is_ascii() || made_in.charset.as_str().starts_with("utf8") {
        return Ok(());
    }
    let mut reason =
        "its text has characters beyond ASCII and is to be made in a session that speaks ".to_owned();
    let _ = write!(reason, "{}; declare it under SET NAMES utf8mb4", made_in.charset);
    Err(Error::Unsupported { object: object.id(), reason })
}
