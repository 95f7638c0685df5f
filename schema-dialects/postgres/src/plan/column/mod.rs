//! Columns: added, dropped, altered.

mod conversion;
pub(super) mod not_null;
mod null;
mod passed_on;
mod unreadable;
mod value;

use schema_core::plan::LockMode;
use schema_core::plan::{Answers, Phase, Probe, Reverse, Work};
use schema_core::{
    Column, DefaultValue, Domain, Engine, Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind,
    QualifiedName, Sql, Step, Table, Type,
};

use super::instant::Instant;
use super::{Planner, group};
use crate::lexis::{Token, tokens};
use crate::quote;
use crate::render::{column as render, table, types};
use conversion::change_type;
pub(super) use conversion::{cast, converted, shortens};
use null::change_null;
pub(super) use unreadable::is_there;
pub(super) use value::later_default;
use value::{change_generation, change_value};

fn id(table: &QualifiedName, column: &Column) -> ObjectId {
    ObjectId::on(ObjectKind::Column, table, &column.name)
}

fn ty(column: &Column) -> String {
    types::ty(&column.type_for(Engine::Postgres))
}

/// The children that take the column with their parent, each with its own version of it.
fn heirs(
    planner: &Planner<'_>,
    table: &QualifiedName,
    column: &Name,
    adding: bool,
) -> Vec<(QualifiedName, Column)> {
    let children = planner.children(table).into_iter();
    let own = children.filter_map(|child| {
        let source = if adding { planner.after.database.table(&child) } else { planner.now.table(&child) };
        Some((child.clone(), source?.columns.get(column)?.clone()))
    });
    own.collect()
}

pub(super) fn add(planner: &mut Planner<'_>, table: &QualifiedName, column: &Column) -> Result<(), Error> {
    let own = ObjectId::table(table);
    if planner.now.table(table).is_some_and(|now| now.columns.contains(&column.name)) {
        // It came with the parent's; what is its own follows.
        return Ok(());
    }
    if column.postgres.inherited {
        return Err(stays_own(id(table, column)));
    }
    let heirs = heirs(planner, table, &column.name, true);
    let mut ids = vec![own.clone()];
    ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
    let used = planner.is_used(&own);
    let name = quote::name(&column.name);
    let insert = |database: &mut schema_core::Database, column: &Column| {
        let all = heirs.iter().cloned().chain([(table.clone(), column.clone())]);
        for (table, own) in all {
            if let Some(table) = database.table_mut(&table) {
                table.columns.replace(own);
            }
        }
    };
    let mut instant = Instant::new(id(table, column), format!("add column {}", column.name));
    instant.undo.push(format!("DROP COLUMN {name}"));
    let mut defined = column.clone();
    not_null::name_not_null(planner, table, &mut defined);
    instant.clauses.push(format!("ADD COLUMN {}", render::definition(table, &defined, true)));
    if heirs.is_empty() {
        instant.clauses.extend(render::settings(column));
    } else {
        instant.also.extend(own_settings(planner, table, column, column));
    }
    instant.also.extend(render::comments(table, column));
    for (child, own) in &heirs {
        instant.also.extend(own_settings(planner, child, own, column));
        instant.also.extend(render::comments(child, own));
    }
    let needs_value = used && has_no_value(column) && (!column.nullable || is_of_never_null(planner, column));
    instant.hazards.extend(needs_value.then(|| {
        Hazard::new(HazardCode::NotNull, format!("an INSERT that leaves {} out fails", column.name))
    }));
    if needs_value {
        instant.probes.extend(not_empty(planner, table, column));
        instant.hazards.push(Hazard::new(HazardCode::NullRows, format!("fails where {table} has rows")));
    }
    if used {
        instant.probes.extend(planner.computed(table, column));
    }
    if !used || !rewrites(planner, column) {
        planner.instant(table, false, instant, &ids, |database| insert(database, column));
        return Ok(());
    }
    planner.flush();
    let effect = planner.effects(&ids, |database| insert(database, column));
    let alter = |clauses: &[String]| table::alter(table, planner.is_foreign(table), false, clauses);
    let mut step = Step::new(id(table, column), format!("add column {}", column.name), effect)
        .statement(alter(&instant.clauses))
        .reverse(Reverse::StructureOnly(vec![Sql::new(alter(&instant.undo))]))
        .work(Work::Rewrite)
        .hazard(Hazard::new(HazardCode::Rewrite, format!("{table} is written anew to fill {}", column.name)));
    step.statements.extend(instant.also.into_iter().map(Sql::new));
    step.hazards.extend(instant.hazards);
    step.probes.extend(instant.probes);
    step = planner.locked(step, LockMode::AccessExclusive, table);
    planner.push(group::alone(step));
    Ok(())
}

/// What a column has by itself, and not from the one that its table's parent was given.
fn own_settings(
    planner: &Planner<'_>,
    table: &QualifiedName,
    column: &Column,
    given: &Column,
) -> Option<String> {
    let mut clauses = render::settings(column);
    if column.default != given.default {
        let name = quote::name(&column.name);
        clauses.push(match &column.default {
            Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)),
            None => format!("ALTER COLUMN {name} DROP DEFAULT"),
        });
    }
    (!clauses.is_empty()).then(|| table::alter(table, planner.is_foreign(table), true, &clauses))
}

/// A table that comes to inherit keeps the columns that it has as its own.
pub(super) fn stays_own(column: ObjectId) -> Error {
    Error::Unsupported {
        object: column,
        reason: "a column that a table has before it inherits stays its own; declare it in the table too, or drop the \
                 table and make it again"
            .to_owned(),
    }
}

/// Whether a column is a parent's too, with which it comes and goes.
fn is_passed(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> bool {
    let Some(now) = planner.now.table(table) else { return false };
    let inherited = now.columns.get(column).is_some_and(|column| column.postgres.inherited)
        || now.options.postgres.partition_of.is_some();
    inherited
        && super::parents(now)
            .any(|parent| planner.now.table(parent).is_some_and(|parent| parent.columns.contains(column)))
}

/// The heirs that lose a column with a table: those that neither declare it too nor have it from another parent.
fn losing(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Vec<QualifiedName> {
    let (mut losing, mut tables) = (Vec::new(), vec![table.clone()]);
    while let Some(parent) = tables.pop() {
        let has = |other: &QualifiedName| {
            *other != parent
                && !losing.contains(other)
                && planner.now.table(other).is_some_and(|other| other.columns.contains(column))
        };
        let goes = |child: &&Table| {
            let own = child.columns.get(column);
            let inherited = own.is_some_and(|own| own.postgres.inherited);
            (inherited || child.options.postgres.partition_of.is_some()) && !super::parents(child).any(has)
        };
        let children: Vec<QualifiedName> =
            planner.own_children(&parent).filter(goes).map(|child| child.name.clone()).collect();
        losing.extend(children.iter().cloned());
        tables.extend(children);
    }
    losing
}

fn has_no_value(column: &Column) -> bool {
    column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}

/// Whether a column is of a domain that holds no NULL and gives no value.
pub(super) fn is_of_never_null(planner: &Planner<'_>, column: &Column) -> bool {
    let mut ty = &column.ty;
    while let Some(domain) = domain(planner, ty).filter(|domain| domain.default.is_none()) {
        if domain.not_null {
            return true;
        }
        ty = &domain.base;
    }
    false
}

/// The domain that a type is to be.
pub(super) fn domain<'p>(planner: &'p Planner<'_>, ty: &Type) -> Option<&'p Domain> {
    let name = ty.named().filter(|_| !matches!(ty, Type::Array(_)))?;
    match planner.after.database.get(&ObjectId::new(ObjectKind::Domain, name)) {
        Some(Object::Domain(domain)) => Some(domain),
        Some(_) | None => None,
    }
}

/// A table with rows cannot take a NOT NULL column without a default.
fn not_empty(planner: &Planner<'_>, table: &QualifiedName, column: &Column) -> Option<Probe> {
    planner.before.table(table)?;
    let name = quote::qualified(&planner.old_relation(table));
    Some(Probe {
        code: HazardCode::NullRows,
        object: id(table, column),
        finding: format!("rows that have no value for {}", column.name),
        count: Sql::new(format!("SELECT count(*) FROM {name}")),
        show: Sql::new(format!("SELECT * FROM {name} LIMIT 100")),
        answers: Answers::Stop,
    })
}

/// Whether adding the column writes every row: what is computed for each, and domains with constraints.
fn rewrites(planner: &Planner<'_>, column: &Column) -> bool {
    let stored = column.generated.as_ref().is_some_and(|g| g.kind == schema_core::GeneratedKind::Stored);
    let constrained =
        domain(planner, &column.ty).is_some_and(|domain| !domain.checks.is_empty() || domain.not_null);
    let volatile = match &column.default {
        Some(DefaultValue::Expression(sql)) => is_volatile(sql),
        Some(DefaultValue::Literal(_)) | None => false,
    };
    stored || constrained || volatile || column.identity.is_some()
}

/// Whether a default may differ from row to row. What is known to be stable is; any other call may not be.
pub(super) fn is_volatile(sql: &Sql) -> bool {
    const STABLE: [&str; 12] = [
        "now",
        "current_timestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "current_date",
        "localtimestamp",
        "lower",
        "upper",
        "make_interval",
        "current_setting",
        "jsonb_build_object",
        "timezone",
    ];
    let pieces = tokens(sql.as_str());
    pieces.iter().enumerate().any(|(at, piece)| {
        let called = pieces.get(at + 1).is_some_and(|next| next.text() == "(");
        let is_type =
            pieces[..at].iter().rev().find(|p| !p.text().trim().is_empty()).is_some_and(|p| p.text() == ":");
        match piece {
            Token::Word(word) => called && !is_type && !STABLE.contains(&word.to_lowercase().as_str()),
            Token::Quoted(_) => called && !is_type,
            Token::Other(_) => false,
        }
    })
}

pub(super) fn drop(planner: &mut Planner<'_>, table: &QualifiedName, column: &Column, with: &[ObjectId]) {
    let gone = planner.now.table(table).is_none_or(|now| !now.columns.contains(&column.name));
    // Where the parent's has been made anew already, this one has been too.
    if gone || is_passed(planner, table, &column.name) {
        return;
    }
    let heirs = losing(planner, table, &column.name);
    // On PostgreSQL 18 an heir that keeps the column would keep the parent's NOT NULL, which nothing could take from it.
    let keeps = planner.children(table).iter().any(|child| {
        let own = planner.now.table(child).and_then(|child| child.columns.get(&column.name));
        own.is_some_and(|own| own.postgres.inherited_not_null) && !heirs.contains(child)
    });
    if keeps {
        change_null(planner, table, &passed_on::without(column));
    }
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(heirs.iter().map(ObjectId::table));
    ids.extend(with.iter().filter(|id| planner.now.get(id).is_some()).cloned());
    let name = quote::name(&column.name);
    let mut instant = Instant::new(id(table, column), format!("drop column {}", column.name)).clause(
        format!("DROP COLUMN {name}"),
        format!("ADD COLUMN {}", render::definition(table, column, true)),
    );
    instant.phase = Phase::Contract;
    instant.loses_data = true;
    instant.undo_also = render::comments(table, column);
    if column.generated.is_none() {
        instant = instant.hazard(HazardCode::DropColumn, format!("the values of {} are lost", column.name));
        instant.probes.extend(planner.values_lost(table, &column.name));
    } else {
        instant = instant.hazard(HazardCode::DropRoutine, format!("whatever uses {} breaks", column.name));
    }
    planner.instant(table, false, instant, &ids, |database| {
        for table in heirs.iter().chain([table]) {
            if let Some(table) = database.table_mut(table) {
                table.columns.remove(&column.name);
            }
        }
        for id in with {
            database.remove(id);
        }
    });
}

pub(super) fn alter(
    planner: &mut Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
) -> Result<(), Error> {
    // A parent's change has reached this column already, as far as it goes.
    let Some(now) = planner.now.table(table).and_then(|now| now.columns.get(&before.name)).cloned() else {
        return Err(Error::Internal(format!("{} is altered, but not there", id(table, before))));
    };
    if now == *after {
        return Ok(());
    }
    let before = &now;
    if !before.postgres.inherited && after.postgres.inherited {
        return Err(stays_own(id(table, after)));
    }
    not_null::refuse_renaming(planner, table, before, after)?;
    if before.postgres.foreign_options != after.postgres.foreign_options {
        return Err(Error::Unsupported {
            object: id(table, after),
            reason:
                "the options of a foreign table's column are not altered; drop the table and make it again"
                    .to_owned(),
        });
    }
    if before.generated.is_some() && after.generated.is_none() {
        let grandchildren = planner.children(table).iter().any(|child| !planner.children(child).is_empty());
        if grandchildren {
            return Err(Error::Unsupported {
                object: id(table, after),
                reason:
                    "PostgreSQL cannot drop the expression of a column that is inherited over more than one \
                         level; drop the column and make another"
                        .to_owned(),
            });
        }
        // What is computed takes no other type that it would have to be converted to.
        change_generation(planner, table, after);
    }
    let Some(before) = current(planner, table, &after.name) else { return Ok(()) };
    if before.ty != after.ty || before.collation != after.collation {
        change_type(planner, table, &before, after);
    }
    change_value(planner, table, after);
    change_null(planner, table, after);
    change_settings(planner, table, after);
    Ok(())
}

/// The column as it is after the steps so far.
fn current(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Option<Column> {
    planner.now.table(table)?.columns.get(column).cloned()
}

/// Sets a column of a table, and of the children that follow.
fn set(
    table: &QualifiedName,
    columns: Vec<(QualifiedName, Column)>,
    own: Column,
) -> impl FnOnce(&mut schema_core::Database) {
    move |database| {
        for (table, column) in columns.into_iter().chain([(table.clone(), own)]) {
            if let Some(table) = database.table_mut(&table) {
                table.columns.replace(column);
            }
        }
    }
}

/// The word for how a type is stored by itself. Before PostgreSQL 16 there is none, and most types are `EXTENDED`.
pub(super) fn default_storage(planner: &Planner<'_>) -> &'static str {
    if planner.version.major >= 16 { "DEFAULT" } else { "EXTENDED" }
}

/// Storage, compression, statistics, options and comment.
fn change_settings(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let (old, new) = (&before.postgres, &after.postgres);
    let name = quote::name(&after.name);
    let own = [ObjectId::table(table)];
    let mut instant = Instant::new(id(table, after), format!("settings of {}", after.name));
    if old.storage != new.storage {
        let word = |storage: &Option<Name>| {
            let default = default_storage(planner);
            format!("ALTER COLUMN {name} SET STORAGE {}", storage.as_ref().map_or(default, Name::as_str))
        };
        instant = instant.clause(word(&new.storage), word(&old.storage));
    }
    if old.compression != new.compression {
        let word = |method: &Option<Name>| {
            format!("ALTER COLUMN {name} SET COMPRESSION {}", method.as_ref().map_or("default", Name::as_str))
        };
        instant = instant.clause(word(&new.compression), word(&old.compression));
    }
    if old.statistics != new.statistics {
        let word =
            |target: Option<i32>| format!("ALTER COLUMN {name} SET STATISTICS {}", target.unwrap_or(-1));
        instant = instant.clause(word(new.statistics), word(old.statistics));
    }
    if old.options != new.options {
        let key = |option: &String| option.split('=').next().unwrap_or_default().to_owned();
        let gone: Vec<String> =
            old.options.iter().map(key).filter(|name| !new.options.iter().any(|o| key(o) == *name)).collect();
        if !gone.is_empty() {
            instant.clauses.push(format!("ALTER COLUMN {name} RESET ({})", gone.join(", ")));
        }
        if !new.options.is_empty() {
            instant.clauses.push(format!("ALTER COLUMN {name} SET ({})", new.options.join(", ")));
        }
    }
    if before.comment != after.comment {
        let on = |column: &Column| render::comment_on(table, &column.name, column.comment.as_deref());
        instant = instant.also(on(after), on(&before));
        if instant.clauses.is_empty() {
            instant.lock = LockMode::ShareUpdateExclusive;
        }
    }
    let mut next = before.clone();
    next.comment.clone_from(&after.comment);
    next.postgres.storage.clone_from(&new.storage);
    next.postgres.compression.clone_from(&new.compression);
    next.postgres.statistics = new.statistics;
    next.postgres.options.clone_from(&new.options);
    if next != before {
        planner.instant(table, true, instant, &own, set(table, Vec::new(), next));
    }
}
