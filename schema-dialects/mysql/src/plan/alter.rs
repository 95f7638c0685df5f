//! `ALTER TABLE` from one state of a table to another, foreign keys aside.

use std::collections::HashSet;

use schema_core::{Check, Column, GeneratedKind, Name, Sql, Table, TableOptions};

use super::column::{added, collation_of, has_computed_default, is_replaced, kept, lost};
use super::level::Level;
use super::partition::Repartition;
use super::rename::mentions;
use super::statement::{Alter, Context};
use super::types;
use super::{index, option};
use crate::inspect::{holds_text, own_check};
use crate::render::{column, constraint, table as render};
use crate::{Flavour, quote};

/// The ALTER that makes `to` of `from`.
pub(super) fn compose(from: &Table, to: &Table, context: Context) -> Alter {
    let mut alter = Alter {
        clauses: Vec::new(),
        partitions: None,
        level: Level::Instant,
        builds_index: false,
        title: Vec::new(),
    };
    let remade = index::Remade::of(from, to, context);
    drop_checks(&mut alter, from, to);
    index::drop(&mut alter, from, to, &remade);
    versioning(&mut alter, from, to, false);
    columns(&mut alter, from, to, context);
    versioning(&mut alter, from, to, true);
    index::add(&mut alter, from, to, &remade, context);
    add_checks(&mut alter, from, to);
    option::change(&mut alter, &from.options, &to.options);
    if !alter.clauses.is_empty() {
        alter.clauses.extend(option::restated(&from.options, &to.options));
    }
    partitions(&mut alter, &from.options, &to.options);
    if !(option::is_innodb(&from.options) && option::is_innodb(&to.options)) {
        alter.level = Level::Copy;
    }
    alter
}

fn drop_checks(alter: &mut Alter, from: &Table, to: &Table) {
    let stays =
        |check: &Check| table_checks(to).any(|new| new == check) && !goes_with_columns(check, from, to);
    for check in table_checks(from).filter(|check| !stays(check)) {
        let Some(name) = &check.name else { continue };
        let clause = format!("DROP CONSTRAINT {}", quote::name(name));
        alter.add(Level::Instant, clause, format!("drop check {name}"));
    }
}

/// A check whose enforcement changes is made anew like any other: `ALTER CHECK` costs the same, and MySQL does not
/// find the check beside changes that copy the rows (3821).
fn add_checks(alter: &mut Alter, from: &Table, to: &Table) {
    let stays =
        |check: &Check| table_checks(from).any(|old| old == check) && !goes_with_columns(check, from, to);
    for check in table_checks(to).filter(|check| !stays(check)) {
        let level = if check.enforced { Level::Copy } else { Level::Instant };
        let title = format!("add check {}", check.name.as_ref().map(Name::as_str).unwrap_or_default());
        alter.add(level, format!("ADD {}", constraint::check(check)), title);
    }
}

/// Whether a check is over a column that goes, be it for another one of the same name: MySQL drops the check with it.
fn goes_with_columns(check: &Check, from: &Table, to: &Table) -> bool {
    let lost: Vec<&Name> = lost(from, to).map(|column| &column.name).collect();
    !lost.is_empty() && mentions(check.expression.as_str(), &lost)
}

fn table_checks(table: &Table) -> impl Iterator<Item = &Check> {
    table.checks.iter().filter(|check| check.column.is_none())
}

/// System versioning and periods. A period goes before its columns and comes after them.
fn versioning(alter: &mut Alter, from: &Table, to: &Table, adds: bool) {
    let (old, new) = (&from.options.mysql, &to.options.mysql);
    let versioned = (old.system_versioning.is_some(), new.system_versioning.is_some());
    let name_of = |period: &Sql| {
        let text = period.as_str();
        text.find('(').map_or(text, |end| &text[..end]).trim().to_owned()
    };
    if adds {
        for period in new.periods.iter().filter(|period| !old.periods.contains(period)) {
            alter.add(Level::Copy, format!("ADD {period}"), "add a period");
        }
        if versioned == (false, true) {
            alter.add(Level::Copy, "ADD SYSTEM VERSIONING", "add system versioning");
        }
    } else {
        if versioned == (true, false) {
            alter.add(Level::Copy, "DROP SYSTEM VERSIONING", "drop system versioning");
        }
        for period in old.periods.iter().filter(|period| !new.periods.contains(period)) {
            alter.add(Level::Copy, format!("DROP {}", name_of(period)), "drop a period");
        }
    }
}

fn columns(alter: &mut Alter, from: &Table, to: &Table, context: Context) {
    let has_virtual = from.columns.iter().any(|column| column.generated.is_some());
    for column in lost(from, to) {
        alter.add(
            Level::Instant,
            format!("DROP COLUMN {}", quote::name(&column.name)),
            format!("drop column {}", column.name),
        );
    }
    let moved = moved(from, to);
    let last_kept = kept(from, to).map(|(_, new)| &new.name).filter(|name| !moved.contains(name)).last();
    let last_kept = last_kept.and_then(|name| to.columns.position(name));
    // MariaDB shows the columns of a history where they were hidden: behind the columns of now.
    let shows_history =
        from.options.mysql.system_versioning.is_some() && added(from, to).any(column::is_row_period);
    let mut previous: Option<&Name> = None;
    for (at, new) in to.columns.iter().enumerate() {
        let definition = column::definition(new, render::check_of(to, new), context.flavour);
        let place = match previous {
            Some(previous) => format!(" AFTER {}", quote::name(previous)),
            None => " FIRST".to_owned(),
        };
        match from.columns.get(&new.name).filter(|old| !is_replaced(old, new)) {
            None => {
                let in_between = last_kept.is_some_and(|last| at < last);
                let level = add_level(new, context, in_between && has_virtual).max(
                    if render::check_of(to, new).is_some() && context.is_mysql() {
                        Level::Copy
                    } else {
                        Level::Instant
                    },
                );
                let says_place = in_between || last_kept.is_none() || shows_history;
                let place = if says_place { place } else { String::new() };
                alter.add(
                    level,
                    format!("ADD COLUMN {definition}{place}"),
                    format!("add column {}", new.name),
                );
            }
            Some(old) => {
                let is_moved = moved.contains(&new.name);
                let mut level = change_level(old, new, from, to, context);
                if is_moved {
                    let move_level = match (context.flavour, new.generated.as_ref().map(|g| g.kind)) {
                        (Flavour::MySql, Some(GeneratedKind::Virtual)) | (Flavour::MariaDb, None) => {
                            Level::Instant
                        }
                        (Flavour::MySql, _) => Level::Inplace,
                        (Flavour::MariaDb, Some(_)) => Level::Copy,
                    };
                    level = Some(level.map_or(move_level, |level| level.max(move_level)));
                }
                if let Some(level) = level {
                    let place = if is_moved { place } else { String::new() };
                    let title = if is_moved { "move column" } else { "change column" };
                    alter.add(
                        level,
                        format!("MODIFY COLUMN {definition}{place}"),
                        format!("{title} {}", new.name),
                    );
                }
            }
        }
        previous = Some(&new.name);
    }
}

/// The columns that must move so that the others, as many as can be, stay where they are.
pub(super) fn moved<'a>(from: &'a Table, to: &'a Table) -> HashSet<&'a Name> {
    let mut order: Vec<(&Name, usize)> = Vec::new();
    let mut fixed: Vec<(usize, usize)> = Vec::new();
    for (_, new) in kept(from, to) {
        let Some(position) = from.columns.position(&new.name) else { continue };
        if column::is_row_period(new) {
            fixed.push((order.len(), position));
        }
        order.push((&new.name, position));
    }
    let names: Vec<&Name> = order.iter().map(|(name, _)| *name).collect();
    // Columns of a versioned table that do not move themselves: what stands on the other side of one moves.
    let order: Vec<(&Name, usize)> = order
        .into_iter()
        .enumerate()
        .filter(|(at, (_, position))| fixed.iter().all(|(f, p)| f.cmp(at) == p.cmp(position)))
        .map(|(_, item)| item)
        .collect();
    // The longest rising sequence of old positions stays. Each tail holds the item that ends the best sequence of
    // its length so far.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; order.len()];
    for (item, (_, position)) in order.iter().enumerate() {
        let length = tails.partition_point(|&tail| order[tail].1 < *position);
        before[item] = length.checked_sub(1).map(|shorter| tails[shorter]);
        if length == tails.len() {
            tails.push(item);
        } else {
            tails[length] = item;
        }
    }
    let mut stays = HashSet::new();
    let mut next = tails.last().copied();
    while let Some(item) = next {
        stays.insert(order[item].0);
        next = before[item];
    }
    names.into_iter().filter(|name| !stays.contains(name)).collect()
}

fn add_level(column: &Column, context: Context, among_virtual: bool) -> Level {
    let stored = column.generated.as_ref().is_some_and(|g| g.kind == GeneratedKind::Stored);
    if column.identity.is_some() {
        Level::InplaceShared
    } else if stored || has_computed_default(column) || among_virtual && !context.is_mysql() {
        Level::Copy
    } else {
        Level::Instant
    }
}

/// What a column's change asks for, if it changes.
fn change_level(old: &Column, new: &Column, from: &Table, to: &Table, context: Context) -> Option<Level> {
    let check =
        |table: &Table, column: &Column| table.checks.iter().find(|c| own_check(&column.name, c)).cloned();
    let checks = (check(from, old), check(to, new));
    let charset_changes = collation_of(old, from) != collation_of(new, to) && holds_text(&new.ty);
    if old == new && checks.0 == checks.1 && !charset_changes {
        return None;
    }
    let mut level = Level::Instant;
    let mut need = |other: Level| level = level.max(other);
    let mysql = context.is_mysql();
    if old.ty != new.ty && !types::appends_values(old, new) {
        let charset = collation_of(new, to).0.map(Name::as_str);
        need(match (types::lengthens(old, new, charset), mysql) {
            (Some(true), true) => Level::Nocopy,
            (Some(_), false) => Level::Instant,
            (Some(false), true) | (None, _) => Level::Copy,
        });
    }
    if old.nullable != new.nullable {
        need(if new.nullable || mysql { Level::Inplace } else { Level::Copy });
    }
    if charset_changes {
        let same_charset = collation_of(old, from).0 == collation_of(new, to).0;
        let indexed =
            to.indexes.iter().flat_map(|i| &i.parts).any(|part| part.column_name() == Some(&new.name))
                || to
                    .primary_key
                    .iter()
                    .flat_map(|k| &k.columns)
                    .any(|part| part.column_name() == Some(&new.name));
        need(match (same_charset, indexed, mysql) {
            (true, false, true) => Level::Inplace,
            (true, false, false) => Level::Instant,
            (true, true, false) => Level::Nocopy,
            (false, ..) | (true, true, true) => Level::Copy,
        });
    }
    if old.generated != new.generated {
        let is_virtual = new.generated.as_ref().is_some_and(|g| g.kind == GeneratedKind::Virtual);
        need(if is_virtual && !mysql { Level::Instant } else { Level::Copy });
    }
    if old.identity != new.identity
        || old.mysql.srid != new.mysql.srid
        || old.mysql.attributes != new.mysql.attributes
    {
        need(Level::Copy);
    }
    if checks.0 != checks.1 && checks.1.is_some() {
        need(Level::Copy);
    }
    Some(level)
}

/// The partitions: by themselves where nothing else changes, else with every row.
fn partitions(alter: &mut Alter, from: &TableOptions, to: &TableOptions) {
    let Some(change) = Repartition::between(from, to) else { return };
    let change = match (&to.mysql.partitioning, alter.clauses.is_empty()) {
        (Some(whole), false) => Repartition::Whole(whole.to_string()),
        (Some(_), true) | (None, _) => change,
    };
    alter.level = alter.level.max(change.level());
    alter.title.push(change.title().to_owned());
    alter.partitions = Some(change);
}

#[cfg(test)]
mod tests {
    use super::{Context, compose, moved};
    use crate::Flavour;
    use crate::flavour::Capabilities;
    use schema_core::{Column, Index, Table, Type, Version};

    fn table(columns: &[&str]) -> Table {
        columns.iter().fold(Table::new("t"), |table, name| {
            table.column(Column::new(*name, Type::native("int")).nullable())
        })
    }

    fn clauses(from: &Table, to: &Table) -> Vec<String> {
        let can = Capabilities::new(Flavour::MySql, Version::new(9, 7, 4));
        compose(from, to, Context { flavour: Flavour::MySql, can }).clauses
    }

    #[test]
    fn as_few_columns_as_can_be_move() {
        let (from, to) = (table(&["a", "b", "c", "d"]), table(&["d", "a", "b", "c"]));
        assert_eq!(moved(&from, &to).len(), 1);
        assert_eq!(clauses(&from, &to), ["MODIFY COLUMN `d` int FIRST"]);
    }

    #[test]
    fn new_columns_say_their_place_only_where_they_must() {
        assert_eq!(clauses(&table(&["a"]), &table(&["a", "b"])), ["ADD COLUMN `b` int"]);
        assert_eq!(clauses(&table(&["a"]), &table(&["b", "a"])), ["ADD COLUMN `b` int FIRST"]);
    }

    #[test]
    fn an_index_goes_before_the_column_it_is_over() {
        let from = table(&["a", "b"]).index(Index::on(["a", "b"]).named("u").unique());
        let to = table(&["a"]);
        assert_eq!(clauses(&from, &to), ["DROP INDEX `u`", "DROP COLUMN `b`"]);
    }
}
