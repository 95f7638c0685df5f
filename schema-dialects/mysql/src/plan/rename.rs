//! Renames of tables, views, columns, indexes and constraints.

use schema_core::diff::{Diff, Rename};
use schema_core::plan::{Hazard, HazardCode, LockMode, Phase, Step};
use schema_core::{KeyExpression, KeyPart, Name, ObjectId, ObjectKind, QualifiedName, Sql, Table};

use super::Planner;
use super::level::{self, SMALL};
use super::statement::Statement;
use crate::quote;
use crate::render::{column, constraint, table as render};
use crate::text::{Kind, tokens};

/// Carries the renames out: tables and views all at once, then the parts of each table.
pub(super) fn rename(planner: &mut Planner<'_>) {
    let renames: Vec<Rename> = planner.request.diff.renames.iter().cloned().collect();
    relations(planner, &renames);
    let mut tables: Vec<QualifiedName> = Vec::new();
    for rename in &renames {
        if let Some(table) = rename.from.table_name()
            && !tables.contains(&table)
        {
            tables.push(table);
        }
    }
    for old in tables {
        parts(planner, &old, &renames);
    }
}

fn relations(planner: &mut Planner<'_>, renames: &[Rename]) {
    let relations: Vec<&Rename> =
        renames.iter().filter(|r| matches!(r.from.kind, ObjectKind::Table | ObjectKind::View)).collect();
    let Some(first) = relations.first() else { return };
    let name = |rename: &Rename| rename.from.qualified_name();
    // A name that is taken until another rename frees it is reached by a detour, and so is one in another case, which
    // some servers do not tell from the old one.
    let taken = |target: &QualifiedName| relations.iter().any(|rename| name(rename) == *target);
    let mut direct = Vec::new();
    let mut detours = Vec::new();
    for (number, rename) in relations.iter().enumerate() {
        let (from, to) = (name(rename), name(rename).sibling(&rename.to));
        let recased = from.name.as_str().eq_ignore_ascii_case(to.name.as_str());
        if taken(&to) || recased {
            let detour = from.sibling(Name::new(format!("groundplan_rename_{number}")));
            direct.insert(0, pair(&from, &detour));
            detours.push(pair(&detour, &to));
        } else {
            direct.push(pair(&from, &to));
        }
    }
    direct.extend(detours);
    let back: Vec<String> = relations.iter().rev().map(|r| pair(&name(r).sibling(&r.to), &name(r))).collect();
    let effect = Diff::renaming(relations.iter().map(|rename| (*rename).clone()));
    let title =
        relations.iter().map(|r| format!("rename {} to {}", r.from, r.to)).collect::<Vec<_>>().join(", ");
    let mut step = Step::new(first.from.clone(), title, effect)
        .phase(Phase::Contract)
        .statement(format!("RENAME TABLE {}", direct.join(", ")))
        .undo(format!("RENAME TABLE {}", back.join(", ")));
    for rename in &relations {
        let message = format!(
            "code that says {} breaks; unless grants are managed, those on it stay behind",
            rename.from
        );
        step = step
            .lock(LockMode::MetadataExclusive, rename.from.clone())
            .hazard(Hazard::new(HazardCode::Rename, message));
    }
    planner.push(step);
}

fn pair(from: &QualifiedName, to: &QualifiedName) -> String {
    format!("{} TO {}", quote::qualified(from), quote::qualified(to))
}

/// The parts of one table, given by its name before.
fn parts(planner: &mut Planner<'_>, old_name: &QualifiedName, all: &[Rename]) {
    let Some(before) = planner.request.before.database.table(old_name) else { return };
    let name = planner.request.diff.renames.relation(old_name);
    let Some(after) = planner.request.after.database.table(&name) else { return };
    let own: Vec<&Rename> = all.iter().filter(|r| r.from.table_name().as_ref() == Some(old_name)).collect();
    let columns: Vec<&Name> =
        own.iter().filter(|r| r.from.kind == ObjectKind::Column).map(|r| &r.from.name).collect();

    // The table as it is now: under its new name, its parts under their old ones.
    let mut now = before.clone();
    now.name = name.clone();
    for mut key in std::mem::take(&mut now.foreign_keys) {
        if key.references != *old_name {
            // Columns of other tables are renamed by the steps of those, which the server lets this one follow.
            for column in &mut key.referenced_columns {
                let id = ObjectId::on(ObjectKind::Column, &key.references, column.clone());
                *column = planner.request.diff.renames.target(&id).name;
            }
        }
        key.references = planner.request.diff.renames.relation(&key.references);
        now.foreign_keys.insert(key);
    }
    let is_mysql = planner.context.flavour == crate::Flavour::MySql;
    if is_mysql {
        now = without_readers(planner, &now, &columns);
    }

    let mut clauses = Vec::new();
    let mut renames = Vec::new();
    let mut back = Vec::new();
    for rename in &own {
        let (from, to) = (quote::name(&rename.from.name), quote::name(&rename.to));
        match rename.from.kind {
            ObjectKind::Column => {
                clauses.push(format!("RENAME COLUMN {from} TO {to}"));
                back.push(format!("RENAME COLUMN {to} TO {from}"));
            }
            ObjectKind::Index => {
                if !now.indexes.contains(&rename.from.name) {
                    continue;
                }
                clauses.push(format!("RENAME INDEX {from} TO {to}"));
                back.push(format!("RENAME INDEX {to} TO {from}"));
            }
            ObjectKind::ForeignKey => {
                let Some(key) = before.foreign_keys.get(&rename.from.name) else { continue };
                let mut key = key.clone();
                key.name = Some(rename.to.clone());
                clauses.push(format!("DROP FOREIGN KEY {from}"));
                clauses.push(format!("ADD {}", constraint::foreign_key(&key, planner.context.flavour)));
            }
            ObjectKind::Check => {
                let Some(check) = now.checks.get(&rename.from.name) else { continue };
                let mut check = check.clone();
                check.name = Some(rename.to.clone());
                clauses.push(format!("DROP CONSTRAINT {from}"));
                clauses.push(format!("ADD {}", constraint::check(&check)));
            }
            // The rest has no name here, or none of its own.
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Routine
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::EnumValue
            | ObjectKind::Sql(_)
            | ObjectKind::Privileges
            | ObjectKind::DefaultPrivileges
            | ObjectKind::Role
            | ObjectKind::PrimaryKey
            | ObjectKind::Unique
            | ObjectKind::Exclusion => {}
        }
        renames.push(Rename {
            from: ObjectId::on(rename.from.kind, &name, &rename.from.name),
            to: rename.to.clone(),
        });
    }
    let effect_renames: schema_core::diff::Renames = renames.iter().cloned().collect();
    let schema_core::Object::Table(renamed) = effect_renames.object(now.clone().into()) else { return };
    let renamed = *renamed;
    // The server says the new name in expressions too.
    let mut result = renamed.clone();
    for new in after.columns.iter() {
        let Some(old) = renamed.columns.get(&new.name) else { continue };
        let follows = old.generated.as_ref().is_some_and(|g| mentions(g.expression.as_str(), &columns));
        if follows && old.generated != new.generated {
            if is_mysql {
                let definition =
                    column::definition(new, render::check_of(after, new), planner.context.flavour);
                clauses.push(format!("MODIFY COLUMN {definition}"));
                result.columns.replace(new.clone());
            } else {
                let mut followed = old.clone();
                followed.generated.clone_from(&new.generated);
                result.columns.replace(followed);
            }
        }
    }
    if !is_mysql {
        for new in after.checks.iter() {
            let key = schema_core::Part::key(new);
            let Some(old) = renamed.checks.get(&key) else { continue };
            if mentions(old.expression.as_str(), &columns) {
                let mut followed = old.clone();
                followed.expression = new.expression.clone();
                result.checks.replace(followed);
            }
        }
    }
    if clauses.is_empty() {
        return;
    }
    let mut effect = Diff::table(&renamed, &result);
    effect.renames = effect_renames;
    let title: Vec<String> =
        own.iter().map(|r| format!("rename {} {} to {}", r.from.kind, r.from.name, r.to)).collect();
    let copies = own.iter().any(|r| matches!(r.from.kind, ObjectKind::ForeignKey | ObjectKind::Check));
    let level = if copies { level::Level::Copy } else { level::Level::Instant };
    let small = planner.rows(&name).is_some_and(|rows| rows <= SMALL);
    let table = quote::qualified(&name);
    let step = Step::new(ObjectId::table(&name), title.join(", "), effect).phase(Phase::Contract);
    let statement = Statement { table: &name, clauses: &clauses, partitions: None };
    let mut step = statement
        .give(step, level, planner.context.can, small)
        .reverse(schema_core::plan::Reverse::Statements(vec![Sql::new(format!(
            "ALTER TABLE {table} {}",
            back.join(", ")
        ))]))
        .work(level::work(level, false))
        .lock(level::lock(level, planner.context.can), ObjectId::table(&name));
    for column in &columns {
        let message = format!("code that says {name}.{column} breaks");
        step = step.hazard(Hazard::new(HazardCode::Rename, message));
    }
    planner.push(step);
    planner.tables.insert(name, result);
}

/// MySQL renames no column that a check or the expression of a key reads: these go first, and come again with the new
/// name.
fn without_readers(planner: &mut Planner<'_>, now: &Table, columns: &[&Name]) -> Table {
    let mut rest = now.clone();
    let reads = |part: &KeyPart| match &part.value {
        KeyExpression::Column(_) => false,
        KeyExpression::Expression(sql) => mentions(sql.as_str(), columns),
    };
    for index in now.indexes.iter().filter(|index| index.parts.iter().any(reads)) {
        if let Some(name) = &index.name {
            rest.indexes.remove(name);
        }
    }
    for check in now.checks.iter().filter(|check| mentions(check.expression.as_str(), columns)) {
        if let Some(name) = &check.name {
            rest.checks.remove(name);
        }
    }
    let step = table_step(planner, now, &rest);
    if let Some(step) = step {
        planner.push(step);
    }
    rest
}

fn table_step(planner: &Planner<'_>, from: &Table, to: &Table) -> Option<Step> {
    let alter = super::alter::compose(from, to, planner.context);
    if alter.is_empty() {
        return None;
    }
    let back = super::alter::compose(to, from, planner.context);
    let undo = vec![back.statement(&to.name).plain(planner.context.can)];
    let step = Step::new(to.id(), alter.title.join(", "), Diff::table(from, to))
        .reverse(schema_core::plan::Reverse::Statements(undo))
        .lock(level::lock(alter.level, planner.context.can), to.id());
    Some(alter.statement(&to.name).give(step, alter.level, planner.context.can, false))
}

/// Whether an expression names one of these columns.
pub(super) fn mentions(expression: &str, columns: &[&Name]) -> bool {
    tokens(expression)
        .iter()
        .filter(|token| token.kind == Kind::Quoted)
        .filter_map(crate::text::Token::name)
        .any(|name| columns.contains(&&name))
}
