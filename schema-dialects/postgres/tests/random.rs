//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! And random schemas of which tables and columns get other names.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for PostgreSQL 15 and as many for 18, `GROUNDPLAN_PAIRS` any number;
//! `GROUNDPLAN_SEED` starts at another seed, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use schema_core::diff::{Rename, Renames};
use schema_core::{Database, Name, ObjectId, ObjectKind};
use support::family::{self, Counts, PAIRS_PER_FAMILY};
use support::generate::{self, Choices};
use support::judge::{Bench, Outcome, Rows};
use support::{say, servers};

/// Schemas that share most of their choices with the first, and sometimes none.
fn relatives(seed: u64, version: u32) -> Vec<String> {
    let first = Choices::new(seed, version);
    let others = [0x00c0_ffee, 0xdec0_de00, 0x0bad_cafe].map(|other| {
        let percent = first.pick(&format!("percent {other}"), &[2, 4, 8, 16, 35, 100]);
        first.changed(seed ^ other, percent)
    });
    std::iter::once(&first).chain(&others).map(generate::schema).collect()
}

/// After so many families the catalogs of a database have grown so much that a new one is quicker.
const FAMILIES_PER_BENCH: u64 = 30;

fn is_long() -> bool {
    std::env::var_os("GROUNDPLAN_LONG").is_some()
}

fn number(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or)
}

#[tokio::test]
async fn random_pairs() {
    let long = is_long();
    let start = number("GROUNDPLAN_SEED", 1);
    let pairs = number("GROUNDPLAN_PAIRS", if long { 10_000 } else { PAIRS_PER_FAMILY });
    let mut failures = Vec::new();
    for (server, version) in servers() {
        let mut counts = Counts::default();
        let mut bench = Bench::new(&server).await;
        for seed in start..start + pairs.div_ceil(PAIRS_PER_FAMILY) {
            if seed > start && (seed - start).is_multiple_of(FAMILIES_PER_BENCH) {
                bench.gone().await;
                bench = Bench::new(&server).await;
                counts.tell(version);
            }
            let name = format!("PostgreSQL {version} seed {seed}");
            family::lead_around(
                &mut bench,
                &name,
                &relatives(seed, version),
                seed.is_multiple_of(10),
                &mut counts,
            )
            .await;
        }
        bench.gone().await;
        failures.extend(counts.told(version));
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}

/// What the generator calls tables and columns, where no other object is called so.
const NAMED: [&str; 23] = [
    "t0",
    "t1",
    "t2",
    "t3",
    "t4",
    "i0",
    "i1",
    "i2",
    "p0",
    "p0_a",
    "\"sel ect\"",
    "\"Or\"\"der\"",
    "c0",
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
    "c7",
    "\"Na me\"",
    "r0",
    "tenant",
];

/// The new name of what is called so in one of a seed's schemas.
fn new_name(seed: u64, word: &str) -> Option<String> {
    let at = NAMED.iter().position(|named| *named == word)? as u64;
    let chosen = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (at + 8)).is_multiple_of(4);
    chosen.then(|| if at.is_multiple_of(5) { format!("\"New {at}\"") } else { format!("new{at}") })
}

/// A script in which everything that is chosen is called otherwise.
fn renamed(seed: u64, script: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut text, mut rest) = (String::new(), script);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '\'' => {
                // A doubled quote does not end it.
                let mut quotes = rest.match_indices(first).skip(1).map(|(at, _)| at + 1);
                let mut end = quotes.next().unwrap_or(rest.len());
                while rest[end..].starts_with(first) {
                    quotes.next();
                    end = quotes.next().unwrap_or(rest.len());
                }
                end
            }
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (word, left) = rest.split_at(end);
        text.push_str(new_name(seed, word).as_deref().unwrap_or(word));
        rest = left;
    }
    text
}

/// The same as hints; what is inherited gets its name from its parent.
fn hints(seed: u64, database: &Database) -> Renames {
    let quoted = |name: &Name| {
        let plain = name.as_str().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if plain { name.to_string() } else { format!("\"{}\"", name.as_str().replace('"', "\"\"")) }
    };
    let hint = |from: ObjectId| {
        let to = new_name(seed, &quoted(&from.name))?;
        Some(Rename { from, to: to.trim_matches('"').into() })
    };
    let all = database.tables().flat_map(|table| {
        let postgres = &table.options.postgres;
        let is_heir = postgres.partition_of.is_some() || !postgres.inherits.is_empty();
        let own = table.columns.iter().filter(move |column| !column.postgres.inherited && !is_heir);
        let columns = own.map(|column| table.id().part(ObjectKind::Column, &column.name));
        columns.chain([table.id()]).filter_map(hint)
    });
    all.collect()
}

#[tokio::test]
async fn random_renames() {
    let start = number("GROUNDPLAN_SEED", 1);
    let count = number("GROUNDPLAN_PAIRS", if is_long() { 1_000 } else { 6 });
    let mut failures = Vec::new();
    for (server, version) in servers() {
        let mut bench = Bench::new(&server).await;
        let mut equal = 0;
        for seed in start..start + count {
            let name = format!("PostgreSQL {version} seed {seed}");
            let before = generate::schema(&Choices::new(seed, version));
            let after = renamed(seed, &before);
            let mut state = async |script| match bench.state(script, false).await {
                Ok(state) => state,
                Err(outcome) => panic!("{name}: {outcome:?}\n{script}"),
            };
            let (old, new) = (state(&before).await, state(&after).await);
            bench.make(&before).await.unwrap();
            match bench.lead(&new, &hints(seed, old.database()), Rows::Yield).await {
                Outcome::Equal | Outcome::Foreseen => equal += 1,
                Outcome::Refused(why) => say!("{name}: refused: {why}"),
                Outcome::Unforeseen(why) => say!("{name}: not foreseen: {why}"),
                other => {
                    say!("{name} FAILED: {other:?}");
                    failures.push(name);
                }
            }
        }
        say!("PostgreSQL {version}: {equal} of {count} renamed");
        bench.gone().await;
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}
