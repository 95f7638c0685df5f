//! What the README and the guides say is run: every command of their `console` blocks, with its exit code and its
//! output. The index of errors and hazards is made from the code.
//!
//! `GROUNDPLAN_UPDATE_DOCS=1 cargo test --features cli --test docs` writes what has changed into the pages.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod console;
mod index;

use std::path::{Path, PathBuf};

fn page(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(page(path)).unwrap_or_default().replace("\r\n", "\n")
}

/// Compares a page with what it should be, or makes it so.
fn assert_page(path: &str, is: &str, should: &str) {
    if is == should {
        return;
    }
    if std::env::var_os("GROUNDPLAN_UPDATE_DOCS").is_some() {
        std::fs::write(page(path), should).unwrap();
        return;
    }
    let line = is.lines().zip(should.lines()).take_while(|(is, should)| is == should).count();
    panic!(
        "{path} is stale from line {}:\n  it says: {}\n  it is:   {}\nGROUNDPLAN_UPDATE_DOCS=1 cargo test --features \
         cli --test docs writes it anew",
        line + 1,
        is.lines().nth(line).unwrap_or("(end)"),
        should.lines().nth(line).unwrap_or("(end)"),
    );
}
