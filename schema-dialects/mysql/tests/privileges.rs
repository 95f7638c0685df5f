//! Grants: those on a database and on what is in it, judged by what the server says that each account may do.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use schema_core::diff::{Rename, Renames};
use schema_core::{
    Approval, Authority, Grant, ObjectId, Options, Plan, Privileges, Request, Scope, Session as _,
};
use support::{TestDatabase, TestServer, cell, declared, rows, run, servers, statements};

/// An account and a role of one test, dropped at its end.
struct Accounts {
    user: String,
    role: String,
}

impl Accounts {
    async fn make(database: &TestDatabase) -> Self {
        let all = Self { user: format!("{}_u", database.name), role: format!("{}_r", database.name) };
        let sql = format!("CREATE USER `{}`@`%`; CREATE ROLE `{}`", all.user, all.role);
        run(&mut database.connection().await, &sql).await;
        all
    }

    /// A script with its accounts in it.
    fn named(&self, script: &str) -> String {
        script.replace("USER", &self.user).replace("ROLE", &self.role)
    }

    /// What the server says that they may do, whatever the database is called.
    async fn grants(&self, database: &TestDatabase) -> Vec<String> {
        let mut all = Vec::new();
        for account in [&self.user, &self.role] {
            let question = format!("SHOW GRANTS FOR `{account}`");
            for row in rows(&mut database.connection().await, &question).await {
                let line = cell(&row, 0).replace(&database.name, "db");
                all.push(line.replace("db_u", "USER").replace("db_r", "ROLE"));
            }
        }
        all.sort();
        all
    }

    async fn drop(self, database: TestDatabase) {
        let sql = format!("DROP USER `{}`@`%`; DROP ROLE `{}`", self.user, self.role);
        run(&mut database.connection().await, &sql).await;
        database.drop().await;
    }
}

fn scope() -> Scope {
    Scope { privileges: true, ..Scope::default() }
}

async fn lead(database: &TestDatabase, script: &str, renames: Renames) -> Result<Plan, String> {
    let mut session = database.session().await;
    let request = Request {
        declared: declared(script),
        scope: scope(),
        authority: Authority::Exact,
        renames,
        ..Request::default()
    };
    let plan = schema_core::plan_only(&mut session, &request).await.map_err(|e| e.to_string())?.plan;
    let approval = Approval::of(&plan, 1..=plan.steps.len()).map_err(|e| e.to_string())?;
    let options = Options { approval: Some(approval), ..Options::default() };
    schema_core::apply_plan(&mut session, &plan, &options, &|_| {})
        .await
        .map_err(|e| format!("{e}\n{}", statements(&plan)))?;
    let again = Request { renames: Renames::default(), ..request };
    let second = schema_core::plan_only(&mut session, &again).await.map_err(|e| e.to_string())?.plan;
    if second.is_empty() { Ok(plan) } else { Err(format!("not empty:\n{}", statements(&second))) }
}

const OBJECTS: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, b int);
    CREATE VIEW v AS SELECT id FROM t;
    CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
    CREATE PROCEDURE p() SELECT 1;\n";

const STATES: &[&str] = &[
    "",
    "GRANT SELECT, INSERT (a), UPDATE (a, b) ON t TO USER WITH GRANT OPTION; GRANT SELECT ON v TO ROLE;
     GRANT ALL ON * TO USER; GRANT EXECUTE ON PROCEDURE p TO ROLE; GRANT EXECUTE ON FUNCTION f TO ROLE, USER;",
    "GRANT SELECT ON t TO USER; GRANT UPDATE (b) ON t TO ROLE; GRANT SELECT, EXECUTE ON * TO USER;
     GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE p TO ROLE;",
    "GRANT ALL ON t TO USER; GRANT USAGE ON t TO ROLE WITH GRANT OPTION; GRANT ALL ON v TO ROLE;",
];

/// What the server itself makes of a script, under the names of the accounts of the test.
async fn direct(server: &TestServer, script: &str) -> Vec<String> {
    let fresh = server.database().await;
    let accounts = Accounts::make(&fresh).await;
    fresh.load(&accounts.named(script));
    let grants = accounts.grants(&fresh).await;
    accounts.drop(fresh).await;
    grants
}

#[tokio::test]
async fn grants_become_what_is_declared() {
    for server in servers() {
        let database = server.database().await;
        let accounts = Accounts::make(&database).await;
        for from in STATES {
            for to in STATES {
                for state in [from, to] {
                    let script = format!("{OBJECTS}{state}");
                    let led = lead(&database, &accounts.named(&script), Renames::default()).await;
                    if let Err(error) = led {
                        panic!("{}: {error}", server.name);
                    }
                    assert_eq!(
                        accounts.grants(&database).await,
                        direct(&server, &script).await,
                        "{}",
                        server.name
                    );
                }
            }
        }
        accounts.drop(database).await;
    }
}

/// Grants are on names: they do not follow a rename, and go with a routine that is made anew.
#[tokio::test]
async fn grants_follow_what_they_are_on() {
    for server in servers() {
        let database = server.database().await;
        let accounts = Accounts::make(&database).await;
        let before = "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE u (id int);
            CREATE PROCEDURE p() SELECT 1;
            GRANT SELECT, INSERT (a) ON t TO USER; GRANT SELECT ON u TO ROLE; GRANT EXECUTE ON PROCEDURE p TO ROLE;";
        let after = "CREATE TABLE t2 (id int PRIMARY KEY, a2 int);
            CREATE PROCEDURE p() SELECT 2;
            GRANT SELECT, INSERT (a2) ON t2 TO USER; GRANT EXECUTE ON PROCEDURE p TO ROLE;";
        lead(&database, &accounts.named(before), Renames::default()).await.expect("made");
        let renames = [
            Rename { from: ObjectId::table(&"t".into()), to: "t2".into() },
            Rename {
                from: ObjectId::table(&"t".into()).part(schema_core::ObjectKind::Column, "a"),
                to: "a2".into(),
            },
        ];
        let led = lead(&database, &accounts.named(after), renames.into_iter().collect()).await;
        if let Err(error) = led {
            panic!("{}: {error}", server.name);
        }
        assert_eq!(accounts.grants(&database).await, direct(&server, after).await, "{}", server.name);
        accounts.drop(database).await;
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_what_is_wider_reported() {
    for server in servers() {
        let database = server.database().await;
        let accounts = Accounts::make(&database).await;
        for (script, reason) in [
            ("GRANT SELECT ON t TO nobody_at_all", "no account nobody_at_all"),
            ("GRANT SELECT ON gone TO USER", "table gone, which is not declared"),
            ("GRANT SELECT (gone) ON t TO USER", "t.gone, which is not there"),
            ("GRANT SELECT ON *.* TO USER", "outside of the database"),
            ("GRANT ROLE TO USER", "--roles"),
        ] {
            let script = accounts.named(&format!("{OBJECTS}{script};"));
            let refused = lead(&database, &script, Renames::default()).await.expect_err("refused");
            assert!(refused.contains(reason), "{}: {refused}", server.name);
        }
        // Without being asked for, they are refused too: what is declared is never ignored.
        let mut session = database.session().await;
        let script = accounts.named(&format!("{OBJECTS}GRANT SELECT ON t TO USER;"));
        let refused = session.canonicalize(&declared(&script), &Scope::default()).await.expect_err("refused");
        assert!(refused.to_string().contains("--privileges"), "{refused}");

        let wider = accounts.named("GRANT SELECT ON `mysql\\_%`.* TO ROLE");
        run(&mut database.connection().await, &wider).await;
        let found = session.inspect(&scope()).await.expect("read").unmodelled;
        assert!(found.iter().any(|finding| finding.object.contains("databases like")), "{found:?}");
        accounts.drop(database).await;
    }
}

#[tokio::test]
async fn grants_are_declared_as_objects_too() {
    for server in servers() {
        let database = server.database().await;
        let accounts = Accounts::make(&database).await;
        let grant = |privilege: &str, column: Option<&str>| Grant {
            role: accounts.user.as_str().into(),
            privilege: privilege.to_owned(),
            column: column.map(Into::into),
            grantable: true,
        };
        let table = schema_core::Table::new("t")
            .column(schema_core::Column::new("id", schema_core::Type::BigInt))
            .primary_key(["id"]);
        let schema = schema_core::Database::new().with(table).with(Privileges {
            object: ObjectId::table(&"t".into()),
            owner: None,
            grants: vec![grant("select", None), grant("update", Some("id"))],
        });
        let mut session = database.session().await;
        let made = session.canonicalize(&schema.into(), &scope()).await.expect("made");
        let granted: Vec<String> = made
            .schema
            .database
            .objects()
            .filter_map(
                |(_, object)| {
                    if let schema_core::Object::Privileges(p) = object { Some(p) } else { None }
                },
            )
            .flat_map(|p| &p.grants)
            .map(|grant| format!("{} {:?}", grant.privilege, grant.column))
            .collect();
        assert_eq!(granted.len(), 3, "{granted:?}");
        accounts.drop(database).await;
    }
}
