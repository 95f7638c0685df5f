//! Views.

use schema_core::{CheckOption, View};

use crate::quote;

/// `CREATE VIEW`.
pub(crate) fn create(view: &View) -> String {
    let mysql = &view.mysql;
    let mut sql = "CREATE".to_owned();
    if let Some(algorithm) = &mysql.algorithm {
        sql.push_str(&format!(" ALGORITHM={algorithm}"));
    }
    if let Some(definer) = &mysql.definer {
        sql.push_str(&format!(" DEFINER={}", quote::account(definer)));
    }
    if mysql.security_invoker {
        sql.push_str(" SQL SECURITY INVOKER");
    }
    sql.push_str(&format!(" VIEW {}", quote::qualified(&view.name)));
    if !view.columns.is_empty() {
        sql.push_str(&format!(" ({})", quote::names(&view.columns)));
    }
    sql.push_str(&format!(" AS {}", view.query));
    match view.check_option {
        Some(CheckOption::Local) => sql.push_str(" WITH LOCAL CHECK OPTION"),
        Some(CheckOption::Cascaded) => sql.push_str(" WITH CASCADED CHECK OPTION"),
        None => {}
    }
    sql
}
