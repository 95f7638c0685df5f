//! The one character that hardly any engine can hold.

use super::Object;

impl Object {
    /// Whether a text anywhere in it holds a NUL: a name, a comment, a default, a value or SQL. Most engines end a
    /// text there, so that what follows would be something else.
    ///
    /// ```
    /// use schema_core::{Object, View};
    /// assert!(Object::from(View::new("v", "SELECT '\0'")).holds_nul());
    /// assert!(!Object::from(View::new("v", "SELECT ''")).holds_nul());
    /// ```
    pub fn holds_nul(&self) -> bool {
        const NUL: &str = "\\u0000";
        // What is written as JSON has every text in it, whatever the kind of object.
        let Ok(json) = serde_json::to_string(self) else { return false };
        json.match_indices(NUL).any(|(at, _)| {
            let escapes = json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            escapes % 2 == 0
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Column, Object, Table, Type};

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        let table =
            |text: &str| Object::from(Table::new("t").column(Column::new("a", Type::Text).default(text)));
        assert!(table("a\0b").holds_nul() && table("\\\0").holds_nul());
        assert!(!table("\\u0000").holds_nul() && !table("").holds_nul());
        assert!(Object::from(Table::new("t\0")).holds_nul());
    }
}
