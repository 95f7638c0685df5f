//! `CREATE VIEW`.

use schema_core::{Name, Sql, View};

use crate::quote::{comment, identifiers, object};

/// The statement that makes a view.
pub(crate) fn create(view: &View) -> Sql {
    let columns = if view.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", identifiers(view.columns.iter().map(Name::as_str)))
    };
    let text = view.comment.as_deref().map(|text| format!("{} ", comment(text))).unwrap_or_default();
    format!("CREATE VIEW {}{columns} AS {text}{}", object(&view.name), view.query).into()
}
