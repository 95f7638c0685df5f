//! What a step claims to lock, and the work it claims to be, measured on the server: with `--long` for every kind of
//! step that a planner has.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod mysql;
mod postgres;
mod sqlite;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use groundplan::core::plan::{LockMode, Work};
use groundplan::core::{Engine, HazardClass, ObjectKind, Step};
use groundplan::{ApplyPolicy, Connect, Plan};
use support::changes::{Change, every_kind, kinds, sample, scoped};
use support::{long, say};

/// What was measured of one step.
#[derive(Debug, Default)]
pub struct Measured {
    /// The strongest lock on each relation that was there before.
    pub locks: BTreeMap<String, LockMode>,
    pub rewritten: bool,
    pub scanned: bool,
}

fn creates(step: &Step) -> bool {
    step.title.starts_with("create table") || step.title.starts_with("drop table")
}

/// What is wrong, and how much was measured.
#[derive(Default)]
struct Tally {
    steps: usize,
    wrong: Vec<String>,
    kinds: BTreeSet<String>,
}

impl Tally {
    fn count(&mut self, change: &Change, step: &Step, problems: Vec<String>) {
        self.steps += 1;
        let sql = step.statements.first().map(ToString::to_string).unwrap_or_default();
        for problem in problems {
            self.fail(format!("{}: {} ({sql}): {problem}", change.name, step.title));
        }
    }

    /// What is found to lose data by its effect and statements is what the planner says of it.
    fn losses(&mut self, change: &Change, plan: &Plan) {
        let claims = |step: &Step| step.hazards.iter().any(|hazard| hazard.class() == HazardClass::DataLoss);
        let found = ApplyPolicy::development().objections(plan);
        for (number, why) in found.into_iter().filter(|(number, _)| !claims(&plan.steps[number - 1])) {
            self.fail(format!("{}: step {number} claims to lose nothing: {why}", change.name));
        }
    }

    fn fail(&mut self, problem: String) {
        say!("{problem}");
        self.wrong.push(problem);
    }

    fn end(self, engine: Engine) {
        let missing: Vec<_> = every_kind(engine).difference(&self.kinds).cloned().collect();
        say!(
            "{engine}: {} steps of {} kinds measured, {} claims wrong",
            self.steps,
            self.kinds.len(),
            self.wrong.len()
        );
        assert!(self.wrong.is_empty(), "{engine}:\n{}", self.wrong.join("\n"));
        assert!(!long() || missing.is_empty(), "{engine}: no change has these steps: {missing:?}");
    }
}

/// Does every change of an engine and takes it back, and measures each step. A macro, as each engine has an observer of
/// its own type.
macro_rules! measure {
    ($engine:expr, $observer:path) => {{
        let engine = $engine;
        let mut tally = Tally::default();
        for change in sample(engine, 15) {
            let Some(database) = change.stage(engine).await else { return };
            let session = database.connect().await.unwrap();
            assert_eq!(
                session.dialect().unmeasured(),
                None,
                "a plan for this server says that it is not measured"
            );
            drop(session);
            for change in [change.clone(), change.back()] {
                match scoped(engine, change.second()).plan(&database).await {
                    Ok(plan) if !plan.is_empty() => {
                        tally.kinds.extend(kinds(&plan));
                        tally.losses(&change, &plan);
                        let mut observer = $observer(engine, &database.url).await;
                        for step in &plan.steps {
                            match observer.disagreements(step).await {
                                Ok(problems) => tally.count(&change, step, problems),
                                Err(error) => {
                                    tally.count(&change, step, vec![error.to_string()]);
                                    break;
                                }
                            }
                        }
                        observer.end().await;
                    }
                    Ok(_) => tally.fail(format!("{}: nothing to do", change.name)),
                    Err(error) => tally.fail(format!("{}: {error}", change.name)),
                }
            }
            database.close().await;
        }
        tally.end(engine);
    }};
}

#[tokio::test]
async fn postgres_locks_are_as_claimed() {
    measure!(Engine::Postgres, postgres::Postgres::connect);
}

#[tokio::test]
async fn mysql_locks_are_as_claimed() {
    measure!(Engine::MySql, mysql::Server::connect);
}

#[tokio::test]
async fn mariadb_locks_are_as_claimed() {
    measure!(Engine::MariaDb, mysql::Server::connect);
}

#[tokio::test]
async fn sqlite_locks_are_as_claimed() {
    measure!(Engine::Sqlite, sqlite::File::open);
}

/// Whether a step's work is what was measured. What the step makes or drops itself is not rewritten.
fn work_is(step: &Step, rewritten: bool) -> Option<String> {
    let made = matches!(step.object.kind, ObjectKind::Table) && creates(step);
    (rewritten != (step.work == Work::Rewrite) && !made)
        .then(|| format!("rewrites: {rewritten}, claims {:?}", step.work))
}
