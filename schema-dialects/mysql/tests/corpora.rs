//! Real schemas of real projects, judged by what the server itself says each object is.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use schema_core::Session as _;
use support::{TestServer, apply, declared, difference, projects, say, scope, servers, statements};

/// Load with the server's client, inspect, render, apply to an empty database: the dumps are equal. And what the
/// scratch database makes of the script is what inspection reads.
#[tokio::test]
async fn every_state_makes_the_round_trip() {
    let mut trips = tokio::task::JoinSet::new();
    for server in servers() {
        trips.spawn(async move {
            let mut failures = Vec::new();
            for (project, states) in projects(server.corpora) {
                let (count, before) = (states.len(), failures.len());
                for (state, script) in states {
                    if let Err(failure) = round_trip(&server, &script).await {
                        failures.push(format!("{}: {project}/{state}: {failure}", server.name));
                    }
                }
                let refused = failures.len() - before;
                say!("{:14} {project:16} {count:3} states {refused:3} refused or not equal", server.name);
            }
            failures
        });
    }
    let failures: Vec<String> = trips.join_all().await.into_iter().flatten().collect();
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
            let there = schema_core::diff::diff(
                &inspection.schema,
                &canonical.schema,
                &schema_core::diff::Renames::default(),
            );
            Err(format!("canonicalized otherwise: {there:?}").chars().take(1500).collect())
        }
        None => Ok(()),
    }
}

/// From each state to the next, and from the last back to the first: the dump is that of the state loaded afresh, and
/// a second plan is empty. With `GROUNDPLAN_LONG` also each step back and the leap from the first to the last.
#[tokio::test]
async fn every_chain_is_walked() {
    let mut walks = tokio::task::JoinSet::new();
    for server in servers() {
        walks.spawn(async move { walk_all(&server).await });
    }
    let failures: Vec<String> = walks.join_all().await.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}

async fn walk_all(server: &TestServer) -> Vec<String> {
    let long = std::env::var("GROUNDPLAN_LONG").is_ok();
    let mut failures = Vec::new();
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
        let mut walks = vec![(0..=last).collect::<Vec<_>>(), vec![last, 0]];
        if long {
            walks.extend([(0..=last).rev().collect(), vec![0, last]]);
        }
        for walk in walks {
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
    failures
}
