//! From one schema to another in steps.
//!
//! Every statement commits by itself on these servers, so each step is one change that the next run can find done
//! or not done. The order: roles come, what is no longer granted is revoked, what hangs on tables goes, names change, foreign keys go,
//! tables change and come, foreign keys come, tables go, what hangs on them comes back, and what is granted comes last.

mod alter;
mod column;
mod foreign_key;
mod hazard;
mod history;
mod index;
mod level;
mod option;
mod partition;
mod privilege;
mod probe;
mod program;
mod question;
mod rename;
mod role;
mod schema;
mod sequence;
mod statement;
mod table;
mod types;
mod view;

use std::collections::HashSet;

use indexmap::IndexMap;
use schema_core::diff::{Diff, ObjectChange, Renames};
use schema_core::plan::{Hazard, HazardCode, LockMode, Phase, Reverse, Step, Transaction};
use schema_core::{Error, Grant, Object, ObjectId, PlanRequest, QualifiedName, Sql, Table, order};

use crate::render::{self, Kinds};
use crate::{MySqlDialect, quote};
use statement::Context;
use table::Alteration;

/// The steps from `request.before` to `request.after`.
pub(crate) fn plan(request: &PlanRequest<'_>, dialect: MySqlDialect) -> Result<Vec<Step>, Error> {
    let context = Context { flavour: dialect.flavour, can: dialect.capabilities() };
    let changed = Changed::of(request)?;
    let mut planner = Planner {
        request,
        context,
        back: request.diff.renames.inverse(),
        tables: IndexMap::new(),
        granted: IndexMap::new(),
        steps: Vec::new(),
    };
    role::make(&mut planner, &changed);
    privilege::revoke(&mut planner, &changed)?;
    program::drop_triggers(&mut planner);
    program::drop_events(&mut planner, &changed);
    view::drop(&mut planner, &changed);
    rename::rename(&mut planner);
    let foreign_keys = foreign_key::drop(&mut planner, &changed);
    schema::create(&mut planner, &changed);
    sequence::create(&mut planner, &changed);
    let early = planner.collides(&changed);
    if early {
        planner.drop_tables(&changed);
    }
    planner.alter_tables(&changed);
    let later = planner.create_tables(&changed);
    foreign_key::add(&mut planner, foreign_keys, later);
    if !early {
        planner.drop_tables(&changed);
    }
    sequence::drop(&mut planner, &changed);
    program::routines(&mut planner, &changed);
    view::create(&mut planner, &changed)?;
    program::create_triggers(&mut planner);
    program::create_events(&mut planner, &changed);
    schema::drop(&mut planner, &changed);
    privilege::grant(&mut planner);
    role::drop(&mut planner, &changed);
    Ok(planner.steps)
}

/// The changes by what is done.
struct Changed<'a> {
    created: Kinds<'a>,
    dropped: Kinds<'a>,
    /// Objects other than tables, as they are and as they become.
    altered: Vec<(&'a Object, &'a Object)>,
    /// Names of tables that change, after the renames.
    tables: Vec<&'a QualifiedName>,
}

impl<'a> Changed<'a> {
    fn of(request: &PlanRequest<'a>) -> Result<Self, Error> {
        let changes = &request.diff.changes;
        for change in changes {
            if let ObjectChange::Alter { after, .. } = change {
                render::session::sayable(after)?;
            }
        }
        let created = changes.iter().filter_map(|change| match change {
            ObjectChange::Create(object) => Some(object),
            ObjectChange::Drop(_) | ObjectChange::Alter { .. } | ObjectChange::AlterTable(_) => None,
        });
        let dropped = changes.iter().filter_map(|change| match change {
            ObjectChange::Drop(object) => Some(object),
            ObjectChange::Create(_) | ObjectChange::Alter { .. } | ObjectChange::AlterTable(_) => None,
        });
        let altered = changes.iter().filter_map(|change| match change {
            ObjectChange::Alter { before, after } => Some((&**before, &**after)),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::AlterTable(_) => None,
        });
        let tables = changes.iter().filter_map(|change| match change {
            ObjectChange::AlterTable(diff) => Some(&diff.name),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => None,
        });
        Ok(Self {
            created: Kinds::of(created, request.after)?,
            dropped: Kinds::of(dropped, request.before)?,
            altered: altered.collect(),
            tables: tables.collect(),
        })
    }
}

/// What the parts of the planner share.
struct Planner<'a> {
    request: &'a PlanRequest<'a>,
    context: Context,
    /// From the names after the renames to those before.
    back: Renames,
    /// Tables as the steps so far leave them, where that is neither the base nor the result; by the names after
    /// the renames.
    tables: IndexMap<QualifiedName, Table>,
    /// What is granted on objects before the plan, and stays.
    granted: IndexMap<ObjectId, Vec<Grant>>,
    steps: Vec<Step>,
}

impl<'a> Planner<'a> {
    /// Adds a step of these servers: alone, and committed by itself.
    fn push(&mut self, step: Step) {
        self.steps.push(step.transaction(Transaction::None));
    }

    /// A table as the steps so far leave it, by its name after the renames.
    fn current(&self, name: &QualifiedName) -> Option<Table> {
        if let Some(table) = self.tables.get(name) {
            return Some(table.clone());
        }
        let old = self.live(name)?.clone();
        if self.request.diff.renames.is_empty() {
            return Some(old);
        }
        let renamed = self.request.diff.renames.object(Object::from(old));
        if let Object::Table(table) = renamed { Some(*table) } else { None }
    }

    /// A table as it was before the plan, by its name after the renames.
    fn live(&self, name: &QualifiedName) -> Option<&'a Table> {
        let before = self.back.target(&ObjectId::table(name)).qualified_name();
        self.request.before.database.table(&before)
    }

    /// A table as it was before the plan, where nothing in it or of it was renamed: what probes can ask.
    fn askable(&self, name: &QualifiedName) -> Option<&'a Table> {
        let table = self.live(name)?;
        let renamed = self.request.diff.renames.iter().any(|rename| {
            rename.from == table.id() || rename.from.table_name().as_ref() == Some(&table.name)
        });
        (!renamed).then_some(table)
    }

    fn rows(&self, name: &QualifiedName) -> Option<u64> {
        let before = self.back.target(&ObjectId::table(name)).qualified_name();
        self.request.sizes.tables.get(&before).and_then(|size| size.rows)
    }

    fn alter_tables(&mut self, changed: &Changed<'a>) {
        for name in &changed.tables {
            let (Some(current), Some(after)) = (self.current(name), self.request.after.database.table(name))
            else {
                continue;
            };
            let mut target = after.clone();
            target.foreign_keys = current.foreign_keys.clone();
            let alteration = Alteration {
                current,
                target: target.clone(),
                live: self.askable(name),
                rows: self.rows(name),
                context: self.context,
            };
            for step in alteration.steps() {
                self.push(step);
            }
            self.tables.insert((*name).clone(), target);
        }
    }

    /// Creates tables, each after those it refers to. Gives the foreign keys that close a cycle, by table.
    fn create_tables(&mut self, changed: &Changed<'a>) -> Vec<QualifiedName> {
        let created: HashSet<&QualifiedName> =
            changed.created.tables.iter().map(|table| &table.name).collect();
        let mut made: HashSet<&QualifiedName> = HashSet::new();
        let mut later = Vec::new();
        for table in &changed.created.tables {
            made.insert(&table.name);
            let keeps = |key: &schema_core::ForeignKey| {
                !created.contains(&key.references) || made.contains(&key.references)
            };
            let mut first = (*table).clone();
            first.foreign_keys = table.foreign_keys.iter().filter(|key| keeps(key)).cloned().collect();
            if first.foreign_keys.len() < table.foreign_keys.len() {
                later.push(table.name.clone());
                self.tables.insert(table.name.clone(), first.clone());
            }
            let mut step = Step::new(table.id(), "create table", Diff::create(first.clone()))
                .statement(render::table::create(&first, self.context.flavour, |_| true))
                .undo(format!("DROP TABLE {}", quote::qualified(&table.name)));
            for key in &first.foreign_keys {
                // Making a child takes a metadata lock on its parent for an instant.
                if key.references != table.name && !created.contains(&key.references) {
                    step = step.lock(LockMode::MetadataExclusive, ObjectId::table(&key.references));
                    let message =
                        format!("{} is locked for an instant, and whoever comes then waits", key.references);
                    step = step.hazard(Hazard::new(HazardCode::LockQueue, message));
                }
            }
            self.push(step);
        }
        later
    }

    /// Drops tables, children first.
    fn drop_tables(&mut self, changed: &Changed<'a>) {
        let tables = &changed.dropped.tables;
        let position: IndexMap<&QualifiedName, usize> =
            tables.iter().enumerate().map(|(at, table)| (&table.name, at)).collect();
        let current: Vec<Table> = tables
            .iter()
            .map(|table| self.current(&table.name).unwrap_or_else(|| (*table).clone()))
            .collect();
        // A parent waits for its children. The keys that made a circle are gone by now.
        let edges: Vec<(usize, usize)> = current
            .iter()
            .enumerate()
            .flat_map(|(child, table)| {
                let parents =
                    table.foreign_keys.iter().filter_map(|key| position.get(&key.references).copied());
                let others = parents.filter(move |parent| *parent != child);
                others.map(move |parent| (parent, child)).collect::<Vec<_>>()
            })
            .collect();
        for at in order::sort(tables.len(), edges).sequence {
            let (table, current) = (tables[at], current[at].clone());
            let back = render::table::create(table, self.context.flavour, |_| true);
            let mut step = Step::new(table.id(), "drop table", Diff::drop(current))
                .phase(Phase::Contract)
                .statement(format!("DROP TABLE {}", quote::qualified(&table.name)))
                .reverse(Reverse::StructureOnly(vec![Sql::new(back)]))
                .lock(LockMode::MetadataExclusive, table.id())
                .hazard(Hazard::new(HazardCode::DropTable, format!("{} and its rows go", table.name)));
            if let Some(live) = self.askable(&table.name) {
                step = step.probe(probe::Live { table: live }.rows_lost());
            }
            self.push(step);
        }
    }

    /// Whether a table that goes holds the name of a constraint that comes: these names are the database's.
    fn collides(&self, changed: &Changed<'a>) -> bool {
        let names = |table: &Table| -> Vec<String> {
            let keys = table.foreign_keys.names();
            keys.chain(table.checks.names()).map(|name| name.as_str().to_lowercase()).collect()
        };
        let going: HashSet<String> = changed.dropped.tables.iter().flat_map(|table| names(table)).collect();
        let coming = changed
            .created
            .tables
            .iter()
            .copied()
            .chain(changed.tables.iter().filter_map(|name| self.request.after.database.table(name)));
        coming.flat_map(names).any(|name| going.contains(&name))
    }
}
