//! `CREATE VIEW`.

use schema_core::{Name, Spelling, View};

use super::cursor::{Cursor, Unread};

/// The view that a stored `CREATE VIEW` makes. Its query stays to the letter, for it names the columns.
///
/// # Errors
/// If the text is not of that shape.
pub(crate) fn view(sql: &str) -> Result<View, Unread> {
    let mut cursor = Cursor::new(sql);
    cursor.expect_word("CREATE")?;
    let _ = cursor.word("TEMP") || cursor.word("TEMPORARY");
    cursor.expect_word("VIEW")?;
    cursor.words(&["IF", "NOT", "EXISTS"]);
    let named = cursor.qualified_name()?;
    let mut columns: Vec<Name> = Vec::new();
    if cursor.symbol("(") {
        loop {
            columns.push(cursor.name()?.into());
            if !cursor.symbol(",") {
                break;
            }
        }
        cursor.expect_symbol(")")?;
    }
    cursor.expect_word("AS")?;
    let start = cursor.peek().map_or(sql.len(), |t| t.start);
    let mut view = View::new(named.name(), sql[start..].trim_end().trim_end_matches(';').trim_end());
    view.columns = columns;
    view.spelling = Spelling::new(sql);
    Ok(view)
}
