//! The roles of the server, and the roles that they have. Those that accounts have are the server's own.

use std::collections::HashMap;

use schema_core::{Error, Inspection, Membership, Name, Role, ScopeRoles};

use crate::Flavour;
use crate::grant::account;
use crate::server::{Server, text};

/// Adds the roles in scope.
pub(crate) async fn roles(
    server: &mut Server,
    wanted: &ScopeRoles,
    inspection: &mut Inspection,
) -> Result<(), Error> {
    let (roles, edges) = match server.flavour {
        Flavour::MySql => (include_str!("roles_mysql.sql"), include_str!("role_edges_mysql.sql")),
        Flavour::MariaDb => (include_str!("roles_mariadb.sql"), include_str!("role_edges_mariadb.sql")),
    };
    let mut memberships: HashMap<Name, Vec<Membership>> = HashMap::new();
    for row in server.query(edges).await? {
        let cell = |name: &str| text(&row, name).unwrap_or_default();
        let role = account(&cell("role"), &cell("role_host"));
        let membership = Membership { admin: cell("admin") == "Y", ..Membership::of(role) };
        memberships.entry(account(&cell("member"), &cell("member_host"))).or_default().push(membership);
    }
    for row in server.query(roles).await? {
        let cell = |name: &str| text(&row, name).unwrap_or_default();
        let name = account(&cell("name"), &cell("host"));
        if !wanted.holds(&name) {
            continue;
        }
        let mut member_of = memberships.remove(&name).unwrap_or_default();
        member_of.sort();
        inspection.schema.database.insert(Role { member_of, ..Role::new(name) });
    }
    inspection.schema.database.sort();
    Ok(())
}
