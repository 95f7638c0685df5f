//! Roles, and the roles that they have.

use schema_core::{Membership, Name, Role, Sql};

use crate::quote;

/// The statements that make roles: all of them before any is granted to another.
pub(crate) fn create_all(roles: &[&Role]) -> Vec<Sql> {
    let made = roles.iter().map(|role| create(&role.name));
    let granted = roles.iter().flat_map(|role| role.member_of.iter().map(|group| grant(&role.name, group)));
    made.chain(granted).map(Sql::new).collect()
}

/// `CREATE ROLE`.
pub(crate) fn create(role: &Name) -> String {
    format!("CREATE ROLE {}", quote::account(role.as_str()))
}

/// `DROP ROLE`.
pub(crate) fn drop(role: &Name) -> String {
    format!("DROP ROLE {}", quote::account(role.as_str()))
}

/// `GRANT` of a role to another.
pub(crate) fn grant(member: &Name, group: &Membership) -> String {
    let option = if group.admin { " WITH ADMIN OPTION" } else { "" };
    format!("GRANT {} TO {}{option}", quote::account(group.role.as_str()), quote::account(member.as_str()))
}

/// `REVOKE` of a role from another.
pub(crate) fn revoke(member: &Name, group: &Membership) -> String {
    format!("REVOKE {} FROM {}", quote::account(group.role.as_str()), quote::account(member.as_str()))
}
