//! What the system's own `sqlite3` says of a database, in a form that can be compared.

use std::collections::BTreeMap;
use std::path::Path;

use super::sqlite3;

/// The statements of `sqlite_schema` by kind and name, token by token and to the letter, and what the pragmas print.
#[derive(Debug, PartialEq)]
pub struct Dump {
    pub statements: BTreeMap<String, String>,
    pub letters: BTreeMap<String, String>,
    pub pragmas: Vec<String>,
}

const PRAGMAS: &str = "
.mode list
SELECT 'table', t.name, wr, strict FROM pragma_table_list t WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'
  AND name NOT GLOB 'groundplan_*' ORDER BY 2;
SELECT 'column', t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden FROM sqlite_schema t,
  pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT GLOB 'groundplan_*'
  ORDER BY 2, 3;
SELECT DISTINCT 'foreign key', t.name, group_concat(f.\"from\"), f.\"table\", group_concat(coalesce(f.\"to\", '-')), f.on_update, f.on_delete, f.match
  FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id
  ORDER BY 2, 3, 4, 5, 6, 7, 8;
SELECT 'index', t.name, CASE l.origin WHEN 'c' THEN l.name ELSE '' END, l.\"unique\", l.origin, l.partial,
  (SELECT group_concat(coalesce(x.name, x.cid) || ' ' || x.desc || ' ' || x.coll) FROM pragma_index_xinfo(l.name) x WHERE x.key)
  FROM sqlite_schema t, pragma_index_list(t.name) l WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
  AND t.name NOT GLOB 'groundplan_*' ORDER BY 2, 3, 4, 5, 6, 7;
";

const STATEMENTS: &str = "
.mode quote
SELECT type || ' ' || name, hex(sql) FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
  AND tbl_name NOT GLOB 'groundplan_*';
";

pub fn dump(file: &Path) -> Dump {
    let statements = sqlite3(file, STATEMENTS).unwrap();
    let letters: BTreeMap<String, String> = statements
        .lines()
        .filter_map(|line| {
            let (name, hex) = line.rsplit_once(',')?;
            Some((name.trim_matches('\'').to_owned(), text(hex.trim_matches('\''))))
        })
        .collect();
    let statements = letters.iter().map(|(name, text)| (name.clone(), tokens(text))).collect();
    let pragmas = sqlite3(file, PRAGMAS).unwrap().lines().map(str::to_owned).collect();
    Dump { statements, letters, pragmas }
}

fn text(hex: &str) -> String {
    let bytes: Vec<u8> =
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

/// The tokens of a statement with single spaces, without comments, words in small letters, and names without
/// quotes. Written apart from the tokenizer that it judges.
pub fn tokens(sql: &str) -> String {
    let chars: Vec<char> = sql.chars().collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut at = 0;
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        if c.is_whitespace() {
            at += 1;
        } else if c == '-' && next == '-' {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && next == '*' {
            at += 2;
            while at < chars.len() && !(chars[at] == '*' && chars.get(at + 1) == Some(&'/')) {
                at += 1;
            }
            at += 2;
        } else if matches!(c, '\'' | '"' | '`' | '[') {
            let close = if c == '[' { ']' } else { c };
            let mut token = String::new();
            at += 1;
            while at < chars.len() {
                if chars[at] == close && close != ']' && chars.get(at + 1) == Some(&close) {
                    at += 1;
                } else if chars[at] == close {
                    break;
                }
                token.push(chars[at]);
                at += 1;
            }
            at += 1;
            tokens.push(if c == '\'' { format!("'{token}'") } else { token.to_lowercase() });
        } else if word(c) {
            let mut token = String::new();
            while at < chars.len()
                && (word(chars[at]) || chars[at] == '.' && token.starts_with(|c: char| c.is_ascii_digit()))
            {
                token.push(chars[at]);
                at += 1;
            }
            tokens.push(token.to_lowercase());
        } else {
            tokens.push(c.to_string());
            at += 1;
        }
    }
    tokens.join(" ")
}
