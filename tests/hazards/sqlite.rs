//! `S1` to `S11`.

use groundplan::HazardCode::{DuplicateRows, NullRows, Rewrite, ViolatingRows};
use groundplan::core::Engine;

use super::Shows::{Also, Asks, Hazard, Sql};
use super::{Case, run};

pub(super) const CASES: &[Case] = &[
    Case {
        row: "S1",
        before: "CREATE TABLE t (id integer PRIMARY KEY, a text); INSERT INTO t (a) VALUES ('x')",
        after: "CREATE TABLE t (id integer PRIMARY KEY, a text, e text DEFAULT (datetime('now')) UNIQUE)",
        shows: &[Sql("INSERT OR ABORT INTO … SELECT"), Asks(DuplicateRows), Also(Rewrite)],
    },
    Case {
        row: "S2",
        before: "CREATE TABLE t (id integer PRIMARY KEY, a text, c text); CREATE INDEX i ON t (c)",
        after: "CREATE TABLE t (id integer PRIMARY KEY, a text)",
        shows: &[Sql("DROP INDEX"), Sql("DROP COLUMN \"c\""), Hazard],
    },
    Case {
        row: "S3",
        before: "CREATE TABLE t (id integer PRIMARY KEY, c text); CREATE VIEW v AS SELECT c FROM t",
        after: "CREATE TABLE t (id integer PRIMARY KEY,
                -- groundplan:renamed_from=c
                cc text); CREATE VIEW v AS SELECT cc AS c FROM t",
        shows: &[Sql("DROP VIEW"), Sql("RENAME COLUMN"), Sql("CREATE VIEW"), Hazard],
    },
    Case {
        row: "S4",
        before: "CREATE TABLE t (id integer PRIMARY KEY, c text); INSERT INTO t (c) VALUES ('x')",
        after: "CREATE TABLE t (id integer PRIMARY KEY, c text NOT NULL CHECK (c <> ''))",
        shows: &[Sql("INSERT OR ABORT INTO … SELECT"), Asks(NullRows), Asks(ViolatingRows)],
    },
    Case {
        row: "S5",
        before: "CREATE TABLE t (id integer PRIMARY KEY, a integer);
                 CREATE TABLE k (id integer PRIMARY KEY, t integer REFERENCES t (id) ON DELETE CASCADE);
                 INSERT INTO t VALUES (1, 1); INSERT INTO k VALUES (1, 1)",
        after: "CREATE TABLE t (id integer PRIMARY KEY, a integer CHECK (a > 0));
                CREATE TABLE k (id integer PRIMARY KEY, t integer REFERENCES t (id) ON DELETE CASCADE)",
        shows: &[Sql("DROP TABLE \"t\""), Asks(ViolatingRows)],
    },
    Case {
        row: "S7",
        before: "CREATE TABLE t (id integer PRIMARY KEY, a integer); CREATE TABLE k (id integer PRIMARY KEY, t integer REFERENCES t (id));
                 CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1, 1); INSERT INTO k VALUES (1, 1)",
        after: "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL); CREATE TABLE k (id integer PRIMARY KEY, t integer REFERENCES t (id));
                CREATE VIEW v AS SELECT a FROM t",
        shows: &[Sql("ALTER TABLE \"groundplan_new_ … RENAME TO \"t\""), Asks(NullRows)],
    },
    Case {
        row: "S8",
        before: "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text); INSERT INTO t (a) VALUES ('a'), ('b');
                 DELETE FROM t WHERE id = 2; CREATE INDEX i ON t (a);
                 CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 'c' WHERE id = 9; END",
        after: "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text NOT NULL); CREATE INDEX i ON t (a);
                CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 'c' WHERE id = 9; END",
        shows: &[Sql("INSERT INTO sqlite_sequence"), Sql("CREATE INDEX"), Sql("CREATE TRIGGER g")],
    },
    Case {
        row: "S9",
        before: "CREATE TABLE t (id integer PRIMARY KEY, d text); INSERT INTO t (d) VALUES ('7')",
        after: "CREATE TABLE t (id integer PRIMARY KEY, d integer)",
        shows: &[Hazard, Asks(groundplan::HazardCode::LossyConversion)],
    },
];

#[tokio::test]
async fn rows() {
    run(Engine::Sqlite, "", CASES.iter()).await;
}
