//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for PostgreSQL 15 and as many for 18, `GROUNDPLAN_PAIRS` any number;
//! `GROUNDPLAN_SEED` starts at another seed, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::generate::{self, Choices};
use support::judge::{Bench, Outcome, Way};
use support::{say, servers};

/// A pair: the second schema shares most of its choices with the first, and sometimes none.
fn schemas(seed: u64, version: u32) -> (String, String) {
    let before = Choices::new(seed, version);
    let percent = [4, 12, 35, 100][before.below("percent", 4)];
    let after = before.changed(seed ^ 0x00c0_ffee, percent);
    (generate::schema(&before), generate::schema(&after))
}

/// After so many pairs the catalogs of a database have grown so much that a new one is quicker.
const PAIRS_PER_BENCH: u64 = 200;

#[tokio::test]
async fn random_pairs() {
    let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let start = number("GROUNDPLAN_SEED", 1);
    let count = number("GROUNDPLAN_PAIRS", if long { 10_000 } else { 10 });
    let mut failures = Vec::new();
    for (server, version) in servers() {
        let (mut equal, mut foreseen, mut unforeseen, mut refused, mut invalid) = (0, 0, 0, 0, 0);
        let mut bench = Bench::new(&server).await;
        for seed in start..start + count {
            if seed > start && (seed - start) % PAIRS_PER_BENCH == 0 {
                bench.gone().await;
                bench = Bench::new(&server).await;
            }
            let (before, after) = schemas(seed, version);
            // Where its rows stand in the way, a pair is tried without them.
            for rows in [true, false] {
                match bench.judge(&before, &after, Way { rows, scratch: seed % 10 == 0 }).await {
                    Outcome::Equal => equal += 1,
                    Outcome::Foreseen => {
                        foreseen += 1;
                        continue;
                    }
                    Outcome::Unforeseen(why) => {
                        unforeseen += 1;
                        say!("PostgreSQL {version} seed {seed}: not foreseen: {why}");
                        continue;
                    }
                    Outcome::Refused(why) => {
                        refused += 1;
                        say!("PostgreSQL {version} seed {seed}: refused: {why}");
                    }
                    Outcome::Invalid(why) => {
                        invalid += 1;
                        say!("PostgreSQL {version} seed {seed}: not valid: {why}");
                    }
                    Outcome::Failed(why) => {
                        say!("PostgreSQL {version} seed {seed} FAILED (rows: {rows}): {why}\n");
                        failures.push(format!("{version}/{seed}"));
                    }
                }
                break;
            }
        }
        bench.gone().await;
        say!(
            "PostgreSQL {version}: {equal} pairs equal ({foreseen} with rows in the way, {unforeseen} not foreseen), \
             {refused} refused, {invalid} not valid"
        );
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}
