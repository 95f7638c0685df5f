//! The engine's checks are switched off.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ606",
    class: Script,
    why: "With foreign_key_checks = 0 orphans come in and stay, and a foreign key is added over them unseen. In \
          PostgreSQL session_replication_role = replica and DISABLE TRIGGER do the same, as its foreign keys are triggers. \
          Without a strict mode, MySQL and MariaDB cut what is too long, clamp what is too large, and make 0 of NULL and '' of a \
          value that an enum does not know.",
    lock: "",
    safe: "Leave the checks on. A plan forces strict mode on its own session, whatever the server's is.",
    rows: &[Row::avoided("M10", "MODIFY in a mode that is not strict", "the session is strict")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Set(Told::ForeignKeys(false)) if !setting.is_sqlite() => {
            Some("rows that refer to nothing come in unseen, and stay".to_owned())
        }
        Fact::Instant { table, by } if by.to_uppercase().starts_with("DISABLE TRIGGER") => {
            Some(format!("what the triggers of {table} guard is no longer guarded"))
        }
        Fact::Set(Told::IgnoreChecks) => Some("rows that violate checks come in unseen, and stay".to_owned()),
        Fact::Set(Told::SqlMode(false)) if setting.is_mysql() => {
            Some("in a mode that is not strict, values that do not fit are changed without an error".to_owned())
        }
        _other => None,
    }
}

#[test]
fn switches() {
    reports(HazardCode::ChecksOff, MySql, "SET FOREIGN_KEY_CHECKS = 0", "refer to nothing");
    reports(HazardCode::ChecksOff, Postgres, "SET session_replication_role = replica", "refer to nothing");
    reports(HazardCode::ChecksOff, Postgres, "ALTER TABLE t DISABLE TRIGGER ALL", "triggers of t");
    passes(HazardCode::ChecksOff, Postgres, "SET LOCAL session_replication_role = 'origin'; ALTER TABLE t ENABLE TRIGGER ALL");
    reports(HazardCode::ChecksOff, MariaDb, "SET SESSION sql_mode = ''", "not strict");
    reports(HazardCode::ChecksOff, Sqlite, "PRAGMA ignore_check_constraints = ON;", "violate checks");
    passes(HazardCode::ChecksOff, MySql, "SET foreign_key_checks = 1; SET sql_mode = 'STRICT_TRANS_TABLES'");
}
