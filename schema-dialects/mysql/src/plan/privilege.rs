//! Grants: what goes is revoked first, under the old names, and what comes is granted last.
//!
//! To the servers a grant is on a name. It does not follow a rename, and outlives what it was on; only a routine takes
//! the grants on it along.

use std::collections::HashSet;

use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Step};
use schema_core::{Error, Grant, Name, Object, ObjectId, ObjectKind, Privileges};

use super::{Changed, Planner};
use crate::render::privilege as render;

/// Revokes what is not to stay.
pub(super) fn revoke(planner: &mut Planner<'_>, changed: &Changed<'_>) -> Result<(), Error> {
    let remade: HashSet<ObjectId> = changed
        .altered
        .iter()
        .map(|(before, _)| before.id())
        .filter(|id| id.kind == ObjectKind::Routine)
        .collect();
    let request = planner.request;
    for found in all(&request.before.database) {
        let staying = staying(planner, found, &remade);
        let gone = request.after.database.get(&found.object).is_none();
        if found.object.kind == ObjectKind::Routine && gone && !staying.is_empty() {
            return Err(Error::Unsupported {
                object: Object::from(found.clone()).id(),
                reason: "the server takes grants away with their routine, and these are not managed; revoke them first"
                    .to_owned(),
            });
        }
        let going: Vec<Grant> =
            found.grants.iter().filter(|grant| !staying.contains(grant)).cloned().collect();
        let mut current = found.clone();
        for (role, grants) in render::by_role(&going) {
            let before = current.clone();
            current.grants.retain(|grant| !grants.contains(&grant));
            let step = step(&before, &current, format!("revoke {} from {role}", render::words(&grants)))
                .phase(Phase::Contract)
                .statement(render::revoke(&found.object, role, &grants))
                .undo(render::grant(&found.object, role, &grants));
            planner.push(step.hazard(hazard(role, &found.object, "loses")));
        }
        if !staying.is_empty() {
            planner.granted.insert(found.object.clone(), staying);
        }
    }
    Ok(())
}

/// Grants what is not there yet.
pub(super) fn grant(planner: &mut Planner<'_>) {
    let request = planner.request;
    for wanted in all(&request.after.database) {
        let there = planner.granted.swap_remove(&wanted.object).unwrap_or_default();
        let coming: Vec<Grant> =
            wanted.grants.iter().filter(|grant| !there.contains(grant)).cloned().collect();
        let mut current = Privileges { grants: there, ..wanted.clone() };
        for (role, grants) in render::by_role(&coming) {
            let before = current.clone();
            current.grants.extend(grants.iter().map(|grant| (*grant).clone()));
            current.grants.sort();
            let step = step(&before, &current, format!("grant {} to {role}", render::words(&grants)))
                .statement(render::grant(&wanted.object, role, &grants))
                .undo(render::revoke(&wanted.object, role, &grants));
            planner.push(step.hazard(hazard(role, &wanted.object, "gets")));
        }
    }
}

/// What is granted before and after, and goes through no other name and no other routine in between.
fn staying(planner: &Planner<'_>, found: &Privileges, remade: &HashSet<ObjectId>) -> Vec<Grant> {
    let id = Object::from(found.clone());
    let moves = planner.request.diff.renames.object(id.clone()) != id;
    match planner.request.after.database.get(&id.id()) {
        Some(Object::Privileges(wanted)) if !moves && !remade.contains(&found.object) => {
            found.grants.iter().filter(|grant| wanted.grants.contains(grant)).cloned().collect()
        }
        Some(_) | None => Vec::new(),
    }
}

fn all(database: &schema_core::Database) -> impl Iterator<Item = &Privileges> {
    database.objects().filter(|(id, _)| id.kind == ObjectKind::Privileges).filter_map(|(_, object)| {
        if let Object::Privileges(privileges) = object { Some(privileges) } else { None }
    })
}

/// A step from some grants on an object to others; none at all are no object.
fn step(before: &Privileges, after: &Privileges, title: String) -> Step {
    let effect = match (before.grants.is_empty(), after.grants.is_empty()) {
        (true, _) => Diff::create(after.clone()),
        (false, true) => Diff::drop(before.clone()),
        (false, false) => Diff::alter(before.clone(), after.clone()),
    };
    Step::new(Object::from(after.clone()).id(), title, effect)
}

fn hazard(role: &Name, object: &ObjectId, what: &str) -> Hazard {
    Hazard::new(HazardCode::PrivilegesChanged, format!("{role} {what} privileges on {object}"))
}
