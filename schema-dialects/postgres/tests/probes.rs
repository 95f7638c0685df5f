//! Rows that the server would refuse in the middle of a plan, and what is asked of them before: on every server that is
//! there, a finding where such a row is, and none where all are fine.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::judge::Bench;
use support::{every_server, say};

struct Case {
    name: &'static str,
    /// The first version that has it.
    since: u32,
    before: &'static str,
    after: &'static str,
    fine: &'static str,
    refused: &'static str,
    /// What is told of the refused rows.
    finding: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "arrays of another shape whose elements get other attributes",
        since: 14,
        before: "CREATE TYPE r AS (a integer, b text); CREATE TABLE t (c r[])",
        after: "CREATE TYPE r AS (a bigint, b text); CREATE TABLE t (c r[])",
        fine: "INSERT INTO t VALUES ('{\"(1,x)\",NULL}'), ('{}'), (NULL)",
        refused: "INSERT INTO t VALUES ('{{\"(1,x)\"},{\"(2,y)\"}}')",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "a type whose form is not told apart",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c money)",
        fine: "INSERT INTO t VALUES ('12.50'), (NULL)",
        refused: "INSERT INTO t VALUES ('v1')",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "the form of an interval that is none",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c interval)",
        fine: "INSERT INTO t VALUES ('1 day'), ('P1Y')",
        refused: "INSERT INTO t VALUES ('what')",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "a range of the schema's own",
        since: 14,
        before: "CREATE TYPE r AS RANGE (subtype = integer); CREATE TABLE t (c text, d text)",
        after: "CREATE TYPE r AS RANGE (subtype = integer); CREATE TABLE t (c r, d int4range)",
        fine: "INSERT INTO t VALUES (' [1,2) ', 'EMPTY')",
        refused: "INSERT INTO t VALUES ('[a,b)', NULL)",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "a range that the plan makes, with text that is none",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TYPE r AS RANGE (subtype = integer); CREATE TABLE t (c r)",
        fine: "INSERT INTO t VALUES ('[1,2)')",
        refused: "INSERT INTO t VALUES ('[1')",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "NULL in a domain that holds none, which gets a comment",
        since: 14,
        before: "CREATE DOMAIN d AS text NOT NULL; CREATE TABLE t (c text)",
        after: "CREATE DOMAIN d AS text NOT NULL; COMMENT ON DOMAIN d IS 'c'; CREATE TABLE t (c d)",
        fine: "INSERT INTO t VALUES ('x')",
        refused: "INSERT INTO t VALUES (NULL)",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "what a domain's check refuses",
        since: 14,
        before: "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (c integer)",
        after: "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (c d)",
        fine: "INSERT INTO t VALUES (1), (NULL)",
        refused: "INSERT INTO t VALUES (-1)",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "a check of a domain that was not validated",
        since: 14,
        before: "CREATE DOMAIN d AS integer; CREATE TABLE t (c d); INSERT INTO t VALUES (-1); \
                 ALTER DOMAIN d ADD CONSTRAINT x CHECK (VALUE > 0) NOT VALID; DELETE FROM t; CREATE TABLE s (c integer)",
        after: "CREATE DOMAIN d AS integer CONSTRAINT x CHECK (VALUE > 0); CREATE TABLE t (c d); CREATE TABLE s (c integer)",
        fine: "INSERT INTO t VALUES (1)",
        refused: "ALTER DOMAIN d DROP CONSTRAINT x; INSERT INTO t VALUES (-1); \
                  ALTER DOMAIN d ADD CONSTRAINT x CHECK (VALUE > 0) NOT VALID",
        finding: "rows whose c violates x",
    },
    Case {
        name: "a new key over a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c integer, CONSTRAINT u UNIQUE (c))",
        fine: "INSERT INTO t VALUES ('1'), ('02'), (NULL), (NULL)",
        refused: "INSERT INTO t VALUES ('01')",
        finding: "rows with the same c",
    },
    Case {
        name: "a key that stays over a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text, d integer, CONSTRAINT u UNIQUE (c, d))",
        after: "CREATE TABLE t (c integer, d integer, CONSTRAINT u UNIQUE (c, d))",
        fine: "INSERT INTO t VALUES ('1', 1), ('01', 2)",
        refused: "INSERT INTO t VALUES ('01', 1)",
        finding: "rows with the same c, d",
    },
    Case {
        name: "a unique index that stays over a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text, d integer); CREATE UNIQUE INDEX u ON t (c) WHERE d > 0",
        after: "CREATE TABLE t (c boolean, d integer); CREATE UNIQUE INDEX u ON t (c) WHERE d > 0",
        fine: "INSERT INTO t VALUES ('yes', 1), ('true', 0)",
        refused: "INSERT INTO t VALUES ('on', 1)",
        finding: "rows with the same c",
    },
    Case {
        name: "a unique index over an expression of a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text, d text)",
        after: "CREATE TABLE t (c integer, d boolean); CREATE UNIQUE INDEX u ON t ((c / 10)) WHERE d",
        fine: "INSERT INTO t VALUES ('1', 't'), ('2', 'f'), ('20', 'on')",
        refused: "INSERT INTO t VALUES ('3', 'yes')",
        finding: "rows with the same (c / 10)",
    },
    Case {
        name: "texts for text search",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c tsvector)",
        fine: "INSERT INTO t VALUES ('a:1'), ('b c'), (NULL)",
        refused: "INSERT INTO t VALUES ('canary:x')",
        finding: "rows whose c the new type cannot hold",
    },
    Case {
        name: "a unique index of a materialized view",
        since: 14,
        before: "CREATE TABLE t (a integer, b text); CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t",
        after: "CREATE TABLE t (a integer, b text); CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; \
                CREATE UNIQUE INDEX u ON m (a, lower(b)) WHERE a > 0",
        fine: "INSERT INTO t VALUES (1, 'a'), (1, 'b'), (0, 'a'), (0, 'a'); REFRESH MATERIALIZED VIEW m",
        refused: "INSERT INTO t VALUES (1, 'A'); REFRESH MATERIALIZED VIEW m",
        finding: "rows with the same a, lower(b)",
    },
    Case {
        name: "a unique index of a new materialized view",
        since: 14,
        before: "CREATE TABLE t (a integer, b text); CREATE VIEW v AS SELECT a, lower(b) AS b FROM t",
        after: "CREATE TABLE t (a integer, b text, c integer); CREATE VIEW v AS SELECT a, lower(b) AS b FROM t; \
                CREATE MATERIALIZED VIEW m AS SELECT a, b AS k FROM v WHERE a > 0; CREATE UNIQUE INDEX u ON m (k)",
        fine: "INSERT INTO t VALUES (1, 'a'), (1, 'b'), (0, 'a'), (0, 'a')",
        refused: "INSERT INTO t VALUES (1, 'A')",
        finding: "rows with the same k",
    },
    Case {
        name: "a unique index of a materialized view that is made anew",
        since: 14,
        before: "CREATE TABLE t (a integer, b text); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; \
                 CREATE UNIQUE INDEX u ON m (a)",
        after: "CREATE TABLE t (a integer, b text); CREATE MATERIALIZED VIEW m AS SELECT b AS a FROM t; \
                CREATE UNIQUE INDEX u ON m (a)",
        fine: "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
        refused: "INSERT INTO t VALUES (3, 'b')",
        finding: "rows with the same a",
    },
    Case {
        name: "a new column of a new type in a new key",
        since: 14,
        before: "CREATE TABLE t (n integer)",
        after: "CREATE TYPE m AS ENUM ('a', 'b'); CREATE DOMAIN d AS m DEFAULT 'b'; \
                CREATE TABLE t (n integer, c m NOT NULL DEFAULT 'a', d d, e m, UNIQUE (n, c, d), UNIQUE (e))",
        fine: "INSERT INTO t VALUES (1), (2), (NULL), (NULL)",
        refused: "INSERT INTO t VALUES (2)",
        finding: "rows with the same n, c, d",
    },
    Case {
        name: "a new key over a new computed column",
        since: 14,
        before: "CREATE TABLE t (n integer)",
        after: "CREATE TABLE t (n integer, g integer GENERATED ALWAYS AS (n % 10) STORED, CONSTRAINT u UNIQUE (g))",
        fine: "INSERT INTO t VALUES (1), (2)",
        refused: "INSERT INTO t VALUES (11)",
        finding: "rows with the same g",
    },
    Case {
        name: "an exclusion constraint over a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c int4range, CONSTRAINT x EXCLUDE USING gist (c WITH &&))",
        fine: "INSERT INTO t VALUES ('[1,5)'), ('[5,6)'), ('empty')",
        refused: "INSERT INTO t VALUES ('[4,9)')",
        finding: "rows that exclude each other",
    },
    Case {
        name: "a check over a column that changes its type",
        since: 14,
        before: "CREATE TABLE t (c text)",
        after: "CREATE TABLE t (c integer, CONSTRAINT x CHECK (c > 0))",
        fine: "INSERT INTO t VALUES ('1'), (NULL)",
        refused: "INSERT INTO t VALUES ('-1')",
        finding: "rows that violate it",
    },
    Case {
        name: "a check that was not validated",
        since: 14,
        before: "CREATE TABLE t (c integer)",
        after: "CREATE TABLE t (c integer, CONSTRAINT x CHECK (c > 0))",
        fine: "INSERT INTO t VALUES (1); ALTER TABLE t ADD CONSTRAINT x CHECK (c > 0) NOT VALID",
        refused: "ALTER TABLE t DROP CONSTRAINT x; INSERT INTO t VALUES (-1); \
                  ALTER TABLE t ADD CONSTRAINT x CHECK (c > 0) NOT VALID",
        finding: "rows that violate it",
    },
    Case {
        name: "a foreign key that was not validated",
        since: 14,
        before: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (p integer)",
        after: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (p integer, CONSTRAINT f FOREIGN KEY (p) REFERENCES p)",
        fine: "INSERT INTO p VALUES (1); INSERT INTO t VALUES (1); \
               ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p NOT VALID",
        refused: "ALTER TABLE t DROP CONSTRAINT f; INSERT INTO t VALUES (2); \
                  ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p NOT VALID",
        finding: "rows that refer to nothing in p",
    },
    Case {
        name: "a NOT NULL that was not validated",
        since: 18,
        before: "CREATE TABLE t (c integer)",
        after: "CREATE TABLE t (c integer CONSTRAINT n NOT NULL)",
        fine: "INSERT INTO t VALUES (1); ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID",
        refused: "ALTER TABLE t DROP CONSTRAINT n; INSERT INTO t VALUES (NULL); \
                  ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID",
        finding: "rows with NULL in c",
    },
    Case {
        name: "a foreign key both of whose columns change their type",
        since: 14,
        before: "CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE t (p text)",
        after: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (p bigint, CONSTRAINT f FOREIGN KEY (p) REFERENCES p)",
        fine: "INSERT INTO p VALUES ('1'), ('02'); INSERT INTO t VALUES ('01'), ('2'), (NULL)",
        refused: "INSERT INTO t VALUES ('3')",
        finding: "rows that refer to nothing in p",
    },
    Case {
        name: "a foreign key between two collations",
        since: 14,
        before: "CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE t (p text COLLATE \"C\")",
        after: "CREATE TABLE p (id text PRIMARY KEY); \
                CREATE TABLE t (p text COLLATE \"C\", CONSTRAINT f FOREIGN KEY (p) REFERENCES p)",
        fine: "INSERT INTO p VALUES ('a'); INSERT INTO t VALUES ('a')",
        refused: "INSERT INTO t VALUES ('A')",
        finding: "rows that refer to nothing in p",
    },
    Case {
        name: "a hash partition",
        since: 14,
        before: "CREATE TABLE p (k integer, j text) PARTITION BY HASH (k, j); CREATE TABLE a (k integer, j text)",
        after: "CREATE TABLE p (k integer, j text) PARTITION BY HASH (k, j); \
                CREATE TABLE a PARTITION OF p FOR VALUES WITH (modulus 2, remainder 0)",
        fine: "INSERT INTO a SELECT k, 'x' FROM generate_series(1, 20) AS k \
               WHERE satisfies_hash_partition('p'::regclass, 2, 0, k, 'x'::text)",
        refused: "INSERT INTO a SELECT k, 'x' FROM generate_series(1, 20) AS k \
                  WHERE satisfies_hash_partition('p'::regclass, 2, 1, k, 'x'::text) LIMIT 1",
        finding: "rows that do not belong to FOR VALUES WITH (modulus 2, remainder 0)",
    },
    Case {
        name: "a default partition",
        since: 14,
        before: "CREATE TABLE p (k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2); \
                 CREATE TABLE d (k integer)",
        after: "CREATE TABLE p (k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2); \
                CREATE TABLE d PARTITION OF p DEFAULT",
        fine: "INSERT INTO d VALUES (3), (NULL)",
        refused: "INSERT INTO d VALUES (2)",
        finding: "rows that do not belong to DEFAULT",
    },
    Case {
        name: "a range of several columns without end",
        since: 14,
        before: "CREATE TABLE p (a integer, b text) PARTITION BY RANGE (a, b); CREATE TABLE q (a integer, b text)",
        after: "CREATE TABLE p (a integer, b text) PARTITION BY RANGE (a, b); \
                CREATE TABLE q PARTITION OF p FOR VALUES FROM (1, MAXVALUE) TO (3, MINVALUE)",
        fine: "INSERT INTO q VALUES (2, ''), (2, 'z')",
        refused: "INSERT INTO q VALUES (1, 'z')",
        finding: "rows that do not belong to FOR VALUES FROM (1, MAXVALUE) TO (3, MINVALUE)",
    },
    Case {
        name: "NULL in a range without ends",
        since: 14,
        before: "CREATE TABLE p (a integer) PARTITION BY RANGE (a); CREATE TABLE q (a integer)",
        after: "CREATE TABLE p (a integer) PARTITION BY RANGE (a); \
                CREATE TABLE q PARTITION OF p FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
        fine: "INSERT INTO q VALUES (1)",
        refused: "INSERT INTO q VALUES (NULL)",
        finding: "rows that do not belong to FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
    },
    Case {
        name: "a partition by a new table, of a column that changes its type",
        since: 14,
        before: "CREATE TABLE a (k text)",
        after: "CREATE TABLE p (k integer) PARTITION BY RANGE (k); CREATE TABLE a PARTITION OF p FOR VALUES FROM (1) TO (10)",
        fine: "INSERT INTO a VALUES ('9')",
        refused: "INSERT INTO a VALUES ('10')",
        finding: "rows that do not belong to FOR VALUES FROM (1) TO (10)",
    },
    Case {
        name: "the checks of a table that another becomes a partition of",
        since: 14,
        before: "CREATE TABLE p (k integer, n integer, CONSTRAINT x CHECK (n > 0)) PARTITION BY LIST (k); \
                 CREATE TABLE a (k integer, n integer)",
        after: "CREATE TABLE p (k integer, n integer, CONSTRAINT x CHECK (n > 0)) PARTITION BY LIST (k); \
                CREATE TABLE a PARTITION OF p FOR VALUES IN (1)",
        fine: "INSERT INTO a VALUES (1, 1)",
        refused: "INSERT INTO a VALUES (1, -1)",
        finding: "rows that violate it",
    },
    Case {
        name: "the foreign keys of a table that another becomes a partition of",
        since: 14,
        before: "CREATE TABLE r (id integer PRIMARY KEY); CREATE TABLE p (k integer REFERENCES r) PARTITION BY LIST (k); \
                 CREATE TABLE a (k integer)",
        after: "CREATE TABLE r (id integer PRIMARY KEY); CREATE TABLE p (k integer REFERENCES r) PARTITION BY LIST (k); \
                CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2)",
        fine: "INSERT INTO r VALUES (1); INSERT INTO a VALUES (1)",
        refused: "INSERT INTO a VALUES (2)",
        finding: "rows that refer to nothing in r",
    },
];

#[tokio::test]
async fn rows_are_asked_what_the_server_would_refuse() {
    let mut failures = Vec::new();
    for (server, version) in every_server() {
        let mut bench = Bench::new(&server).await;
        for case in CASES.iter().filter(|case| version >= case.since) {
            let to = bench.state(case.after, false).await;
            let to = to.unwrap_or_else(|outcome| panic!("{}: {outcome:?}", case.name));
            for is_refused in [false, true] {
                let rows =
                    if is_refused { [case.fine, case.refused].join("; ") } else { case.fine.to_owned() };
                let before = format!("{}; {rows}", case.before);
                let (findings, done) = bench.ask(&before, &to).await;
                let told = findings.iter().any(|finding| finding.ends_with(case.finding));
                let all = findings.iter().chain(done.as_ref().err());
                assert!(!all.into_iter().any(|text| text.contains("canary")), "{findings:?} {done:?}");
                if told != is_refused || findings.is_empty() == is_refused || done.is_err() != is_refused {
                    say!("PostgreSQL {version}, {} ({rows}): {findings:?}, {done:?}", case.name);
                    failures.push(format!("{version}/{}", case.name));
                }
            }
        }
        bench.gone().await;
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}
