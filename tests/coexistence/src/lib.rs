//! One struct for the schema, for sqlx, SeaORM and Diesel, and for the API: each derive reads its own attributes, and
//! what one of them writes the others read.
#![cfg(test)]

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use groundplan::{SqlEnum, Table, schema};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, SqlxSqliteConnector};

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    SqlEnum,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sql_enum(as = "text", rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Role {
    Reader,
    ChiefEditor,
}

diesel::table! {
    authors (id) {
        id -> BigInt,
        email -> Text,
        pen_name -> Nullable<Text>,
    }
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Table,
    sqlx::FromRow,
    serde::Serialize,
    serde::Deserialize,
    DeriveEntityModel,
    diesel::Queryable,
    diesel::Selectable,
    diesel::Insertable,
    diesel::Identifiable,
)]
#[table(name = "authors", index(columns(pen_name), where = "pen_name IS NOT NULL"))]
#[sea_orm(table_name = "authors")]
#[diesel(table_name = authors, check_for_backend(diesel::sqlite::Sqlite))]
pub struct Model {
    #[column(primary_key, identity)]
    #[sea_orm(primary_key)]
    pub id: i64,
    #[column(unique)]
    #[sea_orm(unique)]
    pub email: String,
    pub pen_name: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Its columns hold an enum, and its name is in another module's way.
mod membership {
    use groundplan::Table;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, Table, sqlx::FromRow, DeriveEntityModel)]
    #[table(name = "memberships", primary_key(author, role))]
    #[sea_orm(table_name = "memberships")]
    pub struct Model {
        #[column(references(super::Model::id, on_delete = "cascade"))]
        #[sea_orm(primary_key, auto_increment = false)]
        pub author: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: super::Role,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn what_one_writes_the_others_read() {
    let folder = std::env::temp_dir().join(format!("groundplan-coexistence-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("app.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    groundplan::migrate(&pool, schema![Model, membership::Model]).await.unwrap();

    // SeaORM writes.
    let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
    let ada = ActiveModel {
        id: ActiveValue::NotSet,
        email: ActiveValue::Set("ada@example.org".to_owned()),
        pen_name: ActiveValue::Set(None),
    };
    let ada = ada.insert(&orm).await.unwrap();
    let editor = membership::ActiveModel {
        author: ActiveValue::Set(ada.id),
        role: ActiveValue::Set(Role::ChiefEditor),
    };
    editor.insert(&orm).await.unwrap();

    // Diesel reads and writes.
    let mut diesel =
        <diesel::SqliteConnection as diesel::Connection>::establish(&file.display().to_string()).unwrap();
    let found: Vec<Model> = authors::table
        .filter(authors::email.eq("ada@example.org"))
        .select(Model::as_select())
        .load(&mut diesel)
        .unwrap();
    assert_eq!(found, [ada.clone()]);
    let grace = Model { id: 7, email: "grace@example.org".to_owned(), pen_name: Some("Amazing".to_owned()) };
    diesel::insert_into(authors::table).values(&grace).execute(&mut diesel).unwrap();

    // sqlx reads, with a query whose names are the schema's.
    let query = sea_orm::sea_query::Query::select()
        .columns([Model::ID.name(), Model::EMAIL.name(), Model::PEN_NAME.name()])
        .from(Model::TABLE)
        .order_by(Model::EMAIL, sea_orm::sea_query::Order::Desc)
        .to_string(sea_orm::sea_query::SqliteQueryBuilder);
    let all: Vec<Model> = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(&pool).await.unwrap();
    assert_eq!(all, [grace.clone(), ada]);
    let members: Vec<membership::Model> =
        sqlx::query_as("SELECT author, role FROM memberships").fetch_all(&pool).await.unwrap();
    assert_eq!(members[0].role, Role::ChiefEditor);

    // And the API speaks of the same.
    let json = serde_json::to_value(&grace).unwrap();
    assert_eq!(serde_json::from_value::<Model>(json).unwrap(), grace);

    pool.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
