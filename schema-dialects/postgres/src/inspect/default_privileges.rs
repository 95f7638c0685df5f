//! What is granted on objects to come.

use indexmap::IndexMap;
use schema_core::{DefaultPrivileges, Error, Grant, Name, NewObjects, ObjectId};
use sqlx::PgConnection;

use super::Found;
use super::rows::{DefaultPrivilegeRow, Reader};

const QUERY: &str = include_str!("default_privileges.sql");

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<DefaultPrivilegeRow> = reader.scoped(QUERY).await?;
    for row in rows.iter().filter(|row| kind(row).is_none()) {
        let object = format!("default privileges of {} for objects of the kind {:?}", row.role, row.kind);
        found.finding(object, None, "a kind of object that the model does not have");
    }
    for defaults in of_rows(rows) {
        found.database.insert(defaults);
    }
    Ok(())
}

/// Those of the current user that count in every schema, and so where objects are tried out.
pub(crate) async fn of_current_user(connection: &mut PgConnection) -> Result<Vec<DefaultPrivileges>, Error> {
    let rows: Vec<DefaultPrivilegeRow> = sqlx::query_as(QUERY)
        .bind(Vec::<sqlx::postgres::types::Oid>::new())
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .map_err(crate::error::query)?;
    let user: String = sqlx::query_scalar("SELECT current_user::text")
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(crate::error::query)?;
    Ok(of_rows(rows).into_iter().filter(|defaults| defaults.role == user.as_str()).collect())
}

fn kind(row: &DefaultPrivilegeRow) -> Option<NewObjects> {
    Some(match row.kind.as_str() {
        "r" => NewObjects::Tables,
        "S" => NewObjects::Sequences,
        "f" => NewObjects::Routines,
        "T" => NewObjects::Types,
        "n" => NewObjects::Schemas,
        "L" => NewObjects::LargeObjects,
        _ => return None,
    })
}

fn of_rows(rows: Vec<DefaultPrivilegeRow>) -> Vec<DefaultPrivileges> {
    // With how many of the role's own usual privileges are missing.
    let mut all: IndexMap<ObjectId, (DefaultPrivileges, i64)> = IndexMap::new();
    for row in rows {
        let Some(on) = kind(&row) else { continue };
        let schema = row.schema.map(Name::from);
        let empty = DefaultPrivileges { schema, ..DefaultPrivileges::of(row.role, on) };
        let (defaults, missing) = all.entry(empty.id()).or_insert((empty, row.standard_of_owner));
        let Some(privilege) = row.privilege else { continue };
        *missing -= i64::from(row.is_standard.unwrap_or_default());
        defaults.grants.push(Grant {
            role: Name::from(if row.to_everyone.unwrap_or_default() { "PUBLIC" } else { &row.grantee }),
            privilege,
            column: None,
            grantable: row.grantable.unwrap_or_default(),
        });
    }
    let settled = |(mut defaults, missing): (DefaultPrivileges, i64)| {
        if defaults.schema.is_none() && missing == 0 {
            defaults.grants.retain(|grant| grant.role != defaults.role);
        }
        defaults.grants.sort();
        defaults.grants.dedup();
        defaults
    };
    all.into_values().map(settled).collect()
}
