//! A plan file that leaves out what it loses is refused all the same, whoever made its hash fit.

use groundplan::core::Sql;
use groundplan::dsl::Database;
use groundplan::{ApplyPolicy, Error, Migrator, Plan};

use super::support::{TestDatabase, every_engine};

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
