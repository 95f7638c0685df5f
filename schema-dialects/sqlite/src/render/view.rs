//! `CREATE VIEW`.

use schema_core::{Name, Sql, View};

use crate::quote::{comment, identifiers, object};
use crate::sql;

/// The statement that makes a view, in its author's own words where those still say what the view is.
pub(crate) fn create(view: &View) -> Sql {
    spelled(view).map_or_else(|| from_model(view), Sql::new)
}

fn spelled(view: &View) -> Option<&str> {
    view.spelling.as_str().filter(|spelling| sql::view(spelling).is_ok_and(|read| read == *view))
}

fn from_model(view: &View) -> Sql {
    let columns = if view.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", identifiers(view.columns.iter().map(Name::as_str)))
    };
    let text = view.comment.as_deref().map(|text| format!("{} ", comment(text))).unwrap_or_default();
    format!("CREATE VIEW {}{columns} AS {text}{}", object(&view.name), view.query).into()
}
