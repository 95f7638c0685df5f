//! Changes that need every kind of step of every planner, each from one schema to another and back.

mod mysql;
mod postgres;
mod sqlite;

use std::collections::BTreeSet;

use groundplan::core::diff::{Change as PartChange, ObjectChange, TableDiff};
use groundplan::core::{Column, Engine, ObjectKind, Scope, SqlObjectKind, Step};
use groundplan::dsl::Database;
use groundplan::{Migrator, Plan};

use super::TestDatabase;

/// Two schemas in the engine's own SQL, and rows that stand in the first.
#[derive(Clone, Debug)]
pub struct Change {
    pub name: String,
    pub before: String,
    pub rows: String,
    pub after: String,
}

impl Change {
    fn new(name: &str, before: &str, rows: &str, after: &str) -> Self {
        let own = str::to_owned;
        Self { name: own(name), before: own(before), rows: own(rows), after: own(after) }
    }

    /// From the second schema to the first, with the same rows if there are any.
    pub fn back(&self) -> Self {
        Self {
            name: format!("{}, back", self.name),
            before: without_hints(&self.after),
            rows: String::new(),
            after: turned_hints(&self.before, &self.after),
        }
    }

    /// A database at the first schema, with its rows, if the engine's server is there.
    pub async fn stage(&self, engine: Engine) -> Option<TestDatabase> {
        let database = TestDatabase::on(engine).await?;
        database.execute(&self.before).await;
        if !self.rows.is_empty() {
            database.execute(&self.rows).await;
        }
        Some(database)
    }

    pub fn second(&self) -> Migrator {
        migrator(&self.after)
    }
}

/// A migrator to a schema in SQL, for which that is the whole truth, owners and grants included.
pub fn migrator(sql: &str) -> Migrator {
    Migrator::new(Database::new()).sql("schema.sql", sql).exact()
}

/// As [`migrator`], with the grants where the engine has any that are managed.
pub fn scoped(engine: Engine, migrator: Migrator) -> Migrator {
    migrator.scope(Scope { privileges: engine == Engine::Postgres, ..Scope::default() })
}

const HINT: &str = "-- groundplan:renamed_from=";

fn without_hints(sql: &str) -> String {
    sql.lines().map(|line| line.split(HINT).next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// A hint stands in the line behind its marker `/* old > new */`, in both schemas.
fn turned_hints(to: &str, from: &str) -> String {
    if !from.contains(HINT) {
        return to.to_owned();
    }
    let line = |line: &str| match line.split_once("/*was ").and_then(|(_, rest)| rest.split_once("*/")) {
        Some((name, _)) => format!("{line} {HINT}{name}"),
        None => line.to_owned(),
    };
    to.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The changes of an engine; each has its way [`back`](Change::back).
pub fn changes(engine: Engine) -> Vec<Change> {
    match engine {
        Engine::Postgres => postgres::changes(),
        Engine::MySql | Engine::MariaDb => mysql::changes(engine),
        Engine::Sqlite => sqlite::changes(),
    }
}

/// All changes where there is time, else about so many, spread over all kinds.
pub fn sample(engine: Engine, about: usize) -> Vec<Change> {
    let all = changes(engine);
    let step = if super::long() { 1 } else { all.len().div_ceil(about) };
    all.into_iter().step_by(step).collect()
}

/// The kinds of step of a plan: what is made, dropped, altered and renamed, and what of columns is altered.
pub fn kinds(plan: &Plan) -> BTreeSet<String> {
    plan.steps.iter().flat_map(kinds_of).collect()
}

fn kinds_of(step: &Step) -> BTreeSet<String> {
    let mut kinds: BTreeSet<String> =
        step.effect.renames.iter().map(|rename| kind("rename", rename.from.kind)).collect();
    for change in &step.effect.changes {
        match change {
            ObjectChange::Create(object) => drop(kinds.insert(kind("create", object.id().kind))),
            ObjectChange::Drop(object) => drop(kinds.insert(kind("drop", object.id().kind))),
            ObjectChange::Alter { after, .. } => drop(kinds.insert(kind("alter", after.id().kind))),
            ObjectChange::AlterTable(table) => kinds.extend(table_kinds(table)),
        }
    }
    kinds
}

fn table_kinds(table: &TableDiff) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    kinds.extend(table.columns.iter().flat_map(|change| match change {
        PartChange::Modify { before, after } => column_kinds(before, after),
        other => vec![part(other, ObjectKind::Column)],
    }));
    kinds.extend(table.primary_key.iter().map(|change| part(change, ObjectKind::PrimaryKey)));
    kinds.extend(table.uniques.iter().map(|change| part(change, ObjectKind::Unique)));
    kinds.extend(table.checks.iter().map(|change| part(change, ObjectKind::Check)));
    kinds.extend(table.foreign_keys.iter().map(|change| part(change, ObjectKind::ForeignKey)));
    kinds.extend(table.exclusions.iter().map(|change| part(change, ObjectKind::Exclusion)));
    kinds.extend(table.indexes.iter().map(|change| part(change, ObjectKind::Index)));
    if table.options.is_some() {
        kinds.insert(kind("alter", ObjectKind::Table));
    }
    kinds
}

fn part<T>(change: &PartChange<T>, of: ObjectKind) -> String {
    match change {
        PartChange::Add(_) => kind("create", of),
        PartChange::Drop(_) => kind("drop", of),
        PartChange::Modify { .. } => kind("alter", of),
    }
}

const COLUMN: [&str; 7] = [
    "type of a column",
    "nullability of a column",
    "default of a column",
    "expression of a column",
    "numbering of a column",
    "collation of a column",
    "comment of a column",
];

fn column_kinds(before: &Column, after: &Column) -> Vec<String> {
    let differs = [
        before.ty != after.ty,
        before.nullable != after.nullable,
        before.default != after.default,
        before.generated != after.generated,
        before.identity != after.identity,
        before.collation != after.collation,
        before.comment != after.comment,
    ];
    COLUMN.iter().zip(differs).filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()).collect()
}

fn kind(verb: &str, kind: ObjectKind) -> String {
    format!("{verb} {kind}")
}

const KINDS: [ObjectKind; 24] = [
    ObjectKind::EnumValue,
    ObjectKind::Schema,
    ObjectKind::Extension,
    ObjectKind::Enum,
    ObjectKind::Domain,
    ObjectKind::Composite,
    ObjectKind::Range,
    ObjectKind::Sequence,
    ObjectKind::Table,
    ObjectKind::View,
    ObjectKind::MaterializedView,
    ObjectKind::Routine,
    ObjectKind::Trigger,
    ObjectKind::Policy,
    ObjectKind::Privileges,
    ObjectKind::DefaultPrivileges,
    ObjectKind::Role,
    ObjectKind::Column,
    ObjectKind::PrimaryKey,
    ObjectKind::Unique,
    ObjectKind::Check,
    ObjectKind::ForeignKey,
    ObjectKind::Exclusion,
    ObjectKind::Index,
];

const SQL_KINDS: [SqlObjectKind; 18] = [
    SqlObjectKind::Collation,
    SqlObjectKind::Cast,
    SqlObjectKind::Operator,
    SqlObjectKind::OperatorClass,
    SqlObjectKind::OperatorFamily,
    SqlObjectKind::Statistics,
    SqlObjectKind::Publication,
    SqlObjectKind::TextSearchParser,
    SqlObjectKind::TextSearchTemplate,
    SqlObjectKind::TextSearchDictionary,
    SqlObjectKind::TextSearchConfiguration,
    SqlObjectKind::ForeignDataWrapper,
    SqlObjectKind::ForeignServer,
    SqlObjectKind::UserMapping,
    SqlObjectKind::EventTrigger,
    SqlObjectKind::Rule,
    SqlObjectKind::Event,
    SqlObjectKind::VirtualTable,
];

/// Every kind of step that an engine's planner has.
pub fn every_kind(engine: Engine) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = KINDS
        .into_iter()
        .chain(SQL_KINDS.map(ObjectKind::Sql))
        .flat_map(|of| verbs(engine, of).iter().map(move |verb| kind(verb, of)))
        .collect();
    let without: &[&str] = match engine {
        Engine::MySql | Engine::MariaDb => &[],
        // Before version 17 the column is made anew, which other kinds show.
        Engine::Postgres => &["expression of a column"],
        Engine::Sqlite => &["comment of a column"],
    };
    all.extend(COLUMN.iter().filter(|kind| !without.contains(kind)).map(|kind| (*kind).to_owned()));
    all
}

/// What can be done with each kind of object. Without a wildcard, so that a new kind is asked about.
fn verbs(engine: Engine, kind: ObjectKind) -> &'static [&'static str] {
    const ALL: &[&str] = &["create", "drop", "alter", "rename"];
    const NOT_RENAMED: &[&str] = &["create", "drop", "alter"];
    const MADE_ANEW: &[&str] = &["create", "drop"];
    const NONE: &[&str] = &[];
    let only = |engines: &[Engine], verbs| if engines.contains(&engine) { verbs } else { NONE };
    let postgres = |verbs| only(&[Engine::Postgres], verbs);
    match kind {
        // In MySQL a database is another schema than the connected one.
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Range => postgres(MADE_ANEW),
        ObjectKind::Enum => postgres(ALL),
        // No hint in SQL renames a value, and it is about no table.
        // Roles belong to the whole server, where other tests make theirs.
        ObjectKind::EnumValue | ObjectKind::Role => NONE,
        ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::MaterializedView
        | ObjectKind::Policy
        | ObjectKind::Privileges
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Exclusion => postgres(NOT_RENAMED),
        ObjectKind::Sequence => only(&[Engine::Postgres, Engine::MariaDb], NOT_RENAMED),
        ObjectKind::Table => ALL,
        ObjectKind::Routine => match engine {
            Engine::Postgres => NOT_RENAMED,
            Engine::MySql | Engine::MariaDb => MADE_ANEW,
            Engine::Sqlite => NONE,
        },
        ObjectKind::Trigger if engine == Engine::Postgres => NOT_RENAMED,
        ObjectKind::Trigger => MADE_ANEW,
        ObjectKind::Column => &["create", "drop", "rename"],
        ObjectKind::View | ObjectKind::Index if engine == Engine::Sqlite => MADE_ANEW,
        ObjectKind::View | ObjectKind::Index | ObjectKind::PrimaryKey | ObjectKind::Check => NOT_RENAMED,
        // In MySQL a unique key is an index.
        ObjectKind::Unique => only(&[Engine::Postgres, Engine::Sqlite], NOT_RENAMED),
        ObjectKind::ForeignKey => match engine {
            Engine::Postgres | Engine::Sqlite => NOT_RENAMED,
            Engine::MySql | Engine::MariaDb => MADE_ANEW,
        },
        ObjectKind::Sql(kind) => match kind {
            SqlObjectKind::Collation
            | SqlObjectKind::Cast
            | SqlObjectKind::Statistics
            | SqlObjectKind::Publication
            | SqlObjectKind::TextSearchDictionary
            | SqlObjectKind::TextSearchConfiguration
            | SqlObjectKind::ForeignDataWrapper
            | SqlObjectKind::ForeignServer
            | SqlObjectKind::UserMapping
            | SqlObjectKind::EventTrigger
            | SqlObjectKind::Rule => postgres(MADE_ANEW),
            // They need a library of the server's, belong to the whole server, or are about no table at all.
            SqlObjectKind::TextSearchParser
            | SqlObjectKind::TextSearchTemplate
            | SqlObjectKind::Operator
            | SqlObjectKind::OperatorClass
            | SqlObjectKind::OperatorFamily => NONE,
            SqlObjectKind::Event => only(&[Engine::MySql, Engine::MariaDb], MADE_ANEW),
            SqlObjectKind::VirtualTable => only(&[Engine::Sqlite], MADE_ANEW),
        },
    }
}
