//! What an inspection of many tables costs beside its floor, the raw queries for the same text, on each server that the
//! environment names: `cargo bench -p schema-mysql --bench inspect`.
#![allow(clippy::expect_used, reason = "a bench stops where it fails")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use schema_core::Session as _;
use sqlx::MySqlConnection;
use support::{TestServer, cell, rows, scope, servers};

const TABLES: usize = 5_000;
const ROUNDS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for server in servers() {
        measure(&server).await;
    }
}

async fn measure(server: &TestServer) {
    let database = server.database().await;
    let script = (0..TABLES).fold(String::new(), |mut script, number| {
        // Writing into a String cannot fail.
        let _ = writeln!(
            script,
            "CREATE TABLE t{number} (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, \
             note text, made datetime DEFAULT CURRENT_TIMESTAMP, KEY kn (name), CHECK (name <> ''));"
        );
        script
    });
    database.load(&script);
    let mut session = database.session().await;
    let mut connection = database.connection().await;
    let (mut own, mut floor) = (Duration::MAX, Duration::MAX);
    // The first round fills the server's caches.
    for _ in 0..=ROUNDS {
        let started = Instant::now();
        read_raw(&mut connection, &database.name).await;
        floor = floor.min(started.elapsed());
        let started = Instant::now();
        let inspection = session.inspect(&scope()).await.expect("read");
        own = own.min(started.elapsed());
        assert_eq!(inspection.schema.database.tables().count(), TABLES);
    }
    println!(
        "{}: {TABLES} tables inspected in {own:.2?}, their text alone read in {floor:.2?}: {:.2} times",
        server.name,
        own.as_secs_f64() / floor.as_secs_f64()
    );
    database.drop().await;
}

async fn read_raw(connection: &mut MySqlConnection, database: &str) {
    let listed =
        format!("SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}'");
    let names: Vec<String> = rows(connection, &listed).await.iter().map(|row| cell(row, 0)).collect();
    for batch in names.chunks(500) {
        let questions: Vec<String> = batch.iter().map(|name| format!("SHOW CREATE TABLE `{name}`")).collect();
        rows(connection, &questions.join(";")).await;
    }
}
