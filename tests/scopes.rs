//! Several applications in one PostgreSQL database, each in a schema of its own: what one does, the others neither
//! share nor lose by.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use groundplan::core::{Engine, Status};
use groundplan::dsl::{Column, Database, Schema, Table, Type};
use groundplan::{Error, Migrator, Scope, ScopeSchemas};
use support::TestDatabase;

fn table(application: &str, name: &str) -> Table {
    Table::new((application, name)).column(Column::new("id", Type::BigInt).identity()).primary_key(["id"])
}

fn migrator(application: &str, tables: &[&str]) -> Migrator {
    let schema = Database::new().with(Schema::new(application));
    let schema = tables.iter().fold(schema, |schema, name| schema.with(table(application, name)));
    let schemas = ScopeSchemas::Named(vec![application.into()]);
    Migrator::new(schema).scope(Scope { schemas, ..Scope::default() })
}

#[tokio::test]
async fn each_application_remembers_what_is_its_own() {
    let Some(url) = support::server("GROUNDPLAN_TEST_POSTGRES_URL") else { return };
    let database = TestDatabase::on_server(Engine::Postgres, &url).await;
    migrator("billing", &["invoices", "drafts"]).run(&database).await.unwrap();
    migrator("shop", &["orders"]).run(&database).await.unwrap();

    // Nobody is behind for what the other one did.
    let again = migrator("billing", &["invoices", "drafts"]).run(&database).await.unwrap();
    assert_eq!(again.status, Status::UpToDate);
    assert_eq!(again.plan.notes, Vec::<String>::new());
    let status = migrator("billing", &[]).status(&database).await.unwrap();
    assert!(status.drift.is_empty(), "{:?}", status.drift);
    assert_eq!(status.unmanaged, []);

    // What is ours still is, and goes when it is no longer declared, once that is approved.
    let plan = migrator("billing", &["invoices"]).plan(&database).await.unwrap();
    assert_eq!(plan.steps.len(), 1, "{plan}");
    assert_eq!(plan.steps[0].object.to_string(), "table billing.drafts");
    let refused = migrator("billing", &["invoices"]).run(&database).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    database.close().await;
}

/// Another application's run does not make an interrupted one forgotten.
#[tokio::test]
async fn an_interrupted_run_is_remembered_beside_others() {
    let Some(url) = support::server("GROUNDPLAN_TEST_POSTGRES_URL") else { return };
    let database = TestDatabase::on_server(Engine::Postgres, &url).await;
    migrator("billing", &["invoices"]).run(&database).await.unwrap();
    database.execute("UPDATE groundplan.groundplan_run SET outcome = NULL, finished_at = NULL").await;
    migrator("shop", &["orders"]).run(&database).await.unwrap();
    let unfinished = |status: groundplan::LedgerStatus| status.unfinished.map(|(run, _)| run);
    assert_eq!(unfinished(migrator("billing", &[]).status(&database).await.unwrap()), Some(1));
    assert_eq!(unfinished(migrator("shop", &[]).status(&database).await.unwrap()), None);
    migrator("billing", &["invoices"]).run(&database).await.unwrap();
    assert_eq!(unfinished(migrator("billing", &[]).status(&database).await.unwrap()), None);
    database.close().await;
}
