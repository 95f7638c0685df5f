//! Rust types for enums, domains and composite types.

use schema_core::{Check, CompositeAttribute, CompositeType, Domain, EnumType, QualifiedName, Sql};

use super::attribute::{self, Attribute};
use super::names::{Case, Names, escaped};
use super::scheme::{Declared, OwnType, Scheme};
use super::{literal, push, value};

/// The Rust type of a type.
pub(super) fn write(code: &mut String, declared: &Declared<'_>, scheme: &Scheme<'_>) {
    match &declared.ty {
        OwnType::Enum(ty) => enumeration(code, &declared.ident, ty, scheme),
        OwnType::Inline(ty) => enumeration(code, &declared.ident, ty, scheme),
        OwnType::Domain(domain) => newtype(code, &declared.ident, domain, scheme),
        OwnType::Composite(ty) => composite(code, &declared.ident, ty, scheme),
    }
}

/// The name, where it is not the one that the Rust name stands for.
fn name(ident: &str, name: &QualifiedName, scheme: &Scheme<'_>) -> Vec<Attribute> {
    let name = scheme.local(name);
    let mut items = Vec::new();
    if Case::Snake.apply(ident) != name.name.as_str() {
        items.push(Attribute::text("name", &name.name));
    }
    items.extend(name.schema.map(|schema| Attribute::text("schema", schema)));
    items
}

fn enumeration(code: &mut String, ident: &str, ty: &EnumType, scheme: &Scheme<'_>) {
    let EnumType { name: ty_name, values, comment, renamed_values: _, renamed_from: _ } = ty;
    let mut names = Names::default();
    let variants: Vec<(String, &String)> = values.iter().map(|value| (names.variant(value), value)).collect();
    let is_spelled = |case: Option<Case>| {
        let spelled = |variant: &str| case.map_or_else(|| variant.to_owned(), |case| case.apply(variant));
        variants.iter().all(|(variant, value)| spelled(variant) == **value)
    };
    let case = if is_spelled(None) {
        None
    } else {
        Case::NAMED.into_iter().find(|(case, _)| is_spelled(Some(*case)))
    };
    let mut items = name(ident, ty_name, scheme);
    items.extend(case.map(|(_, word)| Attribute::text("rename_all", word)));
    items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    code.push_str("#[derive(Clone, Copy, Debug, PartialEq, Eq, SqlEnum)]\n");
    attribute::write(code, 0, "sql_enum", items);
    push(code, format_args!("pub enum {ident} {{\n"));
    for (variant, value) in &variants {
        if case.is_none() && variant != *value {
            attribute::write(code, 4, "sql_enum", vec![Attribute::text("rename", value)]);
        }
        push(code, format_args!("    {variant},\n"));
    }
    code.push_str("}\n");
}

fn newtype(code: &mut String, ident: &str, domain: &Domain, scheme: &Scheme<'_>) {
    let Domain { name: domain_name, base, collation, default, not_null, not_null_name: _, checks, comment } =
        domain;
    let mapping = scheme.mapping(base);
    scheme.needs(&mapping.rust);
    let mut options = name(ident, domain_name, scheme);
    options.extend(checks.iter().map(check));
    options.extend(not_null.then(|| Attribute::word("not_null")));
    options.extend(
        default
            .as_ref()
            .map(|sql| Attribute::value("default", format!("sql({})", literal::text(sql.as_str())))),
    );
    options
        .extend(collation.as_ref().map(|name| Attribute::value("collate", value::collation(name, scheme))));
    options.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    let mut items: Vec<Attribute> = mapping.said.iter().map(|said| Attribute::text("type", said)).collect();
    items.push(Attribute::list_of("domain", options).unwrap_or_else(|| Attribute::word("domain")));
    code.push_str("#[derive(Clone, Debug, PartialEq, SqlType)]\n");
    attribute::write(code, 0, "sql_type", items);
    push(code, format_args!("pub struct {ident}(pub {});\n", mapping.rust));
}

fn check(check: &Check) -> Attribute {
    let Check {
        name,
        expression,
        mysql: _,
        column: _,
        no_inherit: _,
        validated,
        enforced: _,
        comment,
        renamed_from: _,
    } = check;
    let mut items = vec![Attribute::word(literal::text(expression.as_str()))];
    items.extend(name.as_ref().map(|name| Attribute::text("name", name)));
    items.extend((!validated).then(|| Attribute::word("not_valid")));
    items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    Attribute::list("check", items)
}

fn composite(code: &mut String, ident: &str, ty: &CompositeType, scheme: &Scheme<'_>) {
    let CompositeType { name: ty_name, attributes, comment } = ty;
    let mut items = name(ident, ty_name, scheme);
    // One field alone would be a newtype.
    if attributes.len() == 1 {
        items.insert(0, Attribute::word("composite"));
    }
    items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    code.push_str("#[derive(Clone, Debug, PartialEq, SqlType)]\n");
    attribute::write(code, 0, "sql_type", items);
    push(code, format_args!("pub struct {ident} {{\n"));
    let mut names = Names::default();
    for CompositeAttribute { name, ty, collation, comment } in attributes {
        let field = names.field(name.as_str());
        let mapping = scheme.mapping(ty);
        scheme.needs(&mapping.rust);
        let mut items = Vec::new();
        if field != name.as_str() {
            items.push(Attribute::text("name", name));
        }
        items.extend(mapping.said.as_ref().map(|said| Attribute::text("type", said)));
        items.extend(
            collation.as_ref().map(|name| Attribute::value("collate", value::collation(name, scheme))),
        );
        items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        attribute::write(code, 4, "sql_type", items);
        // Attributes of a composite type may always be NULL.
        push(code, format_args!("    pub {}: Option<{}>,\n", escaped(&field), mapping.rust));
    }
    code.push_str("}\n");
}

/// SQL as a DSL argument.
pub(super) fn sql(sql: &Sql) -> String {
    literal::text(sql.as_str())
}
