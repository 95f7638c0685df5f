//! The rows of the safety catalogue, each on the real engine: the plan takes the route that its rule promises, or says
//! what is in the way; then it is carried out, and leaves nothing to do.
//!
//! `P`, `M` and `S` number the rows as `docs/errors-and-hazards.md` does.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod blockers;
mod evidence;
mod forged;
mod mysql;
mod postgres;
mod probes;
mod sqlite;

use std::path::Path;

use groundplan::core::hazard::Answer;
use groundplan::core::{Approval, Engine, HazardCode};
use groundplan::{Migrator, Plan};
use support::TestDatabase;

/// A change, and what its plan must show.
struct Case {
    /// The row of the catalogue.
    row: &'static str,
    /// What is there before, rows included.
    before: &'static str,
    /// What is wanted.
    after: &'static str,
    shows: &'static [Shows],
}

/// What a plan must show.
enum Shows {
    /// A statement with these words, in this order.
    Sql(&'static str),
    /// No statement with these words.
    No(&'static str),
    /// A step with the hazard of the row's rule.
    Hazard,
    /// A step with another hazard.
    Also(HazardCode),
    /// A question to the live data.
    Asks(HazardCode),
}

impl Case {
    fn rule(&self) -> HazardCode {
        let answers = |code: &&HazardCode| code.rule().rows.iter().any(|row| row.id == self.row);
        *HazardCode::ALL.iter().find(answers).unwrap_or_else(|| panic!("no rule answers for {}", self.row))
    }

    /// Plans the change, looks at the plan, and carries it out.
    async fn run(&self, database: &TestDatabase) -> Vec<String> {
        let rule = self.rule();
        let promise = rule.rule().rows.iter().find(|row| row.id == self.row).unwrap().answer;
        let hazard = |shows: &Shows| matches!(shows, Shows::Hazard);
        assert!(
            promise != Answer::Reported || self.shows.iter().any(hazard),
            "{}: it is to be reported, and nobody looks",
            self.row
        );
        database.execute(self.before).await;
        let migrator =
            || Migrator::new(groundplan::dsl::Database::new()).sql("after.sql", self.after).exact();
        let plan = match migrator().plan(database).await {
            Ok(plan) => plan,
            Err(error) => return vec![format!("{}: {error}", self.row)],
        };
        let mut wrong: Vec<String> = self.shows.iter().filter_map(|shows| shows.lacks(&plan, rule)).collect();
        let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
        if let Err(error) = migrator().approval(approval).run(database).await {
            wrong.push(format!("it cannot be applied: {error}"));
        } else if !migrator().plan(database).await.unwrap().is_empty() {
            wrong.push("something is left to do".to_owned());
        }
        wrong.into_iter().map(|wrong| format!("{}: {wrong}\n{plan}", self.row)).collect()
    }
}

impl Shows {
    fn lacks(&self, plan: &Plan, rule: HazardCode) -> Option<String> {
        let says = |words: &str| {
            let in_order = |sql: &str| {
                let mut rest = sql;
                words.split(" … ").all(|part| {
                    let found = rest.find(part);
                    rest = found.map_or(rest, |at| &rest[at + part.len()..]);
                    found.is_some()
                })
            };
            plan.steps.iter().flat_map(|step| &step.statements).any(|sql| in_order(sql.as_str()))
        };
        let has = |code: HazardCode| plan.steps.iter().flat_map(|step| &step.hazards).any(|h| h.code == code);
        let (holds, what) = match self {
            Self::Sql(words) => (says(words), format!("no statement says {words:?}")),
            Self::No(words) => (!says(words), format!("a statement says {words:?}")),
            Self::Hazard => (has(rule), format!("{rule} is not reported")),
            Self::Also(code) => (has(*code), format!("{code} is not reported")),
            Self::Asks(code) => {
                let asked = plan.steps.iter().flat_map(|step| &step.probes).any(|probe| probe.code == *code);
                (asked, format!("nothing asks for {code}"))
            }
        };
        (!holds).then_some(what)
    }
}

/// Runs cases on a server, each in a database of its own.
async fn run(engine: Engine, variable: &str, cases: impl Iterator<Item = &'static Case>) {
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres | Engine::MySql | Engine::MariaDb => match support::server(variable) {
            Some(server) => Some(server),
            None => return,
        },
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases {
        count += 1;
        let database = match &server {
            Some(server) => TestDatabase::on_server(engine, server).await,
            None => TestDatabase::sqlite().await,
        };
        wrong.extend(case.run(&database).await);
        database.close().await;
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), count, wrong.join("\n"));
}

/// Every row of the catalogue has its case here, or names a test that exists.
#[test]
fn every_row_has_its_test() {
    let cases: Vec<&str> = [postgres::CASES, mysql::CASES, sqlite::CASES]
        .iter()
        .flat_map(|cases| cases.iter())
        .map(|c| c.row)
        .collect();
    let sources = sources(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut missing = Vec::new();
    for row in HazardCode::ALL.iter().flat_map(|code| code.rule().rows) {
        let there = match row.test {
            None => cases.contains(&row.id),
            Some(name) => sources.contains(&format!("fn {name}()")),
        };
        if !there {
            missing.push((row.id, row.test));
        }
    }
    assert!(missing.is_empty(), "no test shows {missing:?}");
}

/// The text of every Rust file of the workspace.
fn sources(root: &Path) -> String {
    let mut text = String::new();
    let mut folders: Vec<_> =
        ["schema-core", "schema-dialects", "tests", "src"].iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(entry).unwrap());
            }
        }
    }
    text
}
