//! What an inspection of many tables costs beside its floor, psql with the same catalog queries, on each server that
//! the environment names: `cargo bench -p schema-postgres --bench inspect`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a bench stops where it fails")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schema_core::Session as _;
use support::{TestDatabase, every_server, scope};

const TABLES: usize = 5_000;
const ROUNDS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for (server, version) in every_server() {
        measure(&server, version).await;
    }
}

async fn measure(server: &str, version: u32) {
    let database = TestDatabase::new(server).await;
    let folder = scratch_folder();
    let (tables, queries) = (folder.join("tables.sql"), folder.join("queries.sql"));
    std::fs::write(&tables, script()).expect("written");
    std::fs::write(&queries, catalog_queries(version)).expect("written");
    database.load(&tables);
    let mut session = database.session().await;
    let (mut own, mut floor) = (Duration::MAX, Duration::MAX);
    // The first round fills the server's caches.
    for _ in 0..=ROUNDS {
        let started = Instant::now();
        database.load(&queries);
        floor = floor.min(started.elapsed());
        let started = Instant::now();
        let inspection = session.inspect(&scope()).await.expect("read");
        own = own.min(started.elapsed());
        assert_eq!(inspection.schema.database.tables().count(), TABLES);
    }
    support::say!(
        "PostgreSQL {version}: {TABLES} tables inspected in {own:.2?}, the same queries by psql in {floor:.2?}: {:.2} times",
        own.as_secs_f64() / floor.as_secs_f64()
    );
    database.gone().await;
    std::fs::remove_dir_all(folder).expect("removed");
}

fn scratch_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("groundplan-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("made");
    folder
}

fn script() -> String {
    (0..TABLES).fold(String::new(), |mut script, number| {
        // Writing into a String cannot fail.
        let _ = writeln!(
            script,
            "CREATE TABLE t{number} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL \
             UNIQUE, note text DEFAULT 'x', made timestamptz DEFAULT now(), CHECK (name <> '')); \
             CREATE INDEX ON t{number} (made);"
        );
        script
    })
}

/// The queries of an inspection with every schema in scope, as this version of the server gets them.
fn catalog_queries(version: u32) -> String {
    let mut files = Vec::new();
    sql_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspect"), &mut files);
    files.sort();
    let mut queries = String::from("\\o /dev/null\nBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("read");
        // No schema is named; `public` has the same id everywhere.
        let parameter =
            if file.ends_with("inspect/schemas.sql") { "NULL::text[]" } else { "'{2200}'::oid[]" };
        for line in text.lines().filter(|line| holds(line, version)) {
            let line = line.replace("$1", parameter);
            // Writing into a String cannot fail.
            let _ = writeln!(queries, "{line}");
        }
        queries.push_str(";\n");
    }
    queries
}

fn sql_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("read") {
        let path = entry.expect("read").path();
        if path.is_dir() {
            sql_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
}

/// Whether a line of a query holds for a version, and without named schemas.
fn holds(line: &str, version: u32) -> bool {
    let number = |mark: &str| line.rsplit_once(mark).and_then(|(_, rest)| rest.trim().parse::<u32>().ok());
    let since = number("-- since ").is_none_or(|first| version >= first);
    since && number("-- until ").is_none_or(|last| version <= last) && !line.trim_end().ends_with("-- named")
}
