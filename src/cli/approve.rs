//! `approve`: consent to steps of a plan.

use std::time::SystemTime;

use schema_core::{Approval, Error, Plan};

use super::args::Approve;
use super::exit::Exit;
use super::file;
use super::output::Output;

pub(super) fn run(args: Approve, output: &Output) -> Result<Exit, Error> {
    let plan = Plan::from_json(&file::read(&args.plan)?).map_err(file::within(&args.plan))?;
    let steps = if args.all { (1..=plan.steps.len()).collect() } else { args.steps };
    let mut approval = Approval::of(&plan, steps)?;
    if let Some(name) = args.by {
        approval = approval.by(name);
    }
    if let Some(hours) = args.valid_for {
        let until = SystemTime::now().checked_add(hours);
        approval = approval.until(until.ok_or_else(|| Error::Input("that is too long".to_owned()))?);
    }
    let json = serde_json::to_string_pretty(&approval).map_err(|error| Error::Internal(error.to_string()))?;
    file::write(&args.out, &format!("{json}\n"))?;
    if output.is_json() {
        output.value(&approval)?;
    } else {
        let steps: Vec<String> = approval.steps.iter().map(usize::to_string).collect();
        output.data(&format!("approved of plan {}: step {}\n", plan.hash().short(), steps.join(", ")))?;
    }
    Ok(Exit::Done)
}
