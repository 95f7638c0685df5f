//! A role may do more than its grants say.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC207",
    class: Breaking,
    why: "SUPERUSER, CREATEROLE, CREATEDB, REPLICATION and BYPASSRLS pass the grants and the row security of every \
          database of the server, and so do the roles that the server comes with, such as pg_write_all_data.",
    lock: "",
    safe: "Grant what is needed on the objects themselves, and let the person who answers for the server approve the \
           step.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::RolePowers { powers } => Some(format!("a role gets {}", powers.join(", "))),
        _other => None,
    }
}

#[test]
fn attributes_that_pass_the_grants() {
    for text in ["CREATE ROLE r SUPERUSER", "ALTER ROLE r WITH LOGIN BYPASSRLS", "CREATE USER r createrole"] {
        reports(HazardCode::RolePowers, Postgres, text, "a role gets");
    }
    for text in ["CREATE ROLE r LOGIN NOSUPERUSER", "ALTER ROLE r CONNECTION LIMIT 5", "GRANT a TO b"] {
        passes(HazardCode::RolePowers, Postgres, text);
    }
}
