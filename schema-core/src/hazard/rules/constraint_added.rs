//! Writes that were accepted are refused from now on.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT504",
    class: Notice,
    why: "Writes that were accepted are refused from now on, from the first statement that adds the rule.",
    lock: "",
    safe: "Deploy code that keeps to the rule first. The rows that are there are asked first.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::AddConstraint { table, .. } | Fact::CreateIndex { table, unique: true, .. } if setting.is_used(table) => {
            Some(format!("writes to {table} that contradict it are refused from now on"))
        }
        _other => None,
    }
}

#[test]
fn new_rules_for_writers() {
    reports(HazardCode::ConstraintAdded, Postgres, "ALTER TABLE t ADD CHECK (a > 0)", "writes to t");
    reports(HazardCode::ConstraintAdded, Sqlite, "CREATE UNIQUE INDEX i ON t (a)", "writes to t");
    passes(HazardCode::ConstraintAdded, Postgres, "CREATE INDEX i ON t (a)");
}
