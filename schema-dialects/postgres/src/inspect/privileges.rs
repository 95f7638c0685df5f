//! Owners and grants.

use indexmap::IndexMap;
use schema_core::{Error, Grant, Name, ObjectId, Privileges};

use super::rows::{PrivilegeRow, Reader};
use super::Found;

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<PrivilegeRow> = reader.scoped(include_str!("privileges.sql")).await?;
    let mut all: IndexMap<ObjectId, Privileges> = IndexMap::new();
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
        // What the owner may do with his own object goes without saying.
        if !row.to_everyone && row.grantee == row.owner {
            continue;
        }
        privileges.grants.push(Grant {
            role: Name::from(if row.to_everyone { "PUBLIC" } else { row.grantee.as_str() }),
            privilege,
            column: found.ids.columns.get(&(row.oid, row.part)).filter(|_| row.part > 0).cloned(),
            grantable: row.grantable.unwrap_or_default(),
        });
    }
    for mut privileges in all.into_values() {
        privileges.grants.sort();
        privileges.grants.dedup();
        found.database.insert(privileges);
    }
    Ok(())
}
