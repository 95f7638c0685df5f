//! Roles, which belong to the whole server: judged by what the server says that each may do.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use schema_core::{
    Approval, Authority, Database, Grant, Membership, ObjectId, Options, Plan, Privileges, Request, Role,
    Scope, ScopeRoles, Session as _,
};
use support::{TestDatabase, TestServer, cell, declared, rows, run, servers, statements};

fn scope() -> Scope {
    Scope { privileges: true, roles: ScopeRoles::All, ..Scope::default() }
}

/// A script with roles of its own: `ra` and so on, with the name of the database in front.
fn named(database: &TestDatabase, script: &str) -> String {
    ["ra", "rb", "rc"].iter().fold(script.to_owned(), |script, role| {
        script.replace(&format!("'{role}'"), &format!("'{}_{role}'", database.name))
    })
}

/// What the server says of the roles of a test, those that are there.
async fn grants(database: &TestDatabase, of: &str) -> Vec<String> {
    let mut all = Vec::new();
    for role in ["ra", "rb", "rc"].iter().filter(|role| of.contains(&format!("'{role}'"))) {
        let question = format!("SHOW GRANTS FOR `{}_{role}`", database.name);
        for row in rows(&mut database.connection().await, &question).await {
            all.push(cell(&row, 0).replace(&database.name, "db"));
        }
    }
    all.sort();
    all
}

async fn drop(database: TestDatabase) {
    for role in ["ra", "rb", "rc"] {
        run(&mut database.connection().await, &format!("DROP ROLE IF EXISTS `{}_{role}`", database.name))
            .await;
    }
    database.drop().await;
}

async fn lead(database: &TestDatabase, request: &Request) -> Result<Plan, String> {
    let mut session = database.session().await;
    let plan = schema_core::plan_only(&mut session, request).await.map_err(|e| e.to_string())?.plan;
    let approval = Approval::of(&plan, 1..=plan.steps.len()).map_err(|e| e.to_string())?;
    let options = Options { approval: Some(approval), ..Options::default() };
    schema_core::apply_plan(&mut session, &plan, &options, &|_| {})
        .await
        .map_err(|e| format!("{e}\n{}", statements(&plan)))?;
    let second = schema_core::plan_only(&mut session, request).await.map_err(|e| e.to_string())?.plan;
    if second.is_empty() { Ok(plan) } else { Err(format!("not empty:\n{}", statements(&second))) }
}

fn request(script: &str) -> Request {
    Request { declared: declared(script), scope: scope(), authority: Authority::Exact, ..Request::default() }
}

const STATES: &[&str] = &[
    "CREATE TABLE t (id int PRIMARY KEY); CREATE ROLE 'ra';",
    "CREATE TABLE t (id int PRIMARY KEY); CREATE ROLE 'ra', 'rb'; CREATE ROLE 'rc'; GRANT 'ra' TO 'rb'; GRANT 'rc' TO 'rb';
     GRANT SELECT ON t TO 'ra'; GRANT INSERT (id) ON t TO 'rb' WITH GRANT OPTION;",
    "CREATE TABLE t (id int PRIMARY KEY); CREATE ROLE 'ra', 'rb', 'rc'; GRANT 'ra' TO 'rb' WITH ADMIN OPTION;
     GRANT 'ra' TO 'rc'; GRANT SELECT ON t TO 'rc';",
];

async fn direct(server: &TestServer, script: &str) -> Vec<String> {
    let fresh = server.database().await;
    fresh.load(&named(&fresh, script));
    let found = grants(&fresh, script).await;
    drop(fresh).await;
    found
}

#[tokio::test]
async fn roles_become_what_is_declared() {
    for server in servers() {
        for from in STATES {
            let database = server.database().await;
            for state in [from].into_iter().chain(STATES) {
                if let Err(error) = lead(&database, &request(&named(&database, state))).await {
                    panic!("{}: {state}: {error}", server.name);
                }
                let expected = direct(&server, state).await;
                assert_eq!(grants(&database, state).await, expected, "{}: {state}", server.name);
            }
            drop(database).await;
        }
    }
}

#[tokio::test]
async fn only_declared_roles_are_touched_and_none_to_plan() {
    for server in servers() {
        let database = server.database().await;
        run(&mut database.connection().await, &named(&database, "CREATE ROLE 'rc'")).await;
        let script = named(&database, STATES[1]).replace(&named(&database, "CREATE ROLE 'rc';"), "");
        for (script, reason) in [
            (script, "neither exists nor is declared"),
            (named(&database, "CREATE ROLE 'ra'; GRANT 'ra' TO 'rc'"), "only those are changed"),
            (named(&database, "CREATE OR REPLACE ROLE 'ra'"), "are understood"),
            (named(&database, "SET DEFAULT ROLE ALL TO 'rc'"), "outside the database"),
        ] {
            // What exists may be belonged to, though it is not declared.
            let planned = schema_core::plan_only(&mut database.session().await, &request(&script)).await;
            match planned {
                Ok(planned) => assert!(
                    reason == "neither exists nor is declared" && !statements(&planned.plan).contains("DROP"),
                    "{}: {script}",
                    server.name
                ),
                Err(error) => assert!(error.to_string().contains(reason), "{}: {error}", server.name),
            }
        }
        let question = format!("SELECT COUNT(*) FROM mysql.user WHERE User LIKE '{}%'", database.name);
        let count = cell(&rows(&mut database.connection().await, &question).await[0], 0);
        assert_eq!(count, "1", "{}", server.name);
        let missing =
            request(&named(&database, "CREATE ROLE 'ra'; CREATE TABLE t (a int); GRANT SELECT ON t TO 'rb'"));
        let refused = lead(&database, &missing).await.expect_err("refused");
        assert!(refused.contains("there is no account"), "{refused}");
        let plain = Scope { roles: ScopeRoles::None, ..scope() };
        let refused = database.session().await.canonicalize(&declared("CREATE ROLE x"), &plain).await;
        assert!(refused.expect_err("refused").to_string().contains("--roles"));
        drop(database).await;
    }
}

#[tokio::test]
async fn roles_are_declared_as_objects_too() {
    for server in servers() {
        let database = server.database().await;
        let name = |role: &str| format!("{}_{role}", database.name);
        let table = schema_core::Table::new("t")
            .column(schema_core::Column::new("id", schema_core::Type::BigInt))
            .primary_key(["id"]);
        let grant =
            Grant { role: name("ra").into(), privilege: "SELECT".to_owned(), column: None, grantable: false };
        let schema = Database::new()
            .with(table)
            .with(Role::new(name("ra")))
            .with(Role::new(name("rb")).member_of(Membership::of(name("ra"))))
            .with(Privileges { object: ObjectId::table(&"t".into()), owner: None, grants: vec![grant] });
        let request = Request { declared: schema.into(), authority: Authority::Owned, ..request("") };
        if let Err(error) = lead(&database, &request).await {
            panic!("{}: {error}", server.name);
        }
        let there = "CREATE TABLE t (id bigint PRIMARY KEY); CREATE ROLE 'ra', 'rb'; GRANT 'ra' TO 'rb'; GRANT SELECT ON t TO 'ra'";
        assert_eq!(grants(&database, there).await, direct(&server, there).await, "{}", server.name);
        drop(database).await;
    }
}
