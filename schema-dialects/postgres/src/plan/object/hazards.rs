//! Who may do what from now on.

use schema_core::{Hazard, HazardCode, ObjectId, Role, Step};

use crate::render::role;

pub(super) fn default_privileges_hazard(step: Step, id: &ObjectId) -> Step {
    let on = id.signature.as_deref().unwrap_or_default();
    let message = format!("who may use the {on} that {} makes from now on changes", id.name);
    step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message))
}

/// What a role may do from now on that it might not before, by itself or as a member of another.
pub(super) fn role_hazards(step: Step, before: &Role, after: &Role) -> Step {
    let had = role::powers(before);
    let powers: Vec<String> = role::powers(after).into_iter().filter(|power| !had.contains(power)).collect();
    let step = if powers.is_empty() {
        step
    } else {
        let message = format!("{} gets {}", after.name, powers.join(", "));
        step.hazard(Hazard::new(HazardCode::RolePowers, message))
    };
    let is_new = *before == Role::new(after.name.clone());
    if is_new || *after == (Role { comment: after.comment.clone(), ..before.clone() }) {
        return step;
    }
    let message = format!("what {} may do changes", after.name);
    step.hazard(Hazard::new(HazardCode::PrivilegesChanged, message))
}
