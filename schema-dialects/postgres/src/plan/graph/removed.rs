//! What goes, goes after everything that needed it.

use schema_core::{Column, Object, ObjectId, ObjectKind, Part, QualifiedName};

use super::super::attached::attached_to;
use super::super::node::{Constraint, Node};
use super::super::{Planner, parents};
use super::Graph;
use super::parts::parts_of;

impl Graph<'_> {
    /// What goes, goes after everything that needed it has gone or changed.
    pub(super) fn removed_after(
        &self,
        planner: &Planner<'_>,
        at: usize,
        node: &Node,
        edges: &mut Vec<(usize, usize)>,
    ) {
        // The edges run from what is needed to what needs it, so they are found from the other side.
        let id = node.id();
        for part in parts_of(node) {
            // Where things need each other, a part may go first by itself, or come not to need them.
            let alone = self.removers.get(&part).into_iter().flatten();
            let alone: Vec<(usize, usize)> = alone.filter(|o| **o != at).map(|other| (at, *other)).collect();
            if part != id && !alone.is_empty() {
                edges.extend(alone);
                continue;
            }
            let changed = self.makers.get(&part).into_iter().flatten().filter(|o| self.nodes[**o].changes());
            let changed: Vec<(usize, usize)> = changed.map(|other| (at, *other)).collect();
            if !changed.is_empty() {
                edges.extend(changed);
                continue;
            }
            for needed in planner.needs_before.of(&part) {
                // What needs goes before what is needed goes or changes.
                for other in self.removers.get(needed).into_iter().flatten() {
                    edges.push((*other, at));
                }
                for changed in with_inherited(planner, needed) {
                    let makers = self.makers.get(&changed).into_iter().flatten();
                    let changes = |node: &Node| !node.makes() && !changes_default_alone(node);
                    edges.extend(
                        makers.filter(|other| changes(&self.nodes[**other])).map(|other| (*other, at)),
                    );
                }
                // A part of a table that goes.
                if let Some(table) = needed.table_name().filter(|_| needed.kind.is_part()) {
                    for other in self.removers.get(&ObjectId::table(&table)).into_iter().flatten() {
                        edges.push((*other, at));
                    }
                }
            }
        }
        if let Node::DropConstraint { table, constraint: Constraint::Check(check) } = node {
            // What a table has from its parents as well, it lets go of after them.
            let states = planner.before.table(table).into_iter();
            let of_parents =
                states.flat_map(parents).map(|p| ObjectId::on(ObjectKind::Check, p, check.key()));
            let removers = of_parents.filter_map(|id| self.removers.get(&id));
            edges.extend(removers.flatten().map(|other| (at, *other)));
        }
        // The index of a partition goes with the parent's that it is attached to, and its key with the parent's.
        let parent = if let Node::DropConstraint { table, constraint } = node {
            key_of_parent(planner, table, constraint)
        } else if matches!(node, Node::DropIndex { .. }) {
            attached_to(planner, &id)
        } else {
            None
        };
        let removers = parent.and_then(|parent| self.removers.get(&parent));
        edges.extend(removers.into_iter().flatten().map(|other| (at, *other)));
        if let Node::DropConstraint { constraint: Constraint::ForeignKey(key), .. } = node {
            // Its own table's keys, and what belongs to other constraints, do not hold it.
            let holds = |other: &Node| {
                let kind = other.id().kind;
                let refers =
                    matches!(kind, ObjectKind::ForeignKey | ObjectKind::Check | ObjectKind::Exclusion);
                other.removes() && !refers
            };
            let parts = self.parts.get(&key.references).into_iter().flatten();
            edges.extend(parts.filter(|other| holds(&self.nodes[**other])).map(|other| (*other, at)));
            let table = self.removers.get(&ObjectId::table(&key.references)).into_iter().flatten();
            edges.extend(table.filter(|other| **other != at).map(|other| (*other, at)));
        }
        if let (ObjectKind::Table, Node::Drop { object: Object::Table(table), .. }) = (id.kind, node) {
            // Partitions that stay are detached first.
            let partitions = self.detaches.iter().filter(|(child, _)| {
                let child = planner.before.table(&child.qualified_name());
                child.is_some_and(|child| parents(child).any(|parent| *parent == table.name))
            });
            edges.extend(partitions.map(|(_, detach)| (at, *detach)));
            self.after_resting(planner, at, &table.name, edges);
            // Children go before their parents.
            for parent in parents(table) {
                let removers = self.removers.get(&ObjectId::table(parent));
                edges.extend(removers.into_iter().flatten().map(|other| (*other, at)));
            }
            for key in table.foreign_keys.iter() {
                let key_id = id.part(ObjectKind::ForeignKey, key.key());
                if self.removers.contains_key(&key_id) {
                    continue;
                }
                let removers = self.removers.get(&ObjectId::table(&key.references));
                edges.extend(
                    removers.into_iter().flatten().filter(|other| **other != at).map(|other| (*other, at)),
                );
            }
        }
    }

    /// A partition leaves its parent, or goes, after the foreign keys that rest on it.
    pub(super) fn after_resting(
        &self,
        planner: &Planner<'_>,
        at: usize,
        partition: &QualifiedName,
        edges: &mut Vec<(usize, usize)>,
    ) {
        for key in planner.resting_on(partition) {
            let alone = self.removers.get(key);
            let table = key.table_name().filter(|table| alone.is_none() && table != partition);
            let with = table.and_then(|table| self.removers.get(&ObjectId::table(&table)));
            edges.extend(alone.into_iter().chain(with).flatten().map(|other| (at, *other)));
        }
    }
}

/// Whether a column stays as others know it.
fn changes_default_alone(node: &Node) -> bool {
    let Node::AlterColumn { before, after, .. } = node else { return false };
    *before == Column { default: before.default.clone(), ..after.clone() }
}

/// What changes where something changes: a column with those of all tables that its table inherits it from.
fn with_inherited(planner: &Planner<'_>, id: &ObjectId) -> Vec<ObjectId> {
    let mut all = vec![id.clone()];
    let mut tables: Vec<QualifiedName> =
        id.table_name().filter(|_| id.kind == ObjectKind::Column).into_iter().collect();
    while let Some(table) = tables.pop() {
        for parent in planner.before.table(&table).into_iter().flat_map(parents) {
            all.push(ObjectId::on(ObjectKind::Column, parent, &id.name));
            tables.push(parent.clone());
        }
    }
    all
}

/// The key of the parent that a partition's key comes and goes with.
fn key_of_parent(planner: &Planner<'_>, table: &QualifiedName, constraint: &Constraint) -> Option<ObjectId> {
    let (parent, _) = planner.before.table(table)?.options.postgres.partition_of.as_ref()?;
    let parent = planner.before.table(parent)?;
    match constraint {
        Constraint::PrimaryKey(_) => {
            let name = parent.primary_key.as_ref()?.name.as_ref()?;
            Some(parent.id().part(ObjectKind::PrimaryKey, name))
        }
        Constraint::Unique(own) => {
            let key = parent.uniques.iter().find(|key| key.columns == own.columns)?;
            Some(parent.id().part(ObjectKind::Unique, key.name.as_ref()?))
        }
        Constraint::Check(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => None,
    }
}
