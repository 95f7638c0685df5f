//! Which changes of a table's parts are made in place, and which by making the part anew.

use schema_core::diff::{Change, TableDiff};
use schema_core::{Column, GeneratedKind, Index, ObjectId, ObjectKind, QualifiedName};

use super::Planner;
use super::node::{Constraint, Node};

/// The nodes for a table's columns.
pub(super) fn columns(planner: &Planner<'_>, diff: &TableDiff, nodes: &mut Vec<Node>) {
    let table = || diff.name.clone();
    for change in &diff.columns {
        match change {
            Change::Add(column) => nodes.push(Node::AddColumn { table: table(), column: column.clone() }),
            Change::Drop(column) => nodes.push(drop_column(planner, &diff.name, column)),
            Change::Modify { before, after } if !in_place(planner, &diff.name, before, after) => {
                nodes.push(drop_column(planner, &diff.name, before));
                nodes.push(Node::AddColumn { table: table(), column: after.clone() });
            }
            Change::Modify { before, after } => {
                // The sequence behind a new identity takes the name of the one behind the old default, and the
                // other way round: what goes, goes first, and the new one comes when the name is free.
                let source = |column: &Column| (column.identity.is_some(), column.default.is_some());
                let swapped = before.identity.is_some() != after.identity.is_some();
                if swapped && source(before) != (false, false) && source(after) != (false, false) {
                    let middle = Column { default: None, identity: None, ..before.clone() };
                    let middle = Column {
                        postgres: schema_core::PostgresColumn {
                            identity_sequence: None,
                            ..middle.postgres.clone()
                        },
                        ..middle
                    };
                    nodes.push(Node::AlterColumn {
                        table: table(),
                        before: before.clone(),
                        after: middle.clone(),
                    });
                    nodes.push(Node::AlterColumn { table: table(), before: middle, after: after.clone() });
                } else {
                    nodes.push(Node::AlterColumn {
                        table: table(),
                        before: before.clone(),
                        after: after.clone(),
                    });
                }
            }
        }
    }
}

fn drop_column(planner: &Planner<'_>, table: &QualifiedName, column: &Column) -> Node {
    let goes = |id: &&ObjectId| match planner.before.get(id) {
        Some(schema_core::Object::Sequence(sequence)) => {
            let owner = sequence.owned_by.as_ref().map(|(_, column)| column);
            owner == Some(&column.name) && !planner.changes_hands(sequence)
        }
        Some(_) | None => false,
    };
    let mut with: Vec<ObjectId> = planner.ties.belongings(table).iter().filter(goes).cloned().collect();
    let privileges: Vec<ObjectId> = with.iter().filter_map(|id| planner.privileges_of(id)).collect();
    with.extend(privileges);
    Node::DropColumn { table: table.clone(), column: column.clone(), with }
}

/// Whether ALTER COLUMN leads from one to the other. A column cannot become a generated one, nor change from stored to
/// virtual, nor, before PostgreSQL 17, get another expression; nor a virtual one where the table has checks.
pub(super) fn in_place(
    planner: &Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
) -> bool {
    match (&before.generated, &after.generated) {
        (None, Some(_)) => false,
        (Some(old), Some(new)) if old.kind != new.kind => false,
        (Some(old), None) => old.kind == GeneratedKind::Stored,
        (Some(old), Some(new)) if old.expression != new.expression || before.ty != after.ty => {
            let checked = || planner.before.table(table).is_some_and(|table| !table.checks.is_empty());
            let held = new.kind == GeneratedKind::Virtual && (checked() || planner.is_published(table));
            planner.version.major >= 17 && before.ty == after.ty && !held
        }
        _ => true,
    }
}

/// The changes of a table's primary key and unique constraints.
pub(super) fn keys(diff: &TableDiff) -> Vec<Change<Constraint>> {
    let primary = diff.primary_key.iter().map(|change| wrapped(change, Constraint::PrimaryKey));
    primary.chain(diff.uniques.iter().map(|change| wrapped(change, Constraint::Unique))).collect()
}

/// The changes of all of a table's constraints.
pub(super) fn all_constraints(diff: &TableDiff) -> Vec<Change<Constraint>> {
    let mut all = keys(diff);
    all.extend(diff.checks.iter().map(|change| wrapped(change, Constraint::Check)));
    all.extend(diff.foreign_keys.iter().map(|change| wrapped(change, Constraint::ForeignKey)));
    all.extend(diff.exclusions.iter().map(|change| wrapped(change, Constraint::Exclusion)));
    all
}

fn wrapped<T: Clone>(change: &Change<T>, wrap: impl Fn(T) -> Constraint) -> Change<Constraint> {
    match change {
        Change::Add(part) => Change::Add(wrap(part.clone())),
        Change::Drop(part) => Change::Drop(wrap(part.clone())),
        Change::Modify { before, after } => {
            Change::Modify { before: wrap(before.clone()), after: wrap(after.clone()) }
        }
    }
}

/// The nodes for a table's constraints.
pub(super) fn constraints(table: &QualifiedName, changes: Vec<Change<Constraint>>, nodes: &mut Vec<Node>) {
    let mut dropped: Vec<Constraint> = Vec::new();
    let mut added: Vec<Constraint> = Vec::new();
    let name = || table.clone();
    for change in changes {
        match change {
            Change::Add(constraint) => added.push(constraint),
            Change::Drop(constraint) => dropped.push(constraint),
            Change::Modify { before, after } if constraint_in_place(&before, &after) => {
                nodes.push(Node::AlterConstraint { table: name(), before, after });
            }
            Change::Modify { before, after } => {
                dropped.push(before);
                added.push(after);
            }
        }
    }
    for constraint in dropped {
        // The same constraint under another name only needs the name, unless another one takes its own at once.
        let taken = added.iter().any(|new| new.name() == constraint.name());
        let same = added.iter().position(|new| {
            new.kind() == constraint.kind()
                && new.name() != constraint.name()
                && new.clone().with(None, None) == constraint.clone().with(None, None)
        });
        match same.filter(|_| !taken) {
            Some(at) => {
                let after = added.remove(at);
                nodes.push(Node::AlterConstraint { table: name(), before: constraint, after });
            }
            None => nodes.push(Node::DropConstraint { table: name(), constraint }),
        }
    }
    nodes.extend(added.into_iter().map(|constraint| Node::AddConstraint { table: name(), constraint }));
}

/// Whether ALTER leads from one to the other: name, comment, validation, and when a foreign key is checked.
fn constraint_in_place(before: &Constraint, after: &Constraint) -> bool {
    let plain = |constraint: &Constraint| constraint.clone().with(None, None);
    match (plain(before), plain(after)) {
        (Constraint::Check(old), Constraint::Check(new)) => {
            let validated = schema_core::Check { validated: new.validated, ..old.clone() };
            validated == new && (new.validated || !old.validated) && old.enforced == new.enforced
        }
        (Constraint::ForeignKey(old), Constraint::ForeignKey(new)) => {
            let next = schema_core::ForeignKey {
                validated: new.validated,
                deferrability: new.deferrability,
                ..old.clone()
            };
            next == new && (new.validated || !old.validated) && old.enforced == new.enforced
        }
        (old, new) => old == new,
    }
}

/// Whether ALTER INDEX leads from one to the other: comment, storage parameters, tablespace and statistics.
pub(super) fn index_in_place(before: &Index, after: &Index) -> bool {
    let parents = (&before.postgres.attached_to, &after.postgres.attached_to);
    if matches!(parents, (Some(old), Some(new)) if old != new) {
        return false;
    }
    let mut next = before.clone();
    next.comment.clone_from(&after.comment);
    next.postgres.parameters.clone_from(&after.postgres.parameters);
    next.postgres.tablespace.clone_from(&after.postgres.tablespace);
    next.postgres.statistics.clone_from(&after.postgres.statistics);
    next.postgres.attached_to.clone_from(&after.postgres.attached_to);
    next == *after
}

/// A column's type or collation changes, so that what depends on it cannot stay.
pub(super) fn changes_type(change: &Change<Column>) -> Option<&Column> {
    match change {
        Change::Modify { before, after } if before.ty != after.ty || before.collation != after.collation => {
            Some(after)
        }
        Change::Modify { .. } | Change::Add(_) | Change::Drop(_) => None,
    }
}

/// The identity of a table's column.
pub(super) fn column_id(table: &QualifiedName, column: &schema_core::Name) -> ObjectId {
    ObjectId::on(ObjectKind::Column, table, column)
}
