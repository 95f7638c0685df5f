//! Statements that write rows.

use super::fact::{Fact, Writing};
use super::words::{Cursor, Word, clauses, upper};
use crate::Engine;

/// `INSERT`, `REPLACE`, `UPDATE`, `DELETE` and `MERGE`, from that word on.
pub(super) fn rows(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    let text = upper(cursor.rest());
    let by = if cursor.eat_any(&["REPLACE", "INSERT OR REPLACE"]) {
        Writing::Replace
    } else if cursor.eat("INSERT") {
        Writing::Insert
    } else if cursor.eat("UPDATE") {
        Writing::Update { columns: assigned(cursor), every: is_every_row(cursor, engine) }
    } else if cursor.eat("DELETE HISTORY") {
        Writing::DeleteHistory
    } else if cursor.eat("DELETE") {
        Writing::Delete { every: is_every_row(cursor, engine) }
    } else if cursor.eat("MERGE") {
        Writing::Merge { deletes: cursor.holds("THEN DELETE") }
    } else {
        return None;
    };
    // SQLite: `OR IGNORE` and the like.
    if cursor.eat("OR") {
        cursor.next();
    }
    while cursor.eat_any(&[
        "INTO",
        "FROM",
        "ONLY",
        "IGNORE",
        "LOW_PRIORITY",
        "HIGH_PRIORITY",
        "DELAYED",
        "QUICK",
    ]) {}
    Some(vec![Fact::Write { table: cursor.name()?, by, text }])
}

/// From what stands behind `COPY`.
pub(super) fn copy(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    let text = format!("COPY {}", upper(cursor.rest()));
    let table = if cursor.group().is_some() { None } else { Some(cursor.name()?) };
    cursor.group();
    let (written, way) = if cursor.eat("FROM") {
        (Fact::Write { table: table?, by: Writing::Insert, text }, "COPY … FROM")
    } else if cursor.eat("TO") {
        (Fact::Harmless, "COPY … TO")
    } else {
        return None;
    };
    let mut facts = vec![written];
    if cursor.peek("PROGRAM") {
        facts.push(Fact::Program { by: format!("{way} PROGRAM") });
    } else if !cursor.eat_any(&["STDIN", "STDOUT"]) {
        facts.push(Fact::File { by: format!("{way} a file") });
    }
    Some(facts)
}

/// MySQL, from what stands behind `LOAD`: rows out of a file.
pub(super) fn load(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    let by = format!("LOAD {}", cursor.rest().first()?.text().to_uppercase());
    let text = format!("LOAD {}", upper(cursor.rest()));
    let mut writing = Writing::Insert;
    while !cursor.eat("INTO TABLE") {
        if cursor.next()?.is("REPLACE") {
            writing = Writing::Replace;
        }
    }
    let written = Fact::Write { table: cursor.name()?, by: writing, text };
    Some(vec![written, Fact::File { by }])
}

/// The columns that an `UPDATE` gives values to.
fn assigned(cursor: &Cursor<'_>) -> Vec<String> {
    let mut cursor = cursor.clone();
    while !cursor.is_at_end() && !cursor.eat("SET") {
        if cursor.group().is_none() {
            cursor.next();
        }
    }
    let ends = ["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"];
    let rest = cursor.rest();
    while !cursor.is_at_end() && !ends.iter().any(|end| cursor.peek(end)) {
        if cursor.group().is_none() {
            cursor.next();
        }
    }
    let assignments = &rest[..rest.len() - cursor.rest().len()];
    let names = |words: &[Word]| -> Vec<String> {
        let mut clause = cursor.over(words);
        match clause.group() {
            // `(a, b) = …`
            Some(group) => {
                clauses(group).into_iter().filter_map(|words| cursor.over(words).identifier()).collect()
            }
            None => clause.name().map(|name| name.name.to_string()).into_iter().collect(),
        }
    };
    clauses(assignments).into_iter().flat_map(names).collect()
}

/// Whether an `UPDATE` or `DELETE` takes every row: no condition says which.
fn is_every_row(cursor: &Cursor<'_>, engine: Engine) -> bool {
    let mysql = matches!(engine, Engine::MySql | Engine::MariaDb);
    if cursor.holds("LIMIT") {
        return false;
    }
    let mut cursor = cursor.clone();
    while !cursor.is_at_end() {
        if cursor.eat("WHERE") {
            return holds_always(cursor.rest());
        }
        // MySQL: what a join leaves out is not touched.
        if mysql && cursor.peek("JOIN") {
            return false;
        }
        if cursor.group().is_none() {
            cursor.next();
        }
    }
    true
}

/// Whether a condition is one in its looks only: `TRUE`, `1`, `1 = 1`.
fn holds_always(words: &[Word]) -> bool {
    let end = words.iter().position(|word| word.is("RETURNING") || word.is("ORDER"));
    let is_value = |word: &Word| match word {
        Word::Bare(text) => word.is("TRUE") || text.parse::<f64>().is_ok_and(|number| number != 0.0),
        Word::Text(_) => true,
        Word::Name(_) | Word::Symbol(_) => false,
    };
    match &words[..end.unwrap_or(words.len())] {
        [word @ Word::Bare(_)] => is_value(word),
        [left, equals, right] => equals.is_symbol('=') && left == right && is_value(left),
        _other => false,
    }
}
