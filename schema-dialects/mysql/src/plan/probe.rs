//! Questions to the live data, in the names that it has before the first step.

use schema_core::plan::{Answers, Probe};
use schema_core::{
    Check, Column, DefaultValue, ForeignKey, HazardCode, Index, KeyExpression, KeyPart, Name, ObjectId, Sql,
    Table,
};

use super::column;
use super::types::{Conversion, TypeText};
use crate::quote;
use crate::render::literal;
use crate::text::{Cursor, Kind, split_commas, tokens};

/// The table that probes ask, as it is now; all names in them must be there already.
pub(super) struct Live<'a> {
    pub(super) table: &'a Table,
}

impl Live<'_> {
    fn name(&self) -> String {
        quote::qualified(&self.table.name)
    }

    fn probe(&self, code: HazardCode, object: ObjectId, finding: String, condition: &str) -> Probe {
        Probe {
            code,
            object,
            finding,
            count: Sql::new(format!("SELECT COUNT(*) FROM {} WHERE {condition}", self.name())),
            show: Sql::new(format!("SELECT * FROM {} WHERE {condition} LIMIT 10", self.name())),
            answers: Answers::Stop,
        }
    }

    /// The rows of a table that goes, for whoever decides about it.
    pub(super) fn rows_lost(&self) -> Probe {
        let name = self.name();
        Probe::informing(
            HazardCode::DropTable,
            self.table.id(),
            format!("rows of {}", self.table.name),
            format!("SELECT COUNT(*) FROM {name}"),
            format!("SELECT * FROM {name} LIMIT 10"),
        )
    }

    /// The values of a column that goes, for whoever decides about it.
    pub(super) fn values_lost(&self, column: &Column, object: ObjectId) -> Probe {
        let (name, column) = (quote::name(&column.name), &column.name);
        let rows = format!("FROM {} WHERE {name} IS NOT NULL", self.name());
        Probe::informing(
            HazardCode::DropColumn,
            object,
            format!("values of {}.{column}", self.table.name),
            format!("SELECT COUNT(*) {rows}"),
            format!("SELECT {name} {rows} LIMIT 10"),
        )
    }

    /// Rows with NULL in a column.
    pub(super) fn nulls(&self, column: &Column, object: ObjectId) -> Probe {
        let condition = format!("{} IS NULL", quote::name(&column.name));
        self.probe(HazardCode::NullRows, object, format!("rows with NULL in {}", column.name), &condition)
    }

    /// Rows whose value a new type changes.
    pub(super) fn inconvertible(
        &self,
        conversion: &Conversion,
        column: &Column,
        object: ObjectId,
    ) -> Option<Probe> {
        let (code, what, condition) = match conversion {
            Conversion::Narrows(condition) => (
                HazardCode::InconvertibleRows,
                format!("rows whose {} the new type cannot hold", column.name),
                condition,
            ),
            Conversion::RemovesValues(_, condition) => (
                HazardCode::InconvertibleRows,
                format!("rows whose {} is a value that goes", column.name),
                condition,
            ),
            Conversion::Converts(Some(condition)) => (
                HazardCode::InconvertibleRows,
                format!("rows whose {} does not convert to the new type", column.name),
                condition,
            ),
            Conversion::Lossless | Conversion::Converts(None) => return None,
        };
        Some(self.probe(code, object, what, condition))
    }

    /// Rows with characters that another character set lacks.
    pub(super) fn untranslatable(&self, column: &Column, from: &Name, to: &Name, object: ObjectId) -> Probe {
        let name = quote::name(&column.name);
        let condition = format!("HEX(CONVERT(CONVERT({name} USING {to}) USING {from})) <> HEX({name})");
        let finding = format!("rows whose {} has characters that {to} lacks", column.name);
        self.probe(HazardCode::InconvertibleRows, object, finding, &condition)
    }

    /// Rows whose geometry lies in another reference system than the column is to have.
    pub(super) fn elsewhere(&self, column: &Column, object: ObjectId) -> Option<Probe> {
        let system = column.mysql.srid?;
        let condition = format!("ST_SRID({}) <> {system}", quote::name(&column.name));
        let finding = format!("rows whose {} lies in another reference system", column.name);
        Some(self.probe(HazardCode::InconvertibleRows, object, finding, &condition))
    }

    /// All rows, none of which can have a new column.
    pub(super) fn any(&self, column: &Column, object: ObjectId) -> Probe {
        let finding =
            format!("rows that need a value in {}, which is not NULL and has no default", column.name);
        self.probe(HazardCode::InventedValues, object, finding, "TRUE")
    }

    /// Rows whose period would end before it begins: all of them, where both ends are new and alike.
    pub(super) fn backward(&self, period: &Sql, after: &Table, object: ObjectId) -> Option<Probe> {
        let mut cursor = Cursor::new(period.as_str());
        if !cursor.take("PERIOD FOR") || cursor.next()?.is("SYSTEM_TIME") {
            return None;
        }
        let ends: Vec<_> = split_commas(cursor.group()?).into_iter().map(quote::unquote_name).collect();
        let [start, end] = ends.as_slice() else { return None };
        let is_there = |name| self.table.columns.contains(name);
        let condition = match (is_there(start), is_there(end)) {
            (true, true) => format!("{} >= {}", quote::name(start), quote::name(end)),
            (false, false) => {
                let (start, end) = (after.columns.get(start)?, after.columns.get(end)?);
                let alike = start.default == end.default && column::is_filled_alike(start);
                alike.then(|| "TRUE".to_owned())?
            }
            (true, false) | (false, true) => return None,
        };
        let finding = "rows whose period does not end after it begins".to_owned();
        Some(self.probe(HazardCode::ViolatingRows, object, finding, &condition))
    }

    /// Keys that more than one row has, in the collation that the columns will have.
    pub(super) fn duplicates(&self, key: &[KeyPart], after: &Table, object: ObjectId) -> Option<Probe> {
        let mut terms = Vec::new();
        let mut present = Vec::new();
        for part in key {
            let mut term = match &part.value {
                KeyExpression::Column(name) => {
                    let Some(column) = self.table.columns.get(name) else {
                        if column::is_filled_alike(after.columns.get(name)?) {
                            continue;
                        }
                        return None;
                    };
                    let mut term = quote::name(&column.name);
                    if let Some(new) = after.columns.get(name)
                        && let (_, Some(collation)) = column::collation_of(new, after)
                    {
                        let changes =
                            column::collation_of(column, self.table) != column::collation_of(new, after);
                        if changes && crate::inspect::holds_text(&new.ty) {
                            let charset = column::collation_of(new, after).0?;
                            term = format!("CONVERT({term} USING {charset}) COLLATE {collation}");
                        }
                    }
                    term
                }
                KeyExpression::Expression(expression) => {
                    self.knows(expression.as_str())?;
                    format!("({expression})")
                }
            };
            if let Some(prefix) = part.prefix {
                term = format!("LEFT({term}, {prefix})");
            }
            present.push(format!("{term} IS NOT NULL"));
            terms.push(term);
        }
        if terms.is_empty() {
            // All of the key is new: any two rows have the same.
            terms.push("''".to_owned());
            present.push("TRUE".to_owned());
        }
        let grouped = format!(
            "SELECT {0}, COUNT(*) AS row_count FROM {1} WHERE {2} GROUP BY {0} HAVING COUNT(*) > 1",
            terms.join(", "),
            self.name(),
            present.join(" AND ")
        );
        let counted = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING COUNT(*) > 1) AS keys_found",
            self.name(),
            present.join(" AND "),
            terms.join(", ")
        );
        Some(Probe {
            code: HazardCode::DuplicateRows,
            object,
            finding: "keys that more than one row has".to_owned(),
            count: Sql::new(counted),
            show: Sql::new(format!("{grouped} LIMIT 10")),
            answers: Answers::Stop,
        })
    }

    /// Keys of a new unique index.
    pub(super) fn index_duplicates(&self, index: &Index, after: &Table, object: ObjectId) -> Option<Probe> {
        if index.unique && !index.mysql.without_overlaps {
            self.duplicates(&index.parts, after, object)
        } else {
            None
        }
    }

    /// Rows that violate a check, with what new columns will have in them.
    pub(super) fn violations(&self, check: &Check, after: &Table, object: ObjectId) -> Option<Probe> {
        let condition = format!("NOT ({})", self.with_first_values(check.expression.as_str(), after)?);
        check.enforced.then(|| {
            self.probe(
                HazardCode::ViolatingRows,
                object,
                "rows that violate the check".to_owned(),
                &condition,
            )
        })
    }

    /// An expression of the table as it will be, for the rows of now: where it names a new column, it has what every
    /// row gets there.
    fn with_first_values(&self, expression: &str, after: &Table) -> Option<String> {
        let mut text = String::new();
        let mut end = 0;
        for token in tokens(expression).iter().filter(|token| token.kind == Kind::Quoted) {
            let name = token.name()?;
            if self.table.columns.contains(&name) {
                continue;
            }
            text.push_str(&expression[end..token.start]);
            text.push_str(&first_value(after.columns.get(&name)?)?);
            end = token.end();
        }
        text.push_str(&expression[end..]);
        Some(text)
    }

    /// Rows that refer to nothing, with what new columns will have in them. A parent that is not there yet comes empty.
    pub(super) fn orphans(
        &self,
        key: &ForeignKey,
        after: &Table,
        parent: Option<&Table>,
        object: ObjectId,
    ) -> Option<Probe> {
        let term = |name: &Name| match self.table.columns.get(name) {
            Some(column) => Some(format!("child.{}", quote::name(&column.name))),
            None => after.columns.get(name).and_then(|column| first_value(column).or_else(|| zero(column))),
        };
        let child = key.columns.iter().map(term).collect::<Option<Vec<_>>>()?;
        let mut conditions: Vec<String> = child.iter().map(|term| format!("{term} IS NOT NULL")).collect();
        if let Some(parent) = parent {
            if !key.referenced_columns.iter().all(|column| parent.columns.contains(column)) {
                return None;
            }
            let equal: Vec<String> = child
                .iter()
                .zip(&key.referenced_columns)
                .map(|(own, other)| format!("parent.{} = {own}", quote::name(other)))
                .collect();
            conditions.push(format!(
                "NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
                quote::qualified(&parent.name),
                equal.join(" AND ")
            ));
        }
        let from = format!("FROM {} AS child WHERE {}", self.name(), conditions.join(" AND "));
        Some(Probe {
            code: HazardCode::OrphanRows,
            object,
            finding: format!("rows that refer to no row of {}", key.references),
            count: Sql::new(format!("SELECT COUNT(*) {from}")),
            show: Sql::new(format!("SELECT child.* {from} LIMIT 10")),
            answers: Answers::Stop,
        })
    }

    /// Whether all names in an expression are columns that the table has now.
    fn knows(&self, expression: &str) -> Option<()> {
        tokens(expression)
            .iter()
            .filter(|token| token.kind == Kind::Quoted)
            .filter_map(crate::text::Token::name)
            .all(|name| self.table.columns.contains(&name))
            .then_some(())
    }
}

/// What every row gets in a column that is added, as far as its declaration says it.
fn first_value(column: &Column) -> Option<String> {
    if column.generated.is_some() || column.identity.is_some() {
        return None;
    }
    match &column.default {
        Some(DefaultValue::Literal(value)) => Some(literal::value(value)),
        None if column.nullable => Some("NULL".to_owned()),
        Some(DefaultValue::Expression(_)) | None => None,
    }
}

/// What the servers invent for a column, by its type.
fn zero(column: &Column) -> Option<String> {
    if !column::is_invented(column) {
        return None;
    }
    let ty = TypeText::of(&column.ty);
    match ty.word.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" => {
            Some("0".to_owned())
        }
        "char" | "varchar" | "varbinary" => Some("''".to_owned()),
        "enum" => ty.arguments.first().cloned(),
        // Dates may be refused, and the rest is not what a key refers to.
        _word => None,
    }
}
