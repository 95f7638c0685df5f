//! What derives add to an incremental `cargo check`: 100 structs of 12 fields each, plain, with our derive, and with
//! serde's as a peer: `cargo bench --bench build_cost`.
//!
//! A crate is checked again and again after a change to its file. The fastest of several is what counts: everything else
//! is what the machine was doing besides.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops where it fails")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const STRUCTS: usize = 100;
const ROUNDS: usize = 7;

fn main() {
    let floor = check("plain", "", "");
    println!("{STRUCTS} structs of 12 fields, cargo check after a change, the fastest of {ROUNDS}:");
    println!("{:<44} {:>6.2} s", "plain structs", floor.as_secs_f64());
    let serde = "#[derive(serde::Serialize, serde::Deserialize)]";
    let table = "#[derive(groundplan::Table)]\n#[table(index(columns(parent, created), unique))]";
    for (name, case, header, identity) in [
        ("serde::Serialize and serde::Deserialize", "serde", serde, ""),
        ("serde::Serialize alone", "serialize", "#[derive(serde::Serialize)]", ""),
        ("groundplan::Table", "table", table, "#[column(primary_key, identity)]"),
    ] {
        let time = check(case, header, identity);
        let added = time.saturating_sub(floor);
        println!("{name:<44} {:>6.2} s: {:+.2} s", time.as_secs_f64(), added.as_secs_f64());
    }
}

/// The time of an incremental check of structs with an attribute.
fn check(case: &str, header: &str, identity: &str) -> Duration {
    let folder = write(case, header, identity);
    let file = folder.join("src/lib.rs");
    let code = std::fs::read_to_string(&file).unwrap();
    cargo(&folder);
    (0..ROUNDS)
        .map(|round| {
            std::fs::write(&file, format!("{code}\npub const ROUND: usize = {round};\n")).unwrap();
            let started = Instant::now();
            cargo(&folder);
            started.elapsed()
        })
        .min()
        .unwrap()
}

fn write(case: &str, header: &str, identity: &str) -> PathBuf {
    let folder = Path::new(ROOT).join("target/build-cost").join(case);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{case}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         groundplan = {{ path = {ROOT:?}, default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that are already here, so that nothing is downloaded.
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut code = String::new();
    for number in 0..STRUCTS {
        write!(
            code,
            "{header}\npub struct Struct{number} {{\n    {identity}\n    pub id: i64,\n    pub parent: Option<i64>,\n    \
             pub name: String,\n    pub email: Option<String>,\n    pub active: bool,\n    pub level: i32,\n    \
             pub rank: Option<i16>,\n    pub score: f64,\n    pub picture: Vec<u8>,\n    pub notes: Option<String>,\n    \
             pub created: i64,\n    pub updated: Option<i64>,\n}}\n\n"
        )
        .unwrap();
    }
    std::fs::write(folder.join("src/lib.rs"), code).unwrap();
    folder
}

fn cargo(folder: &Path) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(ROOT).join("target/build-cost/target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
