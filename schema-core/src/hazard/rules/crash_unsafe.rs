//! The table's rows do not survive a crash.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL108",
    class: DataLoss,
    why: "An unlogged table is emptied after a crash and is not replicated.",
    lock: "PostgreSQL writes the table anew under an exclusive lock when it becomes unlogged or logged again.",
    safe: "Use it only for what can be made again.",
    rows: &[Row::reported("P41", "SET UNLOGGED or LOGGED, CLUSTER, VACUUM FULL")],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::SetUnlogged { table } | Fact::CreateTable { table, unlogged: true, .. } => {
            Some(format!("after a crash {table} is empty"))
        }
        _other => None,
    }
}

#[test]
fn unlogged_tables() {
    reports(HazardCode::CrashUnsafe, Postgres, "ALTER TABLE t SET UNLOGGED", "t is empty");
    reports(HazardCode::CrashUnsafe, Postgres, "CREATE UNLOGGED TABLE t (id int)", "t is empty");
    passes(HazardCode::CrashUnsafe, Postgres, "ALTER TABLE t SET LOGGED; CREATE TEMP TABLE u (id int);");
}
