//! Several applications in one PostgreSQL database, each in a schema of its own: what one does, the others neither
//! share nor lose by.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use groundplan::core::{Engine, Reach, Status};
use groundplan::dsl::{Column, Database, Extension, Index, Schema, Table, Type};
use groundplan::{ApplyPolicy, Connect, Error, Event, Migrator, Report, Scope, ScopeSchemas};
use support::TestDatabase;
use tokio::sync::Notify;
use tokio::task::JoinSet;

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

async fn postgres() -> Option<TestDatabase> {
    let url = support::server("GROUNDPLAN_TEST_POSTGRES_URL")?;
    Some(TestDatabase::on_server(Engine::Postgres, &url).await)
}

fn reach(schemas: &[&str]) -> Reach {
    let schemas = match schemas {
        [] => ScopeSchemas::All,
        names => ScopeSchemas::Named(names.iter().map(|name| (*name).into()).collect()),
    };
    Reach { schemas, beyond: false }
}

/// Who gets the lock beside whom. Nobody but those who look at other schemas.
#[tokio::test]
async fn those_who_look_at_other_schemas_work_side_by_side() {
    let Some(database) = postgres().await else { return };
    let cases: &[(&[&str], &[&str], bool)] = &[
        (&["billing"], &["shop"], true),
        (&["billing"], &["billing"], false),
        (&["billing", "shop"], &["shop", "stock"], false),
        (&["billing", "shop"], &["stock"], true),
        (&["billing"], &[], false),
        (&[], &["billing"], false),
        (&[], &[], false),
    ];
    let (mut one, mut other) = (database.connect().await.unwrap(), database.connect().await.unwrap());
    for (first, second, both) in cases {
        assert!(one.try_lock(&reach(first)).await.unwrap(), "{first:?}");
        assert_eq!(other.try_lock(&reach(second)).await.unwrap(), *both, "{second:?} beside {first:?}");
        one.unlock().await.unwrap();
        assert!(other.try_lock(&reach(second)).await.unwrap(), "{second:?} after {first:?}");
        other.unlock().await.unwrap();
    }
    drop((one, other));
    database.close().await;
}

/// Whoever waits for the whole database is not passed by ever new ones who look at some schema.
#[tokio::test]
async fn the_whole_database_has_its_turn() {
    let Some(database) = postgres().await else { return };
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.push(database.connect().await.unwrap());
    }
    let [billing, shop, whole] = &mut sessions[..] else { panic!("three") };
    assert!(billing.try_lock(&reach(&["billing"])).await.unwrap());
    assert!(!whole.try_lock(&reach(&[])).await.unwrap());
    assert!(!shop.try_lock(&reach(&["shop"])).await.unwrap(), "somebody waits for the whole");
    billing.unlock().await.unwrap();
    assert!(whole.try_lock(&reach(&[])).await.unwrap());
    whole.unlock().await.unwrap();
    assert!(billing.try_lock(&reach(&["billing"])).await.unwrap());
    assert!(!whole.try_lock(&reach(&[])).await.unwrap());
    // And whoever gives up is in nobody's way.
    whole.unlock().await.unwrap();
    assert!(shop.try_lock(&reach(&["shop"])).await.unwrap());
    drop(sessions);
    database.close().await;
}

#[tokio::test]
async fn a_run_waits_for_its_own_schemas_alone() {
    let Some(database) = postgres().await else { return };
    let patience = Duration::from_millis(300);
    let is_kept_out = |result: Result<Report, Error>| matches!(result, Err(Error::Locked { .. }));
    let mut holder = database.connect().await.unwrap();
    assert!(holder.try_lock(&reach(&["billing"])).await.unwrap());
    let billing = migrator("billing", &["invoices"]).lock_wait(patience);
    assert!(is_kept_out(billing.run(&database).await));
    assert_eq!(migrator("shop", &["orders"]).run(&database).await.unwrap().status, Status::Applied);
    let whole = Migrator::new(Database::new().with(table("public", "all"))).lock_wait(patience);
    assert!(is_kept_out(whole.run(&database).await));
    holder.unlock().await.unwrap();
    assert_eq!(billing.run(&database).await.unwrap().status, Status::Applied);
    assert!(holder.try_lock(&reach(&[])).await.unwrap());
    assert!(is_kept_out(migrator("stock", &["goods"]).lock_wait(patience).run(&database).await));
    drop(holder);
    database.close().await;
}

/// An extension is everybody's: whoever makes one has the database for themselves.
#[tokio::test]
async fn what_belongs_to_no_schema_is_changed_by_one_alone() {
    let Some(database) = postgres().await else { return };
    let mut holder = database.connect().await.unwrap();
    assert!(holder.try_lock(&reach(&["shop"])).await.unwrap());
    let schema = || {
        Database::new()
            .with(Extension { name: "citext".into(), schema: None, version: None, comment: None })
            .with(Schema::new("billing"))
            .with(table("billing", "invoices"))
    };
    let schemas = ScopeSchemas::Named(vec!["billing".into()]);
    let scope = Scope { schemas, ..Scope::default() };
    let billing = Migrator::new(schema()).scope(scope).lock_wait(Duration::from_millis(300));
    let result = billing.run(&database).await;
    assert!(matches!(result, Err(Error::Locked { .. })), "{result:?}");
    holder.unlock().await.unwrap();
    assert_eq!(billing.run(&database).await.unwrap().status, Status::Applied);
    let place = "SELECT count(*) FROM pg_extension WHERE extname = 'citext' AND extnamespace = 'public'::regnamespace";
    assert_eq!(database.number(place).await, 1);
    assert_eq!(billing.run(&database).await.unwrap().status, Status::UpToDate);
    // Now that it is there, nothing but its own schema is to be changed.
    assert!(holder.try_lock(&reach(&["shop"])).await.unwrap());
    let more = Migrator::new(schema().with(table("billing", "drafts")));
    let schemas = ScopeSchemas::Named(vec!["billing".into()]);
    let more = more.scope(Scope { schemas, ..Scope::default() });
    assert_eq!(more.run(&database).await.unwrap().status, Status::Applied);
    drop(holder);
    database.close().await;
}

/// What every tenant has, and what they are to have.
fn tenant(name: &str, next: bool) -> Migrator {
    let mail = Column::new("mail", Type::Text);
    let customers = table(name, "customers").column(if next {
        mail.renamed_from("email")
    } else {
        Column::new("email", Type::Text)
    });
    let schema = Database::new().with(Schema::new(name));
    let schema = if next {
        let customers = customers.index(Index::on(["mail"]).named("customers_mail"));
        schema.with(customers).with(table(name, "orders"))
    } else {
        schema.with(customers)
    };
    let schemas = ScopeSchemas::Named(vec![name.into()]);
    Migrator::new(schema).scope(Scope { schemas, ..Scope::default() }).policy(ApplyPolicy::development())
}

/// Many tenants start at once on a database that has no ledger yet, and some of them die amid the next release: the
/// others are there, and running it again brings everybody to the same end.
#[tokio::test]
async fn tenants_go_side_by_side_and_are_resumed() {
    const TENANTS: usize = 16;
    const STEPS: usize = 3;
    let Some(database) = postgres().await else { return };
    let all = |next: bool, dies_at: fn(usize) -> Option<usize>| {
        let url = database.url.clone();
        async move {
            let mut running = JoinSet::new();
            for number in 0..TENANTS {
                let url = url.clone();
                running.spawn(async move {
                    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
                    let (dying, reached) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
                    let (tells, step) = (Arc::clone(&dying), dies_at(number));
                    let has_reached = Arc::clone(&reached);
                    let migrator = tenant(&format!("tenant_{number:02}"), next).on_event(move |event| {
                        if let Event::StepStarted { number, .. } = event
                            && Some(*number) == step
                        {
                            has_reached.store(true, Ordering::SeqCst);
                            tells.notify_one();
                        }
                    });
                    let outcome = tokio::select! {
                        biased;
                        () = dying.notified() => None,
                        result = migrator.run(&options) => Some(result.unwrap().status),
                    };
                    assert_eq!(outcome.is_none(), reached.load(Ordering::SeqCst));
                    (number, outcome)
                });
            }
            let mut outcomes = running.join_all().await;
            outcomes.sort_by_key(|(number, _)| *number);
            outcomes.into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>()
        }
    };
    let nobody = |_| None;
    assert_eq!(all(false, nobody).await, vec![Some(Status::Applied); TENANTS]);
    let plan = tenant("tenant_00", true).plan(&database).await.unwrap();
    assert_eq!(plan.steps.len(), STEPS, "{plan}");
    let runs = || database.number("SELECT count(DISTINCT id) FROM groundplan.groundplan_run");
    assert_eq!(runs().await, 16);

    // The first ones die at their first, second and third step; nobody else does.
    let first = all(true, |number| (number < STEPS).then_some(number + 1)).await;
    let (dead, alive) = first.split_at(STEPS);
    assert_eq!(dead, [None; STEPS]);
    assert_eq!(alive, vec![Some(Status::Applied); TENANTS - STEPS]);

    let second = all(true, nobody).await;
    let (resumed, done) = second.split_at(STEPS);
    let converged = |status: &Option<Status>| matches!(status, Some(Status::Applied | Status::Resumed));
    assert!(resumed.iter().all(converged), "{resumed:?}");
    assert!(resumed.contains(&Some(Status::Resumed)), "{resumed:?}");
    assert_eq!(done, vec![Some(Status::UpToDate); TENANTS - STEPS]);
    assert_eq!(all(true, nobody).await, vec![Some(Status::UpToDate); TENANTS]);
    let unfinished =
        "SELECT count(*) FROM groundplan.groundplan_run WHERE outcome IS NULL OR outcome = 'failed'";
    assert_eq!(database.number(unfinished).await, 0);
    let columns = "SELECT count(*) FROM information_schema.columns \
                   WHERE table_schema LIKE 'tenant%' AND column_name IN ('mail', 'id')";
    assert_eq!(database.number(columns).await, 3 * 16);
    database.close().await;
}
