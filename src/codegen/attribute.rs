//! Attributes: lists of keys, on one line where they fit.

use std::fmt::Display;

use super::literal;

/// The longest line that is written, where it can be broken.
const WIDTH: usize = 100;

/// One key of an attribute.
#[derive(Clone, Debug)]
pub(super) enum Attribute {
    /// A word, or any other piece of code.
    Word(String),
    /// `key = value`.
    Value(String, String),
    /// `key(…)`.
    List(String, Vec<Attribute>),
}

impl Attribute {
    pub(super) fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    /// `key = "text"`.
    pub(super) fn text(key: &str, text: impl AsRef<str>) -> Self {
        Self::Value(key.to_owned(), literal::text(text.as_ref()))
    }

    /// `key = value`.
    pub(super) fn value(key: &str, value: impl Display) -> Self {
        Self::Value(key.to_owned(), value.to_string())
    }

    /// `key(…)`.
    pub(super) fn list(key: &str, items: Vec<Self>) -> Self {
        Self::List(key.to_owned(), items)
    }

    /// `key(…)`, or nothing for no items.
    pub(super) fn list_of(key: &str, items: Vec<Self>) -> Option<Self> {
        (!items.is_empty()).then(|| Self::list(key, items))
    }

    /// `key("a", "b")`.
    pub(super) fn texts<T: AsRef<str>>(key: &str, texts: impl IntoIterator<Item = T>) -> Self {
        Self::list(key, texts.into_iter().map(|text| Self::Word(literal::text(text.as_ref()))).collect())
    }

    fn flat(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Value(key, value) => format!("{key} = {value}"),
            Self::List(key, items) => {
                format!("{key}({})", items.iter().map(Self::flat).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn write(&self, code: &mut String, indent: usize, tail: usize) {
        let flat = self.flat();
        match self {
            Self::List(key, items) if !items.is_empty() && indent + flat.chars().count() + tail > WIDTH => {
                code.push_str(key);
                code.push('(');
                for (at, item) in items.iter().enumerate() {
                    code.push_str(if at == 0 { "\n" } else { ",\n" });
                    code.push_str(&" ".repeat(indent + 4));
                    item.write(code, indent + 4, 1);
                }
                code.push('\n');
                code.push_str(&" ".repeat(indent));
                code.push(')');
            }
            Self::Word(_) | Self::Value(..) | Self::List(..) => code.push_str(&flat),
        }
    }
}

/// `#[name(…)]` on lines of its own, or nothing where nothing is to be said.
pub(super) fn write(code: &mut String, indent: usize, name: &str, items: Vec<Attribute>) {
    if items.is_empty() {
        return;
    }
    code.push_str(&" ".repeat(indent));
    code.push_str("#[");
    Attribute::list(name, items).write(code, indent, 3);
    code.push_str("]\n");
}

#[cfg(test)]
mod tests {
    use super::{Attribute, write};

    #[test]
    fn long_attributes_are_broken() {
        let index = |name: &str| {
            let columns = ["tenant", "created_at"].map(Attribute::word).to_vec();
            Attribute::list("index", vec![Attribute::list("columns", columns), Attribute::text("name", name)])
        };
        let mut code = String::new();
        write(&mut code, 0, "table", vec![index("short")]);
        write(&mut code, 0, "table", vec![index("the_first_of_two"), index("the_second_of_two")]);
        let expected = "\
#[table(index(columns(tenant, created_at), name = \"short\"))]
#[table(
    index(columns(tenant, created_at), name = \"the_first_of_two\"),
    index(columns(tenant, created_at), name = \"the_second_of_two\")
)]
";
        assert_eq!(code, expected);
    }
}
