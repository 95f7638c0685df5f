//! Rows that stand in the way of a change are found before anything is changed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use schema_core::Plan;
use support::{apply, declared, run, servers};

/// A change of the table `t`: what it was, a row that stands in the way, one that does not, and what it becomes.
struct Case {
    before: &'static str,
    blocking: &'static str,
    passing: &'static str,
    after: &'static str,
}

const fn case(
    before: &'static str,
    blocking: &'static str,
    passing: &'static str,
    after: &'static str,
) -> Case {
    Case { before, blocking, passing, after }
}

const BOTH: &[Case] = &[
    case("c varchar(20)", "(1, 'x')", "(1, ' 12 ')", "c int"),
    case("c varchar(20)", "(1, '300')", "(1, '-12')", "c tinyint"),
    case("c varchar(20)", "(1, '')", "(1, '1.5e1')", "c decimal(8,2)"),
    case("c varchar(20)", "(1, '2020-02-30')", "(1, '2020-02-29')", "c date"),
    case("c varchar(20)", "(1, 'noon')", "(1, '2020-02-29 12:00:00')", "c datetime"),
    case("c varchar(20)", "(1, 'noon')", "(1, '12:00:00')", "c time"),
    case("c double", "(1, 1e9)", "(1, 7)", "c smallint"),
    case("c double", "(1, 1e9)", "(1, 7.5)", "c decimal(8,2)"),
    case("c datetime", "(1, '9999-12-31')", "(1, '2030-12-31')", "c timestamp NULL"),
    case("c datetime", "(1, '2020-01-01')", "(1, NULL)", "c varchar(5)"),
    case("c bit(4)", "(1, 9)", "(1, 7)", "c bit(3)"),
    case("c geometry", "(1, st_geomfromtext('POINT(1 2)'))", "(1, NULL)", "c polygon"),
    case("c varchar(9)", "(1, 'ł')", "(1, 'é')", "c varchar(9) CHARACTER SET latin1"),
    // What the rows get is the same in each.
    case(
        "c int",
        "(1, 1), (2, 1)",
        "(1, 1)",
        "c int, d datetime DEFAULT CURRENT_TIMESTAMP, UNIQUE KEY k (d)",
    ),
];

const MYSQL: &[Case] = &[
    case("c point", "(1, st_geomfromtext('POINT(1 2)'))", "(1, NULL)", "c point SRID 4326"),
    case("c int", "(1, 1)", "", "c int, g point NOT NULL"),
];

const MARIADB: &[Case] = &[
    case("c char(36)", "(1, 'x')", "(1, '3fa85f64-5717-4562-b3fc-2c963f66afa6')", "c uuid"),
    case("c varchar(40)", "(1, 'x')", "(1, '::1')", "c inet6"),
    case("c int", "(1, 1)", "", "c int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e)"),
    case(
        "c int, s date NOT NULL DEFAULT '2020-01-01', e date NOT NULL DEFAULT '2020-01-01'",
        "(1, 1, '2020-01-02', '2020-01-01')",
        "(1, 1, '2020-01-01', '2020-01-02')",
        "c int, s date NOT NULL DEFAULT '2020-01-01', e date NOT NULL DEFAULT '2020-01-01', PERIOD FOR p (s, e)",
    ),
];

/// The rows pass, or are what stops the plan.
fn assert_outcome(outcome: &Result<Plan, String>, passes: bool, case: &str) {
    match outcome {
        Ok(_) => assert!(passes, "{case}: nothing was found"),
        Err(error) => {
            let found = error.contains("the live data stands in the way");
            assert!(!passes && found, "{case}: {error}");
        }
    }
}

#[tokio::test]
async fn rows_that_stand_in_the_way_are_found_first() {
    for server in servers() {
        let own = if server.name == "MySQL" { MYSQL } else { MARIADB };
        for Case { before, blocking, passing, after } in BOTH.iter().chain(own) {
            let table = |columns| format!("CREATE TABLE t (id int PRIMARY KEY, {columns});");
            for (row, passes) in [(blocking, false), (passing, true)] {
                let database = server.database().await;
                let mut connection = database.connection().await;
                run(&mut connection, &table(before)).await;
                if !row.is_empty() {
                    run(&mut connection, &format!("INSERT INTO t VALUES {row}")).await;
                }
                let outcome = apply(&database, &declared(&table(after))).await;
                let case = format!("{}: {before} with {row} to {after}", server.name);
                assert_outcome(&outcome, passes, &case);
                database.drop().await;
            }
        }
    }
}

/// Rows get something in a column that is added, and a table that is added has no rows.
#[tokio::test]
async fn rows_that_will_refer_to_nothing_are_found_first() {
    let refers = |column: &str| {
        format!(
            "CREATE TABLE t (id int PRIMARY KEY, {column}, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));"
        )
    };
    let parent = "CREATE TABLE p (id int PRIMARY KEY);";
    let child = "CREATE TABLE t (id int PRIMARY KEY);";
    let with_column = "CREATE TABLE t (id int PRIMARY KEY, p int);";
    let cases = [
        (child.to_owned(), "INSERT INTO t VALUES (1)", "p int NOT NULL", false),
        (child.to_owned(), "INSERT INTO t VALUES (1)", "p int NULL", true),
        (with_column.to_owned(), "INSERT INTO t VALUES (1, 7)", "p int", false),
        (with_column.to_owned(), "INSERT INTO t VALUES (1, NULL)", "p int", true),
        (format!("{parent} {child}"), "INSERT INTO t VALUES (1)", "p int NOT NULL DEFAULT 5", false),
        (
            format!("{parent} {child}"),
            "INSERT INTO t VALUES (1); INSERT INTO p VALUES (5)",
            "p int NOT NULL DEFAULT 5",
            true,
        ),
    ];
    for server in servers() {
        for (before, rows, column, passes) in &cases {
            let database = server.database().await;
            database.load(before);
            database.load(rows);
            let outcome = apply(&database, &declared(&format!("{parent} {}", refers(column)))).await;
            let case = format!("{}: {before} {rows} to {column}", server.name);
            assert_outcome(&outcome, *passes, &case);
            database.drop().await;
        }
    }
}
