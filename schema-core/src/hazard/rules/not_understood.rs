//! A statement is not understood.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ607",
    class: Script,
    why: "`lint` reads statements by their words alone. What it does not know may be anything: an \
          option of a newer version, a mistake.",
    lock: "",
    safe: "Look at it yourself, and say so with a waiver. What a schema is, `plan` learns from the engine itself.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::NotUnderstood { what } => Some(format!("not understood: {what} …")),
        _other => None,
    }
}

#[test]
fn nothing_is_passed_over() {
    reports(HazardCode::NotUnderstood, Postgres, "ALTER TABLE t FROBNICATE a", "FROBNICATE a");
    reports(HazardCode::NotUnderstood, MySql, "HANDLER t OPEN", "HANDLER t");
    passes(HazardCode::NotUnderstood, MySql, "/*!40101 SET NAMES utf8mb4 */; /*!50003 CREATE VIEW v AS SELECT 1 */");
    passes(HazardCode::NotUnderstood, Postgres, "SELECT 1; COMMENT ON TABLE t IS 'x'; ANALYZE");
}
