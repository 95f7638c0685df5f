//! How statements name an object.

use schema_core::{ObjectId, ObjectKind};

use crate::quote;

/// The word for an object's kind in DROP, ALTER and COMMENT ON.
pub(crate) fn keyword(id: &ObjectId) -> &'static str {
    match id.kind {
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Extension => "EXTENSION",
        ObjectKind::Enum | ObjectKind::Composite | ObjectKind::Range => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Table => "TABLE",
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        // ROUTINE stands for functions, procedures and aggregates alike.
        ObjectKind::Routine => "ROUTINE",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Policy => "POLICY",
        ObjectKind::Column => "COLUMN",
        ObjectKind::Index => "INDEX",
        ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion => "CONSTRAINT",
        ObjectKind::Role => "ROLE",
        ObjectKind::EnumValue
        | ObjectKind::Sql(_)
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges => "",
    }
}

/// An object as DROP, ALTER and COMMENT ON name it.
pub(crate) fn designation(id: &ObjectId) -> String {
    if matches!(id.kind, ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Role) {
        return quote::name(&id.name);
    }
    if let (ObjectKind::Routine, Some(signature)) = (id.kind, &id.signature) {
        return format!("{}({signature})", quote::qualified(&id.qualified_name()));
    }
    match id.table_name() {
        Some(table) => format!("{} ON {}", quote::name(&id.name), quote::qualified(&table)),
        None => quote::qualified(&id.qualified_name()),
    }
}
