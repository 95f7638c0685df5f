//! `CREATE TABLE` and `ALTER TABLE`.

use super::column::{column, constraint};
use super::fact::{Fact, Kind};
use super::words::{Cursor, Word, clauses, not_understood};
use crate::{Engine, QualifiedName};

/// From the name of the new table on.
pub(super) fn create(cursor: &mut Cursor<'_>, unlogged: bool) -> Option<Fact> {
    cursor.eat("IF NOT EXISTS");
    let table = cursor.name()?;
    let partition_of = if cursor.eat("PARTITION OF") { Some(cursor.name()?) } else { None };
    let mut references = Vec::new();
    while !cursor.is_at_end() {
        match cursor.group() {
            Some(group) => references.extend(referenced(group, cursor)),
            None => drop(cursor.next()),
        }
    }
    references.retain(|name| *name != table);
    references.dedup();
    Some(Fact::CreateTable { table, references, partition_of, unlogged })
}

/// The tables that stand behind `REFERENCES`.
fn referenced(words: &[Word], like: &Cursor<'_>) -> Vec<QualifiedName> {
    let behind = |at: usize| like.over(&words[at + 1..]).name();
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.is("REFERENCES"))
        .filter_map(|(at, _)| behind(at))
        .collect()
}

/// From the name of the table on.
pub(super) fn alter(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    cursor.eat("IF EXISTS");
    cursor.eat("ONLY");
    let table = cursor.name()?;
    let mut facts = Vec::new();
    let (mut algorithm, mut lock, mut refuses) = (false, false, false);
    let mysql = matches!(engine, Engine::MySql | Engine::MariaDb);
    for words in clauses(cursor.rest()) {
        let mut clause = Cursor::new(words, engine);
        if mysql && clause.eat("ALGORITHM") {
            algorithm = true;
            refuses = ["INSTANT", "INPLACE", "NOCOPY"].iter().any(|way| clause.holds(way));
        } else if mysql && clause.eat("LOCK") {
            lock = true;
        } else {
            facts.extend(change(&mut clause, &table, engine).unwrap_or_else(|| vec![not_understood(words)]));
        }
    }
    if mysql {
        for fact in &mut facts {
            if let Fact::Redefine { in_place, .. } = fact {
                *in_place = refuses;
            }
        }
        let instant = facts.iter().all(|fact| matches!(fact, Fact::Rename { .. }));
        facts.push(Fact::Clauses { table, algorithm, lock, instant });
    }
    Some(facts)
}

/// MySQL's definition of a column that is there.
fn redefine(
    cursor: &mut Cursor<'_>,
    table: &QualifiedName,
    old: Option<String>,
    engine: Engine,
) -> Option<Vec<Fact>> {
    let mut words = cursor.clone();
    words.identifier()?;
    let word = words.rest().first().map(Word::text);
    words.next();
    let length = words.group().map(|group| group.iter().map(Word::text).collect::<String>());
    let length = length.map(|length| format!("({length})"));
    let ty = word.into_iter().chain(length).collect();
    let column = column(cursor, engine)?;
    let renamed_from = old.filter(|old| *old != column.name);
    Some(vec![Fact::Redefine { table: table.clone(), column, renamed_from, ty, in_place: false }])
}

/// One clause of an `ALTER TABLE`.
fn change(cursor: &mut Cursor<'_>, table: &QualifiedName, engine: Engine) -> Option<Vec<Fact>> {
    let whole = cursor.rest();
    let mysql = matches!(engine, Engine::MySql | Engine::MariaDb);
    let own = || table.clone();
    if cursor.eat("ADD") {
        return add(cursor, table, engine);
    }
    if cursor.eat("DROP") {
        return remove(cursor, table, mysql);
    }
    if mysql && cursor.eat_any(&["MODIFY COLUMN", "MODIFY"]) {
        return redefine(cursor, table, None, engine);
    }
    if mysql && cursor.eat_any(&["CHANGE COLUMN", "CHANGE"]) {
        let old = cursor.identifier()?;
        return redefine(cursor, table, Some(old), engine);
    }
    if cursor.eat("RENAME CONSTRAINT") || cursor.eat("RENAME INDEX") || cursor.eat("RENAME KEY") {
        let name = table.sibling(cursor.identifier()?);
        return Some(vec![Fact::Rename { kind: Kind::Index, name, to: cursor.rest().last()?.text() }]);
    }
    if cursor.eat("RENAME TO") || cursor.eat("RENAME AS") {
        return Some(vec![Fact::Rename {
            kind: Kind::Table,
            name: own(),
            to: cursor.name()?.name.to_string(),
        }]);
    }
    if cursor.eat("RENAME") {
        cursor.eat("COLUMN");
        let old = cursor.identifier()?;
        if !cursor.eat("TO") {
            return Some(vec![Fact::Rename { kind: Kind::Table, name: own(), to: old }]);
        }
        return Some(vec![Fact::Rename {
            kind: Kind::Column,
            name: table.sibling(old),
            to: cursor.identifier()?,
        }]);
    }
    if cursor.eat("VALIDATE CONSTRAINT") {
        return Some(vec![Fact::ValidateConstraint { table: own(), name: cursor.identifier()? }]);
    }
    if cursor.eat("ATTACH PARTITION") {
        return Some(vec![Fact::Attach { table: own(), partition: cursor.name()? }]);
    }
    if cursor.eat("DETACH PARTITION") {
        let partition = cursor.name()?;
        return Some(vec![Fact::Detach {
            table: own(),
            partition,
            concurrently: cursor.holds("CONCURRENTLY"),
        }]);
    }
    if mysql && cursor.eat_any(&["TRUNCATE PARTITION"]) {
        return Some(vec![Fact::DropPartition { table: own() }]);
    }
    if cursor.eat("SET UNLOGGED") {
        return Some(vec![Fact::SetUnlogged { table: own() }, rewrite(table, "SET UNLOGGED")]);
    }
    for command in ["SET LOGGED", "SET TABLESPACE", "SET ACCESS METHOD"] {
        if cursor.eat(command) {
            return Some(vec![rewrite(table, command)]);
        }
    }
    let privileges = [
        "OWNER TO",
        "ENABLE ROW LEVEL SECURITY",
        "DISABLE ROW LEVEL SECURITY",
        "FORCE ROW LEVEL SECURITY",
        "NO FORCE",
    ];
    if cursor.eat_any(&privileges) {
        return Some(vec![Fact::Privileges { table: Some(own()), by: phrase(whole) }]);
    }
    let instant = [
        "SET",
        "RESET",
        "REPLICA IDENTITY",
        "ENABLE",
        "DISABLE",
        "INHERIT",
        "NO INHERIT",
        "CLUSTER ON",
        "ALTER CONSTRAINT",
        "COMMENT",
        "AUTO_INCREMENT",
        "DEFAULT CHARSET",
        "DEFAULT CHARACTER SET",
        "ALTER INDEX",
        "ALTER CHECK",
        "ORDER BY",
        "STATS_PERSISTENT",
    ];
    if !cursor.peek("ALTER") && cursor.eat_any(&instant)
        || cursor.eat_any(&["ALTER CONSTRAINT", "ALTER INDEX", "ALTER CHECK"])
    {
        return Some(vec![Fact::Instant { table: own(), by: phrase(whole) }]);
    }
    if mysql {
        for command in [
            "CONVERT TO",
            "ENGINE",
            "FORCE",
            "ROW_FORMAT",
            "KEY_BLOCK_SIZE",
            "PARTITION BY",
            "REORGANIZE",
            "REBUILD",
            "OPTIMIZE",
            "COALESCE",
            "REMOVE PARTITIONING",
        ] {
            if cursor.eat(command) {
                return Some(vec![rewrite(table, command)]);
            }
        }
    }
    if cursor.eat("ALTER") {
        cursor.eat("COLUMN");
        return alter_column(cursor, table);
    }
    None
}

fn rewrite(table: &QualifiedName, by: &str) -> Fact {
    Fact::Rewrite { table: Some(table.clone()), by: by.to_owned() }
}

/// The first words, as a command is called.
fn phrase(words: &[Word]) -> String {
    words.iter().take(3).map(Word::text).collect::<Vec<_>>().join(" ")
}

fn add(cursor: &mut Cursor<'_>, table: &QualifiedName, engine: Engine) -> Option<Vec<Fact>> {
    let own = || table.clone();
    if cursor.eat("PARTITION") {
        return Some(vec![Fact::Instant { table: own(), by: "ADD PARTITION".to_owned() }]);
    }
    if let Some(constraint) = constraint(&mut cursor.clone()) {
        return Some(vec![Fact::AddConstraint { table: own(), constraint }]);
    }
    let special = cursor.eat_any(&["FULLTEXT", "SPATIAL"]);
    if cursor.eat_any(&["INDEX", "KEY"]) || special {
        let name = cursor.identifier();
        return Some(vec![Fact::CreateIndex {
            table: own(),
            name,
            unique: false,
            concurrently: false,
            special,
        }]);
    }
    cursor.eat("COLUMN");
    cursor.eat("IF NOT EXISTS");
    // MySQL: several columns in parentheses.
    if let Some(group) = cursor.group() {
        let columns = clauses(group).into_iter().map(|words| column(&mut Cursor::new(words, engine), engine));
        return columns.map(|column| Some(Fact::AddColumn { table: own(), column: column? })).collect();
    }
    Some(vec![Fact::AddColumn { table: own(), column: column(cursor, engine)? }])
}

fn remove(cursor: &mut Cursor<'_>, table: &QualifiedName, mysql: bool) -> Option<Vec<Fact>> {
    let own = || table.clone();
    let cascade = cursor.holds("CASCADE");
    let mut facts = if cursor.eat_any(&["CONSTRAINT", "FOREIGN KEY", "CHECK"]) {
        cursor.eat("IF EXISTS");
        vec![Fact::DropConstraint { table: own(), name: cursor.identifier()? }]
    } else if cursor.eat("PRIMARY KEY") {
        vec![Fact::DropConstraint { table: own(), name: "primary key".to_owned() }]
    } else if mysql && cursor.eat_any(&["INDEX", "KEY"]) {
        cursor.eat("IF EXISTS");
        vec![Fact::DropIndex { index: table.sibling(cursor.identifier()?), concurrently: false }]
    } else if mysql && cursor.eat("PARTITION") {
        vec![Fact::DropPartition { table: own() }]
    } else {
        cursor.eat("COLUMN");
        cursor.eat("IF EXISTS");
        vec![Fact::DropColumn { table: own(), column: cursor.identifier()? }]
    };
    if cascade {
        facts.push(Fact::Drop { kind: Kind::Index, name: own(), cascade });
    }
    Some(facts)
}

fn alter_column(cursor: &mut Cursor<'_>, table: &QualifiedName) -> Option<Vec<Fact>> {
    let (own, column) = (table.clone(), cursor.identifier()?);
    if cursor.eat_any(&["SET DATA TYPE", "TYPE"]) {
        let mut parts = cursor.rest().split(|word| word.is("USING"));
        let mut next =
            || parts.next().map(|words| words.iter().map(Word::text).collect::<Vec<_>>().join(" "));
        let (ty, using) = (next().unwrap_or_default(), next());
        return Some(vec![Fact::ChangeType { table: own, column, ty, using }]);
    }
    if cursor.eat("SET NOT NULL") {
        return Some(vec![Fact::SetNotNull { table: own, column }]);
    }
    if cursor.eat("DROP NOT NULL") {
        return Some(vec![Fact::DropNotNull { table: own, column }]);
    }
    if cursor.eat("SET EXPRESSION") {
        return Some(vec![rewrite(table, "SET EXPRESSION")]);
    }
    let instant =
        ["SET", "DROP DEFAULT", "DROP IDENTITY", "DROP EXPRESSION", "ADD GENERATED", "RESET", "RESTART"];
    let by = format!("ALTER {column}");
    cursor.eat_any(&instant).then(|| vec![Fact::Instant { table: own, by }])
}
