//! Renames, which come first: everything after them speaks in the new names.

use schema_core::diff::{Diff, Rename};
use schema_core::plan::LockMode;
use schema_core::plan::Phase;
use schema_core::{
    Error, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, PostgresNotNull, QualifiedName, Step,
};

use super::column::not_null::{not_null, own_name, passes_not_null};
use super::{Planner, parents};
use crate::quote;
use crate::render::designation::{designation, keyword};
use crate::render::implicit_name;

impl Planner<'_> {
    /// The renames, parts before what they belong to. Where two things swap names, one steps aside.
    pub(super) fn renames(&mut self) -> Result<(), Error> {
        let (passed, mut waiting): (Vec<Rename>, Vec<Rename>) =
            self.diff.renames.iter().cloned().partition(|rename| self.comes_with_parent(rename));
        waiting.sort_by_key(|rename| !rename.from.kind.is_part());
        while !waiting.is_empty() {
            let taken = |rename: &Rename| {
                let target = ObjectId { name: rename.to.clone(), ..rename.from.clone() };
                waiting.iter().any(|other| other.from == target)
            };
            let free = waiting.iter().position(|rename| !taken(rename));
            let mut rename = waiting.remove(free.unwrap_or(0));
            if free.is_none() {
                let aside =
                    Name::new(format!("groundplan_{}", rename.to).chars().take(40).collect::<String>());
                let later = Rename {
                    from: ObjectId { name: aside.clone(), ..rename.from.clone() },
                    to: std::mem::replace(&mut rename.to, aside),
                };
                waiting.push(later);
            }
            let with = self.heirs_of(&rename, &passed);
            self.rename(&rename, with)?;
        }
        Ok(())
    }

    /// Whether a column gets its new name with its parent's.
    fn comes_with_parent(&self, rename: &Rename) -> bool {
        let table = rename.from.table_name().filter(|_| rename.from.kind == ObjectKind::Column);
        let parents = table.iter().filter_map(|table| self.now.table(table)).flat_map(parents);
        let mut columns = parents.map(|parent| ObjectId::on(ObjectKind::Column, parent, &rename.from.name));
        columns.any(|column| self.diff.renames.target(&column).name == rename.to)
    }

    /// The renames that come with one: of the same column in the tables below, at any distance.
    fn heirs_of(&self, rename: &Rename, passed: &[Rename]) -> Vec<Rename> {
        let mut family: Vec<QualifiedName> =
            rename.from.table_name().into_iter().filter(|_| !passed.is_empty()).collect();
        let same = passed.iter().filter(|other| other.from.name == rename.from.name && other.to == rename.to);
        let mut left: Vec<(&Rename, QualifiedName)> =
            same.filter_map(|other| Some((other, other.from.table_name()?))).collect();
        let mut with = Vec::new();
        while let Some(at) = left.iter().position(|(_, table)| {
            self.now.table(table).is_some_and(|table| parents(table).any(|parent| family.contains(parent)))
        }) {
            let (rename, table) = left.swap_remove(at);
            with.push(rename.clone());
            family.push(table);
        }
        with
    }

    fn rename(&mut self, rename: &Rename, with: Vec<Rename>) -> Result<(), Error> {
        let (from, to) = (&rename.from, &rename.to);
        let back = ObjectId { name: to.clone(), ..from.clone() };
        let mut names = self.implicit(rename);
        names.extend(with.iter().flat_map(|rename| self.implicit(rename)));
        let renaming = Diff::renaming(std::iter::once(rename.clone()).chain(with));
        self.now = renaming.apply(std::mem::take(&mut self.now)).map_err(Error::from)?;
        let mut statements = vec![statement(from, to)?];
        statements.extend(self.domain_not_null(rename));
        let effect = names.into_iter().try_fold(renaming, |effect, name| {
            let (sql, followed) = self.follow(name)?;
            statements.extend(sql);
            effect.then(&followed).map_err(Error::from)
        })?;
        let mut step = Step::new(from.clone(), format!("rename {} to {to}", from.name), effect)
            .undo(statement(&back, &from.name)?)
            .phase(Phase::Contract)
            .hazard(Hazard::new(HazardCode::Rename, format!("code that says {} breaks", from.name)));
        step.statements = statements.into_iter().map(Into::into).collect();
        let table = if from.kind == ObjectKind::Table {
            Some(from.clone())
        } else {
            // The value of an enum has that one in the place of a table.
            let table = from.table_name().filter(|_| from.kind != ObjectKind::EnumValue);
            table.map(|name| ObjectId::table(&name))
        };
        if let Some(table) = table {
            step = step.lock(LockMode::AccessExclusive, table);
        }
        if let (ObjectKind::Column, Some(table)) = (from.kind, from.table_name()) {
            step = self.locked_below(step, LockMode::AccessExclusive, &table);
        }
        self.push(step);
        Ok(())
    }

    /// What the engine has named after a table or column, and what does not follow the new name.
    fn implicit(&self, rename: &Rename) -> Vec<Implicit> {
        let (table, only, new_table) = if rename.from.kind == ObjectKind::Table {
            (rename.from.qualified_name(), None, Some(&rename.to))
        } else if let (ObjectKind::Column, Some(table)) = (rename.from.kind, rename.from.table_name()) {
            (table, Some(&rename.from.name), None)
        } else {
            return Vec::new();
        };
        let Some(before) = self.now.table(&table) else { return Vec::new() };
        let new_table = table.sibling(new_table.unwrap_or(&table.name));
        let mut all = Vec::new();
        for column in before.columns.iter().filter(|column| only.is_none_or(|name| column.name == *name)) {
            let new_column = only.map_or(&column.name, |_| &rename.to);
            let mut named = |what: Kind, old: Name, ending: &str| {
                let new = implicit_name(&new_table.name, new_column, ending);
                if old != new {
                    let (table, column) = (new_table.clone(), new_column.clone());
                    all.push(Implicit { kind: what, table, column, old, new });
                }
            };
            if column.identity.is_some() && column.postgres.identity_sequence.is_none() {
                named(Kind::Sequence, implicit_name(&table.name, &column.name, "seq"), "seq");
            }
            let not_null = own_name(&table, column).filter(|_| column.postgres.not_null.is_none());
            if let Some(old) = not_null.filter(|_| self.version.major >= 18) {
                let next = self.after.database.table(&self.diff.renames.relation(&table));
                let next = next.and_then(|next| next.columns.get(new_column)?.postgres.not_null.as_ref());
                if next.is_some_and(|next| next.name == old) {
                    let (table, column) = (new_table.clone(), new_column.clone());
                    all.push(Implicit { kind: Kind::NotNull, table, column, new: old.clone(), old });
                } else {
                    named(Kind::NotNull, old, "not_null");
                }
            }
        }
        all
    }

    /// PostgreSQL 17: the NOT NULL of a domain is called as a constraint.
    fn domain_not_null(&self, rename: &Rename) -> Option<String> {
        let id = ObjectId { name: rename.to.clone(), ..rename.from.clone() };
        let Some(Object::Domain(domain)) = self.now.get(&id).filter(|_| self.version.major >= 17) else {
            return None;
        };
        let name = |domain: &Name| quote::name(implicit_name(domain, "", "not_null"));
        (domain.not_null && domain.not_null_name.is_none()).then(|| {
            let domain = quote::qualified(&domain.name);
            let (old, new) = (name(&rename.from.name), name(&rename.to));
            format!("ALTER DOMAIN {domain} RENAME CONSTRAINT {old} TO {new}")
        })
    }

    /// The statement that gives it the name that it would have had.
    fn follow(&mut self, implicit: Implicit) -> Result<(Option<String>, Diff), Error> {
        let Implicit { kind, table, column, old, new } = implicit;
        match kind {
            Kind::Sequence => {
                let old = quote::qualified(&table.sibling(&old));
                let sql = format!("ALTER SEQUENCE {old} RENAME TO {}", quote::name(new));
                Ok((Some(sql), Diff::default()))
            }
            Kind::NotNull => self.follow_not_null(&table, &column, &old, &new),
        }
    }

    /// Partitions and heirs that have it under the same name take the new one too. The server gives no new name where
    /// one has it under another name.
    fn follow_not_null(
        &mut self,
        table: &QualifiedName,
        column: &Name,
        old: &Name,
        new: &Name,
    ) -> Result<(Option<String>, Diff), Error> {
        let named = |owner: &QualifiedName| own_name(owner, self.now.table(owner)?.columns.get(column)?);
        let mut owners = self.family_now(table);
        owners.retain(|owner| named(owner).is_some());
        let now = self.now.table(table);
        let passed =
            now.is_some_and(|now| parents(now).any(|parent| passes_not_null(&self.now, parent, column)));
        if old == new {
            owners.clear();
        } else if passed || owners.iter().any(|owner| named(owner).as_ref() != Some(old)) {
            return Err(Error::Unsupported {
                object: ObjectId::on(ObjectKind::Column, table, column),
                reason: format!(
                    "its NOT NULL keeps its name, as a parent and an heir each have one; declare it as CONSTRAINT {} \
                     NOT NULL",
                    quote::name(old)
                ),
            });
        }
        owners.push(table.clone());
        let ids: Vec<ObjectId> = owners.iter().map(ObjectId::table).collect();
        let effect = self.effects(&ids, |database| {
            for owner in owners {
                let usual = not_null(implicit_name(&owner.name, column, "not_null"));
                let table = database.table_mut(&owner);
                if let Some(column) = table.and_then(|table| table.columns.get_mut(column)) {
                    let had = column.postgres.not_null.take();
                    let has = PostgresNotNull { name: new.clone(), ..had.unwrap_or_else(|| usual.clone()) };
                    let special = has != usual || column.postgres.inherited;
                    column.postgres.not_null = special.then_some(has);
                }
            }
        });
        let sql = format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
            quote::qualified(table),
            quote::name(old),
            quote::name(new)
        );
        Ok(((old != new).then_some(sql), effect))
    }

    /// The tables below one as they are called now.
    fn family_now(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let mut family: Vec<QualifiedName> = Vec::new();
        let mut tables = vec![table.clone()];
        while let Some(parent) = tables.pop() {
            let heirs = self.now.tables().filter(|heir| parents(heir).any(|other| *other == parent));
            let new: Vec<QualifiedName> =
                heirs.map(|heir| heir.name.clone()).filter(|heir| !family.contains(heir)).collect();
            family.extend(new.iter().cloned());
            tables.extend(new);
        }
        family
    }
}

/// A name that the engine made of a table's and a column's, which are given here as they are called now.
struct Implicit {
    kind: Kind,
    table: QualifiedName,
    column: Name,
    old: Name,
    new: Name,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Of the sequence behind an identity column.
    Sequence,
    /// PostgreSQL 18: of a NOT NULL.
    NotNull,
}

fn statement(from: &ObjectId, new: &Name) -> Result<String, Error> {
    let old = quote::name(&from.name);
    let to = quote::name(new);
    let on = from.table_name().map(|table| quote::qualified(&table)).unwrap_or_default();
    Ok(match from.kind {
        ObjectKind::Column => format!("ALTER TABLE {on} RENAME COLUMN {old} TO {to}"),
        ObjectKind::PrimaryKey
        | ObjectKind::Unique
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Exclusion => format!("ALTER TABLE {on} RENAME CONSTRAINT {old} TO {to}"),
        ObjectKind::EnumValue => {
            let value = |name: &Name| quote::literal(name.as_str());
            format!("ALTER TYPE {on} RENAME VALUE {} TO {}", value(&from.name), value(new))
        }
        ObjectKind::Index => {
            let index = from.table_name().map(|table| quote::qualified(&table.sibling(&from.name)));
            format!("ALTER INDEX {} RENAME TO {to}", index.unwrap_or(old))
        }
        ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Schema
        | ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Sequence
        | ObjectKind::Enum
        | ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Routine => {
            format!("ALTER {} {} RENAME TO {to}", keyword(from), designation(from))
        }
        ObjectKind::Extension
        | ObjectKind::Sql(_)
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Role => {
            return Err(Error::Unsupported {
                object: from.clone(),
                reason: "PostgreSQL cannot rename this; drop it and make the other".to_owned(),
            });
        }
    })
}
