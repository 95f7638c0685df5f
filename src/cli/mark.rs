//! `mark`: a database is production, or no longer.

use schema_core::{Database, Error};

use super::args::Mark;
use super::exit::Exit;
use super::output::Output;
use crate::Migrator;

pub(super) async fn run(args: Mark, output: &Output) -> Result<Exit, Error> {
    let migrator = Migrator::new(Database::new());
    match &args.not_production {
        None => migrator.mark_production(&args.url).await?,
        Some(name) => migrator.unmark_production(&args.url, name).await?,
    }
    let status = migrator.status(&args.url).await?;
    let is = if status.production { "is marked production" } else { "is not marked" };
    if output.is_json() {
        output.value(&serde_json::json!({ "target": status.target, "production": status.production }))?;
    } else {
        output.data(&format!("{} {is}\n", status.target))?;
    }
    Ok(Exit::Done)
}
