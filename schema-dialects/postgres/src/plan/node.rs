//! What a plan is made of, before it is ordered.

use schema_core::{
    Check, Column, Exclusion, ForeignKey, Index, KeyPart, Name, Object, ObjectId, ObjectKind, Part,
    PrimaryKey, QualifiedName, Table, TableOptions, Unique,
};

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
            | ObjectKind::DefaultPrivileges
            | ObjectKind::Role
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
    /// Says of a new materialized view what needs its indexes, and of a new domain what needs its users.
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
            Self::Drop { object: Object::Role(_), .. } => 95,
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
        ObjectKind::Privileges | ObjectKind::DefaultPrivileges => 4,
        ObjectKind::Schema
        | ObjectKind::Role
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
        ObjectKind::Role => 5,
        ObjectKind::Schema => 10,
        ObjectKind::Extension => 11,
        ObjectKind::Sql(
            Sql::Collation
            | Sql::ForeignDataWrapper
            | Sql::ForeignServer
            | Sql::UserMapping
            | Sql::TextSearchDictionary
            | Sql::TextSearchConfiguration,
        ) => 12,
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => 13,
        ObjectKind::Sequence => 14,
        ObjectKind::Routine => 20,
        ObjectKind::Sql(Sql::Operator | Sql::OperatorFamily | Sql::OperatorClass | Sql::Cast) => 21,
        ObjectKind::View | ObjectKind::MaterializedView => 60,
        ObjectKind::Sql(_) => 62,
        ObjectKind::Trigger | ObjectKind::Policy => 61,
        ObjectKind::Privileges => 64,
        // What the plan makes has the privileges that are declared, and not these.
        ObjectKind::DefaultPrivileges => 66,
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

/// What a new materialized view gets after it is made.
pub(super) fn complete_view(view: &schema_core::MaterializedView, nodes: &mut Vec<Node>) {
    let on = ObjectId::new(ObjectKind::MaterializedView, &view.name);
    nodes.extend(view.indexes.iter().cloned().map(|index| Node::CreateIndex { on: on.clone(), index }));
    if view.clustered_on.is_some() {
        let before = schema_core::MaterializedView { clustered_on: None, ..view.clone() };
        nodes.push(Node::Complete { before: before.into(), after: view.clone().into() });
    }
}
