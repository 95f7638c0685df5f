//! What a session promises: nothing is left behind, nothing private is said, nobody waits for ever.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use schema_core::{Error, HazardCode, Name, Reach, Scope, ScopeSchemas, Session as _, Sql};
use support::{apply, cell, declared, rows, run, scope, servers};

/// A scratch database that a process which died has left goes with the next run; a fresh one may be in use.
#[tokio::test]
async fn stale_scratch_databases_are_removed() {
    for server in servers() {
        let database = server.database().await;
        let mut connection = database.connection().await;
        let (stale, fresh) =
            (format!("groundplan_scratch_1_{}_0", std::process::id()), "groundplan_scratch_99999999999_1_0");
        run(&mut connection, &format!("CREATE DATABASE {stale}; CREATE DATABASE IF NOT EXISTS {fresh}"))
            .await;
        let mut session = database.session().await;
        session.canonicalize(&declared("CREATE TABLE t (id int)"), &scope()).await.expect("canonical");
        let refused = session.canonicalize(&declared("CREATE TABLE t (id int); CREATE oops"), &scope()).await;
        assert!(
            matches!(refused, Err(Error::Script { ref location, .. }) if location.line == 1),
            "{refused:?}"
        );
        let query = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'groundplan\\_scratch\\_%'";
        let left: Vec<String> = rows(&mut connection, query).await.iter().map(|row| cell(row, 0)).collect();
        assert!(left.iter().any(|name| name == fresh), "{left:?}");
        assert!(!left.contains(&stale), "{left:?}");
        run(&mut connection, &format!("DROP DATABASE {fresh}")).await;
        database.drop().await;
    }
}

#[tokio::test]
async fn errors_say_where_and_keep_values_to_themselves() {
    for server in servers() {
        let database = server.database().await;
        let mut session = database.session().await;
        let script = "CREATE TABLE a (id int);\n\n  CREATE TABLE b (\n    id int,,\n  );";
        match session.canonicalize(&declared(script), &scope()).await {
            Err(Error::Script { location, .. }) => {
                assert!(
                    location.line == 4 && (12..14).contains(&location.column),
                    "{}: {location}",
                    server.name
                );
            }
            other => panic!("{}: {other:?}", server.name),
        }
        run(
            &mut database.connection().await,
            "CREATE TABLE t (mail varchar(50)); INSERT INTO t VALUES ('canary@x'), ('canary@x')",
        )
        .await;
        for statement in [
            "ALTER TABLE t ADD UNIQUE (mail)",
            "ALTER TABLE t MODIFY mail int",
            "ALTER TABLE t MODIFY mail date",
        ] {
            let error = session.execute(&Sql::new(statement)).await.expect_err("refused").to_string();
            assert!(!error.contains("canary"), "{error}");
        }
        let unique = "CREATE TABLE t (mail varchar(50), UNIQUE KEY u (mail));";
        let refused = apply(&database, &declared(unique)).await.expect_err("duplicates");
        assert!(
            refused.contains(HazardCode::DuplicateRows.code()) && !refused.contains("canary"),
            "{refused}"
        );
        database.drop().await;
    }
}

/// Only the database that is connected is touched by a script.
#[tokio::test]
async fn scripts_do_not_reach_out() {
    for server in servers() {
        let database = server.database().await;
        let mut session = database.session().await;
        for script in
            ["CREATE TABLE mysql.x (id int)", "DROP DATABASE mysql", "USE mysql", "GRANT ALL ON *.* TO x"]
        {
            let refused = session.canonicalize(&declared(script), &scope()).await;
            assert!(matches!(refused, Err(Error::Script { .. })), "{script}: {refused:?}");
        }
        database.drop().await;
    }
}

#[tokio::test]
async fn one_holds_the_lock() {
    for server in servers() {
        let database = server.database().await;
        let (mut first, mut second) = (database.session().await, database.session().await);
        assert!(first.try_lock(&Reach::of(&Scope::default())).await.expect("asked"));
        assert!(!second.try_lock(&Reach::of(&Scope::default())).await.expect("asked"));
        first.unlock().await.expect("freed");
        assert!(second.try_lock(&Reach::of(&Scope::default())).await.expect("asked"));
        database.drop().await;
    }
}

/// A schema is a database here: it is locked whichever database the connection is for.
#[tokio::test]
async fn databases_are_locked_one_by_one() {
    for server in servers() {
        let (one, other) = (server.database().await, server.database().await);
        let (mut first, mut second) = (one.session().await, other.session().await);
        let named = |names: &[&str]| Reach {
            schemas: ScopeSchemas::Named(names.iter().map(|name| Name::from(*name)).collect()),
            beyond: false,
        };
        let all = Reach::of(&Scope::default());
        assert!(first.try_lock(&named(&[&one.name])).await.expect("asked"));
        assert!(second.try_lock(&all).await.expect("asked"), "another database is nothing to it");
        second.unlock().await.expect("freed");
        assert!(!second.try_lock(&named(&[&other.name, &one.name])).await.expect("asked"));
        first.unlock().await.expect("freed");
        assert!(second.try_lock(&named(&[&other.name, &one.name])).await.expect("asked"));
        assert!(!first.try_lock(&all).await.expect("asked"));
        let beyond = Reach { beyond: true, ..named(&["elsewhere"]) };
        assert!(!first.try_lock(&beyond).await.expect("asked"), "its own database is locked");
        second.unlock().await.expect("freed");
        assert!(first.try_lock(&beyond).await.expect("asked"), "nothing of the failed attempt is left");
        one.drop().await;
        other.drop().await;
    }
}

/// Names, comments, defaults and values with everything that quoting could trip over.
#[tokio::test]
async fn hostile_text_survives() {
    use schema_core::{Column, Database, Index, Table, Type};
    let hostile = [
        "a`b",
        "it's",
        "\"q\"",
        "back\\slash",
        "-- no",
        "/* c */",
        "semi;colon",
        "漢字",
        "é ü",
        "#x",
        "a.b",
        "%s",
    ];
    for server in servers() {
        let database = server.database().await;
        let mut table = Table::new("t `x`").comment("it's \\ `all` \"fine\"\n-- two lines");
        for (number, text) in hostile.iter().enumerate() {
            let column = Column::new(*text, Type::Varchar(40)).default(*text).comment(*text);
            table = table.column(column).index(Index::on([*text]).named(format!("i {number} {text}")));
        }
        let wanted = Database::new().with(table);
        apply(&database, &wanted.clone().into()).await.unwrap_or_else(|e| panic!("{}: {e}", server.name));
        let found = database.session().await.inspect(&scope()).await.expect("read");
        let table = found.schema.database.table(&"t `x`".into()).expect("the table");
        for text in hostile {
            let column = table.columns.get(&text.into()).expect(text);
            assert_eq!(column.comment.as_deref(), Some(text));
            assert_eq!(column.default, Some(schema_core::DefaultValue::Literal(text.into())));
        }
        database.drop().await;
    }
}

/// More tables than are read with one query.
#[tokio::test]
async fn many_tables_are_read_and_as_declared_need_nothing() {
    let count = if std::env::var("GROUNDPLAN_LONG").is_ok() { 5_000 } else { 600 };
    for server in servers() {
        let database = server.database().await;
        let script: String = (0..count)
            .map(|n| format!("CREATE TABLE t{n} (id int PRIMARY KEY, a varchar(20), KEY ka (a));\n"))
            .collect();
        database.load(&script);
        let found = database.session().await.inspect(&scope()).await.expect("read");
        assert_eq!(found.schema.database.tables().count(), count, "{}", server.name);
        let plan =
            apply(&database, &declared(&script)).await.unwrap_or_else(|e| panic!("{}: {e}", server.name));
        assert!(plan.is_empty(), "{}", server.name);
        database.drop().await;
    }
}
