//! Roles, which belong to the whole server: judged by what its catalogs hold of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering};

use schema_core::{
    Approval, Authority, Database, Declared, DefaultPrivileges, Error, Grant, HazardCode, Membership,
    NewObjects, ObjectId, Options, Plan, Policy, PostgresRole, Privileges, Request, Role, Scope, ScopeRoles,
    Script, Session as _, Table,
};
use support::{TestDatabase, every_server, say};

/// A database and names of roles that no other test has.
struct Bench {
    database: TestDatabase,
    prefix: String,
}

impl Bench {
    async fn new(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("gp_roles_{}_{number}", std::process::id());
        Self { database: TestDatabase::new(server).await, prefix }
    }

    /// A script with the names of this test: `@a` is a role.
    fn named(&self, script: &str) -> String {
        script.replace('@', &format!("{}_", self.prefix))
    }

    fn name(&self, role: &str) -> String {
        format!("{}_{role}", self.prefix)
    }

    /// What the catalogs hold of the roles of this test, under the names of scripts: all that `pg_dumpall` prints.
    async fn dump(&self) -> Vec<String> {
        const ROLES: &str = "SELECT (to_jsonb(a) - 'oid')::text FROM pg_authid a WHERE a.rolname LIKE $1 \
             UNION ALL SELECT concat(m.rolname, ' in ', r.rolname, to_jsonb(x) - 'oid' - 'roleid' - 'member' - 'grantor') \
               FROM pg_auth_members x JOIN pg_roles m ON m.oid = x.member JOIN pg_roles r ON r.oid = x.roleid \
               WHERE m.rolname LIKE $1 \
             UNION ALL SELECT concat(r.rolname, ' ', unnest(r.rolconfig)) FROM pg_roles r WHERE r.rolname LIKE $1 \
             UNION ALL SELECT concat(r.rolname, ': ', shobj_description(r.oid, 'pg_authid')) \
               FROM pg_roles r WHERE r.rolname LIKE $1";
        let pattern = format!("{}%", self.prefix);
        let mut connection = self.database.connection().await;
        let rows: Vec<String> =
            sqlx::query_scalar(ROLES).bind(pattern).fetch_all(&mut connection).await.unwrap();
        let mut lines: Vec<String> =
            // A time that was said once can only become no end.
            rows.iter().map(|row| row.replace(&format!("{}_", self.prefix), "@").replace("\"infinity\"", "null")).collect();
        lines.sort();
        lines
    }

    fn request(declared: Declared) -> Request {
        let scope = Scope { privileges: true, roles: ScopeRoles::All, ..Scope::default() };
        Request { declared, scope, authority: Authority::Exact, ..Request::default() }
    }

    fn script(&self, script: &str) -> Declared {
        let script = Script { name: "roles.sql".to_owned(), text: self.named(script) };
        Declared { scripts: vec![script], ..Declared::default() }
    }

    async fn plan(&self, declared: Declared) -> Result<Plan, Error> {
        let mut session = self.database.session().await;
        Ok(schema_core::plan_only(&mut session, &Self::request(declared)).await?.plan)
    }

    async fn lead(&self, declared: Declared) -> Result<Plan, String> {
        let mut session = self.database.session().await;
        let request = Self::request(declared);
        let plan = schema_core::plan_only(&mut session, &request).await.map_err(|e| e.to_string())?.plan;
        let approval = Approval::of(&plan, 1..=plan.steps.len()).map_err(|e| e.to_string())?;
        let options = Options { approval: Some(approval), ..Options::default() };
        schema_core::apply_plan(&mut session, &plan, &options, &|_| {})
            .await
            .map_err(|e| format!("{e}\n{}", plan.to_sql()))?;
        let second = schema_core::plan_only(&mut session, &request).await.map_err(|e| e.to_string())?.plan;
        if second.is_empty() { Ok(plan) } else { Err(format!("not empty:\n{}", second.to_sql())) }
    }

    async fn roles_there(&self) -> i64 {
        let mut connection = self.database.connection().await;
        let pattern = format!("{}%", self.prefix);
        sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname LIKE $1")
            .bind(pattern)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }

    /// Drops the roles, and what is theirs in this database.
    async fn without_roles(&self) {
        self.database
            .run(&format!(
                "DO $$ DECLARE name text; BEGIN \
                 FOR name IN SELECT rolname FROM pg_roles WHERE rolname LIKE '{}%' LOOP \
                   EXECUTE format('DROP OWNED BY %I CASCADE', name); EXECUTE format('DROP ROLE %I', name); \
                 END LOOP; END $$",
                self.prefix
            ))
            .await;
    }

    async fn gone(self) {
        self.without_roles().await;
        self.database.gone().await;
    }
}

const STATES: &[&str] = &[
    "CREATE ROLE @a; CREATE TABLE t (id int);",
    "CREATE ROLE @b LOGIN CONNECTION LIMIT 3 VALID UNTIL '2031-01-02 03:04:05+02'; CREATE ROLE @a NOINHERIT; \
     CREATE ROLE @c IN ROLE @a; GRANT @c TO @b; COMMENT ON ROLE @a IS 'it''s'; \
     ALTER ROLE @b SET search_path TO \"A b\", public; ALTER ROLE @b SET work_mem = '8MB'; \
     CREATE TABLE t (id int); ALTER TABLE t OWNER TO @b; GRANT SELECT ON t TO @a; \
     CREATE POLICY p ON t TO @a USING (true); CREATE SCHEMA s AUTHORIZATION @a; \
     ALTER DEFAULT PRIVILEGES FOR ROLE @b IN SCHEMA s GRANT SELECT ON TABLES TO @a;",
    "CREATE ROLE @a CREATEDB; CREATE ROLE @c BYPASSRLS; CREATE ROLE @b; GRANT @a TO @b WITH ADMIN OPTION; \
     ALTER ROLE @b SET search_path TO public; CREATE TABLE t (id int); GRANT INSERT ON t TO @c;",
];

/// What the server itself makes of a script, in a database where the roles are not yet.
async fn direct(server: &str, script: &str) -> (Vec<String>, Vec<String>) {
    let bench = Bench::new(server).await;
    bench.database.run(&bench.named(script)).await;
    let both = (bench.dump().await, schema(&bench));
    bench.gone().await;
    both
}

fn schema(bench: &Bench) -> Vec<String> {
    bench.database.dump().iter().map(|sql| sql.replace(&format!("{}_", bench.prefix), "@")).collect()
}

#[tokio::test]
async fn roles_become_what_is_declared() {
    for (server, version) in every_server() {
        for from in STATES {
            let bench = Bench::new(&server).await;
            for state in [from].into_iter().chain(STATES) {
                if let Err(error) = bench.lead(bench.script(state)).await {
                    panic!("PostgreSQL {version}: {state}: {error}");
                }
                let (roles, objects) = direct(&server, state).await;
                // A role that is not declared any more stays.
                let said = |line: &&String| {
                    ["@b", "@c"].iter().all(|role| !line.contains(role) || state.contains(role))
                };
                let found: Vec<String> = bench.dump().await.iter().filter(said).cloned().collect();
                assert_eq!(found, roles, "PostgreSQL {version}: {state}");
                assert_eq!(schema(&bench), objects, "PostgreSQL {version}: {state}");
            }
            bench.gone().await;
        }
        say!("PostgreSQL {version}");
    }
}

#[tokio::test]
async fn to_plan_makes_no_role() {
    for (server, version) in every_server() {
        let bench = Bench::new(&server).await;
        let script = format!("BEGIN; {} COMMIT;", STATES[1]);
        let plan = bench.plan(bench.script(&script)).await.unwrap();
        assert_eq!(bench.roles_there().await, 0, "PostgreSQL {version}");
        // Whoever is named comes first.
        let sql: Vec<&str> =
            plan.steps.iter().flat_map(|step| &step.statements).map(schema_core::Sql::as_str).collect();
        let first_other =
            sql.iter().position(|sql| !sql.contains("ROLE") && !sql.starts_with("GRANT \"gp_roles"));
        let last_role = sql.iter().rposition(|sql| sql.starts_with("CREATE ROLE"));
        assert!(last_role < first_other, "{sql:#?}");
        for (script, reason) in [
            ("CREATE TABLE t (id int); GRANT SELECT ON t TO @nobody", "does not exist"),
            ("CREATE ROLE @a; CREATE TABLE t (id int); GRANT SELECT ON t TO @nobody", "does not exist"),
            ("CREATE TABLE t (id int); CREATE POLICY p ON t TO @nobody USING (true)", "does not exist"),
            ("CREATE ROLE @a IN ROLE @nobody", "neither exists nor is declared"),
            ("CREATE ROLE @a PASSWORD 'hush'", "a password has no place in a schema"),
            ("CREATE ROLE @a; ROLLBACK", "take parts of itself back"),
            ("GRANT CONNECT ON DATABASE postgres TO PUBLIC", "more than one database"),
            ("DO $$ BEGIN CREATE ROLE @a; END $$", "not as a step of a plan"),
        ] {
            let refused = bench.plan(bench.script(script)).await.expect_err(script);
            let text = format!("{refused} {refused:?}");
            assert!(
                text.contains(reason) && !text.contains("hush"),
                "PostgreSQL {version}: {script}: {text}"
            );
        }
        let mut session = bench.database.session().await;
        let not_asked = bench.script("CREATE ROLE @a PASSWORD 'hush'");
        let refused = session.canonicalize(&not_asked, &Scope::default()).await.expect_err("refused");
        let text = format!("{refused} {refused:?}");
        assert!(text.contains("--roles") && !text.contains("hush"), "{text}");
        assert_eq!(bench.roles_there().await, 0, "PostgreSQL {version}");
        bench.gone().await;
    }
}

#[tokio::test]
async fn roles_are_declared_as_objects_too() {
    for (server, version) in every_server() {
        let bench = Bench::new(&server).await;
        let (a, b) = (bench.name("a"), bench.name("b"));
        let mut app = Role::new(b.as_str()).member_of(Membership::of(a.as_str()));
        app.postgres = PostgresRole {
            login: true,
            settings: vec![("timezone".to_owned(), "UTC".to_owned())],
            ..PostgresRole::default()
        };
        let grant = || Grant {
            role: a.as_str().into(),
            privilege: "SELECT".to_owned(),
            column: None,
            grantable: false,
        };
        let mut policy = Policy::new("p", "t");
        policy.roles = vec![a.as_str().into()];
        policy.using = Some("true".into());
        let table = Table::new("t").column(schema_core::Column::new("id", schema_core::Type::BigInt));
        let mut schema = Database::new().with(table).with(policy).with(app).with(Role::new(a.as_str()));
        schema.insert(Privileges {
            object: ObjectId::table(&"t".into()),
            owner: Some(b.as_str().into()),
            grants: vec![grant()],
        });
        for (schema_name, on) in [(Some("public"), NewObjects::Tables), (None, NewObjects::Routines)] {
            schema.insert(DefaultPrivileges {
                schema: schema_name.map(Into::into),
                grants: schema_name.map(|_| grant()).into_iter().collect(),
                ..DefaultPrivileges::of(b.as_str(), on)
            });
        }
        let owned = Request { authority: Authority::Owned, ..Bench::request(schema.into()) };
        let mut session = bench.database.session().await;
        let plan = schema_core::plan_only(&mut session, &owned).await.unwrap().plan;
        let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
        let options = Options { approval: Some(approval), ..Options::default() };
        if let Err(error) = schema_core::apply_plan(&mut session, &plan, &options, &|_| {}).await {
            panic!("PostgreSQL {version}: {error}\n{}", plan.to_sql());
        }
        let second = schema_core::plan_only(&mut session, &owned).await.unwrap().plan;
        assert!(second.is_empty(), "PostgreSQL {version}: {}", second.to_sql());
        drop(session);
        bench.gone().await;
    }
}

#[tokio::test]
async fn what_passes_the_grants_is_a_hazard() {
    let Some((server, _)) = every_server().pop() else { return };
    let bench = Bench::new(&server).await;
    let hazards = |plan: &Plan| -> Vec<String> {
        let all = plan.steps.iter().flat_map(|step| &step.hazards);
        all.filter(|hazard| hazard.code == HazardCode::RolePowers)
            .map(|hazard| hazard.message.clone())
            .collect()
    };
    let plan = bench.plan(bench.script("CREATE ROLE @a LOGIN; CREATE ROLE @b SUPERUSER")).await.unwrap();
    assert_eq!(hazards(&plan), [format!("{} gets SUPERUSER", bench.name("b"))]);
    bench.lead(bench.script("CREATE ROLE @a")).await.unwrap();
    let plan = bench.plan(bench.script("CREATE ROLE @a CREATEROLE IN ROLE pg_write_all_data")).await.unwrap();
    assert_eq!(hazards(&plan), [format!("{} gets CREATEROLE, pg_write_all_data", bench.name("a"))]);
    bench.gone().await;
}
