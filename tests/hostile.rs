//! Names, comments, defaults and values that break what is not quoted come back as they were given, or are refused
//! before anything is done.
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

use groundplan::core::{DefaultValue, Engine, Error, Part, Scope, Value};
use groundplan::dsl::Database;
use groundplan::{Connect, Migrator};
use support::hostile::{NUL, Place, stage, texts};
use support::{TestDatabase, long, say};

async fn inspected(database: &TestDatabase) -> Database {
    let mut session = database.connect().await.unwrap();
    let found = session.inspect(&Scope::default()).await.unwrap();
    assert_eq!(found.unmodelled, []);
    found.schema.database
}

/// What the engine itself holds in this place.
async fn held(place: Place, database: &TestDatabase) -> Vec<String> {
    let found = inspected(database).await;
    let columns = || found.tables().flat_map(|table| &table.columns);
    let default = |value: &Option<DefaultValue>| match value {
        Some(DefaultValue::Literal(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    match place {
        Place::TableName => found.tables().map(|table| table.name.name.to_string()).collect(),
        Place::ColumnName => columns().map(|column| column.name.to_string()).collect(),
        Place::IndexName => {
            found.tables().flat_map(|table| &table.indexes).map(|index| index.key().to_string()).collect()
        }
        Place::ConstraintName => {
            found.tables().flat_map(|table| &table.checks).map(|check| check.key().to_string()).collect()
        }
        Place::Comment => columns().filter_map(|column| column.comment.clone()).collect(),
        Place::Default => columns().filter_map(|column| default(&column.default)).collect(),
        Place::EnumValue | Place::CheckedValue => Vec::new(),
    }
}

/// The values of an enumerated type, as they are stored.
fn stored(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "SELECT value::text FROM texts ORDER BY id",
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
            "SELECT CAST(value AS CHAR(50)) FROM texts ORDER BY id"
        }
    }
}

async fn survives(engine: Engine) {
    let mut count = (0, 0);
    for place in Place::of(engine) {
        let Some(database) = stage(engine).await else { return };
        let session = database.connect().await.unwrap();
        let (good, bad) =
            place.sort(texts().into_iter().chain([NUL.to_owned()]).collect(), session.dialect());
        drop(session);
        count = (count.0 + good.len(), count.1 + bad.len());

        // What cannot be held is refused, and nothing is done.
        for refused in bad.into_iter().rev().step_by(if long() { 1 } else { 25 }) {
            let schema = place.schema(std::slice::from_ref(&refused), engine);
            match groundplan::migrate(&database, schema).await {
                Err(Error::InvalidSchema(_) | Error::Unsupported { .. } | Error::Script { .. }) => {}
                other => panic!("{engine}, {place:?}, {refused:?}: {other:?}"),
            }
            assert!(
                inspected(&database).await.tables().next().is_none(),
                "{engine}, {place:?}, {refused:?}: something was made"
            );
        }

        let schema = place.schema(&good, engine);
        if let Err(error) = groundplan::migrate(&database, schema.clone()).await {
            panic!("{engine}, {place:?}: {error}");
        }
        let again = Migrator::new(schema.clone()).exact().plan(&database).await.unwrap();
        assert!(again.is_empty(), "{engine}, {place:?}: {again}");
        assert_eq!(database.number("SELECT count(*) FROM canary").await, 0, "{engine}, {place:?}");
        let held = held(place, &database).await;
        match place {
            Place::EnumValue => {
                for (id, text) in good.iter().enumerate() {
                    database.insert_choice(id, text).await;
                }
                assert_eq!(database.texts(stored(engine)).await, good);
            }
            // What each default stores is another of the same texts.
            Place::Default | Place::CheckedValue => {}
            _ => {
                let missing: Vec<_> = good.iter().filter(|text| !held.contains(text)).collect();
                assert_eq!(missing, [] as [&String; 0], "{engine}, {place:?}");
            }
        }
        if place == Place::Default {
            for (number, texts) in good.chunks(30).enumerate() {
                database.execute(&format!("INSERT INTO texts{number} (id) VALUES (1)")).await;
                for (at, text) in texts.iter().enumerate() {
                    let stored = database.texts(&format!("SELECT c{at} FROM texts{number}")).await;
                    assert_eq!(&stored, std::slice::from_ref(text), "{engine}: a default");
                }
            }
        }
        database.close().await;
    }
    say!("{engine}: {} texts came back, {} were refused", count.0, count.1);
}

#[tokio::test]
async fn sqlite_holds_or_refuses() {
    survives(Engine::Sqlite).await;
}

#[tokio::test]
async fn postgres_holds_or_refuses() {
    survives(Engine::Postgres).await;
}

#[tokio::test]
async fn mysql_holds_or_refuses() {
    survives(Engine::MySql).await;
}

#[tokio::test]
async fn mariadb_holds_or_refuses() {
    survives(Engine::MariaDb).await;
}
