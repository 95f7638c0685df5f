//! Rows that refer to nothing stand in the way.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DD403",
    class: DataDependent,
    why: "Rows refer to rows that do not exist, so the foreign key cannot hold. With foreign_key_checks = 0 MySQL and \
          MariaDB take it all the same and keep the orphans, which a plan never asks for.",
    lock: "MySQL copies the child while writers wait, and locks the parent exclusively.",
    safe: "The plan asks first, and stops before anything is changed. Delete or mend the rows.",
    rows: &[Row::reported("M20", "ADD FOREIGN KEY")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::AddConstraint { table, constraint } if setting.is_used(table) => match &constraint.kind {
            ConstraintKind::ForeignKey { references } => {
                Some(format!("fails where rows of {table} refer to nothing in {references}; nothing has asked"))
            }
            ConstraintKind::Check
            | ConstraintKind::NotNull
            | ConstraintKind::Unique { .. }
            | ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Exclude => None,
        },
        _other => None,
    }
}

#[test]
fn new_foreign_keys() {
    let text = "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES s.u (id) NOT VALID";
    reports(HazardCode::OrphanRows, Postgres, text, "nothing in s.u");
    reports(HazardCode::OrphanRows, MySql, "ALTER TABLE t ADD FOREIGN KEY i (a) REFERENCES u (id)", "nothing in u");
    passes(HazardCode::OrphanRows, Postgres, "CREATE TABLE t (a int REFERENCES u)");
}
