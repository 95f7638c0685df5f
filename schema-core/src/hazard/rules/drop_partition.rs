//! A partition is dropped with its rows.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL112",
    class: DataLoss,
    why: "DROP PARTITION and TRUNCATE PARTITION delete the rows with it. A plan that makes do with fewer partitions \
          moves the rows instead, and fails where none can take them.",
    lock: "MySQL and MariaDB hold an exclusive metadata lock; moving the rows copies the table.",
    safe: "Export or move the rows first.",
    rows: &[
        Row::avoided("M28", "DROP PARTITION", "its range joins the next, or the table is partitioned anew: the rows move"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::DropPartition { table } if setting.is_used(table) => Some(format!("rows of {table} go with their partition")),
        _other => None,
    }
}

#[test]
fn partitions_with_their_rows() {
    reports(HazardCode::DropPartition, MySql, "ALTER TABLE t DROP PARTITION p0", "rows of t");
    reports(HazardCode::DropPartition, MariaDb, "ALTER TABLE t TRUNCATE PARTITION p0", "rows of t");
    passes(HazardCode::DropPartition, MySql, "ALTER TABLE t DROP PRIMARY KEY");
}
