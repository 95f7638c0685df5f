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
        Fact::Truncate { table } | Fact::Write { table, by: Writing::Delete { every: true }, .. }
            if setting.is_used(table) =>
        {
            Some(format!("all rows of {table} are lost"))
        }
        Fact::Write { table, by: Writing::DeleteHistory, .. } if setting.is_used(table) => {
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
    reports(HazardCode::Truncate, Postgres, "DELETE FROM ONLY a WHERE 1 = 1 RETURNING id", "rows of a");
    reports(HazardCode::Truncate, Postgres, "DELETE FROM a USING b", "rows of a");
    reports(HazardCode::Truncate, Postgres, "WITH old AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM old", "rows of a");
    reports(HazardCode::Truncate, MySql, "DELETE LOW_PRIORITY FROM a", "rows of a");
    passes(HazardCode::Truncate, MySql, "DELETE a FROM a LEFT JOIN b ON a.id = b.id WHERE b.id IS NULL");
    passes(HazardCode::Truncate, MySql, "DELETE FROM a LIMIT 10");
    passes(HazardCode::Truncate, Sqlite, "DELETE FROM a WHERE id = 1;");
    passes(HazardCode::Truncate, Postgres, "CREATE TABLE a (id int); TRUNCATE a;");
}
