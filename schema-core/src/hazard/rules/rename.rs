//! Code that uses the old name breaks.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC201",
    class: Breaking,
    why: "Code that uses the old name fails from the moment the step commits; in MySQL so do views (error 1356).",
    lock: "An exclusive lock for an instant.",
    safe: "Stop the old code first, or add the new name beside the old one and drop the old one a release later. \
           Renames happen by hint alone; a drop beside an addition is never taken for one.",
    rows: &[
        Row::reported("P34", "RENAME of a column, table or schema"),
        Row::reported("P37", "RENAME VALUE of an enum").shown_by("names_that_others_use"),
        Row::reported("M24", "RENAME"),
        Row::reported("S3", "RENAME COLUMN, which fails if any trigger or view is broken"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::Rename { kind: Kind::Index | Kind::Sequence, .. } => None,
        Fact::Rename { kind: kind @ Kind::Table, name, to } => {
            setting.is_used(name).then(|| format!("code that says {name} breaks: the {kind} is {to} now"))
        }
        Fact::Rename { kind, name, to } => Some(format!("code that says {name} breaks: the {kind} is {to} now")),
        Fact::Redefine { table, column, renamed_from: Some(old), .. } if setting.is_used(table) => {
            Some(format!("code that says {table}.{old} breaks: the column is {} now", column.name))
        }
        _other => None,
    }
}

#[test]
fn names_that_others_use() {
    reports(HazardCode::Rename, Postgres, "ALTER TABLE t RENAME TO u", "is u now");
    reports(HazardCode::Rename, Postgres, "ALTER TABLE t RENAME COLUMN a TO b", "the column is b now");
    reports(HazardCode::Rename, Postgres, "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "enum value");
    reports(HazardCode::Rename, MySql, "RENAME TABLE a TO b, c TO d", "says c breaks");
    reports(HazardCode::Rename, MySql, "ALTER TABLE t CHANGE a b int NOT NULL DEFAULT 0", "says t.a breaks");
    reports(HazardCode::Rename, Sqlite, "ALTER TABLE t RENAME a TO b", "is b now");
    passes(HazardCode::Rename, Postgres, "ALTER INDEX i RENAME TO j; ALTER TABLE t RENAME CONSTRAINT c TO d");
    passes(HazardCode::Rename, Sqlite, "CREATE TABLE n (id integer); ALTER TABLE n RENAME TO t");
}
