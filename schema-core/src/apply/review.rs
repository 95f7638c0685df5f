//! What a plan file says of its steps, held against what the planner says of them here and now.
//!
//! A plan file can be written by anyone, under a hash that fits. The planner is pure and knows what each of its own
//! steps loses: so the plan is made again, from the schema that is there to the one that the plan leads to.

use crate::diff::{Renames, diff};
use crate::facts::{Fact, facts};
use crate::plan::{Plan, Step, prove};
use crate::script::split;
use crate::{
    Canonical, Dialect, Error, Fingerprint, Hazard, HazardClass, HazardCode, PlanRequest, Sql, TableSizes,
    hints,
};

/// The steps of a plan, each with what it keeps quiet about.
///
/// # Errors
/// [`Error::Input`] if the plan does not lead where it says.
pub(super) fn reviewed(
    dialect: &dyn Dialect,
    plan: &Plan,
    found: &Canonical,
    sizes: &TableSizes,
) -> Result<Vec<Step>, Error> {
    let own = made_again(dialect, plan, found, sizes)?;
    let mut steps = plan.steps.clone();
    for (number, step) in steps.iter_mut().enumerate() {
        let hidden = match own.get(number).filter(|own| does_the_same(dialect, own, step)) {
            Some(own) => own.hazards.iter().filter(|hazard| is_unsaid(hazard, step)).cloned().collect(),
            None => vec![Hazard::new(
                HazardCode::NotPlanned,
                "this is not how the planner does it here: somebody has written it into the plan",
            )],
        };
        step.hazards.extend::<Vec<Hazard>>(hidden);
    }
    Ok(steps)
}

/// The steps that the planner makes from what is there to where the plan leads.
fn made_again(
    dialect: &dyn Dialect,
    plan: &Plan,
    found: &Canonical,
    sizes: &TableSizes,
) -> Result<Vec<Step>, Error> {
    let elsewhere =
        || Error::Input("the steps of the plan do not lead where it says: make it again".to_owned());
    let mut after = found.database.clone();
    let mut renames = Renames::default();
    for step in &plan.steps {
        renames = renames.then(&step.effect.renames);
        step.effect.apply_in_place(&mut after).map_err(|_| elsewhere())?;
        if Fingerprint::of_schema(&after) != step.after {
            return Err(elsewhere());
        }
    }
    let after = Canonical::observed(after, found.dependencies.clone());
    let changes = diff(found, &after, &renames);
    let mut steps = dialect.plan(&PlanRequest { before: found, after: &after, diff: &changes, sizes })?;
    let (_, result) = prove(&found.database, &after.database, &mut steps)?;
    if result != plan.result {
        return Err(elsewhere());
    }
    hints::mark_ambiguous(&changes, &mut steps);
    Ok(steps)
}

/// Whether a step of a plan file does what the planner's own does.
fn does_the_same(dialect: &dyn Dialect, own: &Step, step: &Step) -> bool {
    let same = |(own, step): (&Sql, &Sql)| own == step || is_definition_of_the_same(dialect, own, step);
    own.statements.len() == step.statements.len()
        && own.statements.iter().zip(&step.statements).all(same)
        && own.alternatives == step.alternatives
        && own.repair == step.repair
        && own.transaction == step.transaction
        && own.effect == step.effect
        && own.probes == step.probes
}

/// A file does not keep how SQLite's author has spelled what is made. That the right thing is made is verified before it
/// is committed.
fn is_definition_of_the_same(dialect: &dyn Dialect, own: &Sql, step: &Sql) -> bool {
    let engine = dialect.engine();
    let facts = |sql: &Sql| {
        let is_one = split(sql.as_str(), engine).is_ok_and(|statements| statements.len() == 1);
        is_one.then(|| facts(sql.as_str(), engine))
    };
    let defines = |fact: &Fact| {
        matches!(
            fact,
            Fact::CreateTable { .. }
                | Fact::AddColumn { .. }
                | Fact::CreateIndex { .. }
                | Fact::Trigger { .. }
                | Fact::Create { .. }
                | Fact::Clauses { .. }
        )
    };
    dialect.atomic_plans()
        && facts(own).is_some_and(|own| own.iter().all(defines) && facts(step).as_ref() == Some(&own))
}

fn is_unsaid(hazard: &Hazard, step: &Step) -> bool {
    hazard.class() == HazardClass::DataLoss && step.hazards.iter().all(|said| said.code != hazard.code)
}
