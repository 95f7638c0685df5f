//! Others are locked out by a command of its own.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BL304",
    class: Blocking,
    why: "LOCK TABLE holds others up until the transaction ends; REFRESH MATERIALIZED VIEW holds up its readers for as \
          long as its query takes; DETACH PARTITION needs everybody off the partitioned table.",
    lock: "ACCESS EXCLUSIVE, in MySQL and MariaDB an exclusive metadata lock.",
    safe: "Let the engine take the locks that a statement needs. Refresh CONCURRENTLY, which needs a unique index; \
           detach CONCURRENTLY where there is no default partition.",
    rows: &[Row::never_planned("P42", "REFRESH MATERIALIZED VIEW").shown_by("locks_taken_by_hand")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::LockTable { table } if setting.is_used(table) => Some(format!("others wait for {table} until it is let go")),
        Fact::Refresh { view, concurrently: false } => {
            Some(format!("readers of {view} wait while it is filled: refresh it CONCURRENTLY"))
        }
        Fact::Detach { table, concurrently: false, .. } => {
            Some(format!("everybody waits for {table}: detach CONCURRENTLY"))
        }
        _other => None,
    }
}

#[test]
fn locks_taken_by_hand() {
    reports(HazardCode::LockedOut, Postgres, "LOCK TABLE ONLY t IN ACCESS EXCLUSIVE MODE", "wait for t");
    reports(HazardCode::LockedOut, MySql, "LOCK TABLES t WRITE", "wait for t");
    reports(HazardCode::LockedOut, Postgres, "REFRESH MATERIALIZED VIEW m", "readers of m");
    reports(HazardCode::LockedOut, Postgres, "ALTER TABLE t DETACH PARTITION p", "for t");
    passes(HazardCode::LockedOut, Postgres, "REFRESH MATERIALIZED VIEW CONCURRENTLY m");
    passes(HazardCode::LockedOut, Postgres, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY");
}
