//! Queries that used a dropped index get slower.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT502",
    class: Notice,
    why: "Queries that the index served are planned anew without it.",
    lock: "PostgreSQL drops it under ACCESS EXCLUSIVE, or CONCURRENTLY under SHARE UPDATE EXCLUSIVE, as the plan does.",
    safe: "MySQL can make an index invisible first, MariaDB ignore it, to see what it was good for.",
    rows: &[
        Row::avoided("P18", "DROP INDEX", "DROP INDEX CONCURRENTLY"),
        Row::reported("M19", "DROP INDEX"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::DropIndex { index, concurrently } => {
            let locks = setting.is_postgres() && !concurrently;
            let lock = if locks { ", and its table is locked meanwhile: drop it CONCURRENTLY" } else { "" };
            Some(format!("queries that used {index} get slower{lock}"))
        }
        _other => None,
    }
}

#[test]
fn dropped_indexes() {
    reports(HazardCode::SlowQueries, Postgres, "DROP INDEX IF EXISTS s.i", "CONCURRENTLY");
    reports(HazardCode::SlowQueries, Postgres, "DROP INDEX CONCURRENTLY i, j", "used j get slower");
    reports(HazardCode::SlowQueries, MySql, "DROP INDEX i ON t ALGORITHM=INPLACE LOCK=NONE", "used i");
    reports(HazardCode::SlowQueries, MySql, "ALTER TABLE t DROP INDEX i", "used i");
    reports(HazardCode::SlowQueries, Sqlite, "DROP INDEX i", "used i");
}
