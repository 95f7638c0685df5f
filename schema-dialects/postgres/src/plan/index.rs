//! Indexes: built and dropped while reads and writes go on, where the table is in use.

use schema_core::plan::{LockMode, Phase, Probe, Transaction, Work};
use schema_core::{
    Database, Error, Hazard, HazardCode, Index, Name, Object, ObjectId, ObjectKind, Part, Parts,
    QualifiedName, Sql, Step,
};

use super::{Planner, group};
use crate::quote;
use crate::render::index::{self, Build};
use crate::render::{comment, key};

/// The indexes of a table or materialized view.
pub(super) fn indexes_mut<'d>(database: &'d mut Database, on: &ObjectId) -> Option<&'d mut Parts<Index>> {
    match database.get_mut(on) {
        Some(Object::Table(table)) => Some(&mut table.indexes),
        Some(Object::MaterializedView(view)) => Some(&mut view.indexes),
        Some(_) | None => None,
    }
}

pub(super) fn create(planner: &mut Planner<'_>, on: &ObjectId, index: &Index) {
    let table = on.qualified_name();
    // The index of a partition is attached with the partition, or by the parent's.
    let attached_later = planner.now.table(&table).is_some_and(|t| t.options.postgres.partition_of.is_none())
        || index.postgres.attached_to.is_some() && !parent_has(planner, &table, index);
    let mut made = index.clone();
    if attached_later {
        made.postgres.attached_to = None;
    }
    let mut ids = vec![on.clone()];
    let adopted = adopted(planner, &table, index);
    ids.extend(adopted.iter().map(|(table, _)| ObjectId::table(table)));
    let effect = planner.effects(&ids, |database| {
        if let Some(indexes) = indexes_mut(database, on) {
            indexes.replace(made.clone());
        }
        for (child, name) in &adopted {
            if let Some(index) = database.table_mut(child).and_then(|child| child.indexes.get_mut(name)) {
                index.postgres.attached_to = index_name(&table, &made);
            }
        }
    });
    let concurrently = planner.is_used(on) && !planner.is_partitioned(&table) && !planner.in_chain;
    let build = if concurrently { Build::Concurrently } else { Build::Plain };
    let id = on.part(ObjectKind::Index, index.key());
    let mut step = Step::new(id.clone(), format!("create index {}", index.key()), effect)
        .statement(index::create(&table, index, build))
        .undo(index::drop(&table, &index.key(), build));
    step.statements.extend(index::extras(&table, index).into_iter().map(Sql::new));
    // The parent's has been there without it: it was not valid.
    let parent = made.postgres.attached_to.as_ref();
    step.statements.extend(parent.map(|parent| attach(parent, &table.sibling(index.key()))).map(Sql::new));
    // A materialized view that the plan makes has rows too.
    if index.unique && (planner.is_used(on) || on.kind == ObjectKind::MaterializedView) {
        step.probes.extend(unique_probe(planner, on, index));
    }
    if planner.is_used(on) {
        step = step.work(Work::IndexBuild);
        if index.unique {
            step = step
                .hazard(Hazard::new(HazardCode::DuplicateRows, "rows with equal keys make it fail"))
                .hazard(Hazard::new(
                    HazardCode::ConstraintAdded,
                    "writes of equal keys are refused from now on",
                ));
        }
    }
    if concurrently {
        step = step.transaction(Transaction::None).lock(LockMode::ShareUpdateExclusive, on.clone());
        step.repair = vec![Sql::new(format!(
            "DROP INDEX CONCURRENTLY IF EXISTS {}",
            quote::qualified(&table.sibling(index.key()))
        ))];
    } else if planner.is_used(on) {
        step = planner.locked_below(step.lock(LockMode::Share, on.clone()), LockMode::Share, &table);
        // All partitions that have a fitting index already lend it: nothing is built then.
        if adopted.is_empty() {
            step = step.hazard(Hazard::new(
                HazardCode::IndexBuildUnderLock,
                format!("writers of {} wait while the index is built", table.name),
            ));
        } else {
            step = step.work(Work::Metadata);
        }
        step = group::alone(step);
    }
    planner.push(step);
}

/// Rows with a key of a unique index that another row has too.
pub(super) fn unique_probe(planner: &Planner<'_>, on: &ObjectId, index: &Index) -> Option<Probe> {
    let id = on.part(ObjectKind::Index, index.key());
    let (parts, predicate) = (&index.parts, index.predicate.as_ref());
    planner.duplicates(&on.qualified_name(), id, parts, index.nulls_not_distinct, predicate)
}

/// With an index goes what rests on it: the order of a table, and what its rows are known by.
pub(super) fn forget(database: &mut Database, on: &ObjectId, index: &Name) {
    match database.get_mut(on) {
        Some(Object::Table(table)) => {
            let postgres = &mut table.options.postgres;
            if postgres.clustered_on.as_ref() == Some(index) {
                postgres.clustered_on = None;
            }
            let identity = format!("USING INDEX {}", quote::name(index));
            if postgres.replica_identity.as_ref().is_some_and(|sql| sql.as_str() == identity) {
                postgres.replica_identity = None;
            }
        }
        Some(Object::MaterializedView(view)) if view.clustered_on.as_ref() == Some(index) => {
            view.clustered_on = None;
        }
        Some(_) | None => {}
    }
}

/// Whether the index of the parent that a partition's index is attached to is there now.
fn parent_has(planner: &Planner<'_>, table: &QualifiedName, index: &Index) -> bool {
    let parent = || {
        let (parent, _) = planner.now.table(table)?.options.postgres.partition_of.as_ref()?;
        planner.now.table(parent)?.indexes.get(&index.postgres.attached_to.as_ref()?.name)
    };
    parent().is_some()
}

/// The statement that makes a partition's index part of its parent's.
fn attach(parent: &QualifiedName, index: &QualifiedName) -> String {
    format!("ALTER INDEX {} ATTACH PARTITION {}", quote::qualified(parent), quote::qualified(index))
}

fn index_name(table: &QualifiedName, index: &Index) -> Option<QualifiedName> {
    index.name.as_ref().map(|name| table.sibling(name))
}

/// The indexes of partitions that an index of their parent takes as its own.
fn adopted(planner: &Planner<'_>, parent: &QualifiedName, index: &Index) -> Vec<(QualifiedName, Name)> {
    if !planner.is_partitioned(parent) {
        return Vec::new();
    }
    let name = index_name(parent, index);
    let now = planner.partitions(parent);
    now.flat_map(|table| {
        let after = planner.after.database.table(&table.name);
        let attached = after.into_iter().flat_map(|after| after.indexes.iter());
        let attached = attached
            .filter(|index| index.postgres.attached_to.is_some() && index.postgres.attached_to == name);
        let names =
            attached.filter_map(|index| index.name.clone()).filter(|name| table.indexes.contains(name));
        names.map(|name| (table.name.clone(), name)).collect::<Vec<_>>()
    })
    .collect()
}

pub(super) fn drop(planner: &mut Planner<'_>, on: &ObjectId, index: &Index) -> Result<(), Error> {
    let table = on.qualified_name();
    // An index that belongs to the parent's goes with that.
    let Some(now) = indexes_mut(&mut planner.now, on).and_then(|all| all.get(&index.key())).cloned() else {
        return Ok(());
    };
    if parent_has(planner, &table, &now) {
        return Err(Error::Unsupported {
            object: on.part(ObjectKind::Index, index.key()),
            reason: "an index of a partition does not leave the index of its parent; drop the parent's index, and make \
                     it again"
                .to_owned(),
        });
    }
    let mut gone: Vec<(ObjectId, Name)> = vec![(on.clone(), index.key())];
    let mut parents = vec![(table.clone(), index.key())];
    while let Some((parent, name)) = parents.pop() {
        let name = parent.sibling(name);
        for child in planner.partitions(&parent) {
            for part in child.indexes.iter().filter(|part| part.postgres.attached_to.as_ref() == Some(&name))
            {
                gone.push((child.id(), part.key()));
                parents.push((child.name.clone(), part.key()));
            }
        }
    }
    let ids: Vec<ObjectId> = gone.iter().map(|(id, _)| id.clone()).collect();
    let effect = planner.effects(&ids, |database| {
        for (id, name) in &gone {
            if let Some(indexes) = indexes_mut(database, id) {
                indexes.remove(name);
            }
            forget(database, id, name);
        }
    });
    let concurrently = planner.is_used(on) && !planner.is_partitioned(&table) && !planner.in_chain;
    let build = if concurrently { Build::Concurrently } else { Build::Plain };
    let id = on.part(ObjectKind::Index, index.key());
    let mut step = Step::new(id, format!("drop index {}", index.key()), effect)
        .statement(index::drop(&table, &index.key(), build))
        .undo(index::create(&table, index, build))
        .phase(Phase::Contract)
        .hazard(Hazard::new(
            HazardCode::SlowQueries,
            format!("queries that used {} get slower", index.key()),
        ));
    if index.unique {
        let message = format!("equal keys are no longer refused by {}", index.key());
        step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
    }
    if concurrently {
        step = step.transaction(Transaction::None).lock(LockMode::ShareUpdateExclusive, on.clone());
        step.repair = Vec::new();
    } else if planner.is_used(on) {
        step = step.lock(LockMode::AccessExclusive, on.clone());
        step = planner.locked_below(step, LockMode::AccessExclusive, &table);
    }
    planner.push(step);
    Ok(())
}

pub(super) fn alter(planner: &mut Planner<'_>, on: &ObjectId, before: &Index, after: &Index) {
    let table = on.qualified_name();
    let name = quote::qualified(&table.sibling(after.key()));
    let mut statements: Vec<(String, String)> = Vec::new();
    if before.comment != after.comment {
        let set = |index: &Index| comment::on("INDEX", &name, index.comment.as_deref());
        statements.push((set(after), set(before)));
    }
    let parameters = |from: &Index, to: &Index| {
        let key = |parameter: &String| parameter.split('=').next().unwrap_or_default().to_owned();
        let gone: Vec<String> = from
            .postgres
            .parameters
            .iter()
            .map(key)
            .filter(|name| !to.postgres.parameters.iter().any(|p| key(p) == *name))
            .collect();
        let mut all = Vec::new();
        if !gone.is_empty() {
            all.push(format!("ALTER INDEX {name} RESET ({})", gone.join(", ")));
        }
        if !to.postgres.parameters.is_empty() && from.postgres.parameters != to.postgres.parameters {
            all.push(format!("ALTER INDEX {name} SET ({})", key::settings(&to.postgres.parameters)));
        }
        all.join("; ")
    };
    if before.postgres.parameters != after.postgres.parameters {
        statements.push((parameters(before, after), parameters(after, before)));
    }
    if before.postgres.tablespace != after.postgres.tablespace {
        let set = |index: &Index| {
            let space =
                index.postgres.tablespace.as_ref().map_or_else(|| "pg_default".to_owned(), quote::name);
            format!("ALTER INDEX {name} SET TABLESPACE {space}")
        };
        statements.push((set(after), set(before)));
    }
    if before.postgres.statistics != after.postgres.statistics {
        let columns =
            before.postgres.statistics.iter().chain(&after.postgres.statistics).map(|(column, _)| *column);
        let columns: std::collections::BTreeSet<u32> = columns.collect();
        let target = |index: &Index, column: u32| {
            index.postgres.statistics.iter().find(|(c, _)| *c == column).map_or(-1, |(_, target)| *target)
        };
        let set = |index: &Index, column: u32| {
            format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {}", target(index, column))
        };
        statements.extend(columns.into_iter().map(|column| (set(after, column), set(before, column))));
    }
    let attached = before.postgres.attached_to != after.postgres.attached_to;
    let now = indexes_mut(&mut planner.now, on).and_then(|all| all.get(&after.key())).cloned();
    if let Some(parent) = after.postgres.attached_to.as_ref().filter(|_| attached)
        && now.as_ref().is_some_and(|now| now.postgres.attached_to.as_ref() != Some(parent))
    {
        statements.push((attach(parent, &on.qualified_name().sibling(after.key())), String::new()));
    }
    if now.as_ref() == Some(after) || statements.is_empty() {
        return;
    }
    let made = after.clone();
    let effect = planner.effect(on, |database| {
        if let Some(indexes) = indexes_mut(database, on) {
            indexes.replace(made);
        }
    });
    let id = on.part(ObjectKind::Index, after.key());
    let mut step = Step::new(id, format!("alter index {}", after.key()), effect);
    for (statement, undo) in statements {
        step = step.statement(statement);
        if !undo.is_empty() {
            step = step.undo(undo);
        }
    }
    planner.push(step);
}

impl Planner<'_> {
    /// Whether a table or materialized view was there before the plan and is not made anew in it.
    pub(super) fn is_used(&self, on: &ObjectId) -> bool {
        self.before.get(on).is_some() && !self.remade.contains(on)
    }
}
