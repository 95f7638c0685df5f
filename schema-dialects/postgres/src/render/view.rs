//! Views and materialized views.

use schema_core::{CheckOption, MaterializedView, View};

use super::push;
use super::{column, comment, key};
use crate::quote;

/// The statements that make a view, or give an existing one another query.
pub(crate) fn create(view: &View, replace: bool) -> Vec<String> {
    let mut all = vec![statement(view, replace)];
    let name = quote::qualified(&view.name);
    for (column, default) in &view.postgres.column_defaults {
        all.push(format!("ALTER VIEW {name} ALTER COLUMN {} SET DEFAULT {default}", quote::name(column)));
    }
    all.extend(comment::set("VIEW", &name, view.comment.as_deref()));
    for (column, text) in &view.postgres.column_comments {
        all.push(column::comment_on(&view.name, column, Some(text)));
    }
    all
}

fn statement(view: &View, replace: bool) -> String {
    let replace = if replace { "OR REPLACE " } else { "" };
    let columns =
        if view.columns.is_empty() { String::new() } else { format!(" ({})", quote::names(&view.columns)) };
    let check = match view.check_option {
        None => "",
        Some(CheckOption::Local) => "\n WITH LOCAL CHECK OPTION",
        Some(CheckOption::Cascaded) => "\n WITH CASCADED CHECK OPTION",
    };
    format!(
        "CREATE {replace}VIEW {}{columns}{} AS\n {}{check}",
        quote::qualified(&view.name),
        key::parameters(&view.postgres.options),
        view.query,
    )
}

/// The statements that make a materialized view; its indexes come later.
pub(crate) fn create_materialized(view: &MaterializedView) -> Vec<String> {
    let name = quote::qualified(&view.name);
    let mut sql = format!("CREATE MATERIALIZED VIEW {name}");
    if let Some(method) = &view.access_method {
        push(&mut sql, format_args!(" USING {}", quote::name(method)));
    }
    sql.push_str(&key::parameters(&view.parameters));
    if let Some(tablespace) = &view.tablespace {
        push(&mut sql, format_args!(" TABLESPACE {}", quote::name(tablespace)));
    }
    push(&mut sql, format_args!(" AS\n {}\n WITH DATA", view.query));
    let mut all = vec![sql];
    all.extend(comment::set("MATERIALIZED VIEW", &name, view.comment.as_deref()));
    for (column, text) in &view.column_comments {
        all.push(column::comment_on(&view.name, column, Some(text)));
    }
    all
}
