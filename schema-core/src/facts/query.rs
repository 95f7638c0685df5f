//! Statements that ask, and code that they run by asking.

use super::fact::{Fact, Told};
use super::read::statement;
use super::words::{Cursor, Word, pieces, upper};
use super::write;
use crate::Engine;

/// Calls that change nothing, and those that dumps and migrations make of sequences and settings.
const KNOWN: &[&str] = &[
    // Aggregates and windows.
    "ARRAY_AGG",
    "AVG",
    "BIT_AND",
    "BIT_OR",
    "BOOL_AND",
    "BOOL_OR",
    "COUNT",
    "DENSE_RANK",
    "EVERY",
    "FIRST_VALUE",
    "GROUP_CONCAT",
    "JSON_AGG",
    "JSON_GROUP_ARRAY",
    "JSON_GROUP_OBJECT",
    "JSON_OBJECT_AGG",
    "JSONB_AGG",
    "JSONB_OBJECT_AGG",
    "LAG",
    "LAST_VALUE",
    "LEAD",
    "MAX",
    "MIN",
    "NTH_VALUE",
    "NTILE",
    "PERCENT_RANK",
    "RANK",
    "ROW_NUMBER",
    "STDDEV",
    "STRING_AGG",
    "SUM",
    "TOTAL",
    "VARIANCE",
    // Numbers.
    "ABS",
    "CEIL",
    "CEILING",
    "FLOOR",
    "GREATEST",
    "LEAST",
    "LN",
    "LOG",
    "MOD",
    "POWER",
    "RAND",
    "RANDOM",
    "ROUND",
    "SIGN",
    "SQRT",
    "TRUNC",
    // Texts.
    "ASCII",
    "BTRIM",
    "CHAR_LENGTH",
    "CHR",
    "CONCAT",
    "CONCAT_WS",
    "CONVERT",
    "DECODE",
    "ENCODE",
    "FORMAT",
    "HEX",
    "INITCAP",
    "INSTR",
    "LEFT",
    "LENGTH",
    "LOCATE",
    "LOWER",
    "LPAD",
    "LTRIM",
    "MD5",
    "OCTET_LENGTH",
    "OVERLAY",
    "POSITION",
    "PRINTF",
    "QUOTE",
    "QUOTE_IDENT",
    "QUOTE_LITERAL",
    "QUOTE_NULLABLE",
    "REGEXP_MATCHES",
    "REGEXP_REPLACE",
    "REPEAT",
    "REPLACE",
    "REVERSE",
    "RIGHT",
    "RPAD",
    "RTRIM",
    "SHA256",
    "SPLIT_PART",
    "STRPOS",
    "SUBSTR",
    "SUBSTRING",
    "TO_CHAR",
    "TO_HEX",
    "TO_NUMBER",
    "TRANSLATE",
    "TRIM",
    "TYPEOF",
    "UNHEX",
    "UNICODE",
    "UPPER",
    // Values in general.
    "CAST",
    "COALESCE",
    "IFNULL",
    "IIF",
    "ISNULL",
    "NULLIF",
    "NVL",
    // Times.
    "AGE",
    "CLOCK_TIMESTAMP",
    "CURDATE",
    "CURRENT_TIMESTAMP",
    "CURTIME",
    "DATE",
    "DATE_ADD",
    "DATE_FORMAT",
    "DATE_PART",
    "DATE_SUB",
    "DATE_TRUNC",
    "DATEDIFF",
    "DATETIME",
    "EXTRACT",
    "FROM_UNIXTIME",
    "JULIANDAY",
    "LOCALTIMESTAMP",
    "MAKE_DATE",
    "MAKE_INTERVAL",
    "MAKE_TIMESTAMP",
    "NOW",
    "STATEMENT_TIMESTAMP",
    "STRFTIME",
    "SYSDATE",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPDIFF",
    "TO_DATE",
    "TO_TIMESTAMP",
    "TRANSACTION_TIMESTAMP",
    "UNIX_TIMESTAMP",
    "UNIXEPOCH",
    "UTC_TIMESTAMP",
    "YEAR",
    // Documents and arrays.
    "ARRAY_LENGTH",
    "ARRAY_POSITION",
    "ARRAY_REMOVE",
    "ARRAY_TO_STRING",
    "CARDINALITY",
    "GENERATE_SERIES",
    "GENERATE_SUBSCRIPTS",
    "JSON",
    "JSON_ARRAY",
    "JSON_ARRAY_LENGTH",
    "JSON_BUILD_OBJECT",
    "JSON_EACH",
    "JSON_EXTRACT",
    "JSON_OBJECT",
    "JSON_TYPE",
    "JSON_UNQUOTE",
    "JSON_VALID",
    "JSONB_ARRAY_ELEMENTS",
    "JSONB_BUILD_OBJECT",
    "JSONB_EACH",
    "JSONB_OBJECT_KEYS",
    "JSONB_SET",
    "STRING_TO_ARRAY",
    "TO_JSON",
    "TO_JSONB",
    "UNNEST",
    // Identifiers.
    "GEN_RANDOM_UUID",
    "RANDOMBLOB",
    "UUID",
    "UUID_GENERATE_V4",
    // The server and its catalog.
    "CHANGES",
    "COL_DESCRIPTION",
    "CURRENT_DATABASE",
    "CURRENT_SCHEMA",
    "CURRENT_SCHEMAS",
    "CURRENT_SETTING",
    "CURRENT_USER",
    "CURRVAL",
    "DATABASE",
    "FORMAT_TYPE",
    "FOUND_ROWS",
    "HAS_TABLE_PRIVILEGE",
    "LAST_INSERT_ID",
    "LAST_INSERT_ROWID",
    "LASTVAL",
    "OBJ_DESCRIPTION",
    "PG_BACKEND_PID",
    "PG_COLUMN_SIZE",
    "PG_GET_CONSTRAINTDEF",
    "PG_GET_FUNCTIONDEF",
    "PG_GET_INDEXDEF",
    "PG_GET_SERIAL_SEQUENCE",
    "PG_GET_VIEWDEF",
    "PG_RELATION_SIZE",
    "PG_SIZE_PRETTY",
    "PG_TOTAL_RELATION_SIZE",
    "PG_TYPEOF",
    "ROW_COUNT",
    "SCHEMA",
    "SQLITE_VERSION",
    "TO_REGCLASS",
    "TO_REGTYPE",
    "USER",
    "VERSION",
    // Sequences and settings.
    "NEXTVAL",
    "SETVAL",
    "SET_CONFIG",
];

/// Words that stand before a parenthesis and call nothing.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "ARRAY",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "CUBE",
    "DISTINCT",
    "ELSE",
    "EXCEPT",
    "EXISTS",
    "FILTER",
    "FROM",
    "GROUP",
    "GROUPING",
    "HAVING",
    "ILIKE",
    "IN",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "JOIN",
    "LATERAL",
    "LIKE",
    "LIMIT",
    "MATERIALIZED",
    "NOT",
    "OFFSET",
    "ON",
    "OR",
    "OVER",
    "RETURNING",
    "ROLLUP",
    "ROW",
    "SELECT",
    "SETS",
    "SOME",
    "TABLE",
    "THEN",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
    "XOR",
];

/// What a query does, whole as it is.
pub(super) fn query(words: &[Word], engine: Engine) -> Vec<Fact> {
    let text = upper(words);
    let mut facts = calls(words);
    if text.contains("SET_CONFIG") && text.contains("LOCK_TIMEOUT") {
        facts.push(Fact::Set(Told::LockTimeout(true)));
    }
    let mut cursor = Cursor::new(words, engine);
    while !cursor.is_at_end() {
        if cursor.eat_any(&["INTO OUTFILE", "INTO DUMPFILE"]) {
            facts.push(Fact::File { by: "SELECT … INTO a file".to_owned() });
        } else if engine == Engine::Postgres && cursor.eat("INTO") {
            facts.extend(new_table(&mut cursor));
        } else if cursor.group().is_none() {
            cursor.next();
        }
    }
    if facts.is_empty() { vec![Fact::Harmless] } else { facts }
}

/// PostgreSQL: `SELECT … INTO` makes a table.
fn new_table(cursor: &mut Cursor<'_>) -> Option<Fact> {
    let temporary = cursor.eat_any(&["TEMPORARY", "TEMP"]);
    let unlogged = cursor.eat("UNLOGGED") && !temporary;
    cursor.eat("TABLE");
    let table = cursor.name()?;
    Some(Fact::CreateTable { table, references: Vec::new(), partition_of: None, unlogged })
}

/// What follows `WITH`: its parts may write rows, too.
pub(super) fn with(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    let mut facts = Vec::new();
    cursor.eat("RECURSIVE");
    loop {
        cursor.identifier()?;
        cursor.group();
        cursor.eat("AS");
        cursor.eat("NOT");
        cursor.eat("MATERIALIZED");
        let part = cursor.group()?;
        facts.extend(write::rows(&mut cursor.over(part), engine).unwrap_or_else(|| query(part, engine)));
        // `SEARCH` and `CYCLE` belong to the part before.
        while cursor.peek("SEARCH") || cursor.peek("CYCLE") {
            cursor.next();
            while !cursor.is_at_end() && !cursor.eat("SET") {
                cursor.next();
            }
            cursor.next();
            if cursor.eat("USING") {
                cursor.next();
            }
        }
        if !cursor.eat_symbol(',') {
            break;
        }
    }
    let rest = cursor.rest();
    facts.extend(write::rows(cursor, engine).unwrap_or_else(|| query(rest, engine)));
    facts.retain(|fact| *fact != Fact::Harmless);
    Some(if facts.is_empty() { vec![Fact::Harmless] } else { facts })
}

/// Functions that are called and not known: what they do is not in the script.
fn calls(words: &[Word]) -> Vec<Fact> {
    let is = |at: Option<usize>, symbol: char| at.is_some_and(|at| words[at].is_symbol(symbol));
    let call = |at: usize| {
        let name = match (&words[at], words.get(at + 1)?.is_symbol('(')) {
            (Word::Bare(name), true) if !name.starts_with(|first: char| first.is_ascii_digit()) => name,
            (Word::Name(name), true) => name,
            _no_call => return None,
        };
        let schema =
            if is(at.checked_sub(1), '.') { at.checked_sub(2).map(|at| words[at].text()) } else { None };
        let of_the_engine = schema.as_ref().is_none_or(|schema| schema.eq_ignore_ascii_case("pg_catalog"));
        let listed = |list: &[&str]| list.contains(&name.to_uppercase().as_str());
        if of_the_engine && listed(KNOWN) || schema.is_none() && (listed(KEYWORDS) || is_no_call(words, at)) {
            return None;
        }
        if name.eq_ignore_ascii_case("load_extension") {
            return Some(Fact::Program { by: "load_extension".to_owned() });
        }
        let path = schema.into_iter().chain([name.clone()]).collect::<Vec<_>>().join(".");
        Some(Fact::Runs { what: format!("{path}()") })
    };
    (0..words.len()).filter_map(call).collect()
}

/// Whether a name before a parenthesis is that of a type, or of the columns of a table.
fn is_no_call(words: &[Word], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let before = &words[before];
        before.is_symbol(':') || before.is_symbol(')') || before.is("AS") || before.is("RECURSIVE")
    })
}

/// What follows `CALL` or `EXECUTE`.
pub(super) fn call(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Runs { what: cursor.name()?.to_string() }])
}

/// What follows `DO`: in PostgreSQL a block of code, in MySQL expressions.
pub(super) fn block(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    if engine != Engine::Postgres {
        return Some(query(cursor.rest(), engine));
    }
    let text = cursor.rest().iter().find_map(|word| match word {
        Word::Text(text) => Some(text),
        Word::Bare(_) | Word::Name(_) | Word::Symbol(_) => None,
    })?;
    let mut facts = vec![Fact::Runs { what: "the block of DO".to_owned() }];
    for piece in pieces(body(text), engine) {
        facts.extend(within(&piece, engine));
    }
    facts.retain(|fact| *fact != Fact::Harmless);
    Some(facts)
}

/// The text between dollar quotes.
fn body(text: &str) -> &str {
    let quote = text.strip_prefix('$').and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
    text.get(quote..text.len().saturating_sub(quote)).unwrap_or_default()
}

/// The statement that stands in a piece of a block, as far as it is one that is understood.
fn within(words: &[Word], engine: Engine) -> Vec<Fact> {
    const BEFORE: [&str; 4] = ["BEGIN", "THEN", "ELSE", "LOOP"];
    let begins = |at: &usize| {
        let first = *at == 0 || BEFORE.iter().any(|word| words[*at - 1].is(word));
        first && changes(&words[*at..])
    };
    let Some(at) = (0..words.len()).find(begins) else { return Vec::new() };
    statement(&mut Cursor::new(&words[at..], engine), engine).unwrap_or_default()
}

/// Whether a statement inside of a block changes something by itself.
fn changes(words: &[Word]) -> bool {
    const VERBS: [&str; 12] = [
        "ALTER", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "LOCK", "MERGE", "REFRESH", "REVOKE",
        "TRUNCATE", "UPDATE",
    ];
    words.first().is_some_and(|first| VERBS.iter().any(|verb| first.is(verb)))
}
