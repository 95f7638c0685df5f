//! What must be dropped and made again because something below it changes: PostgreSQL does not alter a column that a
//! view shows, nor drop a function that a trigger calls.

use std::collections::{HashMap, HashSet};

use schema_core::diff::{Change, ObjectChange, TableDiff};
use schema_core::{
    Column, Database, Index, Object, ObjectId, ObjectKind, Part, QualifiedName, Routine, RoutineKind, Table,
    View,
};

use super::attached::{attached, families_anew, is_renamed_by_rebuild, older_twins};
use super::node::{Constraint, Node, complete_view};
use super::{Planner, change, rebuild};

/// The objects and parts to be made anew.
#[derive(Default)]
pub(super) struct Recreated {
    pub(super) objects: HashSet<ObjectId>,
    parts: HashSet<ObjectId>,
    /// The columns whose default steps aside, because what it calls is made anew.
    defaults: HashSet<ObjectId>,
    /// The parts that go because what they rest on does, and do not come back under the same name.
    gone: HashSet<ObjectId>,
}

/// Everything that has to go and come back, found from what changes and from what needs it.
pub(super) fn closure(planner: &Planner<'_>) -> Recreated {
    let mut dependents: HashMap<&ObjectId, Vec<&ObjectId>> = HashMap::new();
    for (object, needed) in planner.needs_before.iter() {
        dependents.entry(needed).or_default().push(object);
    }
    let mut recreated = Recreated::default();
    let mut queue: Vec<ObjectId> = Vec::new();
    // Columns that are dropped and made again take along what is on them.
    let mut anew: HashSet<ObjectId> = HashSet::new();
    let replaced = replaced(planner);
    for table in &replaced {
        let id = ObjectId::table(table);
        queue.extend(parts(planner, table));
        queue.push(id.clone());
        recreated.objects.insert(id);
    }
    recreated.parts.extend(references(planner, &replaced));
    recreated.parts.extend(circles_of_logging(planner));
    for index in families_anew(planner, &replaced) {
        if stays(planner, &index) {
            recreated.parts.insert(index.clone());
        }
        queue.push(index);
    }
    for index in older_twins(planner) {
        recreated.parts.insert(index.clone());
        queue.push(index);
    }
    for change in &planner.diff.changes {
        match change {
            ObjectChange::Alter { before, after } if rebuild::rebuilds(&planner.before, before, after) => {
                let id = after.id();
                for (table, column) in rebuild::users(&planner.before, &id) {
                    let column_id = change::column_id(&table, &column.name);
                    let goes_by_itself = !replaced.contains(&table) && stays(planner, &column_id);
                    if column.generated.is_some() && goes_by_itself {
                        recreated.parts.insert(column_id.clone());
                    }
                    queue.push(column_id);
                }
                queue.push(id);
            }
            ObjectChange::Alter { before, after } if !object_in_place(before, after) => {
                recreated.objects.insert(after.id());
                queue.push(after.id());
            }
            ObjectChange::AlterTable(table) => {
                for column in table.columns.iter().filter_map(change::changes_type) {
                    queue.push(change::column_id(&table.name, &column.name));
                }
                queue.extend(keys_that_go(table));
                for change in &table.columns {
                    if let Change::Modify { before, after } = change
                        && !change::in_place(planner, &table.name, before, after)
                    {
                        let id = change::column_id(&table.name, &after.name);
                        anew.insert(id.clone());
                        queue.push(id);
                    }
                }
            }
            ObjectChange::Alter { .. } | ObjectChange::Create(_) | ObjectChange::Drop(_) => {}
        }
    }
    while let Some(id) = queue.pop() {
        if id.kind == ObjectKind::Index {
            for index in attached(planner, &replaced, &id).into_iter().filter(|index| stays(planner, index)) {
                if recreated.parts.insert(index.clone()) {
                    queue.push(index);
                }
            }
        }
        for dependent in dependents.get(&id).into_iter().flatten() {
            let dependent = (*dependent).clone();
            let of_replaced = dependent.kind.is_part()
                && dependent.table_name().is_some_and(|table| replaced.contains(&table));
            let stays = stays(planner, &dependent);
            if of_replaced || (!stays && !dependent.kind.is_part()) {
                continue;
            }
            if dependent.kind.is_part() {
                // A column needs its type and what its default calls; indexes and checks are rebuilt by the engine
                // when a column changes, but not when a function goes.
                let by_engine =
                    id.kind == ObjectKind::Column && !anew.contains(&id) && !recreated.parts.contains(&id);
                let rebuilt = if dependent.kind == ObjectKind::Column {
                    is_generated(planner, &dependent)
                } else if dependent.kind == ObjectKind::Index && by_engine {
                    is_renamed_by_rebuild(planner, &dependent)
                } else {
                    dependent.kind == ObjectKind::ForeignKey || !by_engine
                };
                let calls = dependent.kind == ObjectKind::Column && id.kind == ObjectKind::Routine;
                if calls && !rebuilt && stays {
                    recreated.defaults.insert(dependent.clone());
                }
                let parts = if stays { &mut recreated.parts } else { &mut recreated.gone };
                if rebuilt && parts.insert(dependent.clone()) {
                    queue.push(dependent);
                }
            } else if (is_recreatable(dependent.kind) || is_foreign(planner, &dependent))
                && recreated.objects.insert(dependent.clone())
            {
                queue.push(dependent);
            }
        }
        for object in planner.gone_with(&id) {
            let stays = stays(planner, &object);
            if stays && (object.kind != ObjectKind::Sequence || id.kind == ObjectKind::Table) {
                recreated.objects.insert(object);
            }
        }
    }
    recreated
}

/// The keys and unique indexes of a table that go, or are made anew: foreign keys and views rest on them.
fn keys_that_go(diff: &TableDiff) -> Vec<ObjectId> {
    let mut nodes = Vec::new();
    change::constraints(&diff.name, change::keys(diff), &mut nodes);
    let indexes = diff.indexes.iter().filter_map(|change| match change {
        Change::Drop(index) => Some(index),
        Change::Modify { before, after } if !change::index_in_place(before, after) => Some(before),
        Change::Modify { .. } | Change::Add(_) => None,
    });
    let on = ObjectId::table(&diff.name);
    nodes.extend(indexes.map(|index| Node::DropIndex { on: on.clone(), index: index.clone() }));
    nodes.iter().filter(|node| node.removes()).map(Node::id).collect()
}

fn is_recreatable(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Routine
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Sql(_)
            | ObjectKind::Privileges
    )
}

/// A foreign table holds no rows: it is dropped and made again like a view.
fn is_foreign(planner: &Planner<'_>, id: &ObjectId) -> bool {
    matches!(planner.before.get(id), Some(Object::Table(table)) if table.options.postgres.foreign.is_some())
}

fn is_generated(planner: &Planner<'_>, column: &ObjectId) -> bool {
    let table = column.table_name().and_then(|name| planner.before.table(&name));
    table.and_then(|table| table.columns.get(&column.name)).is_some_and(|column| column.generated.is_some())
}

/// Whether something is there before and after.
pub(super) fn stays(planner: &Planner<'_>, id: &ObjectId) -> bool {
    planner.before.contains(id) && planner.after.database.contains(id)
}

/// The tables that have to be others: none becomes partitioned, or a foreign table, or gets another type for what it
/// is partitioned by, in place. The tables that inherit from them go with them.
fn replaced(planner: &Planner<'_>) -> HashSet<QualifiedName> {
    let mut replaced: HashSet<QualifiedName> = HashSet::new();
    let mut queue: Vec<QualifiedName> = Vec::new();
    for change in &planner.diff.changes {
        let ObjectChange::AlterTable(diff) = change else { continue };
        let becomes_another = diff.options.as_deref().is_some_and(|(old, new)| {
            old.postgres.partition_by != new.postgres.partition_by
                || old.postgres.foreign != new.postgres.foreign
        });
        let mut retyped = diff.columns.iter().filter_map(change::changes_type);
        if becomes_another || retyped.any(|column| planner.is_in_partition_key(&diff.name, &column.name)) {
            queue.push(diff.name.clone());
        }
    }
    while let Some(parent) = queue.pop() {
        // A partition is detached, and attached to the new one.
        let inherits = |table: &&Table| table.options.postgres.inherits.contains(&parent);
        let heirs = planner.ties.heirs(&parent).iter().filter_map(|heir| planner.before.table(heir));
        let children = heirs.filter(inherits);
        queue.extend(
            children
                .map(|table| table.name.clone())
                .filter(|name| planner.after.database.table(name).is_some() && !replaced.contains(name)),
        );
        replaced.insert(parent);
    }
    replaced
}

/// The parts of a table that others may need.
fn parts(planner: &Planner<'_>, name: &QualifiedName) -> Vec<ObjectId> {
    let Some(table) = planner.before.table(name) else { return Vec::new() };
    let id = table.id();
    let key = table.primary_key.iter().filter_map(|key| key.name.as_ref());
    let columns = table.columns.names().map(|name| id.part(ObjectKind::Column, name));
    let uniques = table.uniques.names().map(|name| id.part(ObjectKind::Unique, name));
    columns.chain(uniques).chain(key.map(|name| id.part(ObjectKind::PrimaryKey, name))).collect()
}

/// The foreign keys of other tables to these, where they stay.
fn references(planner: &Planner<'_>, replaced: &HashSet<QualifiedName>) -> Vec<ObjectId> {
    let others = planner.before.tables().filter(|table| !replaced.contains(&table.name));
    let keys = others.flat_map(|table| {
        let keys = table.foreign_keys.iter().filter(|key| replaced.contains(&key.references));
        keys.map(|key| table.id().part(ObjectKind::ForeignKey, key.key()))
    });
    keys.filter(|id| stays(planner, id)).collect()
}

/// The foreign keys in circles of tables that begin or cease to be logged. No logged table may refer to one that is
/// not, so that none of the circle could be the first.
fn circles_of_logging(planner: &Planner<'_>) -> Vec<ObjectId> {
    let changed: HashSet<&QualifiedName> = (planner.diff.changes.iter())
        .filter_map(|change| match change {
            ObjectChange::AlterTable(diff) => Some(diff),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => None,
        })
        .filter(|diff| {
            let options = diff.options.as_deref();
            options.is_some_and(|(before, after)| before.postgres.unlogged != after.postgres.unlogged)
        })
        .map(|diff| &diff.name)
        .collect();
    let mut keys: HashMap<&QualifiedName, Vec<(ObjectId, &QualifiedName)>> = HashMap::new();
    for table in changed.iter().filter_map(|name| planner.before.table(name)) {
        for key in table.foreign_keys.iter() {
            let id = table.id().part(ObjectKind::ForeignKey, key.key());
            if key.references != table.name && changed.contains(&key.references) && stays(planner, &id) {
                keys.entry(&table.name).or_default().push((id, &key.references));
            }
        }
    }
    let reaches = |from: &QualifiedName, to: &QualifiedName| {
        let (mut seen, mut queue) = (HashSet::new(), vec![from]);
        while let Some(table) = queue.pop() {
            if table == to {
                return true;
            }
            if seen.insert(table) {
                queue.extend(keys.get(table).into_iter().flatten().map(|(_, references)| *references));
            }
        }
        false
    };
    let all = keys.iter().flat_map(|(table, keys)| keys.iter().map(move |key| (*table, key)));
    all.filter(|(table, (_, references))| reaches(references, table)).map(|(_, (id, _))| id.clone()).collect()
}

/// The nodes that drop and make what is recreated. Parts that change anyway have theirs already.
pub(super) fn nodes(planner: &Planner<'_>, recreated: &Recreated, nodes: &mut Vec<Node>) {
    let mut objects: Vec<&ObjectId> = recreated.objects.iter().collect();
    objects.sort();
    for id in objects {
        let (Some(before), Some(after)) = (planner.before.get(id), planner.after.database.get(id)) else {
            continue;
        };
        // What hangs on a recreated object goes with it, and comes back by itself.
        let owner_goes = if let Object::Privileges(privileges) = before {
            recreated.objects.contains(&privileges.object)
        } else if let Object::Sequence(sequence) = before {
            let owner = sequence.owned_by.as_ref().map(|(table, _)| ObjectId::table(table));
            owner.is_some_and(|owner| recreated.objects.contains(&owner))
        } else {
            id.table_name().is_some_and(|table| {
                [ObjectKind::View, ObjectKind::MaterializedView]
                    .into_iter()
                    .any(|kind| recreated.objects.contains(&ObjectId::new(kind, &table)))
            })
        };
        if !owner_goes {
            let mut with = planner.gone_with(id);
            if id.kind == ObjectKind::Table {
                // A rule of a table may need a child of it, which goes first: it is dropped by itself.
                with.retain(|id| matches!(id.kind, ObjectKind::Sequence | ObjectKind::Privileges));
            }
            nodes.push(Node::Drop { object: before.clone(), with, chain: true });
        }
        if let Object::Table(table) = after {
            planner.create_table(table, nodes);
            continue;
        }
        nodes.push(Node::Create { object: after.clone(), chain: true });
        if let Object::MaterializedView(view) = after {
            complete_view(view, nodes);
        } else if let Object::Sequence(sequence) = after
            && sequence.owned_by.is_some()
        {
            nodes.push(Node::Own { sequence: sequence.clone() });
        }
    }
    let staying = planner.before.tables().filter(|table| !recreated.objects.contains(&table.id()));
    for table in staying {
        let parent = table.options.postgres.partition_of.as_ref().map(|(parent, _)| parent);
        let parent_is_new = parent.is_some_and(|parent| recreated.objects.contains(&ObjectId::table(parent)));
        let after = planner.after.database.table(&table.name);
        if parent_is_new
            && let Some(after) = after
            && after.options.postgres.partition_of == table.options.postgres.partition_of
        {
            nodes.push(Node::Detach { table: table.name.clone() });
            nodes.push(Node::Attach { table: table.name.clone() });
        }
    }
    // What is made anew is not altered before.
    nodes.retain(|node| {
        let altered = if let Node::AlterConstraint { table, before, .. } = node {
            Some(before.id(table))
        } else {
            matches!(node, Node::AlterColumn { .. } | Node::AlterIndex { .. }).then(|| node.id())
        };
        altered.is_none_or(|altered| !recreated.parts.contains(&altered))
    });
    // Nor does it only get another name.
    let mut added = Vec::new();
    for node in nodes.iter_mut() {
        if let Node::AlterConstraint { table, before, after } = node
            && recreated.gone.contains(&before.id(table))
        {
            added.push(Node::AddConstraint { table: table.clone(), constraint: after.clone() });
            *node = Node::DropConstraint { table: table.clone(), constraint: before.clone() };
        }
    }
    nodes.extend(added);
    let mut defaults: Vec<&ObjectId> = recreated.defaults.difference(&recreated.parts).collect();
    defaults.sort();
    for id in defaults {
        set_default_again(planner, id, nodes);
    }
    let touched: HashSet<ObjectId> = nodes.iter().map(Node::id).collect();
    let mut parts: Vec<&ObjectId> = recreated.parts.iter().filter(|id| !touched.contains(*id)).collect();
    parts.sort();
    for id in parts {
        recreate_part(planner, id, nodes);
    }
}

/// A column loses its default, and gets the one it is to have when what that calls is there.
fn set_default_again(planner: &Planner<'_>, id: &ObjectId, nodes: &mut Vec<Node>) {
    let Some(name) = id.table_name() else { return };
    let column =
        |database: &Database| database.table(&name).and_then(|table| table.columns.get(&id.name)).cloned();
    let (Some(before), Some(after)) = (column(&planner.before), column(&planner.after.database)) else {
        return;
    };
    if nodes.iter().any(|node| node.id() == *id && !matches!(node, Node::AlterColumn { .. })) {
        return;
    }
    nodes.retain(|node| node.id() != *id);
    let middle = Column { default: None, ..before.clone() };
    nodes.push(Node::AlterColumn { table: name.clone(), before, after: middle.clone() });
    nodes.push(Node::AlterColumn { table: name, before: middle, after });
}

fn recreate_part(planner: &Planner<'_>, id: &ObjectId, nodes: &mut Vec<Node>) {
    let Some(name) = id.table_name() else { return };
    let (Some(before), Some(after)) = (planner.before.table(&name), planner.after.database.table(&name))
    else {
        return recreate_view_index(planner, id, nodes);
    };
    if let (Some(before), Some(after)) = (before.columns.get(&id.name), after.columns.get(&id.name))
        && id.kind == ObjectKind::Column
    {
        let column = before.clone();
        nodes.push(Node::DropColumn { table: name.clone(), column, with: Vec::new() });
        nodes.push(Node::AddColumn { table: name, column: after.clone() });
    } else if let (Some(before), Some(after)) = (before.indexes.get(&id.name), after.indexes.get(&id.name))
        && id.kind == ObjectKind::Index
    {
        recreate_index(&ObjectId::table(&name), before, after, nodes);
    } else if let (Some(before), Some(after)) = (Constraint::of(before, id), Constraint::of(after, id)) {
        nodes.push(Node::DropConstraint { table: name.clone(), constraint: before });
        nodes.push(Node::AddConstraint { table: name, constraint: after });
    }
}

fn recreate_view_index(planner: &Planner<'_>, id: &ObjectId, nodes: &mut Vec<Node>) {
    let Some(name) = id.table_name() else { return };
    let on = ObjectId::new(ObjectKind::MaterializedView, &name);
    if let (Some(Object::MaterializedView(before)), Some(Object::MaterializedView(after))) =
        (planner.before.get(&on), planner.after.database.get(&on))
        && let (Some(before), Some(after)) = (before.indexes.get(&id.name), after.indexes.get(&id.name))
    {
        recreate_index(&on, before, after, nodes);
    }
}

fn recreate_index(on: &ObjectId, before: &Index, after: &Index, nodes: &mut Vec<Node>) {
    debug_assert_eq!(before.key(), after.key());
    nodes.push(Node::DropIndex { on: on.clone(), index: before.clone() });
    nodes.push(Node::CreateIndex { on: on.clone(), index: after.clone() });
}

/// Whether an object becomes another without being dropped.
pub(super) fn object_in_place(before: &Object, after: &Object) -> bool {
    match after {
        Object::View(after) => matches!(before, Object::View(before) if is_view_replaceable(before, after)),
        Object::MaterializedView(after) => matches!(
            before,
            Object::MaterializedView(before)
                if before.query == after.query && before.access_method == after.access_method
        ),
        Object::Routine(after) => {
            matches!(before, Object::Routine(before) if is_routine_replaceable(before, after))
        }
        Object::Trigger(after) => {
            matches!(before, Object::Trigger(before) if before.definition == after.definition)
        }
        Object::Policy(after) => matches!(
            before,
            Object::Policy(before) if before.permissive == after.permissive
                && before.command == after.command
                && (before.using.is_none() || after.using.is_some())
                && (before.with_check.is_none() || after.with_check.is_some())
        ),
        Object::Sql(after) => matches!(before, Object::Sql(before) if before.definition == after.definition),
        Object::DefaultPrivileges(_)
        | Object::Role(_)
        | Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Privileges(_) => true,
    }
}

/// `CREATE OR REPLACE VIEW` takes a view whose columns stay, and new ones after them.
fn is_view_replaceable(before: &View, after: &View) -> bool {
    !before.postgres.output.is_empty() && after.postgres.output.starts_with(&before.postgres.output)
}

/// `CREATE OR REPLACE` takes a routine whose arguments, with their names and defaults, and result stay.
fn is_routine_replaceable(before: &Routine, after: &Routine) -> bool {
    let head = |routine: &Routine| routine.definition.as_str().lines().next().map(str::to_owned);
    before.kind == after.kind
        && before.returns == after.returns
        && (before.definition == after.definition
            || (before.kind != RoutineKind::Aggregate && head(before) == head(after)))
}
