//! Real schemas of real projects, judged by `pg_dump`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use std::path::Path;

use schema_core::diff::Renames;
use schema_core::plan_between;
use schema_core::{Declared, Error, Session};
use support::{TestDatabase, canonical, corpora, differences, execute, projects, say, scope, server};

/// How the table marks what the planner refuses by name.
const REFUSED: &str = "refused: ";

fn name(project: &str, file: &Path) -> String {
    format!("{project}/{}", file.file_stem().unwrap().to_string_lossy())
}

#[tokio::test]
async fn what_is_inspected_renders_to_the_same() {
    let (Some(folder), Some(server)) = (corpora(), server()) else { return };
    let mut failures = Vec::new();
    say!("{:<24} {:>8} {:>11}  same", "schema", "objects", "unmodelled");
    for (project, states) in projects(&folder) {
        for state in &states {
            let name = name(&project, state);
            let (original, copy) = (TestDatabase::new(&server).await, TestDatabase::new(&server).await);
            original.load(state);
            let inspection = original.session().await.inspect(&scope()).await.unwrap();
            let mut session = copy.session().await;
            let statements = session.dialect().render(&inspection.schema).unwrap();
            let mut problem = None;
            session.prepare(std::time::Duration::from_secs(5)).await.unwrap();
            for statement in &statements {
                if let Err(error) = session.execute(statement).await {
                    problem = Some(error.to_string());
                    break;
                }
            }
            let problem = problem.or_else(|| differences(&original.dump(), &copy.dump()));
            for finding in &inspection.unmodelled {
                say!("  {name}: {} ({})", finding.object, finding.reason);
            }
            let (objects, unmodelled) = (inspection.schema.database.len(), inspection.unmodelled.len());
            say!("{name:<24} {objects:>8} {unmodelled:>11}  {}", problem.is_none());
            failures.extend(problem.map(|problem| format!("{name}:\n{problem}")));
            drop(session);
            original.gone().await;
            copy.gone().await;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn one_state_becomes_another() {
    let (Some(folder), Some(server)) = (corpora(), server()) else { return };
    let mut failures = Vec::new();
    say!("{:<32} {:>5}  outcome", "change", "steps");
    for (project, states) in projects(&folder) {
        let last = states.len() - 1;
        let forwards = (0..last).map(|at| (at, at + 1));
        let backwards = (0..last).map(|at| (at + 1, at));
        let far = (last > 1).then_some([(0, last), (last, 0)]).into_iter().flatten();
        // Backwards and from end to end only in long campaigns.
        let long = std::env::var_os("GROUNDPLAN_LONG").is_some();
        for (from, to) in forwards.chain(backwards.chain(far).filter(|_| long)) {
            let name = format!(
                "{} to {}",
                name(&project, &states[from]),
                states[to].file_stem().unwrap().to_string_lossy()
            );
            if std::env::var("GROUNDPLAN_CHANGE").is_ok_and(|only| !name.contains(&only)) {
                continue;
            }
            let changed = TestDatabase::new(&server).await;
            match change(&server, &changed, &states[from], &states[to]).await {
                Err(problem) if problem.starts_with(REFUSED) => say!("{name:<32}        {problem}"),
                Ok(steps) => say!("{name:<32} {steps:>5}  same"),
                Err(problem) => {
                    say!("{name:<32}        {}", problem.lines().next().unwrap_or_default());
                    failures.push(format!("{name}:\n{problem}"));
                }
            }
            changed.gone().await;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn change(server: &str, changed: &TestDatabase, from: &Path, to: &Path) -> Result<usize, String> {
    changed.load(from);
    let fresh = TestDatabase::new(server).await;
    fresh.load(to);
    let wanted_dump = fresh.dump();
    fresh.gone().await;
    let mut session = changed.session().await;
    let wanted = canonical(&mut session, to).await.map_err(|error| error.to_string())?.schema;
    let before = session.inspect(&scope()).await.unwrap().schema;
    let plan = plan_between(session.dialect(), &before, &wanted, &Declared::default(), &Renames::default())
        .map_err(|error| match error {
        Error::Unsupported { .. } => format!("{REFUSED}{error}"),
        other => format!("planning: {other}"),
    })?;
    if std::env::var_os("GROUNDPLAN_SHOW").is_some() {
        plan.steps.iter().flat_map(|step| &step.statements).for_each(|sql| say!("{sql};"));
    }
    execute(&mut session, &plan.steps).await?;
    let after = session.inspect(&scope()).await.unwrap().schema;
    let again = plan_between(session.dialect(), &after, &wanted, &Declared::default(), &Renames::default())
        .map_err(|error| format!("planning again: {error}"))?;
    if !again.steps.is_empty() {
        let titles: Vec<String> =
            again.steps.iter().map(|step| format!("{} ({})", step.title, step.object)).collect();
        return Err(format!("a second plan has steps: {titles:?}"));
    }
    match differences(&wanted_dump, &changed.dump()) {
        Some(problem) => Err(format!("the dumps differ\n{problem}")),
        None => Ok(plan.steps.len()),
    }
}
