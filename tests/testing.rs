//! Test databases, and what is asserted about schemas.
#![cfg(all(feature = "testing", feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use groundplan::testing::{TestDatabase, check_in_sync, check_recorded};
use groundplan::{Table, assert_in_sync, schema};

#[derive(Table)]
struct User {
    #[column(primary_key, identity)]
    id: i64,
    #[column(unique)]
    email: String,
}

mod later {
    use groundplan::Table;

    #[derive(Table)]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        id: i64,
        #[column(index)]
        email: String,
        age: Option<i32>,
    }
}

fn servers() -> Vec<String> {
    let variables =
        ["GROUNDPLAN_TEST_POSTGRES_URL", "GROUNDPLAN_TEST_MYSQL_URL", "GROUNDPLAN_TEST_MARIADB_URL"];
    let urls = variables.into_iter().filter_map(support::server);
    std::iter::once("sqlite:".to_owned()).chain(urls).collect()
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    for server in servers() {
        let one = TestDatabase::new(&server, schema![User]).await.unwrap();
        let other = TestDatabase::new(&server, schema![User]).await.unwrap();
        assert_ne!(one.name(), other.name());
        assert_in_sync!(one, schema![User]);
        assert_in_sync!(other, schema![User]);
        let difference = check_in_sync(&other, schema![later::User]).await.unwrap_err();
        assert!(difference.contains("age"), "{difference}");
    }
}

#[tokio::test]
async fn a_panic_leaves_nothing_behind() {
    for server in servers() {
        let failing = tokio::spawn(async move {
            let database = TestDatabase::new(&server, schema![User]).await.unwrap();
            std::panic::panic_any((database.url().to_owned(), database.name().to_owned()));
        });
        let panic = failing.await.unwrap_err().into_panic();
        let (url, name) = *panic.downcast::<(String, String)>().unwrap();
        assert!(!exists(&url, &name).await, "{name} is still there");
    }
}

#[tokio::test]
async fn what_killed_processes_left_is_removed() {
    // As if made an hour and more ago.
    let left = "groundplan_test_1000000000_1_1";
    for server in servers() {
        let url = if server == "sqlite:" {
            let folder = std::env::temp_dir().join(left);
            std::fs::create_dir_all(&folder).unwrap();
            format!("sqlite://{}/test.db", folder.display())
        } else {
            support::administer_url(&server, &format!("CREATE DATABASE {left}")).await;
            format!("{}/{left}", server.rsplit_once('/').unwrap().0)
        };
        drop(TestDatabase::new(&server, schema![User]).await.unwrap());
        assert!(!exists(&url, left).await, "{left} is still there");
    }
}

async fn exists(url: &str, name: &str) -> bool {
    use sqlx::Connection as _;
    match url.split_once(':') {
        Some(("sqlite", _)) => std::env::temp_dir().join(name).exists(),
        Some(("postgres", _)) => sqlx::PgConnection::connect(url).await.is_ok(),
        _ => sqlx::MySqlConnection::connect(url).await.is_ok(),
    }
}

#[test]
fn a_changed_schema_is_noticed_without_a_database() {
    let file = std::env::temp_dir().join(format!("groundplan-record-{}.json", std::process::id()));
    let message = check_recorded(&file, &schema![User]).unwrap_err();
    assert!(message.contains("GROUNDPLAN_UPDATE_SCHEMA=1 cargo test"), "{message}");

    let mut recorded = schema![User];
    recorded.sort();
    let record = serde_json::json!({
        "fingerprint": groundplan::Fingerprint::of_schema(&recorded),
        "schema": recorded,
    });
    std::fs::write(&file, record.to_string()).unwrap();
    check_recorded(&file, &schema![User]).unwrap();
    let message = check_recorded(&file, &schema![later::User]).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    for wanted in
        ["~ table user", "- unique constraint unique (email)", "+ index index (email)", "+ column age"]
    {
        assert!(message.contains(wanted), "{wanted} is missing in:\n{message}");
    }
}
