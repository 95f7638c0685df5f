//! Who may do what: policies, privileges and roles.

use schema_core::{
    DefaultPrivileges, Grant, Membership, ObjectId, ObjectKind, Policy, PolicyCommand, PostgresRole,
    Privileges, Role,
};

use super::super::literal::{self, into, list, option};
use super::super::{scheme::Scheme, value};
use super::{fields, program};

pub(super) fn policy(policy: &Policy, scheme: &Scheme<'_>) -> String {
    let Policy { name, table, permissive, command, roles, using, with_check, comment } = policy;
    let command = match command {
        PolicyCommand::All => None,
        PolicyCommand::Select => Some("Select"),
        PolicyCommand::Insert => Some("Insert"),
        PolicyCommand::Update => Some("Update"),
        PolicyCommand::Delete => Some("Delete"),
    };
    let own = [
        ("permissive", (!permissive).then(|| "false".to_owned())),
        ("command", command.map(|command| format!("dsl::PolicyCommand::{command}"))),
        ("roles", fields::list(roles.iter().map(into))),
        ("using", fields::fragment(using.as_ref())),
        ("with_check", fields::fragment(with_check.as_ref())),
        ("comment", fields::text(comment.as_ref())),
    ];
    let call = format!("new({}, {})", literal::text(name.as_str()), value::qualified(table, scheme));
    fields::with(own, "Policy", &call)
}

pub(super) fn privileges(privileges: &Privileges, scheme: &Scheme<'_>) -> String {
    let Privileges { object, owner, grants } = privileges;
    format!(
        "dsl::Privileges {{ object: {}, owner: {}, grants: {} }}",
        id(object, scheme),
        option(owner.as_ref().map(into)),
        list(grants.iter().map(grant))
    )
}

pub(super) fn default_privileges(defaults: &DefaultPrivileges) -> String {
    let DefaultPrivileges { role, schema, on, grants } = defaults;
    let own = [("schema", fields::name(schema.as_ref())), ("grants", fields::list(grants.iter().map(grant)))];
    // The name of a variant without fields is what Debug prints.
    let call = format!("of({}, dsl::NewObjects::{on:?})", literal::text(role.as_str()));
    fields::with(own, "DefaultPrivileges", &call)
}

fn grant(grant: &Grant) -> String {
    let Grant { role, privilege, column, grantable } = grant;
    format!(
        "dsl::Grant {{ role: {}, privilege: {}, column: {}, grantable: {grantable} }}",
        into(role),
        into(privilege),
        option(column.as_ref().map(into))
    )
}

fn id(id: &ObjectId, scheme: &Scheme<'_>) -> String {
    let kind = match id.kind {
        ObjectKind::Sql(kind) => {
            format!("dsl::ObjectKind::Sql(dsl::SqlObjectKind::{})", program::kind_name(kind))
        }
        // The name of a variant without fields is what Debug prints.
        other => format!("dsl::ObjectKind::{other:?}"),
    };
    let name = scheme.local(&id.qualified_name());
    format!(
        "dsl::ObjectId {{ kind: {kind}, schema: {}, table: {}, name: {}, signature: {} }}",
        option(name.schema.as_ref().map(into)),
        option(id.table.as_ref().map(into)),
        into(&id.name),
        option(id.signature.as_ref().map(into))
    )
}

pub(super) fn role(role: &Role) -> String {
    let Role { name, member_of, comment, postgres } = role;
    let own = [
        ("member_of", fields::list(member_of.iter().map(membership))),
        ("comment", fields::text(comment.as_ref())),
        ("postgres", of_postgres(postgres)),
    ];
    fields::with(own, "Role", &format!("new({})", literal::text(name.as_str())))
}

fn membership(membership: &Membership) -> String {
    let Membership { role, admin, inherit, set } = membership;
    format!("dsl::Membership {{ role: {}, admin: {admin}, inherit: {inherit:?}, set: {set:?} }}", into(role))
}

fn of_postgres(role: &PostgresRole) -> Option<String> {
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
    let switch = |value: bool, usual: bool| (value != usual).then(|| value.to_string());
    let own = [
        ("login", switch(*login, usual.login)),
        ("superuser", switch(*superuser, usual.superuser)),
        ("create_db", switch(*create_db, usual.create_db)),
        ("create_role", switch(*create_role, usual.create_role)),
        ("inherit", switch(*inherit, usual.inherit)),
        ("replication", switch(*replication, usual.replication)),
        ("bypass_rls", switch(*bypass_rls, usual.bypass_rls)),
        ("connection_limit", connection_limit.map(|limit| format!("Some({limit})"))),
        ("valid_until", fields::text(valid_until.as_ref())),
        ("settings", fields::list(settings.iter().map(fields::pair))),
    ];
    fields::unless_default(own, "PostgresRole")
}
