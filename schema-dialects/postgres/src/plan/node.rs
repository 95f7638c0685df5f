//! What a plan is made of, before it is ordered.

use schema_core::diff::{ObjectChange, TableDiff};
use schema_core::{
    Check, Column, Error, Exclusion, ForeignKey, Index, KeyPart, Name, Object, ObjectId, ObjectKind, Part,
    PrimaryKey, QualifiedName, Sequence, Table, TableOptions, Unique,
};

use super::{Planner, change};
use crate::render::table::needs_index;

/// A constraint of a table, of any kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constraint {
    PrimaryKey(PrimaryKey),
    Unique(Unique),
    Check(Check),
    ForeignKey(ForeignKey),
    Exclusion(Exclusion),
}

impl Constraint {
    pub(super) fn kind(&self) -> ObjectKind {
        match self {
            Self::PrimaryKey(_) => ObjectKind::PrimaryKey,
            Self::Unique(_) => ObjectKind::Unique,
            Self::Check(_) => ObjectKind::Check,
            Self::ForeignKey(_) => ObjectKind::ForeignKey,
            Self::Exclusion(_) => ObjectKind::Exclusion,
        }
    }

    pub(super) fn name(&self) -> Name {
        match self {
            Self::PrimaryKey(key) => key.name.clone().unwrap_or_else(|| Name::from("primary key")),
            Self::Unique(unique) => unique.key(),
            Self::Check(check) => check.key(),
            Self::ForeignKey(key) => key.key(),
            Self::Exclusion(exclusion) => exclusion.key(),
        }
    }

    pub(super) fn id(&self, table: &QualifiedName) -> ObjectId {
        ObjectId::on(self.kind(), table, self.name())
    }

    pub(super) fn comment(&self) -> Option<&String> {
        match self {
            Self::PrimaryKey(key) => key.comment.as_ref(),
            Self::Unique(unique) => unique.comment.as_ref(),
            Self::Check(check) => check.comment.as_ref(),
            Self::ForeignKey(key) => key.comment.as_ref(),
            Self::Exclusion(exclusion) => exclusion.comment.as_ref(),
        }
    }

    /// The same constraint with another name and comment.
    pub(super) fn with(mut self, name: Option<Name>, comment: Option<String>) -> Self {
        let (own_name, own_comment) = match &mut self {
            Self::PrimaryKey(key) => (&mut key.name, &mut key.comment),
            Self::Unique(unique) => (&mut unique.name, &mut unique.comment),
            Self::Check(check) => (&mut check.name, &mut check.comment),
            Self::ForeignKey(key) => (&mut key.name, &mut key.comment),
            Self::Exclusion(exclusion) => (&mut exclusion.name, &mut exclusion.comment),
        };
        *own_name = name;
        *own_comment = comment;
        self
    }

    /// The constraint of a table that is meant.
    pub(super) fn of(table: &Table, id: &ObjectId) -> Option<Self> {
        match id.kind {
            ObjectKind::PrimaryKey => table.primary_key.clone().map(Self::PrimaryKey),
            ObjectKind::Unique => table.uniques.get(&id.name).cloned().map(Self::Unique),
            ObjectKind::Check => table.checks.get(&id.name).cloned().map(Self::Check),
            ObjectKind::ForeignKey => table.foreign_keys.get(&id.name).cloned().map(Self::ForeignKey),
            ObjectKind::Exclusion => table.exclusions.get(&id.name).cloned().map(Self::Exclusion),
            ObjectKind::Column
            | ObjectKind::Index
            | ObjectKind::Schema
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
            | ObjectKind::Routine
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Sql(_)
            | ObjectKind::Privileges => None,
        }
    }

    /// Whether the rows that are there are known to meet it.
    pub(super) fn is_validated(&self) -> bool {
        match self {
            Self::Check(check) => check.validated,
            Self::ForeignKey(key) => key.validated,
            Self::PrimaryKey(_) | Self::Unique(_) | Self::Exclusion(_) => true,
        }
    }

    /// The columns of a unique index that can become this constraint.
    pub(super) fn key(&self) -> Option<(&[KeyPart], &[Name])> {
        match self {
            Self::PrimaryKey(key) => Some((&key.columns, &key.include)),
            Self::Unique(unique) => Some((&unique.columns, &unique.include)),
            Self::Check(_) | Self::ForeignKey(_) | Self::Exclusion(_) => None,
        }
    }

    /// Puts the constraint into a table.
    pub(super) fn insert(&self, table: &mut Table) {
        match self.clone() {
            Self::PrimaryKey(key) => table.primary_key = Some(key),
            Self::Unique(unique) => drop(table.uniques.replace(unique)),
            Self::Check(check) => drop(table.checks.replace(check)),
            Self::ForeignKey(key) => drop(table.foreign_keys.replace(key)),
            Self::Exclusion(exclusion) => drop(table.exclusions.replace(exclusion)),
        }
    }

    /// Whether the table has this very constraint.
    pub(super) fn is_in(&self, table: &Table) -> bool {
        match self {
            Self::PrimaryKey(key) => table.primary_key.as_ref() == Some(key),
            Self::Unique(unique) => table.uniques.get(&unique.key()) == Some(unique),
            Self::Check(check) => table.checks.get(&check.key()) == Some(check),
            Self::ForeignKey(key) => table.foreign_keys.get(&key.key()) == Some(key),
            Self::Exclusion(exclusion) => table.exclusions.get(&exclusion.key()) == Some(exclusion),
        }
    }

    /// Takes the constraint out of a table.
    pub(super) fn remove(&self, table: &mut Table) {
        match self {
            Self::PrimaryKey(_) => table.primary_key = None,
            Self::Unique(unique) => drop(table.uniques.remove(&unique.key())),
            Self::Check(check) => drop(table.checks.remove(&check.key())),
            Self::ForeignKey(key) => drop(table.foreign_keys.remove(&key.key())),
            Self::Exclusion(exclusion) => drop(table.exclusions.remove(&exclusion.key())),
        }
    }
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Makes an object that is not a table.
    Create {
        object: Object,
        chain: bool,
    },
    /// Makes a table; some of its defaults and checks come later.
    CreateTable {
        table: Table,
        later_defaults: Vec<Name>,
        later_checks: Vec<Name>,
    },
    /// Gives a new table's column its default, when what it needs exists.
    LaterDefault {
        table: QualifiedName,
        column: Column,
    },
    /// Makes a table a partition of its parent.
    Attach {
        table: QualifiedName,
    },
    /// Lets a partition, or a table that inherits, leave the parents that it is not to have.
    Detach {
        table: QualifiedName,
    },
    /// Gives a new sequence its owner.
    Own {
        sequence: schema_core::Sequence,
    },
    /// Drops an object, with what goes by itself.
    Drop {
        object: Object,
        with: Vec<ObjectId>,
        chain: bool,
    },
    /// Changes an object that is not a table in place.
    Alter {
        before: Object,
        after: Object,
    },
    /// Says of a new materialized view what needs its indexes.
    Complete {
        before: Object,
        after: Object,
    },
    AddColumn {
        table: QualifiedName,
        column: Column,
    },
    DropColumn {
        table: QualifiedName,
        column: Column,
        with: Vec<ObjectId>,
    },
    AlterColumn {
        table: QualifiedName,
        before: Column,
        after: Column,
    },
    AddConstraint {
        table: QualifiedName,
        constraint: Constraint,
    },
    DropConstraint {
        table: QualifiedName,
        constraint: Constraint,
    },
    AlterConstraint {
        table: QualifiedName,
        before: Constraint,
        after: Constraint,
    },
    /// `on` is the table or materialized view.
    CreateIndex {
        on: ObjectId,
        index: Index,
    },
    DropIndex {
        on: ObjectId,
        index: Index,
    },
    AlterIndex {
        on: ObjectId,
        before: Index,
        after: Index,
    },
    Options {
        table: QualifiedName,
        after: TableOptions,
    },
}

impl Node {
    /// What it is about.
    pub(super) fn id(&self) -> ObjectId {
        match self {
            Self::Create { object, .. }
            | Self::Drop { object, .. }
            | Self::Alter { after: object, .. }
            | Self::Complete { after: object, .. } => object.id(),
            Self::CreateTable { table, .. } => table.id(),
            Self::Attach { table } | Self::Detach { table } | Self::Options { table, .. } => {
                ObjectId::table(table)
            }
            Self::Own { sequence } => ObjectId::new(ObjectKind::Sequence, &sequence.name),
            Self::LaterDefault { table, column }
            | Self::AddColumn { table, column }
            | Self::DropColumn { table, column, .. }
            | Self::AlterColumn { table, after: column, .. } => {
                ObjectId::on(ObjectKind::Column, table, &column.name)
            }
            Self::AddConstraint { table, constraint }
            | Self::DropConstraint { table, constraint }
            | Self::AlterConstraint { table, after: constraint, .. } => constraint.id(table),
            Self::CreateIndex { on, index }
            | Self::DropIndex { on, index }
            | Self::AlterIndex { on, after: index, .. } => on.part(ObjectKind::Index, index.key()),
        }
    }

    /// Whether something is there afterwards that was not before.
    pub(super) fn makes(&self) -> bool {
        matches!(
            self,
            Self::Create { .. }
                | Self::CreateTable { .. }
                | Self::AddColumn { .. }
                | Self::AddConstraint { .. }
                | Self::CreateIndex { .. }
        )
    }

    /// Whether something that was there before the plan becomes another.
    pub(super) fn changes(&self) -> bool {
        matches!(
            self,
            Self::Alter { .. }
                | Self::AlterColumn { .. }
                | Self::AlterConstraint { .. }
                | Self::AlterIndex { .. }
                | Self::Options { .. }
        )
    }

    /// Whether something goes.
    pub(super) fn removes(&self) -> bool {
        matches!(
            self,
            Self::Drop { .. }
                | Self::DropColumn { .. }
                | Self::DropConstraint { .. }
                | Self::DropIndex { .. }
        )
    }

    /// Whether it is part of dropping something only to make it again.
    pub(super) fn in_chain(&self) -> bool {
        matches!(self, Self::Create { chain: true, .. } | Self::Drop { chain: true, .. })
    }

    /// Its place where nothing else decides.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Create { object, chain: true } => 43 + late(object.id().kind),
            Self::Drop { object, chain: true, .. } => 38 - late(object.id().kind),
            Self::Create { object, .. } => created(object.id().kind),
            Self::Alter { after, .. } => match after.id().kind {
                ObjectKind::View | ObjectKind::MaterializedView => 48,
                kind => created(kind),
            },
            Self::Drop { object, .. } => 90 - late(object.id().kind),
            Self::CreateTable { .. } => 30,
            Self::LaterDefault { .. } => 31,
            Self::Own { .. } => 32,
            // What was the parent's before is the table's own then.
            Self::Detach { .. } => 37,
            Self::DropConstraint { .. } => 39,
            Self::AddColumn { .. } => 40,
            Self::AlterColumn { .. } => 41,
            Self::AddConstraint { constraint: Constraint::ForeignKey(_), .. } => 54,
            Self::AddConstraint { .. } | Self::AlterConstraint { .. } => 51,
            Self::CreateIndex { .. } | Self::AlterIndex { .. } => 52,
            Self::Attach { .. } | Self::Complete { .. } => 53,
            Self::Options { .. } => 55,
            Self::DropIndex { .. } => 70,
            Self::DropColumn { .. } => 80,
        }
    }
}

/// How late a kind of object comes when things are made, 0 to 5.
fn late(kind: ObjectKind) -> u8 {
    match kind {
        ObjectKind::Routine => 1,
        ObjectKind::View | ObjectKind::MaterializedView => 2,
        ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Sql(_) => 3,
        ObjectKind::Privileges => 4,
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Enum
        | ObjectKind::EnumValue
        | ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Column
        | ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion
        | ObjectKind::Index => 0,
    }
}

fn created(kind: ObjectKind) -> u8 {
    use schema_core::SqlObjectKind as Sql;
    match kind {
        ObjectKind::Schema => 10,
        ObjectKind::Extension => 11,
        ObjectKind::Sql(
            Sql::Collation
            | Sql::ForeignDataWrapper
            | Sql::ForeignServer
            | Sql::UserMapping
            | Sql::TextSearchDictionary
            | Sql::TextSearchConfiguration
            | Sql::Role,
        ) => 12,
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => 13,
        ObjectKind::Sequence => 14,
        ObjectKind::Routine => 20,
        ObjectKind::Sql(Sql::Operator | Sql::OperatorFamily | Sql::OperatorClass | Sql::Cast) => 21,
        ObjectKind::View | ObjectKind::MaterializedView => 60,
        ObjectKind::Sql(_) => 62,
        ObjectKind::Trigger | ObjectKind::Policy => 61,
        ObjectKind::Privileges => 64,
        ObjectKind::EnumValue
        | ObjectKind::Table
        | ObjectKind::Column
        | ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion
        | ObjectKind::Index => 30,
    }
}

impl Planner<'_> {
    /// The things to do, those for recreated objects included.
    pub(super) fn nodes(&self, recreated: &super::recreate::Recreated) -> Result<Vec<Node>, Error> {
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
                let before = schema_core::MaterializedView { clustered_on: None, ..view.clone() };
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
            // Tables that refer to each other could not be dropped one after the other.
            let dropped =
                |name: &QualifiedName| *name != table.name && self.after.database.table(name).is_none();
            let keys = table
                .foreign_keys
                .iter()
                .filter(|key| dropped(&key.references) && self.is_cyclic(table, key));
            nodes.extend(keys.map(|key| Node::DropConstraint {
                table: table.name.clone(),
                constraint: Constraint::ForeignKey(key.clone()),
            }));
        }
        nodes.push(Node::Drop { object: object.clone(), with, chain: false });
    }

    /// Whether the referenced table refers back, directly or over others.
    fn is_cyclic(&self, table: &Table, key: &ForeignKey) -> bool {
        let mut seen: Vec<&QualifiedName> = Vec::new();
        let mut next: Vec<&QualifiedName> = vec![&key.references];
        while let Some(name) = next.pop() {
            if *name == table.name {
                return true;
            }
            if !seen.contains(&name) {
                seen.push(name);
                let keys = self.before.table(name).into_iter().flat_map(|table| table.foreign_keys.iter());
                next.extend(keys.map(|key| &key.references));
            }
        }
        false
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
            Object::Schema(_)
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

    fn alter(before: &Object, after: &Object, recreated: &super::recreate::Recreated, nodes: &mut Vec<Node>) {
        if recreated.objects.contains(&after.id()) {
            // `recreate::nodes` drops the one and makes the other.
            return;
        }
        if let (Object::MaterializedView(before), Object::MaterializedView(after)) = (before, after) {
            let on = ObjectId::new(ObjectKind::MaterializedView, &after.name);
            indexes(&on, &before.indexes, &after.indexes, nodes);
            let same_but_indexes =
                schema_core::MaterializedView { indexes: after.indexes.clone(), ..before.clone() } == *after;
            if same_but_indexes {
                return;
            }
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

/// What a new materialized view gets after it is made.
pub(super) fn complete_view(view: &schema_core::MaterializedView, nodes: &mut Vec<Node>) {
    let on = ObjectId::new(ObjectKind::MaterializedView, &view.name);
    nodes.extend(view.indexes.iter().cloned().map(|index| Node::CreateIndex { on: on.clone(), index }));
    if view.clustered_on.is_some() {
        let before = schema_core::MaterializedView { clustered_on: None, ..view.clone() };
        nodes.push(Node::Complete { before: before.into(), after: view.clone().into() });
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

/// What CREATE TABLE gives of a table's options: not what needs an index.
pub(super) fn at_creation(options: &TableOptions) -> TableOptions {
    let mut options = options.clone();
    options.postgres.clustered_on = None;
    if options.postgres.replica_identity.as_ref().is_some_and(|sql| needs_index(sql.as_str())) {
        options.postgres.replica_identity = None;
    }
    options
}
