//! The difference between two canonical schemas, as a value with laws.
//!
//! `diff(a, b).apply(a)` is `b`, `diff(a, b).inverse()` is `diff(b, a)`, and `diff(a, b).then(diff(b, c))` is
//! `diff(a, c)`; see [`Diff`].

mod algebra;
mod compare;
mod parts;
mod rename;

use serde::{Deserialize, Serialize};

pub use algebra::ApplyError;
pub(crate) use compare::databases as compare_databases;
pub use compare::diff;
pub use rename::{Rename, Renames};

use crate::{
    Check, Column, Exclusion, ForeignKey, Index, Name, Object, ObjectId, ObjectKind, Part, PrimaryKey,
    QualifiedName, Spelling, Table, TableOptions, Unique,
};

/// What changes between two schemas: first the renames, all at once, then the changes.
///
/// As a value it can be printed, serialized, inverted, composed and applied; applied to the schema it was made
/// from, it gives the other one exactly.
///
/// ```
/// use schema_core::diff::{Diff, ObjectChange, Rename};
/// use schema_core::{Column, Database, ObjectId, Table, Type};
///
/// let bare = Table::new("users");
/// let with_id = Table::new("users").column(Column::new("id", Type::native("bigint")));
/// let create = Diff::create(bare.clone());
/// let add_id = Diff::table(&bare, &with_id);
/// assert_eq!(add_id, Diff::alter(bare.clone(), with_id.clone()));
/// assert_eq!(create, Diff::of(ObjectChange::Create(bare.into())));
/// assert_eq!(add_id.table_diff(&"users".into()).unwrap().columns.len(), 1);
/// assert_eq!(add_id.touched().len(), 1);
///
/// // Composed, applied, taken back.
/// let both = create.then(&add_id)?;
/// assert_eq!(both, Diff::create(with_id.clone()));
/// assert_eq!(both.apply(Database::new())?, Database::new().with(with_id.clone()));
/// assert_eq!(both.inverse(), Diff::drop(with_id));
/// assert!(both.then(&both.inverse())?.is_empty());
/// assert_eq!(Diff::identity(), Diff::default());
///
/// let renaming = Diff::renaming([Rename { from: ObjectId::table(&"users".into()), to: "people".into() }]);
/// assert!(renaming.apply(both.apply(Database::new())?)?.table(&"people".into()).is_some());
/// # Ok::<(), schema_core::diff::ApplyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// Objects and parts that keep their content under another name.
    #[serde(default, skip_serializing_if = "Renames::is_empty")]
    pub renames: Renames,
    /// What is created, dropped and altered, in the order of identities (those after the renames).
    pub changes: Vec<ObjectChange>,
}

/// A change of one top-level object.
///
/// ```
/// use schema_core::Table;
/// use schema_core::diff::{Diff, ObjectChange};
/// let diff = Diff::drop(Table::new("users"));
/// let dropped: Vec<String> = diff
///     .changes
///     .iter()
///     .filter(|change| matches!(change, ObjectChange::Drop(_)))
///     .map(|change| change.id().to_string())
///     .collect();
/// assert_eq!(dropped, ["table users"]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectChange {
    /// It is new.
    Create(Object),
    /// It goes.
    Drop(Object),
    /// It is another one under the same identity. Tables are never here: see [`AlterTable`](Self::AlterTable).
    Alter {
        /// As it is.
        before: Box<Object>,
        /// As it becomes.
        after: Box<Object>,
    },
    /// A table's parts change.
    AlterTable(Box<TableDiff>),
}

impl ObjectChange {
    /// The identity of the changed object.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Create(object) | Self::Drop(object) => object.id(),
            Self::Alter { after, .. } => after.id(),
            Self::AlterTable(table) => ObjectId::table(&table.name),
        }
    }
}

/// A change of one value that has an identity.
///
/// ```
/// use schema_core::diff::Change;
/// use schema_core::{Column, Type};
/// let narrow = Column::new("id", Type::native("integer"));
/// let wide = Column::new("id", Type::native("bigint"));
/// let change = Change::Modify { before: narrow.clone(), after: wide.clone() };
/// assert_eq!((change.before(), change.after()), (Some(&narrow), Some(&wide)));
/// assert_eq!(change.key(), "id");
/// assert_eq!(Change::Add(wide).before(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    /// It is new.
    Add(T),
    /// It goes.
    Drop(T),
    /// It becomes another.
    Modify {
        /// As it is.
        before: T,
        /// As it becomes.
        after: T,
    },
}

impl<T> Change<T> {
    /// The value before, unless it is new.
    pub fn before(&self) -> Option<&T> {
        match self {
            Self::Add(_) => None,
            Self::Drop(before) | Self::Modify { before, .. } => Some(before),
        }
    }

    /// The value after, unless it goes.
    pub fn after(&self) -> Option<&T> {
        match self {
            Self::Drop(_) => None,
            Self::Add(after) | Self::Modify { after, .. } => Some(after),
        }
    }

    fn kind(&self) -> PartChange {
        match self {
            Self::Add(_) => PartChange::Added,
            Self::Drop(_) => PartChange::Dropped,
            Self::Modify { .. } => PartChange::Modified,
        }
    }
}

impl<T: Clone> Change<T> {
    /// The change that takes this one back.
    fn inverse(&self) -> Self {
        match self {
            Self::Add(value) => Self::Drop(value.clone()),
            Self::Drop(value) => Self::Add(value.clone()),
            Self::Modify { before, after } => Self::Modify { before: after.clone(), after: before.clone() },
        }
    }
}

/// What happens to a part, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartChange {
    Added,
    Dropped,
    Modified,
}

impl<T: Part> Change<T> {
    /// The name of what changes.
    pub fn key(&self) -> Name {
        match self {
            Self::Add(part) | Self::Drop(part) | Self::Modify { after: part, .. } => part.key(),
        }
    }
}

/// What changes within one table that exists before and after.
///
/// ```
/// use schema_core::diff::{Change, Diff, TableDiff};
/// use schema_core::{Column, Table, Type};
/// let mut diff = TableDiff::new("users");
/// assert!(diff.is_empty() && diff.only_order_changes());
/// diff.columns.push(Change::Add(Column::new("email", Type::native("text"))));
/// assert_eq!(diff.parts()[0].to_string(), "column users.email");
/// assert_eq!(diff.column_order(), None);
///
/// let mut users = Table::new("users");
/// diff.apply(&mut users)?;
/// assert_eq!(users.columns.len(), 1);
/// diff.inverse().apply(&mut users)?;
/// assert_eq!(users, Table::new("users"));
/// # Ok::<(), schema_core::diff::ApplyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableDiff {
    /// The table, by its name after the renames.
    pub name: QualifiedName,
    /// Its columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Change<Column>>,
    /// Its primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Change<PrimaryKey>>,
    /// Its unique constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Change<Unique>>,
    /// Its checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Change<Check>>,
    /// Its foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<Change<ForeignKey>>,
    /// Its exclusion constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Change<Exclusion>>,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Change<Index>>,
    /// Its comment and options, as they are and as they become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Box<(TableOptions, TableOptions)>>,
    /// The names of all its columns in their order, as it is and as it becomes, wherever the two are not the same.
    /// Whether the columns have to be reordered is what [`column_order`](Self::column_order) says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_names: Option<Box<(Vec<Name>, Vec<Name>)>>,
    /// How the table is spelled before and after: never a change by itself.
    #[serde(skip)]
    pub spelling: (Spelling, Spelling),
}

impl TableDiff {
    /// No change to a table.
    pub fn new(name: impl Into<QualifiedName>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            options: None,
            column_names: None,
            spelling: (Spelling::default(), Spelling::default()),
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.column_names.is_none() && self.only_order_changes()
    }

    /// Whether nothing changes but the physical order of the columns, if that.
    pub fn only_order_changes(&self) -> bool {
        self.columns.is_empty()
            && self.primary_key.is_none()
            && self.uniques.is_empty()
            && self.checks.is_empty()
            && self.foreign_keys.is_empty()
            && self.exclusions.is_empty()
            && self.indexes.is_empty()
            && self.options.is_none()
    }

    /// The identities of all changed parts.
    pub fn parts(&self) -> Vec<ObjectId> {
        let mut all = Vec::new();
        self.each_part(|id, _| all.push(id));
        all
    }

    /// Calls `see` for every changed part, with what happens to it.
    pub(crate) fn each_part(&self, mut see: impl FnMut(ObjectId, PartChange)) {
        fn parts<T: Part>(
            table: &ObjectId,
            kind: ObjectKind,
            changes: &[Change<T>],
            see: &mut impl FnMut(ObjectId, PartChange),
        ) {
            for change in changes {
                see(table.part(kind, change.key()), change.kind());
            }
        }
        let table = ObjectId::table(&self.name);
        parts(&table, ObjectKind::Column, &self.columns, &mut see);
        if let Some(change) = &self.primary_key {
            see(table.part(ObjectKind::PrimaryKey, "primary key"), change.kind());
        }
        parts(&table, ObjectKind::Unique, &self.uniques, &mut see);
        parts(&table, ObjectKind::Check, &self.checks, &mut see);
        parts(&table, ObjectKind::ForeignKey, &self.foreign_keys, &mut see);
        parts(&table, ObjectKind::Exclusion, &self.exclusions, &mut see);
        parts(&table, ObjectKind::Index, &self.indexes, &mut see);
    }
}

impl Diff {
    /// The diff that changes nothing.
    pub fn identity() -> Self {
        Self::default()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.renames.is_empty() && self.changes.is_empty()
    }

    /// A diff of one change.
    pub fn of(change: ObjectChange) -> Self {
        Self { renames: Renames::default(), changes: vec![change] }
    }

    /// A diff of renames only.
    pub fn renaming(renames: impl IntoIterator<Item = Rename>) -> Self {
        Self { renames: renames.into_iter().collect(), changes: Vec::new() }
    }

    /// The diff that creates an object.
    pub fn create(object: impl Into<Object>) -> Self {
        Self::of(ObjectChange::Create(object.into()))
    }

    /// The diff that drops an object.
    pub fn drop(object: impl Into<Object>) -> Self {
        Self::of(ObjectChange::Drop(object.into()))
    }

    /// The diff that replaces an object by another of the same identity.
    pub fn alter(before: impl Into<Object>, after: impl Into<Object>) -> Self {
        let (before, after) = (before.into(), after.into());
        match (before, after) {
            (Object::Table(before), Object::Table(after)) => compare::table(&before, &after)
                .map_or_else(Self::identity, |table| Self::of(ObjectChange::AlterTable(Box::new(table)))),
            (before, after) => {
                Self::of(ObjectChange::Alter { before: Box::new(before), after: Box::new(after) })
            }
        }
    }

    /// The diff from one state of a table to another.
    pub fn table(before: &Table, after: &Table) -> Self {
        compare::table(before, after)
            .map_or_else(Self::identity, |table| Self::of(ObjectChange::AlterTable(Box::new(table))))
    }

    /// The change of a table that exists before and after.
    pub fn table_diff(&self, name: &QualifiedName) -> Option<&TableDiff> {
        self.changes.iter().find_map(|change| match change {
            ObjectChange::AlterTable(table) if table.name == *name => Some(&**table),
            ObjectChange::AlterTable(_)
            | ObjectChange::Create(_)
            | ObjectChange::Drop(_)
            | ObjectChange::Alter { .. } => None,
        })
    }
}

impl From<TableDiff> for Diff {
    fn from(table: TableDiff) -> Self {
        if table.is_empty() { Self::identity() } else { Self::of(ObjectChange::AlterTable(Box::new(table))) }
    }
}
