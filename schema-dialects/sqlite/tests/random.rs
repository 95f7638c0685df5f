//! Random pairs of schemas with random rows: what a plan promises is what the database becomes.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use schema_core::diff::Renames;
use schema_core::{Error, Scope};
use support::generate::Draft;
use support::rows::{self, Random};
use support::{Folder, canonical, dump, inspect, open};

/// Few by default; `GROUNDPLAN_LONG` asks for the whole campaign, `GROUNDPLAN_SEED` for one pair.
fn seeds() -> std::ops::Range<u64> {
    if let Some(seed) = std::env::var("GROUNDPLAN_SEED").ok().and_then(|seed| seed.parse().ok()) {
        return seed..seed + 1;
    }
    0..if std::env::var_os("GROUNDPLAN_LONG").is_some() { 20_000 } else { 300 }
}

#[tokio::test]
async fn every_pair_converges_and_keeps_its_rows() {
    let mut totals = Totals::default();
    let mut failures = Vec::new();
    for seed in seeds() {
        if let Err(failure) = pair(seed, &mut totals).await {
            failures.push(format!("seed {seed}: {failure}"));
        }
        if failures.len() >= 10 {
            break;
        }
    }
    println!("{totals:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[derive(Debug, Default)]
struct Totals {
    pairs: usize,
    not_accepted: usize,
    steps: usize,
    rows: usize,
    stopped_by_probes: usize,
    stopped_at_the_end: usize,
}

async fn pair(seed: u64, totals: &mut Totals) -> Result<(), String> {
    let mut random = Random::new(seed + 1);
    let one = Draft::new(&mut random);
    let other = if random.chance(85) { one.changed(&mut random) } else { Draft::new(&mut random) };
    let other_taste = if random.chance(50) { seed } else { seed + 1 };
    let (one, other) = (one.sql(seed), other.sql(other_taste));
    let files = Folder::new();
    let (file, fresh) = (files.file("a.db"), files.file("b.db"));
    if !make(&file, &one).await || !make(&fresh, &other).await {
        totals.not_accepted += 1;
        return Ok(());
    }
    totals.pairs += 1;
    let context = |what: &str| format!("{what}\n-- from\n{one}\n-- to\n{other}");
    let mut session = open(&file).await;
    let before = session.inspect(&Scope::default()).await.unwrap();
    if let Some(finding) = before.unmodelled.first() {
        return Err(context(&format!("{}: {}", finding.object, finding.reason)));
    }
    let before = before.schema;
    totals.rows += rows::fill(&file, &before, seed, 4).await;
    let mut contents = rows::contents(&file, &before).await;
    let mut others = rows::others(&file, &before).await;
    let wanted = canonical(&mut *session, "to.sql", &other).await.map_err(|e| context(&e.to_string()))?;
    if let Some(finding) = wanted.unmodelled.first() {
        return Err(context(&format!("{}: {}", finding.object, finding.reason)));
    }
    let wanted = wanted.schema;
    let direct = inspect(&fresh).await.schema;
    if wanted != direct {
        return Err(context("the scratch area gives another schema than a file"));
    }
    let mut steps = support::plan(&mut *session, &wanted, &Renames::default())
        .await
        .map_err(|e| context(&e.to_string()))?;
    let sql = steps.iter().flat_map(|s| &s.statements).map(|s| format!("{s};\n")).collect::<String>();
    let context = |what: &str| format!("{}\n-- plan\n{sql}", context(what));
    totals.steps += steps.len();
    if support::probe(&mut *session, &steps).await.map_err(|e| context(&e.to_string()))?.is_some() {
        totals.stopped_by_probes += 1;
        drop(session);
        std::fs::remove_file(&file).unwrap();
        make(&file, &one).await;
        session = open(&file).await;
        contents = rows::contents(&file, &before).await;
        others = rows::others(&file, &before).await;
        steps = support::plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    }
    match support::execute(&mut *session, &steps).await {
        // A value that becomes one of another type may refer to nothing then, which only the end shows.
        Err(Error::Verification(_)) => {
            totals.stopped_at_the_end += 1;
            return Ok(());
        }
        done => done.map_err(|e| context(&e.to_string()))?,
    }
    let after = session.inspect(&Scope::default()).await.unwrap();
    if after.schema.database != wanted.database {
        return Err(context("the database is not what the plan leads to"));
    }
    let again = support::plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    if !again.is_empty() {
        return Err(context(&format!("a second plan has {} steps", again.len())));
    }
    drop(session);
    let now = rows::contents(&file, &after.schema).await;
    let altered = rows::altered((&contents, &before), (&now, &after.schema));
    if !altered.is_empty() {
        return Err(context(&altered.join(", ")));
    }
    let kept = rows::others(&file, &after.schema).await;
    for (what, rows) in others {
        if kept.get(&what).is_some_and(|now| *now != rows) {
            return Err(context(&format!("{what}: {rows:?} became {:?}", kept[&what])));
        }
    }
    if seed.is_multiple_of(10)
        && support::client().is_some()
        && dump::dump(&file).pragmas != dump::dump(&fresh).pragmas
    {
        let (wanted, found) = (dump::dump(&fresh).pragmas, dump::dump(&file).pragmas);
        let missing: Vec<&String> = wanted.iter().filter(|line| !found.contains(line)).collect();
        return Err(context(&format!("the pragmas differ: {missing:?}")));
    }
    Ok(())
}

/// Whether SQLite accepts the schema.
async fn make(file: &std::path::Path, sql: &str) -> bool {
    let mut session = open(file).await;
    session.execute(&sql.into()).await.is_ok()
}
