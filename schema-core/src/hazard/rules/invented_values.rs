//! Existing rows get a value that nobody chose.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL106",
    class: DataLoss,
    why: "A NOT NULL column without a default on a table with rows: MySQL and MariaDB never refuse it, and fill in 0 \
          or the empty text, which nobody chose.",
    lock: "An instant.",
    safe: "Give the column a default, or add it as nullable and fill it.",
    rows: &[Row::reported("M3", "ADD COLUMN NOT NULL without a default")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::AddColumn { table, column } if setting.is_mysql() && setting.is_used(table) => {
            column.demands_value().then(|| format!("the rows of {table} get 0, an empty text or the like in {}", column.name))
        }
        _other => None,
    }
}

#[test]
fn only_where_the_engine_invents() {
    reports(HazardCode::InventedValues, MySql, "ALTER TABLE t ADD a int NOT NULL", "get 0");
    reports(HazardCode::InventedValues, MariaDb, "ALTER TABLE t ADD COLUMN (a int NOT NULL, b int)", "in a");
    passes(HazardCode::InventedValues, MySql, "ALTER TABLE t ADD a int NOT NULL DEFAULT 1, ADD b int");
    passes(HazardCode::InventedValues, Postgres, "ALTER TABLE t ADD a int NOT NULL");
}
