//! A table's options.

use std::fmt;

use schema_core::plan::{LockMode, Work};
use schema_core::{
    Database, Error, Hazard, HazardCode, KeyPart, Name, Object, ObjectId, ObjectKind, Part, QualifiedName,
    Sql, Step, Table, TableOptions,
};

use super::family::missing_checks;
use super::instant::Instant;
use super::{Planner, group};
use crate::lexis::{self, Token};
use crate::quote;
use crate::render::table::needs_index;
use crate::render::{comment, key, table as render};

/// The options of a table change.
pub(super) fn options(
    planner: &mut Planner<'_>,
    name: &QualifiedName,
    after: &TableOptions,
) -> Result<(), Error> {
    let id = ObjectId::table(name);
    // What went with an index is not as it was before the plan.
    let Some(before) = planner.now.table(name).map(|now| now.options.clone()) else { return Ok(()) };
    let before = &before;
    let table = || name.clone();
    let set = |planner: &mut Planner<'_>, instant: Instant, change: &dyn Fn(&mut TableOptions)| {
        planner.instant(&table(), true, instant, &[ObjectId::table(&table())], |database| {
            if let Some(table) = database.table_mut(&table()) {
                change(&mut table.options);
            }
        });
    };
    let instant = |title: &str| Instant::new(id.clone(), title);
    let (old, new) = (&before.postgres, &after.postgres);
    if before.comment != after.comment {
        let kind = if new.foreign.is_some() { "FOREIGN TABLE" } else { "TABLE" };
        let on = |text: &Option<String>| comment::on(kind, &quote::qualified(name), text.as_deref());
        let mut change = instant("comment").also(on(&after.comment), on(&before.comment));
        change.lock = LockMode::ShareUpdateExclusive;
        set(planner, change, &|options| options.comment.clone_from(&after.comment));
    }
    let (gone, set_parameters) = parameters(&old.parameters, &new.parameters);
    if !gone.is_empty() || !set_parameters.is_empty() {
        let (undo_gone, undo_set) = parameters(&new.parameters, &old.parameters);
        let clauses = |gone: &[String], set: &[String]| {
            let mut all = Vec::new();
            if !gone.is_empty() {
                all.push(format!("RESET ({})", gone.join(", ")));
            }
            if !set.is_empty() {
                all.push(format!("SET ({})", key::settings(set)));
            }
            all
        };
        let mut change = instant("storage parameters");
        change.clauses = clauses(&gone, &set_parameters);
        change.undo = clauses(&undo_gone, &undo_set);
        change.lock = LockMode::ShareUpdateExclusive;
        set(planner, change, &|options| options.postgres.parameters.clone_from(&new.parameters));
    }
    if old.row_security != new.row_security {
        let word = |on: bool| if on { "ENABLE ROW LEVEL SECURITY" } else { "DISABLE ROW LEVEL SECURITY" };
        let change = instant("row security")
            .clause(word(new.row_security), word(old.row_security))
            .hazard(HazardCode::PrivilegesChanged, format!("who sees which rows of {} changes", name.name));
        set(planner, change, &|options| options.postgres.row_security = new.row_security);
    }
    if old.force_row_security != new.force_row_security {
        let word = |on: bool| if on { "FORCE ROW LEVEL SECURITY" } else { "NO FORCE ROW LEVEL SECURITY" };
        let change = instant("row security for the owner")
            .clause(word(new.force_row_security), word(old.force_row_security))
            .hazard(
                HazardCode::PrivilegesChanged,
                format!("which rows of {} its owner sees changes", name.name),
            );
        set(planner, change, &|options| options.postgres.force_row_security = new.force_row_security);
    }
    identify_rows(planner, name, new.replica_identity.clone());
    if old.clustered_on != new.clustered_on {
        let word = |index: &Option<Name>| match index {
            Some(index) => format!("CLUSTER ON {}", quote::name(index)),
            None => "SET WITHOUT CLUSTER".to_owned(),
        };
        let change = instant("clustering index").clause(word(&new.clustered_on), word(&old.clustered_on));
        set(planner, change, &|options| options.postgres.clustered_on.clone_from(&new.clustered_on));
    }
    if old.of_type != new.of_type {
        let word = |ty: &Option<QualifiedName>| match ty {
            Some(ty) => format!("OF {}", quote::qualified(ty)),
            None => "NOT OF".to_owned(),
        };
        let change = instant("type").clause(word(&new.of_type), word(&old.of_type));
        set(planner, change, &|options| options.postgres.of_type.clone_from(&new.of_type));
    }
    inheritance(planner, name, after)?;
    rewrites(planner, name, before, after);
    Ok(())
}

/// Parents are joined; those that are not to be were left before.
fn inheritance(planner: &mut Planner<'_>, name: &QualifiedName, after: &TableOptions) -> Result<(), Error> {
    let Some(now) = planner.now.table(name).cloned() else { return Ok(()) };
    let (old, new) = (&now.options.postgres.inherits, &after.postgres.inherits);
    if old == new {
        return Ok(());
    }
    let wanted = planner.after.database.table(name);
    let stays_own = now.columns.iter().find(|column| {
        let next = wanted.and_then(|wanted| wanted.columns.get(&column.name));
        !column.postgres.inherited && next.is_some_and(|next| next.postgres.inherited)
    });
    if let Some(column) = stays_own {
        return Err(super::column::stays_own(now.id().part(ObjectKind::Column, &column.name)));
    }
    if let Some(check) = missing_checks(planner, &now).first() {
        return Err(Error::Unsupported {
            object: now.id().part(ObjectKind::Check, check.key()),
            reason: "a table has its own check before it inherits the same one, and keeps it; declare it in the table \
                     too, or drop the table and make it again"
                .to_owned(),
        });
    }
    let mut change = Instant::new(ObjectId::table(name), "parents");
    for parent in new.iter().filter(|parent| !old.contains(parent)) {
        let parent = quote::qualified(parent);
        change = change.clause(format!("INHERIT {parent}"), format!("NO INHERIT {parent}"));
    }
    planner.instant(name, false, change, &[ObjectId::table(name)], |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.inherits.clone_from(new);
        }
    });
    Ok(())
}

/// How a table is stored, of which each change writes the whole table anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storage {
    Logging,
    AccessMethod,
    Tablespace,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Logging => "logging",
            Self::AccessMethod => "access method",
            Self::Tablespace => "tablespace",
        })
    }
}

/// What writes the whole table anew.
fn rewrites(planner: &mut Planner<'_>, name: &QualifiedName, before: &TableOptions, after: &TableOptions) {
    let (old, new) = (&before.postgres, &after.postgres);
    let id = ObjectId::table(name);
    let mut changes: Vec<(Storage, String, String, Option<Hazard>)> = Vec::new();
    if old.unlogged != new.unlogged {
        let word = |unlogged: bool| if unlogged { "SET UNLOGGED" } else { "SET LOGGED" };
        let unsafe_ = new
            .unlogged
            .then(|| Hazard::new(HazardCode::CrashUnsafe, format!("after a crash {} is empty", name.name)));
        changes.push((
            Storage::Logging,
            word(new.unlogged).to_owned(),
            word(old.unlogged).to_owned(),
            unsafe_,
        ));
    }
    if old.access_method != new.access_method {
        let word = |method: &Option<Name>| {
            format!("SET ACCESS METHOD {}", method.as_ref().map_or_else(|| "heap".to_owned(), quote::name))
        };
        changes.push((Storage::AccessMethod, word(&new.access_method), word(&old.access_method), None));
    }
    if old.tablespace != new.tablespace {
        let word = |space: &Option<Name>| {
            format!("SET TABLESPACE {}", space.as_ref().map_or_else(|| "pg_default".to_owned(), quote::name))
        };
        changes.push((Storage::Tablespace, word(&new.tablespace), word(&old.tablespace), None));
    }
    for (storage, clause, undo, hazard) in changes {
        // The sequences of a table are logged as it is, from PostgreSQL 15 on.
        let follow = storage == Storage::Logging && planner.version.major >= 15;
        let sequences = if follow { owned_sequences(&planner.now, name) } else { Vec::new() };
        let mut ids = vec![id.clone()];
        ids.extend(sequences.iter().map(|sequence| ObjectId::new(ObjectKind::Sequence, sequence)));
        let effect = planner.effects(&ids, |database| {
            for sequence in &ids {
                if let Some(Object::Sequence(sequence)) = database.get_mut(sequence) {
                    sequence.unlogged = new.unlogged;
                }
            }
            if let Some(table) = database.table_mut(name) {
                let postgres = &mut table.options.postgres;
                match storage {
                    Storage::Logging => postgres.unlogged = new.unlogged,
                    Storage::AccessMethod => postgres.access_method.clone_from(&new.access_method),
                    Storage::Tablespace => postgres.tablespace.clone_from(&new.tablespace),
                }
            }
        });
        let alter = |clause: String| render::alter(name, false, false, &[clause]);
        let mut step = Step::new(id.clone(), format!("change the {storage} of {}", name.name), effect)
            .statement(alter(clause))
            .undo(alter(undo))
            .work(Work::Rewrite);
        step = planner.locked(step, LockMode::AccessExclusive, name);
        if planner.exists(name) {
            step = step.hazard(Hazard::new(
                HazardCode::Rewrite,
                format!("{} is written anew while everyone waits", name.name),
            ));
        }
        step.hazards.extend(hazard);
        planner.push(group::alone(step));
        for sequence in &sequences {
            super::object::log(planner, sequence);
        }
    }
}

/// What a table's rows are known by to those that replicate them.
fn identify_rows(planner: &mut Planner<'_>, name: &QualifiedName, wanted: Option<Sql>) {
    let id = ObjectId::table(name);
    let Some(old) = planner.now.table(name).map(|now| now.options.postgres.replica_identity.clone()) else {
        return;
    };
    if old == wanted {
        return;
    }
    let word = |identity: &Option<Sql>| {
        format!("REPLICA IDENTITY {}", identity.as_ref().map_or("DEFAULT", |sql| sql.as_str()))
    };
    let undo = old.as_ref().is_none_or(|sql| !needs_index(sql.as_str()));
    let undo = if undo { word(&old) } else { String::new() };
    let change = Instant::new(id.clone(), "replica identity").clause(word(&wanted), undo);
    planner.instant(name, true, change, &[id], |database| {
        if let Some(table) = database.table_mut(name) {
            table.options.postgres.replica_identity = wanted;
        }
    });
}

/// A column that rows are known by is never NULL. Before it may be, they are known by what they are to be known by,
/// and where that takes an index, which may not be there yet, by all that they hold.
pub(super) fn release_identity(planner: &mut Planner<'_>, name: &QualifiedName, column: &Name) {
    let Some(now) = planner.now.table(name) else { return };
    let index = now.options.postgres.replica_identity.as_ref().and_then(identity_index);
    let holds = index.is_some_and(|index| key_columns(now, &index).contains(&column));
    if holds {
        let wanted = planner.after.database.table(name);
        let wanted = wanted.and_then(|table| table.options.postgres.replica_identity.clone());
        let by_index = wanted.as_ref().is_some_and(|sql| needs_index(sql.as_str()));
        identify_rows(planner, name, if by_index { Some(Sql::new("FULL")) } else { wanted });
    }
}

/// The columns of a table's index or unique constraint.
pub(super) fn key_columns<'t>(table: &'t Table, index: &Name) -> Vec<&'t Name> {
    let of_index = table.indexes.get(index).into_iter().flat_map(|index| &index.parts);
    let of_unique = table.uniques.get(index).into_iter().flat_map(|unique| &unique.columns);
    of_index.chain(of_unique).filter_map(KeyPart::column_name).collect()
}

/// The index that a table's rows are known by.
pub(super) fn identity_index(identity: &Sql) -> Option<Name> {
    let name = lexis::tokens(identity.as_str()).last().and_then(Token::identifier);
    name.filter(|_| needs_index(identity.as_str())).map(Name::from)
}

/// The sequences that go with a table's columns.
fn owned_sequences(database: &Database, table: &QualifiedName) -> Vec<QualifiedName> {
    let sequences = database.objects().filter_map(|(_, object)| match object {
        Object::Sequence(sequence) => Some(sequence),
        _other => None,
    });
    sequences
        .filter(|sequence| sequence.owned_by.as_ref().is_some_and(|(owner, _)| owner == table))
        .map(|sequence| sequence.name.clone())
        .collect()
}

/// The parameters to reset, by name, and those to set.
fn parameters(old: &[String], new: &[String]) -> (Vec<String>, Vec<String>) {
    let name = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    let gone = old.iter().map(|p| name(p)).filter(|n| !new.iter().any(|p| name(p) == *n)).collect();
    let set = new.iter().filter(|parameter| !old.contains(parameter)).cloned().collect();
    (gone, set)
}
