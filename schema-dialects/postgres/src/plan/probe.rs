//! Questions to the live data, in the names and types before the plan.

use schema_core::plan::{Answers, LockMode, Probe};
use schema_core::{
    Column, Exclusion, ExclusionElement, ForeignKey, GeneratedKind, HazardCode, KeyExpression, KeyPart, Name,
    ObjectId, Part, QualifiedName, Sql, Step,
};

use super::Planner;
use crate::quote;

/// The rows of a table of which each can be compared with each.
const MANY_PAIRS: u32 = 5_000;

const RANGES: [&str; 6] = ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"];

impl Planner<'_> {
    /// Whether the table and all these columns are there before the plan, so that they can be asked.
    fn askable(&self, table: &QualifiedName, columns: &[Name]) -> bool {
        let Some(before) = self.before.table(table) else { return false };
        before.options.postgres.foreign.is_none()
            && columns.iter().all(|column| before.columns.contains(column))
    }

    fn column(&self, table: &QualifiedName, column: &Name) -> String {
        quote::name(self.old_column(table, column))
    }

    fn probe(
        &self,
        table: &QualifiedName,
        code: HazardCode,
        object: ObjectId,
        finding: String,
        condition: &str,
    ) -> Probe {
        let name = quote::qualified(&self.old_relation(table));
        Probe {
            code,
            object,
            finding,
            count: Sql::new(format!("SELECT count(*) FROM {name} WHERE {condition}")),
            show: Sql::new(format!("SELECT * FROM {name} WHERE {condition} LIMIT 100")),
            answers: Answers::Stop,
        }
    }

    /// The rows of a table that goes, for whoever decides about it.
    pub(super) fn rows_lost(&self, table: &QualifiedName) -> Option<Probe> {
        self.askable(table, &[]).then(|| {
            let name = quote::qualified(&self.old_relation(table));
            Probe::informing(
                HazardCode::DropTable,
                ObjectId::table(table),
                format!("rows of {table}"),
                format!("SELECT count(*) FROM {name}"),
                format!("SELECT * FROM {name} LIMIT 100"),
            )
        })
    }

    /// The values of a column that goes, for whoever decides about it.
    pub(super) fn values_lost(&self, table: &QualifiedName, column: &Name) -> Option<Probe> {
        self.askable(table, std::slice::from_ref(column)).then(|| {
            let (name, old) = (quote::qualified(&self.old_relation(table)), self.column(table, column));
            let rows = format!("FROM {name} WHERE {old} IS NOT NULL");
            Probe::informing(
                HazardCode::DropColumn,
                ObjectId::on(schema_core::ObjectKind::Column, table, column),
                format!("values of {table}.{column}"),
                format!("SELECT count(*) {rows}"),
                format!("SELECT {old} {rows} LIMIT 100"),
            )
        })
    }

    /// Values of a domain that violate a check which it gets.
    pub(super) fn domain_violations(
        &self,
        table: &QualifiedName,
        column: &Name,
        check: &schema_core::Check,
    ) -> Option<Probe> {
        use crate::lexis::{Token, tokens};
        self.askable(table, std::slice::from_ref(column)).then(|| {
            let value = self.column(table, column);
            let condition: String = tokens(check.expression.as_str())
                .iter()
                .map(|token| match token {
                    Token::Word(word) if word.eq_ignore_ascii_case("value") => value.clone(),
                    other => other.text().to_owned(),
                })
                .collect();
            let object = ObjectId::on(schema_core::ObjectKind::Column, table, column);
            let finding = format!("rows whose {column} violates {}", schema_core::Part::key(check));
            self.probe(table, HazardCode::ViolatingRows, object, finding, &format!("NOT ({condition})"))
        })
    }

    /// Rows of a default partition that belong to a new one, where the bound can be said of a row.
    pub(super) fn misplaced(
        &self,
        default: &QualifiedName,
        partition: &QualifiedName,
        parent: &QualifiedName,
        bound: &Sql,
    ) -> Option<Probe> {
        let condition = self.belongs(partition, parent, bound)?;
        let finding = "rows of the default partition that belong to the new one".to_owned();
        self.found(default, ObjectId::table(default), finding, &condition, &condition)
    }

    /// Rows of a table that do not belong to the partition which it becomes, where the bound can be said of a row.
    pub(super) fn strangers(
        &self,
        table: &QualifiedName,
        parent: &QualifiedName,
        bound: &Sql,
    ) -> Option<Probe> {
        let belongs = self.belongs(table, parent, bound)?;
        let condition = Sql::new(format!("({belongs}) IS NOT TRUE"));
        let finding = format!("rows that do not belong to {bound}");
        self.found(table, ObjectId::table(table), finding, &belongs, &condition)
    }

    /// The condition that a row meets which belongs to a partition: to the default one belongs what belongs to no other.
    fn belongs(&self, partition: &QualifiedName, parent: &QualifiedName, bound: &Sql) -> Option<Sql> {
        let key = self.after.database.table(parent)?.options.postgres.partition_by.as_ref()?;
        let before =
            self.before.table(parent).and_then(|parent| parent.options.postgres.partition_by.as_ref());
        let is_there = before == Some(key) && !self.remade.contains(&ObjectId::table(parent));
        let hashing = is_there.then(|| quote::qualified(&self.old_relation(parent)));
        let condition =
            |bound: &Sql| super::bound::condition(key.as_str(), bound.as_str(), hashing.as_deref());
        if bound.as_str() != "DEFAULT" {
            return condition(bound).map(Sql::new);
        }
        let others = self.ties.heirs(parent).iter().filter(|other| *other != partition).filter_map(|other| {
            let (of, bound) = self.after.database.table(other)?.options.postgres.partition_of.as_ref()?;
            (of == parent).then(|| condition(bound)).flatten()
        });
        let others: Vec<String> = others.map(|other| format!("({other}) IS NOT TRUE")).collect();
        (!others.is_empty()).then(|| Sql::new(others.join(" AND ")))
    }

    /// Rows that meet a condition, which speaks of what another one does.
    fn found(
        &self,
        table: &QualifiedName,
        object: ObjectId,
        finding: String,
        spoken: &Sql,
        condition: &Sql,
    ) -> Option<Probe> {
        let rows = self.rows_of(table, &[spoken])?;
        Some(Probe::stopping(
            HazardCode::ViolatingRows,
            object,
            finding,
            format!("SELECT count(*) FROM {rows} WHERE {condition}"),
            format!("SELECT * FROM {rows} WHERE {condition} LIMIT 100"),
        ))
    }

    /// Rows with NULL in a column.
    pub(super) fn nulls(&self, table: &QualifiedName, column: &Name) -> Option<Probe> {
        let object = ObjectId::on(schema_core::ObjectKind::Column, table, column);
        self.askable(table, std::slice::from_ref(column)).then(|| {
            let condition = format!("{} IS NULL", self.column(table, column));
            self.probe(table, HazardCode::NullRows, object, format!("rows with NULL in {column}"), &condition)
        })
    }

    /// Rows with a key that another row has too.
    pub(super) fn duplicates(
        &self,
        table: &QualifiedName,
        object: ObjectId,
        parts: &[KeyPart],
        nulls_not_distinct: bool,
        predicate: Option<&Sql>,
    ) -> Option<Probe> {
        let (mut columns, mut keys) = (Vec::new(), Vec::new());
        let mut are_columns = true;
        for part in parts {
            let one_value = part.column_name().and_then(|column| self.same_in_all_rows(table, column));
            are_columns &= part.column_name().is_some() && one_value.is_none();
            keys.push(match one_value {
                Some(value) => value.to_owned(),
                None => self.key(table, part, &mut columns)?,
            });
        }
        if let Some(sql) = predicate {
            columns.extend(self.spoken_of(table, sql)?);
        }
        if parts.is_empty() {
            return None;
        }
        let mut name = self.rows(table, &columns)?;
        let mut conditions: Vec<String> = predicate.map(|sql| format!("({sql})")).into_iter().collect();
        if !nulls_not_distinct {
            conditions.extend(keys.iter().map(|key| format!("{key} IS NOT NULL")));
        }
        let mut condition = if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        };
        let mut key = keys.join(", ");
        if !are_columns {
            // A constant would be taken for the number of a column.
            let named: Vec<String> =
                keys.iter().enumerate().map(|(at, key)| format!("{key} AS key{at}")).collect();
            name = format!("(SELECT {} FROM {name}{condition}) AS keys", named.join(", "));
            key = (0..keys.len()).map(|at| format!("key{at}")).collect::<Vec<_>>().join(", ");
            condition = String::new();
        }
        let groups = format!(
            "SELECT {key}, count(*) AS rows FROM {name}{condition} GROUP BY {key} HAVING count(*) > 1"
        );
        let names: Vec<&str> = parts
            .iter()
            .map(|part| match &part.value {
                KeyExpression::Column(column) => column.as_str(),
                KeyExpression::Expression(sql) => sql.as_str(),
            })
            .collect();
        Some(Probe {
            code: HazardCode::DuplicateRows,
            object,
            finding: format!("rows with the same {}", names.join(", ")),
            count: Sql::new(format!("SELECT coalesce(sum(rows), 0)::bigint FROM ({groups}) AS duplicates")),
            show: Sql::new(format!("{groups} ORDER BY rows DESC LIMIT 100")),
            answers: Answers::Stop,
        })
    }

    /// Rows that another row excludes. Where no key must be equal and the order of the keys does not tell, every row is
    /// compared with every other one: that is asked of tables of which it can be.
    pub(super) fn excluded(
        &self,
        table: &QualifiedName,
        object: ObjectId,
        exclusion: &Exclusion,
    ) -> Option<Probe> {
        let elements = &exclusion.elements;
        let (mut columns, mut keys, mut meet) = (Vec::new(), Vec::new(), Vec::new());
        for (at, element) in elements.iter().enumerate().filter(|(_, e)| e.part.collation.is_none()) {
            let key = self.key(table, &element.part, &mut columns)?;
            keys.push(format!("{key} AS key{at}"));
            meet.push(format!("a.key{at} {} b.key{at}", element.operator));
        }
        let mut condition = String::new();
        if let Some(predicate) = &exclusion.predicate {
            columns.extend(self.spoken_of(table, predicate)?);
            condition = format!(" WHERE ({predicate})");
        }
        if keys.len() < elements.len() {
            return None;
        }
        let name = self.rows(table, &columns)?;
        let keys = keys.join(", ");
        let from = match elements.as_slice() {
            [element] if element.operator.as_str() == "&&" && self.is_range(table, element) => format!(
                "FROM (SELECT key0, lag(key0) OVER (ORDER BY key0) AS before FROM (SELECT {keys} FROM \
                 {name}{condition}) AS rows WHERE NOT isempty(key0)) AS neighbours WHERE key0 && before"
            ),
            _ => {
                let rows = format!("(SELECT tableoid AS part, ctid AS row, {keys} FROM {name}{condition})");
                let is_hashed = elements.iter().any(|element| element.operator.as_str() == "=");
                let few = format!(
                    " AND (SELECT count(*) FROM (SELECT FROM {name} LIMIT {MANY_PAIRS} + 1) AS few) \
                     <= {MANY_PAIRS}"
                );
                format!(
                    "FROM {rows} AS a WHERE EXISTS (SELECT FROM {rows} AS b \
                     WHERE (a.part, a.row) <> (b.part, b.row) AND {}){}",
                    meet.join(" AND "),
                    if is_hashed { "" } else { &few }
                )
            }
        };
        Some(Probe {
            code: HazardCode::ViolatingRows,
            object,
            finding: "rows that exclude each other".to_owned(),
            count: Sql::new(format!("SELECT count(*) {from}")),
            show: Sql::new(format!("SELECT * {from} LIMIT 100")),
            answers: Answers::Stop,
        })
    }

    /// The text of a part of a key, and the columns that it speaks of.
    fn key<'s>(
        &'s self,
        table: &QualifiedName,
        part: &'s KeyPart,
        columns: &mut Vec<&'s Name>,
    ) -> Option<String> {
        match &part.value {
            KeyExpression::Column(column) => {
                columns.push(column);
                Some(quote::name(column))
            }
            KeyExpression::Expression(sql) => {
                columns.extend(self.spoken_of(table, sql)?);
                Some(format!("({sql})"))
            }
        }
    }

    /// Whether the key is a range: one that overlaps another then overlaps its neighbour.
    fn is_range(&self, table: &QualifiedName, element: &ExclusionElement) -> bool {
        match &element.part.value {
            KeyExpression::Column(column) => self
                .after
                .database
                .table(table)
                .and_then(|table| table.columns.get(column))
                .is_some_and(|column| RANGES.contains(&crate::render::types::ty(&column.ty).as_str())),
            KeyExpression::Expression(sql) => {
                sql.as_str().split_once('(').is_some_and(|(function, _)| RANGES.contains(&function))
            }
        }
    }

    /// Rows that refer to nothing.
    pub(super) fn orphans(&self, table: &QualifiedName, key: &ForeignKey) -> Option<Probe> {
        if key.referenced_columns.is_empty() || key.period {
            return None;
        }
        let child = self.source(table, &key.columns.iter().collect::<Vec<_>>())?;
        let present: Vec<String> =
            key.columns.iter().map(|column| format!("c.{} IS NOT NULL", quote::name(column))).collect();
        let mut from = format!("FROM {child} AS c WHERE {}", present.join(" AND "));
        // A partitioned table that is new may have its rows in partitions that are not.
        if self.is_used(&ObjectId::table(&key.references)) || self.is_partitioned(&key.references) {
            let parent = self.source(&key.references, &key.referenced_columns.iter().collect::<Vec<_>>())?;
            let equal: Option<Vec<String>> = key
                .columns
                .iter()
                .zip(&key.referenced_columns)
                .map(|(own, other)| self.refers((table, own), (&key.references, other)))
                .collect();
            let equal = equal?.join(" AND ");
            from = format!("{from} AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {equal})");
        }
        Some(Probe::stopping(
            HazardCode::OrphanRows,
            ObjectId::on(schema_core::ObjectKind::ForeignKey, table, Part::key(key)),
            format!("rows that refer to nothing in {}", key.references.name),
            format!("SELECT count(*) {from}"),
            format!("SELECT c.* {from} LIMIT 100"),
        ))
    }

    /// Asks for the rows that keep a partition from leaving: those that refer to its rows by keys of tables above it.
    pub(super) fn leaving(&self, mut step: Step, partition: &QualifiedName) -> Step {
        for (table, key) in self.references_now(partition) {
            step.probes.extend(self.referring(table, key, partition));
            step = self.locked(step, LockMode::AccessExclusive, table);
        }
        step
    }

    /// The foreign keys that rest on a partition now.
    pub(super) fn references_now(
        &self,
        partition: &QualifiedName,
    ) -> impl Iterator<Item = (&QualifiedName, &ForeignKey)> {
        let keys = self.resting_on(partition).filter_map(|id| {
            let table = self.now.table(&id.table_name()?)?;
            Some((&table.name, table.foreign_keys.get(&id.name)?))
        });
        keys.filter(move |(table, _)| *table != partition)
    }

    fn referring(&self, table: &QualifiedName, key: &ForeignKey, partition: &QualifiedName) -> Option<Probe> {
        let askable = self.askable(table, &key.columns) && self.askable(partition, &key.referenced_columns);
        (askable && !key.period && !key.referenced_columns.is_empty()).then(|| {
            let pairs = key.columns.iter().zip(&key.referenced_columns);
            let equal: Vec<String> = pairs
                .map(|(own, other)| {
                    format!("p.{} = c.{}", self.column(partition, other), self.column(table, own))
                })
                .collect();
            let name = |table| quote::qualified(&self.old_relation(table));
            let from = format!(
                "FROM {} AS c WHERE EXISTS (SELECT FROM {} AS p WHERE {})",
                name(table),
                name(partition),
                equal.join(" AND ")
            );
            Probe::stopping(
                HazardCode::OrphanRows,
                ObjectId::on(schema_core::ObjectKind::ForeignKey, table, Part::key(key)),
                format!("rows that refer to rows of {}", partition.name),
                format!("SELECT count(*) {from}"),
                format!("SELECT c.* {from} LIMIT 100"),
            )
        })
    }

    /// Whether a column of a row `p` is what one of a row `c` refers to, in the collation of the former.
    fn refers(&self, own: (&QualifiedName, &Name), other: (&QualifiedName, &Name)) -> Option<String> {
        let collation = |(table, column): (&QualifiedName, &Name)| {
            Some(self.after.database.table(table)?.columns.get(column)?.collation.clone())
        };
        let (wanted, given) = (collation(other)?, collation(own)?);
        let collate = if wanted == given { String::new() } else { quote::collate_value(wanted.as_ref()) };
        Some(format!("p.{} = c.{}{collate}", quote::name(other.1), quote::name(own.1)))
    }

    /// Rows that violate a condition, where the condition speaks of what is there before the plan.
    pub(super) fn violations(
        &self,
        table: &QualifiedName,
        object: ObjectId,
        condition: &Sql,
    ) -> Option<Probe> {
        let violating = Sql::new(format!("NOT ({condition})"));
        self.found(table, object, "rows that violate it".to_owned(), condition, &violating)
    }

    /// What a column is to compute from the rows, where it speaks of what is there before the plan: it must not be NULL
    /// where the column holds none, and what is stored is computed here once to see that it can be.
    pub(super) fn computed(&self, table: &QualifiedName, column: &Column) -> Option<Probe> {
        let generated = column.generated.as_ref()?;
        let value = &generated.expression;
        let rows = self.rows_of(table, &[value])?;
        let object = ObjectId::on(schema_core::ObjectKind::Column, table, &column.name);
        if !column.nullable {
            return Some(Probe::stopping(
                HazardCode::NullRows,
                object,
                format!("rows for which {} would be NULL", column.name),
                format!("SELECT count(*) FROM {rows} WHERE ({value}) IS NULL"),
                format!("SELECT * FROM {rows} WHERE ({value}) IS NULL LIMIT 100"),
            ));
        }
        let finding = format!("rows for which {} cannot be computed", column.name);
        (generated.kind == GeneratedKind::Stored)
            .then(|| computing(HazardCode::ViolatingRows, object, finding, &format!("({value})"), &rows))
    }

    /// Values that a cast refuses.
    pub(super) fn uncast(&self, table: &QualifiedName, column: &Name, cast: &str) -> Option<Probe> {
        let object = ObjectId::on(schema_core::ObjectKind::Column, table, column);
        self.askable(table, std::slice::from_ref(column)).then(|| {
            let name = quote::qualified(&self.old_relation(table));
            let finding = format!("rows whose {column} the new type cannot hold");
            computing(HazardCode::InconvertibleRows, object, finding, cast, &name)
        })
    }

    /// Rows whose value another type would change or refuse.
    pub(super) fn lossy(
        &self,
        table: &QualifiedName,
        column: &Name,
        condition: &str,
        code: HazardCode,
    ) -> Option<Probe> {
        let object = ObjectId::on(schema_core::ObjectKind::Column, table, column);
        self.askable(table, std::slice::from_ref(column)).then(|| {
            let finding = if code == HazardCode::LossyConversion {
                format!("rows whose {column} would be changed")
            } else {
                format!("rows whose {column} the new type cannot hold")
            };
            self.probe(table, code, object, finding, condition)
        })
    }

    /// How the column is written in a probe.
    pub(super) fn asked(&self, table: &QualifiedName, column: &Name) -> String {
        self.column(table, column)
    }
}

/// Computes a value of every row once, to see that it can be.
fn computing(code: HazardCode, object: ObjectId, finding: String, value: &str, rows: &str) -> Probe {
    let count = format!("SELECT 0 * count({value}) FROM {rows}");
    Probe::stopping(code, object, finding, count, format!("SELECT {value} FROM {rows}"))
}
