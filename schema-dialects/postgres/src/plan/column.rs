//! Columns: added, dropped, altered.

use schema_core::plan::LockMode;
use schema_core::plan::{Answers, Phase, Probe, Reverse, Work};
use schema_core::{
    Check, Column, DefaultValue, Engine, Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, Part,
    PostgresNotNull, QualifiedName, Sql, Step, Type,
};

use super::table::Instant;
use super::{Planner, group};
use crate::lexis::{Token, tokens};
use crate::quote;
use crate::render::sequence::Counting;
use crate::render::{column as render, constraint, implicit_name, table, types};

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

/// The column takes its default when what the default needs exists.
pub(super) fn later_default(planner: &mut Planner<'_>, table: &QualifiedName, column: &Column) {
    let name = quote::name(&column.name);
    let default = column.default.as_ref().map(quote::default).unwrap_or_default();
    let instant = Instant::new(id(table, column), format!("set the default of {}", column.name)).clause(
        format!("ALTER COLUMN {name} SET DEFAULT {default}"),
        format!("ALTER COLUMN {name} DROP DEFAULT"),
    );
    planner.instant(table, true, instant, &[ObjectId::table(table)], |database| {
        if let Some(now) = database.table_mut(table).and_then(|table| table.columns.get_mut(&column.name)) {
            now.default.clone_from(&column.default);
        }
    });
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
    if planner.is_partitioned(table) {
        super::table::name_not_null(planner, table, &mut defined);
    }
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

fn has_no_value(column: &Column) -> bool {
    column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}

/// Whether a column is of a domain that holds no NULL and gives no value.
fn is_of_never_null(planner: &Planner<'_>, column: &Column) -> bool {
    let mut ty = &column.ty;
    while !matches!(ty, Type::Array(_))
        && let Some(name) = ty.named()
        && let Some(Object::Domain(domain)) =
            planner.after.database.get(&ObjectId::new(ObjectKind::Domain, name))
        && domain.default.is_none()
    {
        if domain.not_null {
            return true;
        }
        ty = &domain.base;
    }
    false
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
    let domain = column.ty.named().is_some_and(|name| {
        matches!(
            planner.after.database.get(&ObjectId::new(ObjectKind::Domain, name)),
            Some(schema_core::Object::Domain(domain)) if !domain.checks.is_empty() || domain.not_null
        )
    });
    let volatile = match &column.default {
        Some(DefaultValue::Expression(sql)) => is_volatile(sql),
        Some(DefaultValue::Literal(_)) | None => false,
    };
    stored || domain || volatile || column.identity.is_some()
}

/// Whether a default may differ from row to row. What is known to be stable is; any other call may not be.
fn is_volatile(sql: &Sql) -> bool {
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
    let heirs = heirs(planner, table, &column.name, false);
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
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
        for table in heirs.iter().map(|(child, _)| child).chain([table]) {
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

/// What a change of type costs.
enum Conversion {
    /// The stored values stay as they are.
    Instant,
    /// Every row is written anew.
    Rewrite,
}

fn change_type(planner: &mut Planner<'_>, table: &QualifiedName, before: &Column, after: &Column) {
    let (old, new) = (ty(before), ty(after));
    let name = quote::name(&after.name);
    let conversion = if before.ty == after.ty { Conversion::Instant } else { conversion(&old, &new) };
    let collation =
        after.collation.as_ref().map(|c| format!(" COLLATE {}", quote::qualified(c))).unwrap_or_default();
    let using = |from: &str, to: &str| match conversion {
        Conversion::Instant => String::new(),
        // A cast by hand would cut what is too long; without one the server refuses it.
        Conversion::Rewrite if shortens(from, to) => String::new(),
        Conversion::Rewrite => format!(" USING {}", cast(&name, from, to)),
    };
    let mut clauses = Vec::new();
    let mut undo = Vec::new();
    if let Some(default) = &before.default {
        clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
        undo.push(format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)));
    }
    clauses.push(format!("ALTER COLUMN {name} TYPE {new}{collation}{}", using(&old, &new)));
    undo.push(format!("ALTER COLUMN {name} TYPE {old}{}", using(&new, &old)));
    if let Some(default) = &after.default {
        clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)));
        undo.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    undo.reverse();
    // The engine forgets these with the old type.
    let mut own = before.clone();
    own.ty = after.ty.clone();
    own.collation.clone_from(&after.collation);
    own.default.clone_from(&after.default);
    own.postgres.storage = None;
    own.postgres.compression = None;
    let heirs: Vec<(QualifiedName, Column)> = heirs(planner, table, &after.name, false)
        .into_iter()
        .map(|(child, mut column)| {
            column.ty = after.ty.clone();
            column.collation.clone_from(&after.collation);
            column.postgres.storage = None;
            column.postgres.compression = None;
            (child, column)
        })
        .collect();
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
    planner.flush();
    let effect = planner.effects(&ids, set(table, heirs, own));
    let foreign = planner.is_foreign(table);
    let mut step = Step::new(id(table, after), format!("change the type of {} to {new}", after.name), effect)
        .statement(table::alter(table, foreign, false, &clauses))
        .undo(table::alter(table, foreign, false, &undo));
    // A type that only holds more breaks nobody.
    let widens = before.ty != after.ty && matches!(conversion, Conversion::Instant);
    if !widens {
        let message = format!("code that relies on {} being {old} may break", after.name);
        step = step.hazard(Hazard::new(HazardCode::TypeChange, message));
    }
    if planner.is_used(&ObjectId::table(table)) {
        match conversion {
            Conversion::Rewrite => {
                let message = format!("{table} is written anew while everyone waits");
                step = step.work(Work::Rewrite).hazard(Hazard::new(HazardCode::Rewrite, message));
            }
            Conversion::Instant => {
                let message = format!("run ANALYZE on {table} afterwards");
                step = step.hazard(Hazard::new(HazardCode::StatisticsLost, message));
            }
        }
        if matches!(conversion, Conversion::Instant)
            && before.collation != after.collation
            && is_in_index(planner, table, &after.name)
        {
            let message =
                format!("the indexes of {table} over {} are built anew while everyone waits", after.name);
            step = step.work(Work::IndexBuild).hazard(Hazard::new(HazardCode::IndexBuildUnderLock, message));
        }
        if let Some((code, message, condition)) = loss(planner, table, before, after, &old, &new) {
            step.probes.extend(condition.and_then(|sql| planner.lossy(table, &after.name, &sql, code)));
            step = step.hazard(Hazard::new(code, message));
        }
        step = planner.locked(step, LockMode::AccessExclusive, table);
    }
    planner.push(step);
}

/// Whether a key or index of the table holds the column.
fn is_in_index(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> bool {
    planner.before.table(table).is_some_and(|table| {
        let keys = table.indexes.iter().flat_map(|index| index.parts.iter());
        let key = table.primary_key.iter().flat_map(|key| key.columns.iter());
        keys.chain(key).any(|part| part.column_name() == Some(column))
            || table
                .uniques
                .iter()
                .any(|unique| unique.columns.iter().any(|part| part.column_name() == Some(column)))
    })
}

/// The base name of a type and its modifiers: `numeric(10,2)` is `numeric` and `[10, 2]`.
fn split(ty: &str) -> (String, Vec<i64>) {
    let Some((head, rest)) = ty.split_once('(') else { return (ty.to_owned(), Vec::new()) };
    let Some((inner, tail)) = rest.split_once(')') else { return (ty.to_owned(), Vec::new()) };
    let numbers = inner.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{}{tail}", head.trim_end()), numbers)
}

/// Whether a change of type leaves the stored values as they are.
fn conversion(old: &str, new: &str) -> Conversion {
    let ((old_base, old_mods), (new_base, new_mods)) = (split(old), split(new));
    let widens = || match (old_mods.as_slice(), new_mods.as_slice()) {
        (_, []) => true,
        ([old], [new]) => new >= old,
        ([old_precision, old_scale], [new_precision, new_scale]) => {
            old_scale == new_scale && new_precision >= old_precision
        }
        _ => false,
    };
    let instant = match (old_base.as_str(), new_base.as_str()) {
        ("character varying", "text") | ("cidr", "inet") => true,
        ("text", "character varying") => new_mods.is_empty(),
        (
            "numeric"
            | "character varying"
            | "bit varying"
            | "timestamp without time zone"
            | "timestamp with time zone"
            | "time without time zone"
            | "time with time zone"
            | "interval",
            same,
        ) => same == old_base && widens(),
        _ => false,
    };
    if instant { Conversion::Instant } else { Conversion::Rewrite }
}

const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const TEXTS: [&str; 4] = ["text", "character varying", "character", "name"];
const TIMES: [&str; 3] = ["timestamp without time zone", "timestamp with time zone", "date"];

/// How a value of one type is made one of another: directly where PostgreSQL has a cast, otherwise through text.
pub(super) fn cast(value: &str, old: &str, new: &str) -> String {
    let (old_base, new_base) = (split(old).0, split(new).0);
    let within = |family: &[&str]| family.contains(&old_base.as_str()) && family.contains(&new_base.as_str());
    let direct = within(&NUMBERS)
        || within(&TIMES)
        || TEXTS.contains(&old_base.as_str())
        || TEXTS.contains(&new_base.as_str())
        || matches!(
            (old_base.as_str(), new_base.as_str()),
            ("boolean", "integer") | ("integer", "boolean") | ("json", "jsonb") | ("jsonb", "json")
        )
        || old_base == new_base;
    match (old_base.as_str(), new_base.as_str()) {
        // `character` pads, which a plain cast to text takes away.
        ("boolean", number) if NUMBERS.contains(&number) && number != "integer" => {
            format!("{value}::integer::{new}")
        }
        (number, "boolean") if NUMBERS.contains(&number) && number != "integer" => {
            format!("{value}::integer::boolean")
        }
        _ if direct => format!("{value}::{new}"),
        _ if old_base.ends_with("[]") && new_base.ends_with("[]") => format!("{value}::text[]::{new}"),
        _ => format!("{value}::text::{new}"),
    }
}

/// Whether texts become texts of limited length.
pub(super) fn shortens(old: &str, new: &str) -> bool {
    let (old_base, new_base) = (split(old).0, split(new).0);
    TEXTS.contains(&old_base.as_str()) && ["character varying", "character"].contains(&new_base.as_str())
}

/// How rank numbers by what they hold.
fn capacity(base: &str) -> Option<u8> {
    match base {
        "smallint" => Some(1),
        "integer" => Some(2),
        "bigint" => Some(3),
        "numeric" => Some(5),
        _ => None,
    }
}

/// What may be lost or fail, and which rows: a condition on the values as they are.
fn loss(
    planner: &Planner<'_>,
    table: &QualifiedName,
    before: &Column,
    after: &Column,
    old: &str,
    new: &str,
) -> Option<(HazardCode, String, Option<String>)> {
    if old == new {
        return None;
    }
    let ((old_base, old_mods), (new_base, new_mods)) = (split(old), split(new));
    let column = planner.asked(table, &before.name);
    let cast_there = cast(&column, old, new);
    let is = |family: &[&str], base: &str| family.contains(&base);
    let lossy = |message: &str| {
        let condition = format!("{cast_there}::{old} IS DISTINCT FROM {column}");
        Some((HazardCode::LossyConversion, message.to_owned(), Some(condition)))
    };
    let unknown_target = before.ty.named().is_some() || new.starts_with('"');
    match (old_base.as_str(), new_base.as_str()) {
        (_, "text") => None,
        (from, "character varying" | "character") if is(&TEXTS, from) => match new_mods.first() {
            Some(length) if old_base != new_base || old_mods.first().is_none_or(|old| old > length) => {
                Some((
                    HazardCode::InconvertibleRows,
                    format!("texts longer than {length} characters make it fail"),
                    Some(format!("length({column}::text) > {length}")),
                ))
            }
            _ => None,
        },
        (from, to) if is(&NUMBERS, from) && is(&NUMBERS, to) => match (capacity(from), capacity(to)) {
            (Some(from_rank), Some(to_rank)) if from_rank < to_rank && new_mods.is_empty() => None,
            (Some(from_rank), Some(to_rank)) if from_rank > to_rank && from != "numeric" => {
                let limit: i64 = match to {
                    "smallint" => i64::from(i16::MAX),
                    _ => i64::from(i32::MAX),
                };
                Some((
                    HazardCode::InconvertibleRows,
                    format!("numbers that do not fit {new} make it fail"),
                    Some(format!("{column} NOT BETWEEN {} AND {limit}", -limit - 1)),
                ))
            }
            _ if from == to && matches!(conversion(old, new), Conversion::Instant) => None,
            (_, _) if from == "real" && to == "double precision" => None,
            _ => lossy("numbers are rounded"),
        },
        (from, to) if is(&TIMES, from) && is(&TIMES, to) => {
            lossy("times are cut or taken in the session's time zone")
        }
        (from, _)
            if !is(&TEXTS, from)
                && !unknown_target
                && matches!(conversion(old, new), Conversion::Instant) =>
        {
            None
        }
        _ => Some((
            HazardCode::InconvertibleRows,
            format!("values that are no {new} make it fail"),
            unreadable(planner, &column, &after.ty, new),
        )),
    }
}

/// Which values, as texts, the new type does not read: asked of the type where it is there and the server can, and
/// otherwise known of some.
fn unreadable(planner: &Planner<'_>, column: &str, ty: &Type, new: &str) -> Option<String> {
    let named = |kind| ty.named().map(|name| ObjectId::new(kind, name));
    if let (Type::Named(_), Some(id)) = (ty, named(ObjectKind::Enum))
        && let Some(schema_core::Object::Enum(labels)) = planner.after.database.get(&id)
    {
        let labels: Vec<String> = labels.values.iter().map(|label| quote::literal(label)).collect();
        return Some(format!("{column}::text <> ALL (ARRAY[{}]::text[])", labels.join(", ")));
    }
    let kinds = [ObjectKind::Enum, ObjectKind::Domain, ObjectKind::Composite, ObjectKind::Range];
    let mut ids = kinds.into_iter().filter_map(named);
    // One that the plan makes or changes cannot be asked yet.
    if ids.any(|id| planner.before.get(&id) != planner.after.database.get(&id)) {
        return None;
    }
    // Nor one of an extension that comes or moves; what has a schema before its name is not PostgreSQL's own.
    if new.contains('.') && extensions(&planner.before).ne(extensions(&planner.after.database)) {
        return None;
    }
    if planner.version.major >= 16 {
        return Some(format!("NOT pg_catalog.pg_input_is_valid({column}::text, {})", quote::literal(new)));
    }
    let pattern = match split(new).0.as_str() {
        "smallint" | "integer" | "bigint" => r"^\s*[-+]?[0-9]+\s*$",
        "numeric" => r"^\s*([-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?|nan|[-+]?inf(inity)?)\s*$",
        "uuid" => r"^\{?([0-9a-f]{4}-?){7}[0-9a-f]{4}\}?$",
        "bit" | "bit varying" => "^(b?[01]*|x[0-9a-f]*)$",
        _ => return None,
    };
    Some(format!("{column}::text !~* {}", quote::literal(pattern)))
}

fn extensions(database: &schema_core::Database) -> impl Iterator<Item = &schema_core::Object> {
    database
        .objects()
        .map(|(_, object)| object)
        .filter(|object| matches!(object, schema_core::Object::Extension(_)))
}

/// How the column is computed.
fn change_generation(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let own_id = id(table, after);
    let name = quote::name(&after.name);
    let own = [ObjectId::table(table)];
    if before.generated != after.generated {
        let (clause, title) = match &after.generated {
            Some(generated) => (
                format!("ALTER COLUMN {name} SET EXPRESSION AS ({})", generated.expression),
                "change the expression of",
            ),
            None => {
                (format!("ALTER COLUMN {name} DROP EXPRESSION"), "keep the values and drop the expression of")
            }
        };
        let next = Column { generated: after.generated.clone(), ..before.clone() };
        let heirs = heirs(planner, table, &after.name, false)
            .into_iter()
            .map(|(child, column)| (child, Column { generated: after.generated.clone(), ..column }))
            .collect::<Vec<_>>();
        let mut ids = own.to_vec();
        ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
        planner.flush();
        let effect = planner.effects(&ids, set(table, heirs, next));
        let mut step = Step::new(own_id.clone(), format!("{title} {}", after.name), effect)
            .statement(table::alter(table, planner.is_foreign(table), false, &[clause]))
            .reverse(Reverse::Irreversible { reason: "what was computed before is not kept".to_owned() });
        if after.generated.as_ref().is_some_and(|g| g.kind == schema_core::GeneratedKind::Stored)
            && planner.is_used(&own[0])
        {
            let message = format!("{table} is written anew while everyone waits");
            step = step.work(Work::Rewrite).hazard(Hazard::new(HazardCode::Rewrite, message));
        }
        step = planner.locked(step, LockMode::AccessExclusive, table);
        planner.push(step);
    }
}

/// Default, identity and generation.
fn change_value(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    change_generation(planner, table, after);
    let own_id = id(table, after);
    let name = quote::name(&after.name);
    let own = [ObjectId::table(table)];
    let Some(before) = current(planner, table, &after.name) else { return };
    if before.identity.is_some() && after.identity.is_none() {
        let identity =
            before.identity.as_ref().map(|i| render::identity(table, &before, i)).unwrap_or_default();
        let mut next = Column { identity: None, ..before.clone() };
        next.postgres.identity_sequence = None;
        let mut instant = Instant::new(own_id.clone(), format!("no longer number {}", after.name))
            .clause(
                format!("ALTER COLUMN {name} DROP IDENTITY"),
                format!("ALTER COLUMN {name} ADD {identity}"),
            )
            .hazard(HazardCode::NotNull, format!("an INSERT that leaves {} out fails", after.name));
        instant.loses_data = true;
        planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
    }
    let Some(before) = current(planner, table, &after.name) else { return };
    if before.default != after.default {
        let clause = |column: &Column| match &column.default {
            Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)),
            None => format!("ALTER COLUMN {name} DROP DEFAULT"),
        };
        let title = if after.default.is_some() { "set the default of" } else { "drop the default of" };
        let next = Column { default: after.default.clone(), ..before.clone() };
        let instant = Instant::new(own_id.clone(), format!("{title} {}", after.name))
            .clause(clause(after), clause(&before));
        planner.instant(table, true, instant, &own, set(table, Vec::new(), next));
    }
    change_identity(planner, table, after);
}

fn change_identity(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let Some(identity) = &after.identity else { return };
    let own = [ObjectId::table(table)];
    let name = quote::name(&after.name);
    let quoted = quote::qualified(table);
    match &before.identity {
        None => {
            // A column must not be NULL to be numbered.
            change_null(planner, table, after);
            let Some(before) = current(planner, table, &after.name) else { return };
            let mut next = Column { identity: Some(identity.clone()), ..before.clone() };
            next.postgres.identity_sequence.clone_from(&after.postgres.identity_sequence);
            let mut instant = Instant::new(id(table, after), format!("number {}", after.name)).clause(
                format!("ALTER COLUMN {name} ADD {}", render::identity(table, after, identity)),
                format!("ALTER COLUMN {name} DROP IDENTITY"),
            );
            if planner.is_used(&own[0]) {
                // The numbers in use are left out, or the next INSERT would meet one of them.
                instant.also.push(format!(
                    "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), max({name})) FROM {quoted} HAVING max({name}) > 0",
                    quote::literal(&quoted),
                    quote::literal(after.name.as_str()),
                ));
            }
            planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
        }
        Some(old)
            if old != identity || before.postgres.identity_sequence != after.postgres.identity_sequence =>
        {
            let kind =
                |always: bool| if always { "SET GENERATED ALWAYS" } else { "SET GENERATED BY DEFAULT" };
            let mut parts: Vec<String> = Vec::new();
            if old.always != identity.always {
                parts.push(kind(identity.always).to_owned());
            }
            let counting =
                |identity: &schema_core::Identity| Counting::of(&identity.sequence, Some(&after.ty));
            parts.extend(counting(old).alter(counting(identity), false, "SET "));
            let mut next = Column { identity: Some(identity.clone()), ..before.clone() };
            next.postgres.identity_sequence.clone_from(&after.postgres.identity_sequence);
            let mut instant =
                Instant::new(id(table, after), format!("change how {} is numbered", after.name));
            if !parts.is_empty() {
                instant = instant.clause(format!("ALTER COLUMN {name} {}", parts.join(" ")), String::new());
            }
            if before.postgres.identity_sequence != after.postgres.identity_sequence {
                let sequence = |column: &Column| {
                    let usual = || implicit_name(&table.name, &column.name, "seq");
                    column.postgres.identity_sequence.clone().unwrap_or_else(usual)
                };
                let rename = |from: &Column, to: &Column| {
                    let from = quote::qualified(&table.sibling(sequence(from)));
                    format!("ALTER SEQUENCE {from} RENAME TO {}", quote::name(sequence(to)))
                };
                instant = instant.also(rename(&before, after), rename(after, &before));
            }
            planner.instant(table, false, instant, &own, set(table, Vec::new(), next));
        }
        Some(_) => {}
    }
}

/// Whether NULL is allowed.
fn change_null(planner: &mut Planner<'_>, table: &QualifiedName, after: &Column) {
    let Some(before) = current(planner, table, &after.name) else { return };
    let name = quote::name(&after.name);
    let with_null = |column: &Column| Column {
        nullable: after.nullable,
        postgres: schema_core::PostgresColumn {
            not_null: after.postgres.not_null.clone(),
            ..column.postgres.clone()
        },
        ..column.clone()
    };
    let heirs: Vec<(QualifiedName, Column)> = heirs(planner, table, &after.name, false)
        .into_iter()
        .filter(|(child, _)| {
            let next = planner.after.database.table(child).and_then(|child| child.columns.get(&after.name));
            next.is_some_and(|next| next.nullable == after.nullable)
        })
        .map(|(child, column)| {
            let not_null =
                if after.nullable { None } else { passed_on(planner, table, after, &child, &column) };
            let postgres = schema_core::PostgresColumn { not_null, ..column.postgres.clone() };
            (child, Column { nullable: after.nullable, postgres, ..column })
        })
        .collect();
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(heirs.iter().map(|(child, _)| ObjectId::table(child)));
    if before.nullable == after.nullable {
        if before.postgres.not_null != after.postgres.not_null {
            change_not_null_constraint(planner, table, &before, after);
        }
        return;
    }
    if after.nullable {
        let instant = Instant::new(id(table, after), format!("allow NULL in {}", after.name)).clause(
            format!("ALTER COLUMN {name} DROP NOT NULL"),
            format!("ALTER COLUMN {name} SET NOT NULL"),
        );
        let message = format!("code that reads {} may meet NULL", after.name);
        let instant = instant.hazard(HazardCode::NullsAppear, message);
        return planner.instant(table, false, instant, &ids, set(table, heirs, with_null(&before)));
    }
    let used = planner.is_used(&ObjectId::table(table));
    let online = used && !planner.in_chain && !planner.is_foreign(table);
    if !online {
        let (clause, also) = match &after.postgres.not_null {
            Some(constraint) => {
                let valid = if constraint.validated { "" } else { " NOT VALID" };
                let inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
                let clause = format!(
                    "ADD CONSTRAINT {} NOT NULL {name}{inherit}{valid}",
                    quote::name(&constraint.name)
                );
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
        return planner.instant(table, false, instant, &ids, set(table, heirs, with_null(&before)));
    }
    if planner.version.major >= 18 {
        not_null_by_constraint(planner, table, &before, after, &ids, heirs);
    } else {
        not_null_by_check(planner, table, after, &ids, set(table, heirs, with_null(&before)));
    }
}

/// PostgreSQL 18: the NOT NULL constraint that a partition gets from its parent, under the parent's name.
fn passed_on(
    planner: &Planner<'_>,
    table: &QualifiedName,
    after: &Column,
    child: &QualifiedName,
    column: &Column,
) -> Option<PostgresNotNull> {
    let is_partition =
        planner.now.table(child).is_some_and(|table| table.options.postgres.partition_of.is_some());
    if planner.version.major < 18 || !is_partition || !column.nullable {
        return column.postgres.not_null.clone();
    }
    let given = after.postgres.not_null.as_ref().map(|constraint| constraint.name.clone());
    let name = given.unwrap_or_else(|| implicit_name(&table.name, &after.name, "not_null"));
    (name != implicit_name(&child.name, &after.name, "not_null")).then_some(PostgresNotNull {
        name,
        no_inherit: false,
        validated: true,
        comment: None,
    })
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
    let constraint = wanted.clone().unwrap_or_else(|| PostgresNotNull {
        name: implicit_name(&table.name, &after.name, "not_null"),
        no_inherit: false,
        validated: true,
        comment: None,
    });
    let (name, quoted) = (quote::name(&constraint.name), quote::name(&after.name));
    let waiting = PostgresNotNull { validated: false, comment: None, ..constraint.clone() };
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
    let inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
    let mut instant = Instant::new(id(table, after), format!("refuse NULL in new rows of {}", after.name))
        .clause(
            format!("ADD CONSTRAINT {name} NOT NULL {quoted}{inherit} NOT VALID"),
            format!("DROP CONSTRAINT {name}"),
        )
        .hazard(HazardCode::NotNull, format!("code that writes NULL to {} breaks", after.name))
        .hazard(HazardCode::NullRows, "rows with NULL make it fail");
    instant.probes.extend(planner.nulls(table, &after.name));
    planner.instant(table, false, instant, ids, set(table, heirs_waiting, state(Some(waiting))));
    if wanted.as_ref().is_some_and(|wanted| !wanted.validated) {
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
    let usual = || usual_for(&implicit_name(&table.name, &after.name, "not_null"));
    let old = before.postgres.not_null.clone().unwrap_or_else(usual);
    let new = after.postgres.not_null.clone().unwrap_or_else(usual);
    let name = |constraint: &PostgresNotNull| quote::name(&constraint.name);
    let mut instant =
        Instant::new(id(table, after), format!("change the NOT NULL constraint of {}", after.name));
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
    }
    if old.comment != new.comment {
        let on = |constraint: &PostgresNotNull| {
            constraint::comment_on(table, &new.name, constraint.comment.as_deref())
        };
        instant = instant.also(on(&new), on(&old));
    }
    let mut next = before.clone();
    next.postgres.not_null.clone_from(&after.postgres.not_null);
    // The constraints of partitions that have the same name take the new one too.
    let renamed: Vec<(QualifiedName, Column)> = heirs(planner, table, &after.name, false)
        .into_iter()
        .filter(|(child, column)| old.name != new.name && named_not_null(planner, child, column, &old.name))
        .map(|(child, mut column)| {
            let usual = implicit_name(&child.name, &column.name, "not_null");
            let had = column.postgres.not_null.take();
            let has = PostgresNotNull { name: new.name.clone(), ..had.unwrap_or(usual_for(&usual)) };
            column.postgres.not_null = (has != usual_for(&usual)).then_some(has);
            (child, column)
        })
        .collect();
    let mut ids = vec![ObjectId::table(table)];
    ids.extend(renamed.iter().map(|(child, _)| ObjectId::table(child)));
    planner.instant(table, true, instant, &ids, set(table, renamed, next));
}

/// A NOT NULL constraint with nothing to it but its name.
fn usual_for(name: &Name) -> PostgresNotNull {
    PostgresNotNull { name: name.clone(), no_inherit: false, validated: true, comment: None }
}

/// Whether a partition's NOT NULL constraint has this name.
fn named_not_null(planner: &Planner<'_>, partition: &QualifiedName, column: &Column, name: &Name) -> bool {
    let now = planner.now.table(partition);
    now.is_some_and(|now| now.options.postgres.partition_of.is_some())
        && !column.nullable
        && match &column.postgres.not_null {
            Some(constraint) => constraint.name == *name,
            None => implicit_name(&partition.name, &column.name, "not_null") == *name,
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
