//! Tables that are found instead of listed, and what is not found.
#![cfg(all(feature = "inventory", feature = "sqlite"))]
#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

use groundplan::core::Declared;
use groundplan::dsl::{Column, Table as DslTable, Type};
use groundplan::{Error, Migrator, Table, collect, schema};

#[derive(Table)]
struct User {
    #[column(primary_key, identity)]
    id: i64,
    email: String,
}

mod models {
    #[derive(groundplan::Table)]
    #[table(name = "posts")]
    pub(crate) struct Post {
        #[column(primary_key, identity)]
        id: i64,
        #[column(references(super::User::id))]
        author: i64,
    }

    /// What has parameters is not found.
    #[derive(groundplan::Table)]
    pub(crate) struct Pair<T: groundplan::ColumnType> {
        value: T,
    }
}

fn found() -> Declared {
    collect([module_path!()])
}

async fn database() -> sqlx::SqlitePool {
    sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap()
}

#[test]
fn what_is_derived_is_found_in_the_crates_that_are_asked_for() {
    let mut listed = schema![User, models::Post];
    listed.sort();
    assert_eq!(found().schema, listed);
    assert_eq!(collect(["somebody_elses"]).schema.len(), 0);
}

#[tokio::test]
async fn what_is_not_found_is_left_alone() {
    let pool = database().await;
    let gone = DslTable::new("gone").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    let all = schema![User, models::Post].with(gone);
    Migrator::new(all).run(&pool).await.unwrap();

    let report = groundplan::migrate(&pool, found()).await.unwrap();
    assert!(report.plan.is_empty(), "{}", report.plan);
    sqlx::query("SELECT id FROM gone").fetch_all(&pool).await.unwrap();

    // Listed, the same is a decision.
    let refused = groundplan::migrate(&pool, schema![User, models::Post]).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_found_decides_about_itself() {
    let pool = database().await;
    let more = User::table().column(Column::new("nickname", Type::Text).nullable());
    Migrator::new(schema![models::Post].with(more)).run(&pool).await.unwrap();
    let refused = groundplan::migrate(&pool, found()).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_was_found_is_not_the_whole_truth() {
    let refused = Migrator::new(found()).exact().plan(&database().await).await;
    assert!(matches!(&refused, Err(Error::Input(message)) if message.contains("schema!")), "{refused:?}");
}
