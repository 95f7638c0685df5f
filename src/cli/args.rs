//! What can be said on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use schema_core::diff::Rename;
use schema_core::{ApplyPolicy, Engine, Name, ObjectId, ObjectKind, QualifiedName};

use super::connect::Url;
use super::source::Source;

/// Schema as code: make a live database match what is declared, safely.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// What the project says about the rules; `groundplan.toml` in this folder, if it is there
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
SRC is a URL, a .sql file, a folder of .sql files (taken in the order of their names), or a .json schema.
URLs: sqlite://, postgres://, mysql://, mariadb://

Exit codes:
  0  done, or nothing to do
  1  a bug, or an unexpected failure
  2  refused: bad input, policy, or a precondition that does not hold
  3  a decision or an approval is needed
  4  plan --detailed-exitcode: the plan has steps";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the schema of a database
    Inspect(Inspect),
    /// Print the SQL that leads from one schema to another
    Diff(Diff),
    /// Show what would be done to make a database match a schema
    Plan(Plan),
    /// Consent to steps of a plan
    Approve(Approve),
    /// Make a database match a schema, or carry out a plan
    Apply(Apply),
    /// Look for hazards in hand-written SQL
    Lint(Lint),
    /// Mark a database as production, where no policy is more lenient
    Mark(Mark),
    /// Take an existing database under management, without changing it
    Adopt(Adopt),
    /// Show what Groundplan knows about a database, and what has changed since
    Status(Status),
    /// Show what was applied: who, when, by which version and approval, and how long each step took
    History(History),
    /// Explain the code of an error or hazard; without one, list all codes
    Explain(Explain),
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    /// Owners and grants too, those of objects to come included
    #[arg(long)]
    pub(super) privileges: bool,
    /// The roles of the server too
    #[arg(long)]
    pub(super) roles: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: SchemaFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaFormat {
    #[default]
    Sql,
    Json,
    /// Structs with derives, and DSL code for what no struct says
    Rust,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// Where it starts
    #[arg(long, value_name = "SRC")]
    pub(super) from: Source,
    /// Where it leads
    #[arg(long, value_name = "SRC")]
    pub(super) to: Option<Source>,
    /// A database of the same engine whose server reads the SQL files; nothing in it is changed
    #[arg(long, value_name = "URL")]
    pub(super) dev_url: Option<Url>,
    /// The engine of the SQL files, where no URL tells it
    #[arg(long, value_enum)]
    pub(super) engine: Option<EngineName>,
    #[command(flatten)]
    pub(super) renames: RenameArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EngineName {
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Postgres => Self::Postgres,
            EngineName::Mysql => Self::MySql,
            EngineName::Mariadb => Self::MariaDb,
            EngineName::Sqlite => Self::Sqlite,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    #[command(flatten)]
    pub(super) desired: Desired,
    /// Write the plan to this file, to be approved and applied
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: PlanFormat,
    /// Exit with 4 if the plan has steps
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    #[default]
    Text,
    Sql,
    Json,
}

/// What a database is to match.
#[derive(Debug, Args)]
pub(super) struct Desired {
    /// The schema that the database is to match
    #[arg(long, value_name = "SRC")]
    pub(super) to: Option<Source>,
    /// The schema is the whole truth: what it does not hold is dropped, once that is approved
    #[arg(long)]
    pub(super) exact: bool,
    /// Owners and grants are part of the schema, those of objects to come included
    #[arg(long)]
    pub(super) privileges: bool,
    /// Roles are part of the schema: those that it holds; no other one is touched, and none dropped
    #[arg(long)]
    pub(super) roles: bool,
    #[command(flatten)]
    pub(super) renames: RenameArgs,
}

#[derive(Debug, Args)]
pub(super) struct RenameArgs {
    /// What keeps its content under another name: `old_table=new_table`, `table.old_column=new_column`
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = parse_rename)]
    pub(super) renames: Vec<Rename>,
}

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The plan, as `plan --out` wrote it
    #[arg(value_name = "PLAN")]
    pub(super) plan: PathBuf,
    /// Approve every step
    #[arg(long, required_unless_present = "steps", conflicts_with = "steps")]
    pub(super) all: bool,
    /// Approve these steps
    #[arg(long = "step", value_name = "N", value_delimiter = ',')]
    pub(super) steps: Vec<usize>,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// For how long the approval holds, in hours
    #[arg(long, value_name = "HOURS", value_parser = parse_hours)]
    pub(super) valid_for: Option<Duration>,
    /// Write the approval to this file
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    #[command(flatten)]
    pub(super) desired: Desired,
    /// Carry out this plan, as `plan --out` wrote it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "exact", "renames"])]
    pub(super) plan: Option<PathBuf>,
    /// The approval of steps that need one
    #[arg(long, value_name = "FILE")]
    pub(super) approval: Option<PathBuf>,
    /// Which steps need an approval; a database that is marked production is treated as such
    #[arg(long, value_enum, default_value_t)]
    pub(super) policy: PolicyName,
    /// How long to wait for another process that is changing the database, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    pub(super) lock_wait: Duration,
    /// How long a step may wait for its locks before it is tried again, in seconds: so long others wait behind it
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = parse_fraction)]
    pub(super) lock_timeout: Duration,
    /// How long an online step may wait for older transactions, in seconds; nobody waits behind it
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = parse_seconds)]
    pub(super) online_wait: Duration,
}

#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Files of SQL
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Whose SQL it is
    #[arg(long, value_enum)]
    pub(super) engine: EngineName,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: LintFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    #[default]
    Text,
    Json,
    /// Annotations of GitHub's workflows
    Github,
}

#[derive(Debug, Args)]
pub(super) struct Mark {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    /// Mark it as production
    #[arg(long, required_unless_present = "not_production", conflicts_with = "not_production")]
    pub(super) production: bool,
    /// Take the mark away from this database, named as `status` does
    #[arg(long, value_name = "DATABASE")]
    pub(super) not_production: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyName {
    /// What is additive and online is applied; the rest needs an approval
    #[default]
    Startup,
    /// The same, for reviewed plans
    Production,
    /// Only what loses data needs an approval
    Development,
}

impl From<PolicyName> for ApplyPolicy {
    fn from(name: PolicyName) -> Self {
        match name {
            PolicyName::Startup => Self::startup(),
            PolicyName::Production => Self::production(),
            PolicyName::Development => Self::development(),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    /// Owners and grants too, those of objects to come included
    #[arg(long)]
    pub(super) privileges: bool,
    /// The roles of the server too
    #[arg(long)]
    pub(super) roles: bool,
    /// Who adopts it, for the ledger
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How long to wait for another process that is changing the database, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    pub(super) lock_wait: Duration,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// The database
    #[arg(long)]
    pub(super) url: Url,
    /// Only the last so many runs
    #[arg(long, value_name = "N")]
    pub(super) last: Option<u32>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ReportFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The code: `GP-DL101`
    pub(super) code: Option<String>,
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).map_err(|_| "a whole number of seconds is expected".to_owned())
}

fn parse_fraction(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration
        .filter(|wait| !wait.is_zero())
        .ok_or_else(|| "a positive number of seconds is expected".to_owned())
}

fn parse_hours(text: &str) -> Result<Duration, String> {
    let hours = text.parse().ok().filter(|hours| *hours > 0);
    hours
        .map(Duration::from_hours)
        .ok_or_else(|| "a whole number of hours, at least one, is expected".to_owned())
}

/// Reads `[schema.]table.column=new` or `table=new`; names with dots, equals signs or quotes stand in double quotes.
fn parse_rename(text: &str) -> Result<Rename, String> {
    let usage = || "`old_table=new_table` or `table.old_column=new_column` is expected".to_owned();
    let (old, new) = split_names(text).ok_or_else(usage)?;
    let [to] = <[Name; 1]>::try_from(new).map_err(|_| usage())?;
    let from = match &old[..] {
        [table] => ObjectId::table(&QualifiedName::new(table)),
        [table, column] => ObjectId::on(ObjectKind::Column, &QualifiedName::new(table), column),
        [schema, table, column] => {
            ObjectId::on(ObjectKind::Column, &QualifiedName::within(schema, table), column)
        }
        _others => return Err(usage()),
    };
    Ok(Rename { from, to })
}

/// The dotted names before and after the equals sign.
fn split_names(text: &str) -> Option<(Vec<Name>, Vec<Name>)> {
    let mut sides = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => sides.last_mut()?.last_mut()?.push('"'),
            '"' => quoted = !quoted,
            '.' if !quoted => sides.last_mut()?.push(String::new()),
            '=' if !quoted => sides.push(vec![String::new()]),
            character => sides.last_mut()?.last_mut()?.push(character),
        }
    }
    let complete = !quoted && sides.iter().flatten().all(|name| !name.is_empty());
    let names = |side: Vec<String>| side.into_iter().map(Name::from).collect();
    let [old, new] = <[Vec<String>; 2]>::try_from(sides).ok().filter(|_| complete)?;
    Some((names(old), names(new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn renames_name_tables_and_columns() {
        let read = |text| parse_rename(text).map(|r| format!("{} -> {}", r.from, r.to));
        assert_eq!(read("people=users").as_deref(), Ok("table people -> users"));
        assert_eq!(read("users.mail=email").as_deref(), Ok("column users.mail -> email"));
        assert_eq!(read("app.users.mail=email").as_deref(), Ok("column app.users.mail -> email"));
        assert_eq!(read(r#""a.b"."c=""d"=e"#).as_deref(), Ok("column a.b.c=\"d -> e"));
        for wrong in ["", "a", "a=", "=a", "a.=b", "a=b.c", "a=b=c", "a.b.c.d=e", "\"a=b"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
