//! Questions to the live data, in the names and types before the plan.

use schema_core::plan::{Answers, Probe};
use schema_core::{
    Column, DefaultValue, Exclusion, ExclusionElement, GeneratedKind, HazardCode, KeyExpression, KeyPart,
    Name, ObjectId, QualifiedName, Sql,
};

use super::Planner;
use super::column::{is_there, is_volatile};
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

    /// Whether a column has the type before the plan that it is to have.
    fn keeps_type(&self, table: &QualifiedName, column: &Name) -> bool {
        let ty = |database: &schema_core::Database| {
            database.table(table).and_then(|table| table.columns.get(column)).map(|column| column.ty.clone())
        };
        ty(&self.before) == ty(&self.after.database)
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
        parent: &QualifiedName,
        bound: &Sql,
    ) -> Option<Probe> {
        let before = self.before.table(parent)?;
        let key = before.options.postgres.partition_by.as_ref()?;
        let condition = super::bound::condition(key.as_str(), bound.as_str())?;
        self.askable(default, &[]).then(|| {
            let finding = "rows of the default partition that belong to the new one".to_owned();
            self.probe(default, HazardCode::ViolatingRows, ObjectId::table(default), finding, &condition)
        })
    }

    /// Rows of a table that do not belong to the partition which it becomes, where the bound can be said of a row.
    pub(super) fn strangers(
        &self,
        table: &QualifiedName,
        parent: &QualifiedName,
        bound: &Sql,
    ) -> Option<Probe> {
        let key = self.after.database.table(parent)?.options.postgres.partition_by.as_ref()?;
        let condition = Sql::new(super::bound::condition(key.as_str(), bound.as_str())?);
        let columns = self.columns_in(table, &condition)?;
        self.askable(table, &columns).then(|| {
            let finding = format!("rows that do not belong to {bound}");
            let condition = format!("({condition}) IS NOT TRUE");
            self.probe(table, HazardCode::ViolatingRows, ObjectId::table(table), finding, &condition)
        })
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
        let (mut keys, mut is_computed) = (Vec::new(), false);
        for part in parts {
            match &part.value {
                KeyExpression::Column(column) => {
                    let is_new = !self.before.table(table)?.columns.contains(column);
                    // What is equal is for the new type to say, and that is not there yet.
                    if !is_new && !self.keeps_type(table, column) {
                        return None;
                    }
                    keys.push(self.known("", table, column)?);
                    is_computed |= is_new;
                }
                KeyExpression::Expression(sql) => {
                    self.columns_in(table, sql)?;
                    keys.push(format!("({sql})"));
                    is_computed = true;
                }
            }
        }
        if let Some(sql) = predicate {
            self.columns_in(table, sql)?;
        }
        if parts.is_empty() || !self.askable(table, &[]) {
            return None;
        }
        let mut name = quote::qualified(&self.old_relation(table));
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
        if is_computed {
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
            let key = match &element.part.value {
                KeyExpression::Column(column) => {
                    columns.push(column.clone());
                    self.keeps_type(table, column).then(|| self.column(table, column))?
                }
                KeyExpression::Expression(sql) => {
                    columns.extend(self.columns_in(table, sql)?);
                    format!("({sql})")
                }
            };
            keys.push(format!("{key} AS key{at}"));
            meet.push(format!("a.key{at} {} b.key{at}", element.operator));
        }
        let mut condition = String::new();
        if let Some(predicate) = &exclusion.predicate {
            columns.extend(self.columns_in(table, predicate)?);
            condition = format!(" WHERE ({predicate})");
        }
        if keys.len() < elements.len() || !self.askable(table, &columns) {
            return None;
        }
        let name = quote::qualified(&self.old_relation(table));
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

    /// Whether the key is a range: one that overlaps another then overlaps its neighbour.
    fn is_range(&self, table: &QualifiedName, element: &ExclusionElement) -> bool {
        match &element.part.value {
            KeyExpression::Column(column) => self
                .before
                .table(table)
                .and_then(|table| table.columns.get(column))
                .is_some_and(|column| RANGES.contains(&crate::render::types::ty(&column.ty).as_str())),
            KeyExpression::Expression(sql) => {
                sql.as_str().split_once('(').is_some_and(|(function, _)| RANGES.contains(&function))
            }
        }
    }

    /// Rows that refer to nothing.
    pub(super) fn orphans(&self, table: &QualifiedName, key: &schema_core::ForeignKey) -> Option<Probe> {
        if !self.askable(table, &[]) || key.referenced_columns.is_empty() || key.period {
            return None;
        }
        let present = |row: &str| {
            let columns = key.columns.iter();
            let present =
                columns.map(|column| Some(format!("{} IS NOT NULL", self.known(row, table, column)?)));
            Some(present.collect::<Option<Vec<String>>>()?.join(" AND "))
        };
        let object = ObjectId::on(schema_core::ObjectKind::ForeignKey, table, schema_core::Part::key(key));
        let finding = format!("rows that refer to nothing in {}", key.references.name);
        // A partitioned table that is new may have its rows in partitions that are not.
        if !self.is_used(&ObjectId::table(&key.references)) && !self.is_partitioned(&key.references) {
            return Some(self.probe(table, HazardCode::OrphanRows, object, finding, &present("")?));
        }
        if !self.askable(&key.references, &key.referenced_columns) {
            return None;
        }
        let child = quote::qualified(&self.old_relation(table));
        let parent = quote::qualified(&self.old_relation(&key.references));
        let equal: Option<Vec<String>> = key
            .columns
            .iter()
            .zip(&key.referenced_columns)
            .map(|(own, other)| self.compared((table, own), (&key.references, other)))
            .collect();
        let equal = equal?;
        let from = format!(
            "FROM {child} AS c WHERE {} AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {})",
            present("c.")?,
            equal.join(" AND ")
        );
        Some(Probe {
            code: HazardCode::OrphanRows,
            object,
            finding,
            count: Sql::new(format!("SELECT count(*) {from}")),
            show: Sql::new(format!("SELECT c.* {from} LIMIT 100")),
            answers: Answers::Stop,
        })
    }

    /// Whether a column of a row `p` is what one of a row `c` refers to. Types that the plan is to bring together may
    /// not be comparable yet: then the values are compared as what they are to become.
    fn compared(&self, own: (&QualifiedName, &Name), other: (&QualifiedName, &Name)) -> Option<String> {
        let number = |ty: &str| matches!(ty, "smallint" | "integer" | "bigint" | "numeric");
        let side = |row: &str, (table, column): (&QualifiedName, &Name)| {
            let after = self.after.database.table(table)?.columns.get(column)?;
            let value = self.known(row, table, column)?;
            let Some(before) = self.before.table(table)?.columns.get(column) else {
                return Some((value.clone(), crate::render::types::ty(&after.ty), Some(value)));
            };
            let next = super::column::converted(self, &value, before, after);
            Some((value, crate::render::types::ty(&before.ty), next))
        };
        let ((own, own_type, own_next), (other, other_type, other_next)) =
            (side("c.", own)?, side("p.", other)?);
        if own_type == other_type || (number(&own_type) && number(&other_type)) {
            return Some(format!("{other} = {own}"));
        }
        Some(format!("{} = {}", other_next?, own_next?))
    }

    /// Rows that violate a condition, where the condition speaks of what is there before the plan.
    pub(super) fn violations(
        &self,
        table: &QualifiedName,
        object: ObjectId,
        condition: &Sql,
    ) -> Option<Probe> {
        let (columns, new) = self.columns_of(table, condition)?;
        let new = new
            .into_iter()
            .map(|column| Some(format!("{} AS {}", self.first_value(column)?, quote::name(&column.name))))
            .collect::<Option<Vec<_>>>()?;
        self.askable(table, &columns).then(|| {
            let name = quote::qualified(&self.old_relation(table));
            let rows = if new.is_empty() {
                name
            } else {
                format!("(SELECT *, {} FROM {name}) AS {}", new.join(", "), quote::name(&table.name))
            };
            Probe::stopping(
                HazardCode::ViolatingRows,
                object,
                "rows that violate it",
                format!("SELECT count(*) FROM {rows} WHERE NOT ({condition})"),
                format!("SELECT * FROM {rows} WHERE NOT ({condition}) LIMIT 100"),
            )
        })
    }

    /// What every row is to get in a new column, where that can be said before it is there. A type that the plan makes or
    /// changes knows the value only then.
    fn first_value(&self, column: &Column) -> Option<String> {
        let ty = crate::render::types::ty(&column.ty);
        if column.generated.is_some() || column.identity.is_some() || !is_there(self, &column.ty, &ty) {
            return None;
        }
        let value = match &column.default {
            None => "NULL".to_owned(),
            Some(default @ DefaultValue::Literal(_)) => quote::default(default),
            Some(DefaultValue::Expression(sql)) => (!is_volatile(sql)).then(|| format!("({sql})"))?,
        };
        Some(format!("CAST({value} AS {ty})"))
    }

    /// What a column has in a row before the plan; a new one has what every row is to get.
    fn known(&self, row: &str, table: &QualifiedName, column: &Name) -> Option<String> {
        if self.before.table(table)?.columns.contains(column) {
            return Some(format!("{row}{}", self.column(table, column)));
        }
        self.first_value(self.after.database.table(table)?.columns.get(column)?)
    }

    /// What a column is to compute from the rows, where it speaks of what is there before the plan: it must not be NULL
    /// where the column holds none, and what is stored is computed here once to see that it can be.
    pub(super) fn computed(&self, table: &QualifiedName, column: &Column) -> Option<Probe> {
        let generated = column.generated.as_ref()?;
        let value = &generated.expression;
        let columns = self.columns_in(table, value)?;
        if !self.askable(table, &columns) {
            return None;
        }
        let object = ObjectId::on(schema_core::ObjectKind::Column, table, &column.name);
        if !column.nullable {
            let finding = format!("rows for which {} would be NULL", column.name);
            let condition = format!("({value}) IS NULL");
            return Some(self.probe(table, HazardCode::NullRows, object, finding, &condition));
        }
        (generated.kind == GeneratedKind::Stored).then(|| {
            let name = quote::qualified(&self.old_relation(table));
            Probe::stopping(
                HazardCode::ViolatingRows,
                object,
                format!("rows for which {} cannot be computed", column.name),
                format!("SELECT 0 * count(({value})) FROM {name}"),
                format!("SELECT ({value}) FROM {name}"),
            )
        })
    }

    /// The columns that a condition speaks of, unless it calls what only the plan makes, or a rename is in the way.
    fn columns_in(&self, table: &QualifiedName, condition: &Sql) -> Option<Vec<Name>> {
        let (columns, new) = self.columns_of(table, condition)?;
        new.is_empty().then_some(columns)
    }

    /// The same, and beside them the columns that are new.
    fn columns_of(&self, table: &QualifiedName, condition: &Sql) -> Option<(Vec<Name>, Vec<&Column>)> {
        let after = self.after.database.table(table)?;
        let before = self.before.table(table)?;
        let words: Vec<String> = crate::lexis::tokens(condition.as_str())
            .iter()
            .filter_map(crate::lexis::Token::identifier)
            .collect();
        let named = after.columns.iter().filter(|column| words.iter().any(|w| column.name == w.as_str()));
        let (new, columns): (Vec<&Column>, Vec<&Column>) = named.partition(|column| {
            self.old_column(table, &column.name) == column.name && !before.columns.contains(&column.name)
        });
        let same = |column: &&Column| {
            self.old_column(table, &column.name) == column.name
                && before.columns.get(&column.name).is_some_and(|old| old.ty == column.ty)
        };
        let new_objects = self.after.database.objects().any(|(id, _)| {
            matches!(id.kind, schema_core::ObjectKind::Routine | schema_core::ObjectKind::Enum)
                && self.before.get(id).is_none()
                && words.iter().any(|word| id.name == word.as_str())
        });
        let known = !new_objects && columns.iter().all(same) && self.old_relation(table) == *table;
        known.then(|| (columns.into_iter().map(|column| column.name.clone()).collect(), new))
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
