//! From a diff to ordered steps.
//!
//! Every change becomes one or more [`Node`](node::Node)s: a thing made, dropped or altered. What needs what, before
//! and after, gives edges between them; one topological sort gives the order, and each node, in that order, its steps.
//! Rendering a whole schema is the plan from nothing to it.

mod attached;
mod bound;
mod change;
mod circle;
mod column;
mod constraint;
mod constraint_names;
mod drop;
mod emit;
mod enums;
mod family;
mod graph;
mod group;
mod index;
mod instant;
mod node;
mod nodes;
mod object;
mod options;
mod probe;
mod rebuild;
mod recreate;
mod rename;
mod rows;
mod table;
mod ties;

use schema_core::diff::{Diff, Renames};
use schema_core::plan::LockMode;
use schema_core::{
    Canonical, Database, Dependencies, Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind,
    PlanRequest, QualifiedName, SqlObjectKind, Step, Table, Version,
};

use self::node::Node;

/// The steps from one schema to another.
pub(crate) fn plan(request: &PlanRequest<'_>, version: Version) -> Result<Vec<Step>, Error> {
    let mut planner = Planner::new(request, version);
    planner.renames()?;
    let recreated = recreate::closure(&planner);
    planner.remade.clone_from(&recreated.objects);
    let mut nodes = planner.nodes(&recreated)?;
    let mut order = graph::order(&planner, &nodes);
    if !order.circular.is_empty() {
        nodes = circle::taken_apart(&planner, nodes, &order.circular);
        order = graph::order(&planner, &nodes);
    }
    let order = order.sequence;
    let chain = group::chain(&nodes, &order, &planner.remade);
    for (position, at) in order.iter().enumerate() {
        planner.in_chain = chain.contains(&position);
        planner.emit(&nodes[*at])?;
    }
    planner.flush();
    Ok(planner.steps)
}

/// The state of planning.
struct Planner<'a> {
    version: Version,
    /// As it is, under the names after the renames.
    before: Database,
    /// What needs what in it, under the same names.
    needs_before: Dependencies,
    /// What constraints are called, before and after.
    constraint_names: constraint_names::ConstraintNames,
    ties: ties::Ties,
    after: &'a Canonical,
    diff: &'a Diff,
    /// From the names after the renames to those before.
    old_names: Renames,
    /// As it is after the steps so far.
    now: Database,
    steps: Vec<Step>,
    groups: group::Groups,
    /// Clauses that wait to share one ALTER TABLE.
    pending: Option<instant::Pending>,
    /// The objects that are dropped and made again.
    remade: std::collections::HashSet<ObjectId>,
    /// Whether what is emitted now lies between the drop and the creation of a recreated object.
    in_chain: bool,
}

impl<'a> Planner<'a> {
    fn new(request: &PlanRequest<'a>, version: Version) -> Self {
        let renames = &request.diff.renames;
        let mut needs_before = Dependencies::default();
        for (object, needed) in request.before.dependencies.iter() {
            needs_before.insert(renames.target(object), renames.target(needed));
        }
        let before = renames.apply(request.before.database.clone());
        Self {
            version,
            constraint_names: constraint_names::ConstraintNames::new(&before, &request.after.database),
            ties: ties::Ties::new(&before, &request.after.database),
            before,
            needs_before,
            after: request.after,
            diff: request.diff,
            old_names: renames.inverse(),
            now: request.before.database.clone(),
            steps: Vec::new(),
            groups: group::Groups::default(),
            pending: None,
            remade: std::collections::HashSet::new(),
            in_chain: false,
        }
    }

    /// Whether a table or view was there before the plan, so that others use it.
    fn exists(&self, name: &QualifiedName) -> bool {
        [ObjectKind::Table, ObjectKind::MaterializedView, ObjectKind::View]
            .into_iter()
            .any(|kind| self.before.get(&ObjectId::new(kind, name)).is_some())
    }

    /// A table as it becomes, or as it was where it goes.
    fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.after.database.table(name).or_else(|| self.before.table(name))
    }

    fn is_foreign(&self, name: &QualifiedName) -> bool {
        self.table(name).is_some_and(|table| table.options.postgres.foreign.is_some())
    }

    fn is_partitioned(&self, name: &QualifiedName) -> bool {
        self.table(name).is_some_and(|table| table.options.postgres.partition_by.is_some())
    }

    /// Whether a table is partitioned by a column before the plan, which takes no other type then.
    fn is_in_partition_key(&self, table: &QualifiedName, column: &Name) -> bool {
        let key = self.before.table(table).and_then(|table| table.options.postgres.partition_by.as_ref());
        let words = key.map(|key| crate::lexis::tokens(key.as_str())).unwrap_or_default();
        words.iter().filter_map(crate::lexis::Token::identifier).any(|word| *column == word.as_str())
    }

    /// Whether a publication names a table, or one that takes what is done to it, before the plan or after it.
    fn is_published(&self, table: &QualifiedName) -> bool {
        let children = self.children(table);
        let names = |id: &ObjectId| {
            let name = id.table_name().unwrap_or_else(|| id.qualified_name());
            name == *table || children.contains(&name)
        };
        let mut all = self.needs_before.iter().chain(self.after.dependencies.iter());
        all.any(|(id, needed)| id.kind == ObjectKind::Sql(SqlObjectKind::Publication) && names(needed))
    }

    /// The tables that take what is done to this one: partitions and inheriting tables, at any depth.
    fn children(&self, name: &QualifiedName) -> Vec<QualifiedName> {
        let mut all: Vec<QualifiedName> = Vec::new();
        let mut seen: std::collections::HashSet<&QualifiedName> = std::collections::HashSet::new();
        let mut parents = vec![name];
        while let Some(parent) = parents.pop() {
            for table in self.own_children(parent) {
                if seen.insert(&table.name) {
                    all.push(table.name.clone());
                    parents.push(&table.name);
                }
            }
        }
        all
    }

    /// The tables that this one takes its columns from before the plan: its parents, at any distance.
    fn above(&self, name: &QualifiedName) -> Vec<&QualifiedName> {
        let mut all: Vec<&QualifiedName> = Vec::new();
        let mut tables: Vec<&Table> = self.before.table(name).into_iter().collect();
        while let Some(table) = tables.pop() {
            for parent in parents(table) {
                if !all.contains(&parent) {
                    all.push(parent);
                    tables.extend(self.before.table(parent));
                }
            }
        }
        all
    }

    /// The tables that have this one for a parent now.
    fn own_children(&self, name: &QualifiedName) -> impl Iterator<Item = &Table> {
        let heirs = self.ties.heirs(name).iter().filter_map(|heir| self.now.table(heir));
        heirs.filter(move |table| parents(table).any(|parent| parent == name))
    }

    /// The partitions of a table now.
    fn partitions(&self, name: &QualifiedName) -> impl Iterator<Item = &Table> {
        let is_partition = move |table: &&Table| {
            table.options.postgres.partition_of.as_ref().is_some_and(|(parent, _)| parent == name)
        };
        self.own_children(name).filter(is_partition)
    }

    /// The partitioned tables above a partition before the plan, nearest first.
    fn ancestors(&self, name: &QualifiedName) -> impl Iterator<Item = &Table> {
        let above = |table: &Table| {
            let (parent, _) = table.options.postgres.partition_of.as_ref()?;
            self.before.table(parent)
        };
        std::iter::successors(self.before.table(name).and_then(above), move |table| above(table))
    }

    /// The foreign keys that rest on a partition before the plan, as they refer to a table above it.
    fn resting_on(&self, partition: &QualifiedName) -> impl Iterator<Item = &ObjectId> {
        self.ancestors(partition).flat_map(|ancestor| self.ties.references(&ancestor.name))
    }

    /// What an object was called before the renames.
    fn old_relation(&self, name: &QualifiedName) -> QualifiedName {
        self.old_names.relation(name)
    }

    fn old_column(&self, table: &QualifiedName, column: &Name) -> Name {
        self.old_names.column(table, column)
    }

    /// Changes the schema as it stands, and says what changed.
    fn effect(&mut self, id: &ObjectId, change: impl FnOnce(&mut Database)) -> Diff {
        self.effects(std::slice::from_ref(id), change)
    }

    fn effects(&mut self, ids: &[ObjectId], change: impl FnOnce(&mut Database)) -> Diff {
        let mut ids: Vec<&ObjectId> = ids.iter().collect();
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| seen.insert(*id));
        let before: Vec<Option<Object>> = ids.iter().map(|id| self.now.get(id).cloned()).collect();
        change(&mut self.now);
        let mut effect = Diff::identity();
        for (id, before) in ids.iter().zip(before) {
            let change = match (before, self.now.get(id).cloned()) {
                (None, None) => continue,
                (Some(before), Some(after)) if before == after => continue,
                (Some(before), Some(after)) => Diff::alter(before, after),
                (Some(before), None) => Diff::drop(before),
                (None, Some(after)) => Diff::create(after),
            };
            effect.changes.extend(change.changes);
        }
        effect
    }

    /// Appends a step that stands alone, after what waits.
    fn push(&mut self, step: Step) {
        self.flush();
        self.append(step);
    }

    fn append(&mut self, step: Step) {
        let step = self.groups.place(step, self.in_chain);
        self.steps.push(step);
    }

    /// A lock on a table, unless the plan itself makes the table, so that nobody else knows it.
    fn locked(&self, step: Step, mode: LockMode, table: &QualifiedName) -> Step {
        if self.exists(table) { step.lock(mode, ObjectId::table(table)) } else { step }
    }

    /// A lock that keeps nobody out but other changes, on the tables that something is about.
    fn locked_about(&self, step: Step, id: &ObjectId, needs: &Dependencies) -> Step {
        // Statistics are known to need the table's columns, publications the table.
        let tables: std::collections::BTreeSet<QualifiedName> = needs
            .of(id)
            .filter_map(|needed| match needed.table_name() {
                Some(table) => Some(table),
                None => (needed.kind == ObjectKind::Table).then(|| needed.qualified_name()),
            })
            .collect();
        tables.iter().fold(step, |step, table| self.locked(step, LockMode::ShareUpdateExclusive, table))
    }

    /// The same lock on the partitions and inheriting tables, for what reaches them too.
    fn locked_below(&self, step: Step, mode: LockMode, table: &QualifiedName) -> Step {
        self.children(table).iter().fold(step, |step, child| self.locked(step, mode, child))
    }

    /// The same, for an instant that others who come after it notice.
    fn queued(&self, step: Step, mode: LockMode, table: &QualifiedName) -> Step {
        if !self.exists(table) {
            return step;
        }
        let message = format!("{table} is locked for an instant; whoever comes after waits for that instant");
        step.lock(mode, ObjectId::table(table)).hazard(Hazard::new(HazardCode::LockQueue, message))
    }

    fn emit(&mut self, node: &Node) -> Result<(), Error> {
        node.emit(self)
    }
}

/// The table of which this one is a partition, or those it inherits from.
fn parents(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    let postgres = &table.options.postgres;
    postgres.partition_of.iter().map(|(parent, _)| parent).chain(&postgres.inherits)
}
