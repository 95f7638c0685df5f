//! `status`: what Groundplan knows about a database.

use std::fmt::Write as _;

use schema_core::{Database, Error, LedgerStatus, ObjectId, Run};

use super::args::Status;
use super::exit::Exit;
use super::output::Output;
use crate::Migrator;

pub(super) async fn run(args: Status, output: &Output) -> Result<Exit, Error> {
    let status = Migrator::new(Database::new()).status(&args.url).await?;
    if output.is_json() {
        output.value(&status)?;
    } else {
        output.data(&as_text(&status))?;
    }
    Ok(Exit::Done)
}

fn as_text(status: &LedgerStatus) -> String {
    let mut text = format!(
        "{}\n{} {}, schema {}\n",
        status.target,
        status.engine,
        status.server_version,
        status.schema.short()
    );
    // Writing into a String cannot fail.
    let _ = match (status.managed, status.runs.first()) {
        (false, _) => writeln!(text, "never changed by Groundplan"),
        (true, None) => writeln!(text, "no runs"),
        (true, Some(run)) => writeln!(text, "last run: {}", describe(run)),
    };
    if status.production {
        text.push_str("marked production\n");
    }
    if let Some((run, done)) = status.unfinished {
        let _ = writeln!(text, "run {run} was interrupted after step {done}; `apply` goes on from there");
    }
    list(&mut text, "drift: gone", &status.drift.missing);
    list(&mut text, "drift: changed", &status.drift.changed);
    if status.managed && status.drift.is_empty() {
        text.push_str("no drift\n");
    }
    list(&mut text, "unmanaged", &status.unmanaged);
    if !status.unmodelled.is_empty() {
        let _ = writeln!(text, "not modelled ({}):", status.unmodelled.len());
    }
    for finding in &status.unmodelled {
        let _ = writeln!(text, "  {}: {}", finding.object, finding.reason);
    }
    text
}

fn list(text: &mut String, title: &str, objects: &[ObjectId]) {
    if !objects.is_empty() {
        let _ = writeln!(text, "{title} ({}):", objects.len());
    }
    for object in objects {
        let _ = writeln!(text, "  {object}");
    }
}

/// A run in one line.
pub(super) fn describe(run: &Run) -> String {
    let outcome = run.outcome.map_or("not finished".to_owned(), |outcome| outcome.to_string());
    let actor = run.actor.as_ref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    format!(
        "{} on {}{actor}: plan {}, {} {}, Groundplan {}",
        outcome,
        utc(run.started_at),
        run.plan.short(),
        run.steps,
        if run.steps == 1 { "step" } else { "steps" },
        run.version
    )
}

/// A time in milliseconds since 1970, as date and time of day.
fn utc(milliseconds: i64) -> String {
    const DAY: i64 = 86_400;
    let seconds = milliseconds.div_euclid(1_000);
    let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Counted from 1 March of the year 0, so that a leap day ends its year; 146097 days are 400 years.
    let days = day + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day_of_month:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_dates() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(951_827_696_000), "2000-02-29 12:34:56 UTC");
        assert_eq!(utc(1_798_761_599_999), "2026-12-31 23:59:59 UTC");
        assert_eq!(utc(-1), "1969-12-31 23:59:59 UTC");
    }
}
