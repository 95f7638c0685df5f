//! The form in which SQLite stores a statement.

use super::cursor::Cursor;

/// The tokens of a `CREATE` statement as `sqlite_schema` would hold them: without `IF NOT EXISTS` and the schema's
/// name, the words in front in capitals. Two statements of the same form make the same object.
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
    let rest = &cursor.tokens[cursor.at + if qualified { 2 } else { 0 }..];
    let texts = rest.iter().map(|token| token.text).filter(|text| *text != ";" || kind == ["TRIGGER"]);
    Some(kind.iter().copied().chain(texts).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::stored_form;

    #[test]
    fn what_is_stored_and_what_was_written_have_one_form() {
        let stored = stored_form("CREATE TABLE t(a, b)");
        assert_eq!(stored_form("create table if not exists main . t ( a, -- the a\n b );"), stored);
        assert_ne!(stored_form("CREATE TABLE t(a, B)"), stored);
        assert_eq!(stored_form("CREATE TEMP TABLE t(a, b)"), None);
        assert_eq!(stored_form("INSERT INTO t VALUES (1)"), None);
    }
}
