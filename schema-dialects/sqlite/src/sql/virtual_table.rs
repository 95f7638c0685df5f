//! `CREATE VIRTUAL TABLE`.

use super::cursor::{Cursor, Unread};
use crate::quote::identifier;

/// A virtual table as its statement makes it.
pub(crate) struct VirtualTable {
    /// Its name.
    pub(crate) name: String,
    /// The module that keeps it.
    pub(crate) module: String,
    /// The statement with single spaces outside of quotes.
    pub(crate) statement: String,
}

/// What a stored `CREATE VIRTUAL TABLE` makes. The arguments are the module's own language: only the space
/// between them is evened out.
///
/// # Errors
/// If the text is not of that shape.
pub(crate) fn virtual_table(sql: &str) -> Result<VirtualTable, Unread> {
    let mut cursor = Cursor::new(sql);
    for word in ["CREATE", "VIRTUAL", "TABLE"] {
        cursor.expect_word(word)?;
    }
    cursor.words(&["IF", "NOT", "EXISTS"]);
    let name = cursor.qualified_name()?.name();
    cursor.expect_word("USING")?;
    let module = cursor.name()?;
    let head = format!("CREATE VIRTUAL TABLE {} USING {module}", identifier(&name));
    let mut statement = head.clone();
    if cursor.is_symbol("(") {
        let (_, range) = cursor.parenthesized()?;
        let mut arguments = String::new();
        let mut end = None;
        for token in &cursor.tokens[range] {
            let spaced = end.is_some_and(|end| end < token.start);
            if token.is_symbol(",") {
                arguments.push_str(", ");
                end = None;
                continue;
            }
            if spaced {
                arguments.push(' ');
            }
            arguments.push_str(token.text);
            end = Some(token.end());
        }
        statement = format!("{head}({arguments})");
    }
    Ok(VirtualTable { name, module, statement })
}

#[cfg(test)]
mod tests {
    #[test]
    fn evens_out_spaces() {
        let read = super::virtual_table(
            "CREATE VIRTUAL TABLE f USING fts5(a,b ,\n  tokenize = 'porter  ascii', content='t')",
        );
        assert_eq!(
            read.ok().map(|v| v.statement).as_deref(),
            Some(r#"CREATE VIRTUAL TABLE "f" USING fts5(a, b, tokenize = 'porter  ascii', content='t')"#)
        );
    }
}
