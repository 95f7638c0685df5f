//! The planner's statistics are lost until the next ANALYZE.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT503",
    class: Notice,
    why: "The engine forgets what it knew about the column's values; plans may be bad until ANALYZE has run.",
    lock: "PostgreSQL: ACCESS EXCLUSIVE for an instant.",
    safe: "Run ANALYZE on the table afterwards.",
    rows: &[Row::reported("P26", "TYPE that only holds more: a longer varchar, varchar to text, more digits")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::ChangeType { table, .. } if setting.is_used(table) => Some(format!("run ANALYZE on {table} afterwards")),
        _other => None,
    }
}

#[test]
fn another_type() {
    reports(HazardCode::StatisticsLost, Postgres, "ALTER TABLE t ALTER a TYPE text", "ANALYZE on t");
}
