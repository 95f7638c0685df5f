//! Keys and constraints that are declared without a name: what does the same in the database already gives them its
//! name, so that nothing is made twice or made again.

use std::collections::HashSet;

use schema_core::{
    Database, ForeignKey, ForeignKeyAction, Inspection, Name, Part, Parts, QualifiedName, Table,
};

use super::{Listed, Source, table};
use crate::server::{Server, text};
use crate::text::requalify;
use crate::{Flavour, quote};

/// Calls what the declared tables leave unnamed as the database does.
pub(crate) async fn keep_names(
    server: &mut Server,
    live: &[Source],
    declared: &Database,
    made: &mut Inspection,
) {
    let mut asked: Vec<(QualifiedName, &Table)> = Vec::new();
    let mut questions = Vec::new();
    for table in declared.tables().filter(|table| leaves_names(table)) {
        let mut name = table.name.clone();
        if name.schema.as_ref() == Some(&server.database) {
            name.schema = None;
        }
        if let Some(source) = live.iter().find(|source| source.model == name.schema) {
            let (database, table_name) = (quote::name(&source.actual), quote::name(&name.name));
            questions.push(format!("SHOW CREATE TABLE {database}.{table_name}"));
            asked.push((name, table));
        }
    }
    let databases: Vec<(Name, Option<Name>)> =
        live.iter().map(|source| (source.actual.clone(), source.model.clone())).collect();
    let answers = server.ask_all(&questions).await;
    for ((name, declared), answer) in asked.into_iter().zip(answers) {
        // A table that is not there has no names to give.
        let Some(found) = answer.ok().and_then(|row| text(&row, Listed::Table.answer())) else { continue };
        let found = table::read(&name, &requalify(&found, &databases), server.flavour).table;
        if let Some(made) = made.schema.database.table_mut(&name) {
            take_names(declared, &found, made, server.flavour);
        }
    }
}

fn leaves_names(table: &Table) -> bool {
    table.indexes.iter().any(|index| index.name.is_none())
        || table.uniques.iter().any(|unique| unique.name.is_none())
        || table.foreign_keys.iter().any(|key| key.name.is_none())
        || table.checks.iter().any(|check| check.name.is_none())
}

fn take_names(declared: &Table, found: &Table, made: &mut Table, flavour: Flavour) {
    let said: HashSet<&Name> = (declared.indexes.iter().filter_map(|index| index.name.as_ref()))
        .chain(declared.uniques.iter().filter_map(|unique| unique.name.as_ref()))
        .collect();
    take(&said, &found.indexes, &mut made.indexes, |index, name| index.name = Some(name), |_| {});
    let said = declared.foreign_keys.iter().filter_map(|key| key.name.as_ref()).collect();
    // To both servers these two actions are the same.
    let plain = |key: &mut ForeignKey| {
        for action in [&mut key.on_delete, &mut key.on_update] {
            if matches!(action, ForeignKeyAction::NoAction | ForeignKeyAction::Restrict) {
                *action = super::unprinted_action(flavour);
            }
        }
    };
    take(&said, &found.foreign_keys, &mut made.foreign_keys, |key, name| key.name = Some(name), plain);
    let said = declared.checks.iter().filter_map(|check| check.name.as_ref()).collect();
    take(&said, &found.checks, &mut made.checks, |check, name| check.name = Some(name), |_| {});
}

/// Gives the parts whose names nobody said those of parts that are the same but for the name.
fn take<T: Part + Clone + PartialEq>(
    said: &HashSet<&Name>,
    found: &Parts<T>,
    made: &mut Parts<T>,
    call: impl Fn(&mut T, Name),
    plain: impl Fn(&mut T),
) {
    let is_open = |name: &&Name| !said.contains(*name) && !found.contains(name);
    let open: Vec<Name> = made.names().filter(is_open).cloned().collect();
    for name in open {
        let Some(part) = made.get(&name) else { continue };
        let alike = |other: &&T| {
            let (mut one, mut other) = (part.clone(), (*other).clone());
            call(&mut one, other.key());
            plain(&mut one);
            plain(&mut other);
            one == other
        };
        let same = found.iter().filter(|other| !made.contains(&other.key())).find(alike);
        if let Some(theirs) = same.map(Part::key) {
            let mut part = part.clone();
            call(&mut part, theirs);
            made.replace_named(&name, part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::take_names;
    use crate::Flavour;
    use schema_core::{Check, ForeignKey, ForeignKeyAction, Index, Name, Table};

    #[test]
    fn only_what_is_the_same_and_unnamed_takes_a_name() {
        let key = |name: &str, action| {
            let mut key = ForeignKey::new(["a"], "t", ["id"]).named(name);
            (key.on_delete, key.on_update) = (action, action);
            key
        };
        let declared = Table::new("t")
            .index(Index::on(["a"]))
            .index(Index::on(["b"]).named("said"))
            .index(Index::on(["c"]))
            .foreign_key(ForeignKey::new(["a"], "t", ["id"]))
            .check(Check::new("a > 0"));
        let mut made = Table::new("t")
            .index(Index::on(["a"]).named("t_a_idx"))
            .index(Index::on(["b"]).named("said"))
            .index(Index::on(["c"]).named("t_c_idx"))
            .foreign_key(key("t_a_fkey", ForeignKeyAction::Restrict))
            .check(Check::new("`a` > 0").named("t_1_check"));
        let found = Table::new("t")
            .index(Index::on(["a"]).named("theirs"))
            .index(Index::on(["b"]).named("another"))
            .index(Index::on(["c"]).unique().named("unique_c"))
            .foreign_key(key("t_ibfk_1", ForeignKeyAction::NoAction))
            .check(Check::new("`a` > 0").named("t_chk_1"));
        take_names(&declared, &found, &mut made, Flavour::MariaDb);
        let names: Vec<&Name> =
            made.indexes.names().chain(made.foreign_keys.names()).chain(made.checks.names()).collect();
        assert_eq!(names, ["theirs", "said", "t_c_idx", "t_ibfk_1", "t_chk_1"]);
        let action = made.foreign_keys.get(&"t_ibfk_1".into()).map(|key| key.on_delete);
        assert_eq!(action, Some(ForeignKeyAction::Restrict));
    }
}
