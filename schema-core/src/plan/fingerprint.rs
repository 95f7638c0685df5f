//! Hashes that stand for schemas and plans.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Database, Object, ObjectId, Part, Parts};

/// A SHA-256 in hexadecimal, over the canonical JSON form of a value.
///
/// ```
/// use schema_core::{Column, Database, Fingerprint, Table, Type};
/// let [id, email] = ["id", "email"].map(|name| Column::new(name, Type::native("text")));
/// let one = Database::new().with(Table::new("users").column(id.clone()).column(email.clone()));
/// let other = Database::new().with(Table::new("users").column(email).column(id));
/// let fingerprint = Fingerprint::of_schema(&one);
/// assert_eq!(fingerprint, Fingerprint::of_schema(&other), "whatever the order of columns");
/// assert_eq!((fingerprint.as_str().len(), fingerprint.short().len()), (64, 12));
/// assert_ne!(Fingerprint::of(&1), Fingerprint::of(&2));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a value's JSON form.
    pub fn of(value: &impl Serialize) -> Self {
        Self::hex(&digest(value))
    }

    /// The fingerprint of a schema. It does not depend on the physical order of columns.
    pub fn of_schema(database: &Database) -> Self {
        SchemaHash::of(database).fingerprint()
    }

    fn hex(bytes: &[u8]) -> Self {
        Self(crate::naming::hex(bytes))
    }

    /// The hexadecimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first characters, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Fingerprint {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The hash of a set of objects, kept up to date object by object, so that proving a plan of many steps over many
/// objects stays linear: the sum, lane by lane, of the objects' own hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct SchemaHash([u64; 4]);

impl SchemaHash {
    pub(super) fn of(database: &Database) -> Self {
        let mut hash = Self::default();
        for (_, object) in database.objects() {
            hash.add(object);
        }
        hash
    }

    pub(super) fn add(&mut self, object: &Object) {
        self.combine(object, u64::wrapping_add);
    }

    pub(super) fn remove(&mut self, object: &Object) {
        self.combine(object, u64::wrapping_sub);
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let bytes: Vec<u8> = self.0.iter().flat_map(|lane| lane.to_be_bytes()).collect();
        Fingerprint::hex(&Sha256::digest(bytes))
    }

    fn combine(&mut self, object: &Object, with: fn(u64, u64) -> u64) {
        let bytes = object_digest(object);
        for (lane, chunk) in self.0.iter_mut().zip(bytes.chunks_exact(8)) {
            let word = chunk.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
            *lane = with(*lane, word);
        }
    }
}

/// The hash of one object, the same for any order of its parts.
fn object_digest(object: &Object) -> [u8; 32] {
    #[derive(Serialize)]
    struct Identified<'a> {
        id: ObjectId,
        object: &'a Object,
    }
    let mut object = Cow::Borrowed(object);
    if has_parts(&object) {
        sort_parts(object.to_mut());
    }
    digest(&Identified { id: object.id(), object: &object })
}

fn has_parts(object: &Object) -> bool {
    matches!(object, Object::Table(_) | Object::MaterializedView(_) | Object::Domain(_))
}

fn sort_parts(object: &mut Object) {
    match object {
        Object::Table(table) => {
            sort(&mut table.columns);
            sort(&mut table.uniques);
            sort(&mut table.checks);
            sort(&mut table.foreign_keys);
            sort(&mut table.exclusions);
            sort(&mut table.indexes);
        }
        Object::MaterializedView(view) => sort(&mut view.indexes),
        Object::Domain(domain) => sort(&mut domain.checks),
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::View(_)
        | Object::Routine(_)
        | Object::Trigger(_)
        | Object::Policy(_)
        | Object::Sql(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => {}
    }
}

fn sort<T: Part>(parts: &mut Parts<T>) {
    if !parts.names().is_sorted() {
        let mut names: Vec<_> = parts.names().cloned().collect();
        names.sort_unstable();
        parts.reorder(&names);
    }
}

fn digest(value: &impl Serialize) -> [u8; 32] {
    let mut hasher = Sha256::new();
    // Writing into a hasher cannot fail, and our own types have no keys that JSON cannot hold; a value that could
    // not be written would leave the hash of its first part, never a panic.
    let _ = serde_json::to_writer(HashWriter(&mut hasher), value);
    hasher.finalize().into()
}

struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
