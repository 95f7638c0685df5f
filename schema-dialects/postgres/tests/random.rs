//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for PostgreSQL 15 and as many for 18, `GROUNDPLAN_PAIRS` any number;
//! `GROUNDPLAN_SEED` starts at another seed, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::generate::{self, Choices};
use support::judge::{Outcome, judge};
use support::{say, servers};

/// A pair: the second schema shares most of its choices with the first, and sometimes none.
fn schemas(seed: u64, version: u32) -> (String, String) {
    let before = Choices::new(seed, version);
    let percent = [4, 12, 35, 100][before.below("percent", 4)];
    let after = before.changed(seed ^ 0x00c0_ffee, percent);
    (generate::schema(&before), generate::schema(&after))
}

async fn pair(server: &str, version: u32, seed: u64, with_rows: bool) -> Outcome {
    let (before, after) = schemas(seed, version);
    judge(server, &before, &after, with_rows).await
}

#[tokio::test]
async fn random_pairs() {
    let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let start = number("GROUNDPLAN_SEED", 1);
    let count = number("GROUNDPLAN_PAIRS", if long { 10_000 } else { 24 });
    let mut failures = Vec::new();
    for (server, version) in servers() {
        let (mut equal, mut foreseen, mut unforeseen, mut refused, mut invalid) = (0, 0, 0, 0, 0);
        for seed in start..start + count {
            // Where its rows stand in the way, a pair is tried without them.
            for with_rows in [true, false] {
                match pair(&server, version, seed, with_rows).await {
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
                        say!("PostgreSQL {version} seed {seed} FAILED (rows: {with_rows}): {why}\n");
                        failures.push(format!("{version}/{seed}"));
                    }
                }
                break;
            }
        }
        say!(
            "PostgreSQL {version}: {equal} pairs equal ({foreseen} with rows in the way, {unforeseen} not foreseen), \
             {refused} refused, {invalid} not valid"
        );
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}
