//! A table and its rows are dropped.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL101",
    class: DataLoss,
    why: "The rows are gone when the step commits, and its reverse brings back only the structure.",
    lock: "PostgreSQL locks the table and every table that it refers to against everybody; MySQL and MariaDB take \
           an exclusive metadata lock.",
    safe: "Rename the table first and drop it a release later, or export it; then approve the step.",
    rows: &[
        Row::reported("P22", "DROP TABLE"),
        Row::avoided("M27", "DROP TABLE of several tables", "one statement for each table, children first"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        // A table that is rebuilt by hand is another rule's.
        Fact::Drop { kind: Kind::Table, name, .. } if setting.is_used(name) => {
            Some(format!("{name} and its rows are lost"))
        }
        _other => None,
    }
}

#[test]
fn a_table_that_was_there_before() {
    for engine in [Postgres, MySql, MariaDb, Sqlite] {
        reports(HazardCode::DropTable, engine, "DROP TABLE IF EXISTS a, b;", "b and its rows");
        passes(HazardCode::DropTable, engine, "CREATE TABLE a (id integer); DROP TABLE a;");
        passes(HazardCode::DropTable, engine, "DROP VIEW a;");
    }
}
