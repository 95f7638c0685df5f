//! Comments.

use crate::quote;

/// The statement that gives an object its comment, if it has one.
pub(crate) fn set(kind: &str, object: &str, comment: Option<&str>) -> Option<String> {
    comment.map(|text| on(kind, object, Some(text)))
}

/// The statement that sets or removes a comment.
pub(crate) fn on(kind: &str, object: &str, comment: Option<&str>) -> String {
    format!("COMMENT ON {kind} {object} IS {}", comment.map_or_else(|| "NULL".to_owned(), quote::literal))
}
