//! Random parts of real schemas, and lines of them changed: from one to the other, judged as random pairs are.
//!
//! `GROUNDPLAN_LONG` makes it forty families for each server, `GROUNDPLAN_FAMILIES` any number; `GROUNDPLAN_SEED` starts
//! at another seed, `GROUNDPLAN_PROJECT` keeps to one project, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use schema_core::Engine;
use schema_core::script::split;
use support::family::{self, Counts};
use support::generate::Choices;
use support::judge::Bench;
use support::{corpora, projects, servers};

#[tokio::test]
async fn parts_of_real_schemas() {
    let Some(folder) = corpora() else { return };
    let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let start = number("GROUNDPLAN_SEED", 1);
    let families = number("GROUNDPLAN_FAMILIES", if long { 40 } else { 1 });
    let projects = projects(&folder);
    let mut failures = Vec::new();
    for (server, version) in servers() {
        let mut counts = Counts::default();
        for seed in start..start + families {
            let mut bench = Bench::new(&server).await;
            let choices = Choices::new(seed, version);
            let (project, states) = &projects[choices.below("project", projects.len())];
            let state = std::fs::read_to_string(&states[choices.below("state", states.len())]).unwrap();
            let statements: Vec<&str> =
                split(&state, Engine::Postgres).unwrap().iter().map(|statement| statement.sql).collect();
            let mut scripts = Vec::new();
            for member in members(&choices, seed) {
                scripts.push(bench.made_of(&part(&member, &statements)).await);
            }
            let name = format!("PostgreSQL {version} seed {seed} ({project})");
            family::lead_around(&mut bench, &name, &scripts, seed.is_multiple_of(10), &mut counts).await;
            bench.gone().await;
        }
        failures.extend(counts.told(version));
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}

/// Choices that share most with the first.
fn members(first: &Choices, seed: u64) -> Vec<Choices> {
    let others = [0x00c0_ffee, 0xdec0_de00, 0x0bad_cafe].map(|other| {
        let percent = first.pick(&format!("percent {other}"), &[1, 3, 8, 20, 60]);
        first.changed(seed ^ other, percent)
    });
    std::iter::once(first.clone()).chain(others).collect()
}

/// Most of the statements, some of them changed. What the server does not take of them is left out by it.
fn part(choices: &Choices, statements: &[&str]) -> Vec<String> {
    let kept = statements.iter().enumerate().filter(|(at, _)| !choices.one_in(&format!("{at}.out"), 15));
    kept.map(|(at, sql)| changed(choices, at, sql)).collect()
}

/// Words that stand for others, each of which another version might have.
const WORDS: [(&str, &str); 26] = [
    (" integer", " bigint"),
    (" bigint", " integer"),
    (" smallint", " integer"),
    (" text", " character varying(200)"),
    (" text", " public.citext"),
    (" character varying", " text"),
    (" timestamp without time zone", " timestamp with time zone"),
    (" timestamp with time zone", " timestamp without time zone"),
    (" jsonb", " json"),
    (" numeric", " double precision"),
    (" date", " timestamp with time zone"),
    (" boolean", " integer"),
    (" uuid", " text"),
    (" NOT NULL", ""),
    (" DEFAULT now()", ""),
    (" DEFAULT false", " DEFAULT true"),
    (" DEFAULT ", " NOT NULL DEFAULT "),
    ("CREATE UNIQUE INDEX", "CREATE INDEX"),
    ("CREATE INDEX", "CREATE UNIQUE INDEX"),
    ("ON DELETE CASCADE", "ON DELETE SET NULL"),
    (" UNIQUE (", " PRIMARY KEY ("),
    (" PRIMARY KEY (", " UNIQUE ("),
    ("USING btree (", "USING hash ("),
    (" WHERE ", " WHERE true AND "),
    (" IS '", " IS 'other "),
    ("CREATE MATERIALIZED VIEW", "CREATE VIEW"),
];

/// A statement, or another that is like it: lines of a list are left out, and words are others.
fn changed(choices: &Choices, at: usize, sql: &str) -> String {
    let is_list =
        ["CREATE TABLE", "CREATE TYPE", "CREATE SEQUENCE"].iter().any(|start| sql.starts_with(start));
    let last = sql.lines().count().saturating_sub(1);
    let mut lines: Vec<String> = Vec::new();
    for (number, line) in sql.lines().enumerate() {
        let key = |what: &str| format!("{at}.{number}.{what}");
        if is_list && (1..last).contains(&number) && choices.one_in(&key("out"), 25) {
            continue;
        }
        let mut line = line.to_owned();
        for (from, to) in WORDS {
            if line.contains(from) && choices.one_in(&key(from), 25) {
                line = line.replacen(from, to, 1);
            }
        }
        lines.push(line);
    }
    if is_list && sql.contains("(\n") && lines.len() > 2 {
        // The last of a list has no comma after it.
        let end = lines.iter().position(|line| line.starts_with(')')).unwrap_or(lines.len() - 1);
        for (number, line) in lines.iter_mut().enumerate().take(end).skip(1) {
            let bare = line.trim_end_matches(',').to_owned();
            *line = if number + 1 < end { format!("{bare},") } else { bare };
        }
    }
    lines.join("\n")
}
