//! What an engine says a schema is.

use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};

use crate::{Database, ObjectId};

/// For each object, the objects that it needs: those must exist before it, and go after it.
///
/// The graph is as fine as the engine tells: keys and values may be parts of tables (a view needs a column).
///
/// ```
/// use schema_core::{Dependencies, ObjectId, ObjectKind};
/// let view = ObjectId::new(ObjectKind::View, &"active_users".into());
/// let users = ObjectId::table(&"users".into());
///
/// let mut needs = Dependencies::default();
/// needs.insert(view.clone(), users.clone());
/// assert!(needs.of(&view).eq([&users]));
/// assert!(needs.iter().eq([(&view, &users)]));
///
/// let mut all = Dependencies::default();
/// all.extend(&needs);
/// assert_eq!(all, needs);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dependencies {
    #[serde(with = "indexmap::map::serde_seq")]
    needs: IndexMap<ObjectId, IndexSet<ObjectId>>,
}

impl Dependencies {
    /// Records that `object` needs `needed`.
    pub fn insert(&mut self, object: ObjectId, needed: ObjectId) {
        if object != needed {
            self.needs.entry(object).or_default().insert(needed);
        }
    }

    /// What `object` needs.
    pub fn of(&self, object: &ObjectId) -> impl Iterator<Item = &ObjectId> {
        self.needs.get(object).into_iter().flatten()
    }

    /// Every recorded pair: an object, and one that it needs.
    pub fn iter(&self) -> impl Iterator<Item = (&ObjectId, &ObjectId)> {
        self.needs.iter().flat_map(|(object, needed)| needed.iter().map(move |n| (object, n)))
    }

    /// Adds all pairs of another graph.
    pub fn extend(&mut self, other: &Self) {
        for (object, needed) in other.iter() {
            self.insert(object.clone(), needed.clone());
        }
    }
}

/// A schema as an engine prints it, with the dependencies that the engine knows: the only kind that is compared.
///
/// The dialects make it, by inspecting a database or by letting the engine hold what was declared.
///
/// ```
/// use schema_core::{Canonical, Column, Database, Dependencies, Table, Type};
/// // In the engine's own words, as it would be read back.
/// let users = Table::new("users").column(Column::new("id", Type::native("bigint")));
/// let schema = Canonical::observed(Database::new().with(users), Dependencies::default());
/// assert_eq!(schema.database.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Canonical {
    /// The objects, in the order of their identities.
    pub database: Database,
    /// What needs what.
    #[serde(default)]
    pub dependencies: Dependencies,
}

impl Canonical {
    /// Vouches that `database` is what an engine printed. For dialects, and for tests that stand in for one.
    pub fn observed(mut database: Database, dependencies: Dependencies) -> Self {
        database.sort();
        Self { database, dependencies }
    }
}
