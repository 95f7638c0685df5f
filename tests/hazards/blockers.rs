//! Whoever holds what a plan needs is found before its first statement.

use std::time::Duration;

use groundplan::core::Engine;
use groundplan::core::plan::{Lock, LockMode};
use groundplan::core::{BlockerKind, Connect, ObjectId, QualifiedName};
use groundplan::{Blocker, Error, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection};

use super::support::{TestDatabase, server};

async fn postgres() -> Option<TestDatabase> {
    let database = TestDatabase::on_server(Engine::Postgres, &server("GROUNDPLAN_TEST_POSTGRES_URL")?).await;
    database.execute("CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE other (id int); INSERT INTO t VALUES (1, 1)").await;
    Some(database)
}

fn lock(mode: LockMode, table: &str) -> Lock {
    Lock { mode, object: ObjectId::table(&QualifiedName::within("public", table)) }
}

async fn blockers(database: &TestDatabase, mode: LockMode) -> Vec<Blocker> {
    let mut session = database.connect().await.unwrap();
    session.blockers(&[lock(mode, "t")], Duration::ZERO).await.unwrap()
}

fn kinds(blockers: &[Blocker]) -> Vec<BlockerKind> {
    blockers.iter().map(|blocker| blocker.kind).collect()
}

#[tokio::test]
async fn open_transactions_on_the_tables_of_a_plan() {
    let Some(database) = postgres().await else { return };
    let mut reader = PgConnection::connect(&database.url).await.unwrap();
    reader.execute("BEGIN; SELECT * FROM t").await.unwrap();
    let mut elsewhere = PgConnection::connect(&database.url).await.unwrap();
    elsewhere.execute("BEGIN; SELECT * FROM other").await.unwrap();
    let found = blockers(&database, LockMode::AccessExclusive).await;
    assert_eq!(kinds(&found), [BlockerKind::Transaction]);
    assert_eq!((found[0].count, found[0].table.clone()), (1, Some(QualifiedName::within("public", "t"))));
    let shown = database.number(&format!("SELECT count(*) FROM ({}) AS shown", found[0].show)).await;
    assert_eq!(shown, 1);
    // Who only reads does not stand in the way of a foreign key, nor of a concurrent build.
    assert!(blockers(&database, LockMode::ShareRowExclusive).await.is_empty());
    reader.execute("UPDATE t SET a = 2").await.unwrap();
    assert_eq!(kinds(&blockers(&database, LockMode::ShareRowExclusive).await), [BlockerKind::Transaction]);
    // Nobody who came just now.
    let mut session = database.connect().await.unwrap();
    let long =
        session.blockers(&[lock(LockMode::AccessExclusive, "t")], Duration::from_hours(1)).await.unwrap();
    assert!(long.is_empty(), "{long:?}");
    drop((session, reader, elsewhere));
    database.close().await;
}

#[tokio::test]
async fn a_plan_gives_up_before_it_begins() {
    let Some(database) = postgres().await else { return };
    let mut reader = PgConnection::connect(&database.url).await.unwrap();
    reader.execute("BEGIN; SELECT * FROM t").await.unwrap();
    let migrator = || {
        let wanted = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE TABLE other (id int);";
        Migrator::new(groundplan::dsl::Database::new())
            .sql("after.sql", wanted)
            .lock_timeout(Duration::from_millis(1))
    };
    let error = migrator().run(&database).await.unwrap_err();
    let Error::Blocked(found) = &error else { panic!("{error}") };
    assert_eq!(kinds(found), [BlockerKind::Transaction]);
    assert!(
        error.to_string().contains("nothing was changed") && error.to_string().contains("to see it: SELECT")
    );
    assert_eq!(
        database
            .number("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'")
            .await,
        0
    );
    reader.execute("COMMIT").await.unwrap();
    migrator().run(&database).await.unwrap();
    drop(reader);
    database.close().await;
}

#[tokio::test]
async fn prepared_transactions_hold_without_a_connection() {
    let Some(database) = postgres().await else { return };
    if database.texts("SELECT current_setting('max_prepared_transactions')").await == ["0"] {
        println!("left out: this server takes no prepared transactions");
        return database.close().await;
    }
    let mut writer = PgConnection::connect(&database.url).await.unwrap();
    let name = format!("groundplan_{}", std::process::id());
    writer.execute("BEGIN; UPDATE t SET a = 3").await.unwrap();
    writer.execute(AssertSqlSafe(format!("PREPARE TRANSACTION '{name}'"))).await.unwrap();
    let found = blockers(&database, LockMode::AccessExclusive).await;
    writer.execute(AssertSqlSafe(format!("ROLLBACK PREPARED '{name}'"))).await.unwrap();
    assert_eq!(kinds(&found), [BlockerKind::Prepared]);
    drop(writer);
    database.close().await;
}

#[tokio::test]
async fn invalid_indexes_are_told() {
    let Some(database) = postgres().await else { return };
    database.execute("INSERT INTO t VALUES (2, 1)").await;
    let mut builder = PgConnection::connect(&database.url).await.unwrap();
    builder.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)").await.unwrap_err();
    let found = blockers(&database, LockMode::AccessExclusive).await;
    assert_eq!(kinds(&found), [BlockerKind::InvalidIndex]);
    assert!(!found[0].stops() && found[0].to_string().contains("1 invalid index"), "{}", found[0]);
    drop(builder);
    database.close().await;
}

#[tokio::test]
async fn holders_of_metadata_locks() {
    for (variable, engine) in
        [("GROUNDPLAN_TEST_MYSQL_URL", Engine::MySql), ("GROUNDPLAN_TEST_MARIADB_URL", Engine::MariaDb)]
    {
        let Some(server) = server(variable) else { continue };
        let database = TestDatabase::on_server(engine, &server).await;
        database.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)").await;
        let touched =
            [Lock { mode: LockMode::MetadataInstant, object: ObjectId::table(&QualifiedName::new("t")) }];
        let mut session = database.connect().await.unwrap();
        let mut reader = MySqlConnection::connect(&database.url).await.unwrap();
        reader.execute("START TRANSACTION").await.unwrap();
        reader.execute("SELECT * FROM t").await.unwrap();
        let found = session.blockers(&touched, Duration::ZERO).await.unwrap();
        assert!(found.iter().any(|blocker| blocker.kind == BlockerKind::Transaction), "{engine}: {found:?}");
        // MariaDB names the table only with a plugin: without it, whoever is found may not be in the way.
        let named = found.iter().any(|blocker| blocker.table == Some(QualifiedName::new("t")));
        assert!(named || engine == Engine::MariaDb, "{found:?}");
        assert!(named == found.iter().any(Blocker::stops), "{found:?}");
        let long = session.blockers(&touched, Duration::from_hours(1)).await.unwrap();
        assert!(long.is_empty(), "{engine}: {long:?}");
        drop((session, reader));
        database.close().await;
    }
}

#[tokio::test]
async fn a_vacuum_that_runs() {
    let Some(database) = postgres().await else { return };
    database.execute("INSERT INTO t SELECT n, n FROM generate_series(2, 50000) AS n").await;
    let mut vacuum = PgConnection::connect(&database.url).await.unwrap();
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut vacuum).await.unwrap();
    vacuum.execute("SET vacuum_cost_delay = 100").await.unwrap();
    vacuum.execute("SET vacuum_cost_limit = 1").await.unwrap();
    // It takes minutes, and is ended before.
    let vacuum = tokio::spawn(async move { vacuum.execute("VACUUM t").await.map(drop) });
    let mut found = Vec::new();
    for _ in 0..200 {
        found = kinds(&blockers(&database, LockMode::ShareUpdateExclusive).await);
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Nobody else's: a condition on the list of all would be free to end them all.
    let ended = format!("SELECT pg_terminate_backend({pid})::int::bigint");
    assert_eq!(database.number(&ended).await, 1);
    assert!(vacuum.await.unwrap().is_err(), "it was ended");
    assert_eq!(found, [BlockerKind::Vacuum]);
    database.close().await;
}

#[tokio::test]
async fn prepared_transactions_are_told() {
    for (variable, engine) in
        [("GROUNDPLAN_TEST_MYSQL_URL", Engine::MySql), ("GROUNDPLAN_TEST_MARIADB_URL", Engine::MariaDb)]
    {
        let Some(server) = server(variable) else { continue };
        let database = TestDatabase::on_server(engine, &server).await;
        database.execute("CREATE TABLE t (id int PRIMARY KEY)").await;
        let name = format!("groundplan_{}_{engine}", std::process::id());
        let mut writer = MySqlConnection::connect(&database.url).await.unwrap();
        for sql in ["XA START", "XA END", "XA PREPARE"].map(|word| format!("{word} '{name}'")) {
            if sql.starts_with("XA END") {
                writer.execute("INSERT INTO t VALUES (1)").await.unwrap();
            }
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut writer).await.unwrap();
        }
        let mut session = database.connect().await.unwrap();
        let touched =
            [Lock { mode: LockMode::MetadataInstant, object: ObjectId::table(&QualifiedName::new("t")) }];
        let found = session.blockers(&touched, Duration::ZERO).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("XA ROLLBACK '{name}'"))).execute(&mut writer).await.unwrap();
        let told = found.iter().find(|blocker| blocker.kind == BlockerKind::Prepared);
        assert!(told.is_some_and(|blocker| !blocker.stops()), "{engine}: {found:?}");
        drop((session, writer));
        database.close().await;
    }
}
