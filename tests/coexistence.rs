//! The derives of sea-orm, diesel, sqlx and serde beside ours: `tests/coexistence/` is a crate of its own, outside of
//! the workspace, so that nothing else builds them.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

#[test]
fn derives_of_other_crates_share_a_struct() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = |arguments: &[&str]| {
        Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(root.join("tests/coexistence"))
            .env("CARGO_TARGET_DIR", root.join("target/outside-crate"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .unwrap()
    };
    if !cargo(&["fetch"]).status.success() {
        eprintln!(
            "left out: `cargo fetch --manifest-path tests/coexistence/Cargo.toml` brings the crates here"
        );
        return;
    }
    let output = cargo(&["test", "--lib"]);
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
    assert!(!errors.contains("warning: "), "{errors}");
}
