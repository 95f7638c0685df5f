//! Schemas and extensions.

use schema_core::{Error, Extension, Name, ObjectId, ObjectKind, Schema, ScopeSchemas};
use sqlx::postgres::types::Oid;

use super::Found;
use super::ids::class;
use super::rows::{ExtensionMemberRow, ExtensionRow, Reader, SchemaRow};
use crate::error;

pub(super) async fn read(
    reader: &mut Reader<'_>,
    found: &mut Found,
    scope: &ScopeSchemas,
) -> Result<(), Error> {
    let names: Option<Vec<&str>> = match scope {
        ScopeSchemas::All => None,
        ScopeSchemas::Named(names) => Some(names.iter().map(Name::as_str).collect()),
    };
    let rows: Vec<SchemaRow> = sqlx::query_as(include_str!("schemas.sql"))
        .bind(names)
        .persistent(false)
        .fetch_all(&mut *reader.connection)
        .await
        .map_err(error::query)?;
    for row in rows {
        let name = Name::from(&row.name);
        reader.schemas.extend(u32::try_from(row.oid).map(Oid));
        found.ids.schemas.insert(row.oid, name.clone());
        if !row.of_extension {
            found.ids.insert(class::NAMESPACE, row.oid, ObjectId::new(ObjectKind::Schema, &name.into()));
        }
    }
    Ok(())
}

/// Makes the schemas, now that the comments are known.
pub(super) fn comment(found: &mut Found) {
    let schemas: Vec<_> = found.ids.schemas.iter().map(|(oid, name)| (*oid, name.clone())).collect();
    for (oid, name) in schemas {
        if found.ids.find(class::NAMESPACE, oid, 0).is_some() {
            let comment = found.ids.comment(class::NAMESPACE, oid);
            found.database.insert(Schema { comment, ..Schema::new(name) });
        }
    }
}

pub(super) async fn extensions(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<ExtensionRow> = reader.all(include_str!("extensions.sql")).await?;
    for row in rows {
        let id = ObjectId::new(ObjectKind::Extension, &row.name.as_str().into());
        found.ids.insert(class::EXTENSION, row.oid, id);
        // Which one is its own, only the server knows that can make it.
        let comment = found.ids.comment(class::EXTENSION, row.oid);
        let is_other = row.is_available && comment != row.own_comment;
        found.database.insert(Extension {
            name: Name::from(&row.name),
            schema: Some(Name::from(&row.schema)),
            version: row.version,
            comment: is_other.then(|| comment.unwrap_or_default()),
        });
    }
    let members: Vec<ExtensionMemberRow> = reader.all(include_str!("extension_members.sql")).await?;
    for member in members {
        if let Some(extension) = found.ids.find(class::EXTENSION, member.extension, 0)
            && found.ids.find(member.class, member.oid, 0).is_none()
        {
            found.ids.insert(member.class, member.oid, extension);
        }
    }
    Ok(())
}
