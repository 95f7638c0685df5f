//! Reading a schema, in a constant number of queries.

mod agreement;
mod dependencies;

use indexmap::{IndexMap, IndexSet};
use schema_core::{
    Canonical, Database, Error, Finding, Inspection, Name, Part, QualifiedName, Spelling, SqlObject,
    SqlObjectKind, Table, Trigger,
};
use serde::Deserialize;
use sqlx::SqliteConnection;

use crate::quote::identifier;
use crate::{error, sql};

const OBJECTS: &str = include_str!("objects.sql");
const TABLES: &str = include_str!("tables.sql");
const COLUMNS: &str = include_str!("columns.sql");
const FOREIGN_KEYS: &str = include_str!("foreign_keys.sql");
const INDEXES: &str = include_str!("indexes.sql");
const MODULES: &str = include_str!("modules.sql");

/// A row of `sqlite_schema`.
#[derive(Debug)]
struct Stored {
    kind: String,
    name: String,
    tbl_name: String,
    sql: String,
    is_virtual: bool,
}

impl Stored {
    fn is_ledger(&self) -> bool {
        is_reserved(&self.tbl_name)
    }
}

/// Names that only the engine gives, or Groundplan.
fn is_reserved(name: &str) -> bool {
    name.starts_with("sqlite_") || name.starts_with("groundplan_")
}

/// What the engine says about tables, besides the statements that it stores.
#[derive(Default)]
struct Facts {
    columns: IndexMap<String, Vec<ColumnFact>>,
    foreign_keys: IndexMap<String, i64>,
    indexes: IndexMap<String, IndexMap<String, IndexFact>>,
}

/// A column as the engine understood it.
struct ColumnFact {
    name: String,
    ty: String,
    not_null: bool,
    default: Option<String>,
    /// The place in the primary key, from 1.
    key: i64,
    /// 2 for a virtual and 3 for a stored generated column.
    hidden: i64,
}

/// An index as the engine understood it.
struct IndexFact {
    unique: bool,
    /// `c` for one that was created as such, `u` and `pk` for those of constraints.
    origin: String,
    partial: bool,
    parts: Vec<PartFact>,
}

/// A key part as the engine understood it.
#[derive(PartialEq)]
struct PartFact {
    /// None for an expression.
    column: Option<String>,
    descending: bool,
    collation: String,
}

/// What was read of a database in one transaction.
#[derive(Debug)]
pub(crate) struct Reading {
    stored: Vec<Stored>,
    /// How many of them are not foreign.
    own: usize,
    pub(crate) inspection: Inspection,
}

/// Reads the schema of the main database. The caller has a transaction open, so all queries see one state.
pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Reading, Error> {
    let rows: Vec<StoredRow> = rows(connection, OBJECTS).await?;
    let row = |(kind, name, tbl_name, sql, is_virtual)| Stored { kind, name, tbl_name, sql, is_virtual };
    let stored: Vec<Stored> = rows.into_iter().map(row).collect();
    let (own, inspection) = understand(connection, stored.iter()).await?;
    Ok(Reading { stored, own, inspection })
}

impl Reading {
    /// Only what these statements have made, if all of them are stored just so: then the engine has already said
    /// what it makes of them.
    pub(crate) async fn made_by(
        &self,
        connection: &mut SqliteConnection,
        statements: &[&str],
    ) -> Result<Option<Inspection>, Error> {
        let mut wanted = IndexSet::with_capacity(statements.len());
        for statement in statements {
            let Some(form) = sql::stored_form(statement) else { return Ok(None) };
            if !wanted.insert(form) {
                return Ok(None);
            }
        }
        let is_made = |row: &&Stored| sql::stored_form(&row.sql).is_some_and(|form| wanted.contains(&form));
        let made: Vec<&Stored> = self.stored.iter().filter(is_made).collect();
        if wanted.is_empty() || made.len() != wanted.len() {
            return Ok(None);
        }
        if made.len() == self.own && self.own == self.stored.iter().filter(|row| !row.is_ledger()).count() {
            return Ok(Some(self.inspection.clone()));
        }
        understand(connection, made.into_iter()).await.map(|(_, inspection)| Some(inspection))
    }
}

/// What the stored statements and the pragmas say together, and how many of the statements it is from.
async fn understand(
    connection: &mut SqliteConnection,
    stored: impl Iterator<Item = &Stored> + Clone,
) -> Result<(usize, Inspection), Error> {
    let special: Vec<(String, String)> = rows(connection, TABLES).await?;
    let modules: Vec<(String,)> = rows(connection, MODULES).await?;
    let facts = facts(connection).await?;
    let mut reader = Reader::new(stored.clone(), &special, modules, facts);
    let mut own = 0;
    for row in stored {
        if !reader.is_foreign(row) {
            reader.read(row);
            own += 1;
        }
    }
    Ok((own, reader.finish()))
}

async fn rows<R>(connection: &mut SqliteConnection, query: &'static str) -> Result<Vec<R>, Error>
where
    R: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + Send + Unpin,
{
    sqlx::query_as(query).fetch_all(connection).await.map_err(|e| error::database(&e, query))
}

type StoredRow = (String, String, String, String, bool);
/// Rows about tables, gathered in one row for each table: handing a row over costs more than what is in it.
async fn by_table<R>(
    connection: &mut SqliteConnection,
    query: &'static str,
) -> Result<Vec<(String, Vec<R>)>, Error>
where
    R: for<'de> Deserialize<'de> + Ord,
{
    let gathered: Vec<(String, String)> = rows(connection, query).await?;
    let parse = |(table, json): (String, String)| {
        let mut rows: Vec<R> =
            serde_json::from_str(&json).map_err(|error| Error::Internal(error.to_string()))?;
        // What an aggregate gathers is in no order.
        rows.sort();
        Ok((table, rows))
    };
    gathered.into_iter().map(parse).collect()
}

/// Its place comes first.
type ColumnRow = (i64, String, String, i64, Option<String>, i64, i64);
/// Its place, and that of its key part, come first.
type IndexRow = (i64, i64, String, i64, String, i64, Option<String>, i64, i64, String);

async fn facts(connection: &mut SqliteConnection) -> Result<Facts, Error> {
    let mut facts = Facts::default();
    for (table, rows) in by_table::<ColumnRow>(connection, COLUMNS).await? {
        let columns = rows.into_iter().map(|(_, name, ty, not_null, default, key, hidden)| ColumnFact {
            name,
            ty,
            not_null: not_null != 0,
            default,
            key,
            hidden,
        });
        facts.columns.insert(table, columns.collect());
    }
    facts.foreign_keys = rows::<(String, i64)>(connection, FOREIGN_KEYS).await?.into_iter().collect();
    for (table, rows) in by_table::<IndexRow>(connection, INDEXES).await? {
        let indexes = facts.indexes.entry(table).or_default();
        for (_, _, name, unique, origin, partial, column, cid, descending, collation) in rows {
            let index = indexes.entry(name).or_insert(IndexFact {
                unique: unique != 0,
                origin,
                partial: partial != 0,
                parts: Vec::new(),
            });
            let column = column.filter(|_| cid >= 0);
            index.parts.push(PartFact { column, descending: descending != 0, collation });
        }
    }
    Ok(facts)
}

struct Reader {
    facts: Facts,
    /// Tables that belong to virtual tables.
    shadows: IndexSet<String>,
    modules: IndexSet<String>,
    /// The names of tables and views as they were given, by their lower-case form.
    relations: IndexMap<String, String>,
    tables: IndexMap<String, Table>,
    others: Database,
    unmodelled: Vec<Finding>,
}

impl Reader {
    fn new<'a>(
        stored: impl Iterator<Item = &'a Stored> + Clone,
        special: &[(String, String)],
        modules: Vec<(String,)>,
        facts: Facts,
    ) -> Self {
        let modules: IndexSet<String> =
            modules.into_iter().map(|(name,)| name.to_ascii_lowercase()).collect();
        let relations: IndexMap<String, String> = stored
            .clone()
            .filter(|row| row.kind == "table" || row.kind == "view")
            .map(|row| (row.name.to_ascii_lowercase(), row.name.clone()))
            .collect();
        let mut shadows: IndexSet<String> =
            special.iter().filter(|(_, kind)| kind == "shadow").map(|(name, _)| name.clone()).collect();
        // Of a module that is not loaded the engine cannot tell the shadow tables: they bear its name.
        for row in stored.filter(|row| row.is_virtual) {
            let known = sql::virtual_table(&row.sql)
                .is_ok_and(|read| modules.contains(&read.module.to_ascii_lowercase()));
            if !known {
                let prefix = format!("{}_", row.name);
                shadows.extend(relations.values().filter(|name| name.starts_with(&prefix)).cloned());
            }
        }
        Self {
            facts,
            shadows,
            modules,
            relations,
            tables: IndexMap::new(),
            others: Database::new(),
            unmodelled: Vec::new(),
        }
    }

    /// The engine's own objects, Groundplan's own, and what belongs to virtual tables.
    fn is_foreign(&self, row: &Stored) -> bool {
        let foreign = |name: &str| is_reserved(name) || self.shadows.contains(name);
        foreign(&row.name) || foreign(&row.tbl_name)
    }

    fn read(&mut self, row: &Stored) {
        let read = match row.kind.as_str() {
            "table" if row.is_virtual => self.virtual_table(row),
            "table" => self.table(row),
            "index" => self.index(row),
            "view" => sql::view(&row.sql).map_err(|e| e.to_string()).map(|mut view| {
                view.name = row.name.as_str().into();
                self.others.insert(view);
            }),
            "trigger" => {
                let table = self.relation(&row.tbl_name);
                self.others.insert(Trigger::new(&row.name, table, row.sql.trim_end()));
                Ok(())
            }
            other => Err(format!("SQLite calls it a {other}, which is not known here")),
        };
        if let Err(reason) = read {
            self.unmodelled.push(Finding {
                object: format!("{} {}", row.kind, row.name),
                table: Some(QualifiedName::new(&row.tbl_name)),
                reason,
            });
        }
    }

    /// A name of a table or view as it was given when that was made.
    fn relation(&self, name: &str) -> String {
        self.relations.get(&name.to_ascii_lowercase()).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn table(&mut self, row: &Stored) -> Result<(), String> {
        let mut table = sql::table(&row.sql).map_err(|e| e.to_string())?;
        table.name = row.name.as_str().into();
        for foreign_key in std::mem::take(&mut table.foreign_keys) {
            let mut foreign_key = foreign_key;
            foreign_key.references = self.relation(foreign_key.references.name.as_str()).into();
            table.foreign_keys.insert(foreign_key);
        }
        agreement::table(&mut table, &self.facts)?;
        self.tables.insert(row.name.clone(), table);
        Ok(())
    }

    fn index(&mut self, row: &Stored) -> Result<(), String> {
        let owner = self.relation(&row.tbl_name);
        let table = self.tables.get_mut(&owner).ok_or("its table is not modelled")?;
        let mut index = sql::index(&row.sql, table).map_err(|e| e.to_string())?;
        index.set_name(Name::new(&row.name));
        agreement::index(&index, table, self.facts.indexes.get(&owner).and_then(|all| all.get(&row.name)))?;
        table.indexes.insert(index);
        Ok(())
    }

    fn virtual_table(&mut self, row: &Stored) -> Result<(), String> {
        let read = sql::virtual_table(&row.sql).map_err(|e| e.to_string())?;
        if !self.modules.contains(&read.module.to_ascii_lowercase()) {
            return Err(format!("this connection has no module {}", read.module));
        }
        self.others.insert(SqlObject {
            kind: SqlObjectKind::VirtualTable,
            name: read.name.into(),
            table: None,
            definition: vec![read.statement.into()],
            removal: format!("DROP TABLE {}", identifier(&row.name)).into(),
            comment: None,
            spelling: Spelling::new(row.sql.as_str()),
        });
        Ok(())
    }

    fn finish(mut self) -> Inspection {
        let names: IndexMap<String, String> = self
            .tables
            .values()
            .flat_map(|table| table.columns.names().map(move |c| (table, c)))
            .map(|(table, column)| {
                let key = format!("{}\0{}", table.name.name, column.as_str().to_ascii_lowercase());
                (key, column.to_string())
            })
            .collect();
        let mut database = self.others;
        for mut table in self.tables.into_values() {
            for mut foreign_key in std::mem::take(&mut table.foreign_keys) {
                let parent = foreign_key.references.name.clone();
                for column in &mut foreign_key.referenced_columns {
                    let key = format!("{parent}\0{}", column.as_str().to_ascii_lowercase());
                    if let Some(declared) = names.get(&key) {
                        *column = declared.into();
                    }
                }
                table.foreign_keys.insert(foreign_key);
            }
            database.insert(table);
        }
        self.unmodelled.sort_by(|a, b| a.object.cmp(&b.object));
        let dependencies = dependencies::of(&database);
        Inspection { schema: Canonical::observed(database, dependencies), unmodelled: self.unmodelled }
    }
}
