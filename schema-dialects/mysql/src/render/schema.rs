//! Databases.

use schema_core::Schema;

use crate::quote;

/// `CREATE DATABASE`.
pub(crate) fn create(schema: &Schema) -> String {
    format!("CREATE DATABASE {}{}", quote::name(&schema.name), options(schema))
}

/// Default character set and collation, as CREATE and ALTER DATABASE take them.
pub(crate) fn options(schema: &Schema) -> String {
    let charset =
        schema.mysql.charset.as_ref().map(|charset| format!(" CHARACTER SET {}", quote::name(charset)));
    let collation =
        schema.mysql.collation.as_ref().map(|collation| format!(" COLLATE {}", quote::name(collation)));
    format!("{}{}", charset.unwrap_or_default(), collation.unwrap_or_default())
}
