//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for PostgreSQL 15 and as many for 18, `GROUNDPLAN_PAIRS` any number;
//! `GROUNDPLAN_SEED` starts at another seed, and `GROUNDPLAN_SHOW` prints each pair's schemas and plan.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::family::{self, Counts, PAIRS_PER_FAMILY};
use support::generate::{self, Choices};
use support::judge::Bench;
use support::servers;

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
