//! A plan file that leaves out what it loses is refused all the same, whoever made its hash fit.

use groundplan::core::{Engine, Sql};
use groundplan::dsl::Database;
use groundplan::{ApplyPolicy, Approval, Error, Migrator, Plan, Status};

use super::support::changes::{sample, scoped};
use super::support::{ENGINES, TestDatabase, every_engine};

const BOTH: &str =
    "CREATE TABLE kept (id integer PRIMARY KEY, a integer); CREATE TABLE gone (id integer PRIMARY KEY);";

/// The plan to a schema, as somebody writes it who wants it to pass.
async fn forged(database: &TestDatabase, wanted: &str, more: Option<&str>) -> Plan {
    let migrator = Migrator::new(Database::new()).sql("after.sql", wanted).exact();
    let mut plan = migrator.plan(database).await.unwrap();
    for step in &mut plan.steps {
        step.hazards.clear();
        step.probes.clear();
        step.statements.extend(more.map(Sql::new));
    }
    Plan::from_json(&plan.to_json().unwrap()).unwrap()
}

#[tokio::test]
async fn a_plan_file_that_hides_what_it_loses_is_refused() {
    for database in every_engine().await {
        database.execute(BOTH).await;
        database.execute("INSERT INTO kept VALUES (1, 2); INSERT INTO gone VALUES (3)").await;
        for (wanted, more) in [
            ("CREATE TABLE kept (id integer PRIMARY KEY, a integer);", None),
            ("CREATE TABLE kept (id integer PRIMARY KEY); CREATE TABLE gone (id integer PRIMARY KEY);", None),
            (&BOTH.replace("a integer", "a integer, b integer"), Some("DELETE FROM kept")),
            (&BOTH.replace("a integer", "a integer, b integer"), Some("DROP TABLE gone")),
        ] {
            let plan = forged(&database, wanted, more).await;
            let migrator = Migrator::new(Database::new()).policy(ApplyPolicy::development());
            let result = migrator.apply(&database, &plan).await;
            assert!(
                matches!(result, Err(Error::Refused(_))),
                "{}, {wanted} {more:?}: {result:?}",
                database.engine
            );
        }
        assert_eq!(database.number("SELECT count(*) FROM kept WHERE a = 2").await, 1);
        assert_eq!(database.number("SELECT count(*) FROM gone").await, 1);
        database.close().await;
    }
}

/// What a plan does to values that stay where they are: the schema before, its rows, the schema after.
fn altered(engine: Engine) -> Vec<[&'static str; 3]> {
    let number = [
        "CREATE TABLE t (id integer PRIMARY KEY, a numeric(9,4));",
        "INSERT INTO t VALUES (1, 1.2345)",
        "CREATE TABLE t (id integer PRIMARY KEY, a numeric(9,1));",
    ];
    let time = [
        "CREATE TABLE t (id integer PRIMARY KEY, a timestamp NULL);",
        "INSERT INTO t VALUES (1, '2024-05-06 07:08:09')",
        "CREATE TABLE t (id integer PRIMARY KEY, a date NULL);",
    ];
    match engine {
        Engine::Postgres => vec![
            number,
            time,
            [
                "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id integer PRIMARY KEY, a mood);",
                "INSERT INTO t VALUES (1, 'ok')",
                "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (id integer PRIMARY KEY, a mood);",
            ],
            [
                "CREATE SEQUENCE numbers; CREATE TABLE t (id integer PRIMARY KEY);",
                "SELECT nextval('numbers')",
                "CREATE TABLE t (id integer PRIMARY KEY);",
            ],
        ],
        Engine::MySql | Engine::MariaDb => vec![
            number,
            time,
            [
                "CREATE TABLE t (id integer PRIMARY KEY, a enum('sad', 'ok'));",
                "INSERT INTO t VALUES (1, 'ok')",
                "CREATE TABLE t (id integer PRIMARY KEY, a enum('ok'));",
            ],
        ],
        Engine::Sqlite => vec![[
            "CREATE TABLE t (id integer PRIMARY KEY, a text);",
            "INSERT INTO t VALUES (1, '00123')",
            "CREATE TABLE t (id integer PRIMARY KEY, a integer);",
        ]],
    }
}

#[tokio::test]
async fn a_plan_file_that_hides_what_it_makes_of_values_is_refused() {
    for engine in ENGINES {
        for [before, rows, wanted] in altered(engine) {
            let Some(database) = TestDatabase::on(engine).await else { break };
            database.execute(before).await;
            database.execute(rows).await;
            let plan = forged(&database, wanted, None).await;
            let migrator = Migrator::new(Database::new()).policy(ApplyPolicy::development());
            let result = migrator.apply(&database, &plan).await;
            assert!(matches!(result, Err(Error::Refused(_))), "{engine}, {wanted}: {result:?}");
            let first = migrator.plan(&database).await.unwrap().base;
            assert_eq!(first, plan.base, "{engine}, {wanted}: something was done");
            database.close().await;
        }
    }
}

#[tokio::test]
async fn a_plan_file_with_other_statements_than_the_planners_is_refused() {
    let wanted = BOTH.replace("a integer", "a integer, b integer");
    for database in every_engine().await {
        database.execute(BOTH).await;
        database.execute("INSERT INTO kept VALUES (1, 2); INSERT INTO gone VALUES (3)").await;
        let migrator = Migrator::new(Database::new()).policy(ApplyPolicy::development());
        for more in ["UPDATE kept SET a = NULL", "SELECT anything()", "WITH x AS (SELECT 1) DELETE FROM kept"]
        {
            let plan = forged(&database, &wanted, Some(more)).await;
            let result = migrator.apply(&database, &plan).await;
            assert!(matches!(result, Err(Error::Refused(_))), "{}, {more}: {result:?}", database.engine);
        }
        // A step that is told twice, one that is left out, and effects that lead elsewhere than it says.
        let plan = forged(&database, &wanted, None).await;
        let mut less = plan.clone();
        less.steps[0].statements.clear();
        let result = migrator.apply(&database, &less).await;
        assert!(matches!(result, Err(Error::Refused(_))), "{}: {result:?}", database.engine);
        let mut elsewhere = plan.clone();
        elsewhere.steps.clear();
        let result = migrator.apply(&database, &elsewhere).await;
        assert!(matches!(result, Err(Error::Input(_))), "{}: {result:?}", database.engine);
        assert_eq!(database.number("SELECT count(*) FROM kept WHERE a = 2").await, 1);
        // Nothing was wrong with the plan itself.
        assert_eq!(migrator.apply(&database, &plan).await.unwrap().status, Status::Applied);
        database.close().await;
    }
}

/// What the planner has made is never taken for a forgery, whatever kinds of steps it holds.
#[tokio::test]
async fn the_planners_own_plan_files_pass() {
    for engine in ENGINES {
        for change in sample(engine, 5) {
            let Some(database) = change.stage(engine).await else { break };
            let plan = scoped(engine, change.second()).plan(&database).await.unwrap();
            let plan = Plan::from_json(&plan.to_json().unwrap()).unwrap();
            let policy = ApplyPolicy::development();
            let said = policy.objections(&plan).into_iter().map(|(step, _)| step);
            let approval = Approval::of(&plan, said).unwrap();
            let migrator = scoped(engine, Migrator::new(Database::new())).policy(policy).approval(approval);
            let result = migrator.dry_run().apply(&database, &plan).await;
            let refused = match result {
                Ok(_) => Vec::new(),
                Err(Error::Refused(refusal)) => refusal.steps,
                Err(error) => panic!("{engine}, {}: {error}", change.name),
            };
            assert!(refused.is_empty(), "{engine}, {}: {refused:?}\n{plan}", change.name);
            database.close().await;
        }
    }
}
