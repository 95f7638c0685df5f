//! One struct for the schema, the rows and the API.

use groundplan::dsl::{self, Column, Type};
use groundplan::{SqlEnum, Table};
use sea_query::{Expr, ExprTrait, Order, PostgresQueryBuilder, Query, SqliteQueryBuilder};

#[derive(Debug, PartialEq, Clone, Copy, SqlEnum, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sql_enum(as = "text", rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum Role {
    Reader,
    ChiefEditor,
}

#[derive(Debug, PartialEq, Table, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[table(name = "authors", index(columns(role)))]
struct Author {
    #[column(primary_key, identity)]
    id: i64,
    #[column(unique)]
    #[serde(rename = "mail")]
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pen_name: Option<String>,
    role: Role,
    #[column(skip)]
    #[sqlx(skip)]
    #[serde(skip)]
    books: Vec<String>,
}

#[test]
fn serde_and_sqlx_and_the_schema_share_a_struct() {
    let author = Author {
        id: 1,
        email: "a@example.org".into(),
        pen_name: None,
        role: Role::ChiefEditor,
        books: Vec::new(),
    };
    let json = serde_json::to_value(&author).unwrap();
    assert_eq!(json, serde_json::json!({ "id": 1, "mail": "a@example.org", "role": "chief_editor" }));
    assert_eq!(serde_json::from_value::<Author>(json).unwrap(), author);
    let columns: Vec<_> = Author::table().columns.names().map(ToString::to_string).collect();
    assert_eq!(columns, ["id", "email", "pen_name", "role"]);
    assert_eq!(Role::VALUES, ["reader", "chief_editor"]);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn rows_of_the_declared_table_are_read_into_the_struct() {
    let pool =
        sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql("CREATE TABLE authors (id INTEGER PRIMARY KEY, email TEXT, pen_name TEXT, role TEXT)")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::raw_sql("INSERT INTO authors VALUES (1, 'a@example.org', NULL, 'chief_editor')")
        .execute(&pool)
        .await
        .unwrap();
    let query = Query::select()
        .columns([Author::ID.name(), Author::EMAIL.name(), Author::PEN_NAME.name(), Author::ROLE.name()])
        .from(Author::TABLE)
        .and_where(Expr::col(Author::EMAIL).like("a@%"))
        .to_string(SqliteQueryBuilder);
    let author: Author = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_one(&pool).await.unwrap();
    assert_eq!(author.role, Role::ChiefEditor);
}

#[derive(Table)]
#[table(schema = "crm", name = "a\"b")]
struct Odd {
    #[column(name = "c\"d")]
    value: i64,
}

#[test]
fn names_stand_in_queries() {
    let query = Query::select()
        .column(Author::EMAIL)
        .expr(Expr::col((Author::TABLE.name, Author::ID)))
        .from(Author::TABLE)
        .order_by(Author::PEN_NAME, Order::Desc)
        .to_string(PostgresQueryBuilder);
    assert_eq!(query, r#"SELECT "email", "authors"."id" FROM "authors" ORDER BY "pen_name" DESC"#);
    let odd = Query::select().column(Odd::VALUE).from(Odd::TABLE).to_string(PostgresQueryBuilder);
    assert_eq!(odd, r#"SELECT "c""d" FROM "crm"."a""b""#);
    assert_eq!(Odd::TABLE.to_string(), "crm.a\"b");
    let table = dsl::Table::new(("crm", "a\"b")).column(Column::new("c\"d", Type::BigInt));
    assert_eq!(Odd::table(), table);
}
