//! Types that no struct brings along.

use schema_core::{Check, CompositeAttribute, CompositeType, Domain, EnumType, RangeType, Type};

use super::super::ty::sql;
use super::super::{literal, scheme::Scheme, value};
use super::fields;

/// A type, where another object names it.
pub(super) fn reference(ty: &Type, scheme: &Scheme<'_>) -> String {
    match ty {
        Type::Native(sql) => format!("dsl::Type::native({})", literal::text(sql.as_str())),
        Type::Enum(name) | Type::Named(name) => {
            format!("dsl::Type::Named({}.into())", value::qualified(name, scheme))
        }
        Type::Array(element) => format!("{}.array()", reference(element, scheme)),
        // What was read from an engine has the engine's own types.
        other => format!("dsl::Type::{other:?}"),
    }
}

pub(super) fn enumeration(ty: &EnumType, scheme: &Scheme<'_>) -> String {
    let EnumType { name, values, comment, renamed_values: _, renamed_from: _ } = ty;
    let values = values.iter().map(|value| literal::text(value)).collect::<Vec<_>>().join(", ");
    let call = format!("new({}, [{values}])", value::qualified(name, scheme));
    fields::with([("comment", fields::text(comment.as_ref()))], "EnumType", &call)
}

pub(super) fn composite(ty: &CompositeType, scheme: &Scheme<'_>) -> String {
    let CompositeType { name, attributes, comment } = ty;
    let attributes: Vec<String> = attributes.iter().map(|own| attribute(own, scheme)).collect();
    let call = format!("new({}, [{}])", value::qualified(name, scheme), attributes.join(", "));
    fields::with([("comment", fields::text(comment.as_ref()))], "CompositeType", &call)
}

fn attribute(attribute: &CompositeAttribute, scheme: &Scheme<'_>) -> String {
    let CompositeAttribute { name, ty, collation, comment } = attribute;
    let own = [
        ("collation", fields::qualified(collation.as_ref(), scheme)),
        ("comment", fields::text(comment.as_ref())),
    ];
    let call = format!("new({}, {})", literal::text(name.as_str()), reference(ty, scheme));
    fields::with(own, "CompositeAttribute", &call)
}

pub(super) fn domain(domain: &Domain, scheme: &Scheme<'_>) -> String {
    let Domain { name, base, collation, default, not_null, not_null_name, checks, comment } = domain;
    let own_checks: Vec<String> = checks.iter().map(check).collect();
    let own = [
        ("collation", fields::qualified(collation.as_ref(), scheme)),
        ("default", fields::fragment(default.as_ref())),
        ("not_null", fields::yes(*not_null)),
        ("not_null_name", fields::name(not_null_name.as_ref())),
        ("checks", fields::set(&own_checks)),
        ("comment", fields::text(comment.as_ref())),
    ];
    let call = format!("new({}, {})", value::qualified(name, scheme), reference(base, scheme));
    fields::with(own, "Domain", &call)
}

fn check(check: &Check) -> String {
    let own = [
        ("name", fields::name(check.name.as_ref())),
        ("validated", (!check.validated).then(|| "false".to_owned())),
        ("comment", fields::text(check.comment.as_ref())),
    ];
    fields::with(own, "Check", &format!("new({})", sql(&check.expression)))
}

pub(super) fn range(range: &RangeType, scheme: &Scheme<'_>) -> String {
    let RangeType { name, subtype, operator_class, collation, canonical, subtype_diff, multirange, comment } =
        range;
    let own = [
        ("operator_class", fields::fragment(operator_class.as_ref())),
        ("collation", fields::qualified(collation.as_ref(), scheme)),
        ("canonical", fields::fragment(canonical.as_ref())),
        ("subtype_diff", fields::fragment(subtype_diff.as_ref())),
        ("multirange", fields::name(multirange.as_ref())),
        ("comment", fields::text(comment.as_ref())),
    ];
    let call = format!("new({}, {})", value::qualified(name, scheme), reference(subtype, scheme));
    fields::with(own, "RangeType", &call)
}
