//! What comes before what.

mod across;
mod needs;
mod parts;
mod removed;
mod taken;

use std::collections::HashMap;

use schema_core::order::{self, Order};
use schema_core::{Name, Object, ObjectId, QualifiedName};

use self::taken::{Taken, freed, names_of};
use super::Planner;
use super::node::Node;

/// The order of the nodes, as their positions, and those that lie in circles.
pub(super) fn order(planner: &Planner<'_>, nodes: &[Node]) -> Order {
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
    order::sort(nodes.len(), edges)
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

    /// Whether a node is the first half of a column's change in two.
    fn is_first_half(&self, at: usize) -> bool {
        let Node::AlterColumn { after: middle, .. } = &self.nodes[at] else { return false };
        let others = self.makers.get(&self.nodes[at].id()).into_iter().flatten();
        let mut later = others.filter(|other| **other > at).map(|other| &self.nodes[*other]);
        later.any(|other| matches!(other, Node::AlterColumn { before, .. } if before == middle))
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
}
