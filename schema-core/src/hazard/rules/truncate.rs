//! A table is emptied.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL110",
    class: DataLoss,
    why: "All rows go, no trigger for rows sees them go, and with CASCADE those of every table that refers to it. No \
          plan ever holds one.",
    lock: "An exclusive lock; in MySQL and MariaDB it also commits what was open.",
    safe: "Delete what is meant by its condition, in batches.",
    rows: &[Row::never_planned("P46", "TRUNCATE").shown_by("an_emptied_table")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Truncate { table } if setting.is_used(table) => Some(format!("all rows of {table} are lost")),
        Fact::Write { table, text }
            if setting.is_used(table) && text.starts_with("DELETE FROM") && !text.contains(" WHERE ") =>
        {
            Some(format!("all rows of {table} are lost"))
        }
        Fact::Write { table, text } if setting.is_used(table) && text.starts_with("DELETE HISTORY") => {
            Some(format!("the history of {table} is lost"))
        }
        _other => None,
    }
}

#[test]
fn an_emptied_table() {
    reports(HazardCode::Truncate, Postgres, "TRUNCATE a, ONLY b CASCADE", "rows of b");
    reports(HazardCode::Truncate, MySql, "TRUNCATE TABLE a", "rows of a");
    reports(HazardCode::Truncate, Sqlite, "DELETE FROM a;", "rows of a");
    reports(HazardCode::Truncate, MariaDb, "DELETE HISTORY FROM a", "history of a");
    passes(HazardCode::Truncate, Sqlite, "DELETE FROM a WHERE id = 1;");
    passes(HazardCode::Truncate, Postgres, "CREATE TABLE a (id int); TRUNCATE a;");
}
