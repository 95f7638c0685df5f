//! What the live tests share: databases of their own, PostgreSQL's clients, and plans carried out without the ledger.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

pub mod family;
pub mod generate;
pub mod judge;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use schema_core::plan::{Step, Transaction};
use schema_core::{Declared, Error, Inspection, Plan, Scope, Script, Session};
use schema_postgres::PgSession;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// Prints a line past the harness, which keeps what passing tests print to itself.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($line)*);
    }};
}
#[allow(unused_imports, reason = "each test file uses its own part of this")]
pub(crate) use say;

/// The server's URL, or nothing where there is none.
pub fn server() -> Option<String> {
    let url = std::env::var("GROUNDPLAN_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        assert!(
            std::env::var_os("GROUNDPLAN_REQUIRE_SERVERS").is_none(),
            "GROUNDPLAN_TEST_POSTGRES_URL is not set"
        );
        say!("left out: GROUNDPLAN_TEST_POSTGRES_URL is not set");
    }
    url
}

/// The servers of random tests, with their major versions: the usual one, and the newest.
pub fn servers() -> Vec<(String, u32)> {
    let only: Option<u32> = std::env::var("GROUNDPLAN_VERSION").ok().and_then(|version| version.parse().ok());
    let newest = std::env::var("GROUNDPLAN_TEST_POSTGRES_18_URL").ok().map(|url| (url, 18));
    let usual = server().map(|url| (url, 15));
    usual.into_iter().chain(newest).filter(|(_, version)| only.is_none_or(|only| only == *version)).collect()
}

/// All servers that the environment names, oldest first, with their major versions.
pub fn every_server() -> Vec<(String, u32)> {
    let usual = server().map(|url| (url, 15));
    let others = [14, 16, 17, 18].map(|version| {
        let url = std::env::var(format!("GROUNDPLAN_TEST_POSTGRES_{version}_URL")).ok();
        url.map(|url| (url, version))
    });
    let mut all: Vec<(String, u32)> = usual.into_iter().chain(others.into_iter().flatten()).collect();
    all.sort_by_key(|(_, version)| *version);
    all
}

/// A program of PostgreSQL's, by the variable that names it.
fn program(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// A database that is gone when the test is.
pub struct TestDatabase {
    server: String,
    pub name: String,
    /// Whether everything in it is made by [`ROLE`], so that it can be emptied.
    reusable: bool,
}

/// A role that owns what is in databases that are used more than once: `DROP OWNED` empties them, which takes a small
/// part of the time that a new database takes. It stays on the server of the tests.
const ROLE: &str = "groundplan_tests";

impl TestDatabase {
    pub async fn new(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("postgres_test_{}_{number}", std::process::id());
        admin(server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        Self { server: server.to_owned(), name, reusable: false }
    }

    /// A database that can be emptied, and so used again.
    pub async fn reusable(server: &str) -> Self {
        // Another process may make the role at the same moment.
        let make = format!(
            "DO $$ BEGIN CREATE ROLE {ROLE} SUPERUSER; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"
        );
        admin(server, &make).await;
        Self { reusable: true, ..Self::new(server).await }
    }

    /// Drops everything in a reusable database.
    pub async fn empty(&self) {
        self.run(&self.emptying()).await;
    }

    /// The statements that drop everything in a reusable database.
    pub fn emptying(&self) -> String {
        assert!(self.reusable, "it may hold what others own");
        format!(
            "DO $$ DECLARE name text; BEGIN \
             FOR name IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', name); \
             END LOOP; END $$; DROP OWNED BY {ROLE} CASCADE; COMMENT ON SCHEMA public IS 'standard public schema'"
        )
    }

    pub fn options(&self) -> PgConnectOptions {
        let options: PgConnectOptions = self.server.parse().unwrap();
        let options = options.database(&self.name).disable_statement_logging();
        if self.reusable { options.options([("role", ROLE)]) } else { options }
    }

    pub fn url(&self) -> String {
        let (head, _) = self.server.rsplit_once('/').unwrap();
        format!("{head}/{}", self.name)
    }

    pub async fn session(&self) -> PgSession {
        let options = self.options();
        let connection = PgConnection::connect_with(&options).await.unwrap();
        PgSession::open(connection, options).await.unwrap()
    }

    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.unwrap()
    }

    pub async fn run(&self, sql: &str) {
        if let Err(error) = self.try_run(sql).await {
            panic!("{error}\n{sql}");
        }
    }

    /// Runs a script as one statement; what the server says against it.
    pub async fn try_run(&self, sql: &str) -> Result<(), String> {
        let mut connection = self.connection().await;
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    /// Loads a script with psql.
    pub fn load(&self, file: &Path) {
        let output = Command::new(program("GROUNDPLAN_PSQL", "psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url(), "-f"])
            .arg(file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    }

    /// What `pg_dump` says of the schema, made comparable: statements sorted, columns of tables in the order of names.
    pub fn dump(&self) -> Vec<String> {
        dump(&self.url())
    }

    /// The same as one script, which leaves the settings of a connection as they were.
    pub fn dumped(&self) -> String {
        let dumped = dumped(&self.url());
        // Commands of psql, and a setting that only the newest servers have.
        let others = ["\\", "SET transaction_timeout"];
        let lines: Vec<&str> =
            dumped.lines().filter(|line| !others.iter().any(|start| line.starts_with(start))).collect();
        format!("{}\nRESET ALL;\n", lines.join("\n"))
    }

    /// What `dump` says, while something else is done.
    pub fn dumping(&self) -> std::thread::JoinHandle<Vec<String>> {
        let url = self.url();
        std::thread::spawn(move || dump(&url))
    }

    pub async fn gone(self) {
        admin(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

fn dump(url: &str) -> Vec<String> {
    normalized(&dumped(url))
}

/// What `pg_dump` prints.
fn dumped(url: &str) -> String {
    let output = Command::new(program("GROUNDPLAN_PG_DUMP", "pg_dump"))
        .args(["--schema-only", "--no-owner", "--exclude-schema=groundplan", "-d", url])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn admin(server: &str, sql: &str) {
    let options: PgConnectOptions = server.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options.disable_statement_logging()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
}

/// The statements of a dump, without comments and settings, sorted.
fn normalized(dump: &str) -> Vec<String> {
    let statements = schema_core::script::split(dump, schema_core::Engine::Postgres).unwrap();
    let mut all: Vec<String> = statements
        .iter()
        .map(|statement| statement.sql)
        .filter(|sql| !sql.starts_with("SET ") && !sql.starts_with("SELECT pg_catalog.set_config"))
        .map(with_sorted_columns)
        .collect();
    all.sort();
    all
}

/// The order of columns is physical: `CREATE TABLE` with its lines sorted.
fn with_sorted_columns(sql: &str) -> String {
    let is_table = ["CREATE TABLE", "CREATE UNLOGGED TABLE", "CREATE FOREIGN TABLE"]
        .iter()
        .any(|start| sql.starts_with(start));
    if !is_table || !sql.contains("(\n") {
        return sql.to_owned();
    }
    let mut lines: Vec<&str> = sql.lines().map(|line| line.trim_end_matches(',')).collect();
    if let Some(end) = lines.iter().position(|line| line.starts_with(')')) {
        lines[1..end].sort_unstable();
    }
    lines.join("\n")
}

/// The folder of real schemas, or nothing where there is none.
pub fn corpora() -> Option<PathBuf> {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = std::env::var_os("GROUNDPLAN_CORPORA").map_or_else(usual, PathBuf::from).join("postgres");
    if folder.is_dir() {
        return Some(folder);
    }
    say!("left out: no real schemas in {}", folder.display());
    None
}

/// The states of a project's schema, oldest first, by project.
pub fn projects(folder: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let only = std::env::var("GROUNDPLAN_PROJECT").ok();
    let mut projects: Vec<(String, Vec<PathBuf>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let mut states: Vec<PathBuf> = std::fs::read_dir(&path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|file| file.extension().is_some_and(|extension| extension == "sql"))
                .collect();
            states.sort();
            (path.file_name().unwrap().to_string_lossy().into_owned(), states)
        })
        .filter(|(name, _)| only.as_ref().is_none_or(|only| only == name))
        .collect();
    projects.sort();
    projects
}

pub fn scope() -> Scope {
    Scope { privileges: true, ..Scope::default() }
}

/// What the server makes of a script.
pub async fn canonical(session: &mut dyn Session, file: &Path) -> Result<Inspection, Error> {
    let script = Script { name: file.display().to_string(), text: std::fs::read_to_string(file).unwrap() };
    let declared = Declared { scripts: vec![script], ..Declared::default() };
    session.canonicalize(&declared, &scope()).await
}

/// Asks the live data; what stands in the way. What is only told to whoever decides is asked too, and left alone.
pub async fn probes(session: &mut dyn Session, plan: &Plan) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for probe in plan.steps.iter().flat_map(|step| &step.probes) {
        let rows = match session.count(&probe.count, Duration::from_secs(30)).await {
            Ok(rows) => rows > 0,
            // What cannot be computed is in the way too.
            Err(Error::Database { code: Some(code), .. }) if session.dialect().is_data_error(&code) => true,
            Err(error) => return Err(error),
        };
        if rows && probe.stops() {
            found.push(format!("{}: {}", probe.object, probe.finding));
        }
    }
    Ok(found)
}

/// Carries a plan out.
pub async fn execute(session: &mut dyn Session, steps: &[Step]) -> Result<(), String> {
    session.prepare(Duration::from_secs(5)).await.unwrap();
    let mut open: Option<u32> = None;
    for step in steps {
        let number = match step.transaction {
            Transaction::Shared(number) => Some(number),
            Transaction::None => None,
        };
        if open != number {
            if open.is_some() {
                session.commit().await.map_err(|error| error.to_string())?;
            }
            if number.is_some() {
                session.begin().await.map_err(|error| error.to_string())?;
            }
            open = number;
        }
        for statement in &step.statements {
            if let Err(error) = session.execute(statement).await {
                if open.is_some() {
                    session.rollback().await.unwrap();
                }
                let code = match &error {
                    Error::Database { code: Some(code), .. } => format!(" ({code})"),
                    _ => String::new(),
                };
                return Err(format!("{}: {error}{code}", step.title));
            }
        }
    }
    if open.is_some() {
        session.commit().await.map_err(|error| error.to_string())?;
    }
    session.restore().await.map_err(|error| error.to_string())
}

/// What differs between two dumps, shortly.
pub fn differences(wanted: &[String], found: &[String]) -> Option<String> {
    let missing = wanted.iter().filter(|statement| !found.contains(statement));
    let extra = found.iter().filter(|statement| !wanted.contains(statement));
    let lines: Vec<String> = missing
        .map(|statement| format!("    wanted {statement}"))
        .chain(extra.map(|statement| format!("    found  {statement}")))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
