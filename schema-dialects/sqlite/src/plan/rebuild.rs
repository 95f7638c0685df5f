//! Writing a table anew (<https://sqlite.org/lang_altertable.html#otheralter>): made under a name of its own,
//! filled, put in the old one's place.
//!
//! Foreign keys are off meanwhile, so that dropping the old table deletes nothing elsewhere. `legacy_alter_table`
//! keeps the rename from looking into views and triggers, which mention the table by the name that it has again in
//! the same instant.

use schema_core::diff::{Change, TableDiff};
use schema_core::plan::{Hazard, HazardClass, HazardCode, Phase, Reverse, Step, Work};
use schema_core::{
    Column, Database, Error, ForeignKey, KeyPart, ObjectKind, Part, Sql, Table, Trigger, Unique,
};

use super::probe::{Affinity, Rows, native, values_lost};
use super::{Context, table};
use crate::quote::{identifier, identifiers, object, string};
use crate::render;

impl Context<'_> {
    /// One step for everything that changes in a table.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for what SQLite cannot hold.
    pub(super) fn rebuild(
        &self,
        before: &Table,
        after: &Table,
        diff: &TableDiff,
        now: &Database,
    ) -> Result<Step, Error> {
        let id = before.id();
        let triggers: Vec<&Trigger> = table::triggers(now, &id).collect();
        let title = format!("rebuild table {}: {}", after.name, summary(diff));
        let mut step = Step::new(id.clone(), title, diff.clone().into()).work(Work::Rewrite);
        step.statements = statements(before, after, self.after, &triggers)?;
        step.reverse = reverse(before, after, diff, now, &triggers);
        let mut step = Danger { before, after, now, context: self, rows: Rows::new(before, after, self) }
            .look(step, diff);
        let message = format!("writers wait while {} is written anew", after.name);
        step = step.hazard(Hazard::new(HazardCode::Rewrite, message));
        let breaks = step
            .hazards
            .iter()
            .any(|hazard| matches!(hazard.class(), HazardClass::Breaking | HazardClass::DataLoss));
        Ok(if breaks { step.phase(Phase::Contract) } else { step })
    }
}

/// What changes, in a few words.
fn summary(diff: &TableDiff) -> String {
    const SHOWN: usize = 4;
    let mut parts: Vec<String> =
        diff.parts().iter().map(|part| format!("{} {}", part.kind, part.name)).collect();
    if diff.options.is_some() {
        parts.push("options".to_owned());
    }
    let more = parts.len().saturating_sub(SHOWN);
    parts.truncate(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", parts.join(", "))
}

/// The statements that put `after` in the place of `before`, rows, indexes, triggers and the sequence kept.
fn statements(
    before: &Table,
    after: &Table,
    database: &Database,
    triggers: &[&Trigger],
) -> Result<Vec<Sql>, Error> {
    let temporary = super::temporary("new", after);
    let (quoted, name) = (identifier(&temporary), object(&before.name));
    let mut statements = vec![render::table::create_as(after, &temporary, database)?];
    if let Some((into, from)) = copied(before, after) {
        // A conflict clause of the table's own would leave rows out, or replace some.
        statements.push(format!("INSERT OR ABORT INTO {quoted} ({into}) SELECT {from} FROM {name}").into());
        statements.push(same_count(&name, &quoted));
    }
    if let (Some(old), Some(new)) = (monotonic(before), monotonic(after))
        && old == new
    {
        let (new, old) = (string(&temporary), string(before.name.name.as_str()));
        statements.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}").into());
        statements.push(
            format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
            )
            .into(),
        );
    }
    statements.push(format!("DROP TABLE {name}").into());
    statements.push("PRAGMA legacy_alter_table = ON".into());
    statements.push(format!("ALTER TABLE {quoted} RENAME TO {}", object(&after.name)).into());
    statements.push("PRAGMA legacy_alter_table = OFF".into());
    statements.extend(after.indexes.iter().map(|index| render::index::create(index, after)));
    statements.extend(triggers.iter().map(|trigger| render::trigger::create(trigger)));
    Ok(statements)
}

/// Fails if one table has not as many rows as the other. Outside of triggers SQLite has no `RAISE`: a path that is
/// none says why in the error.
fn same_count(before: &str, after: &str) -> Sql {
    format!(
        "SELECT CASE WHEN was <> is_now THEN json_extract('[]', is_now || ' of ' || was || ' rows were copied') END \
         FROM (SELECT (SELECT count(*) FROM {before}) AS was, (SELECT count(*) FROM {after}) AS is_now)"
    )
    .into()
}

/// The column whose numbers are never used again.
fn monotonic(table: &Table) -> Option<&schema_core::Name> {
    let is_monotonic = |column: &&Column| column.identity.as_ref().is_some_and(|identity| identity.monotonic);
    table.columns.iter().find(is_monotonic).map(|column| &column.name)
}

/// The columns that are filled, and from what. Rows keep their numbers where both tables have them.
fn copied(before: &Table, after: &Table) -> Option<(String, String)> {
    let mut into: Vec<&str> = Vec::new();
    let mut from: Vec<String> = Vec::new();
    let rowids = !before.options.sqlite.without_rowid && !after.options.sqlite.without_rowid;
    let identity = after.columns.iter().find(|column| column.identity.is_some());
    let old_rowid = rowid_name(&[before]);
    match (identity, rowid_name(&[before, after])) {
        (None, Some(rowid)) if rowids => {
            into.push(rowid);
            from.push(rowid.to_owned());
        }
        _numbered_by_a_column => {}
    }
    for column in after.columns.iter().filter(|column| column.generated.is_none()) {
        if before.columns.contains(&column.name) {
            into.push(column.name.as_str());
            from.push(identifier(column.name.as_str()));
        } else if let (true, true, Some(rowid)) = (column.identity.is_some(), rowids, old_rowid) {
            into.push(column.name.as_str());
            from.push(rowid.to_owned());
        }
    }
    (!into.is_empty()).then(|| (identifiers(into), from.join(", ")))
}

/// A name for the row's number that no column of the tables has.
fn rowid_name(tables: &[&Table]) -> Option<&'static str> {
    ["rowid", "_rowid_", "oid"].into_iter().find(|name| {
        !tables.iter().any(|table| table.columns.names().any(|c| c.as_str().eq_ignore_ascii_case(name)))
    })
}

/// The way back, as far as there is one.
fn reverse(
    before: &Table,
    after: &Table,
    diff: &TableDiff,
    now: &Database,
    triggers: &[&Trigger],
) -> Reverse {
    let mut lost = false;
    for change in &diff.columns {
        if let Change::Drop(column) = change {
            if !column.nullable && column.default.is_none() && column.generated.is_none() {
                return Reverse::Irreversible {
                    reason: format!("{} holds no NULL, and its values are gone", column.name),
                };
            }
            lost = true;
        }
    }
    match statements(after, before, now, triggers) {
        Ok(statements) if lost => Reverse::StructureOnly(statements),
        Ok(statements) => Reverse::Statements(statements),
        Err(error) => Reverse::Irreversible { reason: error.to_string() },
    }
}

/// Finds what can go wrong with a rebuild.
struct Danger<'a> {
    before: &'a Table,
    after: &'a Table,
    now: &'a Database,
    context: &'a Context<'a>,
    rows: Rows,
}

impl Danger<'_> {
    fn look(&self, mut step: Step, diff: &TableDiff) -> Step {
        for change in &diff.columns {
            step = match change {
                Change::Add(column) => self.added(step, column),
                Change::Drop(column) => {
                    let message = format!("column {} and its values are dropped", column.name);
                    let step = step.hazard(Hazard::new(HazardCode::DropColumn, message));
                    step.probe(values_lost(self.before, &column.name, self.context))
                }
                Change::Modify { before, after } => self.modified(step, before, after),
            };
        }
        step = self.strictness(step, diff);
        step = self.keys(step, diff);
        for change in &diff.checks {
            let same = |check: &schema_core::Check| {
                self.before.checks.iter().any(|old| old.expression == check.expression)
            };
            let stays = |check: &schema_core::Check| {
                self.after.checks.iter().any(|new| new.expression == check.expression)
            };
            step = match (change.before(), change.after()) {
                (_, Some(check)) if !same(check) => self
                    .constraint_added(step, &format!("rows must meet {}", check.expression))
                    .probe(self.rows.violations(check)),
                (Some(check), None) if !stays(check) => {
                    self.constraint_dropped(step, &format!("rows need no longer meet {}", check.expression))
                }
                _same_content => step,
            };
        }
        for change in &diff.foreign_keys {
            step = match (change.before(), change.after()) {
                (_, Some(key)) if !self.before.foreign_keys.iter().any(|old| same_reference(old, key)) => {
                    let message = format!("rows must refer to rows of {}", key.references);
                    let mut step = self.constraint_added(step, &message);
                    step.probes.extend(self.rows.orphans(key, self.now, self.context));
                    step
                }
                (Some(key), None) if !self.after.foreign_keys.iter().any(|new| same_reference(key, new)) => {
                    let message = format!("rows need no longer refer to rows of {}", key.references);
                    self.constraint_dropped(step, &message)
                }
                _same_content => step,
            };
        }
        step
    }

    fn constraint_added(&self, step: Step, message: &str) -> Step {
        step.hazard(Hazard::new(HazardCode::ConstraintAdded, format!("{}: {message}", self.after.name)))
    }

    fn constraint_dropped(&self, step: Step, message: &str) -> Step {
        step.hazard(Hazard::new(HazardCode::ConstraintDropped, format!("{}: {message}", self.after.name)))
    }

    fn added(&self, step: Step, column: &Column) -> Step {
        if column.generated.is_some() {
            // What it computes must fit into a STRICT table.
            return self.converted(step, column, column);
        }
        let is_filled = column.nullable || column.default.is_some() || column.identity.is_some();
        if is_filled {
            return step;
        }
        let message = format!("an INSERT must give {}", column.name);
        step.hazard(Hazard::new(HazardCode::NotNull, message)).probe(self.rows.any(&column.name))
    }

    fn modified(&self, mut step: Step, before: &Column, after: &Column) -> Step {
        if before.generated.is_none() && after.generated.is_some() {
            let message = format!("the values of {} give way to computed ones", after.name);
            let step = step.hazard(Hazard::new(HazardCode::DropColumn, message));
            return self.converted(step, after, after);
        }
        // The number of a row is never NULL, whatever its column says.
        let is_rowid = before.identity.is_some();
        let becomes_rowid = after.identity.is_some() && !is_rowid;
        if becomes_rowid {
            // SQLite would put numbers of its own in the place of NULLs.
            step = self.converted(step.probe(self.rows.nulls(&after.name)), before, after);
        }
        if before.nullable && !after.nullable && !is_rowid {
            let message = format!("writing NULL to {} is refused", after.name);
            step = step.hazard(Hazard::new(HazardCode::NotNull, message)).probe(self.rows.nulls(&after.name));
        }
        let strict = |table: &Table| table.options.sqlite.strict;
        let (old, new) = (Affinity::of(before, strict(self.before)), Affinity::of(after, strict(self.after)));
        if old != new && !becomes_rowid {
            let message = format!("{} was {} and is {}", after.name, native(&before.ty), native(&after.ty));
            step = step.hazard(Hazard::new(HazardCode::TypeChange, message));
            step = self.converted(step, before, after);
        } else if strict(self.after) && before != after {
            step = self.converted(step, before, after);
        }
        step
    }

    fn converted(&self, mut step: Step, before: &Column, after: &Column) -> Step {
        for probe in self.rows.conversions(before, after) {
            if probe.code == HazardCode::LossyConversion {
                let message = format!("values of {} that look like numbers may be altered", after.name);
                step = step.hazard(Hazard::new(HazardCode::LossyConversion, message));
            }
            step = step.probe(probe);
        }
        step
    }

    /// A table that becomes STRICT refuses values that it has held so far; in one that is so no longer, `ANY` alters
    /// some.
    fn strictness(&self, mut step: Step, diff: &TableDiff) -> Step {
        let Some(options) = &diff.options else { return step };
        step = match (options.0.sqlite.strict, options.1.sqlite.strict) {
            (false, true) => self.constraint_added(step, "values must be of the declared types"),
            (true, false) => self.constraint_dropped(step, "values need no longer be of the declared types"),
            _same => return step,
        };
        for after in self.after.columns.iter() {
            let before = self.before.columns.get(&after.name);
            // One that changes is looked at as such.
            if let Some(before) = before.filter(|before| *before == after) {
                step = self.converted(step, before, after);
            }
        }
        step
    }

    /// Primary keys and unique constraints, also where only the collation of a column makes more values equal.
    fn keys(&self, mut step: Step, diff: &TableDiff) -> Step {
        let recollated = |parts: &[KeyPart]| {
            parts.iter().filter_map(KeyPart::column_name).any(|name| {
                let collation = |table: &Table| table.columns.get(name).map(|c| c.collation.clone());
                collation(self.before) != collation(self.after)
            })
        };
        let kept = |table: &Table, parts: &[KeyPart]| {
            let key = table.primary_key.as_ref().map(|key| key.columns.as_slice());
            let uniques = table.uniques.iter().map(|unique| unique.columns.as_slice());
            key.into_iter().chain(uniques).any(|other| other == parts)
        };
        if let Some(key) = &self.after.primary_key
            && (!kept(self.before, &key.columns) || recollated(&key.columns))
        {
            let id = self.after.id().part(ObjectKind::PrimaryKey, "primary key");
            step = self
                .constraint_added(step, "rows with equal primary keys are refused")
                .probe(self.rows.duplicates(id, &key.columns, None));
        }
        for unique in self.after.uniques.iter() {
            if !kept(self.before, &unique.columns) || recollated(&unique.columns) {
                let id = self.after.id().part(ObjectKind::Unique, unique.key());
                step = self
                    .constraint_added(step, &format!("rows with equal {} are refused", words(unique)))
                    .probe(self.rows.duplicates(id, &unique.columns, None));
            }
        }
        for index in self.after.indexes.iter().filter(|index| index.unique && recollated(&index.parts)) {
            let id = self.after.id().part(ObjectKind::Index, index.key());
            let filter = index.predicate.as_ref().map(Sql::as_str);
            step = self
                .constraint_added(step, &format!("rows with equal keys in {} are refused", id.name))
                .probe(self.rows.duplicates(id, &index.parts, filter));
        }
        if let Some(Change::Drop(_)) = &diff.primary_key {
            step = self.constraint_dropped(step, "it has no primary key any more");
        }
        for change in &diff.uniques {
            if let Change::Drop(unique) = change
                && !kept(self.after, &unique.columns)
            {
                step = self.constraint_dropped(step, &format!("{} may repeat", words(unique)));
            }
        }
        step
    }
}

fn words(unique: &Unique) -> String {
    let names: Vec<&str> =
        unique.columns.iter().filter_map(KeyPart::column_name).map(schema_core::Name::as_str).collect();
    names.join(", ")
}

/// Whether two foreign keys ask the same of rows.
fn same_reference(one: &ForeignKey, other: &ForeignKey) -> bool {
    one.columns == other.columns
        && one.references == other.references
        && one.referenced_columns == other.referenced_columns
}
