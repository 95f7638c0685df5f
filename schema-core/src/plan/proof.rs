//! Proves that the steps of a plan lead where they should, before anyone sees it.

use super::{Fingerprint, Step, fingerprint::SchemaHash};
use crate::{Database, Error};

/// Folds the effects of the steps over `before`, notes the fingerprint after each, and compares the end with
/// `after`. Returns the fingerprints of both ends.
///
/// # Errors
/// [`Error::Internal`] when an effect does not fit, or the end is another: a planner that is wrong must not reach
/// a database.
pub(crate) fn prove(
    before: &Database,
    after: &Database,
    steps: &mut [Step],
) -> Result<(Fingerprint, Fingerprint), Error> {
    let mut state = before.clone();
    let mut hash = SchemaHash::of(&state);
    let base = hash.fingerprint();
    for (number, step) in steps.iter_mut().enumerate() {
        let touched: Vec<_> = step.effect.changes.iter().map(crate::diff::ObjectChange::id).collect();
        let renames = !step.effect.renames.is_empty();
        if !renames {
            touched.iter().filter_map(|id| state.get(id)).for_each(|object| hash.remove(object));
        }
        step.effect.apply_in_place(&mut state).map_err(|error| {
            Error::Internal(format!("step {} ({} of {}): {error}", number + 1, step.title, step.object))
        })?;
        if renames {
            hash = SchemaHash::of(&state);
        } else {
            touched.iter().filter_map(|id| state.get(id)).for_each(|object| hash.add(object));
        }
        step.after = hash.fingerprint();
    }
    if state == *after {
        return Ok((base, hash.fingerprint()));
    }
    let rest = crate::diff::compare_databases(&state, after);
    let names: Vec<String> = rest.iter().map(|change| change.id().to_string()).take(5).collect();
    Err(Error::Internal(format!("the steps leave differences in {}", names.join(", "))))
}
