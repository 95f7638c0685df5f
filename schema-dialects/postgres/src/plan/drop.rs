//! Objects that go, with what goes by itself.

use schema_core::plan::{LockMode, Phase, Reverse};
use schema_core::{
    Hazard, HazardCode, Object, ObjectId, ObjectKind, Policy, Sql, SqlObjectKind, Step, Trigger,
};

use super::Planner;
use crate::quote;
use crate::render::object;

impl Planner<'_> {
    /// The steps that drop a table and what goes with it.
    pub(super) fn drop_object(&mut self, object: &Object, with: &[ObjectId], chain: bool) {
        let id = object.id();
        // What went with another object is gone.
        let Some(now) = self.now.get(&id).cloned() else { return };
        let mut ids = vec![id.clone()];
        ids.extend(with.iter().cloned());
        ids.retain(|id| self.now.get(id).is_some());
        let gone: Vec<Object> = ids.iter().filter_map(|id| self.now.get(id).cloned()).collect();
        let effect = self.effects(&ids, |database| {
            for id in &ids {
                database.remove(id);
            }
        });
        let mut reverse: Vec<Sql> = object::create(&now).into_iter().map(Sql::new).collect();
        if let Object::Table(table) = &now {
            reverse.extend(table.indexes.iter().map(|index| {
                Sql::new(crate::render::index::create(&table.name, index, crate::render::index::Build::Plain))
            }));
        }
        reverse.extend(gone.iter().skip(1).flat_map(object::create).map(Sql::new));
        let title = if id.kind == ObjectKind::DefaultPrivileges {
            super::object::default_privileges_title(&id)
        } else {
            format!("drop {}", id.name)
        };
        let mut step = Step::new(id.clone(), title, effect).phase(Phase::Contract);
        if let Object::Table(table) = &now
            && let Some((parent, _)) = &table.options.postgres.partition_of
            && self.references_now(&table.name).next().is_some()
        {
            // The server drops no partition that keys rest on, and checks the rows of one that it detaches.
            let (parent, partition) = (quote::qualified(parent), quote::qualified(&table.name));
            step = step.statement(format!("ALTER TABLE {parent} DETACH PARTITION {partition}"));
            step = self.leaving(step, &table.name);
        }
        step.statements.extend(object::drop(&now).into_iter().map(Sql::new));
        step = self.drop_hazards(step, &now, chain);
        if id.kind == ObjectKind::Sql(SqlObjectKind::Statistics) {
            step = self.locked_about(step, &id, &self.needs_before);
        }
        if let Object::Table(table) = &now {
            for parent in super::parents(table) {
                step = self.locked(step, LockMode::AccessExclusive, parent);
            }
        }
        // Where privileges are part of the schema, each of these has some, and they are granted again.
        let has_privileges = matches!(
            id.kind,
            ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Routine
        );
        if chain && has_privileges && self.privileges_of(&id).is_none() {
            step = step.hazard(Hazard::new(
                HazardCode::PrivilegesChanged,
                format!(
                    "{} is made anew: what was granted on it is lost, and must be granted again",
                    id.name
                ),
            ));
        }
        step.reverse = if matches!(now, Object::Table(_) | Object::Sequence(_)) {
            Reverse::StructureOnly(reverse)
        } else {
            Reverse::Statements(reverse)
        };
        self.push(step);
    }

    fn drop_hazards(&self, mut step: Step, object: &Object, chain: bool) -> Step {
        let id = object.id();
        let mut hazard = |code, message: String| step.hazards.push(Hazard::new(code, message));
        match object {
            Object::Table(table) if chain && table.options.postgres.partition_by.is_some() => hazard(
                HazardCode::DropTable,
                format!(
                    "{} cannot become what it is to be, and is dropped and made again; its rows stay in the \
                     partitions that stay",
                    id.name
                ),
            ),
            Object::Table(_) if chain => hazard(
                HazardCode::DropTable,
                format!(
                    "{} cannot become what it is to be, and is dropped and made again: its rows do not move, and are \
                     lost",
                    id.name
                ),
            ),
            Object::Table(_) => {
                hazard(HazardCode::DropTable, format!("all rows of {} are lost", id.name));
            }
            Object::Schema(_) => hazard(HazardCode::DropSchema, format!("the schema {} goes", id.name)),
            Object::Sequence(_) => {
                hazard(HazardCode::DropStoredObject, format!("where {} had counted to is lost", id.name));
            }
            Object::MaterializedView(_) if !chain => {
                hazard(HazardCode::DropStoredObject, format!("the stored rows of {} are lost", id.name));
            }
            Object::MaterializedView(_) => {
                hazard(HazardCode::Rewrite, format!("{} is filled again while others wait", id.name));
            }
            Object::Privileges(_) => {
                hazard(
                    HazardCode::PrivilegesChanged,
                    format!("what was granted on {} is taken back", id.name),
                );
            }
            Object::DefaultPrivileges(_) => {
                let on = id.signature.as_deref().unwrap_or_default();
                hazard(
                    HazardCode::PrivilegesChanged,
                    format!("who may use the {on} that {} makes from now on changes", id.name),
                );
            }
            Object::Role(_) => hazard(HazardCode::DropRoutine, format!("nobody can be {} any more", id.name)),
            Object::View(_)
            | Object::Routine(_)
            | Object::Trigger(_)
            | Object::Policy(_)
            | Object::Sql(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Extension(_) => {
                if !chain {
                    hazard(HazardCode::DropRoutine, format!("whatever uses {} breaks", id.name));
                }
            }
        }
        match object {
            Object::Table(table) => {
                let mut step = step.lock(LockMode::AccessExclusive, id.clone());
                // What is made anew is not lost with a partitioned table, which holds no rows itself.
                if !(chain && table.options.postgres.partition_by.is_some()) {
                    step.probes.extend(self.rows_lost(&id.qualified_name()));
                }
                let parents =
                    self.before.table(&id.qualified_name()).into_iter().flat_map(|t| t.foreign_keys.iter());
                for key in parents.filter(|key| key.references != id.qualified_name()) {
                    let parent = ObjectId::table(&key.references);
                    if !step.locks.iter().any(|lock| lock.object == parent) && self.exists(&key.references) {
                        step = step.lock(LockMode::AccessExclusive, parent);
                    }
                }
                step
            }
            Object::View(_) | Object::MaterializedView(_) => step.lock(LockMode::AccessExclusive, id),
            Object::Trigger(Trigger { table, .. }) | Object::Policy(Policy { table, .. }) => {
                self.locked(step, LockMode::AccessExclusive, table)
            }
            Object::Sql(sql) => match id.table_name().filter(|_| sql.kind == SqlObjectKind::Rule) {
                Some(table) => self.locked(step, LockMode::AccessExclusive, &table),
                None => step,
            },
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Routine(_)
            | Object::Privileges(_)
            | Object::DefaultPrivileges(_)
            | Object::Role(_) => step,
        }
    }
}
