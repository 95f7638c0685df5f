//! A short exclusive lock: whoever comes after it waits until it is granted.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT501",
    class: Notice,
    why: "The step is instant, but it needs an exclusive lock: while it waits behind a long transaction, everybody who \
          comes later waits behind it. In PostgreSQL, prepared statements that select every column fail once after a \
          column was added.",
    lock: "PostgreSQL: ACCESS EXCLUSIVE or SHARE ROW EXCLUSIVE. MySQL and MariaDB: an exclusive metadata lock, which a \
           foreign key also takes on the table that it refers to.",
    safe: "Waiting is limited, and the step is tried again. Long transactions on the tables are looked for before the \
           first step.",
    rows: &[
        Row::reported("P1", "ADD COLUMN with a constant or stable default"),
        Row::reported("P21", "CREATE TABLE … REFERENCES a table in use"),
        Row::reported("P39", "CREATE or DROP TRIGGER or RULE"),
        Row::reported("M1", "ADD COLUMN"),
        Row::reported("M21", "CREATE TABLE with a foreign key: the parent is locked"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    let instant = |table: &dyn std::fmt::Display| Some(format!("{table} is locked for an instant; whoever comes after waits for that instant"));
    match fact {
        Fact::AddColumn { table, .. }
        | Fact::DropColumn { table, .. }
        | Fact::DropNotNull { table, .. }
        | Fact::DropConstraint { table, .. }
        | Fact::Trigger { table }
        | Fact::Instant { table, .. }
            if setting.is_used(table) && !setting.is_sqlite() =>
        {
            instant(table)
        }
        Fact::CreateTable { references, .. } if !setting.is_sqlite() => {
            references.iter().find(|table| setting.is_used(table)).and_then(|table| instant(table))
        }
        _other => None,
    }
}

#[test]
fn instants_of_exclusive_locks() {
    for engine in [Postgres, MySql, MariaDb] {
        reports(HazardCode::LockQueue, engine, "ALTER TABLE t ADD a int", "t is locked");
        reports(HazardCode::LockQueue, engine, "CREATE TABLE k (t int, FOREIGN KEY (t) REFERENCES t (id))", "t is locked");
        reports(HazardCode::LockQueue, engine, "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1", "t is locked");
        passes(HazardCode::LockQueue, engine, "CREATE TABLE t (id int); CREATE TABLE k (t int, FOREIGN KEY (t) REFERENCES t (id))");
    }
}
