//! Rows with equal keys stand in the way.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DD401",
    class: DataDependent,
    why: "The key is to be unique, and rows share it, compared by the column's own collation; NULLs are equal only \
          where the key says so. A concurrent build that meets them leaves an invalid index behind.",
    lock: "",
    safe: "The plan asks first, stops before anything is changed and shows the query that lists them.",
    rows: &[
        Row::avoided("P49", "IDENTITY on a filled column: the next number is taken", "setval to the largest, in the same transaction"),
        Row::reported("M15", "another collation of a unique key: new equals"),
        Row::reported("M17", "ADD UNIQUE"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::CreateIndex { table, unique: true, .. } if setting.is_used(table) => {
            Some(format!("fails where rows of {table} have equal keys; nothing has asked"))
        }
        Fact::AddConstraint { table, constraint } if setting.is_used(table) => {
            let unique = matches!(
                constraint.kind,
                ConstraintKind::Unique { using_index: false } | ConstraintKind::PrimaryKey { using_index: false }
            );
            unique.then(|| format!("fails where rows of {table} have equal keys; nothing has asked"))
        }
        _other => None,
    }
}

#[test]
fn keys_that_become_unique() {
    for engine in [Postgres, MySql, Sqlite] {
        reports(HazardCode::DuplicateRows, engine, "CREATE UNIQUE INDEX i ON t (a)", "rows of t");
        passes(HazardCode::DuplicateRows, engine, "CREATE INDEX i ON t (a)");
    }
    reports(HazardCode::DuplicateRows, MySql, "ALTER TABLE t ADD UNIQUE KEY u (a)", "rows of t");
}
