//! What a node is about, and what it needs by its nature.

use schema_core::{Name, Object, ObjectId, ObjectKind, QualifiedName, Type};

use super::super::node::{Constraint, Node};
use super::super::options::identity_index;

/// The identities under which the graph of dependencies knows what a node is about.
pub(super) fn parts_of(node: &Node) -> Vec<ObjectId> {
    let id = node.id();
    match node {
        Node::CreateTable { table, later_defaults, later_checks } => {
            use schema_core::Part;
            let mut all = vec![id.clone()];
            let columns = table.columns.names().filter(|name| !later_defaults.contains(name));
            all.extend(columns.map(|name| id.part(ObjectKind::Column, name)));
            let checks = table.checks.iter().map(Part::key).filter(|name| !later_checks.contains(name));
            all.extend(checks.map(|name| id.part(ObjectKind::Check, name)));
            all.extend(table.uniques.names().map(|name| id.part(ObjectKind::Unique, name)));
            all.extend(table.exclusions.names().map(|name| id.part(ObjectKind::Exclusion, name)));
            all.extend(
                table
                    .primary_key
                    .iter()
                    .filter_map(|key| key.name.as_ref())
                    .map(|name| id.part(ObjectKind::PrimaryKey, name)),
            );
            all
        }
        Node::Drop { object: Object::Table(table), with, .. } => {
            let mut all = vec![id.clone()];
            all.extend(with.iter().cloned());
            all.extend(table.columns.names().map(|name| id.part(ObjectKind::Column, name)));
            all.extend(table.checks.names().map(|name| id.part(ObjectKind::Check, name)));
            all.extend(table.indexes.names().map(|name| id.part(ObjectKind::Index, name)));
            all.extend(table.exclusions.names().map(|name| id.part(ObjectKind::Exclusion, name)));
            all.extend(table.foreign_keys.names().map(|name| id.part(ObjectKind::ForeignKey, name)));
            all
        }
        Node::Drop { with, .. } => [id].into_iter().chain(with.iter().cloned()).collect(),
        // What a table is made with does not wait for what its options need.
        Node::Options { .. } | Node::Attach { .. } | Node::Detach { .. } => vec![],
        // What a materialized view shows is there with it; what a domain asks, it waits for.
        Node::Complete { after, .. } => {
            let waits = matches!(after, Object::Domain(_));
            if waits { vec![id] } else { vec![] }
        }
        Node::Create { .. }
        | Node::LaterDefault { .. }
        | Node::Own { .. }
        | Node::Alter { .. }
        | Node::AddColumn { .. }
        | Node::DropColumn { .. }
        | Node::AlterColumn { .. }
        | Node::AddConstraint { .. }
        | Node::DropConstraint { .. }
        | Node::AlterConstraint { .. }
        | Node::CreateIndex { .. }
        | Node::DropIndex { .. }
        | Node::AlterIndex { .. } => vec![id],
    }
}

/// What a node needs by its nature, also where no engine has told.
pub(super) fn structural(node: &Node) -> Vec<ObjectId> {
    let mut all = Vec::new();
    let mut ty = |ty: &Type| {
        for kind in [ObjectKind::Enum, ObjectKind::Domain, ObjectKind::Composite, ObjectKind::Range] {
            all.extend(ty.named().map(|name| ObjectId::new(kind, name)));
        }
    };
    match node {
        Node::CreateTable { table, .. } => {
            table.columns.iter().for_each(|column| ty(&column.ty));
            let postgres = &table.options.postgres;
            all.extend(postgres.inherits.iter().map(ObjectId::table));
            all.extend(postgres.partition_of.iter().map(|(parent, _)| ObjectId::table(parent)));
            all.extend(postgres.of_type.iter().map(|name| ObjectId::new(ObjectKind::Composite, name)));
        }
        Node::AddColumn { table, column } | Node::AlterColumn { table, after: column, .. } => {
            ty(&column.ty);
            all.push(ObjectId::table(table));
        }
        Node::LaterDefault { table, .. } => all.push(ObjectId::table(table)),
        Node::AddConstraint { table, constraint } => {
            all.push(ObjectId::table(table));
            if let Constraint::ForeignKey(key) = constraint {
                all.push(ObjectId::table(&key.references));
                all.extend(
                    key.referenced_columns
                        .iter()
                        .map(|c| ObjectId::on(ObjectKind::Column, &key.references, c)),
                );
                all.extend(key.columns.iter().map(|c| ObjectId::on(ObjectKind::Column, table, c)));
            }
            if let Some((parts, include)) = constraint.key() {
                let columns =
                    parts.iter().filter_map(schema_core::KeyPart::column_name).chain(include.iter());
                all.extend(columns.map(|c| ObjectId::on(ObjectKind::Column, table, c)));
            }
        }
        Node::CreateIndex { on, index } => {
            all.push(on.clone());
            let columns =
                index.parts.iter().filter_map(schema_core::KeyPart::column_name).chain(index.include.iter());
            all.extend(columns.map(|c| on.part(ObjectKind::Column, c)));
        }
        Node::Attach { table } | Node::Options { table, .. } => {
            all.push(ObjectId::table(table));
            if let Node::Options { after, .. } = node {
                let id = ObjectId::table(table);
                let index = after.postgres.clustered_on.as_ref();
                let kinds = [ObjectKind::Index, ObjectKind::Unique, ObjectKind::PrimaryKey];
                all.extend(index.into_iter().flat_map(|name| kinds.map(|kind| id.part(kind, name))));
                let index = after.postgres.replica_identity.as_ref().and_then(identity_index);
                all.extend(index.into_iter().flat_map(|name| kinds.map(|kind| id.part(kind, &name))));
            }
        }
        Node::Own { sequence } => {
            all.push(ObjectId::new(ObjectKind::Sequence, &sequence.name));
            if let Some((table, column)) = &sequence.owned_by {
                all.push(ObjectId::table(table));
                all.push(ObjectId::on(ObjectKind::Column, table, column));
            }
        }
        Node::Create { object, .. }
        | Node::Alter { after: object, .. }
        | Node::Complete { after: object, .. } => match object {
            Object::Domain(domain) => {
                ty(&domain.base);
                all.extend(matches!(node, Node::Complete { .. }).then(|| object.id()));
            }
            Object::Composite(composite) => {
                composite.attributes.iter().for_each(|attribute| ty(&attribute.ty));
            }
            Object::Range(range) => ty(&range.subtype),
            Object::Trigger(trigger) => all.extend(relations(&trigger.table)),
            Object::Policy(policy) => {
                all.extend(relations(&policy.table));
                all.extend(policy.roles.iter().map(role));
            }
            Object::Sql(rule) => all.extend(rule.id().table_name().iter().flat_map(relations)),
            Object::Privileges(privileges) => {
                all.push(privileges.object.clone());
                let grantees = privileges.grants.iter().map(|grant| &grant.role);
                all.extend(privileges.owner.iter().chain(grantees).map(role));
            }
            Object::DefaultPrivileges(defaults) => {
                let schema = defaults.schema.iter().cloned().map(QualifiedName::from);
                all.extend(schema.map(|schema| ObjectId::new(ObjectKind::Schema, &schema)));
                let grantees = defaults.grants.iter().map(|grant| &grant.role);
                all.extend(std::iter::once(&defaults.role).chain(grantees).map(role));
            }
            Object::Role(member) => {
                all.extend(member.member_of.iter().map(|membership| role(&membership.role)));
            }
            Object::MaterializedView(view) => {
                let id = ObjectId::new(ObjectKind::MaterializedView, &view.name);
                let index = view.clustered_on.as_ref().filter(|_| !matches!(node, Node::Create { .. }));
                all.extend(index.map(|index| id.part(ObjectKind::Index, index)));
                all.extend(matches!(node, Node::Complete { .. }).then_some(id));
            }
            Object::Sequence(_)
            | Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::Routine(_) => {}
        },
        Node::Detach { .. }
        | Node::Drop { .. }
        | Node::DropColumn { .. }
        | Node::DropConstraint { .. }
        | Node::DropIndex { .. }
        | Node::AlterConstraint { .. }
        | Node::AlterIndex { .. } => {}
    }
    all
}

fn role(name: &Name) -> ObjectId {
    ObjectId::new(ObjectKind::Role, &name.clone().into())
}

fn relations(name: &QualifiedName) -> [ObjectId; 3] {
    [ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView].map(|kind| ObjectId::new(kind, name))
}
