//! From the diff to the things to do.

use schema_core::diff::{ObjectChange, TableDiff};
use schema_core::{
    Check, Column, Error, ForeignKey, Index, MaterializedView, Object, ObjectId, ObjectKind, Part,
    QualifiedName, Sequence, Table,
};

use super::node::{Constraint, Node, complete_view};
use super::recreate::Recreated;
use super::{Planner, change};
use crate::render::table::needs_index;

impl Planner<'_> {
    /// The things to do, those for recreated objects included.
    pub(super) fn nodes(&self, recreated: &Recreated) -> Result<Vec<Node>, Error> {
        let mut nodes = Vec::new();
        for change in &self.diff.changes {
            match change {
                ObjectChange::Create(object) => self.create(object, &mut nodes),
                ObjectChange::Drop(object) => self.drop(object, &mut nodes),
                ObjectChange::Alter { before, after } => Self::alter(before, after, recreated, &mut nodes),
                // `recreate::nodes` drops the one and makes the other.
                ObjectChange::AlterTable(table)
                    if recreated.objects.contains(&ObjectId::table(&table.name)) => {}
                ObjectChange::AlterTable(table) => self.alter_table(table, &mut nodes)?,
            }
        }
        super::recreate::nodes(self, recreated, &mut nodes);
        self.said_again(&mut nodes);
        nodes.sort_by_key(Node::rank);
        Ok(nodes)
    }

    /// What rests on an index that is made anew: the table is to be clustered on it, or known by it.
    fn said_again(&self, nodes: &mut Vec<Node>) {
        let mut tables: Vec<QualifiedName> = Vec::new();
        for node in nodes.iter().filter(|node| node.removes() && node.id().kind.is_part()) {
            tables.extend(node.id().table_name().filter(|name| !tables.contains(name)));
        }
        for name in tables {
            let view = ObjectId::new(ObjectKind::MaterializedView, &name);
            if let Some(Object::MaterializedView(view)) = self.after.database.get(&view)
                && view.clustered_on.is_some()
            {
                let before = MaterializedView { clustered_on: None, ..view.clone() };
                nodes.push(Node::Complete { before: before.into(), after: view.clone().into() });
            }
            let (Some(_), Some(after)) = (self.before.table(&name), self.after.database.table(&name)) else {
                continue;
            };
            let postgres = &after.options.postgres;
            let by_index = postgres.replica_identity.as_ref().is_some_and(|sql| needs_index(sql.as_str()));
            let known =
                nodes.iter().any(|node| matches!(node, Node::Options { table, .. } if *table == name));
            if !known && (postgres.clustered_on.is_some() || by_index) {
                let after = after.options.clone();
                nodes.push(Node::Options { table: name, after });
            }
        }
    }

    fn create(&self, object: &Object, nodes: &mut Vec<Node>) {
        match object {
            Object::Table(table) => self.create_table(table, nodes),
            Object::MaterializedView(view) => {
                nodes.push(Node::Create { object: object.clone(), chain: false });
                complete_view(view, nodes);
            }
            Object::Sequence(sequence) => {
                nodes.push(Node::Create { object: object.clone(), chain: false });
                if sequence.owned_by.is_some() {
                    nodes.push(Node::Own { sequence: sequence.clone() });
                }
            }
            other => nodes.push(Node::Create { object: other.clone(), chain: false }),
        }
    }

    pub(super) fn create_table(&self, table: &Table, nodes: &mut Vec<Node>) {
        let id = table.id();
        // What calls a function of the schema comes later: the function may need the table.
        let calls = |part: &ObjectId| {
            self.after.dependencies.of(part).any(|needed| needed.kind == ObjectKind::Routine)
        };
        let later_defaults: Vec<Column> = table
            .columns
            .iter()
            .filter(|column| column.default.is_some() && calls(&id.part(ObjectKind::Column, &column.name)))
            .cloned()
            .collect();
        let later_checks: Vec<Check> = table
            .checks
            .iter()
            .filter(|check| check.validated && calls(&id.part(ObjectKind::Check, check.key())))
            .cloned()
            .collect();
        nodes.push(Node::CreateTable {
            table: table.clone(),
            later_defaults: later_defaults.iter().map(|column| column.name.clone()).collect(),
            later_checks: later_checks.iter().map(Part::key).collect(),
        });
        let name = || table.name.clone();
        nodes.extend(later_defaults.into_iter().map(|column| Node::LaterDefault { table: name(), column }));
        let constraints = later_checks.into_iter().map(Constraint::Check);
        let constraints = constraints.chain(table.foreign_keys.iter().cloned().map(Constraint::ForeignKey));
        nodes.extend(constraints.map(|constraint| Node::AddConstraint { table: name(), constraint }));
        let indexes = table.indexes.iter().cloned();
        nodes.extend(indexes.map(|index| Node::CreateIndex { on: id.clone(), index }));
        if table.options.postgres.partition_of.is_some() {
            nodes.push(Node::Attach { table: name() });
        }
        let postgres = &table.options.postgres;
        let index_identity = postgres.replica_identity.as_ref().is_some_and(|sql| needs_index(sql.as_str()));
        if index_identity || postgres.clustered_on.is_some() {
            let after = table.options.clone();
            nodes.push(Node::Options { table: name(), after });
        }
    }

    fn drop(&self, object: &Object, nodes: &mut Vec<Node>) {
        if self.goes_with_another(object) {
            return;
        }
        let with = self.gone_with(&object.id());
        if let Object::Table(table) = object {
            let goes_first =
                |key: &&ForeignKey| self.loses_its_ground(key) || self.is_about_its_own(table, key);
            let keys = table.foreign_keys.iter().filter(goes_first);
            nodes.extend(keys.map(|key| Node::DropConstraint {
                table: table.name.clone(),
                constraint: Constraint::ForeignKey(key.clone()),
            }));
        }
        nodes.push(Node::Drop { object: object.clone(), with, chain: false });
    }

    /// Whether a table that stays has other keys, or other columns where it is referred to: what changes there may have
    /// to come long before the referring table can go.
    fn loses_its_ground(&self, key: &ForeignKey) -> bool {
        let states = [self.before.table(&key.references), self.after.database.table(&key.references)];
        let [Some(before), Some(after)] = states else { return false };
        before.primary_key != after.primary_key
            || before.uniques != after.uniques
            || !before.indexes.iter().filter(|i| i.unique).eq(after.indexes.iter().filter(|i| i.unique))
            || key.referenced_columns.iter().any(|c| before.columns.get(c) != after.columns.get(c))
    }

    /// Whether a partitioned table's rows refer to each other: the key rests on each partition, and the partitions go
    /// before the table.
    fn is_about_its_own(&self, table: &Table, key: &ForeignKey) -> bool {
        let own = key.references == table.name && table.options.postgres.partition_by.is_some();
        own || self.ancestors(&table.name).any(|ancestor| ancestor.name == key.references)
    }

    /// Whether an object goes with the table, view or column that it belongs to.
    fn goes_with_another(&self, object: &Object) -> bool {
        let gone = |name: &QualifiedName| {
            [ObjectKind::Table, ObjectKind::MaterializedView, ObjectKind::View]
                .map(|kind| ObjectId::new(kind, name))
                .iter()
                .any(|id| self.before.get(id).is_some() && self.after.database.get(id).is_none())
        };
        match object {
            Object::Trigger(trigger) => gone(&trigger.table),
            Object::Policy(policy) => gone(&policy.table),
            Object::Sql(rule) => rule.id().table_name().is_some_and(|table| gone(&table)),
            Object::Privileges(privileges) => self.after.database.get(&privileges.object).is_none(),
            Object::Sequence(sequence) => sequence.owned_by.as_ref().is_some_and(|(table, column)| {
                gone(table)
                    || self.after.database.table(table).is_some_and(|after| !after.columns.contains(column))
            }),
            Object::DefaultPrivileges(_)
            | Object::Role(_)
            | Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::MaterializedView(_)
            | Object::Routine(_) => false,
        }
    }

    /// The objects that go with this one by themselves.
    pub(super) fn gone_with(&self, id: &ObjectId) -> Vec<ObjectId> {
        let relation = matches!(id.kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView);
        let mut with: Vec<ObjectId> = Vec::new();
        if relation {
            let goes = |belonging: &&ObjectId| match self.before.get(belonging) {
                Some(Object::Sequence(sequence)) => !self.changes_hands(sequence),
                Some(_) | None => true,
            };
            with.extend(self.ties.belongings(&id.qualified_name()).iter().filter(goes).cloned());
        }
        // What is granted on a sequence goes with the sequence.
        let granted_on: Vec<&ObjectId> =
            with.iter().filter(|id| id.kind == ObjectKind::Sequence).chain([id]).collect();
        let privileges: Vec<ObjectId> =
            granted_on.into_iter().filter_map(|id| self.ties.privileges(id).cloned()).collect();
        with.extend(privileges);
        with
    }

    /// Whether a sequence stays, and no longer goes with the same column.
    pub(super) fn changes_hands(&self, sequence: &Sequence) -> bool {
        let id = ObjectId::new(ObjectKind::Sequence, &sequence.name);
        matches!(self.after.database.get(&id), Some(Object::Sequence(after)) if after.owned_by != sequence.owned_by)
    }

    pub(super) fn privileges_of(&self, id: &ObjectId) -> Option<ObjectId> {
        self.ties.privileges(id).cloned()
    }

    fn alter(before: &Object, after: &Object, recreated: &Recreated, nodes: &mut Vec<Node>) {
        if recreated.objects.contains(&after.id()) {
            // `recreate::nodes` drops the one and makes the other.
            return;
        }
        if let (Object::MaterializedView(before), Object::MaterializedView(after)) = (before, after) {
            let on = ObjectId::new(ObjectKind::MaterializedView, &after.name);
            indexes(&on, &before.indexes, &after.indexes, nodes);
            // What it is to be but for what needs its indexes, which come when it is as it is to be.
            let middle = MaterializedView { clustered_on: before.clustered_on.clone(), ..after.clone() };
            let first = MaterializedView { indexes: after.indexes.clone(), ..before.clone() };
            if first != middle {
                nodes.push(Node::Alter { before: before.clone().into(), after: middle.clone().into() });
            }
            if middle != *after {
                nodes.push(Node::Complete { before: middle.into(), after: after.clone().into() });
            }
            return;
        }
        if let (Object::Sequence(before), Object::Sequence(after)) = (before, after)
            && before.owned_by != after.owned_by
        {
            // It leaves what it went with before that goes, and goes with the other when that is there.
            let middle = Sequence { owned_by: None, ..after.clone() };
            nodes.push(Node::Alter { before: before.clone().into(), after: middle.into() });
            nodes.extend(after.owned_by.is_some().then(|| Node::Own { sequence: after.clone() }));
            return;
        }
        nodes.push(Node::Alter { before: before.clone(), after: after.clone() });
    }

    fn alter_table(&self, diff: &TableDiff, nodes: &mut Vec<Node>) -> Result<(), Error> {
        let name = || diff.name.clone();
        let (Some(before), Some(after)) =
            (self.before.table(&diff.name), self.after.database.table(&diff.name))
        else {
            return Err(Error::Internal(format!("{} is altered, but not there", diff.name)));
        };
        change::columns(self, diff, nodes);
        change::constraints(&diff.name, change::all_constraints(diff), nodes);
        indexes(&ObjectId::table(&diff.name), &before.indexes, &after.indexes, nodes);
        if let Some(options) = &diff.options {
            let (before, after) = (options.0.clone(), options.1.clone());
            if before.postgres.partition_of != after.postgres.partition_of {
                let joins = after.postgres.partition_of.is_some();
                nodes.extend(before.postgres.partition_of.iter().map(|_| Node::Detach { table: name() }));
                nodes.extend(joins.then(|| Node::Attach { table: name() }));
            }
            let lost =
                before.postgres.inherits.iter().any(|parent| !after.postgres.inherits.contains(parent));
            nodes.extend(lost.then(|| Node::Detach { table: name() }));
            nodes.push(Node::Options { table: name(), after });
        }
        Ok(())
    }
}

/// The changes of the indexes of a table or materialized view.
fn indexes(
    on: &ObjectId,
    before: &schema_core::Parts<Index>,
    after: &schema_core::Parts<Index>,
    nodes: &mut Vec<Node>,
) {
    for index in before.iter() {
        match after.get(&index.key()) {
            Some(same) if same == index => {}
            Some(next) if change::index_in_place(index, next) => {
                nodes.push(Node::AlterIndex { on: on.clone(), before: index.clone(), after: next.clone() });
            }
            Some(next) => {
                nodes.push(Node::DropIndex { on: on.clone(), index: index.clone() });
                nodes.push(Node::CreateIndex { on: on.clone(), index: next.clone() });
            }
            None => nodes.push(Node::DropIndex { on: on.clone(), index: index.clone() }),
        }
    }
    let new = after.iter().filter(|index| !before.contains(&index.key())).cloned();
    nodes.extend(new.map(|index| Node::CreateIndex { on: on.clone(), index }));
}
