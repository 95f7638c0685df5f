//! Views, triggers, routines and events: what they were made under, and what their clients leave out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use support::{TestDatabase, TestServer, apply, declared, difference, run, servers, statements};

const PROGRAMS: &str = "CREATE TABLE t (id int PRIMARY KEY, a varchar(20));
    CREATE VIEW v AS SELECT id, 'x' AS kind FROM t WHERE a <> 'y';
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'z';
    CREATE FUNCTION f() RETURNS varchar(10) DETERMINISTIC RETURN 'q';
    CREATE PROCEDURE p() SELECT 'r';
    CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM t WHERE a = 's';";

async fn loaded(server: &TestServer, script: &str) -> TestDatabase {
    let database = server.database().await;
    database.load(script);
    database
}

/// Leads from one script to another, and sees that the server's own dump is what it is for a database made directly.
async fn lead(server: &TestServer, before: &str, after: &str) -> schema_core::Plan {
    let (database, fresh) = (loaded(server, before).await, loaded(server, after).await);
    let plan = match apply(&database, &declared(after)).await {
        Ok(plan) => plan,
        Err(error) => panic!("{}: {error}", server.name),
    };
    if let Some(difference) = difference(&fresh.dump().await, &database.dump().await) {
        panic!("{}: {difference}\n{}", server.name, statements(&plan));
    }
    fresh.drop().await;
    database.drop().await;
    plan
}

#[tokio::test]
async fn what_a_script_says_of_its_session_is_kept() {
    for server in servers() {
        let unicode = format!("SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;\n{PROGRAMS}");
        let latin = format!("SET NAMES latin1; SET SESSION sql_mode = 'ANSI_QUOTES';\n{PROGRAMS}");
        let plain = format!("SET NAMES utf8mb4;\n{PROGRAMS}");
        let empty = "CREATE TABLE z (id int)";
        assert!(!lead(&server, empty, &unicode).await.is_empty());
        assert!(!lead(&server, &unicode, &latin).await.is_empty());
        assert!(!lead(&server, &latin, &unicode).await.is_empty());
        assert!(lead(&server, &plain, &plain).await.is_empty());
    }
}

/// What a script does not say stays as it is: a database that another client filled is as declared.
#[tokio::test]
async fn what_a_script_does_not_say_stays() {
    for server in servers() {
        let database = server.database().await;
        let session = "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci; SET SESSION sql_mode = 'NO_ZERO_DATE';";
        database.load(&format!("{session}\n{PROGRAMS}"));
        let plan = apply(&database, &declared(PROGRAMS)).await.expect("planned");
        assert!(plan.is_empty(), "{}\n{}", server.name, statements(&plan));
        let changed = PROGRAMS.replace("'r'", "'rr'");
        let plan = apply(&database, &declared(&changed)).await.expect("applied");
        assert_eq!(plan.steps.len(), 2, "{}\n{}", server.name, statements(&plan));
        assert!(statements(&plan).contains("utf8mb4_unicode_ci"), "{}", statements(&plan));
        database.drop().await;
    }
}

/// A text beyond ASCII cannot be sent in another character set: that is refused rather than garbled.
#[tokio::test]
async fn what_cannot_be_said_is_refused() {
    for server in servers() {
        let database = server.database().await;
        let script = "SET NAMES latin1;\nCREATE PROCEDURE p() SELECT 'é';";
        let refused = apply(&database, &declared(script)).await.expect_err("refused");
        assert!(refused.contains("SET NAMES utf8mb4"), "{refused}");
        database.drop().await;
    }
}

/// The servers' clients leave comments out, and take a backslash at the end of a line for their own.
#[tokio::test]
async fn what_clients_change_is_no_change() {
    for server in servers() {
        let script = "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  -- one\n  SELECT 1, \\\n    '# no';  /* two */\nEND//\nDELIMITER ;";
        let stripped = "CREATE PROCEDURE p()\nBEGIN\n  \n  SELECT 1, \n    '# no';  \nEND";
        let database = server.database().await;
        run(&mut database.connection().await, stripped).await;
        let plan = apply(&database, &declared(script)).await.expect("planned");
        assert!(plan.is_empty(), "{}\n{}", server.name, statements(&plan));
        database.drop().await;
        // With comments of its own it is another text.
        let other = server.database().await;
        run(&mut other.connection().await, &stripped.replace("BEGIN", "BEGIN -- zero")).await;
        let plan = apply(&other, &declared(script)).await.expect("applied");
        assert_eq!(plan.steps.len(), 2, "{}\n{}", server.name, statements(&plan));
        other.drop().await;
    }
}
