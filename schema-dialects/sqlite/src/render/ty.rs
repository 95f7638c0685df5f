//! What portable types are in SQLite.

use schema_core::{Column, Engine, Type};

/// The declared type of a column, or why there is none.
pub(crate) fn of(column: &Column, strict: bool) -> Result<String, String> {
    match column.native.get(Engine::Sqlite) {
        Some(native) => Ok(native.as_str().to_owned()),
        None if column.identity.is_some() => Ok("INTEGER".to_owned()),
        None => lower(&column.ty, strict),
    }
}

/// What a portable type is called, or why there is none.
///
/// Outside of STRICT tables the name is chosen so that its affinity keeps the values as they are, and so that
/// drivers which read declared types know what they get (<https://sqlite.org/datatype3.html>).
fn lower(ty: &Type, strict: bool) -> Result<String, String> {
    let fixed = |name: &str, in_strict: &str| Ok(if strict { in_strict } else { name }.to_owned());
    match ty {
        Type::Bool => fixed("BOOLEAN", "INTEGER"),
        Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt | Type::Unsigned(8 | 16 | 24 | 32) => {
            fixed("INTEGER", "INTEGER")
        }
        Type::Unsigned(bits) => Err(format!(
            "SQLite's whole numbers are signed and have 64 bits, so an unsigned one of {bits} bits does not fit; \
             use a signed type, or text"
        )),
        Type::Real | Type::Double => fixed("REAL", "REAL"),
        Type::Decimal { precision, scale } => fixed(&format!("NUMERIC({precision},{scale})"), "TEXT"),
        Type::Char(length) => fixed(&format!("CHAR({length})"), "TEXT"),
        Type::Varchar(length) => fixed(&format!("VARCHAR({length})"), "TEXT"),
        Type::Text | Type::Json | Type::Enum(_) => fixed("TEXT", "TEXT"),
        Type::Binary(_) | Type::Blob | Type::Uuid => fixed("BLOB", "BLOB"),
        Type::Date => fixed("DATE", "TEXT"),
        Type::Time => fixed("TIME", "TEXT"),
        Type::Timestamp | Type::TimestampTz => fixed("DATETIME", "TEXT"),
        Type::Interval => Err("SQLite has no type for spans of time; use a number of seconds".to_owned()),
        Type::Inet | Type::Cidr | Type::MacAddr => {
            Err("SQLite has no type for addresses; use text".to_owned())
        }
        Type::VarBit(_) => Err("SQLite has no bit strings; use BLOB".to_owned()),
        Type::Array(_) => Err("SQLite has no arrays; use JSON, or a table of its own".to_owned()),
        Type::Named(name) => Err(format!("SQLite has no types of its users' own, so none called {name}")),
        Type::Native(sql) => Ok(sql.as_str().to_owned()),
    }
}
