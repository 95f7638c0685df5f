//! Declared objects: what the server makes of them, and what a plan then does.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use schema_core::diff::Renames;
use schema_core::{
    ApplyPolicy, Check, Column, Database, Declared, EnumType, Error, ForeignKey, Index, KeyPart, Object,
    ObjectKind, Options, Policy, Reach, Request, Scope, Script, Session, Sql, Status, Table, Type, View,
    migrate, plan_between,
};
use sqlx::{ConnectOptions, Connection};
use support::{TestDatabase, execute, probes, server};

fn declared() -> Database {
    let users = Table::new("users")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("email", Type::Varchar(320)).comment("where we write to"))
        .column(Column::new("mood", Type::Enum("mood".into())).default("calm"))
        .column(Column::new("age", Type::Integer).nullable())
        .primary_key(["id"])
        .unique(["email"])
        .check(Check::new("age>0").named("grown"))
        .index(Index::on([KeyPart::expression("lower(email)")]).named("users_lower"));
    let posts = Table::new(("blog", "posts"))
        .column(Column::new("id", Type::Uuid).default_sql("gen_random_uuid()"))
        .column(Column::new("author", Type::BigInt))
        .column(Column::new("tags", Type::Text.array()).nullable())
        .primary_key(["id"])
        .foreign_key(ForeignKey::new(["author"], "users", ["id"]))
        .index(Index::on(["author"]).named("posts_author"));
    Database::new()
        .with(View::new(
            ("blog", "titles"),
            "SELECT p.id, u.email FROM blog.posts p JOIN public.users u ON u.id = p.author",
        ))
        .with(posts)
        .with(users)
        .with(EnumType::new("mood", ["calm", "loud"]))
        .with(Policy { using: Some("age > 1".into()), ..Policy::new("grown_ups", "users") })
}

#[tokio::test]
async fn declared_objects_are_made_and_then_nothing_is_left_to_do() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    let mut session = database.session().await;
    let declared = Declared::from(declared());
    let scope = Scope::default();
    let wanted = session.canonicalize(&declared, &scope).await.unwrap();
    let before = session.inspect(&scope).await.unwrap();
    let plan = plan_between(
        session.dialect(),
        &before.schema,
        &wanted.schema,
        &Declared::default(),
        &Renames::default(),
    )
    .unwrap();
    execute(&mut session, &plan.steps).await.unwrap();
    let after = session.inspect(&scope).await.unwrap();
    let again = session.canonicalize(&declared, &scope).await.unwrap();
    assert_eq!(
        serde_json::to_string_pretty(&after.schema.database).unwrap(),
        serde_json::to_string_pretty(&again.schema.database).unwrap()
    );
    let second = plan_between(
        session.dialect(),
        &after.schema,
        &again.schema,
        &Declared::default(),
        &Renames::default(),
    )
    .unwrap();
    assert!(second.steps.is_empty(), "{:?}", second.steps.iter().map(|s| &s.title).collect::<Vec<_>>());
    assert!(session.try_lock(&Reach::of(&Scope::default())).await.unwrap());
    session.unlock().await.unwrap();
    drop(session);
    database.gone().await;
}

#[tokio::test]
async fn a_changed_schema_takes_the_online_routes_and_keeps_the_rows() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "CREATE TABLE a (id int PRIMARY KEY, name varchar(10), n int, gone text);
             CREATE TABLE b (id int, a int);
             CREATE VIEW v AS SELECT name FROM a;
             INSERT INTO a SELECT g, 'n' || g, g, 'x' FROM generate_series(1, 100) g;
             INSERT INTO b SELECT g, g FROM generate_series(1, 100) g;",
        )
        .await;
    let text = "CREATE TABLE a (id bigint PRIMARY KEY, name text NOT NULL, n int UNIQUE CHECK (n > 0));
                CREATE TABLE b (id int, a bigint REFERENCES a, added timestamptz DEFAULT now());
                CREATE INDEX b_a ON b (a);
                CREATE VIEW v AS SELECT name FROM a;";
    let mut session = database.session().await;
    let declared = Declared {
        scripts: vec![Script { name: "s.sql".to_owned(), text: text.to_owned() }],
        ..Declared::default()
    };
    let scope = Scope::default();
    let wanted = session.canonicalize(&declared, &scope).await.unwrap();
    let before = session.inspect(&scope).await.unwrap();
    let plan = plan_between(
        session.dialect(),
        &before.schema,
        &wanted.schema,
        &Declared::default(),
        &Renames::default(),
    )
    .unwrap();
    let sql: Vec<String> = plan.steps.iter().flat_map(|s| &s.statements).map(ToString::to_string).collect();
    println!("{}", sql.join(";\n"));
    assert_eq!(probes(&mut session, &plan).await.unwrap(), Vec::<String>::new());
    execute(&mut session, &plan.steps).await.unwrap();
    let after = session.inspect(&scope).await.unwrap();
    let second = plan_between(
        session.dialect(),
        &after.schema,
        &wanted.schema,
        &Declared::default(),
        &Renames::default(),
    )
    .unwrap();
    assert!(second.steps.is_empty(), "{:?}", second.steps.iter().map(|s| &s.title).collect::<Vec<_>>());
    assert!(sql.iter().any(|s| s.contains("CREATE UNIQUE INDEX CONCURRENTLY")));
    assert!(sql.iter().any(|s| s.contains("CREATE INDEX CONCURRENTLY")));
    assert!(sql.iter().any(|s| s.contains("NOT VALID")));
    assert!(!sql.iter().any(|s| s.contains("CASCADE")));
    let mut connection = database.connection().await;
    let rows: (i64, i64) =
        sqlx::query_as("SELECT (SELECT sum(id + n)::bigint FROM a), (SELECT sum(id + a)::bigint FROM b)")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(rows, (10100, 10100));
    drop((session, connection));
    database.gone().await;
}

/// One value takes the name that another gives up, and a third is added between them.
#[tokio::test]
async fn renamed_values_keep_their_rows() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "CREATE TYPE mood AS ENUM ('calm', 'loud');
             CREATE TABLE a (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'calm');
             INSERT INTO a VALUES (1, 'calm'), (2, 'loud');",
        )
        .await;
    let schema = Database::new()
        .with(
            EnumType::new("mood", ["it's quiet", "so so", "calm"])
                .value_renamed("calm", "it's quiet")
                .value_renamed("loud", "calm"),
        )
        .with(
            Table::new("a")
                .column(Column::new("id", Type::Integer))
                .column(Column::new("m", Type::Enum("mood".into())).default("it's quiet"))
                .primary_key(["id"]),
        );
    let request = Request { declared: schema.into(), ..Request::default() };
    let options = Options { policy: ApplyPolicy::development(), ..Options::default() };
    let mut session = database.session().await;
    let report = migrate(&mut session, &request, &options, &|_| {}).await.unwrap();
    let sql: Vec<&str> =
        report.plan.steps.iter().flat_map(|step| &step.statements).map(Sql::as_str).collect();
    assert_eq!(
        sql[..2],
        [
            r#"ALTER TYPE "public"."mood" RENAME VALUE 'calm' TO 'it''s quiet'"#,
            r#"ALTER TYPE "public"."mood" RENAME VALUE 'loud' TO 'calm'"#,
        ]
    );
    assert!(!sql.iter().any(|sql| sql.contains("DROP TYPE")), "{sql:?}");
    let again = migrate(&mut session, &request, &options, &|_| {}).await.unwrap();
    assert_eq!(again.status, Status::UpToDate);
    let mut connection = database.connection().await;
    let rows: Vec<(i32, String)> =
        sqlx::query_as("SELECT id, m::text FROM a ORDER BY id").fetch_all(&mut connection).await.unwrap();
    assert_eq!(rows, [(1, "it's quiet".to_owned()), (2, "calm".to_owned())]);
    drop((session, connection));
    database.gone().await;
}

#[tokio::test]
async fn errors_of_scripts_say_where() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    let mut session = database.session().await;
    let text = "CREATE TABLE a (id int);\nCREATE TABLE b (\n  id int,\n  other nonsense\n);".to_owned();
    let declared =
        Declared { scripts: vec![Script { name: "bad.sql".to_owned(), text }], ..Declared::default() };
    let error = session.canonicalize(&declared, &Scope::default()).await.unwrap_err();
    let Error::Script { location, message, .. } = error else { panic!("{error}") };
    assert_eq!(location.to_string(), "bad.sql:4:9");
    assert!(message.contains("nonsense"), "{message}");
    assert!(session.inspect(&Scope::default()).await.unwrap().schema.database.len() <= 1);
    drop(session);
    database.gone().await;
}

#[tokio::test]
async fn a_pooler_is_refused() {
    let Ok(url) = std::env::var("GROUNDPLAN_TEST_PGBOUNCER_URL") else {
        println!("left out: GROUNDPLAN_TEST_PGBOUNCER_URL is not set");
        return;
    };
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let options = options.statement_cache_capacity(0).disable_statement_logging();
    let connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
    let mut session = schema_postgres::PgSession::open(connection, options).await.unwrap();
    let refused = session.prepare(std::time::Duration::from_secs(1)).await;
    assert!(matches!(refused, Err(Error::Pooler(_))), "{refused:?}");
}

/// What the target grants by itself on new objects is not taken for what is declared.
#[tokio::test]
async fn default_privileges_of_the_target_do_not_leak_into_what_is_declared() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; \
             ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC",
        )
        .await;
    let mut session = database.session().await;
    let schema = Database::new().with(Table::new("t")).with(EnumType::new("e", ["a"]));
    let scope = Scope { privileges: true, ..Scope::default() };
    let made = session.canonicalize(&schema.into(), &scope).await.unwrap().schema.database;
    let grants = made.objects().filter_map(|(id, object)| match object {
        Object::Privileges(privileges) if id.name != "public" => Some(privileges.grants.clone()),
        _ => None,
    });
    let words: Vec<String> =
        grants.flatten().map(|grant| format!("{} {}", grant.role, grant.privilege)).collect();
    assert_eq!(words, ["PUBLIC USAGE"]);
    let found = session.inspect(&scope).await.unwrap();
    let defaults = found.schema.database.objects().filter(|(id, _)| id.kind == ObjectKind::DefaultPrivileges);
    assert_eq!((defaults.count(), found.unmodelled), (2, Vec::new()));
    drop(session);
    database.gone().await;
}

/// What was granted on what the server and the extensions brought along is said, and what they granted themselves is not.
#[tokio::test]
async fn grants_on_what_is_not_ours_are_reported() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    let scope = Scope { privileges: true, ..Scope::default() };
    let mut session = database.session().await;
    assert_eq!(session.inspect(&scope).await.unwrap().unmodelled, Vec::new());
    let script = "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO pg_monitor; \
                  GRANT SELECT (oid) ON pg_catalog.pg_authid TO pg_monitor; \
                  GRANT USAGE ON LANGUAGE plpgsql TO pg_monitor; REVOKE EXECUTE ON FUNCTION pg_catalog.pi() FROM PUBLIC; \
                  CREATE FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN DATA WRAPPER w TO pg_monitor; \
                  CREATE SERVER s FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER s TO pg_monitor";
    database.run(script).await;
    let found = session.inspect(&scope).await.unwrap();
    let objects: Vec<&str> = found.unmodelled.iter().map(|finding| finding.object.as_str()).collect();
    let wanted = [
        "column pg_authid.oid",
        "foreign server s",
        "foreign-data wrapper w",
        "language plpgsql",
        "routine pg_read_file(text)",
        "routine pi()",
    ];
    assert_eq!(objects, wanted);
    assert_eq!(found.unmodelled[3].reason, "grants on a member of the extension plpgsql are not modelled");
    assert_eq!(session.inspect(&Scope::default()).await.unwrap().unmodelled, Vec::new());
    let script =
        Script { name: "s.sql".to_owned(), text: "GRANT USAGE ON LANGUAGE plpgsql TO pg_monitor".to_owned() };
    let declared = Declared { scripts: vec![script], ..Declared::default() };
    let request = Request { declared, scope, ..Request::default() };
    let refused =
        migrate(&mut session, &request, &Options::default(), &|_| {}).await.unwrap_err().to_string();
    assert!(refused.contains("language plpgsql"), "{refused}");
    drop(session);
    database.gone().await;
}

/// What the index of a constraint has that the constraint does not say is reported.
#[tokio::test]
async fn what_the_index_of_a_constraint_has_besides_is_reported() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "CREATE TABLE t (id integer PRIMARY KEY, r int4range, CONSTRAINT x EXCLUDE USING gist ((r * r) WITH &&)); \
             COMMENT ON INDEX t_pkey IS 'of the index'; COMMENT ON CONSTRAINT x ON t IS 'of the constraint'; \
             ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 100",
        )
        .await;
    let mut session = database.session().await;
    let found = session.inspect(&Scope::default()).await.unwrap().unmodelled;
    let found: Vec<(&str, &str)> =
        found.iter().map(|finding| (finding.object.as_str(), finding.reason.as_str())).collect();
    assert_eq!(
        found,
        [
            (
                "index t_pkey of public.t",
                "it belongs to a constraint, where a comment of its own is not modelled"
            ),
            ("index x of public.t", "it belongs to a constraint, where a statistics target is not modelled"),
        ]
    );
    drop(session);
    database.gone().await;
}

/// An index of a partitioned table that a partition lacks is no index that can be declared: where one is found, it is
/// reported, and what the partition lacks is made.
#[tokio::test]
async fn an_index_that_a_partition_lacks_is_reported_and_made_whole() {
    const TABLES: &str = "CREATE TABLE t (id integer, k integer) PARTITION BY RANGE (id); \
        CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (9);";
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    let incomplete = format!("{TABLES} CREATE INDEX t_k ON ONLY t (k);");
    database.run(&incomplete).await;
    let mut session = database.session().await;
    let (scope, reason) =
        (Scope::default(), "it is not valid: a partition has no index that is attached to it");
    let found = session.inspect(&scope).await.unwrap().unmodelled;
    assert_eq!((found[0].object.as_str(), found[0].reason.as_str()), ("index t_k of public.t", reason));

    let request = |text: String| {
        let scripts = vec![Script { name: "t.sql".to_owned(), text }];
        Request { declared: Declared { scripts, ..Declared::default() }, ..Request::default() }
    };
    let options = Options::default();
    let refused =
        migrate(&mut session, &request(incomplete), &options, &|_| {}).await.unwrap_err().to_string();
    assert!(refused.contains("index t_k of public.t"), "{refused}");
    let whole = request(format!("{TABLES} CREATE INDEX t_k ON t (k);"));
    migrate(&mut session, &whole, &options, &|_| {}).await.unwrap();
    assert_eq!(session.inspect(&scope).await.unwrap().unmodelled, Vec::new());
    drop(session);
    database.gone().await;
}

#[tokio::test]
async fn the_state_of_a_partition_s_trigger_is_reported_where_it_is_another() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
             CREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES p) PARTITION BY LIST (id); \
             CREATE TABLE p_d PARTITION OF p DEFAULT; \
             CREATE TRIGGER a AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); \
             CREATE TRIGGER b AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); \
             ALTER TABLE p_d DISABLE TRIGGER a",
        )
        .await;
    let mut session = database.session().await;
    let found = session.inspect(&Scope::default()).await.unwrap().unmodelled;
    let found: Vec<&str> = found.iter().map(|finding| finding.object.as_str()).collect();
    assert_eq!(found, ["trigger state of a partition a on public.p_d"]);
    drop(session);
    database.gone().await;
}

#[tokio::test]
async fn a_sequence_that_is_logged_otherwise_than_the_table_it_numbers_is_reported() {
    let Some(server) = server() else { return };
    let database = TestDatabase::new(&server).await;
    database
        .run(
            "CREATE UNLOGGED TABLE t (a integer GENERATED ALWAYS AS IDENTITY); \
             CREATE UNLOGGED TABLE u (a integer GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE t_a_seq SET LOGGED",
        )
        .await;
    let mut session = database.session().await;
    let found = session.inspect(&Scope::default()).await.unwrap().unmodelled;
    let found: Vec<&str> = found.iter().map(|finding| finding.object.as_str()).collect();
    assert_eq!(found, ["sequence public.t_a_seq"]);
    drop(session);
    database.gone().await;
}
