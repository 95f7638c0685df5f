//! A crate of a user's own, outside of the workspace, builds and runs with what the README says; and the facade
//! compiles with each of its features alone.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Between runs only; the crates themselves are in a temporary folder.
fn target() -> PathBuf {
    Path::new(ROOT).join("target/outside-crate")
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}

#[track_caller]
fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}

/// The first code block of the README in a language.
fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let begin = format!("```{language}\n");
    let (_, rest) = readme.split_once(&begin).expect("the README has such a block");
    rest.split_once("```").expect("the block ends").0
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn the_readme_example_builds_and_runs_outside_of_the_workspace() {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let folder = Folder(std::env::temp_dir().join(format!("groundplan-outside-{}", std::process::id())));
    std::fs::create_dir_all(folder.0.join("src")).unwrap();

    let dependencies = block(&readme, "toml");
    let here = dependencies.replace("version = \"0.1\"", &format!("path = {ROOT:?}"));
    assert_ne!(here, dependencies, "the README names the version of groundplan");
    let manifest = format!("[package]\nname = \"app\"\nedition = \"2024\"\n\n{here}");
    std::fs::write(folder.0.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.0.join("src/main.rs"), block(&readme, "rust,no_run")).unwrap();
    // The versions that are already here, so that nothing is downloaded.
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();

    let build = succeed(cargo(&folder.0).args(["build", "--offline"]));
    let messages = String::from_utf8_lossy(&build.stderr);
    assert!(!messages.contains("warning"), "a newcomer's first build warns:\n{messages}");
    let run = || {
        let output = succeed(Command::new(target().join("debug/app")).current_dir(&folder.0));
        String::from_utf8(output.stdout).unwrap()
    };
    let first = run();
    assert!(first.contains("CREATE TABLE"), "{first}");

    let url = format!("sqlite://{}", folder.0.join("app.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query("INSERT INTO user (email) VALUES ('ada@example.org')").execute(&pool).await.unwrap();
    let again = sqlx::query("INSERT INTO user (email) VALUES ('ada@example.org')").execute(&pool).await;
    assert!(again.unwrap_err().to_string().contains("UNIQUE"));
    pool.close().await;

    let second = run();
    assert!(second.starts_with("Nothing to do"), "{second}");
}

#[test]
fn each_feature_compiles_alone() {
    if std::env::var_os("GROUNDPLAN_LONG").is_none() {
        eprintln!("left out: it takes minutes; set GROUNDPLAN_LONG");
        return;
    }
    let combinations: [&[&str]; 7] = [
        &[],
        &["--no-default-features"],
        &["--no-default-features", "--features", "postgres"],
        &["--no-default-features", "--features", "mysql"],
        &["--no-default-features", "--features", "sqlite,runtime-tokio"],
        &["--features", "postgres,mysql,runtime-smol,tls-rustls"],
        &["--features", "cli"],
    ];
    for features in combinations {
        let output = succeed(
            cargo(Path::new(ROOT)).args(["check", "--offline", "--package", "groundplan"]).args(features),
        );
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(!messages.contains("warning:"), "{features:?}:\n{messages}");
    }
}
