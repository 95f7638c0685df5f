//! Renames: what bears the name, and what mentions it.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use schema_core::diff::{Rename, Renames};
use schema_core::{ObjectId, ObjectKind, Scope};
use support::rows::connect;
use support::{Folder, canonical, execute, open, plan};

fn table(from: &str, to: &str) -> Rename {
    Rename { from: ObjectId::table(&from.into()), to: to.into() }
}

fn column(table: &str, from: &str, to: &str) -> Rename {
    Rename { from: ObjectId::on(ObjectKind::Column, &table.into(), from), to: to.into() }
}

/// Renames lead from one schema to the other without a rebuild, with the rows in place.
async fn check(from: &str, to: &str, renames: Vec<Rename>, sum: &'static str) {
    let files = Folder::new();
    let file = files.file("a.db");
    let mut session = open(&file).await;
    session.execute(&from.into()).await.unwrap();
    let wanted = canonical(&mut *session, "to.sql", to).await.unwrap().schema;
    let steps = plan(&mut *session, &wanted, &renames.into_iter().collect()).await.unwrap();
    let rebuilt: Vec<&str> =
        steps.iter().map(|step| step.title.as_str()).filter(|title| title.starts_with("rebuild")).collect();
    assert!(rebuilt.is_empty(), "{rebuilt:?}");
    execute(&mut *session, &steps).await.unwrap();
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database);
    assert!(plan(&mut *session, &wanted, &Renames::default()).await.unwrap().is_empty());
    drop(session);
    let kept: i64 = sqlx::query_scalar(sum).fetch_one(&mut connect(&file).await).await.unwrap();
    assert_eq!(kept, 6);
}

#[tokio::test]
async fn a_table_with_everything_that_mentions_it() {
    check(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, up REFERENCES a, CHECK (a.id > 0));
         CREATE TABLE c (a INTEGER REFERENCES a ON DELETE CASCADE);
         CREATE INDEX i ON a (up) WHERE up > 1;
         CREATE VIEW v AS SELECT id FROM a; CREATE VIEW w AS SELECT * FROM v;
         CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT * FROM w; END;
         CREATE TRIGGER u AFTER INSERT ON c BEGIN DELETE FROM a; END;
         INSERT INTO a (id) VALUES (1), (2), (3);",
        "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT, up REFERENCES b, CHECK (b.id > 0));
         CREATE TABLE c (a INTEGER REFERENCES b ON DELETE CASCADE);
         CREATE INDEX i ON b (up) WHERE up > 1;
         CREATE VIEW v AS SELECT id FROM b; CREATE VIEW w AS SELECT * FROM v;
         CREATE TRIGGER t AFTER INSERT ON b BEGIN SELECT * FROM w; END;
         CREATE TRIGGER u AFTER INSERT ON c BEGIN DELETE FROM b; END;",
        vec![table("a", "b")],
        "SELECT sum(id) FROM b",
    )
    .await;
}

#[tokio::test]
async fn a_column_with_everything_that_mentions_it() {
    check(
        "CREATE TABLE p (a INTEGER PRIMARY KEY, b TEXT UNIQUE, g AS (b || a), CHECK (length(b) < 9), CONSTRAINT n CHECK (b <> 'b'));
         CREATE TABLE c (x REFERENCES p (b));
         CREATE INDEX i ON p (lower(b)) WHERE b IS NOT NULL;
         CREATE VIEW v AS SELECT b FROM p;
         CREATE TRIGGER t AFTER UPDATE OF b ON p BEGIN SELECT new.b; END;
         INSERT INTO p VALUES (1, 'x'), (2, 'y'), (3, 'z');",
        "CREATE TABLE p (a INTEGER PRIMARY KEY, \"new b\" TEXT UNIQUE, g AS (\"new b\" || a), CHECK (length(\"new b\") < 9), CONSTRAINT n CHECK (\"new b\" <> 'b'));
         CREATE TABLE c (x REFERENCES p (\"new b\"));
         CREATE INDEX i ON p (lower(\"new b\")) WHERE \"new b\" IS NOT NULL;
         CREATE VIEW v AS SELECT \"new b\" FROM p;
         CREATE TRIGGER t AFTER UPDATE OF \"new b\" ON p BEGIN SELECT new.\"new b\"; END;",
        vec![column("p", "b", "new b")],
        "SELECT sum(a) FROM p WHERE \"new b\" >= 'x'",
    )
    .await;
}

#[tokio::test]
async fn names_that_change_places() {
    check(
        "CREATE TABLE a (x INTEGER, y TEXT); CREATE TABLE b (x TEXT); CREATE TABLE \"Case\" (\"Id\" INT);
         INSERT INTO a VALUES (6, 'y');",
        "CREATE TABLE b (y INTEGER, x TEXT); CREATE TABLE a (x TEXT); CREATE TABLE \"case\" (\"id\" INT);",
        vec![
            table("a", "b"),
            table("b", "a"),
            column("a", "x", "y"),
            column("a", "y", "x"),
            table("Case", "case"),
            column("Case", "Id", "id"),
        ],
        "SELECT sum(y) FROM b",
    )
    .await;
}

#[tokio::test]
async fn names_in_another_case() {
    check(
        "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT CHECK (Name <> ''));
         CREATE TABLE c (u REFERENCES Users (Id) ON DELETE CASCADE);
         CREATE INDEX i ON Users (lower(Name));
         CREATE VIEW v AS SELECT Name FROM Users;
         INSERT INTO Users VALUES (1, 'x'), (2, 'y'), (3, 'z'); INSERT INTO c VALUES (1);",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, Name TEXT CHECK (Name <> ''));
         CREATE TABLE c (u REFERENCES Users (Id) ON DELETE CASCADE);
         CREATE INDEX i ON users (lower(name));
         CREATE VIEW v AS SELECT Name FROM Users;",
        vec![table("Users", "users"), column("Users", "Id", "id")],
        "SELECT sum(id) FROM users",
    )
    .await;
}
