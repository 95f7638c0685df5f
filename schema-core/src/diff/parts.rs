//! The algebra over named parts, which tables use for each kind of part.

use indexmap::IndexMap;

use super::Change;
use super::algebra::ApplyError;
use crate::{Name, Part, Parts};

/// What is between two sets of parts, by name.
pub(super) fn diff<T: Part + PartialEq + Clone>(before: &Parts<T>, after: &Parts<T>) -> Vec<Change<T>> {
    let dropped =
        before.iter().filter(|part| !after.contains(&part.key())).map(|part| Change::Drop(part.clone()));
    let rest = after.iter().filter_map(|part| match before.get(&part.key()) {
        None => Some(Change::Add(part.clone())),
        Some(old) if old == part => None,
        Some(old) => Some(Change::Modify { before: old.clone(), after: part.clone() }),
    });
    dropped.chain(rest).collect()
}

/// Carries changes out. Each is checked against what is there.
pub(super) fn apply<T: Part + PartialEq + Clone>(
    parts: &mut Parts<T>,
    changes: &[Change<T>],
    what: &dyn Fn(&Name) -> String,
) -> Result<(), ApplyError> {
    for change in changes {
        let key = change.key();
        if parts.get(&key) != change.before() {
            return Err(ApplyError::new(&what(&key)));
        }
        match change {
            Change::Drop(_) => {
                parts.remove(&key);
            }
            Change::Add(after) | Change::Modify { after, .. } => {
                parts.replace(after.clone());
            }
        }
    }
    Ok(())
}

/// The change that takes another back.
pub(super) fn inverse<T: Clone>(change: &Change<T>) -> Change<T> {
    match change {
        Change::Add(part) => Change::Drop(part.clone()),
        Change::Drop(part) => Change::Add(part.clone()),
        Change::Modify { before, after } => Change::Modify { before: after.clone(), after: before.clone() },
    }
}

/// Two changes of the same value in a row as one, or nothing when they cancel out.
pub(super) fn fuse<T: Clone + PartialEq>(first: &Change<T>, second: &Change<T>) -> Option<Change<T>> {
    match (first.before(), second.after()) {
        (None, None) => None,
        (Some(before), None) => Some(Change::Drop(before.clone())),
        (None, Some(after)) => Some(Change::Add(after.clone())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some(Change::Modify { before: before.clone(), after: after.clone() }),
    }
}

/// Two sets of changes in a row as one, drops first, as [`diff`] gives them.
pub(super) fn then<T: Part + Clone + PartialEq>(first: &[Change<T>], second: &[Change<T>]) -> Vec<Change<T>> {
    let mut all: IndexMap<Name, Change<T>> = first.iter().map(|c| (c.key(), c.clone())).collect();
    for change in second {
        let key = change.key();
        match all.get(&key) {
            None => {
                all.insert(key, change.clone());
            }
            Some(earlier) => match fuse(earlier, change) {
                Some(fused) => {
                    all.insert(key, fused);
                }
                None => {
                    all.shift_remove(&key);
                }
            },
        }
    }
    let (drops, rest): (Vec<_>, Vec<_>) =
        all.into_values().partition(|change| matches!(change, Change::Drop(_)));
    drops.into_iter().chain(rest).collect()
}
