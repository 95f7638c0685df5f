//! The same algebra over named parts, which tables use for each kind of part.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{ApplyError, Change};
use crate::{Name, Part, Parts};

/// Names a part in errors.
pub(super) type Label<'a> = &'a dyn Fn(&Name) -> String;

/// What is between two sets of parts, by name.
pub(super) fn diff<T: Part + PartialEq + Clone>(before: &Parts<T>, after: &Parts<T>) -> Vec<Change<T>> {
    let dropped =
        before.iter().filter(|part| !after.contains(&part.key())).map(|part| Change::Drop(part.clone()));
    let rest = after.iter().filter_map(|part| change(before.get(&part.key()), Some(part)));
    by_name(dropped.chain(rest).collect())
}

/// What is between two states of one value, if anything.
pub(super) fn change<T: PartialEq + Clone>(before: Option<&T>, after: Option<&T>) -> Option<Change<T>> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(Change::Add(after.clone())),
        (Some(before), None) => Some(Change::Drop(before.clone())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some(Change::Modify { before: before.clone(), after: after.clone() }),
    }
}

/// Carries changes out. Each is checked against what is there.
pub(super) fn apply<T: Part + PartialEq + Clone>(
    parts: &mut Parts<T>,
    changes: &[Change<T>],
    label: Label<'_>,
) -> Result<(), ApplyError> {
    for change in changes {
        let key = change.key();
        if parts.get(&key) != change.before() {
            return Err(ApplyError::new(&label(&key)));
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

/// The changes that take others back.
pub(super) fn inverse<T: Part + Clone>(changes: &[Change<T>]) -> Vec<Change<T>> {
    by_name(changes.iter().map(Change::inverse).collect())
}

/// Two sets of changes in a row as one.
pub(super) fn then<T: Part + Clone + PartialEq>(
    first: &[Change<T>],
    second: &[Change<T>],
    label: Label<'_>,
) -> Result<Vec<Change<T>>, ApplyError> {
    let mut all: IndexMap<Name, Change<T>> = first.iter().map(|c| (c.key(), c.clone())).collect();
    for next in second {
        let key = next.key();
        let fused = match all.shift_remove(&key) {
            None => Some(next.clone()),
            Some(earlier) => fuse(&earlier, next).map_err(|Misfit| ApplyError::new(&label(&key)))?,
        };
        all.extend(fused.map(|change| (key, change)));
    }
    Ok(by_name(all.into_values().collect()))
}

/// The second of two changes does not start from where the first one leads.
pub(super) struct Misfit;

/// Two changes of the same value in a row as one, or nothing when they cancel out.
pub(super) fn fuse<T: Clone + PartialEq>(
    first: &Change<T>,
    second: &Change<T>,
) -> Result<Option<Change<T>>, Misfit> {
    if first.after() != second.before() {
        return Err(Misfit);
    }
    Ok(change(first.before(), second.after()))
}

/// Drops first, so that names are free for what comes; both by name.
fn by_name<T: Part>(mut changes: Vec<Change<T>>) -> Vec<Change<T>> {
    changes.sort_by_cached_key(|change| (!matches!(change, Change::Drop(_)), change.key()));
    changes
}

/// Drops first, then the rest in the order that the parts come to stand in.
pub(super) fn by_position<T: Part>(changes: &mut [Change<T>], before: &[Name], after: &[Name]) {
    let rank = |names: &[Name]| -> HashMap<Name, usize> {
        names.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect()
    };
    let (before, after) = (rank(before), rank(after));
    changes.sort_by_cached_key(|change| match change {
        Change::Drop(part) => (0, before.get(&part.key()).copied()),
        Change::Add(part) | Change::Modify { after: part, .. } => (1, after.get(&part.key()).copied()),
    });
}
