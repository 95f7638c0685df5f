//! Views.

use std::fmt::Write as _;

use schema_core::{CheckOption, MySqlProgram, Sql, View};

use super::session;
use crate::quote;

/// The statements that make a view.
pub(crate) fn create(view: &View) -> Vec<Sql> {
    under(view, definition(view, "CREATE"))
}

/// The statements that put a view in the place of another.
pub(crate) fn replace(view: &View) -> Vec<Sql> {
    under(view, definition(view, "CREATE OR REPLACE"))
}

fn under(view: &View, definition: String) -> Vec<Sql> {
    let program = MySqlProgram { sql_mode: None, made_in: view.mysql.made_in.clone() };
    session::under(&program, definition)
}

fn definition(view: &View, verb: &str) -> String {
    let mysql = &view.mysql;
    let mut sql = verb.to_owned();
    if let Some(algorithm) = &mysql.algorithm {
        let _ = write!(sql, " ALGORITHM={algorithm}");
    }
    if let Some(definer) = &mysql.definer {
        let _ = write!(sql, " DEFINER={}", quote::account(definer));
    }
    if mysql.security_invoker {
        sql.push_str(" SQL SECURITY INVOKER");
    }
    let _ = write!(sql, " VIEW {}", quote::qualified(&view.name));
    if !view.columns.is_empty() {
        let _ = write!(sql, " ({})", quote::names(&view.columns));
    }
    let _ = write!(sql, " AS {}", view.query);
    match view.check_option {
        Some(CheckOption::Local) => sql.push_str(" WITH LOCAL CHECK OPTION"),
        Some(CheckOption::Cascaded) => sql.push_str(" WITH CASCADED CHECK OPTION"),
        None => {}
    }
    sql
}
