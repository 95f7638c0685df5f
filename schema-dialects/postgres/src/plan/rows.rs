//! The rows of a table or materialized view, as they are to be, said of what is there before the plan: with its columns
//! under the names, of the types and with the values that the plan gives them.

use std::collections::HashSet;

use schema_core::{Column, DefaultValue, Name, Object, ObjectId, ObjectKind, QualifiedName, Sql};

use super::column::{converted, domain, is_of_never_null, is_there, is_volatile};
use super::{Planner, change};
use crate::lexis::{Token, tokens};
use crate::{quote, render};

const NULL: &str = "NULL::boolean";

impl Planner<'_> {
    /// What to select from where an expression speaks of these columns as they are to be: the table itself where they
    /// stay what they are. Nothing where that can be said only when the plan has begun.
    pub(super) fn rows(&self, table: &QualifiedName, columns: &[&Name]) -> Option<String> {
        let source = self.source(table, columns)?;
        let is_named = !source.starts_with('(') && self.old_relation(table) == *table;
        Some(if is_named { source } else { format!("{source} AS {}", quote::name(&table.name)) })
    }

    /// The same for all that these expressions speak of.
    pub(super) fn rows_of(&self, table: &QualifiedName, expressions: &[&Sql]) -> Option<String> {
        let columns = expressions.iter().map(|sql| self.spoken_of(table, sql)).collect::<Option<Vec<_>>>()?;
        self.rows(table, &columns.concat())
    }

    /// The same without a name.
    pub(super) fn source(&self, table: &QualifiedName, columns: &[&Name]) -> Option<String> {
        if let Some(Object::MaterializedView(view)) = self.after.database.get(&view_id(table)) {
            return if self.is_standing_view(table) {
                Some(quote::qualified(&self.old_relation(table)))
            } else {
                self.asks_what_stays(&view_id(table)).then(|| format!("({})", view.query))
            };
        }
        let before = self.before.table(table)?;
        if before.options.postgres.foreign.is_some() || self.remade.contains(&ObjectId::table(table)) {
            return None;
        }
        let after = self.after.database.table(table)?;
        let mut asked: Vec<(&Name, String)> = Vec::new();
        for column in columns {
            if !asked.iter().any(|(name, _)| name == column) {
                asked.push((column, self.next(table, after.columns.get(column)?)?));
            }
        }
        let name = quote::qualified(&self.old_relation(table));
        if asked.iter().all(|(column, value)| *value == quote::name(column)) {
            return Some(name);
        }
        let others = before.columns.names().filter(|column| !columns.contains(column));
        let others = others.map(|column| (column, quote::name(self.old_column(table, column))));
        let values: Vec<String> = others
            .chain(asked)
            .map(|(column, value)| match quote::name(column) {
                name if name == value => name,
                name => format!("{value} AS {name}"),
            })
            .collect();
        Some(format!("(SELECT tableoid, ctid, {} FROM {name})", values.join(", ")))
    }

    /// The columns that an expression speaks of, unless it calls what only the plan makes.
    pub(super) fn spoken_of(&self, table: &QualifiedName, expression: &Sql) -> Option<Vec<&Name>> {
        const NEEDED: [ObjectKind; 5] = [
            ObjectKind::Routine,
            ObjectKind::Enum,
            ObjectKind::Domain,
            ObjectKind::Composite,
            ObjectKind::Range,
        ];
        let after = &self.after.database;
        let words: Vec<String> = tokens(expression.as_str()).iter().filter_map(Token::identifier).collect();
        let is_named = |name: &Name| words.iter().any(|word| *name == word.as_str());
        let needs_new = after
            .objects()
            .any(|(id, _)| NEEDED.contains(&id.kind) && is_named(&id.name) && self.before.get(id).is_none());
        if needs_new {
            return None;
        }
        match after.table(table) {
            Some(after) => Some(after.columns.names().filter(|name| is_named(name)).collect()),
            None => after.contains(&view_id(table)).then(Vec::new),
        }
    }

    /// Whether it is a materialized view that holds throughout what it holds now.
    fn is_standing_view(&self, name: &QualifiedName) -> bool {
        let id = view_id(name);
        self.before.contains(&id) && self.after.database.contains(&id) && !self.remade.contains(&id)
    }

    /// Whether the query of a view finds before the plan what it is to find after it.
    fn asks_what_stays(&self, view: &ObjectId) -> bool {
        let (mut seen, mut views) = (HashSet::new(), vec![view]);
        while let Some(view) = views.pop() {
            for needed in self.after.dependencies.of(view).filter(|needed| seen.insert(*needed)) {
                let table = needed.table_name().filter(|_| needed.kind == ObjectKind::Column);
                let stays = if let Some(table) = table {
                    self.stays(&table, &needed.name) && self.keeps_its_rows(&table)
                } else if needed.kind == ObjectKind::Table {
                    self.keeps_its_rows(&needed.qualified_name())
                } else {
                    views.push(needed);
                    !self.remade.contains(needed)
                        && self.before.get(needed) == self.after.database.get(needed)
                };
                if !stays {
                    return false;
                }
            }
        }
        true
    }

    /// Whether a table, under its name, and the same tables below it are there throughout.
    fn keeps_its_rows(&self, name: &QualifiedName) -> bool {
        let above = |table: &schema_core::Table| {
            let postgres = &table.options.postgres;
            (postgres.partition_of.clone(), postgres.inherits.clone())
        };
        let stays = |name: &QualifiedName| {
            let before = self.before.table(name).map(above);
            before.is_some() && before == self.after.database.table(name).map(above)
        };
        let remade = self.remade.contains(&ObjectId::table(name));
        let mut below = self.ties.heirs(name).iter();
        !remade
            && self.old_relation(name) == *name
            && stays(name)
            && below.all(|heir| self.keeps_its_rows(heir))
    }

    /// What a column is to hold, as an expression over the row as it is.
    fn next(&self, table: &QualifiedName, column: &Column) -> Option<String> {
        let before = self.before.table(table)?.columns.get(&column.name);
        if let Some(generated) = &column.generated {
            let inputs = self.spoken_of(table, &generated.expression)?;
            if !inputs.iter().all(|input| self.stays(table, input)) {
                return None;
            }
            if before.is_none_or(|before| before.generated != column.generated) {
                let ty = render::types::ty(&column.ty);
                let value = format!("CAST(({}) AS {ty})", generated.expression);
                return is_there(self, &column.ty, &ty).then_some(value);
            }
        }
        match before {
            Some(before) if change::in_place(self, table, before, column) => {
                let value = converted(self, &self.asked(table, &column.name), before, column)?;
                self.collated(value, before, column)
            }
            Some(_) | None => self.first_value(column),
        }
    }

    /// Whether a column is what it was, under the same name.
    fn stays(&self, table: &QualifiedName, column: &Name) -> bool {
        let of = |database: &schema_core::Database| {
            let column = database.table(table)?.columns.get(column)?;
            Some((column.ty.clone(), column.collation.clone(), column.generated.clone()))
        };
        let before = of(&self.before);
        before.is_some() && before == of(&self.after.database) && self.old_column(table, column) == *column
    }

    /// The value in the column's new collation.
    fn collated(&self, value: String, before: &Column, after: &Column) -> Option<String> {
        if before.collation == after.collation {
            return Some(value);
        }
        let id = |name| ObjectId::new(ObjectKind::Sql(schema_core::SqlObjectKind::Collation), name);
        let is_new = |name| self.after.database.get(&id(name)) != self.before.get(&id(name));
        match &after.collation {
            Some(collation) if is_new(collation) => None,
            // Another type may have none.
            None if before.ty != after.ty => Some(value),
            collation => Some(value + &quote::collate_value(collation.as_ref())),
        }
    }

    /// For a new column of a type that the server knows only later: what stands for the one value, or the NULL, that
    /// every row is to have in it, where rows are told apart.
    pub(super) fn same_in_all_rows(&self, table: &QualifiedName, column: &Name) -> Option<&'static str> {
        let after = self.after.database.table(table)?.columns.get(column)?;
        let before = self.before.table(table)?.columns.get(column);
        let stays = before.is_some_and(|before| change::in_place(self, table, before, after));
        let ty = render::types::ty(&after.ty);
        let is_given = after.generated.is_none() && after.identity.is_none();
        if stays || !is_given || is_there(self, &after.ty, &ty) {
            return None;
        }
        let of_domain = || domain(self, &after.ty).and_then(|domain| domain.default.as_ref());
        let given = match &after.default {
            Some(DefaultValue::Literal(_)) => return Some("true"),
            Some(DefaultValue::Expression(sql)) => Some(sql),
            None => of_domain(),
        };
        match given {
            Some(sql) if is_volatile(sql) => None,
            Some(sql) if sql.as_str().to_uppercase().starts_with("NULL") => Some(NULL),
            Some(_) => Some("true"),
            None => (!is_of_never_null(self, after)).then_some(NULL),
        }
    }

    /// What every row is to get in a new column, where that can be said before it is there. A type that the plan makes or
    /// changes knows the value only then.
    fn first_value(&self, column: &Column) -> Option<String> {
        let ty = render::types::ty(&column.ty);
        if column.generated.is_some() || column.identity.is_some() || !is_there(self, &column.ty, &ty) {
            return None;
        }
        let given = |sql: &Sql| (!is_volatile(sql)).then(|| format!("({sql})"));
        let value = match &column.default {
            Some(default @ DefaultValue::Literal(_)) => quote::default(default),
            Some(DefaultValue::Expression(sql)) => given(sql)?,
            None => match domain(self, &column.ty).and_then(|domain| domain.default.as_ref()) {
                Some(sql) => given(sql)?,
                None if is_of_never_null(self, column) => return None,
                None => "NULL".to_owned(),
            },
        };
        Some(format!("CAST({value} AS {ty})"))
    }
}

fn view_id(name: &QualifiedName) -> ObjectId {
    ObjectId::new(ObjectKind::MaterializedView, name)
}
