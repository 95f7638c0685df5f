//! Foreign keys: they go before the tables change and come when all tables are there.

use indexmap::IndexMap;
use schema_core::diff::Diff;
use schema_core::plan::{Hazard, HazardCode, LockMode, Phase, Reverse, Step, Work};
use schema_core::{ForeignKey, Name, ObjectId, ObjectKind, QualifiedName, Sql, Table};

use super::column::{self, collation_of};
use super::level::{self, Level, SMALL};
use super::option;
use super::probe::Live;
use super::statement::Statement;
use super::{Changed, Planner};
use crate::Flavour;
use crate::inspect::holds_text;
use crate::quote;
use crate::render::constraint as render;

/// Drops the foreign keys that go, that change, and that stand in the way of a column's change. Gives the tables
/// whose foreign keys are to come.
pub(super) fn drop(planner: &mut Planner<'_>, changed: &Changed<'_>) -> Vec<QualifiedName> {
    let converted = converted_columns(planner, changed);
    let dropped: Vec<&QualifiedName> = changed.dropped.tables.iter().map(|table| &table.name).collect();
    let mut to_come = Vec::new();
    let names: Vec<QualifiedName> = planner
        .request
        .before
        .database
        .tables()
        .filter(|table| !table.foreign_keys.is_empty())
        .map(|table| planner.request.diff.renames.relation(&table.name))
        .collect();
    for name in names {
        let Some(current) = planner.current(&name) else { continue };
        let after = planner.request.after.database.table(&name);
        let goes = |key: &ForeignKey| match after {
            // With the table, unless another table of the same cycle is dropped first.
            None => {
                let own = dropped.iter().position(|table| **table == name);
                let parent = dropped.iter().position(|table| **table == key.references);
                let cycle = parent.is_some() && own.is_some() && key.references != name;
                cycle && in_cycle(changed, &name, &key.references)
                    || stands_in_the_way(key, &name, &converted)
            }
            Some(after) => {
                let stays = key.name.as_ref().and_then(|n| after.foreign_keys.get(n)) == Some(key);
                !stays || stands_in_the_way(key, &name, &converted)
            }
        };
        let going: Vec<ForeignKey> = current.foreign_keys.iter().filter(|key| goes(key)).cloned().collect();
        if !going.is_empty() {
            drop_from(planner, &current, &going, after);
        }
    }
    for name in changed.tables.iter().map(|name| (*name).clone()).chain(planner.tables.keys().cloned()) {
        if !to_come.contains(&name) {
            to_come.push(name);
        }
    }
    to_come
}

/// Whether two tables that go refer to each other, directly or not.
fn in_cycle(changed: &Changed<'_>, from: &QualifiedName, to: &QualifiedName) -> bool {
    let mut seen = vec![to.clone()];
    let mut next = vec![to.clone()];
    while let Some(name) = next.pop() {
        if name == *from {
            return true;
        }
        let table = changed.dropped.tables.iter().find(|table| table.name == name);
        for key in table.iter().flat_map(|table| table.foreign_keys.iter()) {
            if !seen.contains(&key.references) {
                seen.push(key.references.clone());
                next.push(key.references.clone());
            }
        }
    }
    false
}

/// Columns whose type or character set changes, by table.
fn converted_columns(planner: &Planner<'_>, changed: &Changed<'_>) -> IndexMap<QualifiedName, Vec<Name>> {
    changed
        .tables
        .iter()
        .filter_map(|name| {
            let (before, after) = (planner.current(name)?, planner.request.after.database.table(name)?);
            let columns: Vec<Name> = column::kept(&before, after)
                .filter(|(old, new)| {
                    let text = holds_text(&old.ty) || holds_text(&new.ty);
                    old.ty != new.ty
                        || old.identity != new.identity
                        || text && collation_of(old, &before) != collation_of(new, after)
                })
                .map(|(_, new)| new.name.clone())
                .collect();
            (!columns.is_empty()).then(|| ((*name).clone(), columns))
        })
        .collect()
}

fn stands_in_the_way(
    key: &ForeignKey,
    table: &QualifiedName,
    converted: &IndexMap<QualifiedName, Vec<Name>>,
) -> bool {
    let meets = |table: &QualifiedName, columns: &[Name]| {
        converted.get(table).is_some_and(|changed| columns.iter().any(|column| changed.contains(column)))
    };
    meets(table, &key.columns) || meets(&key.references, &key.referenced_columns)
}

fn drop_from(planner: &mut Planner<'_>, current: &Table, going: &[ForeignKey], after: Option<&Table>) {
    let mut rest = current.clone();
    let mut clauses = Vec::new();
    let mut back = Vec::new();
    let mut names = Vec::new();
    for key in going {
        let Some(name) = &key.name else { continue };
        rest.foreign_keys.remove(name);
        clauses.push(format!("DROP FOREIGN KEY {}", quote::name(name)));
        back.push(format!("ADD {}", render::foreign_key(key, planner.context.flavour)));
        names.push(name.to_string());
    }
    let restated = option::restated(&current.options, &current.options);
    clauses.extend(restated.clone());
    back.extend(restated);
    let table = quote::qualified(&current.name);
    // MySQL has no instant form of this, and a table with a period of the application's is always copied.
    let level = match (current.options.mysql.periods.is_empty(), planner.context.can.nocopy()) {
        (false, _) => Level::Copy,
        (true, true) => Level::Instant,
        (true, false) => Level::Nocopy,
    };
    let small = planner.rows(&current.name).is_some_and(|rows| rows <= SMALL);
    let step = Step::new(
        current.id(),
        format!("drop foreign key {}", names.join(", ")),
        Diff::table(current, &rest),
    )
    .phase(Phase::Contract)
    .reverse(Reverse::Statements(vec![Sql::new(format!("ALTER TABLE {table} {}", back.join(", ")))]))
    .lock(level::lock(level, planner.context.can), current.id())
    .work(level::work(level, false));
    let statement = Statement { table: &current.name, clauses: &clauses, partitions: None };
    let mut step = statement.give(step, level, planner.context.can, small);
    for name in going.iter().filter_map(|key| key.name.as_ref()) {
        if after.is_none_or(|after| !after.foreign_keys.contains(name)) {
            let message = format!("{name} of {} is no longer checked", current.name);
            step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
        }
    }
    planner.push(step);
    planner.tables.insert(current.name.clone(), rest);
}

/// Adds the foreign keys that come: of tables that changed, and of new ones that stand in a cycle.
pub(super) fn add(planner: &mut Planner<'_>, changed: Vec<QualifiedName>, created: Vec<QualifiedName>) {
    for (name, is_new) in
        changed.into_iter().map(|n| (n, false)).chain(created.into_iter().map(|n| (n, true)))
    {
        let (Some(current), Some(after)) =
            (planner.current(&name), planner.request.after.database.table(&name))
        else {
            continue;
        };
        let coming: Vec<&ForeignKey> = after
            .foreign_keys
            .iter()
            .filter(|key| key.name.as_ref().is_none_or(|name| !current.foreign_keys.contains(name)))
            .collect();
        if coming.is_empty() {
            continue;
        }
        let mut target = current.clone();
        let mut clauses = Vec::new();
        let mut back = Vec::new();
        let mut names = Vec::new();
        for key in &coming {
            target.foreign_keys.insert((*key).clone());
            clauses.push(format!("ADD {}", render::foreign_key(key, planner.context.flavour)));
            if let Some(name) = &key.name {
                back.push(format!("DROP FOREIGN KEY {}", quote::name(name)));
                names.push(name.to_string());
            }
        }
        let restated = option::restated(&current.options, &current.options);
        clauses.extend(restated.clone());
        back.extend(restated);
        let table = quote::qualified(&name);
        let id = ObjectId::table(&name);
        let small = is_new || planner.rows(&name).is_some_and(|rows| rows <= SMALL);
        let step = Step::new(
            id.clone(),
            format!("add foreign key {}", names.join(", ")),
            Diff::table(&current, &target),
        );
        let statement = Statement { table: &name, clauses: &clauses, partitions: None };
        let own = own_lock(planner, &name, &coming);
        let mut step = statement
            .give(step, Level::Copy, planner.context.can, small)
            .undo(format!("ALTER TABLE {table} {}", back.join(", ")))
            .lock(own, id.clone())
            .work(if is_new { Work::Metadata } else { Work::Rewrite });
        let there = lock_there(planner.context.flavour);
        for key in &coming {
            if key.references != name {
                step = step.lock(there, ObjectId::table(&key.references));
            }
        }
        if !is_new {
            step = with_hazards(planner, step, &name, &coming);
        }
        planner.push(step);
        planner.tables.insert(name, target);
    }
}

/// The lock on a table that is referred to. While MySQL writes the new key down, nobody may read it.
fn lock_there(flavour: Flavour) -> LockMode {
    match flavour {
        Flavour::MySql => LockMode::MetadataExclusive,
        Flavour::MariaDb => LockMode::MetadataShared,
    }
}

/// The lock on the table that gets the keys. One that refers to itself is locked by MariaDB as what is referred to, too,
/// also where the rows are copied while others write.
fn own_lock(planner: &Planner<'_>, name: &QualifiedName, coming: &[&ForeignKey]) -> LockMode {
    let refers_to_itself = coming.iter().any(|key| key.references == *name);
    match planner.context.flavour {
        Flavour::MariaDb if refers_to_itself => LockMode::MetadataShared,
        Flavour::MariaDb | Flavour::MySql => level::lock(Level::Copy, planner.context.can),
    }
}

fn with_hazards(planner: &Planner<'_>, mut step: Step, name: &QualifiedName, coming: &[&ForeignKey]) -> Step {
    if own_lock(planner, name, coming).blocks_writes() {
        let message = format!("writes to {name} wait while its rows are copied and checked");
        step = step.hazard(Hazard::new(HazardCode::Rewrite, message));
    }
    for key in coming {
        let Some(key_name) = &key.name else { continue };
        let existed = planner.live(name).is_some_and(|table| table.foreign_keys.get(key_name) == Some(*key));
        if existed {
            continue;
        }
        step = step
            .hazard(Hazard::new(
                HazardCode::OrphanRows,
                format!("rows of {name} may refer to nothing in {}", key.references),
            ))
            .hazard(Hazard::new(
                HazardCode::ConstraintAdded,
                format!("writes that {key_name} forbids are refused"),
            ));
        let after = &planner.request.after.database;
        let parent = planner.askable(&key.references);
        let comes = planner.live(&key.references).is_none() && after.table(&key.references).is_some();
        if let (Some(child), Some(after)) = (planner.askable(name), after.table(name))
            && (parent.is_some() || comes)
        {
            let object = ObjectId::table(name).part(ObjectKind::ForeignKey, key_name);
            step.probes.extend((Live { table: child }).orphans(key, after, parent, object));
        }
    }
    step
}
