//! Which object of the model stands behind an object id of the catalog.

use std::collections::HashMap;

use schema_core::{Name, ObjectId, ObjectKind, QualifiedName, Sql, Type};

/// Object ids travel as 64-bit numbers.
pub(super) type Oid = i64;

/// The catalogs, by the object ids that every PostgreSQL gives them.
pub(super) mod class {
    use super::Oid;
    pub(in crate::inspect) const TYPE: Oid = 1247;
    pub(in crate::inspect) const PROC: Oid = 1255;
    pub(in crate::inspect) const RELATION: Oid = 1259;
    pub(in crate::inspect) const OPERATOR_IN_FAMILY: Oid = 2602;
    pub(in crate::inspect) const FUNCTION_IN_FAMILY: Oid = 2603;
    pub(in crate::inspect) const ATTRDEF: Oid = 2604;
    pub(in crate::inspect) const CONSTRAINT: Oid = 2606;
    pub(in crate::inspect) const NAMESPACE: Oid = 2615;
    pub(in crate::inspect) const OPERATOR_CLASS: Oid = 2616;
    pub(in crate::inspect) const REWRITE: Oid = 2618;
    pub(in crate::inspect) const PUBLICATION: Oid = 6104;
    pub(in crate::inspect) const PUBLICATION_REL: Oid = 6106;
    pub(in crate::inspect) const TRIGGER: Oid = 2620;
    pub(in crate::inspect) const OPERATOR_FAMILY: Oid = 2753;
    pub(in crate::inspect) const EXTENSION: Oid = 3079;
    pub(in crate::inspect) const POLICY: Oid = 3256;
}

/// The objects that were read, by their object ids.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) schemas: HashMap<Oid, Name>,
    pub(super) objects: HashMap<(Oid, Oid), ObjectId>,
    pub(super) columns: HashMap<(Oid, i32), Name>,
    types: HashMap<Oid, Type>,
    comments: HashMap<(Oid, Oid, i32), String>,
}

impl Ids {
    pub(super) fn set_comments(&mut self, comments: HashMap<(Oid, Oid, i32), String>) {
        self.comments = comments;
    }

    /// The comment of an object.
    pub(super) fn comment(&self, class: Oid, oid: Oid) -> Option<String> {
        self.comments.get(&(class, oid, 0)).cloned()
    }

    /// The comment of a column.
    pub(super) fn column_comment(&self, relation: Oid, number: i32) -> Option<String> {
        self.comments.get(&(class::RELATION, relation, number)).cloned()
    }

    /// Remembers an object.
    pub(super) fn insert(&mut self, class: Oid, oid: Oid, id: ObjectId) {
        self.objects.insert((class, oid), id);
    }

    /// Remembers a type of the schema and its array type.
    pub(super) fn insert_type(&mut self, oid: Oid, array: Oid, id: &ObjectId) {
        let ty = Type::Named(id.qualified_name());
        self.insert(class::TYPE, oid, id.clone());
        if array != 0 {
            self.insert(class::TYPE, array, id.clone());
            self.types.insert(array, ty.clone().array());
        }
        self.types.insert(oid, ty);
    }

    /// A type: by name where it is one of the schema's, otherwise as the engine prints it.
    pub(super) fn ty(&self, oid: Oid, printed: &str) -> Type {
        self.types.get(&oid).cloned().unwrap_or_else(|| Type::Native(Sql::new(printed)))
    }

    /// The name of an object with its schema.
    pub(super) fn qualified(&self, schema: Oid, name: &str) -> Option<QualifiedName> {
        Some(QualifiedName { schema: Some(self.schemas.get(&schema)?.clone()), name: Name::from(name) })
    }

    /// A relation of the scope.
    pub(super) fn relation(&self, oid: Oid) -> Option<QualifiedName> {
        self.objects.get(&(class::RELATION, oid)).map(ObjectId::qualified_name)
    }

    /// The columns of a relation by their numbers.
    pub(super) fn column_names(&self, relation: Oid, numbers: Option<&[i32]>) -> Vec<Name> {
        let numbers = numbers.unwrap_or_default();
        numbers.iter().filter_map(|n| self.columns.get(&(relation, *n)).cloned()).collect()
    }

    /// What a dependency is about: a column where one is named, otherwise the whole object.
    pub(super) fn find(&self, class: Oid, oid: Oid, part: i32) -> Option<ObjectId> {
        let object = self.objects.get(&(class, oid))?;
        match self.columns.get(&(oid, part)) {
            Some(column) if class == class::RELATION && part > 0 && object.kind == ObjectKind::Table => {
                Some(object.part(ObjectKind::Column, column))
            }
            _ => Some(object.clone()),
        }
    }
}

/// A collation that is not the type's own.
pub(super) fn collation(schema: Option<&String>, name: Option<&String>) -> Option<QualifiedName> {
    Some(QualifiedName::within(schema?, name?))
}
