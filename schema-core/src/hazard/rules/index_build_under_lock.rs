//! An index is built while writers wait.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BL303",
    class: Blocking,
    why: "Writers wait for as long as the index is being built; for the index of a constraint, readers too.",
    lock: "PostgreSQL: SHARE for CREATE INDEX, ACCESS EXCLUSIVE for ADD UNIQUE, PRIMARY KEY and EXCLUDE. MySQL and \
           MariaDB build most indexes with LOCK=NONE, full-text and spatial ones with LOCK=SHARED.",
    safe: "The plan builds it CONCURRENTLY, outside of a transaction and without a limit for waiting, removes what an \
           interrupted build left, and lets the finished index become the constraint.",
    rows: &[
        Row::avoided("P8", "ADD COLUMN … UNIQUE", "the column, then CONCURRENTLY and USING INDEX"),
        Row::avoided("P15", "ADD UNIQUE", "CREATE UNIQUE INDEX CONCURRENTLY, then UNIQUE USING INDEX"),
        Row::avoided("P16", "CREATE INDEX", "CREATE INDEX CONCURRENTLY"),
        Row::avoided("P17", "CREATE INDEX CONCURRENTLY that is cancelled", "no transaction, no lock_timeout; the invalid index is dropped and built again"),
        Row::avoided("P23", "ADD PRIMARY KEY", "NOT NULL as P13, then CONCURRENTLY and PRIMARY KEY USING INDEX"),
        Row::reported("P25", "ADD EXCLUDE"),
        Row::avoided("P45", "CREATE INDEX on a partitioned table", "CONCURRENTLY on each partition, and then the parent takes them"),
        Row::reported("M5", "ADD COLUMN AUTO_INCREMENT"),
        Row::avoided("M16", "ADD INDEX", "ALGORITHM=INPLACE, LOCK=NONE"),
        Row::reported("M18", "ADD FULLTEXT or SPATIAL INDEX"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::CreateIndex { table, concurrently: false, .. } if setting.is_postgres() && setting.is_used(table) => {
            Some(format!("writers of {table} wait while it is built: build it CONCURRENTLY"))
        }
        Fact::CreateIndex { table, special: true, .. } if setting.is_mysql() && setting.is_used(table) => {
            Some(format!("writers of {table} wait while it is built"))
        }
        Fact::AddConstraint { table, constraint } if setting.is_postgres() && setting.is_used(table) => {
            let built = match &constraint.kind {
                ConstraintKind::Unique { using_index } | ConstraintKind::PrimaryKey { using_index } => !using_index,
                ConstraintKind::Exclude => true,
                ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::ForeignKey { .. } => false,
            };
            built.then(|| format!("everybody who uses {table} waits while its index is built: build that first, CONCURRENTLY, and add it USING INDEX"))
        }
        Fact::AddColumn { table, column } if setting.is_postgres() && setting.is_used(table) && column.unique => {
            Some(format!("everybody who uses {table} waits while the index of {} is built", column.name))
        }
        _other => None,
    }
}

#[test]
fn indexes_that_hold_others_up() {
    let reports = |text, says| reports(HazardCode::IndexBuildUnderLock, Postgres, text, says);
    reports("CREATE INDEX ON t (a)", "CONCURRENTLY");
    reports("CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY_ME USING gin (a)", "writers of only_me");
    reports("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", "USING INDEX");
    reports("ALTER TABLE t ADD PRIMARY KEY (a)", "USING INDEX");
    reports("ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)", "everybody");
    reports("ALTER TABLE t ADD a int UNIQUE", "the index of a");
}

#[test]
fn indexes_that_do_not() {
    passes(HazardCode::IndexBuildUnderLock, Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)");
    passes(HazardCode::IndexBuildUnderLock, Postgres, "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i");
    passes(HazardCode::IndexBuildUnderLock, Postgres, "CREATE INDEX i ON ONLY t (a)");
    passes(HazardCode::IndexBuildUnderLock, MySql, "ALTER TABLE t ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE");
    reports(HazardCode::IndexBuildUnderLock, MySql, "ALTER TABLE t ADD FULLTEXT INDEX i (a)", "writers of t");
}
