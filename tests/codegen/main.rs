//! The Rust code for a database declares exactly that database: it compiles, and the plan from it is empty.
//!
//! The generated modules are built into a crate of their own, outside of the workspace, whose command line is then asked
//! for the plan of each.
#![cfg(all(feature = "cli", feature = "codegen"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use groundplan::core::{Engine, Scope};
use groundplan::dsl::Database;
use groundplan::{ApplyPolicy, Migrator, codegen};
use support::{TestDatabase, say};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A database, and the module that declares it.
struct Case {
    name: String,
    database: TestDatabase,
}

#[tokio::test]
async fn generated_code_compiles_and_plans_nothing() {
    let mut failures = String::new();
    for scripts in crates() {
        check(scripts, &mut failures).await;
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Writes what is not as it should be of the schemas that go into one crate.
async fn check(scripts: Vec<SchemaScript>, failures: &mut String) {
    let mut cases = Vec::new();
    let mut modules = Vec::new();
    for SchemaScript { name, engine, sql } in scripts {
        let Some(database) = empty(engine).await else { continue };
        let migrator = Migrator::new(Database::new()).sql(&name, sql).policy(ApplyPolicy::development());
        let report = match migrator.run(&database).await {
            Ok(report) => report,
            Err(error) => {
                say!("{name}: {error}");
                let _ = writeln!(failures, "{name}: {error}");
                database.close().await;
                continue;
            }
        };
        let rust = codegen::rust(&database, &Scope::default()).await.unwrap();
        say!("{name:<32} {:>4} steps, {:>5} lines", report.plan.steps.len(), rust.code.lines().count());
        modules.push((name.clone(), rust.code));
        cases.push(Case { name, database });
    }
    if modules.is_empty() {
        return;
    }
    let program = build(&modules);
    for Case { name, database } in cases {
        let output = Command::new(&program)
            .args(["plan", "--exact", "--detailed-exitcode", "--url", &database.url])
            .env("SCHEMA", &name)
            .output()
            .unwrap();
        if !output.status.success() {
            let (plan, errors) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            say!("{name}:\n{plan}{errors}");
            let _ = writeln!(failures, "{name}:\n{plan}{errors}");
        }
        database.close().await;
    }
}

/// A schema to be said in Rust.
struct SchemaScript {
    name: String,
    engine: Engine,
    sql: String,
}

/// Schemas with everything that an engine has, and those of real projects where they are at hand: the smallest of each
/// engine, or with `GROUNDPLAN_LONG` every state of all of them, a crate for each project.
fn crates() -> Vec<Vec<SchemaScript>> {
    let is_long = std::env::var_os("GROUNDPLAN_LONG").is_some();
    let mut usual = Vec::new();
    let mut long = Vec::new();
    for (engine, folder, own) in [
        (Engine::Sqlite, "sqlite", include_str!("sqlite.sql")),
        (Engine::Postgres, "postgres", include_str!("postgres.sql")),
        (Engine::MySql, "mysql", include_str!("mysql.sql")),
        (Engine::MariaDb, "mariadb", include_str!("mariadb.sql")),
    ] {
        usual.push(SchemaScript { name: format!("{folder}_own"), engine, sql: own.to_owned() });
        for (project, states) in real_schemas(folder) {
            let mut states = states.into_iter().map(|file| SchemaScript {
                name: format!("{folder}_{project}_{}", file.file_stem().unwrap().to_string_lossy()),
                engine,
                sql: std::fs::read_to_string(file).unwrap(),
            });
            if is_long {
                long.push(states.collect());
            } else {
                usual.extend(states.next_back());
                break;
            }
        }
    }
    long.push(usual);
    long
}

/// The states of each project, the smallest project first.
fn real_schemas(engine: &str) -> Vec<(String, Vec<PathBuf>)> {
    let usual = || Path::new(ROOT).join("../shared/corpora");
    let folder = std::env::var_os("GROUNDPLAN_CORPORA").map_or_else(usual, PathBuf::from).join(engine);
    let Ok(projects) = std::fs::read_dir(&folder) else {
        say!("left out: no real schemas in {}", folder.display());
        return Vec::new();
    };
    let mut all: Vec<(u64, String, Vec<PathBuf>)> = projects
        .filter_map(|project| {
            let project = project.unwrap();
            let files = std::fs::read_dir(project.path()).ok()?.map(|file| file.unwrap().path());
            let mut states: Vec<_> =
                files.filter(|file| file.extension().is_some_and(|end| end == "sql")).collect();
            states.sort();
            let size = states.last()?.metadata().unwrap().len();
            let name = project.file_name().to_string_lossy().into_owned();
            Some((size, name, states))
        })
        .collect();
    all.sort();
    all.into_iter().map(|(_, name, states)| (name, states)).collect()
}

/// An empty database of an engine, if there is one.
async fn empty(engine: Engine) -> Option<TestDatabase> {
    let variable = match engine {
        Engine::Sqlite => return Some(TestDatabase::sqlite().await),
        Engine::Postgres => "GROUNDPLAN_TEST_POSTGRES_URL",
        Engine::MySql => "GROUNDPLAN_TEST_MYSQL_URL",
        Engine::MariaDb => "GROUNDPLAN_TEST_MARIADB_URL",
    };
    Some(TestDatabase::on_server(engine, &support::server(variable)?).await)
}

/// A crate with these modules, built: the command line of the schema that `SCHEMA` names.
fn build(modules: &[(String, String)]) -> PathBuf {
    let target = Path::new(ROOT).join("target/outside-crate");
    let folder = target.join("generated");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"generated\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         groundplan = {{ path = {ROOT:?}, features = [\"cli\", \"chrono\", \"uuid\", \"json\", \"rust_decimal\", \
         \"ipnetwork\", \"mac_address\"] }}\n\
         chrono = {{ version = \"0.4\", default-features = false }}\n\
         uuid = {{ version = \"1\", default-features = false }}\n\
         rust_decimal = {{ version = \"1\", default-features = false }}\n\
         ipnetwork = {{ version = \"0.21\", default-features = false }}\n\
         serde_json = \"1\"\nmac_address = \"1\"\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that are already here, so that nothing is downloaded.
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let (mut mods, mut arms) = (String::new(), String::new());
    for (name, code) in modules {
        std::fs::write(folder.join(format!("src/{name}.rs")), code).unwrap();
        let _ = writeln!(mods, "mod {name};");
        let _ = writeln!(arms, "        \"{name}\" => {name}::schema(),");
    }
    let main = format!(
        "{mods}\nfn main() -> std::process::ExitCode {{\n    \
         groundplan::cli::run(match std::env::var(\"SCHEMA\").unwrap_or_default().as_str() {{\n{arms}        \
         other => panic!(\"no schema {{other}}\"),\n    }})\n}}\n"
    );
    std::fs::write(folder.join("src/main.rs"), main).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    assert!(!messages.contains("warning"), "generated code warns:\n{messages}");
    target.join("debug/generated")
}
