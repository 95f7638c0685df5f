//! Types, and the objects that define types.

use schema_core::{CompositeType, Domain, EnumType, RangeType, Type};

use super::push;
use super::{comment, constraint};
use crate::quote;

/// A column's type in DDL. Portable types are lowered here.
pub(crate) fn ty(ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::TinyInt | Type::SmallInt | Type::Unsigned(0..=8) => "smallint".to_owned(),
        Type::Integer | Type::Unsigned(9..=16) => "integer".to_owned(),
        Type::BigInt | Type::Unsigned(17..=32) => "bigint".to_owned(),
        // `check` refuses wider unsigned numbers before anything is rendered.
        Type::Unsigned(_) => "numeric(20,0)".to_owned(),
        Type::Real => "real".to_owned(),
        Type::Double => "double precision".to_owned(),
        Type::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        Type::Char(length) => format!("character({length})"),
        Type::Varchar(length) => format!("character varying({length})"),
        Type::Text => "text".to_owned(),
        Type::Binary(_) | Type::Blob => "bytea".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Time => "time without time zone".to_owned(),
        Type::Timestamp => "timestamp without time zone".to_owned(),
        Type::TimestampTz => "timestamp with time zone".to_owned(),
        Type::Interval => "interval".to_owned(),
        Type::Uuid => "uuid".to_owned(),
        Type::Json => "jsonb".to_owned(),
        Type::Inet => "inet".to_owned(),
        Type::Cidr => "cidr".to_owned(),
        Type::MacAddr => "macaddr".to_owned(),
        Type::VarBit(length) => format!("bit varying({length})"),
        Type::Enum(name) | Type::Named(name) => quote::qualified(name),
        Type::Array(element) => format!("{}[]", self::ty(element)),
        Type::Native(sql) => sql.to_string(),
    }
}

pub(crate) fn create_enum(ty: &EnumType) -> Vec<String> {
    let values: Vec<String> = ty.values.iter().map(|value| quote::literal(value)).collect();
    let mut all = vec![format!("CREATE TYPE {} AS ENUM ({})", quote::qualified(&ty.name), values.join(", "))];
    all.extend(comment::set("TYPE", &quote::qualified(&ty.name), ty.comment.as_deref()));
    all
}

pub(crate) fn create_domain(domain: &Domain) -> Vec<String> {
    let name = quote::qualified(&domain.name);
    let mut sql = format!("CREATE DOMAIN {name} AS {}", ty(&domain.base));
    sql.push_str(&quote::collate(domain.collation.as_ref()));
    if let Some(default) = &domain.default {
        push(&mut sql, format_args!(" DEFAULT {default}"));
    }
    if domain.not_null {
        if let Some(name) = &domain.not_null_name {
            push(&mut sql, format_args!(" CONSTRAINT {}", quote::name(name)));
        }
        sql.push_str(" NOT NULL");
    }
    let (validated, unvalidated): (Vec<_>, Vec<_>) = domain.checks.iter().partition(|check| check.validated);
    for check in validated {
        push(&mut sql, format_args!(" {}", constraint::check(check)));
    }
    let mut all = vec![sql];
    all.extend(
        unvalidated.iter().map(|check| format!("ALTER DOMAIN {name} ADD {}", constraint::check(check))),
    );
    all.extend(comment::set("DOMAIN", &name, domain.comment.as_deref()));
    for check in domain.checks.iter() {
        if let (Some(constraint), Some(text)) = (&check.name, &check.comment) {
            let on = format!("{} ON DOMAIN {name}", quote::name(constraint));
            all.extend(comment::set("CONSTRAINT", &on, Some(text)));
        }
    }
    all
}

pub(crate) fn create_composite(composite: &CompositeType) -> Vec<String> {
    let name = quote::qualified(&composite.name);
    let attributes: Vec<String> = composite.attributes.iter().map(attribute).collect();
    let mut all = vec![format!("CREATE TYPE {name} AS ({})", attributes.join(", "))];
    all.extend(comment::set("TYPE", &name, composite.comment.as_deref()));
    for attribute in &composite.attributes {
        let on = format!("{name}.{}", quote::name(&attribute.name));
        all.extend(comment::set("COLUMN", &on, attribute.comment.as_deref()));
    }
    all
}

/// An attribute as CREATE TYPE and ALTER TYPE write it.
pub(crate) fn attribute(attribute: &schema_core::CompositeAttribute) -> String {
    let collation = quote::collate(attribute.collation.as_ref());
    format!("{} {}{collation}", quote::name(&attribute.name), ty(&attribute.ty))
}

pub(crate) fn create_range(range: &RangeType) -> Vec<String> {
    let name = quote::qualified(&range.name);
    let mut options = vec![format!("subtype = {}", ty(&range.subtype))];
    options.extend(range.operator_class.as_ref().map(|class| format!("subtype_opclass = {class}")));
    options.extend(range.collation.as_ref().map(|c| format!("collation = {}", quote::qualified(c))));
    options.extend(range.canonical.as_ref().map(|function| format!("canonical = {function}")));
    options.extend(range.subtype_diff.as_ref().map(|function| format!("subtype_diff = {function}")));
    options.extend(range.multirange.as_ref().map(|multirange| {
        format!("multirange_type_name = {}", quote::qualified(&range.name.sibling(multirange)))
    }));
    let mut all = vec![format!("CREATE TYPE {name} AS RANGE ({})", options.join(", "))];
    all.extend(comment::set("TYPE", &name, range.comment.as_deref()));
    all
}
