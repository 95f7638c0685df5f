//! A column is defined anew without everything that it was.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ604",
    class: Script,
    why: "MODIFY and CHANGE define the column anew: NOT NULL, DEFAULT and COMMENT go unless they are said again.",
    lock: "",
    safe: "Say the whole definition, as SHOW CREATE TABLE prints it. A plan does.",
    rows: &[Row::avoided("M11", "MODIFY without the rest of the definition", "the whole definition is said")],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Redefine { table, column, .. } => {
            let null = column.nulls == Nulls::Unsaid;
            let default = column.default.is_none() && column.fill.is_none();
            let all = [(null, "NOT NULL"), (default, "DEFAULT"), (!column.comment, "COMMENT")];
            let unsaid: Vec<&str> = all.into_iter().filter(|(unsaid, _)| *unsaid).map(|(_, word)| word).collect();
            (null || default)
                .then(|| format!("{table}.{} loses what it has of {}: say it again", column.name, unsaid.join(", ")))
        }
        _other => None,
    }
}

#[test]
fn definitions_that_leave_things_out() {
    let reports = |text, says| reports(HazardCode::ForgottenAttributes, MySql, text, says);
    reports("ALTER TABLE t MODIFY a bigint", "NOT NULL, DEFAULT, COMMENT");
    reports("ALTER TABLE t MODIFY COLUMN a bigint NOT NULL COMMENT 'x'", "has of DEFAULT:");
    reports("ALTER TABLE t CHANGE a b bigint DEFAULT 0", "t.b loses");
    passes(HazardCode::ForgottenAttributes, MySql, "ALTER TABLE t MODIFY a bigint NOT NULL DEFAULT 0 COMMENT 'x'");
}
