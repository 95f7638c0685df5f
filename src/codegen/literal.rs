//! Rust literals.

/// A string literal: raw where that reads better.
pub(super) fn text(text: &str) -> String {
    let plain = text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control());
    // Debug escapes what must not stand in a source file as it is, quotes and backslashes included.
    let escaped = format!("{text:?}");
    let needs_escapes = escaped.contains("\\u{") || !plain || text.contains('\r');
    if needs_escapes || (!text.contains(['"', '\\', '\n', '\t'])) {
        return escaped;
    }
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// `Some(value)` or `None`.
pub(super) fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

/// `vec![…]`.
pub(super) fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("vec![{}]", values.into_iter().collect::<Vec<_>>().join(", "))
}

/// `"…".into()`: a name or a fragment of SQL.
pub(super) fn into(value: impl AsRef<str>) -> String {
    format!("{}.into()", text(value.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn strings_are_raw_where_that_reads_better() {
        assert_eq!(text("users"), r#""users""#);
        assert_eq!(text("it's"), r#""it's""#);
        assert_eq!(text("a \"b\""), "r#\"a \"b\"\"#");
        assert_eq!(text("a\\d"), r#"r"a\d""#);
        assert_eq!(text("\"#"), "r##\"\"#\"##");
        assert_eq!(text("a\r\nb"), r#""a\r\nb""#);
        assert_eq!(text("a\nb"), "r\"a\nb\"");
        assert_eq!(text("\u{202e}"), "\"\\u{202e}\"");
    }
}
