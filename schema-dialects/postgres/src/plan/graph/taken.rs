//! The names that nodes take and free.

use schema_core::{Name, Object, ObjectKind, QualifiedName};

use super::super::column::not_null::own_name;
use super::super::node::{Constraint, Node};

/// A name in the space where it must be free: a schema, or a table.
pub(super) type Taken = (Option<Name>, Option<Name>, Name);

/// The names that a node takes or frees, in the spaces where they must be free.
pub(super) fn names_of(node: &Node) -> Vec<Taken> {
    let id = node.id();
    let in_schema = |name: &Name| (id.schema.clone(), None, name.clone());
    match node {
        Node::AddConstraint { table, constraint } | Node::DropConstraint { table, constraint } => {
            constraint_names(table, constraint)
        }
        Node::AlterConstraint { table, after, .. } => constraint_names(table, after),
        Node::CreateIndex { index, .. } | Node::DropIndex { index, .. } => {
            index.name.iter().map(in_schema).collect()
        }
        Node::CreateTable { table, .. } => table_names(table),
        Node::Drop { object: Object::Table(table), .. } => table_names(table),
        Node::Create { .. } | Node::Drop { .. } => match id.kind {
            ObjectKind::Routine
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Sql(_)
            | ObjectKind::Privileges
            | ObjectKind::DefaultPrivileges
            | ObjectKind::Role => {
                vec![]
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::EnumValue
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Column
            | ObjectKind::PrimaryKey
            | ObjectKind::Unique
            | ObjectKind::Check
            | ObjectKind::ForeignKey
            | ObjectKind::Exclusion
            | ObjectKind::Index => vec![in_schema(&id.name)],
        },
        Node::AddColumn { table, column } | Node::DropColumn { table, column, .. } => {
            column_names(table, column).collect()
        }
        // What it has already it does not take: of a change in two, the second half may be what frees it.
        Node::AlterColumn { table, before, after } => names_not_of(table, after, before),
        Node::LaterDefault { .. }
        | Node::Attach { .. }
        | Node::Detach { .. }
        | Node::Own { .. }
        | Node::Alter { .. }
        | Node::Complete { .. }
        | Node::AlterIndex { .. }
        | Node::Options { .. } => vec![],
    }
}

/// A constraint's name is its table's, and where it has an index that one's too.
fn constraint_names(table: &QualifiedName, constraint: &Constraint) -> Vec<Taken> {
    let name = constraint.name();
    let on_table = (table.schema.clone(), Some(table.name.clone()), name.clone());
    match constraint {
        Constraint::Check(_) | Constraint::ForeignKey(_) => vec![on_table],
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => {
            vec![on_table, (table.schema.clone(), None, name)]
        }
    }
}

/// The names that something has no more when it is changed.
pub(super) fn freed(node: &Node) -> Vec<Taken> {
    if let Node::AlterColumn { table, before, after } = node {
        names_not_of(table, before, after)
    } else if let Node::AlterConstraint { table, before, after } = node
        && before.name() != after.name()
    {
        constraint_names(table, before)
    } else {
        Vec::new()
    }
}

/// The names of what belongs to a column in one state and not in the other.
fn names_not_of(
    table: &QualifiedName,
    column: &schema_core::Column,
    other: &schema_core::Column,
) -> Vec<Taken> {
    let others: Vec<Taken> = column_names(table, other).collect();
    column_names(table, column).filter(|name| !others.contains(name)).collect()
}

/// The names of what belongs to a column: the sequence of an identity, and NOT NULL.
fn column_names(table: &QualifiedName, column: &schema_core::Column) -> impl Iterator<Item = Taken> {
    identity_name(table, column).into_iter().chain(not_null_name(table, column))
}

/// PostgreSQL 18: the name of a NOT NULL, which a column keeps that gets another name itself.
fn not_null_name(table: &QualifiedName, column: &schema_core::Column) -> Option<Taken> {
    Some((table.schema.clone(), Some(table.name.clone()), own_name(table, column)?))
}

/// The name of the sequence behind an identity column.
fn identity_name(table: &QualifiedName, column: &schema_core::Column) -> Option<Taken> {
    column.identity.as_ref()?;
    let usual = || crate::render::implicit_name(&table.name, &column.name, "seq");
    Some((table.schema.clone(), None, column.postgres.identity_sequence.clone().unwrap_or_else(usual)))
}

fn table_names(table: &schema_core::Table) -> Vec<Taken> {
    let schema = &table.name.schema;
    let mut names = vec![table.name.name.clone()];
    names.extend(table.primary_key.iter().filter_map(|key| key.name.clone()));
    names.extend(table.uniques.names().cloned());
    names.extend(table.exclusions.names().cloned());
    names.extend(table.indexes.names().cloned());
    let identities = table.columns.iter().filter_map(|column| identity_name(&table.name, column));
    names.into_iter().map(|name| (schema.clone(), None, name)).chain(identities).collect()
}
