//! Reads a database: a constant number of plain catalog queries, joined by object id, put together here.
//!
//! Everything is read with an empty `search_path`, so that the engine prints every name with its schema.

mod columns;
mod constraints;
pub(crate) mod default_privileges;
mod dependencies;
mod ids;
mod indexes;
mod privileges;
mod relations;
mod roles;
mod routines;
mod rows;
mod schemas;
mod sequences;
mod sql_objects;
mod triggers;
mod types;

use std::collections::HashMap;

use schema_core::{
    Canonical, Database, Error, Finding, Inspection, QualifiedName, Scope, ScopeSchemas, Table, Version,
};
use sqlx::PgConnection;

use self::ids::{Ids, Oid};
use self::rows::{CommentRow, Reader};
use crate::error;

/// Reads the schemas in scope in a snapshot of its own.
pub(crate) async fn inspect(
    connection: &mut PgConnection,
    version: Version,
    scope: &Scope,
) -> Result<Inspection, Error> {
    run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let inspection = read(connection, version, scope).await;
    let ended = run(connection, "ROLLBACK").await;
    let inspection = inspection?;
    ended.map(|()| inspection)
}

/// Reads the schemas in scope within the transaction that is open.
pub(crate) async fn read(
    connection: &mut PgConnection,
    version: Version,
    scope: &Scope,
) -> Result<Inspection, Error> {
    run(connection, "SET LOCAL search_path = ''").await?;
    let is_named = matches!(scope.schemas, ScopeSchemas::Named(_));
    let mut reader = Reader { connection, version, schemas: Vec::new(), is_named };
    let mut found = Found::default();
    schemas::read(&mut reader, &mut found, &scope.schemas).await?;
    let comments: Vec<CommentRow> = reader.scoped(include_str!("comments.sql")).await?;
    found.ids.set_comments(comments.into_iter().map(|c| ((c.class, c.oid, c.part), c.description)).collect());
    schemas::comment(&mut found);
    schemas::extensions(&mut reader, &mut found).await?;
    types::read(&mut reader, &mut found).await?;
    relations::read(&mut reader, &mut found).await?;
    types::assemble(&mut found);
    columns::read(&mut reader, &mut found).await?;
    relations::link(&mut reader, &mut found).await?;
    sequences::read(&mut reader, &mut found).await?;
    constraints::read(&mut reader, &mut found).await?;
    indexes::read(&mut reader, &mut found).await?;
    routines::read(&mut reader, &mut found).await?;
    triggers::read(&mut reader, &mut found).await?;
    sql_objects::read(&mut reader, &mut found).await?;
    if scope.privileges {
        privileges::read(&mut reader, &mut found).await?;
        default_privileges::read(&mut reader, &mut found).await?;
    }
    if !scope.roles.is_none() {
        roles::read(&mut reader, &mut found, &scope.roles).await?;
    }
    let dependencies = dependencies::read(&mut reader, &mut found).await?;
    relations::finish(&mut found);
    let Found { database, tables, unmodelled, .. } = found;
    let mut database = database;
    for table in tables.into_values() {
        database.insert(table);
    }
    Ok(Inspection { schema: Canonical::observed(database, dependencies), unmodelled })
}

/// What was read so far.
#[derive(Default)]
struct Found {
    ids: Ids,
    database: Database,
    /// Tables that still grow, by object id.
    tables: indexmap::IndexMap<Oid, Table>,
    /// Materialized views that still grow, by object id.
    materialized: HashMap<Oid, schema_core::MaterializedView>,
    views: indexmap::IndexMap<Oid, schema_core::View>,
    composites: HashMap<Oid, schema_core::CompositeType>,
    /// Parents by child: of tables and of indexes.
    parents: HashMap<Oid, Vec<Oid>>,
    raw_types: types::RawTypes,
    /// Constraints that have an index, by the index.
    constraint_indexes: HashMap<Oid, constraints::WithIndex>,
    unmodelled: Vec<Finding>,
}

impl Found {
    fn finding(&mut self, object: String, table: Option<QualifiedName>, reason: &str) {
        self.unmodelled.push(Finding { object, table, reason: reason.to_owned() });
    }
}

pub(crate) async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop).map_err(error::query)
}
