//! Code that relies on the old type may break.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC203",
    class: Breaking,
    why: "Clients that were built against the old type may no longer decode the column, and prepared statements that \
          select it fail once.",
    lock: "",
    safe: "Add a column of the new type beside the old one, and let the code move over.",
    rows: &[Row::reported("P31", "TYPE … COLLATE: order and equality change, indexes are built anew")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::ChangeType { table, column, ty, .. } if setting.is_used(table) => {
            Some(format!("code that relies on the type of {table}.{column} may break: it is {ty} now"))
        }
        _other => None,
    }
}

#[test]
fn another_type() {
    reports(HazardCode::TypeChange, Postgres, "ALTER TABLE t ALTER a SET DATA TYPE bigint", "it is bigint now");
    passes(HazardCode::TypeChange, Postgres, "CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint");
}
