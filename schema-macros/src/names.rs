//! Names: their cases, and which known one was meant.

use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use crate::error::Errors;

/// A way to spell names, as in `#[serde(rename_all)]`.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// Reads the value of `rename_all`.
    pub(crate) fn parse(text: &LitStr, errors: &Errors) -> Option<Self> {
        let value = text.value();
        if let Some((_, case)) = CASES.iter().find(|(name, _)| *name == value) {
            return Some(*case);
        }
        let names = CASES.map(|(name, _)| name);
        errors.at(text, format!("unknown case `{value}`{}", meant(&value, &names)));
        None
    }

    /// Spells the name of a field, variant or type.
    pub(crate) fn apply(self, name: &str) -> String {
        let words = words(name);
        let lower = || words.iter().map(|word| word.to_lowercase());
        let capitalized = || {
            lower().map(|word| {
                let mut chars = word.chars();
                let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
                first + chars.as_str()
            })
        };
        match self {
            Self::Lower => lower().collect(),
            Self::Upper => lower().collect::<String>().to_uppercase(),
            Self::Pascal => capitalized().collect(),
            Self::Camel => lower().take(1).chain(capitalized().skip(1)).collect(),
            Self::Snake => lower().collect::<Vec<_>>().join("_"),
            Self::ScreamingSnake => lower().collect::<Vec<_>>().join("_").to_uppercase(),
            Self::Kebab => lower().collect::<Vec<_>>().join("-"),
            Self::ScreamingKebab => lower().collect::<Vec<_>>().join("-").to_uppercase(),
        }
    }
}

/// The words of a Rust name: `HTTPServerId` and `http_server_id` have the same.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &char) in chars.iter().enumerate() {
        let after_lower = at > 0 && (chars[at - 1].is_lowercase() || chars[at - 1].is_numeric());
        let before_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let after_upper = at > 0 && chars[at - 1].is_uppercase();
        if char == '_' || (char.is_uppercase() && (after_lower || (after_upper && before_lower))) {
            words.push(String::new());
        }
        if char != '_'
            && let Some(word) = words.last_mut()
        {
            word.push(char);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A Rust name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The constant that holds the typed name of a field's column: `EMAIL` for `email`. No keyword is upper-case.
pub(crate) fn constant(field: &Ident) -> Ident {
    Ident::new(&plain(field).to_uppercase(), field.span())
}

/// `; did you mean …?` where one of the known names is near, or else the list of them.
pub(crate) fn meant(name: &str, known: &[&str]) -> String {
    // Half of a name is near enough, if it is the half of one alone.
    let longer = |known: &&&str| name.len() >= 4 && known.starts_with(name);
    let nearest = match known.iter().filter(longer).collect::<Vec<_>>()[..] {
        [longer] => Some((0, longer)),
        _ => known.iter().map(|known| (distance(name, known), known)).min(),
    };
    match nearest {
        Some((distance, known)) if distance <= name.chars().count().max(3) / 3 => {
            format!("; did you mean `{known}`?")
        }
        _ => format!("; known are {}", list(known)),
    }
}

/// `` `a`, `b` and `c` ``.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// How many characters must be put in, taken out, changed or swapped to come from one name to the other, case
/// aside.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.to_lowercase().chars().collect();
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let (above, diagonal) = (rows[i - 1][j], rows[i - 1][j - 1]);
            let mut least =
                (diagonal + usize::from(from[i - 1] != to[j - 1])).min(above + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        let known = ["primary_key", "prefix", "postgres"];
        for (name, meant_one) in
            [("primary", "primary_key"), ("primray_key", "primary_key"), ("Prefix", "prefix")]
        {
            assert_eq!(meant(name, &known), format!("; did you mean `{meant_one}`?"));
        }
        for name in ["pr", "p", "oracle"] {
            assert_eq!(meant(name, &known), "; known are `primary_key`, `prefix` and `postgres`");
        }
    }

    #[test]
    fn cases() {
        let all = |name: &str| CASES.map(|(_, case)| case.apply(name));
        let expected = [
            "createdat",
            "CREATEDAT",
            "CreatedAt",
            "createdAt",
            "created_at",
            "CREATED_AT",
            "created-at",
            "CREATED-AT",
        ];
        assert_eq!(all("created_at"), expected);
        assert_eq!(all("CreatedAt"), expected);
        assert_eq!(Case::Snake.apply("HTTPServerId2"), "http_server_id2");
        assert_eq!(Case::Snake.apply("A"), "a");
    }

    #[test]
    fn nearest_name() {
        assert_eq!(meant("primery_key", &["primary_key", "name"]), "; did you mean `primary_key`?");
        assert_eq!(meant("nmae", &["name", "unique"]), "; did you mean `name`?");
        assert_eq!(meant("uniqe", &["name", "unique"]), "; did you mean `unique`?");
        assert_eq!(meant("zzz", &["name", "unique"]), "; known are `name` and `unique`");
    }
}
