//! Questions to the live data before a table changes.

use schema_core::plan::{Answers, HazardCode, Probe};
use schema_core::{
    Check, Column, Database, DefaultValue, ForeignKey, KeyExpression, KeyPart, Name, ObjectId, ObjectKind,
    Part, Sql, Table, Type,
};

use super::Context;
use crate::quote::{identifier, identifiers};
use crate::render::column::{closed, default_value};

/// The values of a column that goes, for whoever decides about it.
pub(super) fn values_lost(table: &Table, column: &Name, context: &Context<'_>) -> Probe {
    let origin = identifier(context.names.table(&table.name.name).as_str());
    let old = identifier(context.names.column(&table.name.name, column).as_str());
    let rows = format!("FROM {origin} WHERE {old} IS NOT NULL");
    Probe::informing(
        HazardCode::DropColumn,
        table.id().part(ObjectKind::Column, column),
        format!("values of {}.{column}", table.name),
        format!("SELECT count(*) {rows}"),
        format!("SELECT {old} {rows}"),
    )
}

/// The rows of a table that goes, for whoever decides about it.
pub(super) fn rows_lost(table: &Table, origin: &Name) -> Probe {
    let origin = identifier(origin.as_str());
    Probe::informing(
        HazardCode::DropTable,
        table.id(),
        format!("rows of {}", table.name),
        format!("SELECT count(*) FROM {origin}"),
        format!("SELECT * FROM {origin}"),
    )
}

/// The rows of a table as they would be after its change, as a query over what is there before the plan.
pub(super) struct Rows {
    table: Table,
    /// Whether the table was STRICT before.
    strict: bool,
    /// `(SELECT …) AS "t"`.
    from: String,
}

impl Rows {
    pub(super) fn new(before: &Table, after: &Table, context: &Context<'_>) -> Self {
        let plain: Vec<String> = after
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| {
                let value = value(before, after, column, context);
                format!("{value} AS {}", identifier(column.name.as_str()))
            })
            .collect();
        let origin = identifier(context.names.table(&before.name.name).as_str());
        let list = if plain.is_empty() { "1".to_owned() } else { plain.join(", ") };
        let mut from = format!("SELECT {list} FROM {origin}");
        let generated: Vec<String> = after
            .columns
            .iter()
            .filter_map(|column| column.generated.as_ref().map(|generated| (column, generated)))
            .map(|(column, generated)| {
                format!("({}) AS {}", closed(generated.expression.as_str()), identifier(column.name.as_str()))
            })
            .collect();
        if !generated.is_empty() {
            from = format!("SELECT *, {} FROM ({from})", generated.join(", "));
        }
        let strict = before.options.sqlite.strict;
        Self {
            table: after.clone(),
            strict,
            from: format!("({from}) AS {}", identifier(after.name.name.as_str())),
        }
    }

    fn id(&self, kind: ObjectKind, name: impl Into<Name>) -> ObjectId {
        self.table.id().part(kind, name)
    }

    /// Rows that meet a condition.
    fn matching(&self, code: HazardCode, object: ObjectId, finding: String, condition: &str) -> Probe {
        let rows = format!("FROM {} WHERE {condition}", self.from);
        Probe {
            code,
            object,
            finding,
            count: format!("SELECT count(*) {rows}").into(),
            show: format!("SELECT * {rows}").into(),
            answers: Answers::Stop,
        }
    }

    /// Any rows at all, which a new column without a default has no value for.
    pub(super) fn any(&self, column: &Name) -> Probe {
        let finding = format!("rows that would need a value in {column}, which has no default");
        self.matching(HazardCode::NullRows, self.id(ObjectKind::Column, column), finding, "1")
    }

    /// Rows with NULL in a column.
    pub(super) fn nulls(&self, column: &Name) -> Probe {
        let condition = format!("{} IS NULL", identifier(column.as_str()));
        let finding = format!("rows with NULL in {column}");
        self.matching(HazardCode::NullRows, self.id(ObjectKind::Column, column), finding, &condition)
    }

    /// Rows that violate a check.
    pub(super) fn violations(&self, check: &Check) -> Probe {
        let condition = format!("NOT ({})", closed(check.expression.as_str()));
        let finding = format!("rows that violate {}", check.expression);
        self.matching(HazardCode::ViolatingRows, self.id(ObjectKind::Check, check.key()), finding, &condition)
    }

    /// Keys that occur more than once, under the collations that the key will have. NULLs are never equal.
    pub(super) fn duplicates(&self, object: ObjectId, parts: &[KeyPart], filter: Option<&str>) -> Probe {
        let keys: Vec<String> = parts.iter().map(|part| self.key(part)).collect();
        let filter = filter.map(|filter| format!("({}) AND ", closed(filter))).unwrap_or_default();
        let not_null: Vec<String> = keys.iter().map(|key| format!("{key} IS NOT NULL")).collect();
        let groups = format!(
            "FROM {} WHERE {filter}{} GROUP BY {} HAVING count(*) > 1",
            self.from,
            not_null.join(" AND "),
            keys.join(", ")
        );
        Probe {
            code: HazardCode::DuplicateRows,
            finding: format!("keys that more than one row has in {}", object.name),
            object,
            count: format!("SELECT count(*) FROM (SELECT 1 {groups})").into(),
            show: format!("SELECT {}, count(*) {groups}", keys.join(", ")).into(),
            answers: Answers::Stop,
        }
    }

    fn key(&self, part: &KeyPart) -> String {
        match &part.value {
            KeyExpression::Column(name) => {
                let own = self.table.columns.get(name).and_then(|column| column.collation.as_ref());
                let collation = part.collation.as_ref().or(own).map_or("BINARY", |c| c.name.as_str());
                format!("{} COLLATE {}", identifier(name.as_str()), identifier(collation))
            }
            KeyExpression::Expression(sql) => format!("({})", closed(sql.as_str())),
        }
    }

    /// Rows that refer to nothing. A table that the plan makes is empty until then; one that will not be there
    /// at all was declared so.
    pub(super) fn orphans(
        &self,
        foreign_key: &ForeignKey,
        now: &Database,
        context: &Context<'_>,
    ) -> Option<Probe> {
        context.after.table(&foreign_key.references)?;
        let columns: Vec<String> = foreign_key.columns.iter().map(|c| identifier(c.as_str())).collect();
        let mut conditions: Vec<String> = columns.iter().map(|c| format!("child.{c} IS NOT NULL")).collect();
        if let Some(referenced) = referenced(foreign_key, now, context) {
            let parent = identifier(context.names.table(&foreign_key.references.name).as_str());
            let equal: Vec<String> = referenced
                .iter()
                .zip(&columns)
                .map(|(referenced, column)| {
                    format!("parent.{} = child.{column}", identifier(referenced.as_str()))
                })
                .collect();
            conditions
                .push(format!("NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {})", equal.join(" AND ")));
        }
        let from = format!("FROM (SELECT * FROM {}) AS child WHERE {}", self.from, conditions.join(" AND "));
        Some(Probe {
            code: HazardCode::OrphanRows,
            object: self.id(ObjectKind::ForeignKey, foreign_key.key()),
            finding: format!("rows that refer to no row of {}", foreign_key.references),
            count: format!("SELECT count(*) {from}").into(),
            show: format!("SELECT {} {from}", identifiers(foreign_key.columns.iter().map(Name::as_str)))
                .into(),
            answers: Answers::Stop,
        })
    }

    /// Values that another type would alter, and values that a STRICT table refuses.
    pub(super) fn conversions(&self, before: &Column, after: &Column) -> Vec<Probe> {
        let column = identifier(after.name.as_str());
        let id = || self.id(ObjectKind::Column, &after.name);
        let mut probes = Vec::new();
        let strict = self.table.options.sqlite.strict;
        if let Some(condition) =
            altered(&column, Affinity::of(after, strict), Affinity::of(before, self.strict))
        {
            let finding = format!("values in {} that the new type would alter", after.name);
            probes.push(self.matching(HazardCode::LossyConversion, id(), finding, &condition));
        }
        let only_numbers = after.identity.is_some();
        if let Some(condition) = refused(&column, after).filter(|_| strict || only_numbers) {
            let finding = format!("values in {} that the new type does not hold", after.name);
            probes.push(self.matching(HazardCode::InconvertibleRows, id(), finding, &condition));
        }
        probes
    }
}

/// What a column holds after the change, in the names from before the plan.
fn value(before: &Table, after: &Table, column: &Column, context: &Context<'_>) -> String {
    if before.columns.contains(&column.name) {
        return identifier(context.names.column(&after.name.name, &column.name).as_str());
    }
    if column.identity.is_some() && !before.options.sqlite.without_rowid {
        return "rowid".to_owned();
    }
    match &column.default {
        Some(default @ DefaultValue::Literal(_)) => default_value(default),
        // A bare word is a string, except for the few that are values of their own.
        Some(DefaultValue::Expression(sql)) => format!("({})", closed(sql.as_str())),
        None => "NULL".to_owned(),
    }
}

/// The referenced columns as they are called before the plan, if they are there.
fn referenced(foreign_key: &ForeignKey, now: &Database, context: &Context<'_>) -> Option<Vec<Name>> {
    let parent = now.table(&foreign_key.references)?;
    let names: Vec<Name> = if foreign_key.referenced_columns.is_empty() {
        let key = context.after.table(&foreign_key.references)?.primary_key.as_ref()?;
        key.columns.iter().filter_map(KeyPart::column_name).cloned().collect()
    } else {
        foreign_key.referenced_columns.clone()
    };
    let all = names.len() == foreign_key.columns.len() && names.iter().all(|n| parent.columns.contains(n));
    all.then(|| names.iter().map(|n| context.names.column(&parent.name.name, n)).collect())
}

/// What SQLite does to values that are stored in a column (<https://sqlite.org/datatype3.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    /// By the declared type's name. `ANY` means what it says in STRICT tables only.
    pub(super) fn of(column: &Column, strict: bool) -> Self {
        let name = native(&column.ty).to_ascii_uppercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if has(&["INT"]) {
            Self::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if name.is_empty() || (strict && name == "ANY") || has(&["BLOB"]) {
            Self::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }
}

pub(super) fn native(ty: &Type) -> &str {
    match ty {
        Type::Native(sql) => Sql::as_str(sql),
        // Canonical types are native; a portable one would have no affinity yet.
        _portable => "",
    }
}

/// Which values the new affinity alters so that they cannot be had back.
fn altered(column: &str, after: Affinity, before: Affinity) -> Option<String> {
    let text_that_is_a_number = format!(
        "(typeof({column}) = 'text' AND {column} = CAST({column} AS NUMERIC) \
         AND CAST({column} AS BLOB) <> CAST(CAST(CAST({column} AS NUMERIC) AS TEXT) AS BLOB))"
    );
    match after {
        _same if after == before => None,
        Affinity::Blob => None,
        Affinity::Integer | Affinity::Numeric => Some(text_that_is_a_number),
        Affinity::Real => Some(format!(
            "({text_that_is_a_number} OR typeof({column}) = 'integer' AND CAST({column} AS REAL) <> {column})"
        )),
        Affinity::Text => {
            Some(format!("(typeof({column}) = 'real' AND CAST(CAST({column} AS TEXT) AS REAL) <> {column})"))
        }
    }
}

/// Which values a STRICT table refuses in a column.
fn refused(column: &str, after: &Column) -> Option<String> {
    match native(&after.ty).to_ascii_uppercase().as_str() {
        "INT" | "INTEGER" => Some(format!(
            "{column} IS NOT NULL AND (typeof({column}) = 'blob' OR {column} <> CAST({column} AS INTEGER))"
        )),
        "REAL" => Some(format!(
            "{column} IS NOT NULL AND (typeof({column}) = 'blob' OR {column} <> CAST({column} AS NUMERIC))"
        )),
        "TEXT" => Some(format!("typeof({column}) = 'blob'")),
        "BLOB" => Some(format!("{column} IS NOT NULL AND typeof({column}) <> 'blob'")),
        _any => None,
    }
}
