//! Which values a new type does not read.

use schema_core::{
    CompositeType, Database, Domain, EnumType, Object, ObjectId, ObjectKind, QualifiedName, RangeType, Type,
};

use super::super::Planner;
use crate::lexis::type_and_modifiers;
use crate::quote;

/// The condition that the new type does not read a value as a text: asked of the type where it is there and the server
/// can, and otherwise as far as the form of what the type reads is known. It never holds for a value that is read.
pub(super) fn unreadable(
    planner: &Planner<'_>,
    value: &str,
    old: &str,
    ty: &Type,
    new: &str,
) -> Option<String> {
    let named = ty.named().filter(|_| !new.ends_with("[]"));
    let own = named.and_then(|name| own_type(&planner.after.database, name));
    if let Some(Object::Enum(labels)) = own {
        let labels: Vec<String> = labels.values.iter().map(|label| quote::literal(label)).collect();
        return Some(format!("{value}::text <> ALL (ARRAY[{}]::text[])", labels.join(", ")));
    }
    if asks_type(planner, ty, new) {
        return Some(format!("NOT pg_catalog.pg_input_is_valid({value}::text, {})", quote::literal(new)));
    }
    if let Some(of) = new.strip_suffix("[]") {
        if !old.ends_with("[]") {
            return Some(format!("{value}::text !~ {}", quote::literal(r"^\s*(\[.*\]\s*=\s*)?\{.*\}\s*$")));
        }
        let element = if let Type::Array(element) = ty { element } else { ty };
        let unread = unreadable(planner, "element", "text", element, of)?;
        return Some(format!(
            "EXISTS (SELECT FROM pg_catalog.unnest({value}::text[]) AS element WHERE {unread})"
        ));
    }
    let (base, modifiers) = type_and_modifiers(new);
    if let ("character varying" | "character", [length]) = (base.as_str(), modifiers.as_slice()) {
        return Some(format!("length({value}::text) > {length}"));
    }
    let form = match own {
        Some(Object::Composite(_)) => r"^\s*\(.*\)\s*$",
        Some(Object::Range(_)) => RANGE,
        Some(_) => return None,
        None => form(&base)?,
    };
    Some(format!("{value}::text !~* {}", quote::literal(form)))
}

const RANGE: &str = r"^\s*(empty|[\[(].*,.*[\])])\s*$";

/// The form of all that a type of PostgreSQL's own reads.
fn form(base: &str) -> Option<&'static str> {
    Some(match base {
        "boolean" => r"^\s*(t(r(ue?)?)?|f(a(l(se?)?)?)?|y(es?)?|no?|on|off?|0|1)\s*$",
        "smallint" | "integer" | "bigint" => r"^\s*[-+]?[0-9]+\s*$",
        "numeric" | "real" | "double precision" => {
            r"^\s*([-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?|nan|[-+]?inf(inity)?)\s*$"
        }
        "uuid" => r"^\{?([0-9a-f]{4}-?){7}[0-9a-f]{4}\}?$",
        "bit" | "bit varying" => "^(b?[01]*|x[0-9a-f]*)$",
        "json" | "jsonb" => r#"^\s*([\[{"]|-?[0-9]|true|false|null)"#,
        "inet" | "cidr" => r"^[0-9a-f:./]+$",
        "macaddr" | "macaddr8" => r"^\s*[0-9a-f:.-]+\s*$",
        // What a field begins with: a unit, or ISO's P and T.
        "interval" => r"^([^a-z]*[acdhmpqrstuwy][a-z_]*)*[^a-z]*$",
        // Less than two digits say no day and no hour.
        "date" | "timestamp without time zone" | "timestamp with time zone" => {
            r"[0-9].*[0-9]|j[0-9]|now|today|tomorrow|yesterday|epoch|infinity"
        }
        "time without time zone" | "time with time zone" => r"[0-9].*[0-9]|now|allballs|am|pm",
        "point" | "box" | "lseg" | "path" | "polygon" | "circle" => r"[0-9].*,.*[0-9]|inf|nan|^\s*[\[(<]",
        "int4range" | "int8range" | "numrange" | "daterange" | "tsrange" | "tstzrange" => RANGE,
        "int4multirange" | "int8multirange" | "nummultirange" | "datemultirange" | "tsmultirange"
        | "tstzmultirange" => r"^\s*\{.*\}\s*$",
        _other => return None,
    })
}

/// Whether the condition holds for all that the new type refuses, NULL among it.
pub(super) fn says_all(planner: &Planner<'_>, ty: &Type, new: &str) -> bool {
    let own = ty.named().and_then(|name| own_type(&planner.after.database, name));
    match own {
        Some(Object::Domain(_)) => false,
        Some(Object::Enum(_)) if !new.ends_with("[]") => true,
        Some(_) | None => asks_type(planner, ty, new),
    }
}

/// Whether the server can ask the type before the plan what it reads.
fn asks_type(planner: &Planner<'_>, ty: &Type, new: &str) -> bool {
    planner.version.major >= 16 && is_there(planner, ty, new)
}

/// Whether a type is there before the plan as it is to be.
pub(in crate::plan) fn is_there(planner: &Planner<'_>, ty: &Type, new: &str) -> bool {
    let after = &planner.after.database;
    let same = ty.named().is_none_or(|name| {
        let (before, after) = (own_type(&planner.before, name), own_type(after, name));
        before == after || before.map(without_comment) == after.map(without_comment)
    });
    // What has a schema before its name is not PostgreSQL's own, and may be of an extension that comes or moves.
    same && (!new.contains('.') || extensions(&planner.before).eq(extensions(after)))
}

/// A type that the schema itself defines; the rows of each relation are of one, too.
fn own_type<'d>(database: &'d Database, name: &QualifiedName) -> Option<&'d Object> {
    let kinds = [
        ObjectKind::Enum,
        ObjectKind::Domain,
        ObjectKind::Composite,
        ObjectKind::Range,
        ObjectKind::Table,
        ObjectKind::View,
        ObjectKind::MaterializedView,
    ];
    kinds.into_iter().find_map(|kind| database.get(&ObjectId::new(kind, name)))
}

fn without_comment(object: &Object) -> Object {
    let mut object = object.clone();
    if let Object::Enum(EnumType { comment, .. })
    | Object::Domain(Domain { comment, .. })
    | Object::Composite(CompositeType { comment, .. })
    | Object::Range(RangeType { comment, .. }) = &mut object
    {
        *comment = None;
    }
    object
}

fn extensions(database: &Database) -> impl Iterator<Item = &Object> {
    database.objects().map(|(_, object)| object).filter(|object| matches!(object, Object::Extension(_)))
}
