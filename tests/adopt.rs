//! An existing database comes under management without being changed; from then on, what is not declared goes.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use groundplan::core::{Connect as _, Fingerprint, Scope};
use groundplan::dsl::{Column, Database, Index, Table, Type};
use groundplan::{Error, Migrator, Status};
use support::every_engine;

const EXISTING: &str = "
    CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(20));
    CREATE TABLE reports (id bigint NOT NULL PRIMARY KEY);
    CREATE INDEX by_name ON users (name);
    INSERT INTO reports VALUES (1);
";

fn users() -> Table {
    Table::new("users")
        .column(Column::new("id", Type::native("bigint")))
        .column(Column::new("name", Type::native("varchar(20)")).nullable())
        .primary_key(["id"])
        .index(Index::on(["name"]).named("by_name"))
}

#[tokio::test]
async fn what_is_adopted_is_ours_and_unchanged() {
    for database in every_engine().await {
        let engine = database.engine;
        database.execute(EXISTING).await;
        let only_users = Migrator::new(Database::new().with(users()));
        assert_eq!(only_users.run(&database).await.unwrap().status, Status::UpToDate, "{engine}");

        let mut session = database.connect().await.unwrap();
        let before = session.inspect(&Scope::default()).await.unwrap().schema;
        let adoption = only_users.adopt(&database).await.unwrap();
        let after = session.inspect(&Scope::default()).await.unwrap().schema;
        drop(session);
        assert_eq!(before, after, "{engine}");
        assert_eq!(adoption.schema, Fingerprint::of_schema(&after.database), "{engine}");
        let names: Vec<String> = adoption.adopted.iter().map(ToString::to_string).collect();
        assert!(names.iter().any(|name| name.ends_with("reports")), "{engine}: {names:?}");

        assert!(adoption.already > 0, "{engine}");
        let again = only_users.adopt(&database).await.unwrap();
        assert_eq!(
            (again.adopted.len(), again.already),
            (0, adoption.adopted.len() + adoption.already),
            "{engine}"
        );
        let status = only_users.status(&database).await.unwrap();
        assert!(status.unmanaged.is_empty() && status.drift.is_empty(), "{engine}: {status:?}");

        // What is ours and not declared goes, but not without an approval.
        let plan = only_users.plan(&database).await.unwrap();
        assert_eq!(plan.steps.len(), 1, "{engine}: {plan}");
        match only_users.run(&database).await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.steps.len(), 1, "{engine}"),
            other => panic!("{engine}: {other:?}"),
        }
        let everything = users_and_reports();
        assert!(everything.plan(&database).await.unwrap().is_empty(), "{engine}");
        everything.run(&database).await.unwrap();
        assert_eq!(database.number("SELECT count(*) FROM reports").await, 1);
        database.close().await;
    }
}

fn users_and_reports() -> Migrator {
    let reports = Table::new("reports").column(Column::new("id", Type::native("bigint"))).primary_key(["id"]);
    Migrator::new(Database::new().with(users()).with(reports))
}
