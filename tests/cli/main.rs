//! The command line, from the outside: the built binary against every engine that is there.
#![cfg(feature = "cli")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod hostile;
mod input;
mod process;
mod streams;
mod text;
mod workflow;

#[path = "../support/mod.rs"]
mod support;
