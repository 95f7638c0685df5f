//! Renames, which come first: everything after them speaks in the new names.

use schema_core::diff::{Diff, Rename};
use schema_core::plan::LockMode;
use schema_core::plan::Phase;
use schema_core::{Error, Hazard, HazardCode, Name, ObjectId, ObjectKind, Step};

use super::Planner;
use super::column::not_null::own_name;
use crate::quote;
use crate::render::designation::{designation, keyword};
use crate::render::implicit_name;

impl Planner<'_> {
    /// The renames, parts before what they belong to. Where two things swap names, one steps aside.
    pub(super) fn renames(&mut self) -> Result<(), Error> {
        let mut waiting: Vec<Rename> = self.diff.renames.iter().cloned().collect();
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
            self.rename(&rename)?;
        }
        Ok(())
    }

    fn rename(&mut self, rename: &Rename) -> Result<(), Error> {
        let (from, to) = (&rename.from, &rename.to);
        let back = ObjectId { name: to.clone(), ..from.clone() };
        let mut step = Step::new(
            from.clone(),
            format!("rename {} to {to}", from.name),
            Diff::renaming([rename.clone()]),
        )
        .statement(statement(from, to)?)
        .undo(statement(&back, &from.name)?)
        .phase(Phase::Contract)
        .hazard(Hazard::new(HazardCode::Rename, format!("code that says {} breaks", from.name)));
        step.statements.extend(self.implicit(rename).into_iter().map(Into::into));
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
        self.now = step.effect.apply(std::mem::take(&mut self.now)).map_err(Error::from)?;
        self.push(step);
        Ok(())
    }

    /// What the engine has named after a table or column, and what would not follow the new name.
    fn implicit(&self, rename: &Rename) -> Vec<String> {
        let (table, only, new_table) = if rename.from.kind == ObjectKind::Table {
            (rename.from.qualified_name(), None, Some(&rename.to))
        } else if let (ObjectKind::Column, Some(table)) = (rename.from.kind, rename.from.table_name()) {
            (table, Some(&rename.from.name), None)
        } else {
            return Vec::new();
        };
        let Some(before) = self.now.table(&table) else { return Vec::new() };
        let mut all = Vec::new();
        for column in before.columns.iter().filter(|column| only.is_none_or(|name| column.name == *name)) {
            let new_column = only.map_or(&column.name, |_| &rename.to);
            let new_table = new_table.unwrap_or(&table.name);
            if column.identity.is_some() && column.postgres.identity_sequence.is_none() {
                let old = table.sibling(implicit_name(&table.name, &column.name, "seq"));
                let new = implicit_name(new_table, new_column, "seq");
                all.push(format!("ALTER SEQUENCE {} RENAME TO {}", quote::qualified(&old), quote::name(new)));
            }
            let not_null = own_name(&table, column).filter(|_| column.postgres.not_null.is_none());
            if let Some(old) = not_null.filter(|_| self.version.major >= 18) {
                let new = implicit_name(new_table, new_column, "not_null");
                all.push(format!(
                    "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                    quote::qualified(&table.sibling(new_table)),
                    quote::name(old),
                    quote::name(new)
                ));
            }
        }
        all
    }
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
