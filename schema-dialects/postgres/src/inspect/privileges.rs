//! Owners and grants.

use indexmap::IndexMap;
use schema_core::{Error, Grant, Name, ObjectId, Privileges};

use super::Found;
use super::rows::{ForeignGrantRow, PrivilegeRow, Reader};

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<PrivilegeRow> = reader.scoped(include_str!("privileges.sql")).await?;
    let mut all: IndexMap<ObjectId, Privileges> = IndexMap::new();
    // How many of the owner's usual privileges are missing, by object.
    let mut standard: IndexMap<ObjectId, i64> = IndexMap::new();
    for row in rows {
        let Some(object) = found.ids.objects.get(&(row.class, row.oid)).cloned() else { continue };
        if object.kind.is_part() || object.kind == schema_core::ObjectKind::Extension {
            continue;
        }
        let privileges = all.entry(object.clone()).or_insert_with(|| Privileges {
            object,
            owner: Some(Name::from(&row.owner)),
            grants: Vec::new(),
        });
        let Some(privilege) = row.privilege else { continue };
        if row.is_standard && !row.to_everyone && row.part == 0 {
            let standard = standard.entry(privileges.object.clone()).or_insert(row.standard_of_owner);
            *standard -= 1;
        }
        privileges.grants.push(Grant {
            role: Name::from(if row.to_everyone { "PUBLIC" } else { row.grantee.as_str() }),
            privilege,
            column: found.ids.columns.get(&(row.oid, row.part)).filter(|_| row.part > 0).cloned(),
            grantable: row.grantable.unwrap_or_default(),
        });
    }
    for mut privileges in all.into_values() {
        // What the owner of an object may do with it goes without saying, unless something was taken from him.
        let owner = privileges.owner.clone();
        if standard.get(&privileges.object) == Some(&0) {
            privileges.grants.retain(|grant| Some(&grant.role) != owner.as_ref() || grant.column.is_some());
        }
        privileges.grants.sort();
        privileges.grants.dedup();
        found.database.insert(privileges);
    }
    foreign(reader, found).await
}

/// Grants on what is not ours: those that came with the server or an extension are theirs, those that were given or taken
/// since are reported.
async fn foreign(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<ForeignGrantRow> = reader.scoped(include_str!("foreign_grants.sql")).await?;
    for ForeignGrantRow { kind, name, extension } in rows {
        let reason = match extension {
            Some(extension) => format!("grants on a member of the extension {extension} are not modelled"),
            None => format!("grants on this {kind} are not modelled"),
        };
        found.finding(format!("{kind} {name}"), None, &reason);
    }
    Ok(())
}
