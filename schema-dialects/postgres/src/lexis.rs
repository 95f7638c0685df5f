//! The few lexical facts about PostgreSQL's SQL that are needed to find identifiers in a fragment.

/// A piece of SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// An identifier or keyword without quotes.
    Word(&'a str),
    /// An identifier in double quotes, with them.
    Quoted(&'a str),
    /// Anything else: strings, comments, numbers, operators, white space.
    Other(&'a str),
}

impl Token<'_> {
    /// The text as it stands.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) | Self::Other(text) => text,
        }
    }

    /// The identifier that it means, folded and unquoted.
    pub(crate) fn identifier(&self) -> Option<String> {
        match self {
            Self::Word(text) => Some(text.to_lowercase()),
            Self::Quoted(text) => Some(text.trim_matches('"').replace("\"\"", "\"")),
            Self::Other(_) => None,
        }
    }
}

/// Cuts a fragment into pieces; put together again they are the fragment.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let (text, tail) = rest.split_at(length.clamp(first.len_utf8(), rest.len()));
        all.push(match first {
            'e' | 'E' | 'b' | 'B' | 'x' | 'X' | 'n' | 'N' if text.contains('\'') => Token::Other(text),
            _ if is_start(first) => Token::Word(text),
            '"' => Token::Quoted(text),
            _ => Token::Other(text),
        });
        rest = tail;
    }
    all
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn length(rest: &str, first: char) -> usize {
    match first {
        '\'' => quoted(rest, '\'', false),
        '"' => quoted(rest, '"', false),
        'e' | 'E' if rest[1..].starts_with('\'') => 1 + quoted(&rest[1..], '\'', true),
        'b' | 'B' | 'x' | 'X' | 'n' | 'N' if rest[1..].starts_with('\'') => {
            1 + quoted(&rest[1..], '\'', false)
        }
        '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => block_comment(rest),
        '$' => dollar_quoted(rest),
        _ if is_start(first) => rest.find(|c| !is_inner(c)).unwrap_or(rest.len()),
        _ if first.is_ascii_digit() => rest.find(|c: char| !is_inner(c) && c != '.').unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if escapes && c == '\\' {
            characters.next();
        } else if c == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return at + 1,
            }
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> usize {
    let Some(end) = rest[1..].find('$') else { return 1 };
    let tag = &rest[..end + 2];
    let inner = &tag[1..tag.len() - 1];
    if !inner.chars().all(is_inner) || inner.starts_with(|c: char| c.is_ascii_digit()) {
        return 1;
    }
    rest[tag.len()..].find(tag).map_or(rest.len(), |at| at + 2 * tag.len())
}

/// The base name of a type and its modifiers: `numeric(10,2)` is `numeric` and `[10, 2]`.
pub(crate) fn type_and_modifiers(ty: &str) -> (String, Vec<i64>) {
    let Some((head, rest)) = ty.split_once('(') else { return (ty.to_owned(), Vec::new()) };
    let Some((inner, tail)) = rest.split_once(')') else { return (ty.to_owned(), Vec::new()) };
    let numbers = inner.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{}{tail}", head.trim_end()), numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_identifiers_only_where_they_are() {
        let sql = r#"SELECT "a""b".c, 'not d', E'\'x', $q$ e $q$ /* f /* g */ */ FROM Public.t -- h"#;
        let found: Vec<_> = tokens(sql).iter().filter_map(Token::identifier).collect();
        assert_eq!(found, ["select", "a\"b", "c", "from", "public", "t"]);
        assert_eq!(tokens(sql).iter().map(Token::text).collect::<String>(), sql);
    }
}
