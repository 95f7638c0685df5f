//! Constraints: added in steps that let reads and writes go on.

use schema_core::plan::{LockMode, Phase, Probe, Transaction, Work};
use schema_core::{
    Check, Error, ForeignKey, Hazard, HazardCode, Index, Name, ObjectId, Part, QualifiedName, Sql, Step,
    Unique,
};

use super::instant::Instant;
use super::node::Constraint;
use super::{Planner, group};
use crate::quote;
use crate::render::index::Build;
use crate::render::{constraint, index, table as render};

pub(super) fn definition(constraint: &Constraint) -> String {
    match constraint {
        Constraint::PrimaryKey(key) => constraint::primary_key(key),
        Constraint::Unique(unique) => constraint::unique(unique),
        Constraint::Check(check) => constraint::check(check),
        Constraint::ForeignKey(key) => constraint::foreign_key(key),
        Constraint::Exclusion(exclusion) => constraint::exclusion(exclusion),
    }
}

pub(super) fn add(planner: &mut Planner<'_>, table: &QualifiedName, constraint: &Constraint) {
    let used = planner.is_used(&ObjectId::table(table));
    // A partition that was detached has kept what its parents gave it.
    if planner.now.table(table).is_some_and(|now| constraint.is_in(now)) {
        return;
    }
    match constraint {
        // A partition has it from its parent, and is to be sure of it before the parent is.
        Constraint::Check(check) if check.validated && has_from_parent(planner, table, check) => {
            let violating = planner.violations(table, constraint.id(table), &check.expression);
            validate(planner, table, constraint, None, violating);
        }
        Constraint::Check(check) if used && check.validated && check.enforced => {
            add_check(planner, table, check);
        }
        Constraint::ForeignKey(key) if key.validated && key.enforced && can_wait(planner, table) => {
            add_foreign_key(planner, table, key);
        }
        Constraint::PrimaryKey(_) | Constraint::Unique(_)
            if used && !planner.is_partitioned(table) && !planner.in_chain && by_index(constraint) =>
        {
            add_by_index(planner, table, constraint);
        }
        Constraint::PrimaryKey(_)
        | Constraint::Unique(_)
        | Constraint::Check(_)
        | Constraint::ForeignKey(_)
        | Constraint::Exclusion(_) => add_at_once(planner, table, constraint, used),
    }
}

/// Whether a partition has a check of its parent's, at any height, by that name.
fn has_from_parent(planner: &Planner<'_>, table: &QualifiedName, check: &Check) -> bool {
    let parent = |name: &QualifiedName| {
        planner.now.table(name)?.options.postgres.partition_of.as_ref().map(|(parent, _)| parent.clone())
    };
    std::iter::successors(parent(table), parent)
        .any(|name| planner.now.table(&name).is_some_and(|parent| parent.checks.contains(&check.key())))
}

/// Whether a foreign key can be added first and validated later: not where the referencing table is new and so empty,
/// nor, before PostgreSQL 18, where it is partitioned.
fn can_wait(planner: &Planner<'_>, table: &QualifiedName) -> bool {
    planner.is_used(&ObjectId::table(table))
        && (planner.version.major >= 18 || !planner.is_partitioned(table))
}

/// Whether a unique index can become the constraint.
fn by_index(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::PrimaryKey(key) => !key.without_overlaps && key.name.is_some(),
        Constraint::Unique(unique) => !unique.without_overlaps && unique.name.is_some(),
        Constraint::Check(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => false,
    }
}

/// In one statement: instant on a new table, and otherwise with whatever work it takes.
fn add_at_once(planner: &mut Planner<'_>, table: &QualifiedName, constraint: &Constraint, used: bool) {
    let id = constraint.id(table);
    let foreign = planner.is_foreign(table);
    let effect = planner.effect(&ObjectId::table(table), |database| {
        if let Some(table) = database.table_mut(table) {
            constraint.insert(table);
        }
    });
    let alter = |clause: String| render::alter(table, foreign, false, &[clause]);
    let mut step = Step::new(id.clone(), format!("add {} {}", kind(constraint), constraint.name()), effect)
        .statement(alter(format!("ADD {}", definition(constraint))))
        .undo(alter(format!("DROP CONSTRAINT {}", quote::name(constraint.name()))));
    step.statements.extend(comment(table, constraint).map(Sql::new));
    match constraint {
        Constraint::ForeignKey(key) => {
            step = planner.locked(step, LockMode::ShareRowExclusive, table);
            if key.references != *table {
                step = planner.queued(step, LockMode::ShareRowExclusive, &key.references);
            }
            if used && key.validated && key.enforced {
                step.probes.extend(planner.orphans(table, key));
                step = scanned(step, table, HazardCode::OrphanRows);
            }
        }
        Constraint::Check(check) => {
            step = planner.locked(step, LockMode::AccessExclusive, table);
            if used && check.validated && check.enforced {
                step.probes.extend(planner.violations(table, id, &check.expression));
                step = scanned(step, table, HazardCode::ViolatingRows);
            }
        }
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => {
            step = planner.locked(step, LockMode::AccessExclusive, table);
            if used {
                step.probes.extend(unique_probe(planner, table, constraint));
                let message = format!("everyone who uses {} waits while the index is built", table.name);
                step =
                    step.work(Work::IndexBuild).hazard(Hazard::new(HazardCode::IndexBuildUnderLock, message));
                let excludes = matches!(constraint, Constraint::Exclusion(_));
                let code = if excludes { HazardCode::ViolatingRows } else { HazardCode::DuplicateRows };
                step = step.hazard(Hazard::new(code, "rows that contradict it make it fail"));
            }
        }
    }
    if used {
        step = step.hazard(Hazard::new(
            HazardCode::ConstraintAdded,
            "writes that violate it are refused from now on",
        ));
        if step.work != Work::Metadata {
            step = group::alone(step);
        }
    }
    planner.push(step);
}

fn scanned(step: Step, table: &QualifiedName, code: HazardCode) -> Step {
    let message = format!("{} is scanned while writers wait", table.name);
    step.work(Work::Scan)
        .hazard(Hazard::new(HazardCode::ScanUnderLock, message))
        .hazard(Hazard::new(code, "rows that violate it make it fail"))
}

/// Rows that contradict a key or exclusion constraint.
pub(super) fn unique_probe(
    planner: &Planner<'_>,
    table: &QualifiedName,
    constraint: &Constraint,
) -> Option<Probe> {
    if let Constraint::Exclusion(exclusion) = constraint {
        return planner.excluded(table, constraint.id(table), exclusion);
    }
    let (parts, _) = constraint.key()?;
    let nulls_not_distinct = matches!(constraint, Constraint::Unique(unique) if unique.nulls_not_distinct);
    planner.duplicates(table, constraint.id(table), parts, nulls_not_distinct, None)
}

fn comment(table: &QualifiedName, constraint: &Constraint) -> Option<String> {
    let text = constraint.comment()?;
    Some(constraint::comment_on(table, &constraint.name(), Some(text)))
}

fn kind(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::PrimaryKey(_) => "primary key",
        Constraint::Unique(_) => "unique constraint",
        Constraint::Check(_) => "check",
        Constraint::ForeignKey(_) => "foreign key",
        Constraint::Exclusion(_) => "exclusion constraint",
    }
}

/// First for new rows, then, without blocking anyone, for those that are there.
fn add_check(planner: &mut Planner<'_>, table: &QualifiedName, check: &Check) {
    let waiting = Check { validated: false, comment: None, ..check.clone() };
    let id = Constraint::Check(check.clone()).id(table);
    let name = quote::name(&id.name);
    let mut instant = Instant::new(id.clone(), format!("add check {} for new rows", id.name))
        .clause(format!("ADD {}", constraint::check(&waiting)), format!("DROP CONSTRAINT {name}"))
        .hazard(HazardCode::ConstraintAdded, "writes that violate it are refused from now on")
        .hazard(HazardCode::ViolatingRows, "rows that violate it cannot be updated until they are mended");
    instant.probes.extend(planner.violations(table, id.clone(), &check.expression));
    let own = ObjectId::table(table);
    planner.instant(table, false, instant, &[own], |database| {
        if let Some(table) = database.table_mut(table) {
            table.checks.replace(waiting);
        }
    });
    validate(planner, table, &Constraint::Check(check.clone()), None, None);
}

fn add_foreign_key(planner: &mut Planner<'_>, table: &QualifiedName, key: &ForeignKey) {
    let waiting = ForeignKey { validated: false, comment: None, ..key.clone() };
    let constraint = Constraint::ForeignKey(key.clone());
    let id = constraint.id(table);
    let effect = planner.effect(&ObjectId::table(table), |database| {
        if let Some(table) = database.table_mut(table) {
            table.foreign_keys.replace(waiting.clone());
        }
    });
    let alter = |clause: String| render::alter(table, false, false, &[clause]);
    let mut step = Step::new(id.clone(), format!("add foreign key {} for new rows", id.name), effect)
        .statement(alter(format!("ADD {}", constraint::foreign_key(&waiting))))
        .undo(alter(format!("DROP CONSTRAINT {}", quote::name(&id.name))))
        .hazard(Hazard::new(
            HazardCode::ConstraintAdded,
            "writes that refer to nothing are refused from now on",
        ))
        .hazard(Hazard::new(HazardCode::OrphanRows, "rows that refer to nothing make the validation fail"));
    step.probes.extend(planner.orphans(table, key));
    step = planner.locked(step, LockMode::ShareRowExclusive, table);
    if key.references != *table {
        step = planner.locked(step, LockMode::ShareRowExclusive, &key.references);
    }
    planner.push(group::alone(step));
    validate(planner, table, &constraint, Some(&key.references), None);
}

/// Scans the table while reads and writes go on; what it looks for is asked before, unless an earlier step does.
fn validate(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    after: &Constraint,
    references: Option<&QualifiedName>,
    probe: Option<Probe>,
) {
    let id = after.id(table);
    let children = inherited_by_children(planner, table, after);
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(children.iter().map(|(child, _)| ObjectId::table(child)));
    let effect = planner.effects(&ids, |database| {
        if let Some(table) = database.table_mut(table) {
            after.insert(table);
        }
        for (child, own) in &children {
            if let Some(child) = database.table_mut(child) {
                own.remove(child);
            }
        }
    });
    let name = quote::name(&id.name);
    let mut step = Step::new(id.clone(), format!("validate {} {}", kind(after), id.name), effect)
        .statement(render::alter(
            table,
            planner.is_foreign(table),
            false,
            &[format!("VALIDATE CONSTRAINT {name}")],
        ))
        .phase(Phase::Migrate)
        .work(Work::Scan);
    step.statements.extend(comment(table, after).map(Sql::new));
    step.probes.extend(probe);
    step = planner.locked(step, LockMode::ShareUpdateExclusive, table);
    if let Some(references) = references.filter(|references| *references != table) {
        step = planner.locked(step, LockMode::RowShare, references);
    }
    planner.push(group::alone(step));
}

/// A unique index is built while reads and writes go on, and becomes the constraint in an instant.
fn add_by_index(planner: &mut Planner<'_>, table: &QualifiedName, constraint: &Constraint) {
    let Some((parts, include)) = constraint.key() else { return };
    let own = ObjectId::table(table);
    let id = constraint.id(table);
    let name = constraint.name();
    let mut built = Index::on(parts.to_vec()).unique().named(&name).include(include.to_vec());
    match constraint {
        Constraint::PrimaryKey(key) => {
            built.postgres.parameters.clone_from(&key.parameters);
            built.postgres.tablespace.clone_from(&key.tablespace);
        }
        Constraint::Unique(unique) => {
            built.postgres.parameters.clone_from(&unique.parameters);
            built.postgres.tablespace.clone_from(&unique.tablespace);
            built.nulls_not_distinct = unique.nulls_not_distinct;
        }
        Constraint::Check(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => {}
    }
    let effect = planner.effect(&own, |database| {
        if let Some(table) = database.table_mut(table) {
            table.indexes.replace(built.clone());
        }
    });
    let mut step = Step::new(id.clone(), format!("build the index of {} {name}", kind(constraint)), effect)
        .statement(index::create(table, &built, Build::Concurrently))
        .undo(index::drop(table, &name, Build::Concurrently))
        .transaction(Transaction::None)
        .lock(LockMode::ShareUpdateExclusive, own.clone())
        .work(Work::IndexBuild)
        .hazard(Hazard::new(HazardCode::DuplicateRows, "rows with equal keys make it fail"))
        .hazard(Hazard::new(HazardCode::ConstraintAdded, "writes of equal keys are refused from now on"));
    step.probes.extend(unique_probe(planner, table, constraint));
    step.repair = vec![Sql::new(format!(
        "DROP INDEX CONCURRENTLY IF EXISTS {}",
        quote::qualified(&table.sibling(&name))
    ))];
    planner.push(step);

    let is_primary = matches!(constraint, Constraint::PrimaryKey(_));
    let word = if is_primary { "PRIMARY KEY" } else { "UNIQUE" };
    let deferrability = match constraint {
        Constraint::PrimaryKey(key) => key.deferrability,
        Constraint::Unique(unique) => unique.deferrability,
        Constraint::Check(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => {
            schema_core::Deferrability::NotDeferrable
        }
    };
    let quoted = quote::name(&name);
    let mut instant = Instant::new(id, format!("add {} {name}", kind(constraint))).clause(
        format!(
            "ADD CONSTRAINT {quoted} {word} USING INDEX {quoted}{}",
            constraint::deferrability(deferrability)
        ),
        format!("DROP CONSTRAINT {quoted}"),
    );
    instant.also.extend(comment(table, constraint));
    planner.instant(table, false, instant, &[own], |database| {
        if let Some(table) = database.table_mut(table) {
            table.indexes.remove(&name);
            constraint.insert(table);
        }
    });
}

pub(super) fn drop(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    constraint: &Constraint,
) -> Result<(), Error> {
    let id = constraint.id(table);
    if !planner.now.contains(&id) {
        // It went with the parent's.
        return Ok(());
    }
    if let Constraint::Check(check) = constraint
        && has_from_parent(planner, table, check)
    {
        // It goes, or becomes the parent's alone, with what happens to the parent's.
        return Ok(());
    }
    if let Constraint::Check(check) = constraint
        && let Some(parent) = inherited_from(planner, table, check)
    {
        return Err(Error::Unsupported {
            object: id,
            reason: format!(
                "a table that has a check of {parent} as its own keeps it; declare it in the table too, or drop both"
            ),
        });
    }
    let inherited = inherited_by_children(planner, table, constraint);
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(inherited.iter().map(|(child, _)| ObjectId::table(child)));
    let effect = planner.effects(&ids, |database| {
        if let Some(table) = database.table_mut(table) {
            constraint.remove(table);
        }
        super::index::forget(database, &ObjectId::table(table), &constraint.name());
        for (child, own) in &inherited {
            if let Some(child) = database.table_mut(child) {
                own.remove(child);
            }
        }
    });
    let foreign = planner.is_foreign(table);
    let alter = |clause: String| render::alter(table, foreign, false, &[clause]);
    let mut step = Step::new(id.clone(), format!("drop {} {}", kind(constraint), id.name), effect)
        .statement(alter(format!("DROP CONSTRAINT {}", quote::name(&id.name))))
        .undo(alter(format!("ADD {}", definition(constraint))))
        .phase(Phase::Contract);
    step = planner.locked(step, LockMode::AccessExclusive, table);
    if let Constraint::ForeignKey(key) = constraint
        && key.references != *table
    {
        step = planner.locked(step, LockMode::AccessExclusive, &key.references);
    }
    if !planner.after.database.contains(&id) {
        let message = format!("{} is no longer guaranteed", id.name);
        step = step.hazard(Hazard::new(HazardCode::ConstraintDropped, message));
    }
    planner.push(step);
    Ok(())
}

/// The table that a table inherits a check of the same name from.
fn inherited_from(planner: &Planner<'_>, table: &QualifiedName, check: &Check) -> Option<QualifiedName> {
    let inherits = &planner.now.table(table)?.options.postgres.inherits;
    let has = |parent: &&QualifiedName| {
        let parent = planner.now.table(parent).and_then(|parent| parent.checks.get(&check.key()));
        parent.is_some_and(|of_parent| !of_parent.no_inherit)
    };
    inherits.iter().find(has).cloned()
}

/// The constraints of partitions that go with the one of their parent.
fn inherited_by_children(
    planner: &Planner<'_>,
    table: &QualifiedName,
    constraint: &Constraint,
) -> Vec<(QualifiedName, Constraint)> {
    let children = planner.children(table).into_iter();
    children.filter_map(|child| inherited(planner, &child, constraint).map(|own| (child, own))).collect()
}

/// The constraint of a partition that belongs to its parent's.
fn inherited(planner: &Planner<'_>, child: &QualifiedName, constraint: &Constraint) -> Option<Constraint> {
    let now = planner.now.table(child)?;
    now.options.postgres.partition_of.as_ref()?;
    let after = planner.after.database.table(child);
    let gone = |own: &Unique, name: &Name| after.is_none_or(|after| after.uniques.get(name) != Some(own));
    match constraint {
        Constraint::PrimaryKey(_) => now.primary_key.clone().map(Constraint::PrimaryKey),
        Constraint::Unique(unique) => now
            .uniques
            .iter()
            .find(|own| {
                own.columns == unique.columns && own.name.as_ref().is_some_and(|name| gone(own, name))
            })
            .cloned()
            .map(Constraint::Unique),
        Constraint::Check(check) => now.checks.get(&check.key()).cloned().map(Constraint::Check),
        Constraint::ForeignKey(_) | Constraint::Exclusion(_) => None,
    }
}

pub(super) fn alter(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    before: &Constraint,
    after: &Constraint,
) {
    let own = ObjectId::table(table);
    if before.name() != after.name() {
        let named = before.clone().with(Some(after.name()), before.comment().cloned());
        let rename = |from: &Constraint, to: &Constraint| {
            format!(
                "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                quote::qualified(table),
                quote::name(from.name()),
                quote::name(to.name())
            )
        };
        let instant = Instant::new(after.id(table), format!("rename {} to {}", before.name(), after.name()))
            .also(rename(before, after), rename(after, before));
        planner.instant(table, false, instant, std::slice::from_ref(&own), |database| {
            if let Some(table) = database.table_mut(table) {
                before.remove(table);
                named.insert(table);
            }
        });
        return alter(planner, table, &named, after);
    }
    if before.comment() != after.comment() {
        let on = |constraint: &Constraint| {
            constraint::comment_on(table, &after.name(), constraint.comment().map(String::as_str))
        };
        let commented = before.clone().with(Some(after.name()), after.comment().cloned());
        let mut instant = Instant::new(after.id(table), "comment").also(on(after), on(before));
        instant.lock = LockMode::AccessShare;
        planner.instant(table, false, instant, std::slice::from_ref(&own), |database| {
            if let Some(table) = database.table_mut(table) {
                commented.insert(table);
            }
        });
        return alter(planner, table, &commented, after);
    }
    if let (Constraint::ForeignKey(old), Constraint::ForeignKey(new)) = (before, after)
        && old.deferrability != new.deferrability
    {
        let set = |key: &ForeignKey| {
            let state = match constraint::deferrability(key.deferrability) {
                "" => " NOT DEFERRABLE",
                " DEFERRABLE" => " DEFERRABLE INITIALLY IMMEDIATE",
                other => other,
            };
            format!("ALTER CONSTRAINT {}{state}", quote::name(after.name()))
        };
        let deferred = Constraint::ForeignKey(ForeignKey { deferrability: new.deferrability, ..old.clone() });
        let instant = Instant::new(after.id(table), format!("change when {} is checked", after.name()))
            .clause(set(new), set(old));
        planner.instant(table, false, instant, std::slice::from_ref(&own), |database| {
            if let Some(table) = database.table_mut(table) {
                deferred.insert(table);
            }
        });
        return alter(planner, table, &deferred, after);
    }
    match after {
        Constraint::Check(new) if new.validated && !before.is_validated() => {
            let violating = planner.violations(table, after.id(table), &new.expression);
            validate(planner, table, after, None, violating);
        }
        Constraint::ForeignKey(new) if new.validated && !before.is_validated() => {
            let orphans = planner.orphans(table, new);
            validate(planner, table, after, Some(&new.references), orphans);
        }
        Constraint::PrimaryKey(_)
        | Constraint::Unique(_)
        | Constraint::Check(_)
        | Constraint::ForeignKey(_)
        | Constraint::Exclusion(_) => {}
    }
}
