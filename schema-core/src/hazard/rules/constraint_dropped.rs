//! A guarantee that code may rely on goes.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC204",
    class: Breaking,
    why: "The database no longer guarantees what the constraint said; bad rows can come in unnoticed, and adding it \
          again later needs them cleaned up. ON CONFLICT needs the unique constraint it names, and a published table \
          its primary key.",
    lock: "An exclusive lock for an instant; for a foreign key on both tables.",
    safe: "Make sure that no code relies on it, then approve the step.",
    rows: &[
        Row::reported("P20", "DROP FOREIGN KEY"),
        Row::reported("P24", "DROP PRIMARY KEY"),
        Row::reported("P44", "DETACH PARTITION: the parent no longer holds its rows"),
        Row::reported("M23", "DROP PRIMARY KEY"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        // The helper of a safe SET NOT NULL may go.
        Fact::DropConstraint { table, name } if setting.is_used(table) && !setting.is_helper(table, name) => {
            Some(format!("{name} of {table} is no longer guaranteed"))
        }
        Fact::Detach { table, partition, .. } => Some(format!("{table} no longer holds the rows of {partition}")),
        _other => None,
    }
}

#[test]
fn guarantees_that_go() {
    reports(HazardCode::ConstraintDropped, Postgres, "ALTER TABLE t DROP CONSTRAINT c", "c of t");
    reports(HazardCode::ConstraintDropped, MySql, "ALTER TABLE t DROP PRIMARY KEY", "primary key of t");
    reports(HazardCode::ConstraintDropped, MySql, "ALTER TABLE t DROP FOREIGN KEY f", "f of t");
    reports(HazardCode::ConstraintDropped, Postgres, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "rows of p");
    let helper = "ALTER TABLE t ADD CONSTRAINT n CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT n;
                  ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT n;";
    passes(HazardCode::ConstraintDropped, Postgres, helper);
}
