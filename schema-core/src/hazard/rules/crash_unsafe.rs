//! The table's rows do not survive a crash.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL108",
    class: DataLoss,
    why: "An unlogged table is emptied after a crash and is not replicated. With PRAGMA synchronous = OFF, or a journal \
          that is off or in memory, a crash can leave SQLite's whole file unreadable.",
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
        Fact::Set(Told::Unsynced) => Some("a crash can leave the file unreadable".to_owned()),
        _other => None,
    }
}

#[test]
fn what_is_not_written_through() {
    for pragma in ["synchronous = OFF", "main.synchronous=0", "journal_mode = OFF", "journal_mode(memory)"] {
        reports(HazardCode::CrashUnsafe, Sqlite, &format!("PRAGMA {pragma};"), "unreadable");
    }
    for pragma in ["synchronous", "synchronous = NORMAL", "journal_mode = WAL", "temp_store = MEMORY"] {
        passes(HazardCode::CrashUnsafe, Sqlite, &format!("PRAGMA {pragma};"));
    }
}

#[test]
fn unlogged_tables() {
    reports(HazardCode::CrashUnsafe, Postgres, "ALTER TABLE t SET UNLOGGED", "t is empty");
    reports(HazardCode::CrashUnsafe, Postgres, "CREATE UNLOGGED TABLE t (id int)", "t is empty");
    passes(HazardCode::CrashUnsafe, Postgres, "ALTER TABLE t SET LOGGED; CREATE TEMP TABLE u (id int);");
}
