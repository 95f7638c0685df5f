//! What SQLite cannot hold of a declared schema.

use schema_core::{
    Column, Database, DefaultValue, Index, IndexMethod, KeyPart, Name, Object, ObjectId, ObjectKind, Problem,
    QualifiedName, Table, Type, Value,
};

use crate::SqliteDialect;
use crate::render::{table::enum_values, ty};

/// Every problem, in the order of the objects.
pub(crate) fn database(declared: &Database, dialect: SqliteDialect) -> Vec<Problem> {
    let mut checker = Checker { declared, dialect, problems: Vec::new() };
    for (id, object) in declared.objects() {
        checker.object(id, object);
    }
    checker.problems
}

struct Checker<'a> {
    declared: &'a Database,
    dialect: SqliteDialect,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, object: ObjectId, message: impl Into<String>) {
        self.problems.push(Problem { object, message: message.into() });
    }

    fn object(&mut self, id: &ObjectId, object: &Object) {
        self.name(id, &id.name);
        if object.holds_nul() {
            self.problem(id.clone(), "SQLite ends a text at a NUL, and this holds one");
        }
        if id.schema.as_ref().is_some_and(|schema| *schema != "main") {
            self.problem(id.clone(), "SQLite has no schemas; leave the schema out");
        }
        match object {
            Object::Table(table) => self.table(table),
            Object::View(view) => {
                if view.check_option.is_some() {
                    self.problem(id.clone(), "SQLite's views cannot be written to, so they check nothing");
                }
            }
            Object::Enum(_) | Object::Trigger(_) | Object::Sql(_) => {}
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::MaterializedView(_)
            | Object::Routine(_)
            | Object::Policy(_)
            | Object::Privileges(_)
            | Object::DefaultPrivileges(_)
            | Object::Role(_) => {
                self.problem(id.clone(), format!("SQLite has nothing like a {}", id.kind));
            }
        }
    }

    fn name(&mut self, id: &ObjectId, name: &Name) {
        let lower = name.as_str().to_ascii_lowercase();
        if name.as_str().is_empty() || name.as_str().contains('\0') {
            self.problem(id.clone(), "a name cannot be empty or hold a NUL");
        }
        if !id.kind.is_part() && lower.starts_with("sqlite_") {
            self.problem(id.clone(), "names that start with sqlite_ are SQLite's own");
        }
        if !id.kind.is_part() && lower.starts_with("groundplan_") {
            self.problem(id.clone(), "names that start with groundplan_ are Groundplan's own");
        }
    }

    fn table(&mut self, table: &Table) {
        let id = table.id();
        let sqlite = &table.options.sqlite;
        if table.columns.is_empty() {
            self.problem(id.clone(), "a table needs a column");
        }
        if sqlite.strict && !self.dialect.has_strict_tables() {
            self.problem(id.clone(), "STRICT tables need SQLite 3.37");
        }
        if sqlite.without_rowid && table.primary_key.is_none() {
            self.problem(id.clone(), "a table WITHOUT ROWID needs a primary key");
        }
        if !table.exclusions.is_empty() {
            self.problem(id.clone(), "SQLite has no exclusion constraints");
        }
        for column in table.columns.iter() {
            self.column(table, column);
        }
        for check in table.checks.iter().filter(|check| !check.enforced) {
            let part = id.part(ObjectKind::Check, schema_core::Part::key(check));
            self.problem(part, "SQLite enforces every check");
        }
        for unique in table.uniques.iter() {
            let part = id.part(ObjectKind::Unique, schema_core::Part::key(unique));
            if unique.nulls_not_distinct {
                self.problem(part.clone(), "in SQLite two NULLs are never equal");
            }
            if !unique.include.is_empty() {
                self.problem(part.clone(), "SQLite has no INCLUDE");
            }
            self.key(table, &part, &unique.columns);
        }
        if let Some(key) = &table.primary_key {
            self.key(table, &id.part(ObjectKind::PrimaryKey, "primary key"), &key.columns);
        }
        for foreign_key in table.foreign_keys.iter() {
            let part = id.part(ObjectKind::ForeignKey, schema_core::Part::key(foreign_key));
            if !foreign_key.set_columns.is_empty() || foreign_key.period {
                self.problem(part.clone(), "SQLite sets all columns of a foreign key, and has no periods");
            }
            self.columns(table, &part, foreign_key.columns.iter());
        }
        for index in table.indexes.iter() {
            self.index(table, index);
        }
    }

    fn column(&mut self, table: &Table, column: &Column) {
        let id = table.id().part(ObjectKind::Column, &column.name);
        self.name(&id, &column.name);
        if let Err(reason) = ty::of(column, table.options.sqlite.strict) {
            self.problem(id.clone(), reason);
        }
        if let Type::Enum(name) = &column.ty {
            self.enumeration(&id, name);
        }
        if let (true, Type::Native(sql)) = (table.options.sqlite.strict, &column.ty) {
            let allowed = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
            if !allowed.iter().any(|name| name.eq_ignore_ascii_case(sql.as_str())) {
                let message = format!("a STRICT table has only the types {}", allowed.join(", "));
                self.problem(id.clone(), message);
            }
        }
        if column.generated.is_some() && !self.dialect.has_generated_columns() {
            self.problem(id.clone(), "generated columns need SQLite 3.31");
        }
        if let Some(DefaultValue::Literal(Value::Number(digits))) = &column.default
            && digits.parse::<f64>().is_err()
        {
            self.problem(id.clone(), format!("{digits} is no number"));
        }
        if let Some(identity) = &column.identity {
            let key = table.primary_key.as_ref().map(|key| key.columns.as_slice());
            let alone = matches!(key, Some([only]) if only.column_name() == Some(&column.name));
            if !alone || table.options.sqlite.without_rowid {
                self.problem(
                    id.clone(),
                    "SQLite numbers only a column that is the whole primary key of a table with rowids",
                );
            }
            if identity.always {
                self.problem(id.clone(), "SQLite always lets an INSERT give the number itself");
            }
            if identity.sequence != schema_core::SequenceOptions::default() {
                self.problem(id.clone(), "SQLite numbers from 1 in steps of 1");
            }
        }
        if let Some(collation) = &column.collation
            && collation.schema.is_some()
        {
            self.problem(id, "SQLite's collations live in no schema");
        }
    }

    fn enumeration(&mut self, id: &ObjectId, name: &QualifiedName) {
        if enum_values(self.declared, name).is_none() {
            self.problem(id.clone(), format!("the enum {name} is not declared"));
        }
    }

    fn index(&mut self, table: &Table, index: &Index) {
        let id = table.id().part(ObjectKind::Index, schema_core::Part::key(index));
        self.name(&ObjectId { kind: ObjectKind::Index, ..id.clone() }, &id.name);
        if index.method != IndexMethod::BTree {
            self.problem(id.clone(), "SQLite's indexes are B-trees");
        }
        if !index.include.is_empty() {
            self.problem(id.clone(), "SQLite has no INCLUDE");
        }
        if index.nulls_not_distinct {
            self.problem(id.clone(), "in SQLite two NULLs are never equal");
        }
        self.key(table, &id, &index.parts);
    }

    fn key(&mut self, table: &Table, id: &ObjectId, parts: &[KeyPart]) {
        if parts.is_empty() {
            self.problem(id.clone(), "a key needs a column");
        }
        if parts.iter().any(|part| part.nulls.is_some()) {
            self.problem(
                id.clone(),
                "SQLite's indexes have NULLs first when ascending, last when descending",
            );
        }
        if parts.iter().any(|part| part.prefix.is_some() || part.operator_class.is_some()) {
            self.problem(id.clone(), "SQLite has neither prefixes nor operator classes");
        }
        self.columns(table, id, parts.iter().filter_map(KeyPart::column_name));
    }

    fn columns<'n>(&mut self, table: &Table, id: &ObjectId, names: impl Iterator<Item = &'n Name>) {
        for name in names {
            let known = |column: &Name| column.as_str().eq_ignore_ascii_case(name.as_str());
            if !table.columns.names().any(known) {
                self.problem(id.clone(), format!("the table has no column {name}"));
            }
        }
    }
}
