//! Renames of tables and columns, which SQLite does by itself and carries into foreign keys.

use indexmap::IndexMap;
use schema_core::diff::{Diff, Rename, Renames};
use schema_core::plan::{Hazard, HazardCode, Phase, Step};
use schema_core::{Database, Error, KeyExpression, Name, Object, ObjectId, ObjectKind, Parts, Sql, Table};

use super::{Origins, temporary};
use crate::quote::identifier;
use crate::sql;

/// The steps that rename, and what everything was called before them.
pub(super) struct Renaming {
    pub(super) steps: Vec<Step>,
    pub(super) origins: Origins,
}

/// Plans the renames and carries them out on `now`. A name that is still taken is made free first: what has it is
/// itself renamed or goes later, under a name of its own.
///
/// # Errors
/// If an effect does not fit, which is a defect.
pub(super) fn renames(now: &mut Database, renames: &Renames) -> Result<Renaming, Error> {
    let mut renaming = Renaming { steps: Vec::new(), origins: Origins::default() };
    let mut columns: Vec<Rename> = of(renames, ObjectKind::Column);
    let mut tables: Vec<Rename> = of(renames, ObjectKind::Table);
    while let Some(rename) = next(&mut columns, now) {
        renaming.rename(now, rename)?;
    }
    while let Some(rename) = next(&mut tables, now) {
        renaming.rename(now, rename)?;
    }
    Ok(renaming)
}

fn of(renames: &Renames, kind: ObjectKind) -> Vec<Rename> {
    renames.iter().filter(|rename| rename.from.kind == kind).cloned().collect()
}

/// Takes a rename whose new name is free, or makes one free.
fn next(pending: &mut Vec<Rename>, now: &Database) -> Option<Rename> {
    let is_free = |rename: &Rename| holder(rename, now).is_none_or(|holder| holder == rename.from);
    let free = pending.iter().position(is_free);
    if let Some(free) = free {
        return Some(pending.remove(free));
    }
    let blocked = pending.first()?;
    let holder = holder(blocked, now)?;
    let to = Name::new(temporary("old", &holder));
    for rename in pending.iter_mut().filter(|rename| rename.from == holder) {
        rename.from.name = to.clone();
    }
    Some(Rename { from: holder, to })
}

/// Whether a name stays the same but for the case of its letters.
fn is_recased(from: &Name, to: &Name) -> bool {
    from.as_str().eq_ignore_ascii_case(to.as_str())
}

/// What has the new name of a rename. Names are the same in any case.
fn holder(rename: &Rename, now: &Database) -> Option<ObjectId> {
    let wanted = rename.to.as_str();
    let is_wanted = |name: &Name| name.as_str().eq_ignore_ascii_case(wanted);
    let Some(table) = rename.from.table_name() else {
        return now.tables().find(|table| is_wanted(&table.name.name)).map(Table::id);
    };
    let taken = now.table(&table)?.columns.names().find(|name| is_wanted(name))?;
    Some(ObjectId::table(&table).part(ObjectKind::Column, taken))
}

impl Renaming {
    fn rename(&mut self, now: &mut Database, rename: Rename) -> Result<(), Error> {
        let (from, to) = (rename.from.clone(), rename.to.clone());
        let before = std::mem::take(now);
        let renamed = Renames::from_iter([rename.clone()]).apply(before.clone());
        let step = match from.table_name() {
            None => {
                self.table(&from.name, &to);
                let (old, new) = (identifier(from.name.as_str()), identifier(to.as_str()));
                *now = renamed;
                let title = format!("rename table {} to {to}", from.name);
                let mut path = vec![old, new];
                if is_recased(&from.name, &to) {
                    // SQLite finds the name taken, by the table itself.
                    path.insert(1, identifier(&temporary("old", &from)));
                }
                let alter = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
                let mut step = Step::new(from.clone(), title, Diff::renaming([rename]));
                for names in path.windows(2) {
                    step = step.statement(alter(&names[0], &names[1]));
                }
                for names in path.windows(2).rev() {
                    step = step.undo(alter(&names[1], &names[0]));
                }
                step
            }
            Some(table) => {
                self.column(&table.name, &from.name, &to);
                let Some(old) = before.table(&table) else {
                    return Err(Error::Internal(format!("{table} is not there to be changed")));
                };
                let Some(plain) = renamed.table(&table) else {
                    return Err(Error::Internal(format!("{table} is gone after a rename")));
                };
                let carried = carried_into_expressions(old, plain, &from.name, &to);
                let mut effect = Diff::renaming([rename]);
                effect.changes = Diff::table(plain, &carried).changes;
                *now = renamed;
                now.replace(Object::from(carried));
                let (name, new) = (identifier(from.name.as_str()), identifier(to.as_str()));
                let alter = format!("ALTER TABLE {} RENAME COLUMN", identifier(table.name.as_str()));
                Step::new(from.clone(), format!("rename column {} to {to}", from.name), effect)
                    .statement(format!("{alter} {name} TO {new}"))
                    .undo(format!("{alter} {new} TO {name}"))
            }
        };
        // A name is the same in any case, so code does not notice.
        let step = if is_recased(&from.name, &to) {
            step
        } else {
            let message = format!("code that calls it {} breaks", from.name);
            step.phase(Phase::Contract).hazard(Hazard::new(HazardCode::Rename, message))
        };
        self.steps.push(step);
        Ok(())
    }

    fn table(&mut self, from: &Name, to: &Name) {
        let origin = self.origins.tables.shift_remove(from).unwrap_or_else(|| from.clone());
        self.origins.tables.insert(to.clone(), origin);
        // Columns are renamed before tables, under the tables' old names.
        let columns = std::mem::take(&mut self.origins.columns);
        self.origins.columns = columns
            .into_iter()
            .map(|((table, column), origin)| {
                ((if table == *from { to.clone() } else { table }, column), origin)
            })
            .collect();
    }

    fn column(&mut self, table: &Name, from: &Name, to: &Name) {
        let columns = &mut self.origins.columns;
        let origin = columns.shift_remove(&(table.clone(), from.clone())).unwrap_or_else(|| from.clone());
        columns.insert((table.clone(), to.clone()), origin);
    }
}

/// A renamed column within the table's own expressions, as SQLite writes it there.
fn carried_into_expressions(old: &Table, plain: &Table, from: &Name, to: &Name) -> Table {
    let scope = sql::table_scope(old);
    let new: IndexMap<String, String> = IndexMap::from([(from.to_string(), to.to_string())]);
    let rewrite = |text: &mut Sql| *text = sql::rename_columns(text.as_str(), &scope, &new).into();
    let mut table = plain.clone();
    for column in table.columns.iter_mut() {
        if let Some(generated) = &mut column.generated {
            rewrite(&mut generated.expression);
        }
    }
    let checks: Parts<_> = std::mem::take(&mut table.checks)
        .into_iter()
        .map(|mut check| {
            rewrite(&mut check.expression);
            check
        })
        .collect();
    table.checks = checks;
    for index in table.indexes.iter_mut() {
        if let Some(predicate) = &mut index.predicate {
            rewrite(predicate);
        }
        for part in &mut index.parts {
            if let KeyExpression::Expression(expression) = &mut part.value {
                rewrite(expression);
            }
        }
    }
    table
}
