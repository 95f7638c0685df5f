//! Quoting of identifiers and strings, for a session whose `sql_mode` has neither `ANSI_QUOTES` nor
//! `NO_BACKSLASH_ESCAPES`, which every session of this crate sees to.

use std::fmt::Write as _;

use schema_core::{Name, QualifiedName};

/// An identifier in backticks.
pub(crate) fn name(name: &Name) -> String {
    format!("`{}`", name.as_str().replace('`', "``"))
}

/// A name with its database, where it has one.
pub(crate) fn qualified(qualified: &QualifiedName) -> String {
    match &qualified.schema {
        Some(schema) => format!("{}.{}", name(schema), name(&qualified.name)),
        None => name(&qualified.name),
    }
}

/// Names, quoted, with commas.
pub(crate) fn names<'a>(list: impl IntoIterator<Item = &'a Name>) -> String {
    list.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A string literal.
pub(crate) fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\0' => quoted.push_str("\\0"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\u{1a}' => quoted.push_str("\\Z"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// A byte string literal.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    let mut literal = "x'".to_owned();
    for byte in bytes {
        let _ = write!(literal, "{byte:02X}");
    }
    literal.push('\'');
    literal
}

/// What a string literal as the server prints it says.
pub(crate) fn unquote_string(literal: &str) -> String {
    let Some(quote) = literal.chars().next() else { return String::new() };
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('0') => text.push('\0'),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('b') => text.push('\u{8}'),
                Some('Z') => text.push('\u{1a}'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            c if c == quote => {
                // Inside, a quote is always doubled.
                chars.next();
                text.push(c);
            }
            other => text.push(other),
        }
    }
    text
}

/// What an identifier in backticks says; a bare word is itself.
pub(crate) fn unquote_name(identifier: &str) -> Name {
    match identifier.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(inner) => Name::new(inner.replace("``", "`")),
        None => Name::new(identifier),
    }
}

/// An account as the server's own texts spell it: `user`@`host`, from `user@host`.
pub(crate) fn account(account: &str) -> String {
    let (user, host) = account.rsplit_once('@').unwrap_or((account, ""));
    let quoted = |part: &str| name(&Name::new(part));
    if host.is_empty() { quoted(user) } else { format!("{}@{}", quoted(user), quoted(host)) }
}

#[cfg(test)]
mod tests {
    use super::{account, name, string, unquote_name, unquote_string};
    use schema_core::Name;

    #[test]
    fn quotes_are_undone() {
        for text in ["", "it's", "a\\b", "\0\n\r\u{1a}", "é`\"漢", "\\'"] {
            assert_eq!(unquote_string(&string(text)), text);
            assert_eq!(unquote_name(&name(&Name::new(text))), text);
        }
    }

    #[test]
    fn accounts() {
        assert_eq!(account("a@b@%"), "`a@b`@`%`");
        assert_eq!(account("role"), "`role`");
    }
}
