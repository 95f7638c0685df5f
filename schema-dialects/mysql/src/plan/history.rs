//! MariaDB's system versioning: what a table goes through where its history stands in the way of what it becomes.

use schema_core::{KeyPart, Sql, Table};

use super::{column, option};
use crate::flavour::Capabilities;
use crate::render::column::is_row_period;

/// The states between the two tables that end the history, or only what holds it. A table that stays versioned
/// starts a new history then, where no statement of the server leads to it with the old one.
pub(super) fn stages(from: &Table, to: &Table, can: Capabilities) -> Vec<Table> {
    if from.options.mysql.system_versioning.is_none() {
        return Vec::new();
    }
    // 4120: InnoDB keeps a history in its own way, and changes nothing else while it ends.
    let changes_keeper = option::is_innodb(&from.options) != option::is_innodb(&to.options);
    // 4134: the columns that say when a row held are the server's, or are what they are.
    let periods_change = column::kept(from, to).any(|(old, new)| is_row_period(old) && old != new);
    let shows_periods = !has_row_periods(from) && has_row_periods(to) && !can.shown_history();
    let ends_first = changes_keeper || periods_change || shows_periods;
    let mut stages = Vec::new();
    let mut stage = from.clone();
    // 4131: partitions that hold the history go before it.
    let ends = ends_first || to.options.mysql.system_versioning.is_none();
    if ends && from.options.mysql.partitioning.as_ref().is_some_and(is_by_time) {
        stage.options.mysql.partitioning = None;
        stages.push(stage.clone());
    }
    if ends_first {
        stages.push(ended(stage));
    }
    stages
}

fn is_by_time(clause: &Sql) -> bool {
    clause.as_str().starts_with("PARTITION BY SYSTEM_TIME")
}

fn has_row_periods(table: &Table) -> bool {
    table.columns.iter().any(is_row_period)
}

/// The table without its history and what shows it. The server adds the end of a row to every unique key, and takes
/// it away again.
fn ended(mut table: Table) -> Table {
    let shown: Vec<_> = table
        .columns
        .iter()
        .filter(|column| is_row_period(column))
        .map(|column| column.name.clone())
        .collect();
    let stays = |part: &KeyPart| part.column_name().is_none_or(|name| !shown.contains(name));
    table.options.mysql.system_versioning = None;
    table.options.mysql.periods.retain(|period| !period.as_str().starts_with("PERIOD FOR SYSTEM_TIME"));
    if let Some(key) = &mut table.primary_key {
        key.columns.retain(stays);
    }
    let indexes = std::mem::take(&mut table.indexes).into_iter().map(|mut index| {
        index.parts.retain(stays);
        index
    });
    table.indexes = indexes.collect();
    let columns = std::mem::take(&mut table.columns).into_iter();
    table.columns = columns.filter(|column| !shown.contains(&column.name)).collect();
    table
}
