//! What comes before what.

use std::collections::HashMap;

use schema_core::{Index, KeyExpression, Name, Object, ObjectId, ObjectKind, QualifiedName, Type, order};

use super::node::{Constraint, Node};
use super::options::{identity_index, key_columns};
use super::{Planner, change, parents, rebuild, recreate};

/// A name in the space where it must be free: a schema, or a table.
type Taken = (Option<Name>, Option<Name>, Name);

/// Indexes of the same keys, by table and keys: each with whether what it is to belong to is made too, and its name.
type Families<'a> = HashMap<(&'a ObjectId, String), Vec<((bool, Name), usize)>>;

/// The order of the nodes, as their positions.
pub(super) fn order(planner: &Planner<'_>, nodes: &[Node]) -> Vec<usize> {
    let graph = Graph::new(planner, nodes);
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        graph.needs(planner, at, node, &mut edges);
    }
    graph.rebuilds(planner, &mut edges);
    graph.logging(planner, &mut edges);
    graph.twins(planner, &mut edges);
    edges.sort_unstable();
    edges.dedup();
    order::sort(nodes.len(), edges).sequence
}

#[derive(Default)]
struct Graph<'a> {
    nodes: &'a [Node],
    /// The nodes that make or alter an object or part.
    makers: HashMap<ObjectId, Vec<usize>>,
    /// The nodes that remove one.
    removers: HashMap<ObjectId, Vec<usize>>,
    /// The nodes that free a name: of a relation, index or type in a schema, or of a constraint on a table.
    frees: HashMap<Taken, Vec<usize>>,
    schemas: HashMap<Name, usize>,
    /// The nodes that attach a table to its parent.
    attaches: HashMap<ObjectId, usize>,
    /// The nodes that detach a table from its parent.
    detaches: HashMap<ObjectId, usize>,
    /// The nodes by which a partitioned table loses partitions.
    leaves: HashMap<QualifiedName, Vec<usize>>,
    /// The nodes about the parts of a table.
    parts: HashMap<QualifiedName, Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn new(planner: &Planner<'_>, nodes: &'a [Node]) -> Self {
        let mut graph = Self { nodes, ..Self::default() };
        for (at, node) in nodes.iter().enumerate() {
            let id = node.id();
            if let Node::Detach { .. } | Node::Drop { object: Object::Table(_), .. } = node
                && let Some(table) = planner.before.table(&id.qualified_name())
                && let Some((parent, _)) = &table.options.postgres.partition_of
            {
                graph.leaves.entry(parent.clone()).or_default().push(at);
            }
            if let Some(table) = id.table_name().filter(|_| id.kind.is_part()) {
                graph.parts.entry(table).or_default().push(at);
            }
            if node.removes() {
                graph.removers.entry(id.clone()).or_default().push(at);
                for key in names_of(node) {
                    graph.frees.entry(key).or_default().push(at);
                }
                if let Node::Drop { with, .. } | Node::DropColumn { with, .. } = node {
                    for gone in with {
                        graph.removers.entry(gone.clone()).or_default().push(at);
                        graph
                            .frees
                            .entry((gone.schema.clone(), None, gone.name.clone()))
                            .or_default()
                            .push(at);
                    }
                }
            } else if let Node::Attach { .. } = node {
                graph.attaches.insert(id, at);
            } else if let Node::Detach { .. } = node {
                graph.detaches.insert(id, at);
            } else if !matches!(
                node,
                Node::Own { .. } | Node::LaterDefault { .. } | Node::Options { .. } | Node::Complete { .. }
            ) {
                graph.makers.entry(id.clone()).or_default().push(at);
                if let Node::Create { object: Object::Schema(schema), .. } = node {
                    graph.schemas.insert(schema.name.clone(), at);
                }
                for key in freed(node) {
                    graph.frees.entry(key).or_default().push(at);
                }
            }
        }
        graph
    }

    /// Whether a node is the first, or the second, half of a column's change in two.
    fn is_half(&self, at: usize, first: bool) -> bool {
        let Node::AlterColumn { before, after, .. } = &self.nodes[at] else { return false };
        let others = self.makers.get(&self.nodes[at].id()).into_iter().flatten();
        others.filter(|other| **other != at).any(|other| match &self.nodes[*other] {
            Node::AlterColumn { before: next, .. } if first => next == after,
            Node::AlterColumn { after: last, .. } => last == before,
            _other => false,
        })
    }

    /// A type that is made anew under its columns comes when what held those columns has gone, and before what is to
    /// hold them.
    fn rebuilds(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
        let mut columns: HashMap<ObjectId, usize> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::Alter { before, after } = node
                && rebuild::rebuilds(&planner.before, before, after)
            {
                let users = rebuild::users(&planner.before, &after.id());
                columns
                    .extend(users.iter().map(|(table, column)| (change::column_id(table, &column.name), at)));
            }
        }
        if columns.is_empty() {
            return;
        }
        for (object, needed) in planner.needs_before.iter().filter(|(object, _)| !object.kind.is_part()) {
            if let Some(at) = columns.get(needed) {
                let removers = self.removers.get(object).into_iter().flatten();
                edges.extend(removers.map(|other| (*at, *other)));
            }
        }
        for (object, needed) in planner.after.dependencies.iter().filter(|(object, _)| !object.kind.is_part())
        {
            if let Some(at) = columns.get(needed) {
                // A view that is replaced may come to show such a column.
                let makers = self.makers.get(object).into_iter().flatten();
                edges.extend(makers.filter(|other| *other != at).map(|other| (*other, *at)));
            }
        }
    }

    /// A logged table refers to no unlogged one: tables stop being logged before those that they refer to, and are
    /// logged again after them.
    fn logging(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
        let mut changed: HashMap<&QualifiedName, (usize, bool)> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::Options { table, after } = node
                && planner
                    .before
                    .table(table)
                    .is_some_and(|before| before.options.postgres.unlogged != after.postgres.unlogged)
            {
                changed.insert(table, (at, after.postgres.unlogged));
            }
        }
        if changed.is_empty() {
            return;
        }
        for table in planner.before.tables() {
            for key in table.foreign_keys.iter().filter(|key| key.references != table.name) {
                let (own, other) = (changed.get(&table.name), changed.get(&key.references));
                let id = ObjectId::on(ObjectKind::ForeignKey, &table.name, schema_core::Part::key(key));
                if let Some(removers) = self.removers.get(&id) {
                    let both = own.into_iter().chain(other);
                    edges.extend(both.flat_map(|(at, _)| removers.iter().map(|remover| (*at, *remover))));
                } else if let (Some((own, unlogged)), Some((other, _))) = (own, other) {
                    edges.push(if *unlogged { (*other, *own) } else { (*own, *other) });
                }
            }
        }
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::AddConstraint { table, constraint: Constraint::ForeignKey(key) } = node {
                let both = changed.get(table).into_iter().chain(changed.get(&key.references));
                edges.extend(both.map(|(other, _)| (at, *other)));
            }
        }
    }

    /// The server gives an index of a partitioned table the first fitting one of each partition, and fitting are those
    /// of the same keys: where several are, they are made in the same order everywhere.
    fn twins(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
        let mut families: Families<'_> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::CreateIndex { on, index } = node
                && let Some((table, root)) = root(planner, &on.qualified_name(), index)
            {
                // In which order, and with which class of operators, is not asked.
                let values: Vec<&KeyExpression> = index.parts.iter().map(|part| &part.value).collect();
                let keys = format!("{:?} {values:?} {:?} {:?}", index.method, index.predicate, index.include);
                // Those that stay come before those that are made.
                let is_made = self.makers.contains_key(&table.part(ObjectKind::Index, &root));
                families.entry((on, keys)).or_default().push(((is_made, root), at));
            }
        }
        for mut family in families.into_values() {
            family.sort();
            edges.extend(family.windows(2).map(|pair| (pair[1].1, pair[0].1)));
        }
    }

    /// The nodes after which something is as it is to be.
    fn provided(&self, id: &ObjectId) -> Vec<usize> {
        if let Some(makers) = self.makers.get(id) {
            return makers.clone();
        }
        // A part of a new table comes with the table.
        let table = id.table_name().filter(|_| id.kind.is_part()).map(|name| ObjectId::table(&name));
        let makers = table.and_then(|table| self.makers.get(&table)).cloned().unwrap_or_default();
        makers.into_iter().filter(|at| matches!(self.nodes[*at], Node::CreateTable { .. })).collect()
    }

    fn needs(&self, planner: &Planner<'_>, at: usize, node: &Node, edges: &mut Vec<(usize, usize)>) {
        let id = node.id();
        // What a column takes from the parent's, it takes first.
        if id.kind == ObjectKind::Column {
            let table = id.table_name().and_then(|table| planner.before.table(&table));
            for parent in table.into_iter().flat_map(parents) {
                let inherited = ObjectId::on(ObjectKind::Column, parent, &id.name);
                let nodes = if node.removes() { &self.removers } else { &self.makers };
                let others = nodes.get(&inherited).into_iter().flatten().copied();
                // The first half of a change in two waits for the parent's first half alone.
                let waits = |other: &usize| !self.is_half(at, true) || !self.is_half(*other, false);
                edges.extend(others.filter(waits).map(|other| (at, other)));
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
                let comes_first = |node: &Node| match node {
                    Node::DropIndex { index, .. } => index.postgres.attached_to.is_none(),
                    _other if node.removes() => false,
                    _other => node.id().kind == id.kind && !stands_alone(node) && joins(node).is_none(),
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
            | Node::Detach { .. }
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

    /// What goes, goes after everything that needed it has gone or changed.
    fn removed_after(&self, planner: &Planner<'_>, at: usize, node: &Node, edges: &mut Vec<(usize, usize)>) {
        // The edges run from what is needed to what needs it, so they are found from the other side.
        let id = node.id();
        for part in parts_of(node) {
            // In a circle of tables the foreign keys go first, by themselves.
            let alone = self.removers.get(&part).into_iter().flatten().any(|other| *other != at);
            if part.kind == ObjectKind::ForeignKey && alone {
                continue;
            }
            for needed in planner.needs_before.of(&part) {
                // What needs goes before what is needed goes or changes.
                for other in self.removers.get(needed).into_iter().flatten() {
                    edges.push((*other, at));
                }
                for other in self.makers.get(needed).into_iter().flatten() {
                    if !self.nodes[*other].makes() {
                        edges.push((*other, at));
                    }
                }
                // A part of a table that goes.
                if let Some(table) = needed.table_name().filter(|_| needed.kind.is_part()) {
                    for other in self.removers.get(&ObjectId::table(&table)).into_iter().flatten() {
                        edges.push((*other, at));
                    }
                }
            }
        }
        // The index of a partition goes with the parent's that it is attached to.
        if matches!(node, Node::DropIndex { .. }) {
            let parent = recreate::attached_to(planner, &id);
            let removers = parent.and_then(|parent| self.removers.get(&parent));
            edges.extend(removers.into_iter().flatten().map(|other| (at, *other)));
        }
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
            // Children go before their parents.
            for parent in parents(table) {
                let removers = self.removers.get(&ObjectId::table(parent));
                edges.extend(removers.into_iter().flatten().map(|other| (*other, at)));
            }
            for key in table.foreign_keys.iter() {
                let key_id = id.part(ObjectKind::ForeignKey, schema_core::Part::key(key));
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
}

/// Whether a node removes a key of just these columns.
fn is_removed_key(node: &Node, key: &schema_core::ForeignKey) -> bool {
    let columns = match node {
        Node::DropIndex { index, .. } if index.unique && index.predicate.is_none() => &index.parts,
        Node::DropConstraint { constraint, .. } => match constraint.key() {
            Some((parts, _)) => parts,
            None => return false,
        },
        _other => return false,
    };
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
/// default yet.
fn will_need(node: &Node, needed: &ObjectId) -> bool {
    let by_expression = matches!(needed.kind, ObjectKind::Sequence | ObjectKind::Routine);
    if let (Node::AlterColumn { after, .. }, true) = (node, by_expression) {
        return after.default.is_some() || after.generated.is_some();
    }
    true
}

/// The identities under which the graph of dependencies knows what a node is about.
fn parts_of(node: &Node) -> Vec<ObjectId> {
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
        Node::Options { .. } | Node::Attach { .. } | Node::Detach { .. } | Node::Complete { .. } => vec![],
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

/// The index of the uppermost partitioned table that an index belongs to: the table, and its name.
fn root(planner: &Planner<'_>, table: &QualifiedName, index: &Index) -> Option<(ObjectId, Name)> {
    let mut table = planner.after.database.table(table)?;
    let mut index = index;
    while let (Some((parent, _)), Some(attached)) =
        (&table.options.postgres.partition_of, &index.postgres.attached_to)
    {
        table = planner.after.database.table(parent)?;
        index = table.indexes.get(&attached.name)?;
    }
    let is_in_tree = table.options.postgres.partition_by.is_some();
    Some((table.id(), index.name.clone().filter(|_| is_in_tree)?))
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

/// What a node needs by its nature, also where no engine has told.
fn structural(node: &Node) -> Vec<ObjectId> {
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
            Object::Domain(domain) => ty(&domain.base),
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

/// The names that a node takes or frees, in the spaces where they must be free.
fn names_of(node: &Node) -> Vec<Taken> {
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
        Node::AddColumn { table, column } | Node::AlterColumn { table, after: column, .. } => {
            identity_name(table, column).into_iter().collect()
        }
        Node::LaterDefault { .. }
        | Node::Attach { .. }
        | Node::Detach { .. }
        | Node::Own { .. }
        | Node::Alter { .. }
        | Node::Complete { .. }
        | Node::DropColumn { .. }
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
fn freed(node: &Node) -> Vec<Taken> {
    if let Node::AlterColumn { table, before, after } = node
        && after.identity.is_none()
    {
        identity_name(table, before).into_iter().collect()
    } else if let Node::AlterConstraint { table, before, after } = node
        && before.name() != after.name()
    {
        constraint_names(table, before)
    } else {
        Vec::new()
    }
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
    names.into_iter().map(|name| (schema.clone(), None, name)).collect()
}
