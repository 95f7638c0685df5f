//! The bodies of the fuzz targets, on random texts of the kind that they read.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../fuzz/src/bodies.rs"]
mod bodies;

use groundplan::dsl::{Check, Column, Database, Index, Table, Type, View};
use groundplan::{Approval, Migrator};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that mean something to the readers of SQL.
const PIECES: [&str; 84] = [
    "CREATE",
    "TABLE",
    "INDEX",
    "UNIQUE",
    "VIEW",
    "TRIGGER",
    "FUNCTION",
    "PROCEDURE",
    "VIRTUAL",
    "USING",
    "AS",
    "BEGIN",
    "ATOMIC",
    "END",
    "CASE",
    "IF",
    "LOOP",
    "ON",
    "SELECT",
    "RULE",
    "DO",
    "DELIMITER",
    "//",
    "COPY",
    "FROM",
    "stdin",
    "PRIMARY",
    "KEY",
    "REFERENCES",
    "CHECK",
    "DEFAULT",
    "GENERATED",
    "CONSTRAINT",
    "COLLATE",
    "NOT",
    "NULL",
    "(",
    ")",
    ",",
    ";",
    ".",
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "$$",
    "$a$",
    "--",
    "/*",
    "*/",
    "/*!",
    "#",
    "\\",
    "E'",
    "x'",
    "\n",
    "\r",
    " ",
    "\u{feff}",
    "é",
    "groundplan:renamed_from=",
    "a",
    "INSERT",
    "OR",
    "REPLACE",
    "INTO",
    "UPDATE",
    "SET",
    "DELETE",
    "WHERE",
    "MERGE",
    "THEN",
    "WITH",
    "RECURSIVE",
    "LOAD",
    "DATA",
    "CALL",
    "PRAGMA",
    "ALTER",
    "DROP",
    "COLUMN",
    "f(",
];

fn sql() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        2 => "[a-z0-9_]{1,4}",
    ];
    vec((piece, any::<bool>()), 0..40).prop_map(|pieces| {
        pieces.iter().map(|(piece, spaced)| piece.clone() + if *spaced { " " } else { "" }).collect()
    })
}

/// A text with some of its characters replaced, left out or doubled.
fn damaged(text: String) -> impl Strategy<Value = String> {
    vec((any::<prop::sample::Index>(), 0..4_u8, any::<char>()), 0..4).prop_map(move |damages| {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, how, character) in damages {
            let at = at.index(characters.len());
            match how {
                0 => drop(characters.remove(at)),
                1 => characters.insert(at, character),
                2 => characters.insert(at, characters[at]),
                _ => characters[at] = if character.is_ascii_digit() { character } else { '9' },
            }
        }
        characters.into_iter().collect()
    })
}

fn declared() -> Database {
    let users = Table::new("users")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("email", Type::Varchar(50)).default("a'b"))
        .primary_key(["id"])
        .unique(["email"])
        .check(Check::new("id > 0").named("positive"))
        .index(Index::on(["email"]).named("i"));
    Database::new().with(users).with(View::new("v", "SELECT id FROM users"))
}

/// The JSON of a plan, without its hash, and of an approval of it.
fn files() -> (String, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plan = runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
        Migrator::new(declared()).plan(&pool).await.unwrap()
    });
    let approval = Approval::of(&plan, [1]).unwrap().by("ada");
    (serde_json::to_string(&plan).unwrap(), serde_json::to_string(&approval).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scripts_are_split(text in sql()) {
        bodies::split(&text);
        bodies::hints(&text);
    }

    #[test]
    fn stored_sql_is_read(text in sql()) {
        bodies::stored(&text);
        bodies::stored(&format!("CREATE TABLE t ({text})"));
    }

    #[test]
    fn schemas_are_read(text in damaged(serde_json::to_string(&declared()).unwrap())) {
        bodies::schema(&text);
    }
}

#[test]
fn plan_and_approval_files_are_read() {
    let (plan, approval) = files();
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(plan in damaged(plan.clone()), approval in damaged(approval.clone()))| {
        bodies::plan(&plan);
        bodies::approval(&approval);
    });
}
