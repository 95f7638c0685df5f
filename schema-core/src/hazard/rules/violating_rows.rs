//! Rows that violate a check stand in the way.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DD404",
    class: DataDependent,
    why: "Rows do not meet the check, or lie in a default partition where a new one is to hold them. Even an \
          unvalidated check would refuse the next update of such a row, of whatever column.",
    lock: "",
    safe: "The plan asks first, and stops before anything is changed. Mend or move the rows.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::AddConstraint { table, constraint } if setting.is_used(table) => {
            let checked = matches!(constraint.kind, ConstraintKind::Check | ConstraintKind::Exclude);
            checked.then(|| format!("fails where rows of {table} violate it; nothing has asked"))
        }
        Fact::ConstrainDomain { domain, .. } => Some(format!("fails where values of {domain} violate it; nothing has asked")),
        _other => None,
    }
}

#[test]
fn new_checks() {
    reports(HazardCode::ViolatingRows, Postgres, "ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "rows of t");
    reports(HazardCode::ViolatingRows, MySql, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "rows of t");
    reports(HazardCode::ViolatingRows, Postgres, "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)", "values of d");
}
