//! Another type: what becomes of the values.

use schema_core::plan::{LockMode, Probe, Reverse, Work};
use schema_core::{Column, Hazard, HazardCode, KeyPart, Name, ObjectId, QualifiedName, Sql, Step};

use super::super::constraint::unique_probe;
use super::super::node::Constraint;
use super::super::{Planner, index};
use super::not_null::keep_names;
use super::unreadable::{is_there, says_all, unreadable};
use super::{heirs, id, set, ty};
use crate::lexis::type_and_modifiers;
use crate::quote;
use crate::render::table;

/// What a change of type costs.
enum Conversion {
    /// The stored values stay as they are.
    Instant,
    /// Every row is written anew.
    Rewrite,
}

pub(super) fn change_type(planner: &mut Planner<'_>, table: &QualifiedName, before: &Column, after: &Column) {
    let (old, new) = (ty(before), ty(after));
    let name = quote::name(&after.name);
    let conversion = if before.ty == after.ty { Conversion::Instant } else { conversion(&old, &new) };
    let collation = quote::collate(after.collation.as_ref());
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
    let mut step = Step::new(id(table, after), format!("change the type of {} to {new}", after.name), effect);
    let around = keep_names(planner, table, before);
    let names_stay = around.last.is_empty();
    let whole = |alter| around.first.iter().cloned().chain([alter]).chain(around.last.iter().cloned());
    step.statements = whole(table::alter(table, foreign, false, &clauses)).map(Sql::new).collect();
    let undo = whole(table::alter(table, foreign, false, &undo)).map(Sql::new).collect();
    step = step.reverse(Reverse::Statements(undo));
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
                if !names_stay {
                    let message = format!("{table} is read whole while everyone waits");
                    step = step.work(Work::Scan).hazard(Hazard::new(HazardCode::ScanUnderLock, message));
                }
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
            step.probes.extend(refused(planner, table, before, after));
            step = step.hazard(Hazard::new(code, message));
            for probe in brought_together(planner, table, &after.name) {
                let message = format!("{} makes it fail where values become equal", probe.object.name);
                step = step.hazard(Hazard::new(probe.code, message)).probe(probe);
            }
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

/// Whether a change of type leaves the stored values as they are.
fn conversion(old: &str, new: &str) -> Conversion {
    let ((old_base, old_mods), (new_base, new_mods)) = (type_and_modifiers(old), type_and_modifiers(new));
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
pub(in crate::plan) fn cast(value: &str, old: &str, new: &str) -> String {
    let (old_base, new_base) = (type_and_modifiers(old).0, type_and_modifiers(new).0);
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

/// What a column's value becomes with another type, as an expression over the value as it is: NULL where the new type is
/// known not to read it. Nothing where the new type cannot be asked yet.
pub(in crate::plan) fn converted(
    planner: &Planner<'_>,
    value: &str,
    before: &Column,
    after: &Column,
) -> Option<String> {
    let (old, new) = (ty(before), ty(after));
    if old == new {
        return Some(value.to_owned());
    }
    if !is_there(planner, &after.ty, &new) {
        return None;
    }
    let next = cast(value, &old, &new);
    let unread = unreadable(planner, value, &old, &after.ty, &new);
    Some(match unread.filter(|_| !NUMBERS.contains(&type_and_modifiers(&old).0.as_str())) {
        Some(unread) => format!("CASE WHEN {unread} THEN NULL ELSE {next} END"),
        None => next,
    })
}

/// Values that the cast refuses although their form is that of the new type.
fn refused(planner: &Planner<'_>, table: &QualifiedName, before: &Column, after: &Column) -> Option<Probe> {
    let (old, new) = (ty(before), ty(after));
    let within = |family: &[&str]| {
        [&old, &new].into_iter().all(|ty| family.contains(&type_and_modifiers(ty).0.as_str()))
    };
    // Of these the condition says it all, or computes the cast.
    if shortens(&old, &new) || within(&NUMBERS) || within(&TIMES) || says_all(planner, &after.ty, &new) {
        return None;
    }
    let value = converted(planner, &planner.asked(table, &before.name), before, after)?;
    planner.uncast(table, &after.name, &value)
}

/// Rows with a key that they share only when a column of it has its new type, with which its index is built anew.
fn brought_together(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Vec<Probe> {
    let Some(now) = planner.now.table(table) else { return Vec::new() };
    let holds = |parts: &[KeyPart]| parts.iter().any(|part| part.column_name() == Some(column));
    let primary = now.primary_key.iter().cloned().map(Constraint::PrimaryKey);
    let uniques = now.uniques.iter().cloned().map(Constraint::Unique);
    let keys = primary.chain(uniques).filter(|key| key.key().is_some_and(|(parts, _)| holds(parts)));
    let exclusions = now.exclusions.iter().filter(|exclusion| {
        exclusion.elements.iter().any(|element| element.part.column_name() == Some(column))
    });
    let constraints = keys.chain(exclusions.cloned().map(Constraint::Exclusion));
    let indexes = now.indexes.iter().filter(|index| index.unique && holds(&index.parts));
    constraints
        .filter_map(|constraint| unique_probe(planner, table, &constraint))
        .chain(indexes.filter_map(|index| index::unique_probe(planner, &ObjectId::table(table), index)))
        .collect()
}

/// Whether texts become texts of limited length.
pub(in crate::plan) fn shortens(old: &str, new: &str) -> bool {
    let (old_base, new_base) = (type_and_modifiers(old).0, type_and_modifiers(new).0);
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
    let ((old_base, old_mods), (new_base, new_mods)) = (type_and_modifiers(old), type_and_modifiers(new));
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
        ("boolean", number) if is(&NUMBERS, number) => None,
        (number, "boolean") if is(&NUMBERS, number) => Some((
            HazardCode::LossyConversion,
            "numbers that are not 0 become true".to_owned(),
            Some(format!("{column} NOT IN (0, 1)")),
        )),
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
            unreadable(planner, &column, old, &after.ty, new),
        )),
    }
}
