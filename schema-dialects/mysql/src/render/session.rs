//! What is set around statements whose meaning depends on the session.

use schema_core::Sql;

use crate::quote;
use crate::server::SQL_MODE;

/// Sets the mode, and the time zone where it matters, that a program was made under.
pub(crate) fn set_modes(sql_mode: &str, time_zone: Option<&str>) -> Sql {
    let zone = time_zone.map(|zone| format!(", time_zone = {}", quote::string(zone))).unwrap_or_default();
    Sql::new(format!("SET SESSION sql_mode = {}{zone}", quote::string(sql_mode)))
}

/// Sets them back.
pub(crate) fn usual_modes() -> Sql {
    set_modes(SQL_MODE, Some("+00:00"))
}
