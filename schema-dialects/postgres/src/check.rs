//! What PostgreSQL cannot hold of a declared schema.

use schema_core::{
    Column, Database, Index, IndexMethod, Name, Object, ObjectId, ObjectKind, Part, Parts, Problem, Table,
    Type, Version,
};

use crate::render::NAME_LIMIT;

/// Every problem, each with its object.
pub(crate) fn check(declared: &Database, version: Version) -> Vec<Problem> {
    let mut check = Check { version, problems: Vec::new() };
    for (id, object) in declared.objects() {
        check.name(id, &id.name);
        if object.holds_nul() {
            check.problem(id, "PostgreSQL ends a text at a NUL, and this holds one");
        }
        if let Object::Table(table) = object {
            check.table(table);
        } else if let Object::Enum(ty) = object {
            for value in &ty.values {
                check.text(id, value, "enum value");
            }
        }
    }
    check.problems
}

struct Check {
    version: Version,
    problems: Vec<Problem>,
}

impl Check {
    fn problem(&mut self, object: &ObjectId, message: impl Into<String>) {
        self.problems.push(Problem { object: object.clone(), message: message.into() });
    }

    fn name(&mut self, object: &ObjectId, name: &Name) {
        // The names of objects kept as SQL hold their arguments; privileges are named after their object.
        if matches!(object.kind, ObjectKind::Sql(_) | ObjectKind::Privileges) {
            return;
        }
        if name.as_str().is_empty() {
            self.problem(object, "a name must not be empty");
        } else if name.as_str().len() > NAME_LIMIT {
            let length = name.as_str().len();
            self.problem(
                object,
                format!(
                    "the name has {length} bytes, and PostgreSQL cuts names after {NAME_LIMIT}: shorten it"
                ),
            );
        }
        self.text(object, name.as_str(), "name");
        let reserved = object.kind == ObjectKind::Schema && name.as_str().starts_with("pg_");
        if reserved || object.schema.as_ref().is_some_and(|schema| schema.as_str().starts_with("pg_")) {
            self.problem(object, "names of schemas that begin with pg_ are PostgreSQL's own");
        }
    }

    fn text(&mut self, object: &ObjectId, text: &str, what: &str) {
        if text.contains('\0') {
            self.problem(object, format!("the {what} holds a NUL character, which PostgreSQL cannot store"));
        }
    }

    fn table(&mut self, table: &Table) {
        let id = table.id();
        for column in table.columns.iter() {
            self.column(&id, column);
        }
        self.parts(&id, ObjectKind::Unique, &table.uniques);
        self.parts(&id, ObjectKind::Check, &table.checks);
        self.parts(&id, ObjectKind::ForeignKey, &table.foreign_keys);
        self.parts(&id, ObjectKind::Exclusion, &table.exclusions);
        for index in table.indexes.iter() {
            self.index(&id, index);
        }
        if self.version.major < 15 && table.uniques.iter().any(|unique| unique.nulls_not_distinct) {
            self.problem(&id, "NULLS NOT DISTINCT needs PostgreSQL 15");
        }
        let overlaps = table.primary_key.as_ref().is_some_and(|key| key.without_overlaps)
            || table.uniques.iter().any(|unique| unique.without_overlaps)
            || table.foreign_keys.iter().any(|key| key.period);
        if self.version.major < 18 && overlaps {
            self.problem(&id, "WITHOUT OVERLAPS and PERIOD need PostgreSQL 18");
        }
        if self.version.major < 18
            && (table.checks.iter().any(|check| !check.enforced)
                || table.foreign_keys.iter().any(|key| !key.enforced))
        {
            self.problem(&id, "NOT ENFORCED needs PostgreSQL 18");
        }
    }

    fn parts<T: Part>(&mut self, table: &ObjectId, kind: ObjectKind, parts: &Parts<T>) {
        for name in parts.names().filter(|name| !name.as_str().contains(' ')) {
            self.name(&table.part(kind, name), name);
        }
    }

    fn column(&mut self, table: &ObjectId, column: &Column) {
        let id = table.part(ObjectKind::Column, &column.name);
        self.name(&id, &column.name);
        let ty = column.type_for(schema_core::Engine::Postgres);
        if matches!(*ty, Type::Unsigned(bits) if bits > 32) {
            self.problem(&id, "PostgreSQL has no unsigned 64-bit number: use a bigint, or numeric(20)");
        }
        if column.identity.is_some() && column.default.is_some() {
            self.problem(&id, "an identity column has no default of its own");
        }
        if column.generated.is_some() && (column.identity.is_some() || column.default.is_some()) {
            self.problem(&id, "a generated column has neither a default nor an identity");
        }
        let is_virtual =
            column.generated.as_ref().is_some_and(|g| g.kind == schema_core::GeneratedKind::Virtual);
        if is_virtual && self.version.major < 18 {
            self.problem(&id, "virtual generated columns need PostgreSQL 18: make it a stored one");
        }
        let not_mine =
            !column.mysql.attributes.is_empty() || column.mysql.invisible || column.mysql.on_update.is_some();
        if not_mine {
            self.problem(&id, "ON UPDATE, INVISIBLE and other MySQL attributes do not exist in PostgreSQL");
        }
    }

    fn index(&mut self, table: &ObjectId, index: &Index) {
        let id = table.part(ObjectKind::Index, index.key());
        if let Some(name) = &index.name {
            self.name(&id, name);
        }
        if matches!(index.method, IndexMethod::FullText | IndexMethod::Spatial) {
            self.problem(&id, "PostgreSQL has no FULLTEXT or SPATIAL index: use a GIN or GiST index");
        }
        if index.parts.iter().any(|part| part.prefix.is_some()) {
            self.problem(&id, "PostgreSQL has no prefix indexes: index an expression like left(column, n)");
        }
        if index.nulls_not_distinct && self.version.major < 15 {
            self.problem(&id, "NULLS NOT DISTINCT needs PostgreSQL 15");
        }
    }
}
