//! `adopt`: takes an existing database under management.

use std::fmt::Write as _;

use schema_core::{Database, Error};

use super::args::Adopt;
use super::exit::Exit;
use super::output::Output;
use super::plan::scope;
use crate::Migrator;

pub(super) async fn run(args: Adopt, output: &Output) -> Result<Exit, Error> {
    let scope = scope(args.privileges, args.roles, &args.url)?;
    let migrator = Migrator::new(Database::new()).scope(scope).lock_wait(args.lock_wait);
    let migrator = match args.by {
        Some(name) => migrator.actor(name),
        None => migrator,
    };
    let adoption = migrator.adopt(&args.url).await?;
    if output.is_json() {
        output.value(&adoption)?;
        return Ok(Exit::Done);
    }
    let mut text = match adoption.adopted.len() {
        0 => "nothing to adopt\n".to_owned(),
        count => format!("adopted ({count}):\n"),
    };
    // Writing into a String cannot fail.
    for object in &adoption.adopted {
        let _ = writeln!(text, "  {object}");
    }
    if adoption.already > 0 {
        let _ = writeln!(text, "managed before: {}", adoption.already);
    }
    output.data(&text)?;
    for finding in &adoption.unmodelled {
        output.note(&format!("not managed: {} ({})", finding.object, finding.reason));
    }
    Ok(Exit::Done)
}
