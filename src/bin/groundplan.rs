//! The command line of Groundplan for schemas in SQL files. See [`groundplan::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    groundplan::cli::main()
}
