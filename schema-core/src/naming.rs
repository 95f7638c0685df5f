//! Names for what was declared without one: the same everywhere, and never longer than the engine allows.

use sha2::{Digest, Sha256};

use crate::{Index, KeyExpression, Name, QualifiedName};

/// `table_column_column_suffix`, cut to `limit` bytes with a hash of the whole in place of what is lost.
///
/// ```
/// use schema_core::naming::derived;
/// assert_eq!(derived(&"users".into(), ["email"], "key", 63).as_str(), "users_email_key");
/// assert!(derived(&"t".into(), [&*"x".repeat(80)], "idx", 63).as_str().len() <= 63);
/// ```
pub fn derived<'a>(
    table: &QualifiedName,
    columns: impl IntoIterator<Item = &'a str>,
    suffix: &str,
    limit: usize,
) -> Name {
    let mut stem = table.name.to_string();
    for column in columns {
        stem.push('_');
        stem.push_str(column);
    }
    let whole = format!("{stem}_{suffix}");
    if whole.len() <= limit {
        return Name::new(whole);
    }
    let digest = Sha256::digest(whole.as_bytes());
    let hash = hex(&digest[..4]);
    let mut room = limit.saturating_sub(hash.len() + suffix.len() + 2);
    while !stem.is_char_boundary(room) {
        room -= 1;
    }
    Name::new(format!("{}_{hash}_{suffix}", &stem[..room]))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

/// The name of an index that was declared without one. Expressions stand in it as `expr`.
///
/// ```
/// use schema_core::{Index, KeyPart, naming};
/// let by_name = Index::on([KeyPart::expression("lower(name)")]);
/// assert_eq!(naming::index(&"users".into(), &by_name, 63), "users_expr_idx");
/// assert_eq!(naming::index(&"users".into(), &by_name.named("by_name"), 63), "by_name");
/// ```
pub fn index(table: &QualifiedName, index: &Index, limit: usize) -> Name {
    if let Some(name) = &index.name {
        return name.clone();
    }
    let columns = index.parts.iter().map(|part| match &part.value {
        KeyExpression::Column(name) => name.as_str(),
        KeyExpression::Expression(_) => "expr",
    });
    derived(table, columns, if index.unique { "key" } else { "idx" }, limit)
}

#[cfg(test)]
mod tests {
    use super::{derived, index};
    use crate::{Index, KeyPart};

    #[test]
    fn names_are_cut_between_characters() {
        let long = "ü".repeat(40);
        for limit in 30..80 {
            let name = derived(&"täble".into(), [long.as_str()], "key", limit);
            assert!(name.as_str().len() <= limit, "{name}");
            assert!(name.as_str().starts_with("täble_ü") && name.as_str().ends_with("_key"), "{name}");
        }
    }

    #[test]
    fn cut_names_stay_different_and_the_same() {
        let name = |end: &str| derived(&"t".into(), [&*format!("{}{end}", "x".repeat(70))], "idx", 63);
        assert_ne!(name("a"), name("b"));
        assert_eq!(name("a"), name("a"));
        assert!(derived(&"a table with a long name".into(), ["x"], "idx", 5).as_str().len() < 20);
    }

    #[test]
    fn indexes_are_named_after_what_they_hold() {
        let named = |given: &Index| index(&"t".into(), given, 63).to_string();
        assert_eq!(named(&Index::on(["a", "b"])), "t_a_b_idx");
        assert_eq!(named(&Index::on(["a"]).unique()), "t_a_key");
        assert_eq!(named(&Index::on([KeyPart::expression("lower(a)")])), "t_expr_idx");
        assert_eq!(named(&Index::on(["a"]).named("mine")), "mine");
    }
}
