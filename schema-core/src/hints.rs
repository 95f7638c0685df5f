//! Rename hints: from the declared schema to renames that are still to be done, and the hint to write where a
//! drop beside an addition looks like one.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::diff::{Change, Diff, ObjectChange, Rename, Renames};
use crate::{
    Database, Error, Folds, Hazard, HazardCode, Name, Object, ObjectId, ObjectKind, Part, Parts, Problem,
    QualifiedName, Step, Table,
};

/// The renames that the hints of a declared schema ask for and that are not yet done.
///
/// A hint stays in the declared schema for as long as its author likes: where the old name is gone, it is done. Where
/// both names are there, it is an error, unless the hints themselves tell how that came to be: `b` was renamed to
/// `c`, and `a` to `b`. Two names that were swapped look the same before and after, so a swap is an error too.
///
/// Declared objects may leave their schema out; `desired` tells which one the engine put them in. What is `noted` stays
/// where it is written, as what is declared does; what is `given` by hand is of now, and speaks of something that is
/// there, or done.
pub(crate) fn pending(
    declared: &Database,
    given: &Renames,
    noted: Vec<Rename>,
    desired: &Database,
    before: &Database,
) -> Result<Renames, Error> {
    let homes = homes(desired);
    let (mut objects, mut parts) = (Vec::new(), Vec::new());
    for (id, object) in declared.objects() {
        let id = match homes.get(&(id.kind, id.table.as_ref(), &id.name)) {
            Some(home) if id.schema.is_none() && !desired.contains(id) => (*home).clone(),
            Some(_) | None => id.clone(),
        };
        collect(&id, object, &mut objects, &mut parts);
    }
    let (noted_parts, noted_objects) = parted(noted);
    let (given_parts, given_objects) = parted(given.iter().cloned());
    let standing = self::homes(before);
    let given_objects: Vec<Rename> =
        given_objects.into_iter().map(|rename| located(rename, &standing)).collect();
    objects.extend(noted_objects.into_iter().map(|rename| located(rename, &standing)));
    objects.extend(given_objects.iter().cloned());
    let objects = Hints::new(objects)?;
    let open = objects.open(before)?;
    // The parts of a declared table are found under the name that it has in the database.
    let names: Renames = open.iter().cloned().collect();
    let back = names.inverse();
    for rename in &mut parts {
        rename.from = back.target(&rename.from);
    }
    let given_parts: Vec<Rename> =
        given_parts.into_iter().map(|rename| objects.located(rename, &standing)).collect();
    refuse_strangers(given_objects.iter().chain(&given_parts), before)?;
    parts.extend(noted_parts.into_iter().map(|rename| objects.located(rename, &standing)));
    parts.extend(given_parts);
    let parts = passed_on(Hints::new(parts)?.open(before)?, before);
    let parts = Hints::new(parts)?.open(before)?;
    Ok(open.into_iter().chain(parts).collect())
}

/// Renames of parts, and of objects.
fn parted(renames: impl IntoIterator<Item = Rename>) -> (Vec<Rename>, Vec<Rename>) {
    renames.into_iter().partition(|rename| rename.from.kind.is_part())
}

/// A rename given by hand that says nothing about the database would leave a drop and an addition where a rename was
/// meant.
fn refuse_strangers<'r>(mut given: impl Iterator<Item = &'r Rename>, before: &Database) -> Result<(), Error> {
    let is_there = |rename: &Rename| {
        let to = ObjectId { name: rename.to.clone(), ..rename.from.clone() };
        before.contains(&rename.from) || before.contains(&to)
    };
    if before.tables().next().is_none() {
        return Ok(());
    }
    given.find(|rename| !is_there(rename)).map_or(Ok(()), |Rename { from, to }| {
        Err(Error::Input(format!("{from} is said to be called {to} from now on, and neither is there")))
    })
}

/// The renames with those of the same columns of partitions and of tables that inherit, which come with them.
fn passed_on(mut renames: Vec<Rename>, before: &Database) -> Vec<Rename> {
    if !renames.iter().any(|rename| rename.from.kind == ObjectKind::Column) {
        return renames;
    }
    let mut heirs: HashMap<&QualifiedName, Vec<&Table>> = HashMap::new();
    for table in before.tables() {
        let postgres = &table.options.postgres;
        let parents = postgres.inherits.iter().chain(postgres.partition_of.iter().map(|(parent, _)| parent));
        parents.for_each(|parent| heirs.entry(parent).or_default().push(table));
    }
    let mut known: HashSet<ObjectId> = renames.iter().map(|rename| rename.from.clone()).collect();
    let mut at = 0;
    while let Some(Rename { from, to }) = renames.get(at).cloned() {
        at += 1;
        let parent = from.table_name().filter(|_| from.kind == ObjectKind::Column);
        for heir in parent.iter().filter_map(|parent| heirs.get(parent)).flatten() {
            let own = heir.id().part(ObjectKind::Column, &from.name);
            if heir.columns.contains(&from.name) && known.insert(own.clone()) {
                renames.push(Rename { from: own, to: to.clone() });
            }
        }
    }
    renames
}

/// The tables and columns that are declared under names in another case than they have, for engines to which these
/// are the same names.
pub(crate) fn recased(folds: Folds, desired: &Database, before: &Database) -> Vec<Rename> {
    let folded = |name: &Name| name.as_str().to_ascii_lowercase();
    let of_table = match folds {
        Folds::Nothing => return Vec::new(),
        Folds::Columns => |name: &Name| name.as_str().to_owned(),
        Folds::TablesAndColumns => folded,
    };
    let standing: HashMap<(Option<&Name>, String), &Table> = before
        .tables()
        .map(|table| ((table.name.schema.as_ref(), of_table(&table.name.name)), table))
        .collect();
    let mut renames = Vec::new();
    for table in desired.tables() {
        let Some(old) = standing.get(&(table.name.schema.as_ref(), of_table(&table.name.name))) else {
            continue;
        };
        if old.name != table.name && desired.table(&old.name).is_none() {
            renames.push(Rename { from: old.id(), to: table.name.name.clone() });
        }
        let columns: HashMap<String, &Name> = old.columns.names().map(|name| (folded(name), name)).collect();
        for name in table.columns.names() {
            let Some(column) = columns.get(&folded(name)).filter(|column| **column != name) else { continue };
            renames.push(Rename { from: old.id().part(ObjectKind::Column, *column), to: name.clone() });
        }
    }
    renames
}

/// Identities by everything but their schema.
type Homes<'a> = HashMap<(ObjectKind, Option<&'a Name>, &'a Name), &'a ObjectId>;

fn homes(database: &Database) -> Homes<'_> {
    database.objects().map(|(id, _)| ((id.kind, id.table.as_ref(), &id.name), id)).collect()
}

/// A rename of an object given by hand, with the schema found where it was left out.
fn located(rename: Rename, standing: &Homes<'_>) -> Rename {
    let from = &rename.from;
    match standing.get(&(from.kind, from.table.as_ref(), &from.name)) {
        Some(found) if from.schema.is_none() => Rename { from: (*found).clone(), to: rename.to },
        Some(_) | None => rename,
    }
}

/// Hints of one level: of objects, or of parts.
struct Hints {
    /// From the old identities to the new ones.
    to: IndexMap<ObjectId, ObjectId>,
    /// And back.
    from: HashMap<ObjectId, ObjectId>,
}

impl Hints {
    fn new(hints: Vec<Rename>) -> Result<Self, Error> {
        let mut all = Self { to: IndexMap::new(), from: HashMap::new() };
        let mut problems = Vec::new();
        for Rename { from, to } in hints.into_iter().filter(|rename| rename.from.name != rename.to) {
            let to = ObjectId { name: to, ..from.clone() };
            let other = all.to.insert(from.clone(), to.clone()).filter(|other| *other != to);
            if let Some(other) = other {
                let message = format!("is said to be the new name of {from}, and so is {other}");
                problems.push(Problem { object: to.clone(), message });
            }
            let other = all.from.insert(to.clone(), from.clone()).filter(|other| *other != from);
            if let Some(other) = other {
                let message = format!("is said to be the new name of {from}, and of {other}");
                problems.push(Problem { object: to, message });
            }
        }
        if problems.is_empty() { Ok(all) } else { Err(Error::InvalidSchema(problems)) }
    }

    /// The renames that are still to be done.
    fn open(&self, before: &Database) -> Result<Vec<Rename>, Error> {
        let mut open = Vec::new();
        for (from, to) in self.to.iter().filter(|(from, _)| before.contains(from)) {
            if self.is_free(to, before) {
                open.push(Rename { from: from.clone(), to: to.name.clone() });
            } else if !self.is_another(from, before) {
                return Err(Error::RenameConflict { from: from.clone(), to: to.clone() });
            }
        }
        Ok(open)
    }

    /// Whether nothing has the name, or what has it is renamed itself, to a name that is free.
    fn is_free(&self, name: &ObjectId, before: &Database) -> bool {
        let mut chain = std::iter::successors(Some(name), |name| self.to.get(*name)).take(self.to.len() + 1);
        chain.any(|name| !before.contains(name))
    }

    /// Whether what has the name now came to it by a rename that is done.
    fn is_another(&self, name: &ObjectId, before: &Database) -> bool {
        let mut chain =
            std::iter::successors(Some(name), |name| self.from.get(*name)).take(self.to.len() + 1);
        chain.any(|name| !before.contains(name))
    }

    /// A rename of a part given by hand, under the name that its table has now.
    fn located(&self, rename: Rename, standing: &Homes<'_>) -> Rename {
        let Some(owner) = rename.from.table.as_ref() else { return rename };
        let kinds = [ObjectKind::Table, ObjectKind::MaterializedView];
        let find = |name| kinds.iter().find_map(|kind| standing.get(&(*kind, None, name)));
        // Done, or still to be done.
        let renamed = || {
            let new = self.to.iter().find(|(from, _)| from.name == *owner).and_then(|(_, to)| find(&to.name));
            let old = || self.to.iter().find(|(_, to)| to.name == *owner);
            new.or_else(|| old().and_then(|(from, _)| find(&from.name)))
        };
        let given = rename.from.schema.is_some();
        match find(owner).or_else(renamed) {
            Some(table) if !given || table.schema == rename.from.schema => {
                Rename { from: table.part(rename.from.kind, rename.from.name), to: rename.to }
            }
            Some(_) | None => rename,
        }
    }
}

fn collect(id: &ObjectId, object: &Object, objects: &mut Vec<Rename>, parts: &mut Vec<Rename>) {
    let mut whole = |old: &Option<Name>| {
        if let Some(old) = old {
            objects.push(Rename { from: ObjectId { name: old.clone(), ..id.clone() }, to: id.name.clone() });
        }
    };
    match object {
        Object::Table(table) => {
            whole(&table.renamed_from);
            part(id, ObjectKind::Column, &table.columns, |c| c.renamed_from.as_ref(), parts);
            part(id, ObjectKind::Unique, &table.uniques, |c| c.renamed_from.as_ref(), parts);
            part(id, ObjectKind::Check, &table.checks, |c| c.renamed_from.as_ref(), parts);
            part(id, ObjectKind::ForeignKey, &table.foreign_keys, |c| c.renamed_from.as_ref(), parts);
            part(id, ObjectKind::Index, &table.indexes, |c| c.renamed_from.as_ref(), parts);
        }
        Object::MaterializedView(view) => {
            part(id, ObjectKind::Index, &view.indexes, |c| c.renamed_from.as_ref(), parts);
        }
        Object::View(view) => whole(&view.renamed_from),
        Object::Enum(ty) => {
            whole(&ty.renamed_from);
            parts.extend(ty.renamed_values.iter().map(|(old, new)| Rename {
                from: id.part(ObjectKind::EnumValue, old.as_str()),
                to: new.as_str().into(),
            }));
        }
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Routine(_)
        | Object::Trigger(_)
        | Object::Policy(_)
        | Object::Sql(_)
        | Object::Privileges(_)
        | Object::DefaultPrivileges(_)
        | Object::Role(_) => {}
    }
}

fn part<T: Part>(
    owner: &ObjectId,
    kind: ObjectKind,
    parts: &Parts<T>,
    from: impl Fn(&T) -> Option<&Name>,
    hints: &mut Vec<Rename>,
) {
    hints.extend(parts.iter().filter_map(|p| Some(Rename { from: owner.part(kind, from(p)?), to: p.key() })));
}

/// Marks the steps that drop something while something alike is added: it may be a rename nobody declared.
pub(crate) fn mark_ambiguous(diff: &Diff, steps: &mut [Step]) {
    for (dropped, added) in look_alikes(diff) {
        let (attribute, kept) = match dropped.kind {
            ObjectKind::Column => ("column", "values"),
            _table => ("table", "rows"),
        };
        let old = spelled(&dropped.name);
        let table = dropped.table.as_ref().map(|table| format!("{}.", spelled(table))).unwrap_or_default();
        let argument = format!("{table}{old}={}", spelled(&added.name));
        let argument = if argument.contains('"') { format!("'{argument}'") } else { argument };
        let hint = format!(
            "if {added} is {dropped} under a new name, say so and its {kept} are kept: \
             `#[{attribute}(renamed_from = {:?})]` in Rust, `-- groundplan:renamed_from={old}` above it in SQL, or \
             `--rename {argument}`; if not, approve this drop",
            dropped.name.as_str()
        );
        if let Some(step) = steps.iter_mut().find(|step| drops(&step.effect, &dropped)) {
            step.hazards.push(Hazard::new(HazardCode::AmbiguousRename, hint));
        }
    }
}

/// A name as hints outside of Rust take it, whatever engine reads them.
pub(crate) fn spelled(name: &Name) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.as_str().chars().all(plain) {
        name.to_string()
    } else {
        format!("\"{}\"", name.as_str().replace('"', "\"\""))
    }
}

fn drops(effect: &Diff, id: &ObjectId) -> bool {
    effect.changes.iter().any(|change| match change {
        ObjectChange::Drop(object) => object.id() == *id,
        ObjectChange::AlterTable(table) => {
            id.table_name().as_ref() == Some(&table.name)
                && table.columns.iter().any(|c| matches!(c, Change::Drop(c) if c.name == id.name))
        }
        ObjectChange::Create(_) | ObjectChange::Alter { .. } => false,
    })
}

fn look_alikes(diff: &Diff) -> Vec<(ObjectId, ObjectId)> {
    let mut found = Vec::new();
    let mut dropped_tables = Vec::new();
    let mut created_tables = Vec::new();
    for change in &diff.changes {
        match change {
            ObjectChange::AlterTable(table) => {
                let id = ObjectId::table(&table.name);
                let added = |like: &crate::Column| {
                    table.columns.iter().find_map(|change| match change {
                        Change::Add(new) if new.ty == like.ty && new.nullable == like.nullable => {
                            Some(id.part(ObjectKind::Column, &new.name))
                        }
                        Change::Add(_) | Change::Drop(_) | Change::Modify { .. } => None,
                    })
                };
                found.extend(table.columns.iter().filter_map(|change| match change {
                    Change::Drop(old) => Some((id.part(ObjectKind::Column, &old.name), added(old)?)),
                    Change::Add(_) | Change::Modify { .. } => None,
                }));
            }
            ObjectChange::Drop(Object::Table(table)) => dropped_tables.push(table),
            ObjectChange::Create(Object::Table(table)) => created_tables.push(table),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => {}
        }
    }
    let created: HashMap<_, _> = created_tables.iter().rev().map(|table| (shape(table), table)).collect();
    for old in dropped_tables {
        if let Some(new) = created.get(&shape(old)) {
            found.push((old.id(), new.id()));
        }
    }
    found
}

/// What makes two tables look alike: the same columns of the same types.
fn shape(table: &Table) -> Vec<(&Name, String)> {
    let mut columns: Vec<_> = table.columns.iter().map(|c| (&c.name, format!("{:?}", c.ty))).collect();
    columns.sort_unstable();
    columns
}

#[cfg(test)]
mod tests {
    use super::{mark_ambiguous, pending, recased};
    use crate::diff::{Diff, ObjectChange, Rename, Renames, diff};
    use crate::{
        Canonical, Column, Database, Dependencies, EnumType, Error, Folds, HazardCode, Index, ObjectId,
        ObjectKind, QualifiedName, Step, Table, Type, View,
    };

    #[test]
    fn names_in_another_case() {
        let table = |name: &str, column: &str| {
            Database::new().with(Table::new(name).column(Column::new(column, Type::Integer)))
        };
        let renames = |folds, desired: &Database, before: &Database| -> Vec<String> {
            recased(folds, desired, before).iter().map(|r| format!("{} to {}", r.from, r.to)).collect()
        };
        let (before, columns, both) =
            (table("users", "name"), table("users", "Name"), table("Users", "Name"));
        assert!(renames(Folds::Nothing, &both, &before).is_empty());
        assert!(renames(Folds::Columns, &both, &before).is_empty());
        assert_eq!(renames(Folds::Columns, &columns, &before), ["column users.name to Name"]);
        let all = ["table users to Users", "column users.name to Name"];
        assert_eq!(renames(Folds::TablesAndColumns, &both, &before), all);
    }

    fn column(name: &str) -> Column {
        Column::new(name, Type::native("text"))
    }

    fn table(name: impl Into<QualifiedName>, columns: &[&str]) -> Table {
        columns.iter().fold(Table::new(name), |table, name| table.column(column(name)))
    }

    fn open(declared: &Database, before: &Database) -> Result<Vec<String>, Error> {
        open_with(declared, &Renames::default(), before)
    }

    fn open_with(declared: &Database, explicit: &Renames, before: &Database) -> Result<Vec<String>, Error> {
        let renames = pending(declared, explicit, Vec::new(), declared, before)?;
        Ok(renames.iter().map(|rename| format!("{} -> {}", rename.from, rename.to)).collect())
    }

    #[test]
    fn a_hint_is_open_until_it_is_done() {
        let declared = Database::new()
            .with(Table::new("people").renamed_from("users").column(column("mail").renamed_from("email")))
            .with(View { renamed_from: Some("w".into()), ..View::new("v", "select 1") })
            .with(EnumType { renamed_from: Some("old".into()), ..EnumType::new("new", ["a"]) });
        let before = Database::new()
            .with(table("users", &["email"]))
            .with(View::new("w", "select 1"))
            .with(EnumType::new("old", ["a"]));
        let expected =
            ["table users -> people", "view w -> v", "enum old -> new", "column users.email -> mail"];
        assert_eq!(open(&declared, &before).expect("no conflict"), expected);

        let after = Database::new().with(table("people", &["mail"])).with(View::new("v", "select 1"));
        assert!(open(&declared, &after).expect("done").is_empty());
        assert!(open(&declared, &Database::new()).expect("nothing there").is_empty());
    }

    #[test]
    fn a_column_is_renamed_after_its_table_was() {
        let declared = Database::new().with(
            Table::new("people")
                .renamed_from("users")
                .column(column("mail").renamed_from("email"))
                .index(Index::on(["mail"]).named("by_mail").renamed_from("by_email")),
        );
        let before =
            Database::new().with(table("people", &["email"]).index(Index::on(["email"]).named("by_email")));
        let expected = ["column people.email -> mail", "index people.by_email -> by_mail"];
        assert_eq!(open(&declared, &before).expect("no conflict"), expected);
    }

    #[test]
    fn both_names_there_is_a_conflict() {
        let declared = Database::new().with(Table::new("people").renamed_from("users"));
        let before = Database::new().with(table("users", &[])).with(table("people", &[]));
        assert!(matches!(open(&declared, &before), Err(Error::RenameConflict { .. })));

        let declared = Database::new().with(Table::new("t").column(column("b").renamed_from("a")));
        let before = Database::new().with(table("t", &["a", "b"]));
        assert!(matches!(open(&declared, &before), Err(Error::RenameConflict { .. })));
    }

    #[test]
    fn a_chain_is_done_once() {
        let declared =
            Database::new().with(Table::new("b").renamed_from("a")).with(Table::new("c").renamed_from("b"));
        let before = Database::new().with(table("a", &[])).with(table("b", &[]));
        assert_eq!(open(&declared, &before).expect("no conflict"), ["table a -> b", "table b -> c"]);
        let after = Database::new().with(table("b", &[])).with(table("c", &[]));
        assert!(open(&declared, &after).expect("done").is_empty());
    }

    #[test]
    fn a_swap_cannot_be_told_from_a_swap_that_is_done() {
        let declared =
            Database::new().with(Table::new("a").renamed_from("b")).with(Table::new("b").renamed_from("a"));
        let before = Database::new().with(table("a", &[])).with(table("b", &[]));
        assert!(matches!(open(&declared, &before), Err(Error::RenameConflict { .. })));
    }

    #[test]
    fn contradictions_are_named() {
        let declared =
            Database::new().with(Table::new("b").renamed_from("a")).with(Table::new("c").renamed_from("a"));
        let Err(Error::InvalidSchema(problems)) = open(&declared, &Database::new()) else { panic!() };
        assert_eq!(problems[0].object.to_string(), "table c");
        assert_eq!(problems[0].message, "is said to be the new name of table a, and so is table b");
    }

    #[test]
    fn schemas_are_found_where_they_are_left_out() {
        let before = Database::new().with(table(("public", "users"), &["email"]));
        let desired = Database::new().with(table(("public", "people"), &["mail"]));
        let declared =
            Database::new().with(Table::new("people").renamed_from("users").column(column("mail")));
        // By hand, the table may be called by either name.
        for name in ["users", "people"] {
            let email = ObjectId::on(ObjectKind::Column, &name.into(), "email");
            let explicit: Renames = [Rename { from: email, to: "mail".into() }].into_iter().collect();
            let renames = pending(&declared, &explicit, Vec::new(), &desired, &before).expect("no conflict");
            let all: Vec<String> = renames.iter().map(|r| format!("{} -> {}", r.from, r.to)).collect();
            assert_eq!(all, ["table public.users -> people", "column public.users.email -> mail"]);
            let done = Database::new().with(table(("public", "people"), &["email"]));
            let renames = pending(&declared, &explicit, Vec::new(), &desired, &done).expect("no conflict");
            assert_eq!(
                renames.iter().map(|r| r.from.to_string()).collect::<Vec<_>>(),
                ["column public.people.email"]
            );
        }
    }

    #[test]
    fn what_is_given_by_hand_is_there_or_done() {
        let before = Database::new().with(table("users", &["email"]));
        let open = |name: &str, column: &str, to: &str, before: &Database| {
            let from = ObjectId::on(ObjectKind::Column, &name.into(), column);
            let explicit: Renames = [Rename { from, to: to.into() }].into_iter().collect();
            open_with(&Database::new(), &explicit, before)
        };
        assert!(open("users", "mail", "email", &before).expect("done").is_empty());
        assert!(open("users", "mial", "mail", &Database::new()).expect("nothing is there").is_empty());
        for (name, column) in [("users", "mial"), ("user", "email")] {
            let Err(Error::Input(message)) = open(name, column, "mail", &before) else { panic!() };
            assert!(message.contains("neither is there"), "{message}");
        }
    }

    #[test]
    fn heirs_take_a_columns_new_name() {
        let heir = |name: &str, parent: &str| {
            let mut heir = table(name, &["email"]);
            heir.options.postgres.inherits = vec![parent.into()];
            heir
        };
        let mut partition = table("d", &["email"]);
        partition.options.postgres.partition_of = Some(("c".into(), "DEFAULT".into()));
        let before = Database::new()
            .with(table("a", &["email"]))
            .with(heir("b", "a"))
            .with(heir("c", "b"))
            .with(partition);
        let declared = Database::new().with(Table::new("a").column(column("mail").renamed_from("email")));
        let expected = ["a", "b", "c", "d"].map(|name| format!("column {name}.email -> mail"));
        assert_eq!(open(&declared, &before).expect("no conflict"), expected);
    }

    /// The messages of the hazards, by step.
    fn ambiguous(before: Database, after: Database) -> Vec<(String, usize)> {
        let canonical = |database| Canonical::observed(database, Dependencies::default());
        let changes = diff(&canonical(before), &canonical(after), &Renames::default());
        let step = |change: &ObjectChange| Step::new(change.id(), "change", Diff::of(change.clone()));
        let mut steps: Vec<Step> = changes.changes.iter().map(step).collect();
        mark_ambiguous(&changes, &mut steps);
        let marks = |step: &Step| {
            step.hazards.iter().filter(|hazard| hazard.code == HazardCode::AmbiguousRename).count()
        };
        steps.iter().map(|step| (step.object.to_string(), marks(step))).filter(|(_, n)| *n > 0).collect()
    }

    #[test]
    fn a_drop_beside_something_alike_is_marked() {
        let columns = (
            Database::new().with(table("t", &["id", "email"])),
            Database::new().with(table("t", &["id", "mail"])),
        );
        assert_eq!(ambiguous(columns.0, columns.1), [("table t".to_owned(), 1)]);
        let tables = (
            Database::new().with(table("users", &["id", "email"])),
            Database::new().with(table("people", &["email", "id"])),
        );
        assert_eq!(ambiguous(tables.0, tables.1), [("table users".to_owned(), 1)]);
        let unlike = (
            Database::new().with(table("users", &["id"])).with(table("t", &["a"])),
            Database::new()
                .with(table("posts", &["title"]))
                .with(Table::new("t").column(Column::new("b", Type::native("integer")))),
        );
        assert!(ambiguous(unlike.0, unlike.1).is_empty());
    }
}
