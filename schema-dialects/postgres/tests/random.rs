//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for PostgreSQL 15 and as many for 18, `GROUNDPLAN_PAIRS` any number;
//! `GROUNDPLAN_SEED` starts at another seed, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::generate::{self, Choices};
use support::judge::{Bench, Outcome, Rows, State};
use support::{say, servers};

/// Schemas that share most of their choices with the first, and sometimes none.
fn family(seed: u64, version: u32) -> Vec<String> {
    let first = Choices::new(seed, version);
    let others = [0x00c0_ffee, 0xdec0_de00, 0x0bad_cafe].map(|other| {
        let percent = first.pick(&format!("percent {other}"), &[2, 4, 8, 16, 35, 100]);
        first.changed(seed ^ other, percent)
    });
    std::iter::once(&first).chain(&others).map(generate::schema).collect()
}

/// A way through a family on which each schema becomes each other one once.
const WAY: [usize; 13] = [0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3, 0];
const PAIRS_PER_FAMILY: u64 = WAY.len() as u64 - 1;

/// After so many families the catalogs of a database have grown so much that a new one is quicker.
const FAMILIES_PER_BENCH: u64 = 30;

#[derive(Default)]
struct Counts {
    equal: u32,
    foreseen: u32,
    unforeseen: u32,
    refused: u32,
    invalid: u32,
    failures: Vec<String>,
}

#[tokio::test]
async fn random_pairs() {
    let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
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
            }
            lead_around(&mut bench, seed, version, &mut counts).await;
        }
        bench.gone().await;
        let Counts { equal, foreseen, unforeseen, refused, invalid, failures: failed } = counts;
        say!(
            "PostgreSQL {version}: {equal} pairs equal ({foreseen} with rows in the way, {unforeseen} not foreseen), \
             {refused} refused, {invalid} not valid, {} failed",
            failed.len()
        );
        failures.extend(failed);
    }
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}

/// Leads a database along the way through a family.
async fn lead_around(bench: &mut Bench, seed: u64, version: u32, counts: &mut Counts) {
    let mut states: Vec<State> = Vec::new();
    for script in family(seed, version) {
        match bench.state(&script, seed.is_multiple_of(10)).await {
            Ok(state) => states.push(state),
            Err(Outcome::Invalid(why)) => {
                say!("PostgreSQL {version} seed {seed}: not valid: {why}");
                counts.invalid += 1;
                return;
            }
            Err(other) => {
                say!("PostgreSQL {version} seed {seed} FAILED: {other:?}\n");
                counts.failures.push(format!("{version}/{seed}"));
                return;
            }
        }
    }
    // Whether the database is what the last pair should have made of it.
    let mut is_there = false;
    for pair in WAY.windows(2) {
        let name = format!("PostgreSQL {version} seed {seed} from {} to {}", pair[0], pair[1]);
        let (from, to) = (&states[pair[0]], &states[pair[1]]);
        // Where its rows stand in the way in the middle, a pair is tried without them.
        for rows in [Rows::Yield, Rows::Without] {
            if !std::mem::replace(&mut is_there, true) {
                bench.make(&from.script).await.unwrap();
            }
            match bench.lead(to, rows).await {
                Outcome::Equal => counts.equal += 1,
                Outcome::Foreseen => {
                    counts.equal += 1;
                    counts.foreseen += 1;
                }
                other => {
                    is_there = false;
                    match other {
                        Outcome::Unforeseen(why) => {
                            counts.unforeseen += 1;
                            say!("{name}: not foreseen: {why}");
                            continue;
                        }
                        Outcome::Refused(why) => {
                            counts.refused += 1;
                            say!("{name}: refused: {why}");
                        }
                        failed => {
                            say!("{name} FAILED: {failed:?}\n");
                            counts.failures.push(format!("{version}/{seed}/{}-{}", pair[0], pair[1]));
                        }
                    }
                }
            }
            break;
        }
    }
}
