//! Many processes start at once, and old ones among new ones.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod support;

use groundplan::core::{Database, Engine, Error, Fingerprint, Scope};
use groundplan::dsl::{Column, Table, Type};
use groundplan::{ApplyPolicy, Approval, Connect, Migrator, Status};
use support::process::{Death, Job, Moment, Outcome, Process, Task, now};
use support::{TestDatabase, every_engine, scenario};

support::process::child_test!();

fn start(database: &TestDatabase, schema: Database) -> Job {
    Job {
        engine: database.engine,
        url: database.url.clone(),
        task: Task::Start(schema),
        development: true,
        death: None,
        not_before: 0,
    }
}

async fn fingerprint(database: &TestDatabase) -> Fingerprint {
    let mut session = database.connect().await.unwrap();
    Fingerprint::of_schema(&session.inspect(&Scope::default()).await.unwrap().schema.database)
}

/// Many processes start on the same schema at once: one applies it, and nobody meets an error.
async fn race(engine: Engine) {
    const PROCESSES: usize = 32;
    let rounds = if support::long() { 200 } else { 3 };
    for round in 1..=rounds {
        let Some(database) = scenario::stage(engine).await else { return };
        let plan = Migrator::new(scenario::wider()).plan(&database).await.unwrap();
        assert_eq!(plan.to_sql().contains("CREATE INDEX CONCURRENTLY"), engine == Engine::Postgres, "{plan}");
        let job = start(&database, scenario::wider());
        // Each plans for itself, or all bring the plan that was made before.
        let task = if round % 2 == 1 { job.task.clone() } else { Task::Apply(plan.to_json().unwrap()) };
        let job = Job { not_before: now() + 500, task, ..job };
        let processes: Vec<Process> = (0..PROCESSES).map(|_| Process::start(&job)).collect();
        let outcomes: Vec<Option<Outcome>> = processes.into_iter().map(|p| p.wait().outcome).collect();
        let count = |wanted: &Outcome| outcomes.iter().filter(|o| o.as_ref() == Some(wanted)).count();
        assert_eq!(count(&Outcome::Applied), 1, "{engine}, round {round}: {outcomes:?}");
        assert_eq!(count(&Outcome::UpToDate), PROCESSES - 1, "{engine}, round {round}: {outcomes:?}");
        let status = Migrator::new(scenario::wider()).status(&database).await.unwrap();
        assert_eq!(status.runs.len(), 2, "{engine}, round {round}: {:?}", status.runs);
        assert!(status.drift.is_empty() && status.unfinished.is_none(), "{engine}: {status:?}");
        database.close().await;
        if round % 20 == 0 || round == rounds {
            support::say!("{engine}: {round} rounds of {PROCESSES} processes");
        }
    }
}

#[tokio::test]
async fn sqlite_processes_start_at_once() {
    race(Engine::Sqlite).await;
}

#[tokio::test]
async fn postgres_processes_start_at_once() {
    race(Engine::Postgres).await;
}

#[tokio::test]
async fn mysql_processes_start_at_once() {
    race(Engine::MySql).await;
}

#[tokio::test]
async fn mariadb_processes_start_at_once() {
    race(Engine::MariaDb).await;
}

fn people() -> Table {
    Table::new("people")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("name", Type::Varchar(50)))
        .column(Column::new("note", Type::Varchar(50)).nullable())
        .primary_key(["id"])
}

async fn migrate(database: &TestDatabase, schema: Database) -> Result<groundplan::Report, Error> {
    Migrator::new(schema).policy(ApplyPolicy::development()).run(database).await
}

async fn approve(database: &TestDatabase, schema: Database) {
    let migrator = Migrator::new(schema);
    let plan = migrator.plan(database).await.unwrap();
    let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
    let report = migrator.approval(approval).run(database).await.unwrap();
    assert_eq!(report.status, Status::Applied);
}

#[tokio::test]
async fn an_older_binary_starts_on_a_newer_schema_and_leaves_it_alone() {
    for database in every_engine().await {
        migrate(&database, scenario::old()).await.unwrap();
        scenario::fill(&database).await;
        migrate(&database, scenario::wider()).await.unwrap();
        let newer = fingerprint(&database).await;

        let older = groundplan::migrate(&database, scenario::old()).await.unwrap();
        assert_eq!(older.status, Status::UpToDate, "{}", database.engine);
        let notes = older.plan.notes.join("; ");
        assert!(notes.contains("newer schema") && notes.contains("tags"), "{}: {notes}", database.engine);
        assert_eq!(fingerprint(&database).await, newer, "{}", database.engine);

        // The newer one need not know that an older one was there.
        let again = groundplan::migrate(&database, scenario::wider()).await.unwrap();
        assert_eq!(again.status, Status::UpToDate, "{}", database.engine);

        // Whoever really wants to go back says so, and approves what is lost.
        let plan = Migrator::new(scenario::old()).plan(&database).await.unwrap();
        assert!(!plan.is_empty(), "{}", database.engine);
        approve(&database, scenario::old()).await;
        let old = groundplan::migrate(&database, scenario::old()).await.unwrap();
        assert_eq!((old.status, old.plan.notes.len()), (Status::UpToDate, 0), "{}", database.engine);
        // And forward again.
        migrate(&database, scenario::wider()).await.unwrap();
        assert_eq!(fingerprint(&database).await, newer, "{}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn an_older_binary_refuses_a_newer_schema_that_it_cannot_run_on() {
    let with = |column: Column| {
        let mut table = people();
        table.columns.replace(column);
        table
    };
    let without = |column: &str| {
        let mut table = people();
        table.columns.remove(&column.into());
        table
    };
    let title = Column::new("title", Type::Varchar(50)).renamed_from("name");
    let changes = [
        ("dropped column", without("note"), false),
        ("renamed column", without("name").column(title), false),
        ("column without a default", people().column(Column::new("age", Type::Integer)), false),
        ("NOT NULL", with(Column::new("note", Type::Varchar(50))), false),
        ("wider type", with(Column::new("name", Type::Varchar(60))), true),
    ];
    for (change, newer, runs) in changes {
        for database in every_engine().await {
            migrate(&database, Database::new().with(people())).await.unwrap();
            approve(&database, Database::new().with(newer.clone())).await;
            let before = fingerprint(&database).await;
            let result = groundplan::migrate(&database, Database::new().with(people())).await;
            match result {
                Ok(report) if runs => assert_eq!(report.status, Status::UpToDate),
                Err(Error::Newer(_)) if !runs => {}
                other => panic!("{}, {change}: {other:?}", database.engine),
            }
            assert_eq!(fingerprint(&database).await, before, "{}, {change}", database.engine);
            database.close().await;
        }
    }
}

#[tokio::test]
async fn an_older_binary_starts_while_the_newer_schema_is_half_done() {
    for database in every_engine().await {
        migrate(&database, scenario::old()).await.unwrap();
        scenario::fill(&database).await;
        let whole = {
            let other = scenario::stage(database.engine).await.unwrap();
            let ended = Process::start(&start(&other, scenario::wider())).wait();
            other.close().await;
            ended.journal.len()
        };
        let death = Death { at: whole / 2, moment: Moment::After };
        let killed =
            Process::start(&Job { death: Some(death), ..start(&database, scenario::wider()) }).wait();
        assert_eq!(killed.outcome, None, "{}", database.engine);

        let half = fingerprint(&database).await;
        let older = groundplan::migrate(&database, scenario::old()).await;
        assert!(older.is_ok_and(|report| report.status == Status::UpToDate), "{}", database.engine);
        assert_eq!(fingerprint(&database).await, half, "{}", database.engine);

        let newer = migrate(&database, scenario::wider()).await.unwrap();
        let status = newer.status;
        assert!(matches!(status, Status::Applied | Status::Resumed), "{}: {status:?}", database.engine);
        let plan = Migrator::new(scenario::wider()).exact().plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_recognized() {
    let Some(url) = support::server("GROUNDPLAN_TEST_PGBOUNCER_URL") else { return };
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    match groundplan::migrate(&pool, scenario::old()).await {
        Err(Error::Pooler(message)) => {
            assert!(message.contains("connect to the server itself"), "no fix in: {message}");
        }
        other => panic!("{other:?}"),
    }
}
