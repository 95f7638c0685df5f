//! Owners and grants.

use std::collections::BTreeSet;

use schema_core::{DefaultPrivileges, Grant, Name, NewObjects, ObjectId, ObjectKind, Privileges};

use super::designation::{designation, keyword};
use crate::quote;

/// The statements that lead from one set of privileges to another.
pub(crate) fn alter(before: Option<&Privileges>, after: Option<&Privileges>) -> Vec<String> {
    let Some(object) = after.or(before).map(|privileges| &privileges.object) else { return Vec::new() };
    let mut all = Vec::new();
    let owner = after.and_then(|privileges| privileges.owner.as_ref());
    if let Some(owner) = owner.filter(|owner| before.and_then(|p| p.owner.as_ref()) != Some(*owner)) {
        all.push(set_owner(object, owner));
    }
    let standard = standard(object);
    let change = Change {
        prefix: "",
        target: target(object),
        owner: after.or(before).and_then(|privileges| privileges.owner.as_ref()),
        had: before.map_or(&standard, |privileges| &privileges.grants),
        has: after.map_or(&standard, |privileges| &privileges.grants),
    };
    all.extend(change.statements(after.is_some()));
    all
}

/// The statements that give a new object its privileges, whatever is granted on it by itself because these default
/// privileges are in force.
pub(crate) fn create(privileges: &Privileges, in_force: &[&DefaultPrivileges]) -> Vec<String> {
    let in_force: Vec<&DefaultPrivileges> =
        in_force.iter().copied().filter(|defaults| are_for(defaults, &privileges.object)).collect();
    if in_force.is_empty() {
        return alter(None, Some(privileges));
    }
    let Privileges { object, owner, grants } = privileges;
    let target = target(object);
    let mut all: Vec<String> = owner.iter().map(|owner| set_owner(object, owner)).collect();
    if in_force.iter().any(|defaults| defaults.grants.iter().any(|grant| grant.role == defaults.role)) {
        all.extend(owner.iter().map(|owner| format!("GRANT ALL ON {target} TO {}", quote::name(owner))));
    }
    let standard = standard(object);
    let granted = in_force.iter().flat_map(|defaults| &defaults.grants).chain(&standard);
    let roles: BTreeSet<&Name> = granted.map(|grant| &grant.role).collect();
    let others = roles.into_iter().filter(|role| Some(*role) != owner.as_ref());
    all.extend(others.map(|role| format!("REVOKE ALL ON {target} FROM {}", self::role(role))));
    let change = Change { prefix: "", target, owner: owner.as_ref(), had: &[], has: grants };
    all.extend(change.statements(true));
    all
}

/// The statements that lead from some default privileges to others.
pub(crate) fn alter_defaults(
    before: Option<&DefaultPrivileges>,
    after: Option<&DefaultPrivileges>,
) -> Vec<String> {
    let Some(defaults) = after.or(before) else { return Vec::new() };
    let DefaultPrivileges { role, schema, on, .. } = defaults;
    let schema = schema.as_ref().map(|schema| format!(" IN SCHEMA {}", quote::name(schema)));
    let everyone = match on {
        NewObjects::Routines => Some("EXECUTE"),
        NewObjects::Types => Some("USAGE"),
        NewObjects::Tables | NewObjects::Sequences | NewObjects::Schemas | NewObjects::LargeObjects => None,
    };
    // Those for one schema come on top of the others.
    let standard: Vec<Grant> = everyone.filter(|_| schema.is_none()).map(to_everyone).into_iter().collect();
    let prefix = format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} ",
        quote::name(role),
        schema.as_deref().unwrap_or_default()
    );
    let change = Change {
        prefix: &prefix,
        target: match on {
            NewObjects::Tables => "TABLES",
            NewObjects::Sequences => "SEQUENCES",
            NewObjects::Routines => "ROUTINES",
            NewObjects::Types => "TYPES",
            NewObjects::Schemas => "SCHEMAS",
            NewObjects::LargeObjects => "LARGE OBJECTS",
        }
        .to_owned(),
        // On top of the others, his own grants are like anybody's.
        owner: Some(role).filter(|_| schema.is_none()),
        had: before.map_or(&standard, |defaults| &defaults.grants),
        has: after.map_or(&standard, |defaults| &defaults.grants),
    };
    change.statements(true)
}

/// From some grants to others.
struct Change<'a> {
    /// What stands before each statement.
    prefix: &'a str,
    target: String,
    owner: Option<&'a Name>,
    had: &'a [Grant],
    has: &'a [Grant],
}

impl Change<'_> {
    /// The statements; `stays` says whether the owner is to have something.
    fn statements(&self, stays: bool) -> Vec<String> {
        let Self { prefix, target, owner, had, has } = self;
        let mut all = Vec::new();
        // An owner from whom something was taken has his privileges listed; usually he has all.
        let of_owner = |grant: &Grant| Some(&grant.role) == *owner && grant.column.is_none();
        let listed = |grants: &[Grant]| grants.iter().any(of_owner);
        let owner = owner.map(quote::name).unwrap_or_default();
        match (listed(had), listed(has)) {
            (false, true) => all.push(format!("{prefix}REVOKE ALL ON {target} FROM {owner}")),
            (true, false) if stays => {
                all.push(format!("{prefix}GRANT ALL ON {target} TO {owner}"));
                all.push(format!("{prefix}REVOKE GRANT OPTION FOR ALL ON {target} FROM {owner}"));
            }
            _ => {}
        }
        let had: Vec<&Grant> =
            had.iter().filter(|grant| listed(has) == listed(had) || !of_owner(grant)).collect();
        for grant in had.iter().filter(|grant| !has.contains(grant)) {
            all.push(format!("{prefix}REVOKE {} ON {target} FROM {}", privilege(grant), role(&grant.role)));
        }
        for grant in has.iter().filter(|grant| !had.contains(grant)) {
            let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
            all.push(format!(
                "{prefix}GRANT {} ON {target} TO {}{option}",
                privilege(grant),
                role(&grant.role)
            ));
        }
        all
    }
}

/// Whether default privileges may be at work where an object is made. Who makes it is not known beforehand.
fn are_for(defaults: &DefaultPrivileges, object: &ObjectId) -> bool {
    let on = match object.kind {
        ObjectKind::Schema => NewObjects::Schemas,
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => NewObjects::Tables,
        ObjectKind::Sequence => NewObjects::Sequences,
        ObjectKind::Routine => NewObjects::Routines,
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => {
            NewObjects::Types
        }
        ObjectKind::Extension
        | ObjectKind::EnumValue
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Sql(_)
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Role
        | ObjectKind::Column
        | ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion
        | ObjectKind::Index => return false,
    };
    defaults.on == on && (defaults.schema.is_none() || defaults.schema == object.schema)
}

fn set_owner(object: &ObjectId, owner: &Name) -> String {
    format!("ALTER {} {} OWNER TO {}", keyword(object), designation(object), quote::name(owner))
}

/// What is granted on. A table's and a type's privileges are granted under other words than they are altered.
fn target(object: &ObjectId) -> String {
    let name = designation(object);
    match object.kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => format!("TABLE {name}"),
        ObjectKind::Enum | ObjectKind::Composite | ObjectKind::Range => format!("TYPE {name}"),
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::EnumValue
        | ObjectKind::Domain
        | ObjectKind::Sequence
        | ObjectKind::Routine
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Sql(_)
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Role
        | ObjectKind::Column
        | ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion
        | ObjectKind::Index => format!("{} {name}", keyword(object)),
    }
}

/// What everyone may do with a new object.
fn standard(object: &ObjectId) -> Vec<Grant> {
    match object.kind {
        ObjectKind::Routine => vec![to_everyone("EXECUTE")],
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => {
            vec![to_everyone("USAGE")]
        }
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::EnumValue
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Sql(_)
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Role
        | ObjectKind::Column
        | ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion
        | ObjectKind::Index => Vec::new(),
    }
}

fn to_everyone(privilege: &str) -> Grant {
    Grant { role: "PUBLIC".into(), privilege: privilege.to_owned(), column: None, grantable: false }
}

fn privilege(grant: &Grant) -> String {
    match &grant.column {
        Some(column) => format!("{} ({})", grant.privilege, quote::name(column)),
        None => grant.privilege.clone(),
    }
}

fn role(role: &Name) -> String {
    if *role == "PUBLIC" { "PUBLIC".to_owned() } else { quote::name(role) }
}

#[cfg(test)]
mod tests {
    use schema_core::{DefaultPrivileges, Grant, NewObjects, ObjectId, Privileges};

    use super::{alter_defaults, create};

    fn grant(role: &str, privilege: &str) -> Grant {
        Grant { role: role.into(), privilege: privilege.to_owned(), column: None, grantable: false }
    }

    #[test]
    fn what_new_objects_have_can_be_taken_away_and_given_back() {
        let nobody = DefaultPrivileges::of("o", NewObjects::Routines);
        assert_eq!(
            alter_defaults(None, Some(&nobody)),
            ["ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" REVOKE EXECUTE ON ROUTINES FROM PUBLIC"]
        );
        assert_eq!(
            alter_defaults(Some(&nobody), None),
            ["ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" GRANT EXECUTE ON ROUTINES TO PUBLIC"]
        );
        let own = DefaultPrivileges {
            schema: Some("s".into()),
            grants: vec![grant("a", "SELECT"), grant("o", "SELECT")],
            ..DefaultPrivileges::of("o", NewObjects::Tables)
        };
        assert_eq!(
            alter_defaults(None, Some(&own)),
            [
                "ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" IN SCHEMA \"s\" GRANT SELECT ON TABLES TO \"a\"",
                "ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" IN SCHEMA \"s\" GRANT SELECT ON TABLES TO \"o\"",
            ]
        );
        // In every schema, what is left to the role itself is said as a whole.
        let less = DefaultPrivileges { schema: None, ..own };
        assert_eq!(
            alter_defaults(None, Some(&less)),
            [
                "ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" REVOKE ALL ON TABLES FROM \"o\"",
                "ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" GRANT SELECT ON TABLES TO \"a\"",
                "ALTER DEFAULT PRIVILEGES FOR ROLE \"o\" GRANT SELECT ON TABLES TO \"o\"",
            ]
        );
    }

    #[test]
    fn a_new_object_ends_with_its_own_grants() {
        let defaults = DefaultPrivileges {
            grants: vec![grant("app", "SELECT")],
            ..DefaultPrivileges::of("o", NewObjects::Tables)
        };
        let elsewhere = DefaultPrivileges { schema: Some("else".into()), ..defaults.clone() };
        let on_t = Privileges {
            object: ObjectId::table(&("s", "t").into()),
            owner: Some("o".into()),
            grants: vec![grant("b", "INSERT")],
        };
        assert_eq!(
            create(&on_t, &[&defaults, &elsewhere]),
            [
                "ALTER TABLE \"s\".\"t\" OWNER TO \"o\"",
                "REVOKE ALL ON TABLE \"s\".\"t\" FROM \"app\"",
                "GRANT INSERT ON TABLE \"s\".\"t\" TO \"b\"",
            ]
        );
        assert_eq!(
            create(&on_t, &[&elsewhere]),
            ["ALTER TABLE \"s\".\"t\" OWNER TO \"o\"", "GRANT INSERT ON TABLE \"s\".\"t\" TO \"b\""]
        );
    }
}
