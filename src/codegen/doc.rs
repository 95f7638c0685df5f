//! Doc comments.

use super::{literal, push};

/// Whether a comment can stand as a doc comment, and come out of it as it was.
pub(super) fn holds(comment: &str) -> bool {
    !comment.is_empty()
        && comment.trim() == comment
        && comment.lines().all(|line| line.trim_end() == line)
        && !comment
            .chars()
            .any(|c| (c.is_control() && c != '\n') || literal::text(&c.to_string()).contains("\\u{"))
}

/// A doc comment.
pub(super) fn write(code: &mut String, indent: usize, comment: Option<&str>) {
    for line in comment.into_iter().flat_map(|comment| comment.split('\n')) {
        let space = if line.is_empty() { "" } else { " " };
        push(code, format_args!("{}///{space}{line}\n", " ".repeat(indent)));
    }
}
