//! How the table is changed is left to the server.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ603",
    class: Script,
    why: "Without ALGORITHM and LOCK, MySQL and MariaDB take the best way that the version, the table and the other \
          changes of the statement allow, down to a copy while writers wait, and say nothing.",
    lock: "Whatever the server decides.",
    safe: "Say ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: the server refuses rather than do worse. A plan says \
           the strongest first.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Clauses { table, algorithm: false, lock: false, instant: false }
            if setting.is_mysql() && setting.is_used(table) =>
        {
            Some(format!("the server may copy {table} while writers wait: say ALGORITHM and LOCK"))
        }
        _other => None,
    }
}

#[test]
fn alters_without_clauses() {
    for engine in [MySql, MariaDb] {
        reports(HazardCode::LeftToServer, engine, "ALTER TABLE t ADD a int", "say ALGORITHM");
        reports(HazardCode::LeftToServer, engine, "CREATE INDEX i ON t (a)", "say ALGORITHM");
        passes(HazardCode::LeftToServer, engine, "ALTER TABLE t ADD a int, ALGORITHM=INSTANT");
        passes(HazardCode::LeftToServer, engine, "ALTER TABLE t ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE");
        passes(HazardCode::LeftToServer, engine, "CREATE INDEX i ON t (a) ALGORITHM=INPLACE LOCK=NONE");
        passes(HazardCode::LeftToServer, engine, "ALTER TABLE t RENAME TO u");
    }
    passes(HazardCode::LeftToServer, Postgres, "ALTER TABLE t ADD a int");
}
