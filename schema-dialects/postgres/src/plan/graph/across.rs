//! What is found over all nodes at once: rebuilt types, logged tables, indexes of the same keys.

use std::collections::HashMap;

use schema_core::{Index, KeyExpression, Name, ObjectId, ObjectKind, Part, QualifiedName};

use super::super::node::{Constraint, Node};
use super::super::{Planner, change, rebuild};
use super::Graph;

/// Indexes of the same keys, by table and keys: each with the place and the name of what it is to belong to.
type Families<'a> = HashMap<(&'a ObjectId, String), Vec<((Place, Name), usize)>>;

impl Graph<'_> {
    /// A type that is made anew under its columns comes when what held those columns has gone, and before what is to
    /// hold them.
    pub(super) fn rebuilds(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
        let mut columns: HashMap<ObjectId, usize> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::Alter { before, after } = node
                && rebuild::rebuilds(&planner.before, before, after)
            {
                for (table, column) in rebuild::users(&planner.before, &after.id()) {
                    // With the column of a table go those of its heirs.
                    let mut tables = vec![table];
                    while let Some(table) = tables.pop() {
                        if columns.insert(change::column_id(&table, &column.name), at) != Some(at) {
                            tables.extend(planner.ties.heirs(&table).iter().cloned());
                        }
                    }
                }
            }
        }
        if columns.is_empty() {
            return;
        }
        let holds = |object: &ObjectId| {
            !object.kind.is_part() || matches!(object.kind, ObjectKind::Index | ObjectKind::ForeignKey)
        };
        for (object, needed) in planner.needs_before.iter().filter(|(object, _)| holds(object)) {
            if let Some(at) = columns.get(needed) {
                let removers = self.removers.get(object).into_iter().flatten();
                edges.extend(removers.map(|other| (*at, *other)));
            }
        }
        for (object, needed) in planner.after.dependencies.iter().filter(|(object, _)| holds(object)) {
            if let Some(at) = columns.get(needed) {
                // A view that is replaced may come to show such a column.
                let makers = self.makers.get(object).into_iter().flatten();
                edges.extend(makers.filter(|other| *other != at).map(|other| (*other, *at)));
            }
        }
    }

    /// A logged table refers to no unlogged one: tables stop being logged before those that they refer to, and are
    /// logged again after them.
    pub(super) fn logging(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
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
                let id = ObjectId::on(ObjectKind::ForeignKey, &table.name, key.key());
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
    pub(super) fn twins(&self, planner: &Planner<'_>, edges: &mut Vec<(usize, usize)>) {
        if !self.nodes.iter().any(|node| matches!(node, Node::CreateIndex { .. })) {
            return;
        }
        // How old the index is that a partition has already for one that is made.
        let mut waiting: HashMap<(ObjectId, Name), usize> = HashMap::new();
        for table in planner.before.tables() {
            let id = table.id();
            let Some(after) = planner.after.database.table(&table.name) else { continue };
            for (age, name) in table.indexes.names().enumerate() {
                if let Some(index) = after.indexes.get(name).filter(|i| i.postgres.attached_to.is_some())
                    && !self.removers.contains_key(&id.part(ObjectKind::Index, name))
                    && let Some(root) = root(planner, &table.name, index)
                {
                    waiting.entry(root).and_modify(|first| *first = age.min(*first)).or_insert(age);
                }
            }
        }
        let mut families: Families<'_> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Node::CreateIndex { on, index } = node
                && let Some((table, root)) = root(planner, &on.qualified_name(), index)
            {
                // In which order, and with which class of operators, is not asked.
                let values: Vec<&KeyExpression> = index.parts.iter().map(|part| &part.value).collect();
                let keys = format!("{:?} {values:?} {:?} {:?}", index.method, index.predicate, index.include);
                let is_made = self.makers.contains_key(&table.part(ObjectKind::Index, &root));
                let family = families.entry((on, keys)).or_default();
                let place = if is_made {
                    let waiting = waiting.get(&(table, root.clone()));
                    Place::Made { takes: waiting.copied().unwrap_or(usize::MAX) }
                } else {
                    Place::Stays { age: age(planner, &table, &root) }
                };
                family.push(((place, root), at));
            }
        }
        for mut family in families.into_values() {
            family.sort();
            edges.extend(family.windows(2).map(|pair| (pair[1].1, pair[0].1)));
        }
    }
}

/// The place of an index of a partitioned table among those of the same keys.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// It is there, and was made after so many others.
    Stays { age: usize },
    /// It is made, and is to take what a partition has: the oldest first.
    Made { takes: usize },
}

/// After how many others of its table an index was made.
fn age(planner: &Planner<'_>, table: &ObjectId, index: &Name) -> usize {
    let before = planner.before.table(&table.qualified_name());
    before.and_then(|table| table.indexes.names().position(|name| name == index)).unwrap_or_default()
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
