//! Code that writes NULL, or leaves the column out, breaks.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC202",
    class: Breaking,
    why: "Old code that writes NULL, or leaves the column out, is refused from now on.",
    lock: "PostgreSQL reads the whole table under an exclusive lock, unless a validated constraint says already that \
           there is no NULL; MySQL and MariaDB write the table anew.",
    safe: "Deploy code that always writes a value first. The live data is asked for NULLs before the first \
           statement, and the plan adds a constraint for new rows, validates it while others work, and only then \
           refuses NULL.",
    rows: &[
        Row::reported("P3", "ADD COLUMN NOT NULL without a default"),
        Row::reported("M12", "MODIFY … NOT NULL"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::SetNotNull { table, column } if setting.is_used(table) => {
            Some(format!("code that writes NULL to {table}.{column} breaks"))
        }
        Fact::AddColumn { table, column } if setting.is_used(table) => {
            column.demands_value().then(|| format!("an INSERT that leaves {table}.{} out fails", column.name))
        }
        Fact::AddConstraint { table, constraint } if setting.is_used(table) => {
            let column = constraint.not_null.as_ref()?;
            Some(format!("code that writes NULL to {table}.{column} breaks"))
        }
        _other => None,
    }
}

#[test]
fn columns_that_refuse_null() {
    reports(HazardCode::NotNull, Postgres, "ALTER TABLE t ALTER a SET NOT NULL", "writes NULL to t.a");
    reports(HazardCode::NotNull, Postgres, "ALTER TABLE t ADD a int NOT NULL", "leaves t.a out");
    reports(HazardCode::NotNull, Postgres, "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "NULL to t.a");
    passes(HazardCode::NotNull, Postgres, "ALTER TABLE t ADD a int NOT NULL DEFAULT 0, ADD b int");
}
