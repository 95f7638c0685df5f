//! `M1` to `M29`, on MySQL and MariaDB.

use groundplan::HazardCode::{
    ConstraintAdded, DropTable, DuplicateRows, InconvertibleRows, NullRows, OrphanRows, Rewrite,
    ViolatingRows,
};
use groundplan::core::Engine;

use super::Shows::{Also, Asks, Hazard, No, Sql};
use super::{Case, run};

macro_rules! table {
    ($($columns:literal)*) => { concat!("CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n decimal(10,4), e enum('x','y')" $(, ", ", $columns)*, ");") };
}

const FILLED: &str = concat!(
    table!(),
    "INSERT INTO t (id, a, b, c, n, e) VALUES (1, 1, 'b1', 'c1', 1.5, 'x'), (2, 2, 'b2', 'c2', 2.5, 'x');"
);

/// What both servers do alike.
pub(super) const CASES: &[Case] = &[
    Case { row: "M1", before: FILLED, after: table!("f int"), shows: &[Hazard, Sql("ALGORITHM=INSTANT")] },
    Case {
        row: "M3",
        before: FILLED,
        after: table!("f int NOT NULL"),
        shows: &[Hazard, Sql("ALGORITHM=INSTANT")],
    },
    Case {
        row: "M5",
        before: "CREATE TABLE t (a int); INSERT INTO t VALUES (1);",
        after: "CREATE TABLE t (a int, id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY);",
        shows: &[Sql("LOCK=SHARED"), Hazard],
    },
    Case {
        row: "M7",
        before: "CREATE TABLE t (id int PRIMARY KEY, a int, b int, UNIQUE KEY u (a, b)); INSERT INTO t VALUES (1, 1, 1), (2, 1, 2);",
        after: "CREATE TABLE t (id int PRIMARY KEY, a int);",
        shows: &[Hazard, Sql("DROP INDEX `u`"), Sql("DROP COLUMN `b`")],
    },
    Case {
        row: "M8",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(40), n decimal(10,4), e enum('x','y'));",
        shows: &[Sql("MODIFY COLUMN `c` varchar(40)"), No("ALGORITHM=COPY")],
    },
    Case {
        row: "M9",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n double, e enum('x','y'));",
        shows: &[Hazard],
    },
    Case {
        row: "M10",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(10), n decimal(10,4), e enum('x','y'));",
        shows: &[Asks(InconvertibleRows)],
    },
    Case {
        row: "M11",
        before: "CREATE TABLE t (id int PRIMARY KEY, b varchar(20) NOT NULL DEFAULT 'd' COMMENT 'why');",
        after: "CREATE TABLE t (id int PRIMARY KEY, b varchar(30) NOT NULL DEFAULT 'd' COMMENT 'why');",
        shows: &[Sql("MODIFY COLUMN `b` varchar(30) … NOT NULL … DEFAULT 'd' … COMMENT 'why'")],
    },
    Case {
        row: "M12",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20) NOT NULL, n decimal(10,4), e enum('x','y'));",
        shows: &[Hazard, Asks(NullRows)],
    },
    Case {
        row: "M13",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n decimal(10,4), e enum('x','y','z'));",
        shows: &[Sql("ALGORITHM=INSTANT")],
    },
    Case {
        row: "M14",
        before: FILLED,
        after: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n decimal(10,4), e enum('x'));",
        shows: &[Hazard, Asks(InconvertibleRows)],
    },
    Case {
        row: "M15",
        before: "CREATE TABLE t (id int PRIMARY KEY, c varchar(20), UNIQUE KEY u (c)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
                 INSERT INTO t VALUES (1, 'a'), (2, 'B');",
        after: "CREATE TABLE t (id int PRIMARY KEY, c varchar(20), UNIQUE KEY u (c)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;",
        shows: &[Hazard, Asks(DuplicateRows)],
    },
    Case { row: "M16", before: FILLED, after: table!("KEY k (c)"), shows: &[Sql("ADD KEY `k` … LOCK=NONE"), No("ALGORITHM=COPY")] },
    Case {
        row: "M17",
        before: FILLED,
        after: table!("UNIQUE KEY k (c)"),
        shows: &[Hazard, Asks(DuplicateRows), Also(ConstraintAdded), Sql("LOCK=NONE")],
    },
    Case { row: "M18", before: FILLED, after: table!("FULLTEXT KEY k (c)"), shows: &[Hazard] },
    Case { row: "M19", before: table!("KEY k (c)"), after: table!(), shows: &[Hazard, Sql("DROP INDEX `k`")] },
    Case {
        row: "M20",
        before: concat!(
            table!(),
            "CREATE TABLE k (id int PRIMARY KEY, t bigint, KEY kt (t)); INSERT INTO t (id) VALUES (1); INSERT INTO k VALUES (1, 1);"
        ),
        after: concat!(
            table!(),
            "CREATE TABLE k (id int PRIMARY KEY, t bigint, KEY kt (t), CONSTRAINT f FOREIGN KEY (t) REFERENCES t (id));"
        ),
        shows: &[Hazard, Asks(OrphanRows)],
    },
    Case {
        row: "M21",
        before: FILLED,
        after: concat!(
            table!(),
            "CREATE TABLE k (id int PRIMARY KEY, t bigint, KEY kt (t), CONSTRAINT f FOREIGN KEY (t) REFERENCES t (id));"
        ),
        shows: &[Hazard],
    },
    Case {
        row: "M23",
        before: FILLED,
        after: "CREATE TABLE t (id bigint NOT NULL, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n decimal(10,4), e enum('x','y'));",
        shows: &[Hazard],
    },
    Case {
        row: "M24",
        before: "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE VIEW v AS SELECT a FROM t;",
        after: "CREATE TABLE t (id int PRIMARY KEY,
                -- groundplan:renamed_from=a
                aa int); CREATE VIEW v AS SELECT aa AS a FROM t;",
        shows: &[Hazard, Sql("RENAME COLUMN `a` TO `aa` … ALGORITHM=INSTANT")],
    },
    Case {
        row: "M25",
        before: FILLED,
        after: concat!(
            "CREATE TABLE t (id bigint PRIMARY KEY, a int, b varchar(20) NOT NULL DEFAULT '', c varchar(20), n decimal(10,4), ",
            "e enum('x','y')) ROW_FORMAT=COMPRESSED;"
        ),
        shows: &[Sql("ROW_FORMAT=COMPRESSED … LOCK=NONE")],
    },
    Case {
        row: "M26",
        before: FILLED,
        after: concat!(table!("f int"), "CREATE VIEW v AS SELECT f FROM t;"),
        shows: &[Sql("ADD COLUMN `f`"), No("START TRANSACTION")],
    },
    Case {
        row: "M27",
        before: "CREATE TABLE x (id int PRIMARY KEY); CREATE TABLE y (x int, FOREIGN KEY (x) REFERENCES x (id)); CREATE TABLE z (id int);",
        after: "CREATE TABLE z (id int);",
        shows: &[Also(DropTable), Sql("DROP TABLE `x`"), Sql("DROP TABLE `y`"), No("`x`, `y`")],
    },
    Case {
        row: "M28",
        before: "CREATE TABLE t (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
                 INSERT INTO t VALUES (1), (11);",
        after: "CREATE TABLE t (id int) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (20));",
        shows: &[No("DROP PARTITION"), Sql("REORGANIZE PARTITION")],
    },
    Case { row: "M29", before: FILLED, after: table!("KEY k (c)"), shows: &[Hazard] },
    // Those of MySQL alone; MariaDB copies while others write.
    Case { row: "M2", before: FILLED, after: table!("f int CHECK (f > 0)"), shows: &[Hazard, Also(ViolatingRows)] },
    Case {
        row: "M4",
        before: FILLED,
        after: table!("f varchar(36) DEFAULT (uuid())"),
        shows: &[Sql("UPDATE `t` SET `f`"), No("ALGORITHM=COPY")],
    },
    Case {
        row: "M6",
        before: FILLED,
        after: table!("f int GENERATED ALWAYS AS (a + 1) STORED"),
        shows: &[Hazard, Also(Rewrite)],
    },
    Case {
        row: "M22",
        before: FILLED,
        after: table!("CONSTRAINT ck CHECK (a > 0)"),
        shows: &[Hazard, Asks(ViolatingRows)],
    },
];

/// What MySQL alone does so.
const MYSQL_ALONE: [&str; 4] = ["M2", "M4", "M6", "M22"];
#[tokio::test]
async fn rows_of_mysql() {
    run(Engine::MySql, "GROUNDPLAN_TEST_MYSQL_URL", CASES.iter()).await;
}

#[tokio::test]
async fn rows_of_mariadb() {
    let shared = CASES.iter().filter(|case| !MYSQL_ALONE.contains(&case.row));
    run(Engine::MariaDb, "GROUNDPLAN_TEST_MARIADB_URL", shared).await;
}
