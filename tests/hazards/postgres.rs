//! `P1` to `P50`, on the oldest server that the rows are about and, where they differ, on the newest.

use groundplan::HazardCode::{
    ConstraintAdded, DropColumn, DropTable, DuplicateRows, InconvertibleRows, IndexBuildUnderLock,
    LossyConversion, NullRows, OrphanRows, Rewrite, StatisticsLost, ViolatingRows,
};
use groundplan::core::Engine;

use super::Shows::{Also, Asks, Hazard, No, Sql};
use super::{Case, run};

macro_rules! table {
    ($($columns:literal)*) => { concat!("CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4)" $(, ", ", $columns)*, ");") };
}

const FILLED: &str = concat!(
    table!(),
    "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;"
);

pub(super) const CASES: &[Case] = &[
    Case {
        row: "P1",
        before: FILLED,
        after: table!("e timestamptz DEFAULT now()"),
        shows: &[Hazard],
    },
    Case {
        row: "P2",
        before: FILLED,
        after: table!("e uuid DEFAULT gen_random_uuid()"),
        shows: &[Hazard],
    },
    Case {
        row: "P3",
        before: table!(),
        after: table!("e integer NOT NULL"),
        shows: &[Hazard, Asks(NullRows)],
    },
    Case {
        row: "P4",
        before: FILLED,
        after: table!("e serial"),
        shows: &[Hazard],
    },
    Case {
        row: "P5",
        before: FILLED,
        after: table!("e integer GENERATED ALWAYS AS (a + 1) STORED"),
        shows: &[Hazard],
    },
    Case {
        row: "P6",
        before: FILLED,
        after: "CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4), e positive);
",
        shows: &[Hazard],
    },
    Case {
        row: "P7",
        before: FILLED,
        after: table!("e integer CHECK (e > 0)"),
        shows: &[Sql("CHECK (e > 0) NOT VALID"), Sql("VALIDATE CONSTRAINT")],
    },
    Case {
        row: "P8",
        before: FILLED,
        after: table!("e integer UNIQUE"),
        shows: &[Sql("CREATE UNIQUE INDEX CONCURRENTLY"), Sql("UNIQUE USING INDEX")],
    },
    Case {
        row: "P9",
        before: FILLED,
        after: table!("e bigint REFERENCES t"),
        shows: &[Sql("FOREIGN KEY (\"e\") … NOT VALID"), Sql("VALIDATE CONSTRAINT")],
    },
    Case {
        row: "P10",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', d timestamp, n numeric(10,4));
",
        shows: &[Hazard, Asks(DropColumn)],
    },
    Case {
        row: "P11",
        before: FILLED,
        after: table!("CONSTRAINT grown CHECK (a > 0)"),
        shows: &[Sql("NOT VALID"), Sql("VALIDATE CONSTRAINT"), Asks(ViolatingRows)],
    },
    Case {
        row: "P12",
        before: FILLED,
        after: table!("CONSTRAINT grown CHECK (a > 0)"),
        shows: &[Sql("VALIDATE CONSTRAINT"), Also(ConstraintAdded)],
    },
    Case {
        row: "P13",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20) NOT NULL, d timestamp, n numeric(10,4));
",
        shows: &[Sql("CHECK (c IS NOT NULL) NOT VALID"), Sql("VALIDATE CONSTRAINT"), Sql("SET NOT NULL"), Asks(NullRows)],
    },
    Case {
        row: "P13b",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20) NOT NULL, d timestamp, n numeric(10,4));
",
        shows: &[Sql("NOT NULL \"c\" NOT VALID"), Sql("VALIDATE CONSTRAINT"), No("SET NOT NULL"), Asks(NullRows)],
    },
    Case {
        row: "P14",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Hazard],
    },
    Case {
        row: "P15",
        before: FILLED,
        after: table!("CONSTRAINT u UNIQUE (c)"),
        shows: &[Sql("CREATE UNIQUE INDEX CONCURRENTLY"), Sql("UNIQUE USING INDEX"), Asks(DuplicateRows)],
    },
    Case {
        row: "P16",
        before: FILLED,
        after: concat!(table!(), "CREATE INDEX i ON t (c);"),
        shows: &[Sql("CREATE INDEX CONCURRENTLY")],
    },
    Case {
        row: "P17",
        before: FILLED,
        after: concat!(table!(), "CREATE UNIQUE INDEX i ON t (c);"),
        shows: &[Sql("CREATE UNIQUE INDEX CONCURRENTLY"), Asks(DuplicateRows)],
    },
    Case {
        row: "P18",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE INDEX i ON t (c);"
        ),
        after: table!(),
        shows: &[Sql("DROP INDEX CONCURRENTLY")],
    },
    Case {
        row: "P19",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE TABLE k (id int primary key, t bigint);insert into k values (1,1);"
        ),
        after: concat!(table!(), "CREATE TABLE k (id int primary key, t bigint REFERENCES t);"),
        shows: &[Sql("NOT VALID"), Sql("VALIDATE CONSTRAINT"), Asks(OrphanRows)],
    },
    Case {
        row: "P20",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE TABLE k (id int primary key, t bigint REFERENCES t);insert into k values (1,1);"
        ),
        after: concat!(table!(), "CREATE TABLE k (id int primary key, t bigint);"),
        shows: &[Hazard],
    },
    Case {
        row: "P21",
        before: FILLED,
        after: concat!(table!(), "CREATE TABLE k (id int primary key, t bigint REFERENCES t);"),
        shows: &[Hazard],
    },
    Case {
        row: "P22",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE TABLE k (id int primary key, t bigint REFERENCES t);"
        ),
        after: table!(),
        shows: &[Hazard, Asks(DropTable)],
    },
    Case {
        row: "P23",
        before: "CREATE TABLE t (id bigint, a int); INSERT INTO t VALUES (1,1);",
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int);",
        shows: &[Sql("CREATE UNIQUE INDEX CONCURRENTLY"), Sql("PRIMARY KEY USING INDEX"), Asks(DuplicateRows), Asks(NullRows)],
    },
    Case {
        row: "P24",
        before: FILLED,
        after: "CREATE TABLE t (id bigint NOT NULL, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Hazard],
    },
    Case {
        row: "P25",
        before: FILLED,
        after: table!("CONSTRAINT x EXCLUDE USING btree (a WITH =)"),
        shows: &[Hazard],
    },
    Case {
        row: "P26",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(40), d timestamp, n numeric(10,4));
",
        shows: &[Hazard, Also(StatisticsLost)],
    },
    Case {
        row: "P27",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a bigint, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Hazard],
    },
    Case {
        row: "P28",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(10), d timestamp, n numeric(10,4));
",
        shows: &[Hazard, Asks(InconvertibleRows), No("USING \"c\"")],
    },
    Case {
        row: "P29",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,2));
",
        shows: &[Hazard, Asks(LossyConversion)],
    },
    Case {
        row: "P30",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamptz, n numeric(10,4));
",
        shows: &[Hazard, Asks(LossyConversion)],
    },
    Case {
        row: "P31",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE INDEX i ON t (b);"
        ),
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text COLLATE \"C\" NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
CREATE INDEX i ON t (b);",
        shows: &[Hazard, Also(IndexBuildUnderLock)],
    },
    Case {
        row: "P32",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a text, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Hazard],
    },
    Case {
        row: "P33",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE VIEW v AS SELECT c FROM t;"
        ),
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(40), d timestamp, n numeric(10,4));
CREATE VIEW v AS SELECT c FROM t;",
        shows: &[Sql("DROP VIEW"), Sql("CREATE VIEW")],
    },
    Case {
        row: "P34",
        before: "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1);",
        after: "CREATE TABLE t (id int PRIMARY KEY,
-- groundplan:renamed_from=a
aa int);",
        shows: &[Hazard],
    },
    Case {
        row: "P35",
        before: "CREATE TYPE mood AS ENUM ('a','b');",
        after: "CREATE TYPE mood AS ENUM ('a','b','c'); CREATE TABLE t (m mood DEFAULT 'c');",
        shows: &[Sql("ADD VALUE 'c'")],
    },
    Case {
        row: "P36",
        before: "CREATE TYPE mood AS ENUM ('a','b'); CREATE TABLE t (m mood); INSERT INTO t VALUES ('a');",
        after: "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood);",
        shows: &[Hazard, Asks(InconvertibleRows)],
    },
    Case {
        row: "P38",
        before: "CREATE DOMAIN p AS integer; CREATE TABLE t (a p); INSERT INTO t VALUES (1);",
        after: "CREATE DOMAIN p AS integer CHECK (VALUE > 0); CREATE TABLE t (a p);",
        shows: &[Hazard, Asks(ViolatingRows)],
    },
    Case {
        row: "P39",
        before: concat!(
            table!(),
            "INSERT INTO t (id, a, b, c) SELECT g, g, 'b' || g, 'c' || g FROM generate_series(1, 100) g;",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
        ),
        after: concat!(table!(), "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"),
        shows: &[Hazard],
    },
    Case {
        row: "P40",
        before: FILLED,
        after: concat!(table!(), "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a > 1);ALTER TABLE t SET (fillfactor=70);ALTER TABLE t ALTER b SET STORAGE EXTERNAL;"),
        shows: &[Hazard],
    },
    Case {
        row: "P41",
        before: FILLED,
        after: "CREATE UNLOGGED TABLE t (id bigint PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));",
        shows: &[Hazard, Also(Rewrite)],
    },
    Case {
        row: "P43",
        before: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE td PARTITION OF t DEFAULT; INSERT INTO t VALUES (1,1),(3,3);",
        after: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE td PARTITION OF t DEFAULT; CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);",
        shows: &[Hazard, Asks(ViolatingRows)],
    },
    Case {
        row: "P44",
        before: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1,1);",
        after: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 (id int, k int);",
        shows: &[Hazard],
    },
    Case {
        row: "P45",
        before: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1,1);",
        after: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE INDEX i ON t (id);",
        shows: &[Sql("CREATE INDEX CONCURRENTLY")],
    },
    Case {
        row: "P47",
        before: "CREATE TYPE mood AS ENUM ('a','b'); CREATE TABLE t (id int, m mood); INSERT INTO t VALUES (1,'a');",
        after: "CREATE TABLE t (id int);",
        shows: &[No("CASCADE"), Sql("DROP COLUMN"), Sql("DROP TYPE")],
    },
    Case {
        row: "P48",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a bigint, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Hazard],
    },
    Case {
        row: "P49",
        before: FILLED,
        after: "CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a integer, b text NOT NULL DEFAULT '', c varchar(20), d timestamp, n numeric(10,4));
",
        shows: &[Sql("setval")],
    },
];

/// What PostgreSQL 18 does by another way than its predecessors.
const SINCE_18: [&str; 1] = ["P13b"];

#[tokio::test]
async fn rows() {
    let cases = CASES.iter().filter(|case| !SINCE_18.contains(&case.row));
    run(Engine::Postgres, "GROUNDPLAN_TEST_POSTGRES_URL", cases).await;
}

#[tokio::test]
async fn rows_since_18() {
    if std::env::var_os("GROUNDPLAN_TEST_POSTGRES_18_URL").is_none() {
        return;
    }
    let cases = CASES.iter().filter(|case| case.row != "P13");
    run(Engine::Postgres, "GROUNDPLAN_TEST_POSTGRES_18_URL", cases).await;
}
