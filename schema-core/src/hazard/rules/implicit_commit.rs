//! What was written before is committed by a change of the schema.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ605",
    class: Script,
    why: "Every change of the schema commits the open transaction in MySQL and MariaDB: what was written before it can \
          no longer be taken back.",
    lock: "",
    safe: "Keep changes of rows and of the schema apart. A plan journals each statement by itself, and goes on from \
           there after a crash.",
    rows: &[Row::avoided("M26", "any change of the schema commits", "no transaction is pretended: each statement is journaled")],
    lint,
};

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    if !setting.is_mysql() || !setting.in_transaction {
        return None;
    }
    let changes = matches!(
        fact,
        Fact::CreateTable { .. }
            | Fact::Create { .. }
            | Fact::Drop { .. }
            | Fact::Rename { .. }
            | Fact::Truncate { .. }
            | Fact::Clauses { .. }
            | Fact::Trigger { .. }
    );
    changes.then(|| "this commits the open transaction, and is no part of it".to_owned())
}

#[test]
fn changes_inside_of_a_transaction() {
    for text in ["ALTER TABLE t ADD a int, ALGORITHM=INSTANT", "CREATE TABLE t (id int)", "DROP TABLE t", "TRUNCATE t"] {
        let within = format!("START TRANSACTION; UPDATE u SET a = 1; {text}; COMMIT;");
        reports(HazardCode::ImplicitCommit, MySql, &within, "commits the open transaction");
        passes(HazardCode::ImplicitCommit, MySql, text);
    }
    passes(HazardCode::ImplicitCommit, Postgres, "BEGIN; CREATE TABLE t (id int); COMMIT");
}
