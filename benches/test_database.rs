//! What a PostgreSQL database for a test costs: the first one with a schema of a hundred tables, those copied from it,
//! and the floor, an empty database: `cargo bench --bench test_database --features testing,postgres`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops where it fails")]

use std::time::{Duration, Instant};

use groundplan::dsl::{Column, Database, Index, Table, Type};
use groundplan::testing::TestDatabase;

const TABLES: usize = 100;
const ROUNDS: usize = 10;

/// A schema that no earlier run has made a template of.
fn schema() -> Database {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    (0..TABLES).fold(Database::new(), |schema, number| {
        schema.with(
            Table::new(format!("table_{number}"))
                .column(Column::new("id", Type::BigInt).identity())
                .column(Column::new("email", Type::Varchar(200)))
                .column(Column::new("parent", Type::BigInt).nullable())
                .comment(format!("of run {now}"))
                .primary_key(["id"])
                .index(Index::on(["parent"])),
        )
    })
}

#[tokio::main]
async fn main() {
    let Ok(server) = std::env::var("GROUNDPLAN_TEST_POSTGRES_URL") else {
        println!("left out: GROUNDPLAN_TEST_POSTGRES_URL is not set");
        return;
    };
    let schema = schema();
    let (empty, _) = fastest(&server, &Database::new()).await;
    let started = Instant::now();
    drop(TestDatabase::new(&server, schema.clone()).await.unwrap());
    let first = started.elapsed();
    let (copied, slowest) = fastest(&server, &schema).await;
    println!("a database for a test on PostgreSQL, {TABLES} tables:");
    println!("{:<20} {first:>8.0?}", "the first");
    println!("{:<20} {copied:>8.0?} to {slowest:.0?}", "each after it");
    println!("{:<20} {empty:>8.0?}", "floor: an empty one");
}

/// The fastest and the slowest of several.
async fn fastest(server: &str, schema: &Database) -> (Duration, Duration) {
    drop(TestDatabase::new(server, schema.clone()).await.unwrap());
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let database = TestDatabase::new(server, schema.clone()).await.unwrap();
        times.push(started.elapsed());
        drop(database);
    }
    times.sort();
    (times[0], times[ROUNDS - 1])
}
