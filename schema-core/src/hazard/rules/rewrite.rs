//! The table is rewritten while others wait.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BL301",
    class: Blocking,
    why: "The engine writes every row and every index anew, and needs the disk space twice. In PostgreSQL an older \
          snapshot sees no rows at all afterwards.",
    lock: "PostgreSQL: ACCESS EXCLUSIVE, nobody reads or writes. MySQL: LOCK=SHARED, writers wait; MariaDB from 11.2 on \
           copies with LOCK=NONE. SQLite: the one writer lock.",
    safe: "On a large table, add a column of the new kind, fill it in batches, and swap. A table that is known to be \
           small is written before anyone notices, and needs no approval for it.",
    rows: &[
        Row::reported("P2", "ADD COLUMN with a volatile default"),
        Row::reported("P4", "ADD COLUMN serial or identity"),
        Row::reported("P5", "ADD COLUMN GENERATED STORED"),
        Row::reported("P6", "ADD COLUMN of a domain with a check"),
        Row::reported("P27", "TYPE int to bigint, enum to text"),
        Row::reported("P32", "TYPE with USING"),
        Row::reported("P48", "any rewrite: disk twice, older snapshots see no rows"),
        Row::reported("M2", "ADD COLUMN with a check").holds(Holds::Only(Engine::MySql)),
        Row::avoided("M4", "ADD COLUMN DEFAULT (uuid())", "added empty, filled, then given its default")
            .holds(Holds::Only(Engine::MySql)),
        Row::reported("M6", "ADD COLUMN GENERATED STORED"),
        Row::avoided("M8", "a longer varchar within the same length byte", "ALGORITHM=INPLACE or INSTANT, LOCK=NONE"),
        Row::avoided("M13", "a value appended to an enum or set", "ALGORITHM=INSTANT"),
        Row::reported("M22", "ADD CHECK").holds(Holds::Only(Engine::MySql)),
        Row::avoided("M25", "ROW_FORMAT, ENGINE, FORCE", "ALGORITHM=INPLACE, LOCK=NONE"),
        Row::avoided("S1", "ADD COLUMN that SQLite refuses", "a rebuild whose rows are compared"),
        Row::avoided("S4", "NOT NULL or CHECK on a column that is there", "a rebuild whose rows are compared")
            .holds(Holds::Before("3.53")),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    let anew = |table: &dyn std::fmt::Display, why: String| Some(format!("{table} is written anew {why}"));
    match fact {
        Fact::ChangeType { table, column, .. } if setting.is_used(table) => {
            anew(table, format!("unless {column} only gets longer"))
        }
        Fact::Redefine { table, column, in_place: false, .. } if setting.is_used(table) => anew(
            table,
            format!("while writers wait, unless {} keeps its type or only gets longer: say ALGORITHM", column.name),
        ),
        Fact::AddConstraint { table, constraint } if setting.is_used(table) && setting.is_mysql() => {
            let why = "while writers wait, to check every row".to_owned();
            match &constraint.kind {
                ConstraintKind::ForeignKey { .. } if setting.foreign_keys => anew(table, why),
                ConstraintKind::Check if setting.engine == Engine::MySql => anew(table, why),
                _other => None,
            }
        }
        Fact::AddColumn { table, column } if setting.is_used(table) && column.check && setting.engine == Engine::MySql => {
            anew(table, format!("while writers wait, for the check of {}", column.name))
        }
        Fact::AddColumn { table, column } if setting.is_used(table) => {
            let volatile = column.default == Some(NewDefault::Volatile);
            let fills = volatile || matches!(column.fill, Some(Fill::Stored | Fill::Numbered));
            fills.then(|| anew(table, format!("to fill {}", column.name))).flatten()
        }
        Fact::Rewrite { table, by } if table.as_ref().is_none_or(|table| setting.is_used(table)) => match table {
            Some(table) => anew(table, format!("by {by}")),
            None => anew(&"the database", format!("by {by}")),
        },
        _other => None,
    }
}

#[test]
fn what_fills_every_row() {
    for column in ["u uuid DEFAULT gen_random_uuid()", "n serial", "g int GENERATED ALWAYS AS (a + 1) STORED"] {
        reports(HazardCode::Rewrite, Postgres, &format!("ALTER TABLE t ADD COLUMN {column}"), "to fill");
    }
    reports(HazardCode::Rewrite, MySql, "ALTER TABLE t ADD u char(36) DEFAULT (uuid()), ALGORITHM=COPY", "to fill u");
    reports(HazardCode::Rewrite, MySql, "ALTER TABLE t ADD id int AUTO_INCREMENT PRIMARY KEY", "to fill id");
    for column in ["a timestamptz DEFAULT now()", "a int DEFAULT 1", "a varchar(3) DEFAULT 'x'::varchar(3)", "a int"] {
        passes(HazardCode::Rewrite, Postgres, &format!("ALTER TABLE t ADD COLUMN {column}"));
    }
    passes(HazardCode::Rewrite, MySql, "ALTER TABLE t ADD a datetime DEFAULT CURRENT_TIMESTAMP(6)");
}

#[test]
fn what_mysql_copies() {
    let reports = |engine, text: &str| reports(HazardCode::Rewrite, engine, text, "writers wait");
    let passes = |engine, text: &str| passes(HazardCode::Rewrite, engine, text);
    for engine in [MySql, MariaDb] {
        reports(engine, "ALTER TABLE t MODIFY a bigint NULL");
        passes(engine, "ALTER TABLE t MODIFY a varchar(40) NULL, ALGORITHM=INPLACE, LOCK=NONE");
        reports(engine, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)");
        passes(engine, "SET foreign_key_checks = 0; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)");
    }
    reports(MySql, "ALTER TABLE t ADD CHECK (a > 0)");
    reports(MySql, "ALTER TABLE t ADD a int CHECK (a > 0)");
    passes(MariaDb, "ALTER TABLE t ADD a int CHECK (a > 0)");
}

#[test]
fn what_writes_a_table_anew() {
    for text in ["VACUUM FULL t", "VACUUM (FULL, ANALYZE) t", "CLUSTER t USING i", "ALTER TABLE t SET TABLESPACE x"] {
        reports(HazardCode::Rewrite, Postgres, text, "by");
    }
    for text in ["ALTER TABLE t ENGINE=InnoDB", "OPTIMIZE TABLE t", "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4"] {
        reports(HazardCode::Rewrite, MySql, text, "t is written anew");
    }
    reports(HazardCode::Rewrite, Postgres, "ALTER TABLE t ALTER a TYPE bigint", "only gets longer");
    reports(HazardCode::Rewrite, Sqlite, "VACUUM;", "the database");
    passes(HazardCode::Rewrite, Postgres, "VACUUM t; VACUUM (ANALYZE) t; REINDEX INDEX CONCURRENTLY i");
}
