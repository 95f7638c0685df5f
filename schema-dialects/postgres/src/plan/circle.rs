//! Things that need each other: what holds them together goes before them, or comes after them, by itself.

use std::collections::HashMap;

use schema_core::{Column, Domain, Object, ObjectId, ObjectKind, Part, Table};

use super::Planner;
use super::node::{Constraint, Node};

/// The nodes with those in circles taken apart: foreign keys, checks, defaults, indexes, policies, rules and triggers
/// of what goes, and the checks of domains.
pub(super) fn taken_apart(planner: &Planner<'_>, nodes: Vec<Node>, circular: &[usize]) -> Vec<Node> {
    let circle = Circle::new(planner, &nodes, circular);
    let mut circular = circular.iter().copied().peekable();
    let mut apart = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.into_iter().enumerate() {
        if circular.next_if_eq(&at).is_some() {
            circle.take_apart(at, node, &mut apart);
        } else {
            apart.push(node);
        }
    }
    apart.sort_by_key(Node::rank);
    apart
}

struct Circle<'p, 'a> {
    planner: &'p Planner<'a>,
    /// What goes with a node of a circle.
    gone: HashMap<ObjectId, usize>,
}

impl<'p, 'a> Circle<'p, 'a> {
    fn new(planner: &'p Planner<'a>, nodes: &[Node], circular: &[usize]) -> Self {
        let mut gone = HashMap::new();
        for at in circular {
            let node = &nodes[*at];
            gone.extend(node.removes().then(|| (node.id(), *at)));
            if let Node::Drop { with, .. } | Node::DropColumn { with, .. } = node {
                gone.extend(with.iter().cloned().map(|id| (id, *at)));
            }
        }
        Self { planner, gone }
    }

    /// Whether something that goes with one node needs what goes with another.
    fn holds(&self, at: usize, part: &ObjectId) -> bool {
        let goes = |id: &ObjectId| self.gone.get(id).is_some_and(|other| *other != at);
        self.planner.needs_before.of(part).any(|needed| {
            let table = needed.table_name().filter(|_| needed.kind.is_part());
            goes(needed) || table.is_some_and(|table| goes(&ObjectId::table(&table)))
        })
    }

    fn take_apart(&self, at: usize, node: Node, apart: &mut Vec<Node>) {
        match node {
            Node::Drop { object, mut with, chain } => {
                let alone: Vec<ObjectId> =
                    with.iter().filter(|id| belongs(id.kind) && self.holds(at, id)).cloned().collect();
                with.retain(|id| !alone.contains(id));
                let alone = alone.iter().filter_map(|id| self.planner.before.get(id));
                apart.extend(alone.map(|object| Node::Drop { object: object.clone(), with: vec![], chain }));
                if let Object::Table(table) = &object {
                    self.take_table_apart(at, table, apart);
                } else if let Object::Domain(domain) = &object
                    && self.holds(at, &object.id())
                {
                    apart.push(Node::Alter { before: object.clone(), after: bare(domain).into() });
                }
                apart.push(Node::Drop { object, with, chain });
            }
            Node::DropColumn { table, column, with } => {
                let id = ObjectId::on(ObjectKind::Column, &table, &column.name);
                apart.extend(self.without_default(at, &id, &column));
                apart.push(Node::DropColumn { table, column, with });
            }
            Node::Create { object: Object::Domain(domain), chain } if !domain.checks.is_empty() => {
                let first = Object::from(bare(&domain));
                apart.push(Node::Complete { before: first.clone(), after: domain.into() });
                apart.push(Node::Create { object: first, chain });
            }
            other => apart.push(other),
        }
    }

    fn take_table_apart(&self, at: usize, table: &Table, apart: &mut Vec<Node>) {
        let id = table.id();
        let constraints = (table.foreign_keys.iter().cloned().map(Constraint::ForeignKey))
            .chain(table.checks.iter().cloned().map(Constraint::Check))
            .chain(table.exclusions.iter().cloned().map(Constraint::Exclusion));
        let holding = constraints.filter(|constraint| match constraint {
            // What a key refers to is known without the engine.
            Constraint::ForeignKey(key) => {
                self.gone.get(&ObjectId::table(&key.references)).is_some_and(|other| *other != at)
            }
            other => self.holds(at, &other.id(&table.name)),
        });
        apart
            .extend(holding.map(|constraint| Node::DropConstraint { table: table.name.clone(), constraint }));
        let indexes = table.indexes.iter();
        let indexes = indexes.filter(|index| self.holds(at, &id.part(ObjectKind::Index, index.key())));
        apart.extend(indexes.map(|index| Node::DropIndex { on: id.clone(), index: index.clone() }));
        for column in table.columns.iter() {
            let column_id = id.part(ObjectKind::Column, &column.name);
            if column.generated.is_some() && self.holds(at, &column_id) {
                let (table, column) = (table.name.clone(), column.clone());
                apart.push(Node::DropColumn { table, column, with: vec![] });
            } else {
                apart.extend(self.without_default(at, &column_id, column));
            }
        }
    }

    fn without_default(&self, at: usize, id: &ObjectId, column: &Column) -> Option<Node> {
        let table = id.table_name()?;
        (column.default.is_some() && self.holds(at, id)).then(|| Node::AlterColumn {
            table,
            before: column.clone(),
            after: Column { default: None, ..column.clone() },
        })
    }
}

/// Whether a kind of object goes with its table, and can go before it.
fn belongs(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Policy | ObjectKind::Trigger | ObjectKind::Sql(_))
}

/// A domain without what it may need its users for.
fn bare(domain: &Domain) -> Domain {
    Domain { checks: schema_core::Parts::default(), default: None, ..domain.clone() }
}
