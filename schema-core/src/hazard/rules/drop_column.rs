//! A column and its values are dropped.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL102",
    class: DataLoss,
    why: "The values are gone, and code that still selects the column fails at once. PostgreSQL also drops every \
          index, check and unique constraint over the column without being asked; MySQL shortens a composite unique \
          key to the columns that are left, which a plan prevents by dropping the key first.",
    lock: "An exclusive lock for an instant; SQLite writes the table anew.",
    safe: "Deploy code that no longer uses the column, then approve the drop. If the column has only another name \
           now, say `renamed_from`.",
    rows: &[
        Row::reported("P10", "DROP COLUMN"),
        Row::reported("M7", "DROP COLUMN that an index holds: UNIQUE(a, b) becomes UNIQUE(a)"),
        Row::avoided("S2", "DROP COLUMN of an indexed or unique column", "indexes and views go first, or a rebuild"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::DropColumn { table, column } if setting.is_used(table) => Some(format!(
            "the values of {table}.{column} are lost{}",
            if setting.is_mysql() { "; a composite unique key over it becomes one of the columns that are left" } else { "" }
        )),
        _other => None,
    }
}

#[test]
fn a_column_that_was_there_before() {
    for engine in [Postgres, MySql, MariaDb, Sqlite] {
        reports(HazardCode::DropColumn, engine, "ALTER TABLE t ADD b int, DROP COLUMN a;", "t.a are lost");
        reports(HazardCode::DropColumn, engine, "ALTER TABLE s.t DROP a;", "s.t.a are lost");
        passes(HazardCode::DropColumn, engine, "CREATE TABLE t (a integer); ALTER TABLE t DROP COLUMN a;");
    }
    reports(HazardCode::DropColumn, MySql, "ALTER TABLE t DROP a", "composite unique key");
    passes(HazardCode::DropColumn, Postgres, "ALTER TABLE t DROP CONSTRAINT a; ALTER TABLE t ALTER a DROP DEFAULT;");
}
