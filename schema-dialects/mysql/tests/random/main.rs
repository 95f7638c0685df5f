//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! The schemas of twenty seeds in a row are one walk: what a pair has made, which is what the server makes of its
//! script afresh, is where the next one starts. Every other walk has rows, every other one has small changes only.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for each server; `GROUNDPLAN_SEED` starts at another seed,
//! `GROUNDPLAN_PAIRS` says how many, `GROUNDPLAN_JOBS` how many walks go on at a time.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    unreachable_pub,
    reason = "tests say so"
)]

mod generator;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use generator::{WALK, database_options, has_rows, schema};
use sqlx::AssertSqlSafe;
use support::{TestDatabase, TestServer, apply, cell, declared, difference, rows, servers, statements};

/// What became of a pair.
enum Outcome {
    Equal,
    /// The generator made something that the server does not take.
    Invalid,
    /// The rows stand in the way, which was said before anything was changed.
    Stopped,
    /// The server found that the rows stand in the way.
    Refused(String),
    Failed(String),
}

/// How many pairs came out how.
#[derive(Default)]
struct Tally {
    equal: u32,
    invalid: u32,
    stopped: u32,
    refused: u32,
    failed: Vec<u64>,
}

/// A database on its way from one schema to the next.
struct Walk<'a> {
    server: &'a TestServer,
    number: u64,
    /// The database and its dump, where the last pair left what its script says.
    at: Option<(TestDatabase, String)>,
}

impl Walk<'_> {
    fn has_rows(&self) -> bool {
        has_rows(self.number)
    }

    /// The statements as one script.
    fn script(&self, seed: u64) -> String {
        let all = schema(seed, self.number, self.server).join(";;\n");
        format!("DELIMITER ;;\n{all};;\nDELIMITER ;\n")
    }

    /// A database that the server itself made from a schema, and its dump.
    async fn made(&self, seed: u64) -> Option<(TestDatabase, String)> {
        let database = self.server.database_with(database_options(self.number)).await;
        let mut connection = database.connection().await;
        let session =
            "SET NAMES utf8mb4, SESSION sql_mode = @@GLOBAL.sql_mode, time_zone = @@GLOBAL.time_zone";
        // One by one: MySQL keeps the semicolon behind a program for a part of it.
        for statement in std::iter::once(session.to_owned()).chain(schema(seed, self.number, self.server)) {
            if let Err(error) = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await {
                if std::env::var("GROUNDPLAN_SHOW_INVALID").is_ok() {
                    eprintln!("not valid: {error}");
                }
                database.drop().await;
                return None;
            }
        }
        let dump = database.dump().await;
        Some((database, dump))
    }

    /// From the schema of one seed to that of the next.
    async fn pair(&mut self, seed: u64) -> Outcome {
        let chained = self.at.is_some();
        let from = match self.at.take() {
            Some((from, _)) => from,
            None => match self.made(seed).await {
                Some((from, _)) => from,
                None => return Outcome::Invalid,
            },
        };
        let Some((to, expected)) = self.made(seed + 1).await else {
            from.drop().await;
            return Outcome::Invalid;
        };
        let after = self.script(seed + 1);
        let outcome = compare(&from, &to, &expected, &after, self.has_rows()).await;
        to.drop().await;
        match outcome {
            Outcome::Equal => self.at = Some((from, expected)),
            Outcome::Failed(why) => {
                from.drop().await;
                let how = if chained { "on its way" } else { "from afresh" };
                return Outcome::Failed(self.report(seed, how, &why));
            }
            Outcome::Refused(why) => {
                from.drop().await;
                return Outcome::Refused(self.report(seed, "refused", &why));
            }
            Outcome::Invalid | Outcome::Stopped => from.drop().await,
        }
        outcome
    }

    fn report(&self, seed: u64, how: &str, why: &str) -> String {
        let (from, to) = (self.script(seed), self.script(seed + 1));
        format!("{} seed {seed}, {how}: {why}\n--- from\n{from}--- to\n{to}", self.server.name)
    }
}

async fn compare(
    from: &TestDatabase,
    to: &TestDatabase,
    expected: &str,
    after: &str,
    with_rows: bool,
) -> Outcome {
    let sums = if with_rows { fill(from, to).await } else { Vec::new() };
    match apply(from, &declared(after)).await {
        Err(error) if with_rows && error.contains("the live data stands in the way") => Outcome::Stopped,
        Err(error) if with_rows && is_about_rows(&error) => Outcome::Refused(error),
        Err(error) => {
            let there = difference(expected, &from.dump().await).unwrap_or_default();
            Outcome::Failed(format!("{error}\nit was left with {there}"))
        }
        Ok(plan) => {
            if let Some(difference) = difference(expected, &from.dump().await) {
                return Outcome::Failed(format!("{difference}\n{}", statements(&plan)));
            }
            let mut connection = from.connection().await;
            for (query, expected) in sums {
                let found = cell(&rows(&mut connection, &query).await[0], 0);
                if found != expected {
                    return Outcome::Failed(format!(
                        "rows changed: {query}: {expected} became {found}\n{}",
                        statements(&plan)
                    ));
                }
            }
            Outcome::Equal
        }
    }
}

fn is_about_rows(error: &str) -> bool {
    [
        "1062", "1264", "1265", "1292", "1366", "1406", "1452", "1138", "1048", "3819", "4025", "1526",
        "1425", "1416", "6136", "1903", "3140", "3156", "1834", "3643",
    ]
    .iter()
    .any(|code| error.contains(&format!("({code})")))
}

/// Fills the tables, and gives queries with what they answer, for the columns that are the same in both.
async fn fill(from: &TestDatabase, to: &TestDatabase) -> Vec<(String, String)> {
    let columns = |database: &str| {
        format!(
            "SELECT table_name, column_name, CONCAT_WS('|', column_type, character_set_name, generation_expression) \
             FROM information_schema.columns WHERE table_schema = '{database}'"
        )
    };
    let mut connection = from.connection().await;
    let tables = format!(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}' AND table_type <> 'VIEW' \
         AND table_type <> 'SEQUENCE' AND table_name NOT LIKE 'groundplan%'",
        from.name
    );
    let tables: Vec<String> = rows(&mut connection, &tables).await.iter().map(|row| cell(row, 0)).collect();
    // What a value cannot be made for is left to the defaults; a table that then refuses its rows stays empty.
    for table in &tables {
        for id in 1..4 {
            let insert = format!(
                "SET sql_mode=''; INSERT IGNORE INTO `{table}` (id) VALUES ({id}); SET sql_mode=DEFAULT"
            );
            let _ = sqlx::raw_sql(AssertSqlSafe(insert)).execute(&mut connection).await;
        }
    }
    let read = |rows: Vec<sqlx::mysql::MySqlRow>| -> Vec<(String, String, String)> {
        rows.iter().map(|row| (cell(row, 0), cell(row, 1), cell(row, 2))).collect()
    };
    let old = read(rows(&mut connection, &columns(&from.name)).await);
    let new = read(rows(&mut connection, &columns(&to.name)).await);
    let mut sums = Vec::new();
    for table in &tables {
        let kept: Vec<String> = old
            .iter()
            .filter(|column| column.0 == *table && new.contains(column))
            .map(|(_, name, _)| format!("COALESCE(HEX(`{}`), '-')", name.replace('`', "``")))
            .collect();
        let survives = new.iter().any(|(name, ..)| name == table);
        if !kept.is_empty() && survives {
            let query = format!(
                "SELECT COALESCE(SUM(CRC32(CONCAT_WS(',', {}))), 0) + COUNT(*) FROM `{table}`",
                kept.join(", ")
            );
            let sum = cell(&rows(&mut connection, &query).await[0], 0);
            sums.push((query, sum));
        }
    }
    sums
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_pairs() {
    let long = std::env::var("GROUNDPLAN_LONG").is_ok();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let start = number("GROUNDPLAN_SEED", 1);
    let end = start + number("GROUNDPLAN_PAIRS", if long { 10_000 } else { 6 });
    let jobs = number("GROUNDPLAN_JOBS", 4);
    let mut campaigns = tokio::task::JoinSet::new();
    for server in servers() {
        let next = Arc::new(AtomicU64::new(start / WALK));
        for _ in 0..jobs {
            let (server, next) = (server.clone(), Arc::clone(&next));
            campaigns.spawn(async move {
                let mut tally = Tally::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number * WALK >= end {
                        return (server.name, tally);
                    }
                    let seeds = start.max(number * WALK)..end.min((number + 1) * WALK);
                    walk(&server, number, seeds, &mut tally).await;
                }
            });
        }
    }
    let mut by_server: std::collections::BTreeMap<&str, Tally> = std::collections::BTreeMap::new();
    for (server, part) in campaigns.join_all().await {
        let all = by_server.entry(server).or_default();
        all.equal += part.equal;
        all.invalid += part.invalid;
        all.stopped += part.stopped;
        all.refused += part.refused;
        all.failed.extend(part.failed);
    }
    let mut failures = Vec::new();
    for (server, Tally { equal, invalid, stopped, refused, failed }) in by_server {
        println!(
            "{server}: {equal} pairs equal, {stopped} stopped by probes of their rows, {refused} by the server for their \
             rows, {invalid} not valid, {} failed",
            failed.len()
        );
        failures.extend(failed.iter().map(|seed| format!("{server} {seed}")));
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}

async fn walk(server: &TestServer, number: u64, seeds: std::ops::Range<u64>, tally: &mut Tally) {
    let mut walk = Walk { server, number, at: None };
    for seed in seeds {
        match walk.pair(seed).await {
            Outcome::Equal => tally.equal += 1,
            Outcome::Invalid => tally.invalid += 1,
            Outcome::Stopped => tally.stopped += 1,
            Outcome::Refused(why) => {
                if std::env::var("GROUNDPLAN_SHOW_REFUSED").is_ok() {
                    eprintln!("{why}\n");
                }
                tally.refused += 1;
            }
            Outcome::Failed(why) => {
                eprintln!("{why}\n");
                tally.failed.push(seed);
            }
        }
    }
    if let Some((database, _)) = walk.at {
        database.drop().await;
    }
}
