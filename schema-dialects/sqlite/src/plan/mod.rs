//! The steps from one schema to another.
//!
//! All of them are one transaction. What could be in the way of a change goes first and comes back last:
//! triggers, views and indexes are dropped, tables renamed, dropped, changed and made, and then indexes, views and
//! triggers are made.

mod alter;
mod constraint;
mod index;
mod probe;
mod rebuild;
mod rename;
mod table;
mod view;

use indexmap::{IndexMap, IndexSet};
use schema_core::diff::{ObjectChange, Rename, Renames, diff};
use schema_core::plan::{LockMode, Step};
use schema_core::{
    Canonical, Database, Dependencies, Error, Name, Object, ObjectId, ObjectKind, PlanRequest,
};

use crate::SqliteDialect;
use crate::render::unsupported;

/// Plans.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite has nothing for.
pub(crate) fn plan(request: &PlanRequest<'_>, dialect: SqliteDialect) -> Result<Vec<Step>, Error> {
    let structural = structural(&request.diff.renames)?;
    let removed = view::in_the_way(request.before, request.after, &structural);
    let mut steps = view::drops(&request.before.database, &removed);
    view::mark_final_drops(&mut steps, &request.after.database);

    let mut now = request.before.database.clone();
    for id in &removed {
        now.remove(id);
    }
    steps.extend(table::drops(&mut now, &request.after.database, &structural));
    let renaming = rename::renames(&mut now, &structural)?;
    steps.extend(renaming.steps);

    let context = Context { dialect, after: &request.after.database, names: renaming.origins };
    let now = Canonical::observed(now, Dependencies::default());
    let changes = diff(&now, request.after, &Renames::default()).changes;
    steps.extend(context.objects(&now.database, &changes)?);
    for step in &mut steps {
        let object = step.object.clone();
        step.locks = vec![schema_core::plan::Lock { mode: LockMode::Writer, object }];
    }
    Ok(steps)
}

/// What planning a table needs to know of the rest.
struct Context<'a> {
    dialect: SqliteDialect,
    after: &'a Database,
    names: Origins,
}

/// What tables and columns are called before the plan, by their names within it.
#[derive(Default)]
struct Origins {
    tables: IndexMap<Name, Name>,
    columns: IndexMap<(Name, Name), Name>,
}

impl Origins {
    fn table(&self, name: &Name) -> Name {
        self.tables.get(name).unwrap_or(name).clone()
    }

    fn column(&self, table: &Name, column: &Name) -> Name {
        self.columns.get(&(table.clone(), column.clone())).unwrap_or(column).clone()
    }
}

impl Context<'_> {
    /// The steps for what is left when the renames are done.
    fn objects(&self, now: &Database, changes: &[ObjectChange]) -> Result<Vec<Step>, Error> {
        let mut index_drops = Vec::new();
        let mut drops = Vec::new();
        let mut alters = Vec::new();
        let mut creates = Vec::new();
        let mut index_creates = Vec::new();
        let mut views = Vec::new();
        let mut triggers = Vec::new();
        for change in changes {
            match change {
                ObjectChange::AlterTable(diff) => {
                    let (Some(before), Some(after)) = (now.table(&diff.name), self.after.table(&diff.name))
                    else {
                        return Err(Error::Internal(format!("{} is not there to be altered", diff.name)));
                    };
                    let split = index::split(before, after);
                    index_drops.extend(split.drops);
                    alters.extend(self.alter(&split.before, &split.after, now)?);
                    index_creates.extend(split.changed.iter().map(|i| self.create_index(before, after, i)));
                }
                ObjectChange::Create(Object::Table(table)) => creates.push(table::create(table, self.after)?),
                ObjectChange::Create(Object::View(view)) => views.push(view::create_view(view)),
                ObjectChange::Create(Object::Trigger(trigger)) => {
                    triggers.push(view::create_trigger(trigger));
                }
                ObjectChange::Create(Object::Sql(object)) => creates.push(table::create_virtual(object)),
                ObjectChange::Drop(Object::Sql(object)) => drops.push(table::drop_virtual(object)),
                ObjectChange::Alter { before, after } => match (&**before, &**after) {
                    (Object::Sql(before), Object::Sql(after)) => {
                        drops.push(table::drop_virtual(before));
                        creates.push(table::create_virtual(after));
                    }
                    (_, after) => return Err(unsupported(&after.id())),
                },
                ObjectChange::Create(object) | ObjectChange::Drop(object) => {
                    return Err(unsupported(&object.id()));
                }
            }
        }
        Ok([index_drops, drops, alters, creates, index_creates, views, triggers].concat())
    }
}

/// The renames that keep data: those of tables and columns. Everything else is made again under its new name.
fn structural(renames: &Renames) -> Result<Renames, Error> {
    let mut kept: Vec<Rename> = Vec::new();
    for rename in renames.iter() {
        match rename.from.kind {
            ObjectKind::Table | ObjectKind::Column => kept.push(rename.clone()),
            ObjectKind::View
            | ObjectKind::Trigger
            | ObjectKind::PrimaryKey
            | ObjectKind::Unique
            | ObjectKind::Check
            | ObjectKind::ForeignKey
            | ObjectKind::Index => {}
            ObjectKind::Sql(_) => {
                return Err(Error::Unsupported {
                    object: rename.from.clone(),
                    reason: "renaming it is not something that Groundplan does".to_owned(),
                });
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::EnumValue
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::MaterializedView
            | ObjectKind::Routine
            | ObjectKind::Policy
            | ObjectKind::Privileges
            | ObjectKind::DefaultPrivileges
            | ObjectKind::Role
            | ObjectKind::Exclusion => return Err(unsupported(&rename.from)),
        }
    }
    Ok(kept.into_iter().collect())
}

/// A name that no plan for another change would use, so that it is free.
fn temporary(purpose: &str, seed: &impl serde::Serialize) -> String {
    format!("groundplan_{purpose}_{}", schema_core::Fingerprint::of(seed).short())
}

type Ids = IndexSet<ObjectId>;
