//! Whole tables: made and dropped.

use schema_core::diff::{Diff, Renames};
use schema_core::plan::{Hazard, HazardCode, Phase, Reverse, Step};
use schema_core::{Database, Error, Object, ObjectId, ObjectKind, Sql, SqlObject, Table};

use super::probe;
use crate::quote::object;
use crate::render;

/// Makes a table with its indexes.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(super) fn create(table: &Table, after: &Database) -> Result<Step, Error> {
    let mut step = Step::new(table.id(), format!("create table {}", table.name), Diff::create(table.clone()))
        .undo(format!("DROP TABLE {}", object(&table.name)));
    step.statements = statements(table, after)?;
    Ok(step)
}

/// The statements that make a table with its indexes.
fn statements(table: &Table, database: &Database) -> Result<Vec<Sql>, Error> {
    let mut statements = vec![render::table::create(table, database)?];
    statements.extend(table.indexes.iter().map(|index| render::index::create(index, table)));
    Ok(statements)
}

/// Drops the tables that go, and takes them out of `now`.
pub(super) fn drops(now: &mut Database, after: &Database, renames: &Renames) -> Vec<Step> {
    let gone: Vec<Table> =
        now.tables().filter(|table| after.table(&renames.relation(&table.name)).is_none()).cloned().collect();
    gone.into_iter()
        .map(|table| {
            now.remove(&table.id());
            // It is asked before the plan, under the name that it has there.
            drop_table(&table).probe(probe::rows_lost(&table, &table.name.name))
        })
        .collect()
}

fn drop_table(table: &Table) -> Step {
    let message = format!("{} and all its rows are dropped", table.id());
    // What was inspected renders; if not, there is no way back.
    let reverse = statements(table, &Database::new())
        .map_or_else(|error| Reverse::Irreversible { reason: error.to_string() }, Reverse::StructureOnly);
    Step::new(table.id(), format!("drop table {}", table.name), Diff::drop(table.clone()))
        .statement(format!("DROP TABLE {}", object(&table.name)))
        .reverse(reverse)
        .phase(Phase::Contract)
        .hazard(Hazard::new(HazardCode::DropTable, message))
}

/// Makes a virtual table; its module makes the shadow tables.
pub(super) fn create_virtual(table: &SqlObject) -> Step {
    let mut step = Step::new(table.id(), format!("create {}", table.id()), Diff::create(table.clone()))
        .undo(table.removal.clone());
    step.statements = render::virtual_table::create(table);
    step
}

/// Drops a virtual table, and its module the shadow tables.
pub(super) fn drop_virtual(table: &SqlObject) -> Step {
    let message = format!("{} is dropped with what it holds", table.id());
    Step::new(table.id(), format!("drop {}", table.id()), Diff::drop(table.clone()))
        .statement(table.removal.clone())
        .reverse(Reverse::StructureOnly(render::virtual_table::create(table)))
        .phase(Phase::Contract)
        .hazard(Hazard::new(HazardCode::DropStoredObject, message))
}

/// The triggers that live on a table.
pub(super) fn triggers<'a>(
    database: &'a Database,
    table: &'a ObjectId,
) -> impl Iterator<Item = &'a schema_core::Trigger> {
    database.objects().filter_map(move |(id, object)| match object {
        Object::Trigger(trigger)
            if id.kind == ObjectKind::Trigger && trigger.table == table.qualified_name() =>
        {
            Some(trigger)
        }
        _other => None,
    })
}
