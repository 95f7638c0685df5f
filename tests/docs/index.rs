//! The index of errors and hazards, from what `groundplan explain` says.

use std::fmt::Write as _;
use std::process::Command;

use groundplan::HazardClass;
use serde::Deserialize;

use super::{assert_page, read};

const PAGE: &str = "docs/errors-and-hazards.md";

const HEAD: &str = "\
# Errors and hazards

Every error and every hazard has a stable code. `groundplan explain CODE` says offline what stands here; in Rust it is
`Error::code()` and `Hazard::code`. This page is made from the code, by `tests/docs`.
";

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Entry {
    Hazard { code: String, class: HazardClass, summary: String, explanation: String, consequence: String },
    Error { code: String, summary: String, fix: String },
}

fn title(class: HazardClass) -> &'static str {
    match class {
        HazardClass::DataLoss => "Hazards that lose data",
        HazardClass::Breaking => "Hazards that break running code",
        HazardClass::Blocking => "Hazards that make others wait",
        HazardClass::DataDependent => "Hazards that depend on the rows",
        HazardClass::Notice => "Good to know",
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
    let mut errors = String::new();
    for entry in entries() {
        match entry {
            Entry::Hazard { code, class, summary, explanation, consequence } => {
                if last.replace(class) != Some(class) {
                    let _ = write!(page, "\n## {}\n\n{consequence}\n", title(class));
                }
                let _ = write!(page, "\n### {code}\n\n**{summary}** {explanation}\n");
            }
            Entry::Error { code, summary, fix } => {
                let _ = writeln!(errors, "| {code} | {summary} | {fix} |");
            }
        }
    }
    let _ = write!(page, "\n## Errors\n\n| code | what happened | what to do |\n|---|---|---|\n{errors}");
    assert_page(PAGE, &read(PAGE), &page);
}

#[test]
fn explain_knows_every_error() {
    let source = read("schema-core/src/error.rs");
    let known: Vec<String> = entries()
        .into_iter()
        .map(|entry| match entry {
            Entry::Hazard { code, .. } | Entry::Error { code, .. } => code,
        })
        .collect();
    let codes = source.split('"').filter(|text| text.starts_with("GP-E"));
    let unknown: Vec<&str> = codes.filter(|code| !known.iter().any(|known| known == code)).collect();
    assert!(unknown.is_empty(), "`explain` does not know {unknown:?}");
}
