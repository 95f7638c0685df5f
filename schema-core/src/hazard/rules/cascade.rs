//! What depends on an object is dropped with it, whatever that is.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL111",
    class: DataLoss,
    why: "CASCADE drops whatever depends on the object, unseen: with a type the columns of that type, with a function \
          the defaults, checks and triggers that call it, with a table the foreign keys and views.",
    lock: "Everything that goes is locked exclusively.",
    safe: "Drop what depends on it by name, first. A plan does, and never says CASCADE.",
    rows: &[Row::avoided("P47", "DROP TYPE or FUNCTION … CASCADE", "what depends on it is changed or dropped by name")],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Drop { kind, name, cascade: true } => {
            let what = if *kind == Kind::Index { format!("it on {name}") } else { format!("the {kind} {name}") };
            Some(format!("whatever depends on {what} goes too, unseen"))
        }
        _other => None,
    }
}

#[test]
fn drops_that_cascade() {
    reports(HazardCode::Cascade, Postgres, "DROP TYPE mood CASCADE", "the type mood");
    reports(HazardCode::Cascade, Postgres, "DROP FUNCTION f(int) CASCADE", "the routine f");
    reports(HazardCode::Cascade, Postgres, "ALTER TABLE t DROP COLUMN c CASCADE", "it on t");
    passes(HazardCode::Cascade, Postgres, "DROP TYPE mood; CREATE TABLE t (a int REFERENCES b ON DELETE CASCADE)");
}
