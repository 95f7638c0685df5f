//! A table is rebuilt, or the stored schema edited, past the checks that would save the data.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL113",
    class: DataLoss,
    why: "While foreign keys are enforced, SQLite's DROP TABLE deletes the rows first: ON DELETE CASCADE empties the \
          children. The switch is not heard inside of a transaction. A mistake in the stored schema makes the file \
          unreadable.",
    lock: "SQLite's one writer lock.",
    safe: "Say PRAGMA foreign_keys = OFF before BEGIN, make the new table, copy, drop, rename, check the foreign keys \
           and commit. A plan does, and compares what it copied.",
    rows: &[
        Row::avoided("S5", "a rebuild while foreign keys are enforced", "foreign keys are off before the transaction"),
        Row::avoided("S6", "PRAGMA foreign_keys inside of a transaction", "it is set before the transaction")
            .shown_by("a_rebuild_under_a_cascade_keeps_every_row"),
        Row::avoided("S7", "the old table renamed first: children and views follow it", "new, copy, drop, rename"),
        Row::avoided("S8", "what a rebuild loses", "indexes, triggers and the AUTOINCREMENT number are made again"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    if !setting.is_sqlite() {
        return None;
    }
    match fact {
        Fact::Drop { kind: Kind::Table, name, .. } if setting.is_used(name) && setting.foreign_keys => {
            Some(format!("where foreign keys are enforced, the rows that refer to {name} go or change with it"))
        }
        Fact::Set(Told::WritableSchema) => Some("a mistake in the stored schema makes the file unreadable".to_owned()),
        _other => None,
    }
}

#[test]
fn a_rebuild_by_hand() {
    let rebuild = "CREATE TABLE n (id integer); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;";
    reports(HazardCode::UnguardedRebuild, Sqlite, &format!("BEGIN; {rebuild} COMMIT;"), "refer to t");
    // In a transaction nobody listens.
    let deaf = format!("BEGIN; PRAGMA foreign_keys = OFF; {rebuild} COMMIT;");
    reports(HazardCode::UnguardedRebuild, Sqlite, &deaf, "refer to t");
    passes(HazardCode::UnguardedRebuild, Sqlite, &format!("PRAGMA foreign_keys = OFF; BEGIN; {rebuild} COMMIT;"));
    passes(HazardCode::UnguardedRebuild, Postgres, &rebuild.replace("integer", "int"));
    reports(HazardCode::UnguardedRebuild, Sqlite, "PRAGMA writable_schema = ON;", "unreadable");
    passes(HazardCode::UnguardedRebuild, Sqlite, "PRAGMA writable_schema = OFF;");
}
