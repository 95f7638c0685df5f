//! The index of errors and hazards, from what `groundplan explain` says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use groundplan::HazardClass;
use serde::Deserialize;

use super::{assert_page, read};

const PAGE: &str = "docs/errors-and-hazards.md";

const HEAD: &str = "\
# Errors and hazards

Every error and every hazard has a stable code. `groundplan explain CODE` says offline what stands here; in Rust it is
`Error::code()` and `Hazard::code`. This page is made from the code, by `tests/docs`: the hazards from the safety
catalogue in `schema-core/src/hazard/rules`, a file each.

A hazard has a class, which says what harm it does, and where it stands a severity: `error`, `warning` or `info`. What
makes others wait is graded by the lock, the work and the size of the tables, by the server's statistics; what is not
known counts as large. An error needs an approval where the policy asks for one, and fails `lint`. A project changes
severities, and lives with a hazard, in its [`groundplan.toml`](cli.md#groundplantoml); losing data can only be approved.
";

const CHANGES: &str = "
## Changes that are known to be dangerous

`P` is PostgreSQL, `M` MySQL and MariaDB, `S` SQLite. Each has a test: a case of its number in `tests/hazards`, or the one
that is named.

| | change | versions | what is done about it | hazard | test |
|---|---|---|---|---|---|
";

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Entry {
    Hazard {
        code: String,
        class: HazardClass,
        summary: String,
        why: String,
        lock: String,
        safe: String,
        consequence: String,
        changes: Vec<Change>,
    },
    Error {
        code: String,
        summary: String,
        fix: String,
    },
}

#[derive(Deserialize)]
struct Change {
    id: String,
    #[serde(rename = "change")]
    what: String,
    holds: String,
    answer: String,
    test: Option<String>,
}

/// The order of the table: by engine, then by number.
fn place(id: &str) -> (usize, usize, String) {
    let engine = "PMS".find(&id[..1]).unwrap();
    let digits: String = id[1..].chars().take_while(char::is_ascii_digit).collect();
    (engine, digits.parse().unwrap(), id.to_owned())
}

fn title(class: HazardClass) -> &'static str {
    match class {
        HazardClass::DataLoss => "Hazards that lose data",
        HazardClass::Breaking => "Hazards that break running code",
        HazardClass::Blocking => "Hazards that make others wait",
        HazardClass::DataDependent => "Hazards that depend on the rows",
        HazardClass::Notice => "Good to know",
        HazardClass::Script => "Only in hand-written SQL",
        HazardClass::Project => "Rules of a project's own",
    }
}

fn entries() -> Vec<Entry> {
    let output = Command::new(env!("CARGO_BIN_EXE_groundplan")).args(["explain", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_index_is_what_explain_says() {
    let mut page = HEAD.to_owned();
    let mut last = None;
    let (mut errors, mut changes) = (String::new(), BTreeMap::new());
    for entry in entries() {
        match entry {
            Entry::Hazard { code, class, summary, why, lock, safe, consequence, changes: rows } => {
                if last.replace(class) != Some(class) {
                    let _ = write!(page, "\n## {}\n\n{consequence}\n", title(class));
                }
                let _ = write!(page, "\n### {code}\n\n**{summary}** {why}\n");
                for (title, text) in
                    [("Lock", lock), ("Safe", safe)].iter().filter(|(_, text)| !text.is_empty())
                {
                    let _ = write!(page, "\n{title}: {text}\n");
                }
                for Change { id, what, holds, answer, test } in rows {
                    let test = test.map_or_else(|| "`tests/hazards`".to_owned(), |test| format!("`{test}`"));
                    let row = format!("| {id} | {what} | {holds} | {answer} | {code} | {test} |\n");
                    changes.insert(place(&id), row);
                }
            }
            Entry::Error { code, summary, fix } => {
                let _ = writeln!(errors, "| {code} | {summary} | {fix} |");
            }
        }
    }
    let _ = write!(page, "{CHANGES}{}", changes.into_values().collect::<String>());
    let _ = write!(page, "\n## Errors\n\n| code | what happened | what to do |\n|---|---|---|\n{errors}");
    assert_page(PAGE, &read(PAGE), &page);
}
