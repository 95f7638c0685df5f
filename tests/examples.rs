//! Each example runs, and shows what it promises.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[cfg(feature = "postgres")]
mod support;

use std::path::Path;
use std::process::Command;

/// Runs an example: as `cargo test` built it beside this test, or built now, where only this test was asked for.
fn run(example: &str) -> String {
    run_with(example, &[])
}

fn run_with(example: &str, arguments: &[&str]) -> String {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap().join("examples").join(example);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = if is_newer(&built, &root.join("examples").join(format!("{example}.rs"))) {
        Command::new(built)
    } else {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--offline", "--all-features", "--example", example, "--"]);
        cargo
    };
    let output = command.args(arguments).current_dir(root).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} ended with {}:\n{text}\n{errors}", output.status);
    text
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    changed(file).is_ok_and(|file| changed(than).is_ok_and(|than| file >= than))
}

#[track_caller]
fn assert_shows(text: &str, all: &[&str]) {
    let mut rest = text;
    for wanted in all {
        let Some(at) = rest.find(wanted) else {
            panic!("{wanted:?} is missing, or in another place, in:\n{text}")
        };
        rest = &rest[at + wanted.len()..];
    }
}

#[test]
fn quickstart() {
    let text = run("quickstart");
    assert_shows(
        &text,
        &[
            "CREATE TABLE",
            "Nothing to do",
            "GP-BC201",
            "the row is still there: Ada",
            "GP-E301",
            "GP-DL102",
            "the data is untouched: ada@example.org",
        ],
    );
}

#[test]
fn dsl_only() {
    let text = run("dsl_only");
    assert_shows(
        &text,
        &["CREATE TABLE", "no_negative_invoices", "largest_unpaid", "an invoice of -5 cents:"],
    );
}

#[test]
fn adopt_existing() {
    let text = run("adopt_existing");
    assert_shows(
        &text,
        &["Nothing to do", "GP-DD401", "GP-E302", "SELECT", "Applied", "table reports is not declared"],
    );
}

#[test]
fn custom_rule() {
    let text = run("custom_rule");
    assert_shows(
        &text,
        &[
            "refused: ",
            "acme/commented: orders does not say what it is for",
            "(waived: everybody knows)",
            "the waiver of acme/cents on refunds is not used",
            "acme/cents: price should end in _cents",
        ],
    );
}

#[test]
fn views_and_triggers() {
    let text = run("views_and_triggers");
    assert_shows(&text, &["CREATE VIEW", "CREATE TRIGGER", "500000", "the view shows Ada"]);
}

#[test]
fn axum_service() {
    let text = run("axum_service");
    assert_shows(
        &text,
        &[
            "Applied",
            "UpToDate",
            "POST /notes: HTTP/1.1 200 OK {\"id\":1,\"author\":\"Ada\",\"text\":\"Note G\"}",
            "GET /notes/1: HTTP/1.1 200 OK {\"id\":1",
            "POST /notes: HTTP/1.1 422",
        ],
    );
}

/// A database for an example that needs a server.
#[cfg(feature = "postgres")]
async fn postgres() -> Option<support::TestDatabase> {
    let url = support::server("GROUNDPLAN_TEST_POSTGRES_URL")?;
    Some(support::TestDatabase::on_server(groundplan::core::Engine::Postgres, &url).await)
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn multi_tenant() {
    let Some(database) = postgres().await else { return };
    let count = if std::env::var_os("GROUNDPLAN_LONG").is_some() { "1000" } else { "20" };
    let text = run_with("multi_tenant", &[&database.url, count]);
    let others = count.parse::<usize>().unwrap() - 1;
    assert_shows(
        &text,
        &[
            &format!("1 different plans for {count} tenants"),
            "ALTER TABLE \"TENANT\".\"customers\" RENAME COLUMN \"email\" TO \"mail\"",
            &format!("{others} tenants are there, {others} of them now"),
            "tenant_0003 is not: GP-E302",
            &format!("2 different plans for {count} tenants"),
            &format!("{count} tenants are there, 1 of them now"),
        ],
    );
    database.close().await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn row_security() {
    let Some(database) = postgres().await else { return };
    let text = run_with("row_security", &[&database.url]);
    assert_shows(
        &text,
        &[
            "ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY",
            "acme sees [\"a plan\", \"a budget\"]",
            "acme writes for globex: ",
            "row-level security",
            "GP-E301",
        ],
    );
    database.close().await;
}
