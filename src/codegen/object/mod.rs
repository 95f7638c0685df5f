//! What no struct declares, in the DSL: views, routines, triggers, policies and the rest.

mod access;
mod data_type;
mod fields;
mod index;
mod program;
mod schema;
mod sequence;
mod view;

use schema_core::{CompositeType, Domain, EnumType, Object};

use super::push;
use super::scheme::Scheme;

/// A group of objects: a function that declares them.
struct Group {
    function: &'static str,
    docs: &'static str,
    has: fn(&Object) -> bool,
}

static GROUPS: [Group; 7] = [
    Group {
        function: "schemas",
        docs: "Schemas and extensions.",
        has: |object| matches!(object, Object::Schema(_) | Object::Extension(_)),
    },
    Group {
        function: "types",
        docs: "Types and sequences that no struct brings along.",
        has: |object| {
            matches!(
                object,
                Object::Enum(_)
                    | Object::Domain(_)
                    | Object::Composite(_)
                    | Object::Range(_)
                    | Object::Sequence(_)
            )
        },
    },
    Group {
        function: "routines",
        docs: "Functions and procedures.",
        has: |object| matches!(object, Object::Routine(_)),
    },
    Group {
        function: "views",
        docs: "Views.",
        has: |object| matches!(object, Object::View(_) | Object::MaterializedView(_)),
    },
    Group { function: "triggers", docs: "Triggers.", has: |object| matches!(object, Object::Trigger(_)) },
    Group {
        function: "policies",
        docs: "Row-security policies.",
        has: |object| matches!(object, Object::Policy(_)),
    },
    Group {
        function: "others",
        docs: "Everything else.",
        has: |object| {
            matches!(
                object,
                Object::Sql(_) | Object::Privileges(_) | Object::DefaultPrivileges(_) | Object::Role(_)
            )
        },
    },
];

/// The function of a group, with the code of each of its objects.
pub(super) struct Function {
    group: &'static Group,
    objects: Vec<String>,
}

/// The functions of the groups that have objects.
pub(super) fn functions(scheme: &Scheme<'_>) -> Vec<Function> {
    let function = |group: &'static Group| {
        let own = scheme.database.objects().map(|(_, object)| object).filter(|object| (group.has)(object));
        Function { group, objects: own.filter_map(|object| expression(object, scheme)).collect() }
    };
    GROUPS.iter().map(function).filter(|function| !function.objects.is_empty()).collect()
}

/// `pub fn schema()`, with everything that the module declares.
pub(super) fn schema(code: &mut String, scheme: &Scheme<'_>, functions: &[Function]) {
    let structs: Vec<&str> =
        scheme.database.tables().filter_map(|table| Some(scheme.of(&table.name)?.ident.as_str())).collect();
    let one_line = format!("schema![{}]", structs.join(", "));
    let tables = if one_line.len() <= 90 {
        one_line
    } else {
        let lines: Vec<String> = structs.iter().map(|name| format!("        {name},\n")).collect();
        format!("schema![\n{}    ]", lines.concat())
    };
    code.push_str("/// Everything that this module declares.\npub fn schema() -> Database {\n");
    if functions.is_empty() {
        push(code, format_args!("    {tables}\n}}\n"));
        return;
    }
    push(code, format_args!("    let mut schema = {tables};\n"));
    for Function { group, .. } in functions {
        push(code, format_args!("    schema.extend({}());\n", group.function));
    }
    code.push_str("    schema\n}\n");
}

/// The functions that `schema()` calls.
pub(super) fn write(code: &mut String, functions: &[Function]) {
    for Function { group, objects } in functions {
        push(
            code,
            format_args!(
                "\n/// {}\nfn {}() -> Database {{\n    Database::new()\n",
                group.docs, group.function
            ),
        );
        for object in objects {
            push(code, format_args!("        .with({object})\n"));
        }
        code.push_str("}\n");
    }
}

/// An object in the DSL, unless something else brings it along.
fn expression(object: &Object, scheme: &Scheme<'_>) -> Option<String> {
    Some(match object {
        Object::Table(_) => return None,
        Object::Schema(schema) => return schema::schema(schema, scheme),
        Object::Extension(extension) => schema::extension(extension),
        Object::Enum(EnumType { name, .. })
        | Object::Domain(Domain { name, .. })
        | Object::Composite(CompositeType { name, .. })
            if scheme.comes_with_a_struct(name) =>
        {
            return None;
        }
        Object::Enum(ty) => data_type::enumeration(ty, scheme),
        Object::Domain(domain) => data_type::domain(domain, scheme),
        Object::Composite(ty) => data_type::composite(ty, scheme),
        Object::Range(range) => data_type::range(range, scheme),
        Object::Sequence(sequence) if scheme.comes_with_a_column(&sequence.name) => return None,
        Object::Sequence(sequence) => sequence::sequence(sequence, scheme),
        Object::View(view) => view::view(view, scheme),
        Object::MaterializedView(view) => view::materialized(view, scheme),
        Object::Routine(routine) => program::routine(routine, scheme),
        Object::Trigger(trigger) => program::trigger(trigger, scheme),
        Object::Policy(policy) => access::policy(policy, scheme),
        Object::Sql(object) => program::statements(object, scheme),
        Object::Privileges(privileges) => access::privileges(privileges, scheme),
        Object::DefaultPrivileges(defaults) => access::default_privileges(defaults),
        Object::Role(role) => access::role(role),
    })
}
