//! All objects of a database.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    CompositeType, DefaultPrivileges, Domain, EnumType, Extension, MaterializedView, ObjectId, ObjectKind,
    Policy, Privileges, RangeType, Role, Routine, Schema, Sequence, SqlObject, Table, TablePart, Trigger,
    View,
};
use crate::{Name, QualifiedName};

/// A top-level object of any kind.
///
/// ```
/// use schema_core::{Object, ObjectId, Table};
/// let object = Object::from(Table::new("users"));
/// assert_eq!(object.id(), ObjectId::table(&"users".into()));
/// assert_eq!(object.as_table().unwrap().name, "users".into());
/// assert!(!object.holds_nul());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
pub enum Object {
    /// A namespace.
    Schema(Schema),
    /// An extension.
    Extension(Extension),
    /// An enumerated type.
    Enum(EnumType),
    /// A domain.
    Domain(Domain),
    /// A composite type.
    Composite(CompositeType),
    /// A range type.
    Range(RangeType),
    /// A sequence.
    Sequence(Sequence),
    /// A table.
    Table(Box<Table>),
    /// A view.
    View(View),
    /// A materialized view.
    MaterializedView(MaterializedView),
    /// A function, procedure or aggregate.
    Routine(Routine),
    /// A trigger.
    Trigger(Trigger),
    /// A row-security policy.
    Policy(Policy),
    /// An object defined wholly by its SQL.
    Sql(SqlObject),
    /// Owner and grants of another object.
    Privileges(Privileges),
    /// What is granted on objects to come.
    DefaultPrivileges(DefaultPrivileges),
    /// A role of the server.
    Role(Role),
}

impl Object {
    /// The object's identity.
    pub fn id(&self) -> ObjectId {
        let named = |kind, name: &QualifiedName| ObjectId::new(kind, name);
        match self {
            Self::Schema(o) => ObjectId::new(ObjectKind::Schema, &o.name.clone().into()),
            Self::Extension(o) => ObjectId::new(ObjectKind::Extension, &o.name.clone().into()),
            Self::Enum(o) => named(ObjectKind::Enum, &o.name),
            Self::Domain(o) => named(ObjectKind::Domain, &o.name),
            Self::Composite(o) => named(ObjectKind::Composite, &o.name),
            Self::Range(o) => named(ObjectKind::Range, &o.name),
            Self::Sequence(o) => named(ObjectKind::Sequence, &o.name),
            Self::Table(o) => o.id(),
            Self::View(o) => named(ObjectKind::View, &o.name),
            Self::MaterializedView(o) => named(ObjectKind::MaterializedView, &o.name),
            Self::Routine(o) => {
                ObjectId { signature: Some(o.arguments.clone()), ..named(ObjectKind::Routine, &o.name) }
            }
            Self::Trigger(o) => o.id(),
            Self::Policy(o) => o.id(),
            Self::Sql(o) => o.id(),
            Self::Privileges(o) => ObjectId {
                kind: ObjectKind::Privileges,
                signature: Some(match &o.object.signature {
                    Some(signature) => format!("{} {signature}", o.object.kind),
                    None => o.object.kind.to_string(),
                }),
                ..o.object.clone()
            },
            Self::DefaultPrivileges(o) => o.id(),
            Self::Role(o) => o.id(),
        }
    }

    fn duplicates(&self, id: &ObjectId) -> Vec<ObjectId> {
        if let Self::MaterializedView(view) = self {
            return view.indexes.duplicates().iter().map(|name| id.part(ObjectKind::Index, name)).collect();
        }
        self.as_table().map(Table::duplicates).unwrap_or_default()
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Schema(_)
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Domain(_)
            | Self::Composite(_)
            | Self::Range(_)
            | Self::Sequence(_)
            | Self::View(_)
            | Self::MaterializedView(_)
            | Self::Routine(_)
            | Self::Trigger(_)
            | Self::Policy(_)
            | Self::Sql(_)
            | Self::Privileges(_)
            | Self::DefaultPrivileges(_)
            | Self::Role(_) => None,
        }
    }
}

macro_rules! object_from {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Object {
            fn from(object: $kind) -> Self {
                Self::$kind(object)
            }
        }
    )*};
}
object_from!(
    Schema,
    Extension,
    Domain,
    Sequence,
    View,
    MaterializedView,
    Routine,
    Trigger,
    Policy,
    Privileges,
    DefaultPrivileges,
    Role
);

impl From<Table> for Object {
    fn from(table: Table) -> Self {
        Self::Table(Box::new(table))
    }
}

impl From<EnumType> for Object {
    fn from(object: EnumType) -> Self {
        Self::Enum(object)
    }
}

impl From<CompositeType> for Object {
    fn from(object: CompositeType) -> Self {
        Self::Composite(object)
    }
}

impl From<RangeType> for Object {
    fn from(object: RangeType) -> Self {
        Self::Range(object)
    }
}

impl From<SqlObject> for Object {
    fn from(object: SqlObject) -> Self {
        Self::Sql(object)
    }
}

/// A set of objects by identity: what an application declares, or what an engine holds.
///
/// A clone shares its objects with the original until one of them is changed.
///
/// ```
/// use schema_core::{Column, Database, Table, Type};
/// let schema = Database::new()
///     .with(Table::new("users").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]));
/// assert_eq!(schema.tables().count(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Database {
    objects: IndexMap<ObjectId, Arc<Object>>,
    duplicates: Vec<ObjectId>,
}

impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        self.objects.len() == other.objects.len()
            && self.objects().all(|(id, object)| self.shares(other, id) || other.get(id) == Some(object))
            && self.duplicates == other.duplicates
    }
}

impl Database {
    /// An empty database.
    ///
    /// ```
    /// assert!(schema_core::Database::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an object: the fluent form of [`insert`](Self::insert).
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new().with(Table::new("users")).with(Table::new("posts"));
    /// assert_eq!(schema.tables().count(), 2);
    /// ```
    pub fn with(mut self, object: impl Into<Object>) -> Self {
        self.insert(object);
        self
    }

    /// Adds an object. A second object of the same identity is remembered as a duplicate, which
    /// [`duplicates`](Self::duplicates) reports: nothing is replaced silently.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let mut schema = Database::new();
    /// schema.insert(Table::new("users"));
    /// schema.insert(Table::new("users"));
    /// assert_eq!((schema.len(), schema.duplicates().count()), (1, 1));
    /// ```
    pub fn insert(&mut self, object: impl Into<Object>) {
        let object = object.into();
        let id = object.id();
        if self.objects.contains_key(&id) {
            self.duplicates.push(id);
        } else {
            self.objects.insert(id, Arc::new(object));
        }
    }

    /// Adds the object of that identity in another set, which both have from then on. One that is here already stays.
    pub(crate) fn share(&mut self, id: &ObjectId, other: &Self) {
        if let Some(object) = other.objects.get(id)
            && !self.objects.contains_key(id)
        {
            self.objects.insert(id.clone(), Arc::clone(object));
        }
    }

    /// Whether an object is not only equal in both sets but shared by them.
    pub(crate) fn shares(&self, other: &Self, id: &ObjectId) -> bool {
        self.objects
            .get(id)
            .zip(other.objects.get(id))
            .is_some_and(|(one, another)| Arc::ptr_eq(one, another))
    }

    /// Puts an object in the place of the one with its identity.
    ///
    /// ```
    /// use schema_core::{Column, Database, ObjectId, Table, Type};
    /// let mut schema = Database::new().with(Table::new("users"));
    /// let wider = Table::new("users").column(Column::new("id", Type::BigInt));
    /// assert_eq!(schema.replace(wider.into()), Some(Table::new("users").into()));
    /// assert_eq!(schema.table(&"users".into()).unwrap().columns.len(), 1);
    /// ```
    pub fn replace(&mut self, object: Object) -> Option<Object> {
        self.objects.insert(object.id(), Arc::new(object)).map(Arc::unwrap_or_clone)
    }

    /// Takes an object out.
    ///
    /// ```
    /// use schema_core::{Database, ObjectId, Table};
    /// let mut schema = Database::new().with(Table::new("users"));
    /// let users = ObjectId::table(&"users".into());
    /// assert!(schema.contains(&users));
    /// assert!(schema.remove(&users).is_some());
    /// assert!(schema.is_empty());
    /// ```
    pub fn remove(&mut self, id: &ObjectId) -> Option<Object> {
        self.objects.shift_remove(id).map(Arc::unwrap_or_clone)
    }

    /// Takes an object out without keeping the order of the rest, which [`sort`](Self::sort) brings back.
    pub(crate) fn take(&mut self, id: &ObjectId) -> Option<Object> {
        self.objects.swap_remove(id).map(Arc::unwrap_or_clone)
    }

    /// Takes out an object, or a part of a table or materialized view.
    pub(crate) fn remove_any(&mut self, id: &ObjectId) {
        let Some((part, owner)) = id.kind.table_part().zip(id.table_name()) else {
            self.remove(id);
            return;
        };
        if let Some(table) = self.table_mut(&owner) {
            table.remove(part, &id.name);
        } else if let Some(Object::MaterializedView(view)) =
            self.get_mut(&ObjectId::new(ObjectKind::MaterializedView, &owner))
        {
            view.indexes.remove(&id.name);
        }
    }

    /// The object of that identity.
    ///
    /// ```
    /// use schema_core::{Database, ObjectId, Table};
    /// let schema = Database::new().with(Table::new("users"));
    /// assert!(schema.get(&ObjectId::table(&"users".into())).is_some());
    /// ```
    pub fn get(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.get(id).map(Arc::as_ref)
    }

    /// The object of that identity, to change. Its identity must stay.
    ///
    /// ```
    /// use schema_core::{Database, Object, ObjectId, ObjectKind, View};
    /// let mut schema = Database::new().with(View::new("active", "SELECT 1 AS one"));
    /// let id = ObjectId::new(ObjectKind::View, &"active".into());
    /// if let Some(Object::View(view)) = schema.get_mut(&id) {
    ///     view.comment = Some("those that are active".to_owned());
    /// }
    /// assert!(matches!(schema.get(&id), Some(Object::View(view)) if view.comment.is_some()));
    /// ```
    pub fn get_mut(&mut self, id: &ObjectId) -> Option<&mut Object> {
        self.objects.get_mut(id).map(Arc::make_mut)
    }

    /// The table of that name.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new().with(Table::new("users"));
    /// assert!(schema.table(&"users".into()).is_some());
    /// ```
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.get(&ObjectId::table(name)).and_then(Object::as_table)
    }

    /// The table of that name, to change. Its name must stay.
    ///
    /// ```
    /// use schema_core::{Column, Database, Table, Type};
    /// let mut schema = Database::new().with(Table::new("users"));
    /// if let Some(users) = schema.table_mut(&"users".into()) {
    ///     users.columns.insert(Column::new("id", Type::BigInt));
    /// }
    /// assert_eq!(schema.table(&"users".into()).unwrap().columns.len(), 1);
    /// ```
    pub fn table_mut(&mut self, name: &QualifiedName) -> Option<&mut Table> {
        match self.get_mut(&ObjectId::table(name)) {
            Some(Object::Table(table)) => Some(table),
            Some(_) | None => None,
        }
    }

    /// All objects, in order.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new().with(Table::new("users"));
    /// let ids: Vec<String> = schema.objects().map(|(id, _)| id.to_string()).collect();
    /// assert_eq!(ids, ["table users"]);
    /// ```
    pub fn objects(&self) -> impl ExactSizeIterator<Item = (&ObjectId, &Object)> {
        self.objects.iter().map(|(id, object)| (id, &**object))
    }

    /// All tables, in order.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new().with(Table::new("users"));
    /// let names: Vec<String> = schema.tables().map(|table| table.name.to_string()).collect();
    /// assert_eq!(names, ["users"]);
    /// ```
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.objects.values().filter_map(|object| object.as_table())
    }

    /// Whether an object, a part of a table or materialized view, or a value of an enum is here.
    ///
    /// ```
    /// use schema_core::{Column, Database, ObjectId, ObjectKind, Table, Type};
    /// let table = Table::new("users").column(Column::new("id", Type::BigInt));
    /// let schema = Database::new().with(table);
    /// let users = ObjectId::table(&"users".into());
    /// assert!(schema.contains(&users));
    /// assert!(schema.contains(&users.part(ObjectKind::Column, "id")));
    /// assert!(!schema.contains(&users.part(ObjectKind::Column, "email")));
    /// ```
    pub fn contains(&self, id: &ObjectId) -> bool {
        let Some(owner) = id.table_name().filter(|_| id.kind.is_part()) else {
            return self.objects.contains_key(id);
        };
        let Some(part) = id.kind.table_part() else {
            return match self.get(&ObjectId::new(ObjectKind::Enum, &owner)) {
                Some(Object::Enum(ty)) => ty.values.iter().any(|value| value == id.name.as_str()),
                Some(_) | None => false,
            };
        };
        if let Some(table) = self.table(&owner) {
            return table.contains(part, &id.name);
        }
        match self.get(&ObjectId::new(ObjectKind::MaterializedView, &owner)) {
            Some(Object::MaterializedView(view)) => {
                part == TablePart::Index && view.indexes.contains(&id.name)
            }
            Some(_) | None => false,
        }
    }

    /// The names of the roles.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &Name> {
        self.objects.keys().filter(|id| id.kind == ObjectKind::Role).map(|id| &id.name)
    }

    /// How many objects there are.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new();
    /// assert!(schema.is_empty());
    /// assert_eq!(schema.with(Table::new("users")).len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// assert!(Database::new().is_empty());
    /// assert!(!Database::new().with(Table::new("users")).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Puts the objects in the order of their identities, so that the same content gives the same bytes.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let mut schema = Database::new().with(Table::new("users")).with(Table::new("posts"));
    /// schema.sort();
    /// assert_eq!(schema.tables().next().unwrap().name, "posts".into());
    /// ```
    pub fn sort(&mut self) {
        self.objects.sort_unstable_keys();
    }

    /// Adds all objects of another set; an identity that is in both is a duplicate.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let mut schema = Database::new().with(Table::new("users"));
    /// schema.extend(Database::new().with(Table::new("posts")));
    /// assert_eq!(schema.len(), 2);
    /// ```
    pub fn extend(&mut self, other: Self) {
        self.duplicates.extend(other.duplicates);
        for (id, object) in other.objects {
            if self.objects.contains_key(&id) {
                self.duplicates.push(id);
            } else {
                self.objects.insert(id, object);
            }
        }
    }

    /// What was declared twice: objects, and parts of tables and materialized views.
    ///
    /// ```
    /// use schema_core::{Database, Table};
    /// let schema = Database::new().with(Table::new("users")).with(Table::new("users"));
    /// let twice: Vec<String> = schema.duplicates().map(|id| id.to_string()).collect();
    /// assert_eq!(twice, ["table users"]);
    /// ```
    pub fn duplicates(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let parts = self.objects.iter().flat_map(|(id, object)| object.duplicates(id));
        self.duplicates.iter().cloned().chain(parts)
    }

    /// Consumes the database into its objects, in order.
    ///
    /// ```
    /// use schema_core::{Database, Object, Table};
    /// let schema = Database::new().with(Table::new("users")).with(Table::new("old_users"));
    /// let kept: Database = schema.into_objects().filter(|o| !o.id().name.as_str().starts_with("old_")).collect();
    /// assert_eq!(kept.len(), 1);
    /// ```
    pub fn into_objects(self) -> impl Iterator<Item = Object> {
        self.objects.into_values().map(Arc::unwrap_or_clone)
    }
}

impl Table {
    /// Whether the table has a part of that kind and name. The primary key is found whatever its name.
    pub(crate) fn contains(&self, part: TablePart, name: &Name) -> bool {
        match part {
            TablePart::Column => self.columns.contains(name),
            TablePart::PrimaryKey => self.primary_key.is_some(),
            TablePart::Unique => self.uniques.contains(name),
            TablePart::Check => self.checks.contains(name),
            TablePart::ForeignKey => self.foreign_keys.contains(name),
            TablePart::Exclusion => self.exclusions.contains(name),
            TablePart::Index => self.indexes.contains(name),
        }
    }

    fn remove(&mut self, part: TablePart, name: &Name) {
        match part {
            TablePart::Column => drop(self.columns.remove(name)),
            TablePart::PrimaryKey => self.primary_key = None,
            TablePart::Unique => drop(self.uniques.remove(name)),
            TablePart::Check => drop(self.checks.remove(name)),
            TablePart::ForeignKey => drop(self.foreign_keys.remove(name)),
            TablePart::Exclusion => drop(self.exclusions.remove(name)),
            TablePart::Index => drop(self.indexes.remove(name)),
        }
    }

    fn duplicates(&self) -> Vec<ObjectId> {
        let id = self.id();
        let part = |kind, names: &[Name]| names.iter().map(|n| id.part(kind, n)).collect::<Vec<_>>();
        let mut all = part(ObjectKind::Column, self.columns.duplicates());
        all.extend(part(ObjectKind::Unique, self.uniques.duplicates()));
        all.extend(part(ObjectKind::Check, self.checks.duplicates()));
        all.extend(part(ObjectKind::ForeignKey, self.foreign_keys.duplicates()));
        all.extend(part(ObjectKind::Exclusion, self.exclusions.duplicates()));
        all.extend(part(ObjectKind::Index, self.indexes.duplicates()));
        all
    }
}

impl FromIterator<Object> for Database {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        let mut all = Self::default();
        for object in objects {
            all.insert(object);
        }
        all
    }
}

impl Serialize for Database {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut objects: Vec<_> = self.objects.iter().collect();
        objects.sort_unstable_by_key(|(id, _)| *id);
        serializer.collect_seq(objects.into_iter().map(|(_, object)| &**object))
    }
}

impl<'de> Deserialize<'de> for Database {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Object>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Database;
    use crate::{Column, ObjectId, Table, Type, View};

    #[test]
    fn a_clone_shares_what_neither_changes() {
        let id = |name: &str| ObjectId::table(&name.into());
        let original =
            Database::new().with(Table::new("a")).with(Table::new("b")).with(View::new("v", "select 1"));
        let mut copy = original.clone();
        assert!(copy == original && copy.shares(&original, &id("a")));
        let column = Column::new("x", Type::BigInt);
        copy.table_mut(&"a".into()).unwrap().columns.insert(column);
        assert!(copy != original && original.table(&"a".into()).unwrap().columns.is_empty());
        assert!(!copy.shares(&original, &id("a")) && copy.shares(&original, &id("b")));
        assert_eq!(copy.remove(&id("b")), original.get(&id("b")).cloned());
        assert!(original.contains(&id("b")));
        let mut taken = Database::new().with(Table::new("b"));
        taken.share(&id("b"), &original);
        taken.share(&id("a"), &original);
        assert!(!taken.shares(&original, &id("b")) && taken.shares(&original, &id("a")));
        assert_eq!(taken.duplicates().count(), 0);
    }
}
