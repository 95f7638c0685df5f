//! What the derives declare, made and kept on every engine.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use groundplan::core::{Dialect, Status, Version};
use groundplan::dsl::Database;
use groundplan::mysql::{Flavour, MySqlDialect, TableNames};
use groundplan::sqlite::SqliteDialect;
use groundplan::{Columns, Migrator, SqlEnum, SqlType, Table, migrate, schema};
use support::{TestDatabase, every_engine};

#[derive(SqlEnum, Clone, Copy)]
#[sql_enum(rename_all = "snake_case")]
enum Plan {
    Free,
    PaidYearly,
}

#[derive(SqlEnum)]
#[sql_enum(as = "text", rename_all = "snake_case")]
enum Role {
    Reader,
    Editor,
}

#[derive(SqlEnum)]
#[sql_enum(as = "integer")]
enum Level {
    Low = 1,
    High = 10,
}

#[derive(SqlType)]
#[sql_type(type = "varchar(320)")]
struct Email(String);

#[derive(Columns)]
struct Address {
    street: String,
    #[column(type = "varchar(10)", index)]
    zip: String,
}

/// Who pays.
#[derive(Table)]
#[table(docs, unique(columns(id, tenant)), index(columns(tenant, plan)))]
struct Org {
    #[column(primary_key, identity)]
    id: i64,
    tenant: i32,
    #[column(default = Plan::Free)]
    plan: Plan,
    /// The one above.
    #[column(references(Org::id, on_delete = "set null"))]
    parent: Option<i64>,
    #[column(flatten, prefix = "ship_")]
    shipping: Option<Address>,
}

#[derive(Table)]
#[table(
    name = "users",
    check("age >= 0", name = "users_age_check"),
    foreign_key(columns(org, tenant), references(Org::id, Org::tenant), on_delete = "cascade")
)]
struct User {
    #[column(primary_key, identity)]
    id: i64,
    #[column(unique)]
    email: Email,
    nickname: Option<String>,
    org: i64,
    tenant: i32,
    #[column(default = 0)]
    age: i16,
    #[column(default = true)]
    active: bool,
    #[column(default = Role::Reader)]
    role: Role,
    // Names that engines quote each in its own way.
    #[column(name = "the `odd\" Role")]
    odd_role: Option<Role>,
    #[column(name = "order")]
    order: Option<Level>,
    #[column(default = Level::High)]
    level: Level,
    #[column(default = 1.5)]
    ratio: f64,
    #[column(default = "it's")]
    note: Option<Email>,
    tiny: i8,
    picture: Option<Vec<u8>>,
    hash: [u8; 32],
    letter: char,
    #[column(
        type = "varchar(7)",
        postgres(type = "bigint"),
        mysql(type = "int unsigned"),
        mariadb(type = "bigint unsigned"),
        sqlite(type = "ANYTHING")
    )]
    each: i64,
}

#[tokio::test]
async fn a_declared_schema_is_made_once() {
    for database in every_engine().await {
        made(&database, schema![User, Org]).await;
        database.close().await;
    }
}

/// The schema of the README, with text that is unique, and what else engines disagree on.
#[derive(Table)]
struct Reader {
    #[column(primary_key, identity)]
    id: i64,
    #[column(unique)]
    email: String,
    #[column(default = "none", index)]
    nickname: Option<String>,
    #[column(unique)]
    token: Vec<u8>,
    #[column(default = sql("CURRENT_TIMESTAMP"))]
    seen_at: std::time::SystemTime,
    small: u8,
    middle: u16,
    wide: u32,
}

#[tokio::test]
async fn text_and_bytes_are_unique_and_moments_have_defaults_on_every_engine() {
    for database in every_engine().await {
        made(&database, schema![Reader]).await;
        database.close().await;
    }
}

#[derive(SqlType)]
#[sql_type(composite, name = "spot")]
struct Spot {
    x: i32,
    y: i32,
}

#[derive(Table)]
#[table(name = "pins")]
struct Pin {
    id: i64,
    at: Spot,
}

#[test]
fn composite_types_are_refused_where_there_are_none() {
    let refused = |dialect: &dyn Dialect| -> Vec<String> {
        let problems = dialect.check(&schema![Pin]);
        problems.iter().map(|problem| format!("{}: {}", problem.object, problem.message)).collect()
    };
    let version = Version::new(11, 8, 0);
    let mysql = |flavour| refused(&MySqlDialect { flavour, version, tables: TableNames::AsDeclared });
    let told = |engine| format!("composite type spot: {engine} has nothing like a composite type");
    assert_eq!(refused(&SqliteDialect::new(Version::new(3, 51, 0)))[0], told("SQLite"));
    assert_eq!(mysql(Flavour::MySql)[0], told("MySQL"));
    assert_eq!(mysql(Flavour::MariaDb)[0], told("MariaDB"));
}

async fn made(database: &TestDatabase, schema: Database) {
    let report =
        migrate(database, schema.clone()).await.unwrap_or_else(|e| panic!("{}: {e}", database.engine));
    assert_eq!(report.status, Status::Applied, "{}", database.engine);
    let plan = Migrator::new(schema).exact().plan(database).await.unwrap();
    assert!(plan.is_empty(), "{}: {plan}", database.engine);
}
