//! A table is rebuilt, or the stored schema edited, past the checks that would save the data.

use super::prelude::*;
use crate::QualifiedName;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL113",
    class: DataLoss,
    why: "While foreign keys are enforced, SQLite's DROP TABLE deletes the rows first: ON DELETE CASCADE empties the \
          children. The switch is not heard inside of a transaction. A mistake in the stored schema makes the file \
          unreadable. PostgreSQL's and MySQL's own tables are no better written by hand.",
    lock: "SQLite's one writer lock.",
    safe: "Say PRAGMA foreign_keys = OFF before BEGIN, make the new table, copy, drop, rename, check the foreign keys \
           and commit. A plan does, and compares what it copied.",
    rows: &[
        Row::avoided("S5", "a rebuild while foreign keys are enforced", "foreign keys are off before the transaction"),
        Row::avoided("S6", "PRAGMA foreign_keys inside of a transaction", "it is set before the transaction")
            .shown_by("a_rebuild_under_a_cascade_keeps_every_row"),
        Row::avoided("S7", "the old table renamed first: children and views follow it", "new, copy, drop, rename"),
        Row::avoided("S8", "what a rebuild loses", "indexes, triggers and the AUTOINCREMENT number are made again"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Write { table, by: Writing::Update { .. } | Writing::Delete { .. } | Writing::Insert, .. }
            if is_catalog(table, setting) =>
        {
            Some(format!("{table} is the engine's own: a mistake in it makes the database unusable"))
        }
        Fact::Drop { kind: Kind::Table, name, .. }
            if setting.is_sqlite() && setting.is_used(name) && setting.foreign_keys =>
        {
            Some(format!("where foreign keys are enforced, the rows that refer to {name} go or change with it"))
        }
        Fact::Set(Told::WritableSchema) => Some("a mistake in the stored schema makes the file unreadable".to_owned()),
        _other => None,
    }
}

/// Whether a table is one in which the engine keeps what it knows of the schema.
fn is_catalog(table: &QualifiedName, setting: &Setting) -> bool {
    let (schema, name) = (table.schema.as_ref().map(crate::Name::as_str), table.name.as_str());
    if setting.is_postgres() {
        schema.map_or(name.starts_with("pg_"), |schema| schema == "pg_catalog")
    } else if setting.is_sqlite() {
        name.eq_ignore_ascii_case("sqlite_master") || name.eq_ignore_ascii_case("sqlite_schema")
    } else {
        schema.is_some_and(|schema| schema.eq_ignore_ascii_case("mysql"))
    }
}

#[test]
fn the_engines_own_tables() {
    reports(HazardCode::UnguardedRebuild, Postgres, "UPDATE pg_attribute SET atttypmod = 8 WHERE attnum = 1", "unusable");
    reports(HazardCode::UnguardedRebuild, Postgres, "DELETE FROM pg_catalog.pg_enum WHERE enumlabel = 'a'", "unusable");
    reports(HazardCode::UnguardedRebuild, Sqlite, "UPDATE sqlite_master SET sql = '' WHERE name = 't'", "unusable");
    reports(HazardCode::UnguardedRebuild, MySql, "DELETE FROM mysql.user WHERE user = ''", "unusable");
    passes(HazardCode::UnguardedRebuild, Postgres, "UPDATE shop.pg_rates SET a = 1 WHERE b = 2");
    passes(HazardCode::UnguardedRebuild, Sqlite, "DELETE FROM sqlite_sequence WHERE name = 't'");
}

#[test]
fn a_rebuild_by_hand() {
    let rebuild = "CREATE TABLE n (id integer); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;";
    reports(HazardCode::UnguardedRebuild, Sqlite, &format!("BEGIN; {rebuild} COMMIT;"), "refer to t");
    // In a transaction nobody listens.
    let deaf = format!("BEGIN; PRAGMA foreign_keys = OFF; {rebuild} COMMIT;");
    reports(HazardCode::UnguardedRebuild, Sqlite, &deaf, "refer to t");
    passes(HazardCode::UnguardedRebuild, Sqlite, &format!("PRAGMA foreign_keys = OFF; BEGIN; {rebuild} COMMIT;"));
    passes(HazardCode::UnguardedRebuild, Postgres, &rebuild.replace("integer", "int"));
    reports(HazardCode::UnguardedRebuild, Sqlite, "PRAGMA writable_schema = ON;", "unreadable");
    passes(HazardCode::UnguardedRebuild, Sqlite, "PRAGMA writable_schema = OFF;");
}
