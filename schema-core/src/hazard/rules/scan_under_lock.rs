//! The table is scanned while others wait.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BL302",
    class: Blocking,
    why: "The engine reads the whole table to see whether its rows meet a new rule.",
    lock: "PostgreSQL: a check or NOT NULL under ACCESS EXCLUSIVE, a foreign key under SHARE ROW EXCLUSIVE on both \
           tables, a domain under SHARE on every table that uses it.",
    safe: "The plan adds the constraint NOT VALID and validates it in a transaction of its own, under SHARE UPDATE \
           EXCLUSIVE, which lets reads and writes go on. Clean up first: an unvalidated constraint refuses the next \
           update of a bad row, of whatever column.",
    rows: &[
        Row::avoided("P7", "ADD COLUMN with a check", "the column, then the check NOT VALID and VALIDATE"),
        Row::avoided("P9", "ADD COLUMN with a foreign key", "the column, then the key NOT VALID and VALIDATE"),
        Row::avoided("P11", "ADD CHECK", "NOT VALID, then VALIDATE"),
        Row::avoided("P12", "VALIDATE", "a transaction of its own without a short timeout"),
        Row::avoided("P13", "SET NOT NULL", "a check NOT VALID, VALIDATE, SET NOT NULL, and then the check goes by itself")
            .holds(Holds::Before("18")),
        Row::avoided("P13b", "SET NOT NULL", "a NOT NULL constraint NOT VALID, then VALIDATE").holds(Holds::From("18")),
        Row::avoided("P19", "ADD FOREIGN KEY", "NOT VALID, then VALIDATE"),
        Row::reported("P38", "ALTER DOMAIN ADD CHECK or SET NOT NULL"),
        Row::reported("P43", "a new partition beside a default one, which is scanned"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    if !setting.is_postgres() {
        return None;
    }
    match fact {
        Fact::SetNotNull { table, column } if setting.is_used(table) => {
            let known = setting.is_known_not_null(table, column);
            (!known).then(|| {
                format!("{table} is read whole while everybody waits: validate CHECK ({column} IS NOT NULL) first")
            })
        }
        Fact::AddConstraint { table, constraint } if setting.is_used(table) && !constraint.not_valid => {
            let who = match constraint.kind {
                ConstraintKind::Check | ConstraintKind::NotNull => "everybody waits",
                ConstraintKind::ForeignKey { .. } => "writers of both tables wait",
                ConstraintKind::Unique { .. } | ConstraintKind::PrimaryKey { .. } | ConstraintKind::Exclude => return None,
            };
            Some(format!("{table} is read whole while {who}: add it NOT VALID, and VALIDATE it afterwards"))
        }
        // A validation holds what the transaction holds already.
        Fact::ValidateConstraint { table, .. } if setting.in_transaction && setting.has_locked(table) => {
            Some(format!("{table} is read whole under the lock that this transaction has: validate in one of its own"))
        }
        Fact::AddColumn { table, column } if setting.is_used(table) && column.check => {
            Some(format!("{table} is read whole for the check of {}: add it afterwards, NOT VALID", column.name))
        }
        Fact::AddColumn { table, column } if setting.is_used(table) && column.references.is_some() => {
            let filled = column.default.is_some();
            filled.then(|| format!("{table} is read whole for the foreign key of {}: add it afterwards", column.name))
        }
        Fact::ConstrainDomain { domain, not_valid: false } => {
            Some(format!("every table that uses {domain} is read whole while writers wait: add it NOT VALID"))
        }
        Fact::Attach { table, partition } if setting.is_used(partition) => {
            Some(format!("{partition} is read whole, and a default partition of {table} too, unless checks say what they hold"))
        }
        Fact::CreateTable { partition_of: Some(parent), .. } if setting.is_used(parent) => {
            Some(format!("a default partition of {parent} is read whole while everybody waits for it"))
        }
        _other => None,
    }
}

#[test]
fn rules_that_are_checked_at_once() {
    let reports = |text, says| reports(HazardCode::ScanUnderLock, Postgres, text, says);
    reports("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "everybody waits");
    reports("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", "writers of both tables");
    reports("ALTER TABLE t ALTER COLUMN a SET NOT NULL", "CHECK (a IS NOT NULL)");
    reports("ALTER TABLE t ADD a int CHECK (a > 0)", "the check of a");
    reports("ALTER DOMAIN d ADD CHECK (VALUE > 0)", "uses d");
    reports("ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)", "p is read whole");
    reports("CREATE TABLE p PARTITION OF t FOR VALUES IN (1)", "default partition of t");
    reports("BEGIN; ALTER TABLE t ADD CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_check; COMMIT", "one of its own");
}

#[test]
fn rules_that_are_checked_later() {
    let passes = |text| passes(HazardCode::ScanUnderLock, Postgres, text);
    passes("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c");
    passes("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID");
    passes(
        "ALTER TABLE t ADD CONSTRAINT n CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT n;
         ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT n",
    );
    passes("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT n");
}
