//! Code runs that is not read.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ610",
    class: Script,
    why: "SELECT f(), CALL p() and EXECUTE run what is kept in the database, and DO runs a block of code: each may drop, \
          delete or lock, and its call does not show what. What stands in a block as a plain statement is looked at \
          besides; what a block puts together from texts cannot be.",
    lock: "",
    safe: "Read the code, and say so with a waiver; or write its statements into the script itself.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Runs { what } => Some(format!("what {what} does is not read")),
        _other => None,
    }
}

#[test]
fn code_that_is_elsewhere() {
    reports(HazardCode::CodeRuns, Postgres, "SELECT app.purge_users(1)", "app.purge_users()");
    reports(HazardCode::CodeRuns, Postgres, "SELECT \"Purge\"(id) FROM users WHERE id IN (1, 2)", "Purge()");
    reports(HazardCode::CodeRuns, Postgres, "SELECT count(*) FROM users WHERE archive(id)", "archive()");
    reports(HazardCode::CodeRuns, Postgres, "SELECT pg_terminate_backend(1)", "pg_terminate_backend()");
    reports(HazardCode::CodeRuns, Postgres, "SELECT public.count(1)", "public.count()");
    reports(HazardCode::CodeRuns, Postgres, "WITH a AS (SELECT purge()) SELECT 1", "purge()");
    reports(HazardCode::CodeRuns, MySql, "SELECT SLEEP(10)", "SLEEP()");
    reports(HazardCode::CodeRuns, MySql, "CALL shop.purge(1)", "shop.purge");
    reports(HazardCode::CodeRuns, MySql, "DO purge(1)", "purge()");
    reports(HazardCode::CodeRuns, MariaDb, "EXECUTE cleanup", "cleanup");
    for sql in [
        "SELECT pg_catalog.setval('a_id_seq', max(id), true), pg_catalog.set_config('search_path', '', false) FROM a",
        "SELECT coalesce(a, (b)), CAST(c AS numeric(10, 2)), d::varchar(5) FROM t AS x(a, b) WHERE a IN (1) AND (b) OR EXISTS (SELECT 1)",
        "SELECT a.n FROM generate_series(1, 3) a(n) JOIN b USING (n)",
        "WITH RECURSIVE a(n) AS (VALUES (1) UNION ALL (SELECT n + 1 FROM a)) SELECT sum(n) OVER (PARTITION BY n) FROM a",
        "VALUES (now(), gen_random_uuid())",
    ] {
        passes(HazardCode::CodeRuns, Postgres, sql);
        passes(HazardCode::NotUnderstood, Postgres, sql);
    }
    passes(HazardCode::CodeRuns, Sqlite, "SELECT changes(), strftime('%s', 'now'), json_extract(a, '$.b') FROM t");
}

#[test]
fn what_a_block_says_plainly() {
    let block = "DO $body$ DECLARE n int; BEGIN IF n > 0 THEN DROP TABLE users; ELSE DELETE FROM logs; END IF; END $body$";
    reports(HazardCode::CodeRuns, Postgres, block, "block of DO");
    reports(HazardCode::DropTable, Postgres, block, "users");
    reports(HazardCode::Truncate, Postgres, block, "rows of logs");
    reports(HazardCode::DropTable, Postgres, "DO 'BEGIN DROP TABLE users; END' LANGUAGE plpgsql", "users");
    passes(HazardCode::DropTable, Postgres, "DO $$ BEGIN RAISE NOTICE 'DROP TABLE users'; END $$");
}
