//! Waiting for a lock has no limit.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ602",
    class: Script,
    why: "A statement that waits for an exclusive lock holds up everybody who comes later, for as long as it waits: \
          without an end in PostgreSQL, a year in MySQL, a day in MariaDB. A deferred transaction of SQLite that comes \
          to write fails at once if another writes.",
    lock: "",
    safe: "SET lock_timeout = '2s' (PostgreSQL) or SET SESSION lock_wait_timeout = 5 (MySQL, MariaDB) at the beginning of \
           the script, and try it again; BEGIN IMMEDIATE and PRAGMA busy_timeout in SQLite. A plan is applied so.",
    rows: &[
        Row::avoided("S10", "BEGIN DEFERRED: busy when it comes to write", "BEGIN IMMEDIATE, tried again")
            .shown_by("one_session_at_a_time_holds_the_lock"),
        Row::avoided("S11", "COMMIT while others read", "COMMIT is tried again, for a limited time")
            .shown_by("the_commit_waits_for_readers_but_not_for_ever"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    if setting.is_sqlite() {
        let deferred = matches!(fact, Fact::Begin { immediate: false });
        return deferred.then(|| "a deferred transaction fails if another writes: BEGIN IMMEDIATE".to_owned());
    }
    if setting.lock_timeout || setting.spoke_of_timeout || !setting.waits_for_lock(fact) {
        return None;
    }
    let limit = if setting.is_postgres() { "lock_timeout" } else { "lock_wait_timeout" };
    Some(format!("this waits for its lock without a limit, and others behind it: SET {limit} first"))
}

#[test]
fn waiting_without_a_limit() {
    for (engine, limit) in [(Postgres, "SET lock_timeout = '2s'"), (MySql, "SET SESSION lock_wait_timeout = 5")] {
        reports(HazardCode::NoLockTimeout, engine, "ALTER TABLE t ADD a int", "without a limit");
        passes(HazardCode::NoLockTimeout, engine, &format!("{limit}; ALTER TABLE t ADD a int"));
        passes(HazardCode::NoLockTimeout, engine, "CREATE TABLE t (id int); ALTER TABLE t ADD a int");
    }
    reports(HazardCode::NoLockTimeout, Postgres, "SET lock_timeout = 0; ALTER TABLE t ADD a int", "without a limit");
    passes(HazardCode::NoLockTimeout, Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)");
    let once = crate::lint::tests::found(Postgres, "ALTER TABLE t ADD a int; ALTER TABLE t ADD b int");
    let spoken = once.hazards.iter().filter(|found| found.hazard.code == HazardCode::NoLockTimeout);
    assert_eq!(spoken.count(), 1);
}

#[test]
fn deferred_transactions() {
    reports(HazardCode::NoLockTimeout, Sqlite, "BEGIN; COMMIT", "BEGIN IMMEDIATE");
    passes(HazardCode::NoLockTimeout, Sqlite, "BEGIN IMMEDIATE; COMMIT");
}
