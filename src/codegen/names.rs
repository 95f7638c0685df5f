//! From the names of a database to those of Rust code.

use std::collections::HashSet;

/// A way to spell names, as the derives know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Every case but the one that needs no word.
    pub(super) const NAMED: [(Self, &'static str); 8] = [
        (Self::Snake, "snake_case"),
        (Self::Camel, "camelCase"),
        (Self::Pascal, "PascalCase"),
        (Self::Lower, "lowercase"),
        (Self::Upper, "UPPERCASE"),
        (Self::ScreamingSnake, "SCREAMING_SNAKE_CASE"),
        (Self::Kebab, "kebab-case"),
        (Self::ScreamingKebab, "SCREAMING-KEBAB-CASE"),
    ];

    /// Spells a Rust name as `rename_all` does.
    pub(super) fn apply(self, name: &str) -> String {
        let words = words(name);
        let capitalized = || words.iter().map(|word| capitalized(word));
        match self {
            Self::Lower => words.concat(),
            Self::Upper => words.concat().to_uppercase(),
            Self::Pascal => capitalized().collect(),
            Self::Camel => words.first().cloned().into_iter().chain(capitalized().skip(1)).collect(),
            Self::Snake => words.join("_"),
            Self::ScreamingSnake => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-"),
            Self::ScreamingKebab => words.join("-").to_uppercase(),
        }
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The words of a name in lower case: `HTTPServerId`, `http_server_id` and `http server-id` have the same.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &char) in chars.iter().enumerate() {
        let after_lower = at > 0 && (chars[at - 1].is_lowercase() || chars[at - 1].is_numeric());
        let before_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let after_upper = at > 0 && chars[at - 1].is_uppercase();
        if !char.is_alphanumeric() || (char.is_uppercase() && (after_lower || (after_upper && before_lower)))
        {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Keywords of every edition, and those that are reserved.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Names of types that the written code means otherwise.
const TAKEN: [&str; 19] = [
    "Self", "Option", "String", "Vec", "Some", "None", "Table", "Columns", "SqlEnum", "SqlType", "Database",
    "Ok", "Err", "Box", "Default", "Into", "From", "Drop", "Clone",
];

/// The field that stands for a column, before it is made unique in its struct.
fn field(column: &str) -> String {
    let is_plain = column.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
        && column.chars().any(|c| c != '_');
    let name = if is_plain { column.to_owned() } else { words(column).join("_") };
    match name.chars().next() {
        None => "column".to_owned(),
        Some(first) if first.is_numeric() => format!("_{name}"),
        Some(_) if matches!(name.as_str(), "self" | "super" | "crate") => format!("{name}_"),
        Some(_) => name,
    }
}

/// A name as Rust code writes it: keywords get an `r#`.
pub(super) fn escaped(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// Names that are given once each.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// A field for a column, without `r#`.
    pub(super) fn field(&mut self, column: &str) -> String {
        self.unique(&field(column), "_")
    }

    /// A type for a table or another object; where its name is taken, with `qualifier` before it.
    pub(super) fn ty(&mut self, name: &str, qualifier: Option<&str>) -> String {
        let name = type_name(name);
        let is_free = |name: &String| !TAKEN.contains(&name.as_str()) && !self.0.contains(name);
        let name = match qualifier.map(|qualifier| format!("{}{name}", type_name(qualifier))) {
            Some(qualified) if !is_free(&name) => qualified,
            _ if TAKEN.contains(&name.as_str()) => format!("{name}Row"),
            _ => name,
        };
        self.unique(&name, "")
    }

    /// A variant for a value of an enum.
    pub(super) fn variant(&mut self, value: &str) -> String {
        let name = match type_name(value) {
            name if name == "Self" => "SelfValue".to_owned(),
            name => name,
        };
        self.unique(&name, "_")
    }

    fn unique(&mut self, name: &str, separator: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 2;
        while !self.0.insert(unique.clone()) {
            unique = format!("{name}{separator}{number}");
            number += 1;
        }
        unique
    }
}

fn type_name(name: &str) -> String {
    let name = Case::Pascal.apply(name);
    match name.chars().next() {
        None => "Unnamed".to_owned(),
        Some(first) if first.is_numeric() => format!("N{name}"),
        Some(_) => name,
    }
}

/// The singular of an English plural, as far as a table's name is one.
pub(super) fn singular(name: &str) -> String {
    let at = name.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    // In `OrderItems` the last word is the one in question, too.
    let at =
        at.max(name.rfind(char::is_uppercase).filter(|_| name.chars().any(char::is_lowercase)).unwrap_or(0));
    let (head, word) = name.split_at(at);
    let lower = word.to_lowercase();
    if lower.len() != word.len() || !word.is_ascii() {
        return name.to_owned();
    }
    let cut = |letters: usize| word[..word.len() - letters].to_owned();
    let is_one_of = |words: &[&str]| words.contains(&lower.as_str());
    let word = if is_one_of(&["people"]) {
        format!("{}rson", cut(4))
    } else if is_one_of(&["children"]) {
        cut(3)
    } else if is_one_of(&["men", "women"]) {
        format!("{}an", cut(2))
    } else if is_one_of(&["series", "species", "news", "movies", "cookies", "data", "address", "business"])
        || ["ss", "us", "is", "sis"].iter().any(|end| lower.ends_with(end))
    {
        if is_one_of(&["movies", "cookies"]) { cut(1) } else { word.to_owned() }
    } else if lower.ends_with("ies") && lower.len() > 4 {
        format!("{}y", cut(3))
    } else if ["sses", "shes", "tches", "nches", "rches", "xes", "zzes"]
        .iter()
        .any(|end| lower.ends_with(end))
        || is_one_of(&["statuses", "viruses", "bonuses", "campuses", "buses", "aliases", "biases"])
        || is_one_of(&["heroes", "potatoes", "tomatoes", "echoes", "approaches", "coaches"])
    {
        cut(2)
    } else if lower.ends_with('s') && lower.len() > 2 {
        cut(1)
    } else {
        word.to_owned()
    };
    format!("{head}{word}")
}

#[cfg(test)]
mod tests {
    use super::{Case, Names, escaped, singular};

    #[test]
    fn tables_are_structs_of_one_row() {
        let mut names = Names::default();
        for (table, expected) in [
            ("users", "User"),
            ("user_addresses", "UserAddress"),
            ("categories", "Category"),
            ("order_statuses", "OrderStatus"),
            ("status", "Status"),
            ("OrderItems", "OrderItem"),
            ("PLAYLIST", "Playlist"),
            ("people", "Person"),
            ("options", "OptionRow"),
            ("2fa codes", "N2faCode"),
            ("boxes", "BoxRow"),
            ("database", "DatabaseRow"),
            ("purchases", "Purchase"),
            ("analysis", "Analysis"),
            ("", "Unnamed"),
        ] {
            assert_eq!(names.ty(&singular(table), None), expected, "{table}");
        }
        assert_eq!(names.ty("user", Some("auth")), "AuthUser");
        assert_eq!(names.ty("user", None), "User2");
    }

    #[test]
    fn columns_are_fields() {
        let mut names = Names::default();
        for (column, expected) in [
            ("id", "id"),
            ("AlbumId", "album_id"),
            ("_id", "_id"),
            ("album__id", "album__id"),
            ("2fa", "_2fa"),
            ("self", "self_"),
            ("with space", "with_space"),
            ("WITH SPACE", "with_space_2"),
            ("%", "column"),
            ("größe", "größe"),
        ] {
            assert_eq!(names.field(column), expected, "{column}");
        }
        assert_eq!(escaped("type"), "r#type");
        assert_eq!(escaped("kind"), "kind");
    }

    #[test]
    fn cases_are_those_of_the_derives() {
        assert_eq!(Case::Camel.apply("created_at"), "createdAt");
        assert_eq!(Case::Pascal.apply("http_server_id2"), "HttpServerId2");
        assert_eq!(Case::ScreamingKebab.apply("InTransit"), "IN-TRANSIT");
    }
}
