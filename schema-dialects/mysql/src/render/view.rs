//! Views.

use std::fmt::Write as _;

use schema_core::{CheckOption, View};

use crate::quote;

/// `CREATE VIEW`.
pub(crate) fn create(view: &View) -> String {
    let mysql = &view.mysql;
    let mut sql = "CREATE".to_owned();
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
