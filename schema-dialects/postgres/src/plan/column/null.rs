//! Whether a column may be NULL.

use schema_core::plan::LockMode;
use schema_core::plan::{Phase, Work};
use schema_core::{Check, Column, HazardCode, Name, ObjectId, Part, PostgresNotNull, QualifiedName, Step};

use super::super::instant::Instant;
use super::super::options::release_identity;
use super::super::{Planner, group};
use super::not_null::{constraint_of, name_not_null, not_null, own_name};
use super::passed_on::{Losing, getting, is_partition, losing, wanted};
use super::{current, heirs, id, set};
use crate::quote;
use crate::render::column::not_null_constraint;
use crate::render::{constraint, implicit_name, table};

/// Whether NULL is allowed.
pub(super) fn change_null(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    if before.nullable == after.nullable {
        let (old, new) = (&before.postgres, &after.postgres);
        if (&old.not_null, old.inherited_not_null) != (&new.not_null, new.inherited_not_null) {
            change_not_null_constraint(planner, table, &before, after);
        }
    } else if after.nullable {
        allow(planner, table, &before, after);
    } else {
        refuse(planner, table, &before, after);
    }
}

/// The column with the NOT NULL that it is to have.
fn with_null(column: &Column, after: &Column) -> Column {
    let postgres = schema_core::PostgresColumn {
        not_null: after.postgres.not_null.clone(),
        inherited_not_null: after.postgres.inherited_not_null,
        ..column.postgres.clone()
    };
    Column { nullable: after.nullable, postgres, ..column.clone() }
}

fn with_heirs(table: &QualifiedName, heirs: &[(QualifiedName, Column)]) -> Vec<ObjectId> {
    std::iter::once(table).chain(heirs.iter().map(|(child, _)| child)).map(ObjectId::table).collect()
}

fn allow(planner: &mut Planner<'_>, table: &QualifiedName, before: &Column, after: &Column) {
    let Losing { only, heirs } = losing(planner, table, &after.name);
    let nullable = heirs.iter().filter(|(_, column)| column.nullable);
    let released: Vec<QualifiedName> = nullable.map(|(child, _)| child.clone()).collect();
    for owner in std::iter::once(table).chain(&released) {
        release_identity(planner, owner, &after.name);
    }
    let name = quote::name(&after.name);
    let instant = Instant::new(id(table, after), format!("allow NULL in {}", after.name))
        .clause(format!("ALTER COLUMN {name} DROP NOT NULL"), format!("ALTER COLUMN {name} SET NOT NULL"))
        .hazard(HazardCode::NullsAppear, format!("code that reads {} may meet NULL", after.name));
    let ids = with_heirs(table, &heirs);
    planner.instant(table, only, instant, &ids, set(table, heirs, with_null(before, after)));
    for child in &released {
        if let Some(next) = wanted(planner, child, &after.name) {
            change_null(planner, child, &next);
        }
    }
}

fn refuse(planner: &mut Planner<'_>, table: &QualifiedName, before: &Column, after: &Column) {
    // What an heir is to have under a name of its own, it has before its parent's comes to it.
    for (child, column) in heirs(planner, table, &after.name, false) {
        let next = wanted(planner, &child, &after.name);
        let own = next.filter(|next| column.nullable && own_name(&child, next).is_some());
        if let Some(own) = own.filter(|_| planner.version.major >= 18 && !is_partition(planner, &child)) {
            change_null(planner, &child, &own);
        }
    }
    let heirs = getting(planner, table, after);
    let ids = with_heirs(table, &heirs);
    let name = quote::name(&after.name);
    let used = planner.is_used(&ObjectId::table(table));
    let online = used && !planner.in_chain && !planner.is_foreign(table);
    if !online {
        let mut named = after.clone();
        name_not_null(planner, table, &mut named);
        let (clause, also) = match &named.postgres.not_null {
            Some(constraint) => {
                let clause = format!("ADD {}", not_null_constraint(constraint, &after.name));
                let text = constraint.comment.as_deref();
                (clause, text.map(|text| constraint::comment_on(table, &constraint.name, Some(text))))
            }
            None => (format!("ALTER COLUMN {name} SET NOT NULL"), None),
        };
        let mut instant = Instant::new(id(table, after), format!("refuse NULL in {}", after.name))
            .clause(clause, format!("ALTER COLUMN {name} DROP NOT NULL"));
        instant.also.extend(also);
        if used {
            if after.postgres.not_null.as_ref().is_none_or(|constraint| constraint.validated) {
                instant.work = Work::Scan;
                let message = format!("reads and writes of {table} wait while it is read whole");
                instant = instant.hazard(HazardCode::ScanUnderLock, message);
            }
            instant = instant
                .hazard(HazardCode::NotNull, format!("code that writes NULL to {} breaks", after.name));
            instant = instant.hazard(HazardCode::NullRows, "rows with NULL make it fail");
            instant =
                instant.hazard(HazardCode::ScanUnderLock, format!("{table} is scanned while everyone waits"));
            instant.work = Work::Scan;
            instant.probes.extend(planner.nulls(table, &after.name));
        }
        return planner.instant(table, false, instant, &ids, set(table, heirs, with_null(before, after)));
    }
    if planner.version.major >= 18 {
        not_null_by_constraint(planner, table, before, after, &ids, heirs);
    } else {
        not_null_by_check(planner, table, after, &ids, set(table, heirs, with_null(before, after)));
    }
}

/// PostgreSQL 18: the constraint is added for new rows, and validated while reads and writes go on.
fn not_null_by_constraint(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
    ids: &[ObjectId],
    heirs: Vec<(QualifiedName, Column)>,
) {
    let wanted = after.postgres.not_null.clone();
    let constraint = constraint_of(table, after);
    let name = quote::name(&constraint.name);
    // One that is not to be validated is all that is wanted.
    let is_last = wanted.as_ref().is_some_and(|wanted| !wanted.validated);
    let comment = constraint.comment.as_deref().filter(|_| is_last);
    let waiting =
        PostgresNotNull { validated: false, comment: comment.map(str::to_owned), ..constraint.clone() };
    let state = |not_null: Option<PostgresNotNull>| Column {
        nullable: false,
        postgres: schema_core::PostgresColumn { not_null, ..before.postgres.clone() },
        ..before.clone()
    };
    let heirs_waiting: Vec<(QualifiedName, Column)> = heirs
        .iter()
        .map(|(child, column)| {
            // Of a partition it is known that its rows are not looked at yet.
            let given = column.postgres.not_null.clone();
            let not_null = given.map(|given| PostgresNotNull { validated: false, ..given });
            let postgres = schema_core::PostgresColumn { not_null, ..column.postgres.clone() };
            (child.clone(), Column { postgres, ..column.clone() })
        })
        .collect();
    let mut instant = Instant::new(id(table, after), format!("refuse NULL in new rows of {}", after.name))
        .clause(
            format!("ADD {}", not_null_constraint(&waiting, &after.name)),
            format!("DROP CONSTRAINT {name}"),
        )
        .hazard(HazardCode::NotNull, format!("code that writes NULL to {} breaks", after.name));
    instant = if is_last {
        instant.hazard(HazardCode::NullRows, "rows with NULL cannot be updated until they are mended")
    } else {
        instant.probes.extend(planner.nulls(table, &after.name));
        instant.hazard(HazardCode::NullRows, "rows with NULL make it fail")
    };
    instant.also.extend(comment.map(|text| constraint::comment_on(table, &constraint.name, Some(text))));
    planner.instant(table, false, instant, ids, set(table, heirs_waiting, state(Some(waiting))));
    if is_last {
        return;
    }
    planner.flush();
    let effect = planner.effects(ids, set(table, heirs, state(wanted)));
    let mut step = Step::new(id(table, after), format!("validate that {} holds no NULL", after.name), effect)
        .statement(table::alter(table, false, false, &[format!("VALIDATE CONSTRAINT {name}")]))
        .phase(Phase::Migrate)
        .work(Work::Scan);
    if let Some(text) = &constraint.comment {
        step = step.statement(constraint::comment_on(table, &constraint.name, Some(text)));
    }
    step = planner.locked(step, LockMode::ShareUpdateExclusive, table);
    planner.push(group::alone(step));
}

/// Before PostgreSQL 18: a check is validated while reads and writes go on; with it the engine needs no scan. The check
/// goes in a statement of its own: dropped in the same one, it would go first, and the table be scanned.
fn not_null_by_check(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    after: &Column,
    ids: &[ObjectId],
    change: impl FnOnce(&mut schema_core::Database),
) {
    let own = ObjectId::table(table);
    let check = Check::new(format!("{} IS NOT NULL", quote::as_printed(&after.name))).named(implicit_name(
        &table.name,
        &after.name,
        "gp_not_null",
    ));
    let waiting = Check { validated: false, ..check.clone() };
    let name = quote::name(check.key());
    let mut instant = Instant::new(id(table, after), format!("refuse NULL in new rows of {}", after.name))
        .clause(format!("ADD {}", constraint::check(&waiting)), format!("DROP CONSTRAINT {name}"))
        .hazard(HazardCode::NotNull, format!("code that writes NULL to {} breaks", after.name))
        .hazard(HazardCode::NullRows, "rows with NULL make it fail");
    instant.probes.extend(planner.nulls(table, &after.name));
    planner.instant(table, false, instant, std::slice::from_ref(&own), |database| {
        if let Some(table) = database.table_mut(table) {
            table.checks.replace(waiting);
        }
    });
    planner.flush();
    let effect = planner.effect(&own, |database| {
        if let Some(table) = database.table_mut(table) {
            table.checks.replace(check.clone());
        }
    });
    let step = Step::new(id(table, after), format!("validate that {} holds no NULL", after.name), effect)
        .statement(table::alter(table, false, false, &[format!("VALIDATE CONSTRAINT {name}")]))
        .phase(Phase::Migrate)
        .work(Work::Scan);
    let step = planner.locked(step, LockMode::ShareUpdateExclusive, table);
    planner.push(group::alone(step));
    let quoted = quote::name(&after.name);
    let effect = planner.effects(ids, |database| {
        change(database);
        if let Some(table) = database.table_mut(table) {
            table.checks.remove(&check.key());
        }
    });
    let step = Step::new(id(table, after), format!("refuse NULL in {}", after.name), effect)
        .statement(table::alter(table, false, false, &[format!("ALTER COLUMN {quoted} SET NOT NULL")]))
        .statement(table::alter(table, false, false, &[format!("DROP CONSTRAINT {name}")]))
        .undo(table::alter(table, false, false, &[format!("ALTER COLUMN {quoted} DROP NOT NULL")]))
        .phase(Phase::Migrate);
    let step = planner.locked(step, LockMode::AccessExclusive, table);
    planner.push(step);
}

/// PostgreSQL 18: the NOT NULL constraint is another one.
fn change_not_null_constraint(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
) {
    let new = constraint_of(table, after);
    // What was a parent's alone is called as it is to be: another name is refused.
    let old =
        own_name(table, before).map_or_else(|| not_null(new.name.clone()), |_| constraint_of(table, before));
    let name = |constraint: &PostgresNotNull| quote::name(&constraint.name);
    let mut instant =
        Instant::new(id(table, after), format!("change the NOT NULL constraint of {}", after.name));
    if own_name(table, before).is_none() {
        let quoted = quote::name(&after.name);
        instant = instant.also(
            format!("ALTER TABLE ONLY {} ALTER COLUMN {quoted} SET NOT NULL", quote::qualified(table)),
            String::new(),
        );
    }
    if old.name != new.name {
        let rename = |from: &PostgresNotNull, to: &PostgresNotNull| {
            format!(
                "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                quote::qualified(table),
                name(from),
                name(to)
            )
        };
        instant = instant.also(rename(&old, &new), rename(&new, &old));
    }
    if old.no_inherit != new.no_inherit {
        let word =
            |constraint: &PostgresNotNull| if constraint.no_inherit { "NO INHERIT" } else { "INHERIT" };
        let alter = |constraint: &PostgresNotNull| {
            format!(
                "ALTER TABLE {} ALTER CONSTRAINT {} {}",
                quote::qualified(table),
                name(&new),
                word(constraint)
            )
        };
        instant = instant.also(alter(&new), alter(&old));
    }
    if !old.validated && new.validated {
        instant = instant.also(
            format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", quote::qualified(table), name(&new)),
            String::new(),
        );
        instant.probes.extend(planner.nulls(table, &after.name));
    }
    if old.comment != new.comment {
        let on = |constraint: &PostgresNotNull| {
            constraint::comment_on(table, &new.name, constraint.comment.as_deref())
        };
        instant = instant.also(on(&new), on(&old));
    }
    let next = with_null(before, after);
    // The constraints of partitions that have the same name take the new one too.
    let renamed: Vec<(QualifiedName, Column)> = heirs(planner, table, &after.name, false)
        .into_iter()
        .filter(|(child, column)| old.name != new.name && named_not_null(planner, child, column, &old.name))
        .map(|(child, mut column)| {
            let has = PostgresNotNull { name: new.name.clone(), ..constraint_of(&child, &column) };
            let usual = not_null(implicit_name(&child.name, &column.name, "not_null"));
            column.postgres.not_null = (has != usual).then_some(has);
            (child, column)
        })
        .collect();
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(renamed.iter().map(|(child, _)| ObjectId::table(child)));
    planner.instant(table, true, instant, &ids, set(table, renamed, next));
}

/// Whether a partition's NOT NULL constraint has this name.
fn named_not_null(planner: &Planner<'_>, partition: &QualifiedName, column: &Column, name: &Name) -> bool {
    is_partition(planner, partition) && own_name(partition, column).as_ref() == Some(name)
}
