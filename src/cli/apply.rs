//! `apply`: make a database match.

use schema_core::{Approval, Database, Error, Event, Plan, Report, Rules, Status};
use serde_json::json;

use super::args::Apply;
use super::exit::Exit;
use super::file;
use super::output::Output;
use super::plan::migrator;
use crate::Migrator;

pub(super) async fn run(
    args: Apply,
    own: Option<Database>,
    rules: Rules,
    output: &Output,
) -> Result<Exit, Error> {
    // A plan was made for a file that was there.
    let url = if args.plan.is_some() { args.url } else { args.url.making_file() };
    let plan = match &args.plan {
        Some(path) => Some(Plan::from_json(&file::read(path)?).map_err(file::within(path))?),
        None => None,
    };
    let mut migrator = if plan.is_some() {
        Migrator::new(Database::new())
    } else {
        // Whoever names a schema here means it, also an older one; an application's own may be a replica that was
        // left behind.
        let named = own.is_none();
        let migrator = migrator(&args.desired, own, &url).await?;
        if named { migrator.lead_back() } else { migrator }
    };
    if let Some(path) = &args.approval {
        let approval: Approval = serde_json::from_str(&file::read(path)?)
            .map_err(|error| Error::Input(format!("{} is not an approval: {error}", file::shown(path))))?;
        migrator = migrator.approval(approval);
    }
    if let Ok(user) = std::env::var("USER") {
        migrator = migrator.actor(user);
    }
    let progress = output.clone();
    let migrator = migrator
        .rules(rules)
        .policy(args.policy.into())
        .lock_wait(args.lock_wait)
        .lock_timeout(args.lock_timeout)
        .online_wait(args.online_wait)
        .on_event(move |event| tell(event, &progress));
    let report = match &plan {
        Some(plan) => migrator.apply(&url, plan).await?,
        None => migrator.run(&url).await?,
    };
    print(&report, output)?;
    Ok(Exit::Done)
}

fn tell(event: &Event<'_>, output: &Output) {
    match event {
        Event::Waiting { waited } => {
            output.note(&format!("waiting for another process ({:.1} s)", waited.as_secs_f64()));
        }
        Event::StepStarted { number, step } => {
            output.note(&format!("{number:>3}. {} ({})", step.title, step.object));
        }
        Event::StepRetried { number, attempt } => {
            output.note(&format!("{number:>3}. met a lock, tried again ({attempt})"));
        }
        Event::MayBlock(blocker) => output.note(&format!("may be in the way: {blocker}")),
        _other => {}
    }
}

fn print(report: &Report, output: &Output) -> Result<(), Error> {
    let status = match report.status {
        Status::UpToDate => "up_to_date",
        Status::Planned => "planned",
        Status::Applied => "applied",
        Status::Resumed => "resumed",
    };
    if output.is_json() {
        return output.value(&json!({
            "status": status,
            "target": report.plan.target,
            "plan_hash": report.plan.hash(),
            "steps": report.plan.steps.iter().map(|step| &step.title).collect::<Vec<_>>(),
            "took_ms": u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
            "unmodelled": report.unmodelled,
        }));
    }
    let count = report.plan.steps.len();
    let steps = if count == 1 { "step" } else { "steps" };
    let took = report.took.as_secs_f64();
    output.data(&match report.status {
        Status::UpToDate => "nothing to do: the database is as declared\n".to_owned(),
        Status::Planned => format!("{count} {steps} planned\n"),
        Status::Applied => format!("applied and verified: {count} {steps} in {took:.2} s\n"),
        Status::Resumed => format!("an interrupted run is completed and verified: {count} {steps}\n"),
    })?;
    for finding in &report.unmodelled {
        output.note(&format!("left alone: {} ({})", finding.object, finding.reason));
    }
    Ok(())
}
