//! Renames: what keeps its content under another name.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::hints::spelled;
use crate::{
    Database, ForeignKey, KeyExpression, KeyPart, MaterializedView, Name, Object, ObjectId, ObjectKind, Part,
    Parts, QualifiedName, Sql, Table, Type,
};

/// One object or part under another name.
///
/// ```
/// use schema_core::diff::Rename;
/// use schema_core::{ObjectId, ObjectKind};
/// let from = ObjectId::on(ObjectKind::Column, &"users".into(), "mail");
/// let rename = Rename { from, to: "email".into() };
/// assert_eq!(format!("{} -> {}", rename.from, rename.to), "column users.mail -> email");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// Its identity before all renames.
    pub from: ObjectId,
    /// Its name afterwards. It stays in its schema and, for parts, on its table.
    pub to: Name,
}

/// A set of renames that happen all at once, each `from` once.
///
/// ```
/// use schema_core::diff::{Rename, Renames};
/// use schema_core::{Column, Database, Object, ObjectId, ObjectKind, Table, Type};
///
/// let people = ObjectId::table(&"people".into());
/// let mail = people.part(ObjectKind::Column, "mail");
/// let renames: Renames = [
///     Rename { from: people.clone(), to: "users".into() },
///     Rename { from: mail.clone(), to: "email".into() },
/// ]
/// .into_iter()
/// .collect();
/// assert_eq!(renames.target(&mail).to_string(), "column users.email");
/// assert_eq!(renames.relation(&"people".into()), "users".into());
/// assert_eq!(renames.column(&"people".into(), &"mail".into()), "email");
/// assert_eq!(renames.ty(&"people".into()), "people".into(), "no type is called so");
///
/// let table = Table::new("people").column(Column::new("mail", Type::native("text")));
/// let after = Table::new("users").column(Column::new("email", Type::native("text")));
/// assert_eq!(renames.object(table.clone().into()), Object::from(after.clone()));
/// assert_eq!(renames.apply(Database::new().with(table)), Database::new().with(after));
/// assert!(renames.then(&renames.inverse()).is_empty());
/// assert_eq!(renames.iter().len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Rename>", into = "Vec<Rename>")]
pub struct Renames(IndexMap<ObjectId, Rename>);

impl FromIterator<Rename> for Renames {
    /// A rename to the same name is none; of two of the same thing, the last counts.
    fn from_iter<I: IntoIterator<Item = Rename>>(renames: I) -> Self {
        let real = renames.into_iter().filter(|rename| rename.from.name != rename.to);
        Self(real.map(|rename| (rename.from.clone(), rename)).collect())
    }
}

impl From<Vec<Rename>> for Renames {
    fn from(renames: Vec<Rename>) -> Self {
        renames.into_iter().collect()
    }
}

impl From<Renames> for Vec<Rename> {
    fn from(renames: Renames) -> Self {
        renames.0.into_values().collect()
    }
}

impl Renames {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The renames, in the order given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rename> {
        self.0.values()
    }

    /// What an identity is after the renames, those of its table included.
    pub fn target(&self, id: &ObjectId) -> ObjectId {
        let mut renamed = id.clone();
        if let Some(rename) = self.0.get(id) {
            renamed.name = rename.to.clone();
        }
        if let Some(owner) = id.table_name() {
            let owner =
                if id.kind == ObjectKind::EnumValue { self.ty(&owner) } else { self.relation(&owner) };
            renamed.table = Some(owner.name);
        }
        if id.kind == ObjectKind::Routine {
            renamed.signature = renamed.signature.map(|types| self.printed_types(&types));
        }
        renamed
    }

    /// The types of a routine, as the engine prints them.
    fn printed_types(&self, types: &str) -> String {
        if self.is_empty() {
            return types.to_owned();
        }
        let renamed = types.split(", ").map(|ty| {
            let element = ty.trim_end_matches("[]");
            let kept = element.strip_prefix("SETOF ").unwrap_or(element);
            match printed(kept).map(|old| (self.relation(&self.ty(&old)), old)) {
                Some((new, old)) if new != old => ty.replacen(kept, &print(&new), 1),
                Some(_) | None => ty.to_owned(),
            }
        });
        renamed.collect::<Vec<_>>().join(", ")
    }

    /// What a table or view is called after the renames.
    pub fn relation(&self, name: &QualifiedName) -> QualifiedName {
        self.lookup(&[ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView], name)
    }

    /// What a type is called after the renames.
    pub fn ty(&self, name: &QualifiedName) -> QualifiedName {
        self.lookup(&[ObjectKind::Enum, ObjectKind::Domain, ObjectKind::Composite, ObjectKind::Range], name)
    }

    fn lookup(&self, kinds: &[ObjectKind], name: &QualifiedName) -> QualifiedName {
        kinds
            .iter()
            .find_map(|kind| self.0.get(&ObjectId::new(*kind, name)))
            .map_or_else(|| name.clone(), |rename| name.sibling(&rename.to))
    }

    /// What a column of a table (by its old name) is called after the renames.
    pub fn column(&self, table: &QualifiedName, column: &Name) -> Name {
        self.part(ObjectKind::Column, table, column)
    }

    fn part(&self, kind: ObjectKind, table: &QualifiedName, name: &Name) -> Name {
        self.0.get(&ObjectId::on(kind, table, name)).map_or_else(|| name.clone(), |rename| rename.to.clone())
    }

    /// The renames that take these back.
    pub fn inverse(&self) -> Self {
        self.iter().map(|r| Rename { from: self.target(&r.from), to: r.from.name.clone() }).collect()
    }

    /// These renames followed by others, as one.
    pub fn then(&self, next: &Self) -> Self {
        let back = self.inverse();
        let mut all: IndexMap<ObjectId, Name> =
            self.iter().map(|r| (r.from.clone(), next.target(&self.target(&r.from)).name)).collect();
        for rename in next.iter() {
            all.entry(back.target(&rename.from)).or_insert_with(|| rename.to.clone());
        }
        all.into_iter().map(|(from, to)| Rename { from, to }).collect()
    }

    /// Renames everything in a database that carries or mentions one of the names: identities, key columns,
    /// references, owners. SQL texts stay: only the engine knows what they mean.
    pub fn apply(&self, database: Database) -> Database {
        if self.is_empty() {
            return database;
        }
        database.into_objects().map(|object| self.object(object)).collect()
    }

    /// Renames within one object.
    pub fn object(&self, object: Object) -> Object {
        let id = object.id();
        let name = self.target(&id).name;
        match object {
            Object::Schema(mut o) => {
                o.name = name;
                Object::Schema(o)
            }
            Object::Extension(mut o) => {
                o.name = name;
                Object::Extension(o)
            }
            Object::Enum(mut o) => {
                for value in &mut o.values {
                    let from = id.part(ObjectKind::EnumValue, value.as_str());
                    if let Some(rename) = self.0.get(&from) {
                        *value = rename.to.to_string();
                    }
                }
                o.name.name = name;
                Object::Enum(o)
            }
            Object::Domain(mut o) => {
                o.name.name = name;
                self.named_type(&mut o.base);
                Object::Domain(o)
            }
            Object::Composite(mut o) => {
                o.name.name = name;
                for attribute in &mut o.attributes {
                    self.named_type(&mut attribute.ty);
                }
                Object::Composite(o)
            }
            Object::Range(mut o) => {
                o.name.name = name;
                self.named_type(&mut o.subtype);
                Object::Range(o)
            }
            Object::Sequence(mut o) => {
                o.name.name = name;
                if let Some((table, column)) = &mut o.owned_by {
                    *column = self.column(table, column);
                    *table = self.relation(table);
                }
                Object::Sequence(o)
            }
            Object::Table(mut o) => {
                self.table(&mut o);
                Object::Table(o)
            }
            Object::View(mut o) => {
                o.name.name = name;
                Object::View(o)
            }
            Object::MaterializedView(mut o) => {
                self.materialized_view(&mut o);
                Object::MaterializedView(o)
            }
            Object::Routine(mut o) => {
                o.name.name = name;
                o.arguments = self.printed_types(&o.arguments);
                o.returns = o.returns.map(|sql| Sql::new(self.printed_types(sql.as_str())));
                Object::Routine(o)
            }
            Object::Trigger(mut o) => {
                o.name = name;
                o.table = self.relation(&o.table);
                Object::Trigger(o)
            }
            Object::Policy(mut o) => {
                o.name = name;
                o.table = self.relation(&o.table);
                Object::Policy(o)
            }
            Object::Sql(mut o) => {
                if let Some(table) = &mut o.table {
                    *table = self.relation(&o.name.sibling(&*table)).name;
                }
                o.name.name = name;
                Object::Sql(o)
            }
            Object::Privileges(mut o) => {
                let on = o.object.qualified_name();
                o.grants.iter_mut().filter_map(|grant| grant.column.as_mut()).for_each(|column| {
                    *column = self.column(&on, column);
                });
                o.object = self.target(&o.object);
                Object::Privileges(o)
            }
            object @ (Object::DefaultPrivileges(_) | Object::Role(_)) => object,
        }
    }

    /// Renames within one table.
    pub(super) fn table(&self, table: &mut Table) {
        let old = table.name.clone();
        table.name = self.relation(&old);
        let column = |name: &mut Name| *name = self.column(&old, name);
        let key_columns = |parts: &mut [KeyPart]| parts.iter_mut().for_each(|part| self.key_part(&old, part));

        self.parts(ObjectKind::Column, &old, &mut table.columns);
        for part in table.columns.iter_mut() {
            self.named_type(&mut part.ty);
        }
        if let Some(key) = &mut table.primary_key {
            if let Some(name) = &mut key.name {
                *name = self.part(ObjectKind::PrimaryKey, &old, name);
            }
            key_columns(&mut key.columns);
            key.include.iter_mut().for_each(column);
        }
        self.parts(ObjectKind::Unique, &old, &mut table.uniques);
        for unique in table.uniques.iter_mut() {
            key_columns(&mut unique.columns);
            unique.include.iter_mut().for_each(column);
        }
        self.parts(ObjectKind::Check, &old, &mut table.checks);
        for check in table.checks.iter_mut() {
            check.column.iter_mut().for_each(column);
        }
        self.parts(ObjectKind::ForeignKey, &old, &mut table.foreign_keys);
        for foreign_key in table.foreign_keys.iter_mut() {
            self.foreign_key(&old, foreign_key);
        }
        self.parts(ObjectKind::Exclusion, &old, &mut table.exclusions);
        for exclusion in table.exclusions.iter_mut() {
            exclusion.elements.iter_mut().for_each(|element| self.key_part(&old, &mut element.part));
            exclusion.include.iter_mut().for_each(column);
        }
        self.indexes(&old, &mut table.indexes);
        let postgres = &mut table.options.postgres;
        postgres.inherits.iter_mut().for_each(|parent| *parent = self.relation(parent));
        if let Some((parent, _)) = &mut postgres.partition_of {
            *parent = self.relation(parent);
        }
        if let Some(ty) = &mut postgres.of_type {
            *ty = self.ty(ty);
        }
        if let Some(index) = &mut postgres.clustered_on {
            *index = self.part(ObjectKind::Index, &old, index);
        }
        // Unnamed parts are found by a key made from their content, which the renames may have changed.
        rekey(&mut table.uniques);
        rekey(&mut table.checks);
        rekey(&mut table.foreign_keys);
        rekey(&mut table.exclusions);
        rekey(&mut table.indexes);
    }

    fn materialized_view(&self, view: &mut MaterializedView) {
        let old = view.name.clone();
        view.name = self.relation(&old);
        self.indexes(&old, &mut view.indexes);
    }

    fn indexes(&self, table: &QualifiedName, indexes: &mut Parts<crate::Index>) {
        self.parts(ObjectKind::Index, table, indexes);
        for index in indexes.iter_mut() {
            index.parts.iter_mut().for_each(|part| self.key_part(table, part));
            index.include.iter_mut().for_each(|name| *name = self.column(table, name));
        }
    }

    fn foreign_key(&self, table: &QualifiedName, foreign_key: &mut ForeignKey) {
        for name in foreign_key.columns.iter_mut().chain(&mut foreign_key.set_columns) {
            *name = self.column(table, name);
        }
        for name in &mut foreign_key.referenced_columns {
            *name = self.column(&foreign_key.references, name);
        }
        foreign_key.references = self.relation(&foreign_key.references);
    }

    fn key_part(&self, table: &QualifiedName, part: &mut KeyPart) {
        match &mut part.value {
            KeyExpression::Column(name) => *name = self.column(table, name),
            KeyExpression::Expression(_) => {}
        }
    }

    fn named_type(&self, ty: &mut Type) {
        if let Type::Array(element) = ty {
            self.named_type(element);
        } else if let Type::Enum(name) | Type::Named(name) = ty {
            *name = self.ty(name);
        }
    }

    fn parts<T: Part>(&self, kind: ObjectKind, table: &QualifiedName, parts: &mut Parts<T>) {
        let named: Vec<(Name, Name)> = parts
            .names()
            .map(|name| (name.clone(), self.part(kind, table, name)))
            .filter(|(from, to)| from != to)
            .collect();
        if named.is_empty() {
            return;
        }
        let names: IndexMap<Name, Name> = named.into_iter().collect();
        *parts = std::mem::take(parts)
            .into_iter()
            .map(|mut part| {
                if let Some(to) = names.get(&part.key()) {
                    part.set_name(to.clone());
                }
                part
            })
            .collect();
    }
}

/// A name with its schema as PostgreSQL prints it.
fn printed(text: &str) -> Option<QualifiedName> {
    let unquoted = |word: &str| {
        let inner = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
        inner.map_or_else(|| word.to_owned(), |inner| inner.replace("\"\"", "\""))
    };
    let quoted = text.starts_with('"');
    let (schema, name) = if quoted { text.split_once("\".") } else { text.split_once('.') }?;
    let schema = if quoted { format!("{schema}\"") } else { schema.to_owned() };
    Some((unquoted(&schema).as_str(), unquoted(name).as_str()).into())
}

fn print(name: &QualifiedName) -> String {
    let schema = name.schema.as_ref().map(|schema| format!("{}.", spelled(schema)));
    format!("{}{}", schema.unwrap_or_default(), spelled(&name.name))
}

fn rekey<T: Part>(parts: &mut Parts<T>) {
    if parts.iter().zip(parts.names()).any(|(part, key)| part.key() != *key) {
        *parts = std::mem::take(parts).into_iter().collect();
    }
}
