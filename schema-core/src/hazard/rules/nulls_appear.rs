//! Code that reads the column may meet NULL.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT505",
    class: Notice,
    why: "Code that was written for a column without NULL may not know what to do with one.",
    lock: "An exclusive lock for an instant.",
    safe: "Deploy the readers first, and the writers of NULL after them.",
    rows: &[Row::reported("P14", "DROP NOT NULL")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::DropNotNull { table, column } if setting.is_used(table) => {
            Some(format!("code that reads {table}.{column} may meet NULL"))
        }
        _other => None,
    }
}

#[test]
fn columns_that_take_null() {
    reports(HazardCode::NullsAppear, Postgres, "ALTER TABLE t ALTER a DROP NOT NULL", "reads t.a");
    passes(HazardCode::NullsAppear, Postgres, "ALTER TABLE t ALTER a DROP DEFAULT");
}
