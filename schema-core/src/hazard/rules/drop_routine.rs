//! A view, function, trigger or type that code may use goes.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC205",
    class: Breaking,
    why: "Queries, triggers and applications that use the object fail from now on.",
    lock: "An exclusive lock on the object; for a trigger on its table.",
    safe: "Deploy code that no longer uses it first. Where a view stands in the way of a change, the plan drops it and \
           makes it again in the same transaction.",
    rows: &[Row::avoided("P33", "a change of a column under a view", "the view is made again in the same transaction")],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Drop { kind: kind @ (Kind::View | Kind::Routine | Kind::Trigger | Kind::Type | Kind::Extension), name, .. } => {
            Some(format!("what uses the {kind} {name} breaks"))
        }
        _other => None,
    }
}

#[test]
fn what_code_uses() {
    reports(HazardCode::DropRoutine, Postgres, "DROP FUNCTION IF EXISTS s.f(int, text)", "the routine s.f");
    reports(HazardCode::DropRoutine, Postgres, "DROP TRIGGER g ON t", "the trigger g");
    reports(HazardCode::DropRoutine, MySql, "DROP VIEW v", "the view v");
    passes(HazardCode::DropRoutine, Postgres, "DROP INDEX i; DROP TABLE t");
}
