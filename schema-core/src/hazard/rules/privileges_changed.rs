//! Who may see or do what changes.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC206",
    class: Breaking,
    why: "Row security, grants and owners decide who sees and does what: a mistake opens data or breaks \
          applications.",
    lock: "PostgreSQL takes an exclusive lock on the table for an instant.",
    safe: "Review the step with the people who own the data.",
    rows: &[Row::reported("P40", "row security, policies, owners; other settings of a table take an instant")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Privileges { table: Some(table), by } => {
            setting.is_used(table).then(|| format!("{by} changes who sees or does what with {table}"))
        }
        Fact::Privileges { table: None, by } => Some(format!("{by} changes who may do what")),
        _other => None,
    }
}

#[test]
fn rights_and_row_security() {
    for text in ["ALTER TABLE t ENABLE ROW LEVEL SECURITY", "CREATE POLICY p ON t USING (true)", "ALTER TABLE t OWNER TO o"] {
        reports(HazardCode::PrivilegesChanged, Postgres, text, "with t");
    }
    reports(HazardCode::PrivilegesChanged, MySql, "GRANT ALL ON shop.* TO app", "GRANT changes");
    passes(HazardCode::PrivilegesChanged, Postgres, "ALTER TABLE t SET (fillfactor = 70)");
}
