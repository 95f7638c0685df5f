//! Column types on both sides.

use sea_query::{
    ColumnType, MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder, StringLen, TableBuilder,
};

use crate::{Engine, NativeTypes, Type};

/// The portable type that comes closest; the engines have those of [`natives`]. An enum has none: it is a type beside
/// the table.
pub(super) fn portable(ty: &ColumnType) -> Option<Type> {
    Some(match ty {
        ColumnType::Char(length) => Type::Char(length.unwrap_or(1)),
        ColumnType::String(StringLen::N(length)) => Type::Varchar(*length),
        ColumnType::String(StringLen::None | StringLen::Max) => Type::Varchar(255),
        ColumnType::Text => Type::Text,
        ColumnType::Blob | ColumnType::VarBinary(StringLen::None | StringLen::Max) => Type::Blob,
        ColumnType::Binary(length) | ColumnType::VarBinary(StringLen::N(length)) => Type::Binary(*length),
        ColumnType::TinyInteger => Type::TinyInt,
        ColumnType::SmallInteger => Type::SmallInt,
        ColumnType::Integer => Type::Integer,
        ColumnType::BigInteger => Type::BigInt,
        ColumnType::TinyUnsigned => Type::Unsigned(8),
        ColumnType::SmallUnsigned => Type::Unsigned(16),
        ColumnType::Unsigned => Type::Unsigned(32),
        ColumnType::BigUnsigned => Type::Unsigned(64),
        ColumnType::Float => Type::Real,
        ColumnType::Double => Type::Double,
        ColumnType::Decimal(Some((precision, scale))) => {
            Type::Decimal { precision: *precision, scale: *scale }
        }
        ColumnType::DateTime | ColumnType::Timestamp => Type::Timestamp,
        ColumnType::TimestampWithTimeZone => Type::TimestampTz,
        ColumnType::Time => Type::Time,
        ColumnType::Date => Type::Date,
        ColumnType::Interval(None, None) => Type::Interval,
        ColumnType::VarBit(length) => Type::VarBit(*length),
        ColumnType::Boolean => Type::Bool,
        ColumnType::Json | ColumnType::JsonBinary => Type::Json,
        ColumnType::Uuid => Type::Uuid,
        ColumnType::Cidr => Type::Cidr,
        ColumnType::Inet => Type::Inet,
        ColumnType::MacAddr => Type::MacAddr,
        ColumnType::Array(element) => portable(element)?.array(),
        ColumnType::Enum { .. } => return None,
        // Engines' own types, and those that later versions may add: what one engine calls it is what it is.
        other => {
            let natives = natives(other);
            Type::Native(natives.postgres.or(natives.mysql).or(natives.sqlite)?)
        }
    })
}

/// What `sea_query` calls a type in each engine that has it.
pub(super) fn natives(ty: &ColumnType) -> NativeTypes {
    let mut natives = NativeTypes::default();
    if has(Engine::Postgres, ty) {
        natives.set(Engine::Postgres, written(&PostgresQueryBuilder, ty));
    }
    if has(Engine::MySql, ty) {
        natives.set(Engine::MySql, written(&MysqlQueryBuilder, ty));
    }
    if has(Engine::Sqlite, ty) {
        natives.set(Engine::Sqlite, written(&SqliteQueryBuilder, ty));
    }
    natives
}

fn written(builder: &impl TableBuilder, ty: &ColumnType) -> String {
    let mut sql = String::new();
    builder.prepare_column_type(ty, &mut sql);
    sql
}

/// Whether `sea_query` can write a type for an engine. It panics where it cannot.
fn has(engine: Engine, ty: &ColumnType) -> bool {
    let itself = match ty {
        ColumnType::Enum { .. } => false,
        ColumnType::Array(_)
        | ColumnType::Vector(_)
        | ColumnType::Cidr
        | ColumnType::Inet
        | ColumnType::MacAddr
        | ColumnType::LTree => engine == Engine::Postgres,
        ColumnType::Interval(..) | ColumnType::Bit(_) | ColumnType::VarBit(_) => engine != Engine::Sqlite,
        ColumnType::Year => matches!(engine, Engine::MySql | Engine::MariaDb),
        _ => true,
    };
    match ty {
        ColumnType::Array(element) => itself && has(engine, element),
        _ => itself,
    }
}

/// The type of `sea_query`'s that stands for a portable one, with what it is called in single engines.
pub(super) fn column_type(ty: &Type, said: &NativeTypes) -> Option<ColumnType> {
    let all = candidates(ty);
    if *said == NativeTypes::default() {
        return all.into_iter().next();
    }
    all.into_iter().find(|candidate| natives(candidate) == *said)
}

/// The types whose portable one this is, the usual one first.
fn candidates(ty: &Type) -> Vec<ColumnType> {
    match ty {
        Type::Bool => vec![ColumnType::Boolean],
        Type::TinyInt => vec![ColumnType::TinyInteger],
        Type::SmallInt => vec![ColumnType::SmallInteger],
        Type::Integer => vec![ColumnType::Integer],
        Type::BigInt => vec![ColumnType::BigInteger],
        Type::Unsigned(8) => vec![ColumnType::TinyUnsigned],
        Type::Unsigned(16) => vec![ColumnType::SmallUnsigned],
        Type::Unsigned(32) => vec![ColumnType::Unsigned],
        Type::Unsigned(64) => vec![ColumnType::BigUnsigned],
        Type::Real => vec![ColumnType::Float],
        Type::Double => vec![ColumnType::Double],
        Type::Decimal { precision, scale } => vec![ColumnType::Decimal(Some((*precision, *scale)))],
        Type::Char(length) => vec![ColumnType::Char(Some(*length)), ColumnType::Char(None)],
        Type::Varchar(length) => {
            [StringLen::N(*length), StringLen::None, StringLen::Max].map(ColumnType::String).to_vec()
        }
        Type::Text => vec![ColumnType::Text],
        Type::Binary(length) => {
            vec![ColumnType::Binary(*length), ColumnType::VarBinary(StringLen::N(*length))]
        }
        Type::Blob => vec![
            ColumnType::Blob,
            ColumnType::VarBinary(StringLen::None),
            ColumnType::VarBinary(StringLen::Max),
        ],
        Type::Date => vec![ColumnType::Date],
        Type::Time => vec![ColumnType::Time],
        Type::Timestamp => vec![ColumnType::DateTime, ColumnType::Timestamp],
        Type::TimestampTz => vec![ColumnType::TimestampWithTimeZone],
        Type::Interval => vec![ColumnType::Interval(None, None)],
        Type::Uuid => vec![ColumnType::Uuid],
        Type::Json => vec![ColumnType::JsonBinary, ColumnType::Json],
        Type::Inet => vec![ColumnType::Inet],
        Type::Cidr => vec![ColumnType::Cidr],
        Type::MacAddr => vec![ColumnType::MacAddr],
        Type::VarBit(length) => vec![ColumnType::VarBit(*length)],
        Type::Array(element) => {
            candidates(element).into_iter().map(|element| ColumnType::Array(element.into())).collect()
        }
        Type::Native(sql) => vec![
            ColumnType::custom(sql.to_string()),
            ColumnType::Decimal(None),
            ColumnType::Money(None),
            ColumnType::Year,
            ColumnType::Bit(None),
            ColumnType::LTree,
        ],
        Type::Unsigned(_) | Type::Enum(_) | Type::Named(_) => Vec::new(),
    }
}
