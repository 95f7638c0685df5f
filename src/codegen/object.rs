//! What no struct declares, in the DSL: views, routines, triggers, policies and the rest.

use schema_core::{
    CheckOption, CompositeType, DefaultPrivileges, Domain, EnumType, Extension, Grant, Index,
    MaterializedView, Membership, MySqlMadeIn, MySqlProgram, MySqlSchema, MySqlView, Name, Object, ObjectId,
    ObjectKind, Policy, PolicyCommand, PostgresRole, PostgresView, Privileges, QualifiedName, RangeType,
    Role, Routine, RoutineKind, Schema, Sequence, SequenceOptions, Sql, SqlObject, SqlObjectKind, Trigger,
    TriggerState, Type, View,
};

use super::literal::{self, into, list, option};
use super::scheme::Scheme;
use super::ty::sql;
use super::{push, value};

/// A group of objects: a function that declares them.
struct Group {
    function: &'static str,
    docs: &'static str,
    has: fn(&Object) -> bool,
}

const GROUPS: [Group; 7] = [
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

impl Group {
    /// The code of each object of the group.
    fn objects(&self, scheme: &Scheme<'_>) -> Vec<String> {
        let own = scheme.database.objects().map(|(_, object)| object).filter(|object| (self.has)(object));
        own.filter_map(|object| expression(object, scheme)).collect()
    }
}

/// `pub fn schema()`, with everything that the module declares.
pub(super) fn schema(code: &mut String, scheme: &Scheme<'_>) {
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
    let groups: Vec<&Group> = GROUPS.iter().filter(|group| !group.objects(scheme).is_empty()).collect();
    if groups.is_empty() {
        push(code, format_args!("    {tables}\n}}\n"));
        return;
    }
    push(code, format_args!("    let mut schema = {tables};\n"));
    for group in groups {
        push(code, format_args!("    schema.extend({}());\n", group.function));
    }
    code.push_str("    schema\n}\n");
}

/// The functions that `schema()` calls.
pub(super) fn functions(code: &mut String, scheme: &Scheme<'_>) {
    for group in &GROUPS {
        let objects = group.objects(scheme);
        if objects.is_empty() {
            continue;
        }
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

/// A constructor call, with the fields that it does not set.
fn with(fields: Vec<(&str, Option<String>)>, ty: &str, call: &str) -> String {
    let fields: Vec<String> =
        fields.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", value?))).collect();
    if fields.is_empty() {
        return format!("dsl::{ty}::{call}");
    }
    format!("dsl::{ty} {{ {}, ..dsl::{ty}::{call} }}", fields.join(", "))
}

fn some(text: Option<&String>) -> Option<String> {
    text.map(|text| option(Some(into(text))))
}

fn some_name(name: Option<&Name>) -> Option<String> {
    name.map(|name| option(Some(into(name))))
}

fn yes(is_set: bool) -> Option<String> {
    is_set.then(|| "true".to_owned())
}

/// An object in the DSL, unless something else brings it along.
fn expression(object: &Object, scheme: &Scheme<'_>) -> Option<String> {
    let name = |name: &QualifiedName| value::qualified(name, scheme);
    Some(match object {
        Object::Table(_) => return None,
        Object::Schema(Schema { name, comment, mysql }) => {
            let is_default = scheme.defaults.schema.as_ref() == Some(name);
            if is_default {
                return None;
            }
            let MySqlSchema { charset, collation } = mysql;
            let mysql = (*mysql != MySqlSchema::default()).then(|| {
                let charset = charset.as_ref().map(|name| format!("charset: Some({}), ", into(name)));
                let collation = collation.as_ref().map(|name| format!("collation: Some({}), ", into(name)));
                format!(
                    "dsl::MySqlSchema {{ {}{}..dsl::MySqlSchema::default() }}",
                    charset.unwrap_or_default(),
                    collation.unwrap_or_default()
                )
            });
            let call = format!("new({})", literal::text(name.as_str()));
            with(vec![("comment", some(comment.as_ref())), ("mysql", mysql)], "Schema", &call)
        }
        Object::Extension(Extension { name, schema, version, comment: _ }) => with(
            vec![("schema", some_name(schema.as_ref())), ("version", some(version.as_ref()))],
            "Extension",
            &format!("new({})", literal::text(name.as_str())),
        ),
        Object::Enum(EnumType { name: ty, .. })
        | Object::Domain(Domain { name: ty, .. })
        | Object::Composite(CompositeType { name: ty, .. })
            if scheme.comes_with_a_struct(ty) =>
        {
            return None;
        }
        Object::Enum(EnumType { name: ty, values, comment, renamed_values: _, renamed_from: _ }) => {
            let values = values.iter().map(|value| literal::text(value)).collect::<Vec<_>>().join(", ");
            with(
                vec![("comment", some(comment.as_ref()))],
                "EnumType",
                &format!("new({}, [{values}])", name(ty)),
            )
        }
        Object::Domain(domain) => domain_expression(domain, scheme),
        Object::Composite(CompositeType { name: ty, attributes, comment }) => {
            let attributes = attributes.iter().map(|attribute| {
                with(
                    vec![
                        (
                            "collation",
                            attribute.collation.as_ref().map(|c| format!("Some({}.into())", name(c))),
                        ),
                        ("comment", some(attribute.comment.as_ref())),
                    ],
                    "CompositeAttribute",
                    &format!(
                        "new({}, {})",
                        literal::text(attribute.name.as_str()),
                        type_expression(&attribute.ty, scheme)
                    ),
                )
            });
            let attributes = attributes.collect::<Vec<_>>().join(", ");
            let call = format!("new({}, [{attributes}])", name(ty));
            with(vec![("comment", some(comment.as_ref()))], "CompositeType", &call)
        }
        Object::Range(range) => range_expression(range, scheme),
        Object::Sequence(sequence) if scheme.comes_with_a_column(&sequence.name) => return None,
        Object::Sequence(Sequence { name: sequence, ty, options, owned_by, unlogged, comment }) => with(
            vec![
                ("ty", ty.as_ref().map(|ty| format!("Some({})", type_expression(ty, scheme)))),
                ("options", sequence_options(options)),
                (
                    "owned_by",
                    owned_by
                        .as_ref()
                        .map(|(table, column)| format!("Some(({}.into(), {}))", name(table), into(column))),
                ),
                ("unlogged", yes(*unlogged)),
                ("comment", some(comment.as_ref())),
            ],
            "Sequence",
            &format!("new({})", name(sequence)),
        ),
        Object::View(view) => view_expression(view, scheme),
        Object::MaterializedView(view) => materialized(view, scheme),
        Object::Routine(Routine {
            kind,
            name: routine,
            arguments,
            returns: _,
            definition,
            comment,
            mysql,
        }) => {
            let kind = match kind {
                RoutineKind::Function => "Function",
                RoutineKind::Procedure => "Procedure",
                RoutineKind::Aggregate => "Aggregate",
                RoutineKind::Window => "Window",
            };
            with(
                vec![("comment", some(comment.as_ref())), ("mysql", mysql_program(mysql))],
                "Routine",
                &format!(
                    "new(dsl::RoutineKind::{kind}, {}, {}, {})",
                    name(routine),
                    literal::text(arguments),
                    sql(definition)
                ),
            )
        }
        Object::Trigger(Trigger { name: trigger, table, definition, state, comment, order, mysql }) => {
            let state = match state {
                TriggerState::Enabled => None,
                TriggerState::Disabled => Some("Disabled"),
                TriggerState::Replica => Some("Replica"),
                TriggerState::Always => Some("Always"),
            };
            with(
                vec![
                    ("state", state.map(|state| format!("dsl::TriggerState::{state}"))),
                    ("comment", some(comment.as_ref())),
                    ("order", order.map(|order| format!("Some({order})"))),
                    ("mysql", mysql_program(mysql)),
                ],
                "Trigger",
                &format!("new({}, {}, {})", literal::text(trigger.as_str()), name(table), sql(definition)),
            )
        }
        Object::Policy(policy) => policy_expression(policy, scheme),
        Object::Sql(SqlObject { kind, name: object, table, definition, removal, comment, spelling: _ }) => {
            let definition = definition.iter().map(sql).collect::<Vec<_>>().join(", ");
            with(
                vec![("table", some_name(table.as_ref())), ("comment", some(comment.as_ref()))],
                "SqlObject",
                &format!(
                    "new(dsl::SqlObjectKind::{}, {}, [{definition}], {})",
                    sql_kind(*kind),
                    name(object),
                    sql(removal)
                ),
            )
        }
        Object::Privileges(privileges) => privileges_expression(privileges, scheme),
        Object::DefaultPrivileges(defaults) => default_privileges_expression(defaults),
        Object::Role(role) => role_expression(role),
    })
}

fn type_expression(ty: &Type, scheme: &Scheme<'_>) -> String {
    match ty {
        Type::Native(sql) => format!("dsl::Type::native({})", literal::text(sql.as_str())),
        Type::Enum(name) | Type::Named(name) => {
            format!("dsl::Type::Named({}.into())", value::qualified(name, scheme))
        }
        Type::Array(element) => format!("{}.array()", type_expression(element, scheme)),
        // What was read from an engine has the engine's own types.
        other => format!("dsl::Type::{other:?}"),
    }
}

fn domain_expression(domain: &Domain, scheme: &Scheme<'_>) -> String {
    let Domain { name, base, collation, default, not_null, not_null_name, checks, comment } = domain;
    let checks = (!checks.is_empty()).then(|| {
        let checks = checks.iter().map(|check| {
            with(
                vec![
                    ("name", some_name(check.name.as_ref())),
                    ("validated", (!check.validated).then(|| "false".to_owned())),
                    ("comment", some(check.comment.as_ref())),
                ],
                "Check",
                &format!("new({})", sql(&check.expression)),
            )
        });
        format!("[{}].into_iter().collect()", checks.collect::<Vec<_>>().join(", "))
    });
    with(
        vec![
            (
                "collation",
                collation.as_ref().map(|c| format!("Some({}.into())", value::qualified(c, scheme))),
            ),
            ("default", default.as_ref().map(|default| format!("Some({})", into(default.as_str())))),
            ("not_null", yes(*not_null)),
            ("not_null_name", some_name(not_null_name.as_ref())),
            ("checks", checks),
            ("comment", some(comment.as_ref())),
        ],
        "Domain",
        &format!("new({}, {})", value::qualified(name, scheme), type_expression(base, scheme)),
    )
}

fn range_expression(range: &RangeType, scheme: &Scheme<'_>) -> String {
    let RangeType { name, subtype, operator_class, collation, canonical, subtype_diff, multirange, comment } =
        range;
    let fragment =
        |fragment: &Option<Sql>| fragment.as_ref().map(|sql| format!("Some({})", into(sql.as_str())));
    with(
        vec![
            ("operator_class", fragment(operator_class)),
            (
                "collation",
                collation.as_ref().map(|c| format!("Some({}.into())", value::qualified(c, scheme))),
            ),
            ("canonical", fragment(canonical)),
            ("subtype_diff", fragment(subtype_diff)),
            ("multirange", some_name(multirange.as_ref())),
            ("comment", some(comment.as_ref())),
        ],
        "RangeType",
        &format!("new({}, {})", value::qualified(name, scheme), type_expression(subtype, scheme)),
    )
}

fn sequence_options(options: &SequenceOptions) -> Option<String> {
    let SequenceOptions { start, increment, min, max, cache, cycle } = options;
    let numbers = [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)];
    let mut fields: Vec<String> = numbers
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| format!("{key}: Some({value})")))
        .collect();
    fields.extend(cycle.then(|| "cycle: true".to_owned()));
    (!fields.is_empty()).then(|| {
        format!("dsl::SequenceOptions {{ {}, ..dsl::SequenceOptions::default() }}", fields.join(", "))
    })
}

fn view_expression(view: &View, scheme: &Scheme<'_>) -> String {
    let View { name, columns, query, check_option, comment, renamed_from: _, postgres, mysql, spelling: _ } =
        view;
    // What the columns of a view are is the engine's to say.
    let PostgresView { options, output: _, column_comments, column_defaults } = postgres;
    let comments = column_comments.iter().map(|(column, text)| format!("({}, {})", into(column), into(text)));
    let defaults =
        column_defaults.iter().map(|(column, sql)| format!("({}, {})", into(column), into(sql.as_str())));
    let mut fields: Vec<String> = Vec::new();
    let mut add = |key: &str, values: Vec<String>| {
        if !values.is_empty() {
            fields.push(format!("{key}: {}", list(values)));
        }
    };
    add("options", options.iter().map(into).collect());
    add("column_comments", comments.collect());
    add("column_defaults", defaults.collect());
    let postgres = (!fields.is_empty())
        .then(|| format!("dsl::PostgresView {{ {}, ..dsl::PostgresView::default() }}", fields.join(", ")));
    let check = check_option.map(|option| {
        let option = match option {
            CheckOption::Local => "Local",
            CheckOption::Cascaded => "Cascaded",
        };
        format!("Some(dsl::CheckOption::{option})")
    });
    with(
        vec![
            ("columns", (!columns.is_empty()).then(|| list(columns.iter().map(into)))),
            ("check_option", check),
            ("comment", some(comment.as_ref())),
            ("postgres", postgres),
            ("mysql", mysql_view(mysql)),
        ],
        "View",
        &format!("new({}, {})", value::qualified(name, scheme), sql(query)),
    )
}

fn mysql_view(view: &MySqlView) -> Option<String> {
    let MySqlView { algorithm, definer, security_invoker, made_in } = view;
    let fields: Vec<String> = [
        algorithm.as_ref().map(|name| format!("algorithm: Some({})", into(name))),
        definer.as_ref().map(|definer| format!("definer: Some({})", into(definer))),
        security_invoker.then(|| "security_invoker: true".to_owned()),
        made_in.as_ref().map(made_in_field),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!fields.is_empty())
        .then(|| format!("dsl::MySqlView {{ {}, ..dsl::MySqlView::default() }}", fields.join(", ")))
}

fn mysql_program(program: &MySqlProgram) -> Option<String> {
    let MySqlProgram { sql_mode, made_in } = program;
    let fields: Vec<String> = [
        sql_mode.as_ref().map(|mode| format!("sql_mode: Some({})", into(mode))),
        made_in.as_ref().map(made_in_field),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!fields.is_empty())
        .then(|| format!("dsl::MySqlProgram {{ {}, ..dsl::MySqlProgram::default() }}", fields.join(", ")))
}

fn made_in_field(made_in: &MySqlMadeIn) -> String {
    let MySqlMadeIn { charset, collation } = made_in;
    format!(
        "made_in: Some(dsl::MySqlMadeIn {{ charset: {}, collation: {} }})",
        into(charset),
        into(collation)
    )
}

fn materialized(view: &MaterializedView, scheme: &Scheme<'_>) -> String {
    let MaterializedView {
        name,
        query,
        indexes,
        comment,
        access_method,
        parameters,
        tablespace,
        clustered_on,
        column_comments,
    } = view;
    let comments = column_comments.iter().map(|(column, text)| format!("({}, {})", into(column), into(text)));
    let indexes = (!indexes.is_empty()).then(|| {
        let indexes = indexes.iter().map(|index| index_expression(index, scheme)).collect::<Vec<_>>();
        format!("[{}].into_iter().collect()", indexes.join(", "))
    });
    with(
        vec![
            ("indexes", indexes),
            ("comment", some(comment.as_ref())),
            ("access_method", some_name(access_method.as_ref())),
            ("parameters", (!parameters.is_empty()).then(|| list(parameters.iter().map(into)))),
            ("tablespace", some_name(tablespace.as_ref())),
            ("clustered_on", some_name(clustered_on.as_ref())),
            ("column_comments", (!column_comments.is_empty()).then(|| list(comments))),
        ],
        "MaterializedView",
        &format!("new({}, {})", value::qualified(name, scheme), sql(query)),
    )
}

/// An index of a materialized view.
fn index_expression(index: &Index, scheme: &Scheme<'_>) -> String {
    use schema_core::{IndexMethod, KeyExpression, NullsOrder, SortOrder};
    let parts = index.parts.iter().map(|part| {
        let mut code = match &part.value {
            KeyExpression::Column(name) => format!("dsl::KeyPart::column({})", literal::text(name.as_str())),
            KeyExpression::Expression(expression) => format!("dsl::KeyPart::expression({})", sql(expression)),
        };
        if part.order == SortOrder::Descending {
            code.push_str(".desc()");
        }
        match part.nulls {
            Some(NullsOrder::First) => code.push_str(".nulls_first()"),
            Some(NullsOrder::Last) => code.push_str(".nulls_last()"),
            None => {}
        }
        if let Some(collation) = &part.collation {
            push(&mut code, format_args!(".collate({})", value::collation(collation, scheme)));
        }
        if let Some(class) = &part.operator_class {
            push(&mut code, format_args!(".operator_class({})", sql(class)));
        }
        code
    });
    let mut code = format!("dsl::Index::on([{}])", parts.collect::<Vec<_>>().join(", "));
    if let Some(name) = &index.name {
        push(&mut code, format_args!(".named({})", literal::text(name.as_str())));
    }
    if index.unique {
        code.push_str(".unique()");
    }
    let method = match &index.method {
        IndexMethod::BTree => None,
        IndexMethod::Hash => Some("Hash".to_owned()),
        IndexMethod::Gin => Some("Gin".to_owned()),
        IndexMethod::Gist => Some("Gist".to_owned()),
        IndexMethod::SpGist => Some("SpGist".to_owned()),
        IndexMethod::Brin => Some("Brin".to_owned()),
        IndexMethod::FullText => Some("FullText".to_owned()),
        IndexMethod::Spatial => Some("Spatial".to_owned()),
        IndexMethod::Extension(name) => Some(format!("Extension({})", into(name))),
    };
    if let Some(method) = method {
        push(&mut code, format_args!(".using(dsl::IndexMethod::{method})"));
    }
    if let Some(predicate) = &index.predicate {
        push(&mut code, format_args!(".filter({})", sql(predicate)));
    }
    if !index.include.is_empty() {
        let columns = index.include.iter().map(|name| literal::text(name.as_str())).collect::<Vec<_>>();
        push(&mut code, format_args!(".include([{}])", columns.join(", ")));
    }
    if index.nulls_not_distinct {
        code.push_str(".nulls_not_distinct()");
    }
    if let Some(comment) = &index.comment {
        push(&mut code, format_args!(".comment({})", literal::text(comment)));
    }
    let postgres = &index.postgres;
    let mut fields = Vec::new();
    if !postgres.parameters.is_empty() {
        fields.push(format!("parameters: {}", list(postgres.parameters.iter().map(into))));
    }
    fields.extend(postgres.tablespace.as_ref().map(|name| format!("tablespace: Some({})", into(name))));
    if !postgres.statistics.is_empty() {
        fields.push(format!("statistics: vec!{:?}", postgres.statistics));
    }
    if fields.is_empty() {
        return code;
    }
    let fields = fields.join(", ");
    format!(
        "dsl::Index {{ postgres: dsl::PostgresIndex {{ {fields}, ..dsl::PostgresIndex::default() }}, ..{code} }}"
    )
}

fn policy_expression(policy: &Policy, scheme: &Scheme<'_>) -> String {
    let Policy { name, table, permissive, command, roles, using, with_check, comment } = policy;
    let command = match command {
        PolicyCommand::All => None,
        PolicyCommand::Select => Some("Select"),
        PolicyCommand::Insert => Some("Insert"),
        PolicyCommand::Update => Some("Update"),
        PolicyCommand::Delete => Some("Delete"),
    };
    let fragment =
        |fragment: &Option<Sql>| fragment.as_ref().map(|sql| format!("Some({})", into(sql.as_str())));
    with(
        vec![
            ("permissive", (!permissive).then(|| "false".to_owned())),
            ("command", command.map(|command| format!("dsl::PolicyCommand::{command}"))),
            ("roles", (!roles.is_empty()).then(|| list(roles.iter().map(into)))),
            ("using", fragment(using)),
            ("with_check", fragment(with_check)),
            ("comment", some(comment.as_ref())),
        ],
        "Policy",
        &format!("new({}, {})", literal::text(name.as_str()), value::qualified(table, scheme)),
    )
}

fn privileges_expression(privileges: &Privileges, scheme: &Scheme<'_>) -> String {
    let Privileges { object, owner, grants } = privileges;
    format!(
        "dsl::Privileges {{ object: {}, owner: {}, grants: {} }}",
        id_expression(object, scheme),
        option(owner.as_ref().map(into)),
        grants_expression(grants)
    )
}

fn grants_expression(grants: &[Grant]) -> String {
    list(grants.iter().map(|Grant { role, privilege, column, grantable }| {
        format!(
            "dsl::Grant {{ role: {}, privilege: {}, column: {}, grantable: {grantable} }}",
            into(role),
            into(privilege),
            option(column.as_ref().map(into))
        )
    }))
}

fn default_privileges_expression(defaults: &DefaultPrivileges) -> String {
    let DefaultPrivileges { role, schema, on, grants } = defaults;
    with(
        vec![
            ("schema", some_name(schema.as_ref())),
            ("grants", (!grants.is_empty()).then(|| grants_expression(grants))),
        ],
        "DefaultPrivileges",
        // The name of a variant without fields is what Debug prints.
        &format!("of({}, dsl::NewObjects::{on:?})", literal::text(role.as_str())),
    )
}

fn role_expression(role: &Role) -> String {
    let Role { name, member_of, comment, postgres } = role;
    let memberships = member_of.iter().map(|Membership { role, admin, inherit, set }| {
        format!(
            "dsl::Membership {{ role: {}, admin: {admin}, inherit: {inherit:?}, set: {set:?} }}",
            into(role)
        )
    });
    with(
        vec![
            ("member_of", (!member_of.is_empty()).then(|| list(memberships))),
            ("comment", some(comment.as_ref())),
            ("postgres", postgres_role(postgres)),
        ],
        "Role",
        &format!("new({})", literal::text(name.as_str())),
    )
}

fn postgres_role(role: &PostgresRole) -> Option<String> {
    let usual = PostgresRole::default();
    let PostgresRole {
        login,
        superuser,
        create_db,
        create_role,
        inherit,
        replication,
        bypass_rls,
        connection_limit,
        valid_until,
        settings,
    } = role;
    let switches = [
        ("login", *login, usual.login),
        ("superuser", *superuser, usual.superuser),
        ("create_db", *create_db, usual.create_db),
        ("create_role", *create_role, usual.create_role),
        ("inherit", *inherit, usual.inherit),
        ("replication", *replication, usual.replication),
        ("bypass_rls", *bypass_rls, usual.bypass_rls),
    ];
    let mut fields: Vec<String> = switches
        .into_iter()
        .filter(|(_, value, usual)| value != usual)
        .map(|(name, value, _)| format!("{name}: {value}"))
        .collect();
    fields.extend(connection_limit.map(|limit| format!("connection_limit: Some({limit})")));
    fields.extend(valid_until.as_ref().map(|until| format!("valid_until: Some({})", into(until))));
    let pairs = settings.iter().map(|(name, value)| format!("({}, {})", into(name), into(value)));
    fields.extend((!settings.is_empty()).then(|| format!("settings: {}", list(pairs))));
    if fields.is_empty() {
        return None;
    }
    Some(format!("dsl::PostgresRole {{ {}, ..dsl::PostgresRole::default() }}", fields.join(", ")))
}

fn id_expression(id: &ObjectId, scheme: &Scheme<'_>) -> String {
    let kind = object_kind(id.kind);
    let name = scheme.local(&id.qualified_name());
    format!(
        "dsl::ObjectId {{ kind: {kind}, schema: {}, table: {}, name: {}, signature: {} }}",
        option(name.schema.as_ref().map(into)),
        option(id.table.as_ref().map(into)),
        into(&id.name),
        option(id.signature.as_ref().map(into))
    )
}

fn object_kind(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::Sql(kind) => format!("dsl::ObjectKind::Sql(dsl::SqlObjectKind::{})", sql_kind(kind)),
        // The name of a variant without fields is what Debug prints.
        other => format!("dsl::ObjectKind::{other:?}"),
    }
}

/// The variant, as Debug prints it.
fn sql_kind(kind: SqlObjectKind) -> String {
    format!("{kind:?}")
}
