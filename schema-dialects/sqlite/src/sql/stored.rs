//! The form in which SQLite stores a statement.

use super::cursor::Cursor;

/// A `CREATE` statement as `sqlite_schema` would hold it: without `IF NOT EXISTS` and the schema's name, the words in
/// front in capitals, and from there on to the letter, for the letters of types and views are part of what they are.
/// Two statements of the same form make the same object.
///
/// Nothing for statements that are not stored as they are written.
pub(crate) fn stored_form(sql: &str) -> Option<String> {
    let mut cursor = Cursor::new(sql);
    if !cursor.word("CREATE") {
        return None;
    }
    let kinds: [&[&str]; 6] =
        [&["TABLE"], &["INDEX"], &["UNIQUE", "INDEX"], &["VIEW"], &["TRIGGER"], &["VIRTUAL", "TABLE"]];
    let kind = kinds.into_iter().find(|words| cursor.words(words))?;
    cursor.words(&["IF", "NOT", "EXISTS"]);
    let qualified = cursor.is_word("main") && cursor.peek_at(1).is_some_and(|t| t.is_symbol("."));
    let start = cursor.peek_at(if qualified { 2 } else { 0 })?.start;
    let text = sql[start..].trim_ascii_end().trim_end_matches(';').trim_ascii_end();
    Some(format!("{} {text}", kind.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::stored_form;

    #[test]
    fn what_is_stored_and_what_was_written_have_one_form() {
        let stored = stored_form("CREATE TABLE t(a, b)");
        assert_eq!(stored_form("create  table if not exists main . t(a, b) ;"), stored);
        assert_ne!(stored_form("CREATE TABLE t(a,  b)"), stored);
        assert_ne!(stored_form("CREATE TABLE t(a, B)"), stored);
        assert_eq!(stored_form("CREATE TEMP TABLE t(a, b)"), None);
        assert_eq!(stored_form("INSERT INTO t VALUES (1)"), None);
    }
}
