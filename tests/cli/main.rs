//! The command line, from the outside: the built binary against every engine that is there.
#![cfg(feature = "cli")]

mod input;
mod process;
mod streams;
mod text;
mod workflow;

#[path = "../support/mod.rs"]
mod support;
