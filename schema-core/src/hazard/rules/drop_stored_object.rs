//! A sequence, materialized view or virtual table is dropped with its state.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL107",
    class: DataLoss,
    why: "The object holds state: the next number of a sequence, the rows of a materialized view or of a full-text \
          index. Its reverse makes it anew, without the state.",
    lock: "An exclusive lock on the object.",
    safe: "Note the state, or let the new object take it over, before approving the step.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Drop { kind: kind @ (Kind::Sequence | Kind::MaterializedView), name, .. } => {
            Some(format!("the {kind} {name} goes with its state"))
        }
        _other => None,
    }
}

#[test]
fn what_holds_state() {
    reports(HazardCode::DropStoredObject, Postgres, "DROP SEQUENCE s", "sequence s goes");
    reports(HazardCode::DropStoredObject, Postgres, "DROP MATERIALIZED VIEW IF EXISTS m", "with its state");
    passes(HazardCode::DropStoredObject, Postgres, "DROP VIEW v");
}
