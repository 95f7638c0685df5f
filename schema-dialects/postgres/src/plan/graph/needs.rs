//! What a node needs to be there, or to be gone, before it.

use schema_core::{Object, ObjectId, ObjectKind, QualifiedName};

use super::super::node::{Constraint, Node};
use super::super::options::{identity_index, key_columns};
use super::super::{Planner, change};
use super::Graph;
use super::parts::{parts_of, structural};
use super::taken::names_of;

impl Graph<'_> {
    pub(super) fn needs(
        &self,
        planner: &Planner<'_>,
        at: usize,
        node: &Node,
        edges: &mut Vec<(usize, usize)>,
    ) {
        let id = node.id();
        // What a column takes from the parent's, it takes first.
        if id.kind == ObjectKind::Column {
            for parent in id.table_name().into_iter().flat_map(|table| planner.above(&table)) {
                let inherited = ObjectId::on(ObjectKind::Column, parent, &id.name);
                let gone = self.removers.get(&inherited).into_iter().flatten().copied();
                if node.removes() || matches!(node, Node::AlterColumn { .. }) {
                    edges.extend(gone.map(|other| (at, other)));
                }
                let makers = self.makers.get(&inherited).filter(|_| !node.removes());
                let others = makers.into_iter().flatten().copied();
                // Of a change in two, the first half waits for the parent's first half alone: what else becomes of the
                // parent's reaches this column too, and would be taken back.
                let comes_first = |other: usize| self.is_first_half(at) && !self.is_first_half(other);
                edges.extend(others.map(|other| if comes_first(other) { (other, at) } else { (at, other) }));
            }
        }
        if let Some(table) = id.table_name().filter(|_| id.kind.is_part()) {
            edges.extend(self.detaches.get(&ObjectId::table(&table)).map(|detach| (at, *detach)));
        }
        if node.removes() {
            self.removed_after(planner, at, node, edges);
            return;
        }
        let mut after = |needed: Vec<usize>| edges.extend(needed.into_iter().map(|needed| (at, needed)));
        if let Some(schema) = &id.schema {
            after(self.schemas.get(schema).into_iter().copied().collect());
        }
        if node.makes()
            || matches!(node, Node::AlterColumn { .. } | Node::Alter { .. } | Node::AlterConstraint { .. })
        {
            after(self.removers.get(&id).cloned().unwrap_or_default());
            for key in names_of(node) {
                after(self.frees.get(&key).cloned().unwrap_or_default());
            }
        }
        if node.changes() && !planner.remade.contains(&id) {
            // What it no longer needs goes after it has changed.
            for needed in planner.needs_before.of(&id).filter(|needed| may_need(node, needed)) {
                let still = will_need(node, needed)
                    && planner.after.dependencies.of(&id).any(|other| other == needed);
                let table =
                    needed.table_name().filter(|_| needed.kind.is_part()).map(|name| ObjectId::table(&name));
                for gone in [Some(needed), table.as_ref()].into_iter().flatten().filter(|_| !still) {
                    edges.extend(self.removers.get(gone).into_iter().flatten().map(|other| (*other, at)));
                }
            }
        }
        let mut after = |needed: Vec<usize>| edges.extend(needed.into_iter().map(|needed| (at, needed)));
        for part in parts_of(node) {
            for needed in planner.after.dependencies.of(&part).filter(|needed| will_need(node, needed)) {
                after(self.provided(needed).into_iter().filter(|needed| *needed != at).collect());
            }
        }
        for needed in structural(node) {
            after(self.provided(&needed).into_iter().filter(|needed| *needed != at).collect());
        }
        if let Node::AddConstraint { table, constraint: Constraint::PrimaryKey(_) } = node {
            // A table has one, whatever it is called.
            let parts = self.parts.get(table).into_iter().flatten().copied();
            let old = |other: &usize| {
                let node = &self.nodes[*other];
                node.removes() && node.id().kind == ObjectKind::PrimaryKey
            };
            after(parts.filter(old).collect());
        }
        match node {
            // A sequence that stays leaves what it went with before that goes.
            Node::Alter { before: Object::Sequence(before), after: Object::Sequence(after) }
                if before.owned_by != after.owned_by =>
            {
                if let Some((table, column)) = &before.owned_by {
                    let owners = [ObjectId::table(table), change::column_id(table, column)];
                    let gone = owners.iter().filter_map(|owner| self.removers.get(owner)).flatten();
                    edges.extend(gone.map(|other| (*other, at)));
                }
            }
            // Whoever comes to inherit has all that its parents have.
            Node::Options { table, after: options } => {
                // What rows are known by is never NULL.
                let index = options.postgres.replica_identity.as_ref().and_then(identity_index);
                if let (Some(index), Some(next)) = (index, planner.after.database.table(table)) {
                    for column in key_columns(next, &index) {
                        after(self.provided(&ObjectId::on(ObjectKind::Column, table, column)));
                    }
                }
                // What is said of the table beside it is lost as long as there is none, for want of a column.
                if options.postgres.parameters.iter().any(|parameter| parameter.starts_with("toast.")) {
                    let parts = self.parts.get(table).into_iter().flatten().copied();
                    let is_column = |at: &usize| {
                        let node = &self.nodes[*at];
                        node.id().kind == ObjectKind::Column && !node.removes()
                    };
                    after(parts.filter(is_column).collect());
                }
                let before = planner.before.table(table).map(|before| &before.options.postgres.inherits);
                if before.is_some_and(|before| *before != options.postgres.inherits) {
                    for owner in options.postgres.inherits.iter().chain([table]) {
                        after(self.parts.get(owner).cloned().unwrap_or_default());
                    }
                    after(self.detaches.get(&ObjectId::table(table)).into_iter().copied().collect());
                }
            }
            Node::Detach { table } => self.after_resting(planner, at, table, edges),
            // What a table inherits, it inherits as it is to be.
            Node::CreateTable { table, .. } => {
                for parent in &table.options.postgres.inherits {
                    let id = ObjectId::table(parent);
                    let states = [planner.before.table(parent), planner.after.database.table(parent)];
                    let columns = states.into_iter().flatten().flat_map(|table| table.columns.names());
                    for column in columns.map(|name| id.part(ObjectKind::Column, name)) {
                        after(self.makers.get(&column).cloned().unwrap_or_default());
                        after(self.removers.get(&column).cloned().unwrap_or_default());
                    }
                }
            }
            // A key that is referred to, in whatever form, comes before the reference.
            Node::AddConstraint { constraint: Constraint::ForeignKey(key), .. } => {
                let is_key = |id: &ObjectId| {
                    matches!(id.kind, ObjectKind::PrimaryKey | ObjectKind::Unique | ObjectKind::Index)
                };
                let parts = self.parts.get(&key.references).into_iter().flatten().copied();
                // The server would let it rest on a key that is to go.
                let comes_first =
                    |other: &usize| !self.nodes[*other].removes() || is_removed_key(&self.nodes[*other], key);
                let keys = parts.filter(|other| is_key(&self.nodes[*other].id()));
                after(keys.filter(comes_first).collect());
            }
            // A partition is attached when it and its parent are complete.
            Node::Attach { table } => {
                let parent = planner
                    .after
                    .database
                    .table(table)
                    .and_then(|t| t.options.postgres.partition_of.as_ref());
                for owner in parent.map(|(parent, _)| parent).into_iter().chain([table]) {
                    let about = self.parts.get(owner).into_iter().flatten().copied();
                    let waits = |node: &Node| {
                        let new_key = node.id().kind == ObjectKind::ForeignKey && node.makes();
                        !new_key && !stands_alone(node) && joins(node).is_none()
                    };
                    after(about.filter(|other| waits(&self.nodes[*other])).collect());
                    after(self.makers.get(&ObjectId::table(owner)).cloned().unwrap_or_default());
                }
                after(self.detaches.get(&ObjectId::table(table)).into_iter().copied().collect());
                // Its rows may have belonged to another, which leaves first.
                let leaves = parent.and_then(|(parent, _)| self.leaves.get(parent));
                after(leaves.into_iter().flatten().copied().collect());
            }
            // An index or key of a partitioned table takes those of the partitions that are there.
            Node::CreateIndex { on: ObjectId { .. }, .. } | Node::AddConstraint { .. } => {
                let Some(owner) = id.table_name() else { return };
                // The old index of the parent takes none of the new ones along.
                if let Node::CreateIndex { index, .. } = node
                    && let Some(attached) = &index.postgres.attached_to
                    && let Some(table) = planner.after.database.table(&owner)
                    && let Some((parent, _)) = &table.options.postgres.partition_of
                {
                    let of_parent = ObjectId::on(ObjectKind::Index, parent, &attached.name);
                    after(self.removers.get(&of_parent).cloned().unwrap_or_default());
                }
                if stands_alone(node) {
                    // One that is not to be the parent's comes when the parent has taken what it takes.
                    after(self.attaches.get(&ObjectId::table(&owner)).into_iter().copied().collect());
                    let parent = planner.table(&owner).and_then(|t| t.options.postgres.partition_of.as_ref());
                    let of_parent =
                        parent.and_then(|(parent, _)| self.parts.get(parent)).into_iter().flatten();
                    let is_index = |node: &Node| node.id().kind == ObjectKind::Index && !node.removes();
                    after(of_parent.copied().filter(|other| is_index(&self.nodes[*other])).collect());
                }
                if !planner.is_partitioned(&owner) {
                    return;
                }
                let partitions = planner.ties.heirs(&owner).iter().filter(|heir| {
                    let after = planner.after.database.table(heir);
                    let of = after.and_then(|table| table.options.postgres.partition_of.as_ref());
                    of.is_some_and(|(of, _)| *of == owner) && planner.before.table(heir).is_some()
                });
                // It takes what is to be its part, and nothing that is to go.
                let comes_first = |node: &Node| {
                    if let Node::DropIndex { index, .. } = node {
                        return index.postgres.attached_to.is_none();
                    }
                    let is_part = node.id().kind == id.kind && !stands_alone(node) && joins(node).is_none();
                    is_part && !node.removes()
                };
                let parts = partitions.filter_map(|partition| self.parts.get(partition)).flatten();
                after(parts.copied().filter(|other| comes_first(&self.nodes[*other])).collect());
            }
            // The parent's index may take it by itself, when it is made or the partition is attached.
            Node::AlterIndex { on, .. } => {
                if let Some(parent) = joins(node)
                    && let Some(table) = planner.after.database.table(&on.qualified_name())
                    && let Some((of, _)) = &table.options.postgres.partition_of
                {
                    after(self.provided(&ObjectId::on(ObjectKind::Index, of, &parent.name)));
                    after(self.attaches.get(&table.id()).into_iter().copied().collect());
                }
            }
            // What a step of the same column must follow: the split halves of one change.
            Node::AlterColumn { before, .. } => {
                let halves = self.makers.get(&id).cloned().unwrap_or_default();
                for other in halves {
                    if let Node::AlterColumn { after: middle, .. } = &self.nodes[other]
                        && other < at
                        && middle == before
                    {
                        edges.push((at, other));
                    }
                }
            }
            Node::Create { .. }
            | Node::Alter { .. }
            | Node::LaterDefault { .. }
            | Node::Own { .. }
            | Node::Drop { .. }
            | Node::Complete { .. }
            | Node::AddColumn { .. }
            | Node::DropColumn { .. }
            | Node::DropConstraint { .. }
            | Node::AlterConstraint { .. }
            | Node::DropIndex { .. } => {}
        }
    }
}

/// Whether an index belongs to no parent's.
fn stands_alone(node: &Node) -> bool {
    matches!(node, Node::CreateIndex { index, .. } if index.postgres.attached_to.is_none())
}

/// The parent's index that a partition's own comes to belong to.
fn joins(node: &Node) -> Option<&QualifiedName> {
    let Node::AlterIndex { before, after, .. } = node else { return None };
    let parent = after.postgres.attached_to.as_ref();
    parent.filter(|_| before.postgres.attached_to != after.postgres.attached_to)
}

/// Whether a node removes a key of just these columns.
fn is_removed_key(node: &Node, key: &schema_core::ForeignKey) -> bool {
    let columns = if let Node::DropIndex { index, .. } = node {
        Some(index.parts.as_slice()).filter(|_| index.unique && index.predicate.is_none())
    } else if let Node::DropConstraint { constraint, .. } = node {
        constraint.key().map(|(parts, _)| parts)
    } else {
        None
    };
    let Some(columns) = columns else { return false };
    columns.len() == key.referenced_columns.len()
        && columns.iter().all(|part| part.column_name().is_some_and(|c| key.referenced_columns.contains(c)))
}

/// Whether a node's object still needs what it needed before the plan: the second half of a change in two has no
/// default any more.
fn may_need(node: &Node, needed: &ObjectId) -> bool {
    let by_expression = matches!(needed.kind, ObjectKind::Sequence | ObjectKind::Routine);
    if let (Node::AlterColumn { before, .. }, true) = (node, by_expression) {
        return before.default.is_some() || before.generated.is_some();
    }
    true
}

/// Whether a node makes its object need what it is to need in the end: the first half of a change in two gives no
/// default yet, nor has a domain that others need its checks from the beginning.
fn will_need(node: &Node, needed: &ObjectId) -> bool {
    let by_expression = matches!(needed.kind, ObjectKind::Sequence | ObjectKind::Routine);
    match node {
        Node::AlterColumn { after, .. } if by_expression => {
            after.default.is_some() || after.generated.is_some()
        }
        Node::Create { object: Object::Domain(domain), .. } if by_expression => {
            domain.default.is_some() || !domain.checks.is_empty()
        }
        _other => true,
    }
}
