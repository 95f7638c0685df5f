//! Roles: made before anything names them, and never dropped because they are not declared.

use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};
use schema_core::{Membership, Object, Role, Sql};

use super::{Changed, Planner};
use crate::render::role as render;

/// Makes roles, and says which roles each has.
pub(super) fn make(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    let mut changes: Vec<(Role, &Role)> = Vec::new();
    for role in &changed.created.roles {
        let made = Role::new(role.name.clone());
        let step = Step::new(role.id(), format!("create role {}", role.name), Diff::create(made.clone()))
            .statement(render::create(&role.name))
            .undo(render::drop(&role.name));
        planner.push(step);
        changes.push((made, role));
    }
    let created = changes.len();
    changes.extend(changed.altered.iter().filter_map(|(before, after)| {
        let (Object::Role(before), Object::Role(after)) = (before, after) else { return None };
        Some((before.clone(), after))
    }));
    for (at, (mut role, after)) in changes.into_iter().enumerate() {
        let is_new = at < created;
        // To take the right to grant it on away, the role itself is revoked, and granted again.
        let goes = |group: &Membership| {
            !after.member_of.iter().any(|wanted| wanted.role == group.role && (wanted.admin || !group.admin))
        };
        for group in role.member_of.clone().into_iter().filter(goes) {
            let before = role.clone();
            role.member_of.retain(|other| *other != group);
            let step = step(&before, &role, format!("revoke {} from {}", group.role, role.name))
                .phase(Phase::Contract)
                .statement(render::revoke(&role.name, &group))
                .undo(render::grant(&role.name, &group))
                .hazard(hazard(&role));
            planner.push(step);
        }
        for group in after
            .member_of
            .iter()
            .filter(|group| !role.member_of.contains(*group))
            .cloned()
            .collect::<Vec<_>>()
        {
            let before = role.clone();
            role.member_of.retain(|other| other.role != group.role);
            role.member_of.push(group.clone());
            role.member_of.sort();
            let mut step = step(&before, &role, format!("grant {} to {}", group.role, role.name))
                .statement(render::grant(&role.name, &group))
                .undo(render::revoke(&role.name, &group));
            if !is_new {
                step = step.hazard(hazard(&role));
            }
            planner.push(step);
        }
    }
}

/// Drops roles, which only the way back from a plan that made them does.
pub(super) fn drop(planner: &mut Planner<'_>, changed: &Changed<'_>) {
    for role in &changed.dropped.roles {
        let message = format!("nobody has the role {} any more", role.name);
        let back: Vec<Sql> = render::create_all(&[role]);
        let step = Step::new(role.id(), format!("drop role {}", role.name), Diff::drop((*role).clone()))
            .phase(Phase::Contract)
            .statement(render::drop(&role.name))
            .reverse(Reverse::StructureOnly(back))
            .hazard(Hazard::new(HazardCode::DropRoutine, message));
        planner.push(step);
    }
}

fn step(before: &Role, after: &Role, title: String) -> Step {
    Step::new(after.id(), title, Diff::alter(before.clone(), after.clone()))
}

fn hazard(role: &Role) -> Hazard {
    Hazard::new(HazardCode::PrivilegesChanged, format!("what {} may do changes", role.name))
}
