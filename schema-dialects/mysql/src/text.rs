//! Reading of the SQL that the server prints: tokens with their places, and nothing that guesses.

use schema_core::Name;

use crate::quote;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a bare name.
    Word,
    /// An identifier in backticks.
    Quoted,
    /// A string in quotes.
    Text,
    /// A number.
    Number,
    /// Anything else, one character.
    Symbol,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that a quoted or bare identifier stands for.
    pub(crate) fn name(&self) -> Option<Name> {
        matches!(self.kind, Kind::Word | Kind::Quoted).then(|| quote::unquote_name(self.text))
    }
}

/// The tokens of a text, without comments and white space. The marks of version comments (`/*!80016`, `/*M!`)
/// are left out and what they hold is kept, as the server itself reads them.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut all = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    let mut in_version_comment = false;
    while at < bytes.len() {
        let rest = &text[at..];
        let length = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if rest.starts_with("/*!") || rest.starts_with("/*M!") => {
                in_version_comment = true;
                at += if bytes[at + 2] == b'!' { 3 } else { 4 };
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                continue;
            }
            b'*' if in_version_comment && rest.starts_with("*/") => {
                in_version_comment = false;
                at += 2;
                continue;
            }
            b'/' if rest.starts_with("/*") => {
                at = rest.find("*/").map_or(bytes.len(), |end| at + end + 2);
                continue;
            }
            b'#' => {
                at = rest.find('\n').map_or(bytes.len(), |end| at + end);
                continue;
            }
            b'-' if rest.starts_with("--") && bytes.get(at + 2).is_none_or(u8::is_ascii_whitespace) => {
                at = rest.find('\n').map_or(bytes.len(), |end| at + end);
                continue;
            }
            quote @ (b'`' | b'\'' | b'"') => quoted_length(&bytes[at..], quote),
            byte if byte.is_ascii_digit() => number_length(&bytes[at..]),
            byte if is_word(byte) => bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        let kind = match bytes[at] {
            b'`' => Kind::Quoted,
            b'\'' | b'"' => Kind::Text,
            byte if byte.is_ascii_digit() => {
                if bytes[at..at + length].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'.') {
                    Kind::Number
                } else {
                    Kind::Word
                }
            }
            byte if is_word(byte) => Kind::Word,
            _ => Kind::Symbol,
        };
        all.push(Token { kind, text: &text[at..at + length], start: at });
        at += length;
    }
    all
}

/// Whether there are comments in a text, other than version comments.
pub(crate) fn has_comments(text: &str) -> bool {
    let mut end = 0;
    let is_comment =
        |gap: &str| gap.contains("--") || gap.contains('#') || gap.replace("/*!", "").contains("/*");
    for token in tokens(text) {
        if is_comment(&text[end..token.start]) {
            return true;
        }
        end = token.end();
    }
    is_comment(&text[end..])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@') || byte >= 0x80
}

/// Digits with a point and an exponent, hexadecimal digits, or a word that starts with a digit.
fn number_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let exponent_sign = matches!(byte, b'+' | b'-')
            && matches!(bytes.get(length.wrapping_sub(1)), Some(b'e' | b'E'))
            && !bytes.starts_with(b"0x");
        if is_word(*byte) || *byte == b'.' || exponent_sign {
            length += 1;
        } else {
            break;
        }
    }
    length
}

/// The length of a quoted token, its quotes included; all of the rest where the end is missing.
fn quoted_length(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\\' && quote != b'`' {
            at += 2;
        } else if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 2;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// An expression with `-(1)` spelled `-1`: MySQL prints a check either way, depending on whether an ALTER evaluated
/// it over the rows.
pub(crate) fn plain_negatives(expression: &str) -> String {
    let all = tokens(expression);
    let mut plain = String::with_capacity(expression.len());
    let mut copied = 0;
    for group in all.windows(4) {
        let [minus, open, number, close] = group else { continue };
        if minus.text == "-" && open.text == "(" && number.kind == Kind::Number && close.text == ")" {
            plain.push_str(&expression[copied..open.start]);
            plain.push_str(number.text);
            copied = close.end();
        }
    }
    plain.push_str(&expression[copied..]);
    plain
}

/// The text with other databases' names in place of some: `` `from`. `` becomes `` `to`. ``, or nothing where the
/// database is the connection's own. Only where the name is a database's: an alias may be called the same.
pub(crate) fn requalify(text: &str, databases: &[(Name, Option<Name>)]) -> String {
    if !databases.iter().any(|(from, _)| text.contains(from.as_str())) {
        return text.to_owned();
    }
    let all = tokens(text);
    let mut changed = String::with_capacity(text.len());
    let mut copied = 0;
    let mut expects_relation = false;
    for (at, token) in all.iter().enumerate() {
        let is_database = token.kind == Kind::Quoted && is_database(&all, at, expects_relation);
        expects_relation = match token.text {
            "(" => expects_relation,
            _ => ["from", "join", "straight_join", "references"].iter().any(|word| token.is(word)),
        };
        if !is_database {
            continue;
        }
        let name = quote::unquote_name(token.text);
        let Some((_, to)) = databases.iter().find(|(from, _)| *from == name) else { continue };
        changed.push_str(&text[copied..token.start]);
        if let Some(to) = to {
            changed.push_str(&quote::name(to));
            changed.push('.');
        }
        copied = all[at + 1].end();
    }
    changed.push_str(&text[copied..]);
    changed
}

/// Whether the name at `at`, with a point behind it, is a database's rather than a table's or an alias's.
fn is_database(all: &[Token<'_>], at: usize, expects_relation: bool) -> bool {
    let is = |ahead: usize, text: &str| all.get(at + ahead).is_some_and(|token| token.text == text);
    if !is(1, ".") || (at > 0 && all[at - 1].text == ".") {
        return false;
    }
    let in_sequence_call = at > 1
        && all[at - 1].text == "("
        && ["nextval", "lastval", "setval"].iter().any(|word| all[at - 2].is(word));
    expects_relation || in_sequence_call || is(3, ".") || is(3, "(")
}

/// Reads tokens one after the other.
pub(crate) struct Cursor<'a> {
    source: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, tokens: tokens(source), at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Takes these words if they come next.
    pub(crate) fn take(&mut self, words: &str) -> bool {
        let mut ahead = 0;
        for word in words.split(' ') {
            if !self.peek_at(ahead).is_some_and(|token| token.is(word)) {
                return false;
            }
            ahead += 1;
        }
        self.at += ahead;
        true
    }

    /// Takes a name, quoted or bare.
    pub(crate) fn name(&mut self) -> Option<Name> {
        let name = self.peek()?.name()?;
        self.at += 1;
        Some(name)
    }

    /// Takes a string.
    pub(crate) fn string(&mut self) -> Option<String> {
        let token = self.peek()?;
        (token.kind == Kind::Text).then(|| {
            self.at += 1;
            quote::unquote_string(token.text)
        })
    }

    /// Takes a whole number.
    pub(crate) fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        let number = self.peek()?.text.parse().ok()?;
        self.at += 1;
        Some(number)
    }

    /// Takes a group in parentheses and gives what stands between them.
    pub(crate) fn group(&mut self) -> Option<&'a str> {
        let open = self.peek()?;
        if open.text != "(" {
            return None;
        }
        let mut depth = 0_usize;
        while let Some(token) = self.next() {
            match token.text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(self.source[open.end()..token.start].trim());
            }
        }
        None
    }

    /// Where the next token starts, to slice from later.
    pub(crate) fn mark(&self) -> usize {
        self.peek().map_or(self.source.len(), |token| token.start)
    }

    /// The source from a mark to the end of the last token taken.
    pub(crate) fn since(&self, mark: usize) -> &'a str {
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(mark, Token::end);
        if end <= mark { "" } else { self.source[mark..end].trim() }
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> &'a str {
        let start = self.mark();
        self.at = self.tokens.len();
        self.since(start)
    }
}

/// The parts of a text between the commas that stand in no parentheses.
pub(crate) fn split_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_i32;
    let mut start = 0;
    for token in tokens(text) {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                parts.push(text[start..token.start].trim());
                start = token.end();
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{plain_negatives, requalify, split_commas, tokens};
    use schema_core::Name;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).iter().map(|token| token.text).collect()
    }

    #[test]
    fn reads_version_comments_as_their_content() {
        assert_eq!(texts("a /*!80023 INVISIBLE */ b /* no */ c"), ["a", "INVISIBLE", "b", "c"]);
        assert_eq!(texts("x /*M!100301 COMPRESSED*/"), ["x", "COMPRESSED"]);
    }

    #[test]
    fn quotes_hide_everything() {
        assert_eq!(texts("'a''b\\'c' `x``y` -- z\n1.5e-3"), ["'a''b\\'c'", "`x``y`", "1.5e-3"]);
        assert_eq!(texts("'open"), ["'open"]);
    }

    #[test]
    fn databases_are_exchanged_outside_strings_only() {
        let own = [(Name::new("s"), None), (Name::new("o"), Some(Name::new("real")))];
        let before =
            "select `s`.`t`.`a`, '`s`.', `s`.`f`(`s`.`x`), nextval(`s`.`q`) from (`o`.`t` `s` join `s`.`u`)";
        let after = "select `t`.`a`, '`s`.', `f`(`s`.`x`), nextval(`q`) from (`real`.`t` `s` join `u`)";
        assert_eq!(requalify(before, &own), after);
    }

    #[test]
    fn negative_numbers_have_one_spelling() {
        assert_eq!(plain_negatives("(`a` > -(1)) and (`b` < -(`c`))"), "(`a` > -1) and (`b` < -(`c`))");
    }

    #[test]
    fn commas_in_parentheses_do_not_split() {
        assert_eq!(split_commas("a, (b, c), d(e,f)"), ["a", "(b, c)", "d(e,f)"]);
    }
}
