//! Real schemas of real projects, judged by what the server itself says each object is.

mod support;

use schema_core::{Dialect as _, Session as _};
use support::{TestServer, declared, difference, projects, scope, servers};

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
