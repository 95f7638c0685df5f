//! `history`: what was applied to a database.

use std::fmt::Write as _;
use std::time::Duration;

use schema_core::{Approval, Database, Error, RunDetails, StepTimes};

use super::args::{History, ReportFormat};
use super::exit::Exit;
use super::output::Output;
use super::status::describe;
use crate::Migrator;

pub(super) async fn run(args: History, output: &Output) -> Result<Exit, Error> {
    let limit = args.last.map_or(i64::MAX.unsigned_abs(), u64::from);
    let runs = Migrator::new(Database::new()).history(&args.url, limit).await?;
    if output.is_json() || args.format == ReportFormat::Json {
        output.value(&runs)?;
    } else if runs.is_empty() {
        output.data("never changed by Groundplan\n")?;
    } else {
        output.data(&runs.iter().map(as_text).collect::<String>())?;
    }
    Ok(Exit::Done)
}

fn as_text(details: &RunDetails) -> String {
    let mut text = format!("run {}: {}\n", details.run.id, describe(&details.run));
    // Writing into a String cannot fail.
    if let Some(approval) = &details.approval {
        let _ = writeln!(text, "  {}", approved(approval));
    }
    for step in &details.journal {
        let _ = writeln!(text, "{}", journaled(step));
    }
    text
}

fn approved(approval: &Approval) -> String {
    let steps: Vec<String> = approval.steps.iter().map(ToString::to_string).collect();
    let by = approval.approved_by.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    format!("approved{by}: step {}", steps.join(", "))
}

fn journaled(step: &StepTimes) -> String {
    let title = step.title.as_deref().unwrap_or("a step that this version cannot read");
    let object = step.object.as_ref().map(|object| format!(" ({object})")).unwrap_or_default();
    let end = match (&step.error, step.done_at) {
        (Some(error), _) => format!("failed: {error}"),
        (None, Some(done)) => format!(
            "{:.2} s",
            Duration::from_millis((done - step.begun_at).max(0).unsigned_abs()).as_secs_f64()
        ),
        (None, None) => "interrupted".to_owned(),
    };
    format!("{:>3}. {title}{object}: {end}", step.step)
}
