//! What `ALTER TABLE` refuses, and what it and a careless rebuild lose: each shown first, then the way that is taken.
//!
//! That a writer is met before anything is done, and that a commit waits for readers, is tested in `session.rs`.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use std::path::Path;

use schema_core::diff::{Rename, Renames, diff};
use schema_core::plan::Step;
use schema_core::{Dialect, ObjectId, ObjectKind, PlanRequest, Scope, Sql, TableSizes, Version};
use schema_sqlite::SqliteDialect;
use sqlx::{AssertSqlSafe, Connection};
use support::rows::connect;
use support::{Folder, canonical, execute, open, plan, probe};

async fn make(file: &Path, sql: &str) {
    open(file).await.execute(&sql.into()).await.unwrap();
}

async fn steps(file: &Path, to: &str) -> Vec<Step> {
    let mut session = open(file).await;
    let wanted = canonical(&mut *session, "to.sql", to).await.unwrap().schema;
    plan(&mut *session, &wanted, &Renames::default()).await.unwrap()
}

/// Leads a database to a schema, and makes sure that it is there.
async fn lead(file: &Path, to: &str) {
    let mut session = open(file).await;
    let wanted = canonical(&mut *session, "to.sql", to).await.unwrap().schema;
    let steps = plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    assert_eq!(probe(&mut *session, &steps).await.unwrap(), None, "{to}");
    execute(&mut *session, &steps).await.unwrap();
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database, "{to}");
}

async fn one(file: &Path, query: &str) -> String {
    let mut connection = connect(file).await;
    let found = sqlx::query_scalar(AssertSqlSafe(format!("SELECT CAST(({query}) AS TEXT)")));
    let found: Option<String> = found.fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    found.unwrap_or_default()
}

/// What SQLite says to a statement, without foreign keys unless the statement turns them on.
async fn refused(file: &Path, sql: &str) -> String {
    let mut connection = connect(file).await;
    let error = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap_err();
    connection.close().await.unwrap();
    error.to_string()
}

#[tokio::test]
async fn s1_columns_that_cannot_be_added() {
    for column in [
        "c UNIQUE",
        "c DEFAULT (random())",
        "c DEFAULT CURRENT_TIMESTAMP",
        "c AS (a) STORED",
        "c INTEGER DEFAULT 1 REFERENCES p (id)",
        "c NOT NULL",
    ] {
        let files = Folder::new();
        let file = files.file("a.db");
        // A column without a default asks for a table without rows.
        let rows = if column == "c NOT NULL" { "DELETE FROM t" } else { "SELECT 1" };
        make(
            &file,
            &format!(
                "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
                 CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (2); {rows}"
            ),
        )
        .await;
        if column != "c NOT NULL" {
            refused(&file, &format!("PRAGMA foreign_keys = ON; ALTER TABLE t ADD COLUMN {column}")).await;
        }
        let before = one(&file, "SELECT group_concat(rowid || a) FROM t").await;
        lead(&file, &format!("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a, {column})")).await;
        assert_eq!(one(&file, "SELECT group_concat(rowid || a) FROM t").await, before, "{column}");
    }
}

#[tokio::test]
async fn s2_columns_that_cannot_be_dropped() {
    for (more, rest) in [
        ("gone PRIMARY KEY", ""),
        ("gone UNIQUE", ""),
        ("gone, CHECK (gone <> b)", ""),
        ("gone", "CREATE INDEX i ON t (gone)"),
        ("gone", "CREATE INDEX i ON t (a) WHERE gone > 1"),
        ("gone", "CREATE VIEW v AS SELECT gone FROM t"),
        ("gone", "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT new.gone; END"),
    ] {
        let files = Folder::new();
        let file = files.file("a.db");
        make(
            &file,
            &format!("CREATE TABLE t (a, b, {more}); INSERT INTO t VALUES (1, 'x', 5), (2, 'y', 6); {rest}"),
        )
        .await;
        refused(&file, "PRAGMA foreign_keys = ON; ALTER TABLE t DROP COLUMN gone").await;
        lead(&file, "CREATE TABLE t (a, b)").await;
        assert_eq!(
            one(&file, "SELECT group_concat(rowid || a || b) FROM t").await,
            "11x,22y",
            "{more} {rest}"
        );
    }
}

#[tokio::test]
async fn s3_a_view_that_is_broken_already_stops_a_rename_and_nothing_else() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(
        &file,
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2); CREATE VIEW broken AS SELECT * FROM nowhere",
    )
    .await;
    assert!(refused(&file, "ALTER TABLE t RENAME COLUMN a TO c").await.contains("broken"));
    let mut session = open(&file).await;
    let to = "CREATE TABLE t (c, b); CREATE VIEW broken AS SELECT * FROM nowhere";
    let wanted = canonical(&mut *session, "to.sql", to).await.unwrap().schema;
    let rename = Rename { from: ObjectId::on(ObjectKind::Column, &"t".into(), "a"), to: "c".into() };
    let steps = plan(&mut *session, &wanted, &[rename].into_iter().collect()).await.unwrap();
    let error = execute(&mut *session, &steps).await.unwrap_err().to_string();
    assert!(error.contains("broken"), "{error}");
    drop(session);
    assert_eq!(one(&file, "SELECT a || b FROM t").await, "12");
    // Everything else goes on.
    lead(&file, "CREATE TABLE t (a, b NOT NULL); CREATE VIEW broken AS SELECT * FROM nowhere").await;
    lead(&file, "CREATE TABLE t (a); CREATE VIEW broken AS SELECT * FROM nowhere").await;
    assert_eq!(one(&file, "SELECT a FROM t").await, "1");
}

#[tokio::test]
async fn s4_not_null_and_check() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y')").await;
    lead(&file, "CREATE TABLE t (a NOT NULL, b, CONSTRAINT c CHECK (a > 0))").await;
    refused(&file, "INSERT INTO t VALUES (NULL, 'z')").await;
    refused(&file, "INSERT INTO t VALUES (0, 'z')").await;
    assert_eq!(one(&file, "SELECT group_concat(a || b) FROM t").await, "1x,2y");
    let stopped = steps(&file, "CREATE TABLE t (a NOT NULL, b, CHECK (a > 1))").await;
    assert!(probe(&mut *open(&file).await, &stopped).await.unwrap().is_some());
    lead(&file, "CREATE TABLE t (a, b)").await;
    make(&file, "INSERT INTO t VALUES (NULL, 'z')").await;
}

/// From 3.53 on SQLite does it in place. The statements are those that were run by such a library; the one that is
/// bundled here may be older.
#[tokio::test]
async fn s4_not_null_and_check_in_place() {
    let files = Folder::new();
    let file = files.file("a.db");
    let (from, to) = (
        "CREATE TABLE t (a INT, \"b c\" NOT NULL, CONSTRAINT old CHECK (a < 9), CHECK (a <> 5))",
        "CREATE TABLE t (a INT NOT NULL ON CONFLICT IGNORE, \"b c\", CHECK (a <> 5), CONSTRAINT \"n w\" CHECK (a > 0))",
    );
    make(&file, &format!("{from}; INSERT INTO t VALUES (1, 'x'), (2, 'y')")).await;
    let mut session = open(&file).await;
    let before = session.inspect(&Scope::default()).await.unwrap().schema;
    let after = canonical(&mut *session, "to.sql", to).await.unwrap().schema;
    let (changes, sizes) = (diff(&before, &after, &Renames::default()), TableSizes::default());
    let request = PlanRequest { before: &before, after: &after, diff: &changes, sizes: &sizes };
    let steps = SqliteDialect::new(Version::new(3, 53, 0)).plan(&request).unwrap();
    let statements: Vec<&str> = steps.iter().flat_map(|s| &s.statements).map(Sql::as_str).collect();
    assert_eq!(
        statements,
        [
            "ALTER TABLE \"t\" DROP CONSTRAINT \"old\"",
            "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET NOT NULL ON CONFLICT IGNORE",
            "ALTER TABLE \"t\" ALTER COLUMN \"b c\" DROP NOT NULL",
            "ALTER TABLE \"t\" ADD CONSTRAINT \"n w\" CHECK (a > 0)",
        ]
    );
    if session.dialect().version() >= Version::new(3, 53, 0) {
        execute(&mut *session, &steps).await.unwrap();
        assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == after.database);
    }
}

const FAMILY: &str = "
CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
CREATE TABLE c (p REFERENCES p ON DELETE CASCADE, n REFERENCES p ON DELETE SET NULL);
CREATE INDEX i ON p (a);
CREATE VIEW v AS SELECT a FROM p;
CREATE TRIGGER r AFTER DELETE ON p BEGIN DELETE FROM c; END;";

const FAMILY_ROWS: &str = "INSERT INTO p (a) VALUES ('x'), ('y'), ('z'); INSERT INTO c VALUES (1, 2), (2, 1);
DELETE FROM p WHERE id = 3; INSERT INTO c VALUES (1, 2), (2, 1);";

#[tokio::test]
async fn s5_s6_dropping_a_parent_deletes_no_children() {
    let files = Folder::new();
    let (file, other) = (files.file("a.db"), files.file("b.db"));
    for file in [&file, &other] {
        make(file, &format!("{FAMILY}{FAMILY_ROWS}")).await;
    }
    // Off within a transaction is not off, and then the children are gone.
    let mut connection = connect(&other).await;
    let careless = "PRAGMA foreign_keys = ON; BEGIN; PRAGMA foreign_keys = OFF; DROP TABLE p; COMMIT";
    sqlx::raw_sql(careless).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(one(&other, "SELECT count(*) FROM c").await, "0");

    lead(&file, &FAMILY.replace("AUTOINCREMENT, a)", "AUTOINCREMENT, a NOT NULL)")).await;
    assert_eq!(one(&file, "SELECT group_concat(p || n) FROM c").await, "12,21");
}

#[tokio::test]
async fn s7_children_and_views_still_mean_the_table() {
    let files = Folder::new();
    let (file, other) = (files.file("a.db"), files.file("b.db"));
    for file in [&file, &other] {
        make(file, &format!("{FAMILY}{FAMILY_ROWS}")).await;
    }
    let parent = "SELECT \"table\" FROM pragma_foreign_key_list('c') LIMIT 1";
    make(&other, "PRAGMA foreign_keys = OFF; ALTER TABLE p RENAME TO old_p").await;
    assert_eq!(one(&other, parent).await, "old_p");

    let (view, trigger) =
        ("SELECT sql FROM sqlite_schema WHERE name = 'v'", "SELECT sql FROM sqlite_schema WHERE name = 'r'");
    let before = (one(&file, view).await, one(&file, trigger).await);
    lead(&file, &FAMILY.replace("AUTOINCREMENT, a)", "AUTOINCREMENT, a NOT NULL)")).await;
    assert_eq!(one(&file, parent).await, "p");
    assert_eq!((one(&file, view).await, one(&file, trigger).await), before);
    assert_eq!(one(&file, "SELECT group_concat(a) FROM v").await, "x,y");
}

#[tokio::test]
async fn s8_what_hangs_on_the_table_is_kept() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file, &format!("{FAMILY}{FAMILY_ROWS}")).await;
    lead(&file, &FAMILY.replace("AUTOINCREMENT, a)", "AUTOINCREMENT, a NOT NULL)")).await;
    let all = "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name IN ('i', 'v', 'r') ORDER BY 1)";
    assert_eq!(one(&file, all).await, "i r v");
    make(&file, "INSERT INTO p (a) VALUES ('new')").await;
    assert_eq!(one(&file, "SELECT id FROM p WHERE a = 'new'").await, "4", "a number was used again");
}

#[tokio::test]
async fn s9_a_text_that_would_become_another_number_stops_the_plan() {
    let files = Folder::new();
    for (value, ty) in
        [("'00123'", "INTEGER"), ("'1e3'", "INTEGER"), ("9007199254740993", "REAL"), ("'007'", "NUMERIC")]
    {
        let file = files.file(&format!("{}{ty}.db", value.trim_matches('\'')));
        let old = if value.starts_with('\'') { "TEXT" } else { "INTEGER" };
        make(&file, &format!("CREATE TABLE t (a {old}); INSERT INTO t VALUES ({value})")).await;
        let plan = steps(&file, &format!("CREATE TABLE t (a {ty})")).await;
        let found = probe(&mut *open(&file).await, &plan).await.unwrap();
        assert!(found.as_ref().is_some_and(|found| found.contains("GP-DL104")), "{value} {ty}: {found:?}");
    }
}
