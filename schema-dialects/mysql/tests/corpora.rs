//! Real schemas of real projects, judged by what the server itself says each object is.

mod support;

use schema_core::Session as _;
use support::{TestServer, apply, declared, difference, projects, scope, servers, statements};

/// Load with the server's client, inspect, render, apply to an empty database: the dumps are equal. And what the
/// scratch database makes of the script is what inspection reads.
#[tokio::test]
async fn every_state_makes_the_round_trip() {
    let mut failures = Vec::new();
    for server in servers() {
        for (project, states) in projects(server.corpora) {
            for (state, script) in states {
                let what = format!("{}: {project}/{state}", server.name);
                if let Err(failure) = round_trip(&server, &script).await {
                    failures.push(format!("{what}: {failure}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}

async fn round_trip(server: &TestServer, script: &str) -> Result<(), String> {
    let loaded = server.database().await;
    loaded.load(script);
    let expected = loaded.dump().await;
    let mut session = loaded.session().await;
    let inspection = session.inspect(&scope()).await.map_err(|e| e.to_string())?;
    if let Some(finding) = inspection.unmodelled.first() {
        return Err(format!("not modelled: {} ({})", finding.object, finding.reason));
    }
    let statements = session.dialect().render(&inspection.schema).map_err(|e| e.to_string())?;
    let copy = server.database().await;
    let mut target = copy.session().await;
    for statement in &statements {
        target.execute(statement).await.map_err(|e| e.to_string())?;
    }
    let rendered = difference(&expected, &copy.dump().await);
    let canonical = target.canonicalize(&declared(script), &scope()).await.map_err(|e| e.to_string())?;
    let canonicalized = canonical.schema == inspection.schema;
    loaded.drop().await;
    copy.drop().await;
    match rendered {
        Some(difference) => Err(format!("rendered otherwise:\n  {difference}")),
        None if !canonicalized => {
            let there = schema_core::diff::diff(&inspection.schema, &canonical.schema, &Default::default());
            Err(format!("canonicalized otherwise: {there:?}").chars().take(1500).collect())
        }
        None => Ok(()),
    }
}

/// From each state to the next and back, and from the first to the last: the dump is that of the state loaded
/// afresh, and a second plan is empty.
#[tokio::test]
async fn every_chain_is_walked_both_ways() {
    let mut failures = Vec::new();
    for server in servers() {
        for (project, states) in projects(server.corpora) {
            if states.len() < 2 {
                continue;
            }
            let mut dumps = Vec::new();
            for (_, script) in &states {
                let fresh = server.database().await;
                fresh.load(script);
                dumps.push(fresh.dump().await);
                fresh.drop().await;
            }
            let last = states.len() - 1;
            let there: Vec<usize> = (0..=last).collect();
            let back: Vec<usize> = (0..=last).rev().collect();
            for walk in [there, back, vec![0, last], vec![last, 0]] {
                let database = server.database().await;
                database.load(&states[walk[0]].1);
                for pair in walk.windows(2) {
                    let what =
                        format!("{}: {project} {} to {}", server.name, states[pair[0]].0, states[pair[1]].0);
                    match apply(&database, &declared(&states[pair[1]].1)).await {
                        Ok(plan) => {
                            if let Some(difference) = difference(&dumps[pair[1]], &database.dump().await) {
                                failures.push(format!("{what}: {difference}\n{}", statements(&plan)));
                            }
                        }
                        Err(failure) => {
                            failures.push(format!("{what}: {failure}"));
                            break;
                        }
                    }
                }
                database.drop().await;
            }
        }
    }
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}
