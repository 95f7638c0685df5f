//! Splitting scripts into statements.

use super::token::{Token, tokenize};

/// A statement of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    /// Its text, without the semicolon.
    pub(crate) text: &'a str,
    /// Where it starts in the script, in bytes.
    pub(crate) start: usize,
}

/// Splits at semicolons; a trigger's own semicolons, up to its `END`, are part of it.
pub(crate) fn split(script: &str) -> Vec<Statement<'_>> {
    let tokens = tokenize(script);
    let mut statements = Vec::new();
    let mut first = 0;
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_symbol(";") || in_trigger(&tokens[first..at]) {
            continue;
        }
        statements.extend(statement(script, &tokens[first..at]));
        first = at + 1;
    }
    statements.extend(statement(script, &tokens[first..]));
    statements
}

fn statement<'a>(script: &'a str, tokens: &[Token<'_>]) -> Option<Statement<'a>> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(Statement { text: &script[first.start..last.end()], start: first.start })
}

/// Whether the tokens are a trigger that is not at its end: `; END` ends one, for no statement begins so.
fn in_trigger(tokens: &[Token<'_>]) -> bool {
    let mut head = tokens.iter().filter(|t| !t.is_word("TEMP") && !t.is_word("TEMPORARY"));
    let is_trigger =
        head.next().is_some_and(|t| t.is_word("CREATE")) && head.next().is_some_and(|t| t.is_word("TRIGGER"));
    let ended = matches!(tokens, [.., before, end] if before.is_symbol(";") && end.is_word("END"));
    is_trigger && !ended
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn keeps_triggers_whole() {
        let script = "-- first;\nCREATE TABLE a(x);\n create temp trigger t after insert on a begin\n  \
                      select case when 1 then 2 end; update a set x=';';\nend;;\nSELECT 1";
        let texts: Vec<&str> = split(script).iter().map(|s| s.text).collect();
        assert_eq!(texts.len(), 3);
        assert_eq!(texts[0], "CREATE TABLE a(x)");
        assert!(texts[1].ends_with("end"));
        assert_eq!(texts[2], "SELECT 1");
    }
}
