//! Whether a plan has led where it was to.

use crate::plan::Plan;
use crate::{Canonical, Database, Diff, Error};

/// What of a plan's changes the database does not show.
pub(super) fn difference(plan: &Plan, found: &Canonical) -> Error {
    let effects = || plan.steps.iter().map(|step| &step.effect);
    // What one step makes and a later one changes is looked for as it is in the end.
    let whole = effects().try_fold(Diff::identity(), |all, effect| all.then(effect));
    let changes: Vec<_> = match whole {
        Ok(whole) => whole.changes,
        Err(_) => effects().flat_map(|effect| effect.changes.iter().cloned()).collect(),
    };
    let expected: Vec<String> = changes
        .iter()
        .filter(|change| !change.holds(&found.database))
        .map(|change| change.id().to_string())
        .collect();
    Error::Verification(if expected.is_empty() {
        "something outside the plan has changed while it ran".to_owned()
    } else {
        expected.join(", ")
    })
}

/// What is Groundplan's in a database that a plan has led to its result: all but what is unmanaged.
pub(super) fn without(database: &Database, plan: &Plan) -> Database {
    let mut owned = database.clone();
    for id in &plan.unmanaged {
        owned.remove_any(id);
    }
    owned
}
