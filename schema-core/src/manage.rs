//! What is Groundplan's to change, and what is only looked at.

use std::collections::HashMap;

use crate::diff::Renames;
use crate::{
    Canonical, Database, Dependencies, MaterializedView, Name, Object, ObjectId, ObjectKind, Part, Parts,
    Table,
};

/// Who decides about what the declared schema does not mention.
///
/// ```
/// use schema_core::{Authority, Database, Request};
/// let request = Request { declared: Database::new().into(), authority: Authority::Exact, ..Request::default() };
/// assert_ne!(request.authority, Authority::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authority {
    /// Only what Groundplan made or adopted, by the ledger, may be dropped; the rest is left alone.
    #[default]
    Owned,
    /// The declared schema is the whole truth for the schemas in scope.
    Exact,
    /// The declared schema may leave out whole objects, which are left alone, even Groundplan's own. Of what it does
    /// mention, it decides as with [`Owned`](Self::Owned).
    Partial,
}

/// Where a database is to be led, with everything unmanaged left in it.
#[derive(Clone, Debug)]
pub(crate) struct Managed {
    /// The whole schema as it is to be.
    pub(crate) after: Canonical,
    /// What is there, was not declared and is not ours.
    pub(crate) unmanaged: Vec<ObjectId>,
}

/// Combines what is there with what is wanted.
///
/// `before` already carries the new names of what is renamed, and `owned` too.
pub(crate) fn manage(
    before: &Canonical,
    desired: &Canonical,
    owned: &Database,
    authority: Authority,
) -> Managed {
    let mut keeper = Keeper { owned, authority, unmanaged: Vec::new() };
    let mut after = Database::new();
    for (id, object) in before.database.objects() {
        match desired.database.get(id) {
            Some(wanted) => match keeper.merge(object, wanted) {
                Some(merged) => after.insert(merged),
                None => after.share(id, &desired.database),
            },
            // Others use it too, from their own databases.
            None if id.kind == ObjectKind::Role => after.share(id, &before.database),
            None if keeper.keeps(id) => {
                keeper.unmanaged.push(id.clone());
                after.share(id, &before.database);
            }
            None if authority == Authority::Partial => after.insert(object.clone()),
            None => {}
        }
    }
    for (id, _) in desired.database.objects() {
        after.share(id, &desired.database);
    }
    let mut dependencies = Dependencies::default();
    // What the engine says of the new state counts for what is declared; of the old one for what is kept.
    for (object, needed) in before.dependencies.iter() {
        if !desired.database.contains(object) && after.contains(object) {
            dependencies.insert(object.clone(), needed.clone());
        }
    }
    dependencies.extend(&desired.dependencies);
    Managed { after: Canonical::observed(after, dependencies), unmanaged: keeper.unmanaged }
}

struct Keeper<'a> {
    owned: &'a Database,
    authority: Authority,
    unmanaged: Vec<ObjectId>,
}

impl Keeper<'_> {
    fn keeps(&self, id: &ObjectId) -> bool {
        match self.authority {
            Authority::Exact => false,
            Authority::Owned | Authority::Partial => !self.owned.contains(id),
        }
    }

    /// What is wanted with the parts of what exists that are kept; nothing if there are none.
    fn merge(&mut self, existing: &Object, wanted: &Object) -> Option<Object> {
        let kept = self.unmanaged.len();
        let merged = match (existing, wanted) {
            (Object::Table(existing), Object::Table(wanted)) if existing != wanted => {
                let mut table = wanted.clone();
                self.merge_table(existing, &mut table);
                Object::Table(table)
            }
            (Object::MaterializedView(existing), Object::MaterializedView(wanted)) => {
                let mut view = MaterializedView::clone(wanted);
                let id = wanted_id(wanted);
                self.merge_parts(&id, ObjectKind::Index, &existing.indexes, &mut view.indexes);
                Object::MaterializedView(view)
            }
            (_, _) => return None,
        };
        (self.unmanaged.len() > kept).then_some(merged)
    }

    fn merge_table(&mut self, existing: &Table, table: &mut Table) {
        let id = table.id();
        self.merge_parts(&id, ObjectKind::Column, &existing.columns, &mut table.columns);
        self.merge_parts(&id, ObjectKind::Unique, &existing.uniques, &mut table.uniques);
        self.merge_parts(&id, ObjectKind::Check, &existing.checks, &mut table.checks);
        self.merge_parts(&id, ObjectKind::ForeignKey, &existing.foreign_keys, &mut table.foreign_keys);
        self.merge_parts(&id, ObjectKind::Exclusion, &existing.exclusions, &mut table.exclusions);
        self.merge_parts(&id, ObjectKind::Index, &existing.indexes, &mut table.indexes);
        if let (Some(key), None) = (&existing.primary_key, &table.primary_key) {
            let key_id = id.part(ObjectKind::PrimaryKey, "primary key");
            if self.keeps(&key_id) {
                self.unmanaged.push(key_id);
                table.primary_key = Some(key.clone());
            }
        }
    }

    /// Adds to the wanted parts those that are kept, each behind the part that it follows now: what is not managed is
    /// no reason to reorder anything.
    fn merge_parts<T: Part + Clone>(
        &mut self,
        owner: &ObjectId,
        kind: ObjectKind,
        existing: &Parts<T>,
        wanted: &mut Parts<T>,
    ) {
        let mut behind: HashMap<Option<Name>, Vec<T>> = HashMap::new();
        let mut last = None;
        for part in existing {
            let key = part.key();
            let id = owner.part(kind, &key);
            if wanted.contains(&key) {
                last = Some(key);
            } else if self.keeps(&id) {
                self.unmanaged.push(id);
                behind.entry(last.clone()).or_default().push(part.clone());
            }
        }
        if behind.is_empty() {
            return;
        }
        let mut merged: Parts<T> = behind.remove(&None).into_iter().flatten().collect();
        for part in std::mem::take(wanted) {
            let kept = behind.remove(&Some(part.key()));
            merged.insert(part);
            kept.into_iter().flatten().for_each(|part| merged.insert(part));
        }
        *wanted = merged;
    }
}

fn wanted_id(view: &MaterializedView) -> ObjectId {
    ObjectId::new(ObjectKind::MaterializedView, &view.name)
}

/// A schema in the names after the renames.
pub(crate) fn renamed(schema: &Canonical, renames: &Renames) -> Canonical {
    let mut dependencies = Dependencies::default();
    for (object, needed) in schema.dependencies.iter() {
        dependencies.insert(renames.target(object), renames.target(needed));
    }
    Canonical::observed(renames.apply(schema.database.clone()), dependencies)
}

#[cfg(test)]
mod tests {
    use super::{Authority, Managed, manage};
    use crate::{
        Canonical, Check, Column, Database, Dependencies, ForeignKey, Index, MaterializedView, ObjectId,
        ObjectKind, Table, Type, Unique, View,
    };

    fn column(name: &str) -> Column {
        Column::new(name, Type::native("text"))
    }

    fn canonical(database: Database) -> Canonical {
        Canonical::observed(database, Dependencies::default())
    }

    fn managed(before: &Database, desired: &Database, owned: &Database, authority: Authority) -> Managed {
        manage(&canonical(before.clone()), &canonical(desired.clone()), owned, authority)
    }

    /// What is ours, and the same with everything that others have added to it.
    fn ours_and_theirs() -> (Database, Database) {
        let table = || Table::new("t").column(column("a")).column(column("b"));
        let ours = Database::new()
            .with(table())
            .with(MaterializedView::new("m", "select 1"))
            .with(View::new("v", "select 1"));
        let mut theirs = Table::new("t").column(column("a")).column(column("x")).column(column("b"));
        theirs = theirs
            .primary_key(["x"])
            .unique_constraint(Unique::new(["x"]).named("ux"))
            .check(Check::new("x > 0").named("cx"))
            .foreign_key(ForeignKey::new(["x"], "t", ["x"]).named("fx"))
            .index(Index::on(["x"]).named("ix"));
        let mut view = MaterializedView::new("m", "select 1");
        view.indexes.insert(Index::on(["x"]).named("mx"));
        let theirs = Database::new()
            .with(theirs)
            .with(view)
            .with(View::new("v", "select 1"))
            .with(Table::new("theirs").column(column("x")));
        (ours, theirs)
    }

    #[test]
    fn what_is_not_ours_survives() {
        let (ours, theirs) = ours_and_theirs();
        let result = managed(&theirs, &ours, &ours, Authority::Owned);
        assert_eq!(result.after.database, theirs);
        let names: Vec<String> = result.unmanaged.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "column t.x",
                "unique constraint t.ux",
                "check constraint t.cx",
                "foreign key t.fx",
                "index t.ix",
                "primary key t.primary key",
                "table theirs",
                "index m.mx",
            ]
        );
    }

    #[test]
    fn a_kept_column_stays_where_it_is() {
        let (ours, theirs) = ours_and_theirs();
        let wider = Database::new().with(ours.table(&"t".into()).expect("t").clone().column(column("new")));
        let after = managed(&theirs, &wider, &ours, Authority::Owned).after.database;
        let names: Vec<_> = after.table(&"t".into()).expect("t").columns.names().cloned().collect();
        assert_eq!(names, ["a", "x", "b", "new"]);
    }

    #[test]
    fn what_is_ours_and_not_wanted_goes() {
        let (ours, theirs) = ours_and_theirs();
        let wanted = Database::new().with(Table::new("t").column(column("a")));
        let result = managed(&theirs, &wanted, &theirs, Authority::Owned);
        assert_eq!((result.after.database, result.unmanaged.len()), (wanted.clone(), 0));
        // What others made stays, with what it stands on.
        let result = managed(&theirs, &wanted, &ours, Authority::Owned);
        let table = result.after.database.table(&"t".into()).expect("t").clone();
        assert!(!table.columns.contains(&"b".into()) && table.indexes.contains(&"ix".into()));
        assert!(!result.after.database.contains(&ObjectId::new(ObjectKind::View, &"v".into())));
        assert!(result.after.database.table(&"theirs".into()).is_some());
    }

    #[test]
    fn exact_means_everything() {
        let (ours, theirs) = ours_and_theirs();
        let result = managed(&theirs, &ours, &Database::new(), Authority::Exact);
        assert_eq!((result.after.database, result.unmanaged.len()), (ours, 0));
    }

    #[test]
    fn dependencies_come_from_the_side_that_decides() {
        let (ours, theirs) = ours_and_theirs();
        let id = |kind, name: &str| ObjectId::new(kind, &name.into());
        let (view, table) = (id(ObjectKind::View, "v"), id(ObjectKind::Table, "t"));
        let (kept, gone) = (id(ObjectKind::Table, "theirs"), id(ObjectKind::Table, "gone"));
        let mut old = Dependencies::default();
        old.insert(kept.clone(), table.clone());
        old.insert(gone, table.clone());
        old.insert(view.clone(), kept.clone());
        let mut new = Dependencies::default();
        new.insert(view.clone(), table.clone());
        let before = Canonical::observed(theirs, old);
        let result = manage(&before, &Canonical::observed(ours.clone(), new), &ours, Authority::Owned);
        let pairs: Vec<_> = result.after.dependencies.iter().collect();
        assert_eq!(pairs, [(&kept, &table), (&view, &table)]);
    }
}
