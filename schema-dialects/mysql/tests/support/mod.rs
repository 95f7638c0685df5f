//! What the live tests share: servers, databases of their own, and the servers' own dumps.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    missing_docs,
    reason = "tests say so"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use schema_core::{Declared, Scope, Script, Session as _};
use schema_mysql::MySqlSession;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

/// Prints a line past the harness, which keeps what passing tests print to itself.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($line)*);
    }};
}
#[allow(unused_imports, reason = "each test file uses its own part of this")]
pub(crate) use say;

/// A server that the environment names.
#[derive(Clone, Debug)]
pub struct TestServer {
    pub name: &'static str,
    pub corpora: &'static str,
    pub options: MySqlConnectOptions,
    password: String,
}

/// The servers to test on. Where none is named, says so.
pub fn servers() -> Vec<TestServer> {
    let known = [
        ("MySQL", "mysql", "GROUNDPLAN_TEST_MYSQL_URL"),
        ("MariaDB", "mariadb", "GROUNDPLAN_TEST_MARIADB_URL"),
        ("MariaDB 11.8", "mariadb", "GROUNDPLAN_TEST_MARIADB_11_8_URL"),
    ];
    let only = std::env::var("GROUNDPLAN_ONLY").ok();
    known
        .into_iter()
        .filter(|(name, ..)| only.as_deref().is_none_or(|only| only == *name))
        .filter_map(|(name, corpora, variable)| {
            let Ok(url) = std::env::var(variable) else {
                // The usual run starts one MariaDB; its other versions are there on request.
                let usual = variable != "GROUNDPLAN_TEST_MARIADB_11_8_URL";
                let asked = if usual { "GROUNDPLAN_REQUIRE_SERVERS" } else { "GROUNDPLAN_ALL_VERSIONS" };
                assert!(std::env::var_os(asked).is_none(), "{variable} is not set");
                say!("left out: {name}, for {variable} is not set");
                return None;
            };
            let options = MySqlConnectOptions::from_str(&url).expect("a URL");
            let password = url.split_once("://").and_then(|(_, rest)| {
                rest.rsplit_once('@')
                    .and_then(|(user, _)| user.split_once(':'))
                    .map(|(_, password)| password.to_owned())
            });
            Some(TestServer { name, corpora, options, password: password.unwrap_or_default() })
        })
        .collect()
}

/// A database of one test, dropped at its end.
pub struct TestDatabase {
    pub name: String,
    server: TestServer,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl TestServer {
    /// An empty database.
    pub async fn database(&self) -> TestDatabase {
        self.database_with(" CHARACTER SET utf8mb4").await
    }

    /// An empty database with these options.
    pub async fn database_with(&self, options: &str) -> TestDatabase {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("mysql_t{}_{number}", std::process::id());
        let mut admin = self.options.clone().connect().await.expect("the server answers");
        run(&mut admin, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(&mut admin, &format!("CREATE DATABASE {name}{options}")).await;
        TestDatabase { name, server: self.clone() }
    }
}

pub async fn run(connection: &mut MySqlConnection, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await {
        panic!("{error}\n  in: {sql}");
    }
}

pub async fn rows(connection: &mut MySqlConnection, sql: &str) -> Vec<MySqlRow> {
    match sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error}\n  in: {sql}"),
    }
}

pub fn cell(row: &MySqlRow, column: impl sqlx::ColumnIndex<MySqlRow>) -> String {
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(column).expect("a column");
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

impl TestDatabase {
    pub async fn connection(&self) -> MySqlConnection {
        self.server.options.clone().database(&self.name).connect().await.expect("the database is there")
    }

    pub async fn session(&self) -> MySqlSession {
        MySqlSession::open(self.connection().await).await.expect("a session")
    }

    /// Loads a script with the server's own client.
    pub fn load(&self, script: &str) {
        let refused = self.client(script);
        assert!(refused.is_none(), "{}", refused.unwrap_or_default());
    }

    /// Whether the client loads a script.
    pub fn try_load(&self, script: &str) -> bool {
        match self.client(script) {
            Some(error) if std::env::var("GROUNDPLAN_SHOW_INVALID").is_ok() => {
                eprintln!("not valid: {error}");
                false
            }
            refused => refused.is_none(),
        }
    }

    fn client(&self, script: &str) -> Option<String> {
        let client = std::env::var("GROUNDPLAN_MYSQL_CLIENT").unwrap_or_else(|_| "mariadb".to_owned());
        let mut child = Command::new(client)
            .args([
                "--comments",
                "--default-character-set=utf8mb4",
                "--init-command=SET NAMES utf8mb4",
                "-uroot",
            ])
            .arg(format!("-h{}", self.server.options.get_host()))
            .arg(format!("-P{}", self.server.options.get_port()))
            .arg(format!("-p{}", self.server.password))
            .arg(&self.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client runs");
        child.stdin.take().expect("piped").write_all(script.as_bytes()).expect("the client reads");
        let output = child.wait_with_output().expect("the client ends");
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// What the server itself says every object is, with the running numbers left out, as sorted lines: the order
    /// of keys is the order in which they were added.
    pub async fn dump(&self) -> String {
        let mut connection = self.connection().await;
        let mut all = Vec::new();
        let listed = format!(
            "SELECT 'TABLE', table_name, table_type FROM information_schema.tables WHERE table_schema = '{0}' \
             UNION ALL SELECT 'TRIGGER', trigger_name, CONCAT(action_order) FROM information_schema.triggers WHERE trigger_schema = '{0}' \
             UNION ALL SELECT routine_type, routine_name, '' FROM information_schema.routines WHERE routine_schema = '{0}' \
             UNION ALL SELECT 'EVENT', event_name, '' FROM information_schema.events WHERE event_schema = '{0}'",
            self.name
        );
        for row in rows(&mut connection, &listed).await {
            let (kind, name, extra) = (cell(&row, 0), cell(&row, 1), cell(&row, 2));
            if name.starts_with("groundplan_") {
                continue;
            }
            let question = format!("SHOW CREATE {kind} `{}`", name.replace('`', "``"));
            let answer = rows(&mut connection, &question).await;
            let row = &answer[0];
            let at = [
                "Create Table",
                "Create View",
                "SQL Original Statement",
                "Create Function",
                "Create Procedure",
                "Create Event",
            ]
            .into_iter()
            .find(|column| row.try_column(*column).is_ok())
            .expect("a definition");
            let made_under: Vec<String> =
                ["sql_mode", "time_zone", "character_set_client", "collation_connection"]
                    .into_iter()
                    .filter(|column| row.try_column(*column).is_ok())
                    .map(|column| cell(row, column))
                    .collect();
            let order = if kind == "TRIGGER" { extra } else { String::new() };
            let made_under = made_under.join(" ");
            // A view that the server may not open is printed with the name of its database.
            let definition = cell(row, at).replace(&format!("`{}`.", self.name), "");
            all.push(format!("{kind} {name} {order} {made_under}\n{}", normalized(&definition)));
        }
        all.sort();
        all.join("\n\n")
    }

    pub async fn drop(self) {
        let mut connection = self.connection().await;
        run(&mut connection, &format!("DROP DATABASE {}", self.name)).await;
    }
}

/// A definition without the running number, and with the lines of keys and constraints in order.
fn normalized(definition: &str) -> String {
    let mut text = definition.to_owned();
    if let Some(start) = text.find(" AUTO_INCREMENT=") {
        let digits = text[start + 16..].bytes().take_while(u8::is_ascii_digit).count();
        text.replace_range(start..start + 16 + digits, "");
    }
    if !text.starts_with("CREATE TABLE") {
        return text;
    }
    // MySQL prints a negative number in a check either way, depending on how the check was added.
    for digit in 0..=9 {
        text = text.replace(&format!("-({digit})"), &format!("-{digit}"));
    }
    let mut lines: Vec<&str> = text.lines().map(|line| line.strip_suffix(',').unwrap_or(line)).collect();
    let is_key = |line: &str| {
        ["PRIMARY KEY", "UNIQUE KEY", "KEY", "FULLTEXT KEY", "SPATIAL KEY", "VECTOR KEY", "CONSTRAINT"]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    let first = lines.iter().position(|line| is_key(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| is_key(line)).map_or(first, |at| at + 1);
    lines[first..last].sort_unstable();
    lines.join("\n")
}

/// The corpora, if they are here.
pub fn corpora() -> Option<PathBuf> {
    let folder = std::env::var("GROUNDPLAN_CORPORA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    say!("left out: {} is not there", folder.display());
    None
}

/// The states of each project of an engine, oldest first.
pub fn projects(engine: &str) -> Vec<(String, Vec<(String, String)>)> {
    let Some(folder) = corpora() else { return Vec::new() };
    let mut projects: Vec<_> = std::fs::read_dir(folder.join(engine))
        .expect("a folder")
        .filter_map(Result::ok)
        .map(|project| {
            let name = project.file_name().to_string_lossy().into_owned();
            let mut files: Vec<_> = std::fs::read_dir(project.path())
                .expect("a folder")
                .filter_map(Result::ok)
                .map(|file| file.path())
                .filter(|path| path.extension().is_some_and(|ext| ext == "sql"))
                .collect();
            files.sort();
            let states = files
                .into_iter()
                .map(|path| {
                    let label = path.file_stem().expect("a name").to_string_lossy().into_owned();
                    (label, std::fs::read_to_string(&path).expect("a file"))
                })
                .collect();
            (name, states)
        })
        .collect();
    projects.sort();
    projects
}

/// A script as what is declared.
pub fn declared(text: &str) -> Declared {
    Declared {
        scripts: vec![Script { name: "schema.sql".to_owned(), text: text.to_owned() }],
        ..Declared::default()
    }
}

/// The whole database.
pub fn scope() -> Scope {
    Scope::default()
}

/// The first lines in which two dumps differ.
pub fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let expected_lines: Vec<&str> = expected.lines().collect();
    let found_lines: Vec<&str> = found.lines().collect();
    let missing: Vec<&str> =
        expected_lines.iter().filter(|line| !found_lines.contains(line)).take(6).copied().collect();
    let extra: Vec<&str> =
        found_lines.iter().filter(|line| !expected_lines.contains(line)).take(6).copied().collect();
    if missing.is_empty() && extra.is_empty() {
        let at = expected_lines.iter().zip(&found_lines).take_while(|(a, b)| a == b).count();
        let around = |lines: &[&str]| {
            lines.iter().skip(at.saturating_sub(3)).take(8).copied().collect::<Vec<_>>().join("\n    ")
        };
        return Some(format!(
            "expected:\n    {}\n  found:\n    {}",
            around(&expected_lines),
            around(&found_lines)
        ));
    }
    Some(format!("missing:\n    {}\n  extra:\n    {}", missing.join("\n    "), extra.join("\n    ")))
}

/// Inspects through a session.
pub async fn inspect(database: &TestDatabase) -> schema_core::Inspection {
    database.session().await.inspect(&scope()).await.expect("the database can be read")
}

/// Leads a database to what is declared, every step approved, and sees that nothing is left to do. Gives the plan.
pub async fn apply(database: &TestDatabase, wanted: &Declared) -> Result<schema_core::Plan, String> {
    let mut session = database.session().await;
    let request = schema_core::Request {
        declared: wanted.clone(),
        authority: schema_core::Authority::Exact,
        ..schema_core::Request::default()
    };
    let say = |what: &str, error: schema_core::Error| format!("{what}: {error}");
    let plan = schema_core::plan_only(&mut session, &request).await.map_err(|e| say("plan", e))?.plan;
    let approval = schema_core::Approval::of(&plan, 1..=plan.steps.len()).map_err(|e| say("approve", e))?;
    let options = schema_core::Options { approval: Some(approval), ..schema_core::Options::default() };
    schema_core::apply_plan(&mut session, &plan, &options, &|_| {})
        .await
        .map_err(|e| format!("{}\n{}", say("apply", e), statements(&plan)))?;
    let second =
        schema_core::plan_only(&mut session, &request).await.map_err(|e| say("second plan", e))?.plan;
    if second.is_empty() {
        Ok(plan)
    } else {
        Err(format!("the second plan is not empty:\n{}", statements(&second)))
    }
}

/// The statements of a plan.
pub fn statements(plan: &schema_core::Plan) -> String {
    let all = plan.steps.iter().flat_map(|step| &step.statements);
    all.map(|sql| format!("  {sql};\n")).collect()
}
