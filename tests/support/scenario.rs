//! A small application whose schema changes in every way there is, with rows that must survive it.

use groundplan::core::Engine;
use groundplan::dsl::{Check, Column, Database, ForeignKey, ForeignKeyAction, Index, Table, Type, View};

use super::TestDatabase;

fn key(name: &str) -> Table {
    Table::new(name).column(Column::new("id", Type::BigInt).identity()).primary_key(["id"])
}

fn belongs_to(column: &str, table: &str, name: &str) -> ForeignKey {
    ForeignKey::new([column], table, ["id"]).named(name).on_delete(ForeignKeyAction::Cascade)
}

fn users() -> Table {
    key("users")
        .column(Column::new("email", Type::Varchar(200)))
        .column(Column::new("nickname", Type::Varchar(50)).nullable())
        .column(Column::new("legacy", Type::Varchar(20)).nullable())
        .column(Column::new("city", Type::Varchar(50)).nullable())
}

fn posts() -> Table {
    key("posts")
        .column(Column::new("author", Type::BigInt))
        .column(Column::new("title", Type::Varchar(200)))
        .column(Column::new("score", Type::Integer).default(0))
        .foreign_key(belongs_to("author", "users", "posts_author_fkey"))
        .index(Index::on(["author"]).named("posts_author_idx"))
}

fn comments() -> Table {
    key("comments").column(Column::new("post", Type::BigInt)).column(Column::new("body", Type::Varchar(100)))
}

fn notes(name: &str) -> Table {
    key(name).column(Column::new("body", Type::Varchar(100)))
}

/// The schema before.
pub fn old() -> Database {
    Database::new()
        .with(users())
        .with(posts())
        .with(comments())
        .with(notes("notes"))
        .with(View::new("names", "SELECT id, email FROM users"))
}

/// The schema with additions only: a table, columns, a unique constraint, a check, a foreign key, indexes, a view.
pub fn wider() -> Database {
    Database::new()
        .with(wider_users())
        .with(wider_posts())
        .with(wider_comments())
        .with(notes("notes"))
        .with(tags())
        .with(View::new("names", "SELECT id, email FROM users"))
        .with(View::new("titles", "SELECT id, title FROM posts"))
}

fn wider_users() -> Table {
    users()
        .column(Column::new("bio", Type::Text).nullable())
        .column(Column::new("active", Type::Bool).default(true))
        .unique(["email"])
        .index(Index::on(["nickname"]).named("users_nickname_idx"))
}

fn wider_posts() -> Table {
    posts().check(Check::new("score >= 0").named("posts_score_check"))
}

fn wider_comments() -> Table {
    comments().index(Index::on(["post"]).named("comments_post_idx")).foreign_key(belongs_to(
        "post",
        "posts",
        "comments_post_fkey",
    ))
}

fn tags() -> Table {
    key("tags")
        .column(Column::new("name", Type::Varchar(50)))
        .column(Column::new("post", Type::BigInt))
        .unique(["name"])
        .index(Index::on(["post"]).named("tags_post_idx"))
        .foreign_key(belongs_to("post", "posts", "tags_post_fkey"))
}

/// The schema after every kind of change: beside the additions a NOT NULL, a dropped column, a renamed column, a
/// renamed table, a wider type below a view, and another query of that view.
pub fn new() -> Database {
    let mut users = wider_users();
    users.columns.remove(&"legacy".into());
    users.columns.remove(&"city".into());
    users.columns.replace(Column::new("email", Type::Varchar(220)));
    users.columns.replace(Column::new("nickname", Type::Varchar(50)));
    let users = users.column(Column::new("town", Type::Varchar(50)).nullable().renamed_from("city"));
    Database::new()
        .with(users)
        .with(wider_posts())
        .with(wider_comments())
        .with(notes("memos").renamed_from("notes"))
        .with(tags())
        .with(View::new("names", "SELECT email, id, nickname FROM users"))
        .with(View::new("titles", "SELECT id, title FROM posts"))
}

/// A database at the schema before, with rows, if the engine's server is there.
pub async fn stage(engine: Engine) -> Option<TestDatabase> {
    let database = TestDatabase::on(engine).await?;
    groundplan::migrate(&database, old()).await.unwrap();
    fill(&database).await;
    Some(database)
}

/// Puts rows into the schema before.
pub async fn fill(database: &TestDatabase) {
    let list =
        |count: usize, row: &dyn Fn(usize) -> String| (1..=count).map(row).collect::<Vec<_>>().join(", ");
    let users = list(40, &|n| format!("('user{n}@example.org', 'nick{n}', 'old{n}', 'city{n}')"));
    let posts = list(120, &|n| format!("({}, 'title {n}', {n})", n % 40 + 1));
    let comments = list(200, &|n| format!("({}, 'comment {n}')", n % 120 + 1));
    let notes = list(20, &|n| format!("('note {n}')"));
    for insert in [
        format!("INSERT INTO users (email, nickname, legacy, city) VALUES {users}"),
        format!("INSERT INTO posts (author, title, score) VALUES {posts}"),
        format!("INSERT INTO comments (post, body) VALUES {comments}"),
        format!("INSERT INTO notes (body) VALUES {notes}"),
    ] {
        database.execute(&insert).await;
    }
}

/// Every row of the tables as they are before, or after [`new`].
pub async fn rows(database: &TestDatabase, renamed: bool) -> Vec<String> {
    let (city, notes) = if renamed { ("town", "memos") } else { ("city", "notes") };
    let queries = [
        format!("SELECT concat_ws('|', 'user', id, email, nickname, {city}) FROM users ORDER BY id"),
        "SELECT concat_ws('|', 'post', id, author, title, score) FROM posts ORDER BY id".to_owned(),
        "SELECT concat_ws('|', 'comment', id, post, body) FROM comments ORDER BY id".to_owned(),
        format!("SELECT concat_ws('|', 'note', id, body) FROM {notes} ORDER BY id"),
    ];
    let mut rows = Vec::new();
    for query in queries {
        rows.extend(database.texts(&query).await);
    }
    rows
}
