//! Rows are deleted by what seems to write them.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ609",
    class: Script,
    why: "REPLACE, in SQLite INSERT OR REPLACE, deletes every row that has one of the new row's keys, and adds the new one: \
          columns that it does not name fall back to their defaults, and ON DELETE CASCADE takes the rows that refer to \
          the old one. MERGE … THEN DELETE deletes what its conditions say, and an empty source can mean all.",
    lock: "The rows, until the transaction ends.",
    safe: "INSERT … ON CONFLICT DO UPDATE, or ON DUPLICATE KEY UPDATE, keeps the row. Delete by a DELETE that says which \
           rows it means.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Write { table, by, .. } if setting.is_used(table) && !table.name.as_str().starts_with("sqlite_") => match by {
            Writing::Replace => Some(format!("rows of {table} that have the same keys are deleted first")),
            Writing::Merge { deletes: true } => Some(format!("rows of {table} are deleted")),
            Writing::Merge { deletes: false }
            | Writing::Insert
            | Writing::Update { .. }
            | Writing::Delete { .. }
            | Writing::DeleteHistory => None,
        },
        _other => None,
    }
}

#[test]
fn rows_that_make_room() {
    reports(HazardCode::RowsReplaced, MySql, "REPLACE INTO t (id) VALUES (1)", "same keys");
    reports(HazardCode::RowsReplaced, MariaDb, "REPLACE LOW_PRIORITY t SELECT 1", "rows of t");
    reports(HazardCode::RowsReplaced, MySql, "LOAD DATA INFILE 'a' REPLACE INTO TABLE t", "same keys");
    reports(HazardCode::RowsReplaced, Sqlite, "INSERT OR REPLACE INTO t (id) VALUES (1)", "same keys");
    let merge = "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED BY SOURCE THEN";
    reports(HazardCode::RowsReplaced, Postgres, &format!("{merge} DELETE"), "t are deleted");
    passes(HazardCode::RowsReplaced, Postgres, &format!("{merge} DO NOTHING"));
    passes(HazardCode::RowsReplaced, MySql, "INSERT INTO t VALUES (replace('a', 'b', 'c')) ON DUPLICATE KEY UPDATE a = 1");
    passes(HazardCode::RowsReplaced, Sqlite, "INSERT OR IGNORE INTO t VALUES (1); CREATE TABLE n (a); REPLACE INTO n VALUES (1)");
    passes(HazardCode::RowsReplaced, Sqlite, "REPLACE INTO sqlite_sequence (name, seq) VALUES ('t', 7)");
}
