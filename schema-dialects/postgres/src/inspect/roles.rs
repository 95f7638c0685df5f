//! The roles of the server. Of their passwords nothing is read.

use std::collections::HashMap;

use schema_core::{Error, Membership, Name, PostgresRole, Role, ScopeRoles};

use super::Found;
use super::rows::{MembershipRow, Reader, RoleRow};

pub(super) async fn read(
    reader: &mut Reader<'_>,
    found: &mut Found,
    wanted: &ScopeRoles,
) -> Result<(), Error> {
    let rows: Vec<MembershipRow> = reader.all(include_str!("memberships.sql")).await?;
    let mut memberships: HashMap<String, Vec<Membership>> = HashMap::new();
    for row in rows {
        let MembershipRow { member, role, admin, inherit, set } = row;
        let membership = Membership { role: Name::from(role), admin, inherit, set };
        memberships.entry(member).or_default().push(membership);
    }
    let rows: Vec<RoleRow> = reader.all(include_str!("roles.sql")).await?;
    for row in rows {
        if !wanted.holds(&Name::from(&row.name)) {
            continue;
        }
        let mut member_of = memberships.remove(&row.name).unwrap_or_default();
        member_of.sort();
        let settings = row.settings.unwrap_or_default();
        let mut settings: Vec<(String, String)> = settings
            .iter()
            .filter_map(|one| one.split_once('='))
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        settings.sort();
        found.database.insert(Role {
            name: Name::from(row.name),
            member_of,
            comment: row.comment,
            postgres: PostgresRole {
                login: row.login,
                superuser: row.superuser,
                create_db: row.create_db,
                create_role: row.create_role,
                inherit: row.inherit,
                replication: row.replication,
                bypass_rls: row.bypass_rls,
                connection_limit: (row.connection_limit >= 0).then_some(row.connection_limit),
                valid_until: row.valid_until,
                settings,
            },
        });
    }
    Ok(())
}
