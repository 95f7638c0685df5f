//! Real schemas of real projects, judged by the system's own `sqlite3`.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use schema_core::diff::Renames;
use schema_core::{Canonical, Scope};
use support::{Folder, canonical, client, corpora, dump, inspect, open, projects, rows, say, sqlite3};

#[tokio::test]
async fn what_is_inspected_renders_to_the_same() {
    let (Some(folder), Some(_)) = (corpora(), client()) else { return };
    let mut failures = Vec::new();
    say!("{:<24} {:>8} {:>11}  same", "schema", "objects", "unmodelled");
    for (project, states) in projects(&folder) {
        for (state, text) in states {
            let name = format!("{project}/{state}");
            let files = Folder::new();
            let (original, copy) = (files.file("original.db"), files.file("copy.db"));
            sqlite3(&original, &text).unwrap();
            let inspection = inspect(&original).await;
            for finding in &inspection.unmodelled {
                say!("  {name}: {} ({})", finding.object, finding.reason);
            }
            let mut session = open(&copy).await;
            for statement in session.dialect().render(&inspection.schema).unwrap() {
                session.execute(&statement).await.unwrap();
            }
            drop(session);
            let same = compare(&name, &original, &copy, &mut failures);
            let again = inspect(&copy).await;
            assert!(again.schema == inspection.schema, "{name} is another after the round trip");
            let objects = inspection.schema.database.len();
            say!("{name:<24} {objects:>8} {:>11}  {same}", inspection.unmodelled.len());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn compare(name: &str, one: &std::path::Path, other: &std::path::Path, failures: &mut Vec<String>) -> bool {
    let (one, other) = (dump::dump(one), dump::dump(other));
    let before = failures.len();
    for (object, statement) in &one.letters {
        if other.letters.get(object) != Some(statement) {
            let found = other.letters.get(object).map_or("nothing", String::as_str);
            failures.push(format!("{name}: {object}\n  wanted {statement}\n  found  {found}"));
        }
    }
    for object in other.letters.keys().filter(|object| !one.letters.contains_key(*object)) {
        failures.push(format!("{name}: {object} is too much"));
    }
    pragmas(name, &one, &other, failures);
    failures.len() == before
}

fn pragmas(name: &str, one: &dump::Dump, other: &dump::Dump, failures: &mut Vec<String>) {
    for line in one.pragmas.iter().filter(|line| !other.pragmas.contains(line)) {
        failures.push(format!("{name}: missing {line}"));
    }
    for line in other.pragmas.iter().filter(|line| !one.pragmas.contains(line)) {
        failures.push(format!("{name}: too much {line}"));
    }
}

#[tokio::test]
async fn one_state_becomes_another() {
    let (Some(folder), Some(_)) = (corpora(), client()) else { return };
    let mut failures = Vec::new();
    say!("{:<32} {:>5} {:>6}  outcome", "change", "steps", "rows");
    for (project, states) in projects(&folder) {
        let last = states.len() - 1;
        let forwards = (0..last).map(|at| (at, at + 1));
        let backwards = (0..last).map(|at| (at + 1, at));
        for (from, to) in forwards
            .chain(backwards)
            .chain((last > 1).then_some((0, last)))
            .chain((last > 1).then_some((last, 0)))
        {
            change(&project, &states[from], &states[to], &mut failures).await;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn change(project: &str, from: &(String, String), to: &(String, String), failures: &mut Vec<String>) {
    let name = format!("{project} {} to {}", from.0, to.0);
    let files = Folder::new();
    let (changed, fresh) = (files.file("changed.db"), files.file("fresh.db"));
    sqlite3(&changed, &from.1).unwrap();
    sqlite3(&fresh, &to.1).unwrap();
    let begun = dump::dump(&changed);
    let before = inspect(&changed).await.schema;
    let filled = rows::fill(&changed, &before, 7, 8).await;
    let contents = rows::contents(&changed, &before).await;

    let mut session = open(&changed).await;
    let wanted = canonical(&mut *session, &name, &to.1).await.unwrap().schema;
    let mut steps = support::plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    let mut outcome = "done".to_owned();
    if let Some(found) = support::probe(&mut *session, &steps).await.unwrap() {
        // Rows stand in the way, as they may: the change is made without them.
        outcome = format!("done without rows ({found})");
        drop(session);
        std::fs::remove_file(&changed).unwrap();
        sqlite3(&changed, &from.1).unwrap();
        session = open(&changed).await;
        steps = support::plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    }
    if let Err(error) = support::execute(&mut *session, &steps).await {
        failures.push(format!("{name}: {error}"));
        return;
    }
    let again = support::plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    if !again.is_empty() {
        let titles: Vec<&str> = again.iter().map(|step| step.title.as_str()).collect();
        failures.push(format!("{name}: a second plan has steps: {titles:?}"));
    }
    let after: Canonical = session.inspect(&Scope::default()).await.unwrap().schema;
    drop(session);
    if outcome == "done" {
        let now = rows::contents(&changed, &after).await;
        for what in rows::altered((&contents, &before), (&now, &after)) {
            failures.push(format!("{name}: {what} changed"));
        }
    }
    let (found, expected) = (dump::dump(&changed), dump::dump(&fresh));
    pragmas(&name, &expected, &found, failures);
    for (object, statement) in expected.letters.iter().filter(|(k, _)| !begun.letters.contains_key(*k)) {
        if found.letters.get(object) != Some(statement) {
            let found = found.letters.get(object).map_or("nothing", String::as_str);
            failures.push(format!("{name}: {object}\n  wanted {statement}\n  found  {found}"));
        }
    }
    let spelled = expected.statements.iter().filter(|(k, v)| found.statements.get(*k) != Some(v)).count();
    for (k, v) in expected.statements.iter().filter(|(k, v)| found.statements.get(*k) != Some(v)) {
        say!(
            "    {k}\n      wanted {v}\n      found  {}",
            found.statements.get(k).map_or("", String::as_str)
        );
    }
    say!(
        "{name:<32} {:>5} {filled:>6}  {outcome}{}",
        steps.len(),
        if spelled > 0 { format!(", {spelled} spelled otherwise") } else { String::new() }
    );
}
