//! Rows whose value the new type cannot hold stand in the way.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DD405",
    class: DataDependent,
    why: "The new type cannot hold what rows hold now: too long a text, too large a number, a value that an enum no \
          longer knows.",
    lock: "",
    safe: "The plan asks first, stops before anything is changed, and never writes the cast that would cut a text in \
           silence.",
    rows: &[Row::reported("P28", "TYPE to a shorter varchar")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::ChangeType { table, column, ty, .. } if setting.is_used(table) => {
            Some(format!("fails, or cuts in silence with USING, where {table}.{column} does not fit {ty}; nothing has asked"))
        }
        Fact::Redefine { table, column, ty, in_place: false, .. } if setting.is_used(table) => {
            Some(format!("fails where {table}.{} does not fit {ty}; nothing has asked", column.name))
        }
        _other => None,
    }
}

#[test]
fn another_type() {
    reports(HazardCode::InconvertibleRows, Postgres, "ALTER TABLE t ALTER a TYPE varchar(10)", "fit varchar");
    reports(HazardCode::InconvertibleRows, MySql, "ALTER TABLE t MODIFY a varchar(10) NULL", "fit varchar(10)");
    reports(HazardCode::InconvertibleRows, MariaDb, "ALTER TABLE t CHANGE b a enum('x','y') NULL, LOCK=SHARED", "fit enum('x','y')");
    passes(HazardCode::InconvertibleRows, MySql, "ALTER TABLE t MODIFY a varchar(10) NULL, ALGORITHM=INPLACE, LOCK=NONE");
    passes(HazardCode::InconvertibleRows, Postgres, "ALTER TABLE t ALTER a SET DEFAULT 1");
}
