//! Every row of a table gets another value.

use super::prelude::*;
use crate::QualifiedName;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ608",
    class: Script,
    why: "An UPDATE without a condition, or with one that always holds, replaces what stood in every row, and nothing \
          brings it back. It is also written, and locked, in one piece: replicas and whoever writes these rows wait for \
          its end. A column that the script itself adds holds nothing yet, and a table that is called after \
          versions or migrations has one row.",
    lock: "Every row, until the transaction ends. SQLite: its one writer lock.",
    safe: "Say which rows are meant, and write them in batches. What the old values were is worth a copy.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Write { table, by: Writing::Update { columns, every: true }, .. }
            if setting.is_used(table) && !keeps_the_version(table) =>
        {
            let old: Vec<&str> =
                columns.iter().map(String::as_str).filter(|column| !setting.is_new_column(table, column)).collect();
            let message = || format!("every row of {table} gets another value in {}", old.join(", "));
            (!old.is_empty()).then(message)
        }
        _other => None,
    }
}

/// Whether a table is where a migrator keeps its place, in one row.
fn keeps_the_version(table: &QualifiedName) -> bool {
    let name = table.name.as_str().to_lowercase();
    name.contains("version") || name.contains("migration")
}

#[test]
fn every_row() {
    for engine in [Postgres, MySql, MariaDb, Sqlite] {
        for condition in ["", " WHERE TRUE", " WHERE 1", " WHERE 1 = 1", " WHERE 'a' = 'a'"] {
            let sql = format!("UPDATE t SET a = 1, b = (SELECT max(c) FROM u WHERE d = 2){condition}");
            reports(HazardCode::Overwritten, engine, &sql, "t gets another value in a, b");
        }
        passes(HazardCode::Overwritten, engine, "UPDATE t SET a = 1 WHERE a IS NULL");
        passes(HazardCode::Overwritten, engine, "ALTER TABLE t ADD COLUMN a int; UPDATE t SET A = id");
        passes(HazardCode::Overwritten, engine, "CREATE TABLE t (a int); UPDATE t SET a = 1");
        passes(HazardCode::Overwritten, engine, "INSERT INTO t VALUES (1, 2)");
        passes(HazardCode::Overwritten, engine, "UPDATE app_version SET schema_version = 7");
    }
    reports(HazardCode::Overwritten, Postgres, "UPDATE ONLY t SET (a, b) = (1, 2) RETURNING a", "in a, b");
    reports(HazardCode::Overwritten, Postgres, "WITH n AS (UPDATE t SET a = 1) SELECT count(*) FROM n", "in a");
    reports(HazardCode::Overwritten, Sqlite, "UPDATE OR IGNORE t SET a = 1", "in a");
    passes(HazardCode::Overwritten, MySql, "UPDATE t JOIN u ON t.id = u.id SET t.a = u.a");
    passes(HazardCode::Overwritten, MySql, "UPDATE t SET a = 1 LIMIT 10");
}
