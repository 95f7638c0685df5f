//! Owners and grants.

use schema_core::{Grant, ObjectId, ObjectKind, Privileges};

use super::object;
use crate::quote;

/// The statements that lead from one set of privileges to another.
pub(crate) fn alter(before: Option<&Privileges>, after: Option<&Privileges>) -> Vec<String> {
    let Some(object) = after.or(before).map(|privileges| &privileges.object) else { return Vec::new() };
    let kind = object::keyword(object);
    let name = object::designation(object);
    let mut all = Vec::new();
    let owner = after.and_then(|privileges| privileges.owner.as_ref());
    if let Some(owner) = owner.filter(|owner| before.and_then(|p| p.owner.as_ref()) != Some(*owner)) {
        all.push(format!("ALTER {kind} {name} OWNER TO {}", quote::name(owner)));
    }
    let standard = standard(object);
    let had = before.map_or(&standard, |privileges| &privileges.grants);
    let has = after.map_or(&standard, |privileges| &privileges.grants);
    // A table's and a type's privileges are granted under other words than they are altered.
    let target = match object.kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => format!("TABLE {name}"),
        ObjectKind::Enum | ObjectKind::Composite | ObjectKind::Range => format!("TYPE {name}"),
        _ => format!("{kind} {name}"),
    };
    // An owner from whom something was taken has his privileges listed; usually he has all.
    let owner = after.or(before).and_then(|privileges| privileges.owner.as_ref());
    let listed =
        |grants: &[Grant]| grants.iter().any(|grant| Some(&grant.role) == owner && grant.column.is_none());
    let of_owner = |grant: &&Grant| Some(&grant.role) == owner && grant.column.is_none();
    let owner_name = owner.map(quote::name).unwrap_or_default();
    match (listed(had), listed(has)) {
        (false, true) => all.push(format!("REVOKE ALL ON {target} FROM {owner_name}")),
        (true, false) if after.is_some() => {
            all.push(format!("GRANT ALL ON {target} TO {owner_name}"));
            all.push(format!("REVOKE GRANT OPTION FOR ALL ON {target} FROM {owner_name}"));
        }
        _ => {}
    }
    let had: Vec<Grant> =
        had.iter().filter(|grant| listed(has) == listed(had) || !of_owner(grant)).cloned().collect();
    for grant in had.iter().filter(|grant| !has.contains(grant)) {
        all.push(format!("REVOKE {} ON {target} FROM {}", privilege(grant), role(grant)));
    }
    for grant in has.iter().filter(|grant| !had.contains(grant)) {
        let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
        all.push(format!("GRANT {} ON {target} TO {}{option}", privilege(grant), role(grant)));
    }
    all
}

/// What everyone may do with a new object.
fn standard(object: &ObjectId) -> Vec<Grant> {
    let privilege = match object.kind {
        ObjectKind::Routine => "EXECUTE",
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => "USAGE",
        _ => return Vec::new(),
    };
    vec![Grant { role: "PUBLIC".into(), privilege: privilege.to_owned(), column: None, grantable: false }]
}

fn privilege(grant: &Grant) -> String {
    match &grant.column {
        Some(column) => format!("{} ({})", grant.privilege, quote::name(column)),
        None => grant.privilege.clone(),
    }
}

fn role(grant: &Grant) -> String {
    if grant.role == "PUBLIC" { "PUBLIC".to_owned() } else { quote::name(&grant.role) }
}
