//! Changes of a table that exists: by SQLite's own `ALTER TABLE` where that does what is wanted, otherwise by
//! writing the table anew.

use schema_core::diff::{Change, Diff, TableDiff};
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step, Work};
use schema_core::{
    Check, Column, Database, DefaultValue, Error, GeneratedKind, Name, ObjectKind, Part, Parts, Table,
};

use super::probe::{Rows, values_lost};
use super::{Context, constraint};
use crate::quote::{identifier, object};
use crate::render;
use crate::render::column::{definition, is_bare};
use crate::sql::{self, Kind, tokenize};

impl Context<'_> {
    /// The steps from one state of a table to another, which have the same indexes where both have them.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for what SQLite cannot hold.
    pub(super) fn alter(&self, before: &Table, after: &Table, now: &Database) -> Result<Vec<Step>, Error> {
        let mut diff = Diff::table(before, after);
        let Some(table) = diff.changes.pop().and_then(table_diff) else { return Ok(Vec::new()) };
        if table.only_order_changes() {
            return Ok(Vec::new());
        }
        match self.native(before, after, &table, now)? {
            Some(steps) => Ok(steps),
            None => Ok(vec![self.rebuild(before, after, &table, now)?]),
        }
    }

    /// Whether a column can be dropped by SQLite's own statement. It refuses when any view or trigger of the database
    /// mentions what is not there, however far from the table, and nothing tells which does.
    fn can_drop(&self, now: &Database) -> bool {
        let looks = |kind: ObjectKind| matches!(kind, ObjectKind::View | ObjectKind::Trigger);
        self.dialect.drops_columns() && !now.objects().any(|(id, _)| looks(id.kind))
    }

    /// SQLite's own statements, if they do it all.
    fn native(
        &self,
        before: &Table,
        after: &Table,
        diff: &TableDiff,
        now: &Database,
    ) -> Result<Option<Vec<Step>>, Error> {
        let others = diff.primary_key.is_some() || !diff.uniques.is_empty() || diff.options.is_some();
        let mut added = Vec::new();
        let mut dropped = Vec::new();
        let mut changed = Vec::new();
        let constraints = self.dialect.alters_constraints();
        for change in &diff.columns {
            match change {
                Change::Add(column) => added.push(column),
                Change::Drop(column) => dropped.push(column),
                Change::Modify { before: old, after: new }
                    if constraints && constraint::is_nullability(before, old, new) =>
                {
                    changed.push((old, new));
                }
                Change::Modify { .. } => return Ok(None),
            }
        }
        // Each drop writes the whole table, so several are better done at once.
        if others || dropped.len() > 1 || (!dropped.is_empty() && !self.can_drop(now)) {
            return Ok(None);
        }
        let mut now = before.clone();
        let mut steps = Vec::new();
        // Only a name lets a check go again.
        let is_named = |check: &&Check| constraints && check.name.is_some();
        for check in diff.checks.iter().filter(|change| change.after().is_none()).filter_map(Change::before) {
            if is_named(&check) {
                steps.push(constraint::drop_check(&now, check));
                now.checks.remove(&Part::key(check));
            }
        }
        for column in dropped {
            if is_used(&now, &column.name) {
                return Ok(None);
            }
            steps.push(self.drop_column(&now, column));
            now.columns.remove(&column.name);
        }
        for column in added {
            let Some((step, next)) = self.add_column(&now, after, column, diff)? else { return Ok(None) };
            steps.push(step);
            now = next;
        }
        for (old, new) in changed {
            let rows = Rows::new(&now, after, self);
            steps.push(constraint::set_nullability(&now, old, new, &rows));
            now.columns.replace(new.clone());
        }
        for check in after.checks.iter().filter(is_named) {
            if !now.checks.contains(&Part::key(check)) {
                steps.push(constraint::add_check(&now, check, &Rows::new(&now, after, self)));
                now.checks.insert(check.clone());
            }
        }
        // What is left no statement of SQLite's can do.
        let rest = Diff::table(&now, after).changes.pop().and_then(table_diff);
        Ok(rest.is_none_or(|rest| rest.only_order_changes()).then_some(steps))
    }
}

fn table_diff(change: schema_core::diff::ObjectChange) -> Option<TableDiff> {
    match change {
        schema_core::diff::ObjectChange::AlterTable(table) => Some(*table),
        schema_core::diff::ObjectChange::Create(_)
        | schema_core::diff::ObjectChange::Drop(_)
        | schema_core::diff::ObjectChange::Alter { .. } => None,
    }
}

/// Whether anything in the table besides the column itself mentions it.
fn is_used(table: &Table, column: &Name) -> bool {
    let mentions = |sql: &schema_core::Sql| {
        tokenize(sql.as_str()).iter().any(|t| t.is_name() && t.name().eq_ignore_ascii_case(column.as_str()))
    };
    let in_key = |parts: &[schema_core::KeyPart]| {
        parts.iter().any(|part| match &part.value {
            schema_core::KeyExpression::Column(name) => name == column,
            schema_core::KeyExpression::Expression(sql) => mentions(sql),
        })
    };
    table.columns.len() == 1
        || table.primary_key.as_ref().is_some_and(|key| in_key(&key.columns))
        || table.uniques.iter().any(|unique| in_key(&unique.columns))
        || table.checks.iter().any(|check| mentions(&check.expression))
        || table.foreign_keys.iter().any(|key| key.columns.contains(column))
        || table
            .indexes
            .iter()
            .any(|index| in_key(&index.parts) || index.predicate.as_ref().is_some_and(mentions))
        || table
            .columns
            .iter()
            .filter(|other| other.name != *column)
            .any(|other| other.generated.as_ref().is_some_and(|generated| mentions(&generated.expression)))
}

impl Context<'_> {
    /// `DROP COLUMN`.
    fn drop_column(&self, table: &Table, column: &Column) -> Step {
        let id = table.id().part(ObjectKind::Column, &column.name);
        let mut diff = TableDiff::new(table.name.clone());
        diff.columns.push(Change::Drop(column.clone()));
        let lost = format!("{id} and its values are dropped");
        let rewritten = format!("writers wait while {} is written anew", table.name);
        let alter = format!("ALTER TABLE {}", object(&table.name));
        let reverse = match definition(column, table) {
            Ok(clause) => Reverse::StructureOnly(vec![format!("{alter} ADD COLUMN {clause}").into()]),
            Err(error) => Reverse::Irreversible { reason: error.to_string() },
        };
        Step::new(id, format!("drop column {}", column.name), diff.into())
            .statement(format!("{alter} DROP COLUMN {}", identifier(column.name.as_str())))
            .reverse(reverse)
            .phase(Phase::Contract)
            .work(Work::Rewrite)
            .hazard(Hazard::new(HazardCode::DropColumn, lost))
            .hazard(Hazard::new(HazardCode::Rewrite, rewritten))
            .probe(values_lost(table, &column.name, self))
    }

    /// `ADD COLUMN`, with the constraints that stand beside it, and the table it leads to; or nothing where SQLite
    /// would refuse, or make something else of it.
    fn add_column(
        &self,
        now: &Table,
        after: &Table,
        column: &Column,
        diff: &TableDiff,
    ) -> Result<Option<(Step, Table)>, Error> {
        if !can_be_added(column) {
            return Ok(None);
        }
        let mut next = now.clone();
        next.columns.insert(column.clone());
        // A check may be about several new columns: it comes with the last of them.
        let waits = |check: &Check| {
            let mut missing = after.columns.iter().filter(|other| !next.columns.contains(&other.name));
            missing.any(|other| is_about(check.expression.as_str(), other))
        };
        let mut checks = Vec::new();
        for change in &diff.checks {
            if let Change::Add(check) = change
                && is_about(check.expression.as_str(), column)
                && !waits(check)
                && !next.checks.contains(&change.key())
            {
                checks.push(check.clone());
            }
        }
        for check in checks {
            next.checks.insert(check);
        }
        for change in &diff.foreign_keys {
            if let Change::Add(foreign_key) = change
                && foreign_key.columns == [column.name.clone()]
            {
                next.foreign_keys.insert(foreign_key.clone());
            }
        }
        let spelled = after.spelling.as_str().and_then(|sql| sql::column_clause(sql, &column.name));
        let from_model = clause(now, &next, column)?;
        let Some(clause) =
            spelled.into_iter().chain([from_model.as_str()]).find(|clause| leads_to(now, clause, &next))
        else {
            return Ok(None);
        };
        let clause = render::column::closed(clause);
        let alter = format!("ALTER TABLE {}", object(&now.name));
        let mut step = Step::new(
            now.id().part(ObjectKind::Column, &column.name),
            format!("add column {}", column.name),
            Diff::table(now, &next),
        )
        .statement(format!("{alter} ADD COLUMN {}", clause.trim_end()))
        .undo(format!("{alter} DROP COLUMN {}", identifier(column.name.as_str())));
        let rows = Rows::new(now, &next, self);
        for check in next.checks.iter().filter(|check| !now.checks.contains(&Part::key(*check))) {
            step = step.work(Work::Scan).probe(rows.violations(check));
        }
        next.spelling = schema_core::Spelling::default();
        Ok(Some((step, next)))
    }
}

/// Whether SQLite adds such a column (<https://sqlite.org/lang_altertable.html#altertabaddcol>).
fn can_be_added(column: &Column) -> bool {
    let default = match &column.default {
        None => None,
        Some(DefaultValue::Literal(_)) => Some(true),
        Some(DefaultValue::Expression(sql)) => {
            let null = sql.as_str().eq_ignore_ascii_case("NULL");
            let constant = is_bare(sql.as_str())
                && !tokenize(sql.as_str())
                    .iter()
                    .any(|t| t.kind == Kind::Word && t.text.to_ascii_uppercase().starts_with("CURRENT_"));
            if !constant {
                return false;
            }
            Some(!null)
        }
    };
    let stored = column.generated.as_ref().is_some_and(|g| g.kind == GeneratedKind::Stored);
    let filled = column.nullable || default == Some(true);
    !stored && column.identity.is_none() && (column.generated.is_some() && column.nullable || filled)
}

/// Whether an expression mentions a column.
fn is_about(expression: &str, column: &Column) -> bool {
    tokenize(expression).iter().any(|t| t.is_name() && t.name().eq_ignore_ascii_case(column.name.as_str()))
}

/// The column's definition from the model, with the constraints that came with it.
fn clause(now: &Table, next: &Table, column: &Column) -> Result<String, Error> {
    let mut clause = definition(column, next)?;
    for check in next.checks.iter().filter(|check| !now.checks.contains(&Part::key(*check))) {
        clause.push(' ');
        clause.push_str(&render::table::check(check));
    }
    for key in next.foreign_keys.iter().filter(|key| !now.foreign_keys.contains(&Part::key(*key))) {
        clause.push(' ');
        clause.push_str(&render::table::inline_foreign_key(key));
    }
    Ok(clause)
}

/// Whether the table with this column definition behind its last is the one that is wanted.
fn leads_to(now: &Table, clause: &str, next: &Table) -> bool {
    let mut plain = now.clone();
    plain.spelling = schema_core::Spelling::default();
    let statement = render::table::from_model(&plain, plain.name.name.as_str(), &Database::new(), &[clause]);
    let Some(mut read) = statement.ok().and_then(|sql| sql::table(sql.as_str()).ok()) else { return false };
    let mut wanted = next.clone();
    read.indexes = Parts::default();
    wanted.indexes = Parts::default();
    // A default with a foreign key would need a row to refer to, which SQLite refuses to look for.
    let refers = next.foreign_keys.len() > now.foreign_keys.len();
    let has_default = next.columns.iter().next_back().is_some_and(|column| column.default.is_some());
    render::table::same_statement(&read, &wanted) && !(refers && has_default)
}
