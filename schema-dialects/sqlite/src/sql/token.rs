//! The tokenizer, by the rules of <https://sqlite.org/lang_keywords.html> and the engine's own behaviour.

use crate::quote::identifier;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bare word: a keyword or an identifier.
    Word,
    /// `"x"`, `` `x` `` or `[x]`: an identifier, or for double quotes possibly a string.
    Quoted,
    /// `'x'`: a string, or in some places an identifier.
    String,
    /// `x'00'`.
    Blob,
    /// A number.
    Number,
    /// `?1`, `:a`, `@a`, `$a`.
    Parameter,
    /// An operator, parenthesis, comma, dot or semicolon; or a character that nothing else fits.
    Symbol,
}

/// A token with its place in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    /// Exactly as written.
    pub(crate) text: &'a str,
    /// Where it starts, in bytes.
    pub(crate) start: usize,
}

impl Token<'_> {
    /// Where it ends, in bytes.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this bare word, in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this symbol.
    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Whether it can stand where a name is expected.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted | Kind::String)
    }

    /// What it names: the text without its quotes.
    pub(crate) fn name(&self) -> String {
        match self.kind {
            Kind::Quoted | Kind::String => unquote(self.text),
            Kind::Word | Kind::Blob | Kind::Number | Kind::Parameter | Kind::Symbol => self.text.to_owned(),
        }
    }
}

/// The same statement with another name in the place of one of its tokens.
pub(super) fn renamed(sql: &str, token: Token<'_>, name: &str) -> String {
    if token.name() == name {
        return sql.to_owned();
    }
    [&sql[..token.start], &identifier(name), &sql[token.end()..]].concat()
}

/// Takes the quotes off. The tokenizer lets an unclosed quote run to the end of the text.
fn unquote(text: &str) -> String {
    let mut chars = text.chars();
    let Some(open) = chars.next() else { return String::new() };
    let close = if open == '[' { ']' } else { open };
    let inner = chars.as_str();
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    if open == '[' {
        return inner.to_owned();
    }
    inner.replace(&format!("{close}{close}"), &close.to_string())
}

/// All tokens of a text, without spaces and comments. Never fails: a character that fits nothing is a symbol.
pub(crate) fn tokenize(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            c if c.is_ascii_whitespace() || c == '\u{b}' || c == '\u{feff}' => {
                at += c.len_utf8();
                continue;
            }
            '-' if rest.starts_with("--") => {
                at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                at += rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                continue;
            }
            '\'' => (Kind::String, quoted(rest, b'\'')),
            '"' | '`' => (Kind::Quoted, quoted(rest, first as u8)),
            '[' => (Kind::Quoted, rest.find(']').map_or(rest.len(), |end| end + 1)),
            'x' | 'X' if rest[1..].starts_with('\'') => (Kind::Blob, 1 + quoted(&rest[1..], b'\'')),
            c if is_word_start(c) => (Kind::Word, word(rest)),
            c if c.is_ascii_digit() => (Kind::Number, number(rest)),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Kind::Number, number(rest)),
            '?' | ':' | '@' | '#' => (Kind::Parameter, 1 + word(&rest[1..])),
            _ => (Kind::Symbol, symbol(rest)),
        };
        tokens.push(Token { kind, text: &rest[..length], start: at });
        at += length;
    }
    tokens
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn word(text: &str) -> usize {
    text.find(|c: char| !(is_word_start(c) || c.is_ascii_digit() || c == '$')).unwrap_or(text.len())
}

/// The length of a quoted token, in which a doubled quote stands for one.
fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes[0] == b'0' && matches!(bytes.get(1), Some(b'x' | b'X')) {
        return 2 + bytes[2..].iter().take_while(|b| b.is_ascii_hexdigit() || **b == b'_').count();
    }
    let digits = |from: usize| {
        bytes.get(from..).map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count())
    };
    let mut at = digits(0);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += digits(at);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

fn symbol(text: &str) -> usize {
    const LONG: &[&str] = &["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "!=", "=="];
    LONG.iter()
        .find(|long| text.starts_with(**long))
        .map_or_else(|| text.chars().next().map_or(0, char::len_utf8), |long| long.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokenize};

    fn texts(sql: &str) -> Vec<&str> {
        tokenize(sql).iter().map(|t| t.text).collect()
    }

    #[test]
    fn knows_every_way_to_quote() {
        let tokens = tokenize(r#""a""b" `c``d` [e]]'f''g' x'00ff'"#);
        let names: Vec<String> = tokens.iter().map(super::Token::name).collect();
        assert_eq!(names, [r#"a"b"#, "c`d", "e", "]", "f'g", "x'00ff'"]);
        assert_eq!(tokens[5].kind, Kind::Blob);
    }

    #[test]
    fn leaves_comments_out() {
        assert_eq!(texts("a -- b ' \n/* c \" */ d /* open"), ["a", "d"]);
    }

    #[test]
    fn keeps_numbers_and_operators_whole() {
        assert_eq!(
            texts("1.5e-3+.5<=0xFF||a->>'b'!=2."),
            ["1.5e-3", "+", ".5", "<=", "0xFF", "||", "a", "->>", "'b'", "!=", "2."]
        );
    }

    #[test]
    fn never_fails() {
        assert_eq!(texts("'open"), ["'open"]);
        assert_eq!(texts("[open"), ["[open"]);
        assert_eq!(texts("größe ^ 😀"), ["größe", "^", "😀"]);
    }
}
