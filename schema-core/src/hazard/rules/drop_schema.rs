//! A schema is dropped.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL103",
    class: DataLoss,
    why: "Everything in the schema goes with it; in MySQL and MariaDB that is a database with all its tables.",
    lock: "",
    safe: "Each object in it is a step of its own in the plan; read them before approving this one.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Drop { kind: Kind::Schema, name, .. } => Some(format!("everything in {name} is lost")),
        _other => None,
    }
}

#[test]
fn a_schema_or_database() {
    reports(HazardCode::DropSchema, Postgres, "DROP SCHEMA shop", "everything in shop");
    reports(HazardCode::DropSchema, MySql, "DROP DATABASE IF EXISTS shop", "everything in shop");
}
