//! Inspection of many tables beside its own raw queries, and a start with nothing to do.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use std::fmt::Write as _;
use std::time::Instant;

use schema_core::Session as _;
use support::{apply, declared, rows, scope, servers};

#[tokio::test]
async fn many_tables() {
    let count = if std::env::var("GROUNDPLAN_LONG").is_ok() { 5000 } else { 200 };
    for server in servers() {
        let database = server.database().await;
        let mut script = String::new();
        for number in 0..count {
            let _ = writeln!(
                script,
                "CREATE TABLE t{number} (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, note text, \
                 made datetime DEFAULT CURRENT_TIMESTAMP, KEY kn (name), CHECK (name <> ''));"
            );
        }
        database.load(&script);
        let mut session = database.session().await;
        let mut connection = database.connection().await;
        let _warm = session.inspect(&scope()).await.expect("read");
        let started = Instant::now();
        let listed = format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}'",
            database.name
        );
        let names: Vec<String> =
            rows(&mut connection, &listed).await.iter().map(|row| support::cell(row, 0)).collect();
        for batch in names.chunks(500) {
            let questions: Vec<String> =
                batch.iter().map(|name| format!("SHOW CREATE TABLE `{name}`")).collect();
            rows(&mut connection, &questions.join(";")).await;
        }
        let raw = started.elapsed();
        let started = Instant::now();
        let inspection = session.inspect(&scope()).await.expect("read");
        let own = started.elapsed();
        assert_eq!(inspection.schema.database.tables().count(), count);
        println!("{}: {count} tables: inspected in {own:?}, the raw queries alone {raw:?}", server.name);
        assert!(
            own < raw * 2 + std::time::Duration::from_millis(200),
            "{}: {own:?} against {raw:?}",
            server.name
        );
        database.drop().await;
    }
}

#[tokio::test]
async fn nothing_to_do() {
    let count = if std::env::var("GROUNDPLAN_LONG").is_ok() { 1000 } else { 50 };
    for server in servers() {
        let database = server.database().await;
        let script: String = (0..count)
            .map(|n| format!("CREATE TABLE t{n} (id int PRIMARY KEY, a varchar(20), KEY ka (a));\n"))
            .collect();
        database.load(&script);
        let started = Instant::now();
        let plan = apply(&database, &declared(&script)).await.expect("adopted");
        assert!(plan.is_empty());
        println!("{}: {count} tables adopted and planned twice in {:?}", server.name, started.elapsed());
        database.drop().await;
    }
}
