//! What a session promises about its connection and its file, whatever happens.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use schema_core::diff::{Renames, diff};
use schema_core::plan::Step;
use schema_core::{Canonical, Connect, Error, Reach, Scope, ScopeSchemas, Session};
use schema_sqlite::SqliteSession;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection};
use support::rows::connect;
use support::{Folder, canonical, execute, open, plan};

const OLD: &str = "
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, old TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE);
CREATE INDEX parent_name ON parent (name);
CREATE VIEW names AS SELECT name FROM parent;
CREATE TRIGGER log AFTER DELETE ON parent BEGIN DELETE FROM child WHERE parent = old.id; END;
INSERT INTO parent (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT 'p' || i FROM n;
INSERT INTO child (parent) SELECT id FROM parent;
DELETE FROM parent WHERE id = 500;
";

const NEW: &str = "
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL CHECK (name <> ''), added TEXT DEFAULT 'x');
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE);
CREATE INDEX parent_name ON parent (name);
CREATE INDEX parent_added ON parent (added);
CREATE INDEX child_parent ON child (parent);
CREATE VIEW names AS SELECT name, added FROM parent;
CREATE TRIGGER log AFTER DELETE ON parent BEGIN DELETE FROM child WHERE parent = old.id; END;
";

async fn make(file: &Path) {
    open(file).await.execute(&OLD.into()).await.unwrap();
}

async fn steps(session: &mut dyn Session) -> (Vec<Step>, Canonical) {
    let wanted = canonical(session, "new.sql", NEW).await.unwrap().schema;
    (plan(session, &wanted, &Renames::default()).await.unwrap(), wanted)
}

async fn count(file: &Path, query: &'static str) -> i64 {
    let mut connection = connect(file).await;
    let count = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    count
}

/// Every row is where it was, and the next number is one that was never used.
async fn assert_rows_kept(file: &Path, context: &str) {
    assert_eq!(count(file, "SELECT count(*) FROM parent").await, 499, "{context}");
    assert_eq!(count(file, "SELECT count(*) FROM child").await, 499, "{context}");
    assert_eq!(count(file, "SELECT sum(substr(name, 2) = id) FROM parent").await, 499, "{context}");
    assert_eq!(count(file, "SELECT seq FROM sqlite_sequence WHERE name = 'parent'").await, 500, "{context}");
    assert_eq!(count(file, "SELECT count(*) FROM pragma_foreign_key_check").await, 0, "{context}");
}

#[tokio::test]
async fn a_rebuild_under_a_cascade_keeps_every_row() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let mut session = open(&file).await;
    let (steps, wanted) = steps(&mut *session).await;
    execute(&mut *session, &steps).await.unwrap();
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database);
    drop(session);
    assert_rows_kept(&file, "after the rebuild").await;
}

/// The child process of the test below: it kills itself before the statement of that number.
#[tokio::test]
#[ignore = "a part of the test that kills it"]
async fn dies() {
    let file = std::env::var_os("GROUNDPLAN_DIES_ON").unwrap();
    let at: usize = std::env::var("GROUNDPLAN_DIES_AT").unwrap().parse().unwrap();
    let mut session = open(Path::new(&file)).await;
    let (steps, _) = steps(&mut *session).await;
    session.prepare(Duration::from_secs(5)).await.unwrap();
    assert!(session.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    session.begin().await.unwrap();
    for (number, statement) in steps.iter().flat_map(|step| &step.statements).enumerate() {
        if number == at {
            die();
        }
        session.execute(statement).await.unwrap();
    }
    session.commit().await.unwrap();
    die();
}

fn die() -> ! {
    let me = std::process::id().to_string();
    Command::new("kill").args(["-9", &me]).status().unwrap();
    unreachable!("it is killed")
}

#[tokio::test]
async fn killed_anywhere_the_database_is_wholly_old_or_wholly_new() {
    let files = Folder::new();
    let first = files.file("first.db");
    make(&first).await;
    let mut session = open(&first).await;
    let (all, wanted) = steps(&mut *session).await;
    let before = session.inspect(&Scope::default()).await.unwrap().schema;
    drop(session);
    let statements = all.iter().map(|step| step.statements.len()).sum::<usize>();
    assert!(statements >= 14, "only {statements} statements");
    for journal in ["delete", "wal"] {
        for at in 0..=statements {
            let context = format!("killed before statement {at} of {statements}, journal {journal}");
            let file = files.file(&format!("{journal}{at}.db"));
            make(&file).await;
            open(&file).await.execute(&format!("PRAGMA journal_mode = {journal}").into()).await.unwrap();
            let child = Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "dies"])
                .env("GROUNDPLAN_DIES_ON", &file)
                .env("GROUNDPLAN_DIES_AT", at.to_string())
                .output()
                .unwrap();
            assert!(!child.status.success(), "{context}");
            let mut session = open(&file).await;
            let found = session.inspect(&Scope::default()).await.unwrap().schema;
            let expected = if at == statements { &wanted } else { &before };
            assert!(found.database == expected.database, "{context}");
            let (rest, _) = steps(&mut *session).await;
            execute(&mut *session, &rest).await.unwrap();
            let found = session.inspect(&Scope::default()).await.unwrap().schema;
            assert!(found.database == wanted.database, "{context}");
            drop(session);
            assert_rows_kept(&file, &context).await;
        }
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_stays_as_it_is() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let bytes = std::fs::read(&file).unwrap();
    let options = SqliteConnectOptions::new().filename(&file).read_only(true);
    let mut session = Connect::connect(&options).await.unwrap();
    session.prepare(Duration::from_secs(1)).await.unwrap();
    // BEGIN IMMEDIATE is granted on a file that is opened for reading; the first change is refused.
    let error = if let Err(error) = session.try_lock(&Reach::of(&Scope::default())).await {
        error
    } else {
        let (steps, _) = steps(&mut *session).await;
        session.begin().await.unwrap();
        let error = session.execute(&steps[0].statements[0]).await.unwrap_err();
        session.rollback().await.unwrap();
        error
    };
    session.unlock().await.unwrap();
    assert!(error.to_string().contains("readonly"), "{error}");
    drop(session);
    assert!(std::fs::read(&file).unwrap() == bytes);
}

#[tokio::test]
async fn a_full_disk_changes_nothing() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let bytes = std::fs::read(&file).unwrap();
    let mut session = open(&file).await;
    let (steps, _) = steps(&mut *session).await;
    session.execute(&"PRAGMA max_page_count = 1".into()).await.unwrap();
    let error = execute(&mut *session, &steps).await.unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    drop(session);
    assert!(std::fs::read(&file).unwrap() == bytes);
    assert_rows_kept(&file, "after the disk was full").await;
}

#[tokio::test]
async fn the_commit_waits_for_readers_but_not_for_ever() {
    let files = Folder::new();
    for journal in [SqliteJournalMode::Delete, SqliteJournalMode::Wal] {
        let file = files.file(&format!("{journal:?}.db"));
        make(&file).await;
        let options = SqliteConnectOptions::new().filename(&file).journal_mode(journal);
        let mut reader = ConnectOptions::connect(&options).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT count(*) FROM parent").execute(&mut reader).await.unwrap();

        let mut session = Connect::connect(&options).await.unwrap();
        let (steps, wanted) = steps(&mut *session).await;
        session.prepare(Duration::from_millis(200)).await.unwrap();
        assert!(session.try_lock(&Reach::of(&Scope::default())).await.unwrap());
        session.begin().await.unwrap();
        for statement in steps.iter().flat_map(|step| &step.statements) {
            session.execute(statement).await.unwrap();
        }
        let committed = session.commit().await;
        if journal == SqliteJournalMode::Delete {
            // Without a write-ahead log the reader is in the way; nothing has happened.
            assert!(committed.unwrap_err().is_transient());
            session.unlock().await.unwrap();
            assert!(session.inspect(&Scope::default()).await.unwrap().schema.database != wanted.database);
            let release = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                reader.close().await.unwrap();
            });
            execute(&mut *session, &steps).await.unwrap();
            release.await.unwrap();
        } else {
            committed.unwrap();
            session.unlock().await.unwrap();
            reader.close().await.unwrap();
        }
        session.restore().await.unwrap();
        assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database);
        drop(session);
        assert_rows_kept(&file, &format!("{journal:?}")).await;
    }
}

#[tokio::test]
async fn one_session_at_a_time_holds_the_lock() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let (mut one, mut other) = (open(&file).await, open(&file).await);
    for session in [&mut one, &mut other] {
        session.prepare(Duration::from_secs(5)).await.unwrap();
    }
    assert!(one.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    let started = Instant::now();
    assert!(!other.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    assert!(started.elapsed() < Duration::from_secs(1), "it waited");
    one.unlock().await.unwrap();
    assert!(other.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    other.unlock().await.unwrap();
}

#[tokio::test]
async fn a_pool_gets_its_connection_back_as_it_was() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let options = SqliteConnectOptions::new().filename(&file).busy_timeout(Duration::from_millis(1234));
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let mut session = pool.connect().await.unwrap();
    let (steps, _) = steps(&mut *session).await;
    execute(&mut *session, &steps).await.unwrap();
    drop(session);
    let pragma = |name: &'static str| sqlx::query_scalar::<_, i64>(name).fetch_one(&pool);
    assert_eq!(pragma("PRAGMA foreign_keys").await.unwrap(), 1);
    assert_eq!(pragma("PRAGMA busy_timeout").await.unwrap(), 1234);
    assert_eq!(pragma("PRAGMA legacy_alter_table").await.unwrap(), 0);

    // A session that ends amid its work takes its connection along; the pool opens another.
    let mut session = pool.connect().await.unwrap();
    session.prepare(Duration::from_secs(1)).await.unwrap();
    assert!(session.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    drop(session);
    assert_eq!(pragma("PRAGMA foreign_keys").await.unwrap(), 1);
    sqlx::query("DELETE FROM parent WHERE id = 1").execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_connection_inside_a_transaction_is_refused() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let options = SqliteConnectOptions::new().filename(&file);
    let mut connection = ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql("BEGIN").execute(&mut connection).await.unwrap();
    let mut session = SqliteSession::over(connection).await.unwrap();
    let error = session.prepare(Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error, Error::Input(_)), "{error}");
}

#[tokio::test]
async fn new_orphans_refuse_the_commit_and_old_ones_do_not() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let mut connection = connect(&file).await;
    sqlx::raw_sql("INSERT INTO child (parent) VALUES (-1)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut session = open(&file).await;
    session.prepare(Duration::from_secs(1)).await.unwrap();
    assert!(session.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    session.begin().await.unwrap();
    session.execute(&"UPDATE parent SET old = 'x'".into()).await.unwrap();
    session.execute(&"DELETE FROM parent WHERE id = 7".into()).await.unwrap();
    session.execute(&"INSERT INTO child (parent) VALUES (7)".into()).await.unwrap();
    let error = session.commit().await.unwrap_err();
    assert!(error.to_string().contains("1 rows of child refer to no row of parent"), "{error}");
    session.begin().await.unwrap();
    session.execute(&"UPDATE parent SET old = 'y'".into()).await.unwrap();
    session.commit().await.unwrap();
    session.unlock().await.unwrap();
    session.restore().await.unwrap();
    drop(session);
    assert_eq!(count(&file, "SELECT count(*) FROM parent WHERE old = 'y'").await, 499);
}

/// Seconds of processor time that this process has used; the machine may be busy with others.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: f64 =
        stat.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

#[tokio::test]
async fn many_equal_tables_are_no_work() {
    // SQLite itself takes most of a minute to make 5,000 when it is compiled for debugging.
    let tables = if std::env::var_os("GROUNDPLAN_LONG").is_some() { 5_000 } else { 1_000 };
    let files = Folder::new();
    let file = files.file("a.db");
    let schema: String = (0..tables)
        .map(|n| {
            format!(
                "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', other INTEGER REFERENCES \
                 t{}, price REAL CHECK (price >= 0)); CREATE INDEX i{n} ON t{n} (name, price DESC);\n",
                n / 2
            )
        })
        .collect();
    let mut session = open(&file).await;
    session.execute(&format!("BEGIN; {schema}; COMMIT").into()).await.unwrap();
    let begun = cpu();
    let started = Instant::now();
    let before = session.inspect(&Scope::default()).await.unwrap().schema;
    let inspected = started.elapsed();
    let started = Instant::now();
    let wanted = canonical(&mut *session, "schema.sql", &schema).await.unwrap().schema;
    let canonicalized = started.elapsed();
    let started = Instant::now();
    assert!(diff(&before, &wanted, &Renames::default()).is_empty());
    let compared = started.elapsed();
    let used = cpu() - begun;
    println!(
        "{tables} tables: {used:.2} s of this process's time; inspected in {inspected:?}, canonicalized in {canonicalized:?}, compared in {compared:?}"
    );
}

#[tokio::test]
async fn a_new_column_whose_check_its_default_violates_is_found_before() {
    let files = Folder::new();
    let file = files.file("a.db");
    let mut session = open(&file).await;
    session.execute(&"CREATE TABLE t (a); INSERT INTO t VALUES (1)".into()).await.unwrap();
    let text = "CREATE TABLE t (a, b INT NOT NULL DEFAULT 0 CHECK (b > 0))";
    let wanted = canonical(&mut *session, "to.sql", text).await.unwrap().schema;
    let steps = plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    let found = support::probe(&mut *session, &steps).await.unwrap();
    assert_eq!(found.as_deref(), Some("GP-DD404: 1 rows that violate b > 0"));
    assert!(execute(&mut *session, &steps).await.is_err());
}

#[tokio::test]
async fn statistics_survive_a_rebuild() {
    const FOUND: &str = "SELECT group_concat(tbl || ' ' || coalesce(idx, '') || ' ' || stat, ', ' ORDER BY tbl, idx) \
                         FROM sqlite_stat1 WHERE idx IS NOT 'changes'";
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let more = "CREATE INDEX kept ON parent (name); CREATE INDEX changes ON parent (name); ANALYZE";
    let mut session = open(&file).await;
    session.execute(&more.into()).await.unwrap();
    let before: String = sqlx::query_scalar(FOUND).fetch_one(&mut connect(&file).await).await.unwrap();
    let text =
        format!("{NEW}; CREATE INDEX kept ON parent (name); CREATE INDEX changes ON parent (id, name)");
    let wanted = canonical(&mut *session, "new.sql", &text).await.unwrap().schema;
    let steps = plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    assert!(steps.iter().any(|step| step.title.contains("rebuild")));
    execute(&mut *session, &steps).await.unwrap();
    let after: String = sqlx::query_scalar(FOUND).fetch_one(&mut connect(&file).await).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(count(&file, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'changes'").await, 0);
}

#[tokio::test]
async fn a_copy_that_lost_rows_is_an_error() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let mut session = open(&file).await;
    let (mut steps, _) = steps(&mut *session).await;
    for step in &mut steps {
        for statement in step.statements.iter_mut().filter(|sql| sql.as_str().starts_with("INSERT OR ABORT"))
        {
            *statement = format!("{statement} LIMIT 7").into();
        }
    }
    let error = execute(&mut *session, &steps).await.unwrap_err();
    assert!(error.to_string().contains("7 of 499 rows were copied"), "{error}");
    drop(session);
    assert_rows_kept(&file, "after a copy that lost rows").await;
}

#[tokio::test]
async fn collations_of_the_connection_are_known_to_the_scratch_area() {
    let files = Folder::new();
    let file = files.file("a.db");
    let text =
        "CREATE TABLE t (name TEXT COLLATE backwards UNIQUE); CREATE INDEX i ON t (name COLLATE backwards)";
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut without = Connect::connect(&options).await.unwrap();
    let error = canonical(&mut *without, "new.sql", text).await.unwrap_err().to_string();
    assert!(error.contains("backwards") && error.contains("SqliteConnectOptions::collation"), "{error}");
    drop(without);

    let options = options.collation("backwards", |one, other| other.cmp(one));
    let mut session = Connect::connect(&options).await.unwrap();
    let wanted = canonical(&mut *session, "new.sql", text).await.unwrap().schema;
    let steps = plan(&mut *session, &wanted, &Renames::default()).await.unwrap();
    execute(&mut *session, &steps).await.unwrap();
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database);
}

#[tokio::test]
async fn another_writer_is_waited_for_but_not_for_ever() {
    let files = Folder::new();
    let file = files.file("a.db");
    make(&file).await;
    let mut session = open(&file).await;
    let mut writer = connect(&file).await;
    sqlx::raw_sql("BEGIN IMMEDIATE; DELETE FROM child WHERE id = 1").execute(&mut writer).await.unwrap();
    session.prepare(Duration::from_millis(50)).await.unwrap();
    let error = session.begin().await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    session.restore().await.unwrap();

    session.prepare(Duration::from_mins(1)).await.unwrap();
    let (began, ()) = tokio::join!(session.begin(), async {
        writer.close().await.unwrap();
    });
    began.unwrap();
    session.rollback().await.unwrap();
    session.restore().await.unwrap();
    assert_eq!(count(&file, "SELECT count(*) FROM child").await, 499);
}

#[tokio::test]
async fn attached_databases_are_left_alone_and_temporary_tables_are_not_taken_for_the_real_ones() {
    let files = Folder::new();
    let (file, other) = (files.file("a.db"), files.file("b.db"));
    make(&file).await;
    make(&other).await;
    let options = SqliteConnectOptions::new().filename(&file);
    let attach = format!("ATTACH '{}' AS other; CREATE TABLE other.more (a)", other.display());
    let mut connection = ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(attach)).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("CREATE TEMP TABLE parent (id); INSERT INTO parent VALUES (7)")
        .execute(&mut connection)
        .await
        .unwrap();
    let before = std::fs::read(&other).unwrap();
    let mut session: Box<dyn Session> = Box::new(SqliteSession::over(connection).await.unwrap());

    let named = Scope { schemas: ScopeSchemas::Named(vec!["other".into()]), ..Scope::default() };
    let error = session.inspect(&named).await.unwrap_err().to_string();
    assert!(error.contains("other") && error.contains("open its own file"), "{error}");
    let (steps, wanted) = steps(&mut *session).await;
    let error = execute(&mut *session, &steps).await.unwrap_err().to_string();
    assert!(error.contains("temporary") && error.contains("parent"), "{error}");
    assert_rows_kept(&file, "after the refusal").await;

    session.execute(&"DROP TABLE temp.parent".into()).await.unwrap();
    execute(&mut *session, &steps).await.unwrap();
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database == wanted.database);
    drop(session);
    assert_rows_kept(&file, "after the plan").await;
    assert!(std::fs::read(&other).unwrap() == before, "the attached database was written to");
}

/// SQLite itself would find out when the view is read, or the table written.
#[tokio::test]
async fn views_and_triggers_that_name_what_is_not_there_are_refused() {
    let files = Folder::new();
    let file = files.file("live");
    let table = "CREATE TABLE t (a, b AS (a + 1));\n";
    let standing = "CREATE VIEW broken AS SELECT gone FROM t;\n";
    open(&file).await.execute(&format!("{table}{standing}CREATE TABLE other (x)").into()).await.unwrap();
    let mut session = open(&file).await;
    for (statement, object, message) in [
        ("CREATE VIEW v AS SELECT aa FROM t", "view v", "no such column: aa"),
        ("CREATE VIEW v AS SELECT * FROM missing", "view v", "no such table: main.missing"),
        (
            "CREATE TRIGGER ok AFTER UPDATE ON t BEGIN SELECT 1; END;\n\
             CREATE TRIGGER tr AFTER UPDATE OF a ON t BEGIN SELECT new.aa; END",
            "trigger t.tr",
            "no such column: new.aa",
        ),
        (
            "CREATE VIEW v AS SELECT a FROM t;\n\
             CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN INSERT INTO t (aa) VALUES (new.b); END",
            "trigger v.tr",
            "table t has no column named aa",
        ),
    ] {
        let error = canonical(&mut *session, "new.sql", &format!("{table}{statement};")).await.unwrap_err();
        let Error::Database { object: Some(found), message: said, .. } = &error else {
            panic!("{statement}: {error}")
        };
        assert_eq!((found.to_string().as_str(), said.as_str()), (object, message), "{statement}");
    }
    // What stands outside of what is declared, what is broken already, and what only an application's connection knows.
    let fine = "CREATE VIEW v AS SELECT x, of_the_application(x) FROM other;\n\
                CREATE TRIGGER tr AFTER DELETE ON t BEGIN DELETE FROM other WHERE x = old.b; END;";
    canonical(&mut *session, "new.sql", &format!("{table}{standing}{fine}")).await.unwrap();
}
