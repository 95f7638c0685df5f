//! New tables.

use schema_core::plan::LockMode;
use schema_core::{Name, Object, Sql, Step, Table, TableOptions};

use super::Planner;
use super::column::not_null::name_not_null;
use super::family::{given_checks, given_exclusions};
use crate::quote;
use crate::render::column::not_null_constraint;
use crate::render::table::{Later, needs_index};
use crate::render::{object, table as render};

/// A new table.
pub(super) fn create(planner: &mut Planner<'_>, table: &Table, defaults: &[Name], checks: &[Name]) {
    let mut made = table.clone();
    for name in defaults {
        if let Some(column) = made.columns.get_mut(name) {
            column.default = None;
        }
    }
    for name in checks {
        made.checks.remove(name);
    }
    made.foreign_keys = schema_core::Parts::default();
    made.indexes = schema_core::Parts::default();
    made.options = at_creation(&made.options);
    let mut named = named(planner, table);
    for constraint in given_exclusions(planner, table) {
        constraint.remove(&mut made);
        constraint.remove(&mut named);
    }
    let later = Later { defaults: defaults.to_vec(), checks: checks.to_vec() };
    let statements = render::create(&named, &given_checks(planner, table), &later);
    made.options.postgres.partition_of = None;
    let id = table.id();
    let effect = planner.effect(&id, |database| database.insert(made));
    let mut step = Step::new(id.clone(), format!("create table {}", table.name.name), effect)
        .undo(object::drop(&Object::from(table.clone())).join("; "));
    step.statements = statements.into_iter().map(Sql::new).collect();
    let own = own_settings(planner, table);
    if !own.is_empty() {
        step = step.statement(render::alter(&table.name, planner.is_foreign(&table.name), true, &own));
    }
    for parent in &table.options.postgres.inherits {
        step = planner.locked(step, LockMode::ShareUpdateExclusive, parent);
    }
    planner.push(step);
}

/// What a new table is to have in the columns that it has from its parents, and what it is not to have from them.
fn own_settings(planner: &Planner<'_>, table: &Table) -> Vec<String> {
    let parents: Vec<&Table> =
        table.options.postgres.inherits.iter().filter_map(|parent| planner.now.table(parent)).collect();
    let mut clauses = Vec::new();
    for column in table.columns.iter().filter(|column| column.postgres.inherited) {
        let given: Vec<&schema_core::Column> =
            parents.iter().filter_map(|parent| parent.columns.get(&column.name)).collect();
        let name = quote::name(&column.name);
        if column.postgres.storage.is_none() && given.iter().any(|given| given.postgres.storage.is_some()) {
            let default = super::column::default_storage(planner);
            clauses.push(format!("ALTER COLUMN {name} SET STORAGE {default}"));
        }
        if column.postgres.compression.is_none()
            && given.iter().any(|given| given.postgres.compression.is_some())
        {
            clauses.push(format!("ALTER COLUMN {name} SET COMPRESSION default"));
        }
        let passes_not_null = |given: &&schema_core::Column| {
            !given.nullable && !given.postgres.not_null.as_ref().is_some_and(|not_null| not_null.no_inherit)
        };
        if !column.nullable && column.postgres.not_null.is_none() && !given.iter().any(passes_not_null) {
            let mut own = column.clone();
            name_not_null(planner, &table.name, &mut own);
            clauses.push(match &own.postgres.not_null {
                Some(constraint) => format!("ADD {}", not_null_constraint(constraint, &column.name)),
                None => format!("ALTER COLUMN {name} SET NOT NULL"),
            });
        }
    }
    clauses
}

/// The table with the names of NOT NULL that the server would not give.
fn named(planner: &Planner<'_>, table: &Table) -> Table {
    let mut named = table.clone();
    let own = named.columns.iter_mut().filter(|column| !column.postgres.inherited);
    own.for_each(|column| name_not_null(planner, &table.name, column));
    if planner.version.major < 16 {
        // What a parent computes, the child computes in the same way, and may not say so.
        let parents = table.options.postgres.inherits.iter().filter_map(|parent| planner.now.table(parent));
        let computed = parents.flat_map(|parent| parent.columns.iter().filter(|c| c.generated.is_some()));
        for of_parent in computed {
            if let Some(column) = named.columns.get_mut(&of_parent.name) {
                column.generated = None;
            }
        }
    }
    named
}

/// What CREATE TABLE gives of a table's options: not what needs an index.
fn at_creation(options: &TableOptions) -> TableOptions {
    let mut options = options.clone();
    options.postgres.clustered_on = None;
    if options.postgres.replica_identity.as_ref().is_some_and(|sql| needs_index(sql.as_str())) {
        options.postgres.replica_identity = None;
    }
    options
}
