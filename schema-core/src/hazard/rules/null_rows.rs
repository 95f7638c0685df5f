//! Rows with NULL stand in the way.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DD402",
    class: DataDependent,
    why: "The column is to be NOT NULL, and rows hold NULL, or would for want of a default.",
    lock: "",
    safe: "The plan asks first, and stops before anything is changed. Fill the column, then make the plan again.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::SetNotNull { table, column } if setting.is_used(table) && !setting.is_known_not_null(table, column) => {
            Some(format!("fails where rows of {table} hold NULL in {column}; nothing has asked"))
        }
        Fact::Redefine { table, column, .. } if setting.is_used(table) && column.nulls == Nulls::Refused => {
            Some(format!("fails where rows of {table} hold NULL in {}; nothing has asked", column.name))
        }
        Fact::AddColumn { table, column } if !setting.is_mysql() && setting.is_used(table) => {
            column.demands_value().then(|| format!("fails where {table} has rows"))
        }
        _other => None,
    }
}

#[test]
fn columns_without_a_value() {
    reports(HazardCode::NullRows, Postgres, "ALTER TABLE t ALTER a SET NOT NULL", "hold NULL in a");
    reports(HazardCode::NullRows, MySql, "ALTER TABLE t MODIFY a int NOT NULL", "hold NULL in a");
    reports(HazardCode::NullRows, Postgres, "ALTER TABLE t ADD a int NOT NULL", "t has rows");
    passes(HazardCode::NullRows, Postgres, "ALTER TABLE t ADD a int NOT NULL DEFAULT 1");
}
