//! `plan`: what would be done.

use std::fmt::Write as _;
use std::path::Path;

use schema_core::{ApplyPolicy, Database, Engine, Error, Evidence, Plan, Planned, Rules, Scope, ScopeRoles};
use serde_json::{Value, json};

use super::args::{self, PlanFormat};
use super::connect::Url;
use super::exit::Exit;
use super::output::{Output, shell};
use super::{file, source};
use crate::Migrator;

pub(super) async fn run(
    args: args::Plan,
    own: Option<Database>,
    rules: Rules,
    output: &Output,
) -> Result<Exit, Error> {
    let migrator = migrator(&args.desired, own, &args.url).await?.rules(rules);
    let Planned { plan, unmodelled, evidence, .. } = migrator.planned(&args.url).await?;
    if let Some(path) = &args.out {
        file::write(path, &format!("{}\n", plan.to_json()?))?;
    }
    let format = if output.is_json() { PlanFormat::Json } else { args.format };
    match format {
        PlanFormat::Text => {
            output.data(&format!(
                "{plan}{}{}",
                told(&evidence),
                consent(&plan, args.out.as_deref(), &args.url)
            ))?;
            for finding in &unmodelled {
                output.note(&format!("left alone: {} ({})", finding.object, finding.reason));
            }
        }
        PlanFormat::Sql => output.data(&plan.to_sql())?,
        PlanFormat::Json => output.value(&as_json(&plan, &unmodelled, &evidence)?)?,
    }
    Ok(if args.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}

/// What `plan` and `apply` have in common: a migrator for what is asked for.
pub(super) async fn migrator(
    desired: &args::Desired,
    own: Option<Database>,
    url: &Url,
) -> Result<Migrator, Error> {
    let scope = scope(desired.privileges, desired.roles, url)?;
    let declared = source::declared(desired.to.as_ref(), own, url, &scope).await?;
    let renames = desired.renames.renames.iter().cloned();
    let migrator = renames.fold(Migrator::new(declared), Migrator::with_rename);
    let migrator = migrator.scope(scope);
    Ok(if desired.exact { migrator.exact() } else { migrator })
}

/// Which part of the database is looked at.
pub(super) fn scope(privileges: bool, roles: bool, url: &Url) -> Result<Scope, Error> {
    if (privileges || roles) && url.engine == Engine::Sqlite {
        return Err(Error::Input("SQLite has no owners, grants and roles".to_owned()));
    }
    let roles = if roles { ScopeRoles::All } else { ScopeRoles::None };
    Ok(Scope { privileges, roles, ..Scope::default() })
}

/// The plan as `--out` writes it, with the steps that need an approval and what is left alone.
fn as_json(plan: &Plan, unmodelled: &[schema_core::Finding], evidence: &[Evidence]) -> Result<Value, Error> {
    let mut value: Value =
        serde_json::from_str(&plan.to_json()?).map_err(|error| Error::Internal(error.to_string()))?;
    let objections = ApplyPolicy::production().objections(plan);
    let objections: Vec<Value> =
        objections.into_iter().map(|(step, reason)| json!({ "step": step, "reason": reason })).collect();
    value["needs_approval"] = objections.into();
    value["unmodelled"] = json!(unmodelled);
    value["evidence"] = json!(evidence);
    Ok(value)
}

/// What the live data says about the steps that lose some of it.
fn told(evidence: &[Evidence]) -> String {
    evidence
        .iter()
        .fold(String::new(), |text, evidence| format!("{text}step {} loses {evidence}\n", evidence.step))
}

/// Which steps need an approval, and the commands that give it.
fn consent(plan: &Plan, out: Option<&Path>, url: &Url) -> String {
    let objections = ApplyPolicy::production().objections(plan);
    if objections.is_empty() {
        return String::new();
    }
    let steps = objections.iter().map(|(step, _)| step.to_string()).collect::<Vec<_>>().join(",");
    let (count, needs) = (objections.len(), if objections.len() == 1 { "needs" } else { "need" });
    let mut text = format!("{count} of {} {needs} an approval:\n", plan.steps.len());
    let path = out.map_or_else(|| "plan.json".to_owned(), |path| path.display().to_string());
    // Writing into a String cannot fail.
    if out.is_none() {
        let _ = writeln!(text, "  groundplan plan … --out plan.json");
    }
    let path = shell(&path);
    let _ = writeln!(text, "  groundplan approve {path} --step {steps} --out approval.json");
    let _ = writeln!(
        text,
        "  groundplan apply --url {} --plan {path} --approval approval.json",
        shell(&url.to_string())
    );
    text
}
