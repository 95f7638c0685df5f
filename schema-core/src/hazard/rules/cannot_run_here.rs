//! A statement cannot do its work where it stands.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ601",
    class: Script,
    why: "PostgreSQL builds and drops indexes CONCURRENTLY, vacuums and detaches CONCURRENTLY only outside of a \
          transaction; a new enum value cannot be used before its transaction has committed; a changed table may have \
          pending trigger events. SQLite does not hear PRAGMA foreign_keys inside of a transaction.",
    lock: "What a transaction has locked stays locked until it ends.",
    safe: "Give the statement a place of its own. A plan puts each kind of work into its own transaction, and changes no \
           rows where it changes the schema.",
    rows: &[
        Row::avoided("P35", "ADD VALUE to an enum that the same transaction uses", "a transaction of its own, before what uses it"),
        Row::avoided("P50", "schema changes after row changes in one transaction", "phases: a plan for PostgreSQL writes no rows")
            .shown_by("statements_in_the_wrong_place"),
    ],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    let outside = |what: &str| Some(format!("{what} runs only outside of a transaction"));
    if !setting.in_transaction {
        return None;
    }
    match fact {
        Fact::CreateIndex { concurrently: true, .. } => outside("CREATE INDEX CONCURRENTLY"),
        Fact::DropIndex { concurrently: true, .. } => outside("DROP INDEX CONCURRENTLY"),
        Fact::Detach { concurrently: true, .. } => outside("DETACH PARTITION CONCURRENTLY"),
        Fact::Rewrite { by, .. } if by.starts_with("VACUUM") => outside("VACUUM"),
        Fact::Set(Told::ForeignKeys(_)) if setting.is_sqlite() => {
            Some("PRAGMA foreign_keys is not heard inside of a transaction".to_owned())
        }
        Fact::Write { text, .. } if setting.is_postgres() => {
            let value = setting.uses_new_value(text)?;
            Some(format!("{value} is used in the transaction that adds it to its enum"))
        }
        fact if setting.is_postgres() && setting.wrote && fact.table().is_some_and(|table| setting.is_used(table)) => {
            let changes = !matches!(fact, Fact::Clauses { .. } | Fact::Write { .. });
            changes.then(|| "schema changes after row changes in one transaction fail where triggers are pending, and hold their locks longer".to_owned())
        }
        _other => None,
    }
}

#[test]
fn statements_in_the_wrong_place() {
    let reports = |text, says| reports(HazardCode::CannotRunHere, Postgres, text, says);
    reports("BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT", "outside of a transaction");
    reports("BEGIN; DROP INDEX CONCURRENTLY i; COMMIT", "outside of a transaction");
    reports("BEGIN; VACUUM FULL t; COMMIT", "VACUUM runs only");
    reports("BEGIN; ALTER TYPE mood ADD VALUE 'blue'; UPDATE t SET m = 'blue'; COMMIT", "'BLUE' is used");
    reports("BEGIN; UPDATE t SET a = 1; ALTER TABLE t ADD b int; COMMIT", "triggers are pending");
}

#[test]
fn statements_in_the_right_place() {
    let passes = |text| passes(HazardCode::CannotRunHere, Postgres, text);
    passes("BEGIN; ALTER TABLE t ADD a int; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)");
    passes("ALTER TYPE mood ADD VALUE 'blue'; UPDATE t SET m = 'blue'");
    passes("BEGIN; CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'blue'; INSERT INTO t VALUES ('blue'); COMMIT");
    passes("BEGIN; UPDATE t SET a = 1; COMMIT; BEGIN; ALTER TABLE t ADD b int; COMMIT");
}

#[test]
fn a_switch_that_is_not_heard() {
    reports(HazardCode::CannotRunHere, Sqlite, "BEGIN; PRAGMA foreign_keys = OFF; COMMIT", "not heard");
    passes(HazardCode::CannotRunHere, Sqlite, "PRAGMA foreign_keys = OFF; BEGIN; COMMIT");
}
