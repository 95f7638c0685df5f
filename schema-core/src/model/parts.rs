//! Named parts of an object, in order, each name once.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Name;

/// Something that is found by a name within its owner: a column, a constraint, an index.
///
/// ```
/// use schema_core::{Index, Part};
/// let mut index = Index::on(["email"]).named("by_email");
/// assert_eq!(index.key(), "by_email");
/// index.set_name("users_by_email".into());
/// assert_eq!(index.name.unwrap(), "users_by_email");
/// ```
pub trait Part {
    /// The name, or for an unnamed part a key made from its content.
    fn key(&self) -> Name;

    /// Gives the part another name. Unnamed constraints stay unnamed.
    fn set_name(&mut self, name: Name);
}

/// Parts by name, in declaration order.
///
/// Equality ignores the order: it is physical, and only some engines can change it. Where the order of columns
/// matters, the diff says so in a field of its own.
///
/// ```
/// use schema_core::{Column, Name, Parts, Type};
/// let mut columns = Parts::default();
/// columns.insert(Column::new("id", Type::BigInt));
/// columns.insert(Column::new("email", Type::Text));
/// assert_eq!((columns.len(), columns.is_empty()), (2, false));
/// assert_eq!(columns.get(&"email".into()), columns.at(1));
/// assert_eq!(columns.position(&"email".into()), Some(1));
///
/// // A name that is there already is remembered, and never replaced by chance.
/// columns.insert(Column::new("id", Type::Integer));
/// assert_eq!(columns.duplicates(), ["id"]);
/// assert_eq!(columns.at(0).unwrap().ty, Type::BigInt);
/// columns.replace(Column::new("id", Type::Integer));
/// columns.get_mut(&"email".into()).unwrap().nullable = true;
/// columns.iter_mut().for_each(|column| column.comment = None);
///
/// columns.reorder(&["email".into(), "id".into()]);
/// assert!(columns.names().eq(["email", "id"].map(Name::from).iter()));
/// assert!(columns.remove(&"id".into()).is_some());
/// assert!(!columns.contains(&"id".into()) && columns.iter().all(|column| column.nullable));
/// ```
#[derive(Clone, Debug)]
pub struct Parts<T> {
    items: IndexMap<Name, T>,
    duplicates: Vec<Name>,
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self { items: IndexMap::new(), duplicates: Vec::new() }
    }
}

impl<T: PartialEq> PartialEq for Parts<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items && self.duplicates == other.duplicates
    }
}

impl<T: Part> Parts<T> {
    /// Adds a part. A second part of the same name is remembered as a duplicate, which
    /// [`Database::duplicates`](super::Database::duplicates) reports: nothing is replaced silently.
    pub fn insert(&mut self, part: T) {
        let key = part.key();
        if self.items.contains_key(&key) {
            self.duplicates.push(key);
        } else {
            self.items.insert(key, part);
        }
    }

    /// Puts a part in the place of the one with its name, or at the end.
    pub fn replace(&mut self, part: T) -> Option<T> {
        self.items.insert(part.key(), part)
    }

    /// Adds those of other parts whose names are not here.
    pub(crate) fn absorb(&mut self, others: Self) {
        for (name, part) in others.items {
            self.items.entry(name).or_insert(part);
        }
    }

    /// Puts `part` in the place of the part called `old`, whatever its own name is.
    ///
    /// ```
    /// use schema_core::{Index, Parts};
    /// let mut indexes: Parts<Index> = [Index::on(["a"]).named("one"), Index::on(["b"]).named("two")].into_iter().collect();
    /// indexes.replace_named(&"one".into(), Index::on(["a"]).named("first"));
    /// assert_eq!(indexes.at(0).unwrap().name.as_ref().unwrap(), "first");
    /// ```
    pub fn replace_named(&mut self, old: &Name, part: T) -> Option<T> {
        let at = self.items.get_index_of(old);
        let previous = self.items.shift_remove(old);
        let key = part.key();
        match at {
            Some(at) if !self.items.contains_key(&key) => {
                self.items.shift_insert(at, key, part);
            }
            _ => {
                self.items.insert(key, part);
            }
        }
        previous
    }

    /// Puts the parts in the given order; those not named come last, as they were.
    pub fn reorder(&mut self, order: &[Name]) {
        let rank: IndexMap<&Name, usize> = order.iter().enumerate().map(|(i, n)| (n, i)).collect();
        self.items.sort_by_key(|name, _| rank.get(name).copied().unwrap_or(usize::MAX));
    }
}

impl<T> Parts<T> {
    /// The part of that name.
    pub fn get(&self, name: &Name) -> Option<&T> {
        self.items.get(name)
    }

    /// The part of that name, to change. Its name must stay.
    pub fn get_mut(&mut self, name: &Name) -> Option<&mut T> {
        self.items.get_mut(name)
    }

    /// The part at a position.
    pub fn at(&self, index: usize) -> Option<&T> {
        self.items.get_index(index).map(|(_, part)| part)
    }

    /// The position of a part.
    pub fn position(&self, name: &Name) -> Option<usize> {
        self.items.get_index_of(name)
    }

    /// Whether there is a part of that name.
    pub fn contains(&self, name: &Name) -> bool {
        self.items.contains_key(name)
    }

    /// Takes a part out, keeping the order of the rest.
    pub fn remove(&mut self, name: &Name) -> Option<T> {
        self.items.shift_remove(name)
    }

    /// The parts in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.items.values()
    }

    /// The parts in order, to change. Their names must stay.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.values_mut()
    }

    /// The names in order.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &Name> + ExactSizeIterator {
        self.items.keys()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Names that were given to more than one part.
    pub fn duplicates(&self) -> &[Name] {
        &self.duplicates
    }
}

impl<T: Part> FromIterator<T> for Parts<T> {
    fn from_iter<I: IntoIterator<Item = T>>(parts: I) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.insert(part);
        }
        all
    }
}

impl<T> IntoIterator for Parts<T> {
    type Item = T;
    type IntoIter = indexmap::map::IntoValues<Name, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_values()
    }
}

impl<'a, T> IntoIterator for &'a Parts<T> {
    type Item = &'a T;
    type IntoIter = indexmap::map::Values<'a, Name, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.values()
    }
}

impl<T: Serialize> Serialize for Parts<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.values())
    }
}

impl<'de, T: Part + Deserialize<'de>> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}
