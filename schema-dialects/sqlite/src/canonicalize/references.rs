//! Whether what views and triggers name is there: SQLite asks only when they are used, and by then it is the
//! application's statements that fail.

use std::collections::BTreeMap;

use schema_core::{Database, Engine, Error, Object, ObjectId, QualifiedName, Trigger};
use sqlx::SqliteConnection;

use super::run;
use crate::error;
use crate::quote::{identifier, object};

/// Refuses views and triggers in the scratch area that name what is not there, unless it is the same in the `live`
/// database: what they name may stand outside of what is declared, and what is broken already is not broken by this
/// schema.
pub(super) async fn check(
    scratch: &mut SqliteConnection,
    live: &mut SqliteConnection,
    schema: &Database,
) -> Result<(), Error> {
    let mut triggers: BTreeMap<&QualifiedName, Vec<&Trigger>> = BTreeMap::new();
    for (id, object) in schema.objects() {
        if let Object::View(view) = object {
            let statement = format!("EXPLAIN SELECT 1 FROM {}", self::object(&view.name));
            let about = |_missing: &str| id.clone();
            compile(scratch, live, &statement, about).await?;
        } else if let Object::Trigger(trigger) = object {
            triggers.entry(&trigger.table).or_default().push(trigger);
        }
    }
    for (table, triggers) in triggers {
        let about = |missing: &str| {
            let names = |trigger: &&&Trigger| trigger.definition.as_str().contains(missing);
            triggers
                .iter()
                .find(names)
                .or(triggers.first())
                .map_or_else(|| ObjectId::table(table), |t| t.id())
        };
        for statement in changes(scratch, table).await {
            compile(scratch, live, &statement, about).await?;
        }
    }
    Ok(())
}

/// What fires triggers of a table or view, each compiled and not run.
async fn changes(scratch: &mut SqliteConnection, table: &QualifiedName) -> Vec<String> {
    // A column that is generated or hidden cannot be set, and a view that is broken has none to tell of.
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0")
        .bind(table.name.as_str())
        .fetch_all(scratch)
        .await
        .unwrap_or_default();
    let set: Vec<String> =
        columns.iter().map(|name| identifier(name)).map(|c| format!("{c} = {c}")).collect();
    let table = object(table);
    let mut changes =
        vec![format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES"), format!("EXPLAIN DELETE FROM {table}")];
    if !set.is_empty() {
        changes.push(format!("EXPLAIN UPDATE {table} SET {}", set.join(", ")));
    }
    changes
}

async fn compile(
    scratch: &mut SqliteConnection,
    live: &mut SqliteConnection,
    statement: &str,
    about: impl Fn(&str) -> ObjectId,
) -> Result<(), Error> {
    let Err(failure) = run(scratch, statement).await else { return Ok(()) };
    let message = error::message(&failure);
    // Whatever else it says may be different on the connections of the application: functions that it registers.
    let column = message.strip_prefix("no such column: ").map(unqualified);
    let inserted = || message.split_once(" has no column named ").map(|(_table, column)| column);
    let relation = message.strip_prefix("no such table: ").map(unqualified);
    let Some(missing) = column.or_else(inserted).or(relation) else { return Ok(()) };
    if let Some(relation) = relation {
        let read = format!("EXPLAIN SELECT 1 FROM {}", identifier(relation));
        if run(live, &read).await.is_ok() {
            return Ok(());
        }
    }
    if run(live, statement).await.is_err_and(|e| error::message(&e) == message) {
        return Ok(());
    }
    Err(Error::Database {
        engine: Engine::Sqlite,
        object: Some(about(missing)),
        statement: None,
        code: None,
        message,
        transient: false,
    })
}

/// `main.users` and `new.email` without what stands before the point.
fn unqualified(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}
