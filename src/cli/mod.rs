//! The command line, feature `cli`: a shell over the public API.
//!
//! `groundplan` works from SQL files. An application's own binary, which alone knows its structs, has the same commands
//! through [`run`]; where they take `--to`, leaving it out means the schema of the application.
//!
//! Data goes to stdout, everything else to stderr. Nothing ever asks a question or reads stdin. Every command can print
//! JSON.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done, or nothing to do |
//! | 1 | a bug, or an unexpected failure |
//! | 2 | refused: bad input, policy, or a precondition that does not hold |
//! | 3 | a decision or an approval is needed |
//! | 4 | `plan --detailed-exitcode`: the plan has steps |

mod adopt;
mod apply;
mod approve;
mod args;
mod config;
mod connect;
#[cfg(test)]
mod consent;
mod diff;
mod exit;
mod explain;
mod file;
mod history;
mod inspect;
mod lint;
mod mark;
mod output;
mod plan;
mod source;
mod status;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;

use schema_core::{Database, Error, Rules};

use args::{Arguments, Command};
use exit::Exit;
use output::Output;

/// Runs the command line for schemas in files, with the process's arguments.
///
/// ```no_run
/// // The whole of a command line for SQL files.
/// fn main() -> std::process::ExitCode {
///     groundplan::cli::main()
/// }
/// ```
pub fn main() -> ExitCode {
    execute(None, std::env::args_os())
}

/// Runs the command line for an application's own schema, with the process's arguments.
///
/// ```no_run
/// # use groundplan::dsl::{Column, Database, Table, Type};
/// fn main() -> std::process::ExitCode {
///     let users = Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
///     groundplan::cli::run(Database::new().with(users))
/// }
/// ```
pub fn run(schema: impl Into<Database>) -> ExitCode {
    execute(Some(schema.into()), std::env::args_os())
}

fn execute(schema: Option<Database>, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    let Arguments { json, config, command } = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, &arguments).into(),
    };
    let output = Output::new(json);
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Internal(format!("no async runtime: {error}")))
        .and_then(|runtime| {
            let rules = config::rules(config.as_deref())?;
            runtime.block_on(command.run(schema, rules, &output))
        });
    result.unwrap_or_else(|error| output.error(&error)).into()
}

/// Prints help, or what is wrong with the arguments: without the passwords in them.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if !error.use_stderr() {
        // Nobody is left to hear it if this cannot be printed.
        let _ = error.print();
        return Exit::Done;
    }
    let mut text = error.render().to_string();
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        let value = argument
            .split_once('=')
            .filter(|_| argument.starts_with('-'))
            .map_or(argument, |(_, value)| value);
        if value.contains('@') {
            text = text.replace(value, &connect::without_secrets(value));
        }
    }
    let _ = write!(io::stderr(), "{text}");
    Exit::Refused
}

impl Command {
    async fn run(self, schema: Option<Database>, rules: Rules, output: &Output) -> Result<Exit, Error> {
        match self {
            Self::Inspect(args) => inspect::run(args, output).await,
            Self::Diff(args) => diff::run(args, schema, output).await,
            Self::Plan(args) => plan::run(args, schema, rules, output).await,
            Self::Approve(args) => approve::run(args, output),
            Self::Apply(args) => apply::run(args, schema, rules, output).await,
            Self::Lint(args) => lint::run(&args, &rules, output),
            Self::Mark(args) => mark::run(args, output).await,
            Self::Adopt(args) => adopt::run(args, output).await,
            Self::Status(args) => status::run(args, output).await,
            Self::History(args) => history::run(args, output).await,
            Self::Explain(args) => explain::run(&args, output),
        }
    }
}
