//! Databases for tests: one of their own on every engine that is there.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this")]

pub mod changes;
pub mod hostile;
pub mod process;
pub mod proxy;
pub mod scenario;
pub mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use groundplan::core::{Connect, Engine, Error, Session};
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Prints a line past the harness, which keeps what passing tests print to itself.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($line)*);
    }};
}
#[allow(unused_imports, reason = "each test file uses its own part of this")]
pub(crate) use say;

/// An empty database that is removed when the test is over.
pub struct TestDatabase {
    pub engine: Engine,
    pub url: String,
    pool: Pool,
    home: Home,
}

enum Pool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
    MySql(sqlx::MySqlPool),
}

impl Pool {
    async fn open(engine: Engine, url: &str) -> Self {
        match engine {
            Engine::Postgres => Self::Postgres(sqlx::PgPool::connect(url).await.unwrap()),
            Engine::MySql | Engine::MariaDb => Self::MySql(sqlx::MySqlPool::connect(url).await.unwrap()),
            Engine::Sqlite => Self::Sqlite(sqlx::SqlitePool::connect(url).await.unwrap()),
        }
    }
}

enum Home {
    Folder(PathBuf),
    Server {
        url: String,
        name: String,
    },
    /// Somebody else's, who removes it.
    Elsewhere,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A name that no other test has.
fn unique_name() -> String {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("groundplan_test_{}_{number}", std::process::id())
}

/// An empty folder that no other test has.
pub fn own_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(unique_name());
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The URL of a server for tests, or nothing where servers may be left out.
pub fn server(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    if url.is_none() {
        let required = std::env::var_os("GROUNDPLAN_REQUIRE_SERVERS").is_some();
        assert!(!required, "{variable} is not set, and GROUNDPLAN_REQUIRE_SERVERS asks for every server");
        say!("left out: {variable} is not set");
    }
    url
}

pub const ENGINES: [Engine; 4] = [Engine::Sqlite, Engine::Postgres, Engine::MySql, Engine::MariaDb];

/// An empty database on each engine that is there.
pub async fn every_engine() -> Vec<TestDatabase> {
    let mut all = Vec::new();
    for engine in ENGINES {
        all.extend(TestDatabase::on(engine).await);
    }
    all
}

/// Whether what takes minutes is asked for too.
pub fn long() -> bool {
    std::env::var_os("GROUNDPLAN_LONG").is_some()
}

impl TestDatabase {
    /// An empty database, if the engine's server is there.
    pub async fn on(engine: Engine) -> Option<Self> {
        let variable = match engine {
            Engine::Sqlite => return Some(Self::sqlite().await),
            Engine::Postgres => "GROUNDPLAN_TEST_POSTGRES_URL",
            Engine::MySql => "GROUNDPLAN_TEST_MYSQL_URL",
            Engine::MariaDb => "GROUNDPLAN_TEST_MARIADB_URL",
        };
        let url = server(variable)?;
        Some(Self::on_server(engine, &url).await)
    }

    pub async fn sqlite() -> Self {
        let folder = own_folder();
        let url = format!("sqlite://{}/test.db?mode=rwc", folder.display());
        let pool = Pool::open(Engine::Sqlite, &url).await;
        Self { engine: Engine::Sqlite, url, pool, home: Home::Folder(folder) }
    }

    pub async fn on_server(engine: Engine, server: &str) -> Self {
        let name = unique_name();
        administer(engine, server, &format!("CREATE DATABASE {name}")).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        let url = format!("{base}/{name}");
        let pool = Pool::open(engine, &url).await;
        Self { engine, url, pool, home: Home::Server { url: server.to_owned(), name } }
    }

    /// A database that another process made.
    pub async fn attach(engine: Engine, url: &str) -> Self {
        Self { engine, url: url.to_owned(), pool: Pool::open(engine, url).await, home: Home::Elsewhere }
    }

    /// One connection to a database that another made, so that a transaction stays open on it.
    pub async fn attach_alone(engine: Engine, url: &str) -> Self {
        let pool = match engine {
            Engine::Postgres => {
                let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
                Pool::Postgres(options.connect(url).await.unwrap())
            }
            Engine::MySql | Engine::MariaDb => {
                let options = sqlx::mysql::MySqlPoolOptions::new().max_connections(1);
                Pool::MySql(options.connect(url).await.unwrap())
            }
            Engine::Sqlite => {
                let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
                Pool::Sqlite(options.connect(url).await.unwrap())
            }
        };
        Self { engine, url: url.to_owned(), pool, home: Home::Elsewhere }
    }

    /// Runs statements that are not Groundplan's.
    pub async fn execute(&self, sql: &str) {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match &self.pool {
            Pool::Sqlite(pool) => pool.execute(sql).await.map(drop),
            Pool::Postgres(pool) => pool.execute(sql).await.map(drop),
            Pool::MySql(pool) => pool.execute(sql).await.map(drop),
        }
        .unwrap();
    }

    /// Puts a text that is bound into a column of an enumerated type.
    pub async fn insert_choice(&self, id: usize, text: &str) {
        let value = if self.engine == Engine::Postgres { "$1::choice" } else { "?" };
        let sql = AssertSqlSafe(format!("INSERT INTO texts (id, value) VALUES ({id}, {value})"));
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query(sql).bind(text).execute(pool).await.map(drop),
            Pool::Postgres(pool) => sqlx::query(sql).bind(text).execute(pool).await.map(drop),
            Pool::MySql(pool) => sqlx::query(sql).bind(text).execute(pool).await.map(drop),
        }
        .unwrap();
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            Pool::MySql(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .unwrap()
    }

    /// The texts that a query of one column gives.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
            Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
            Pool::MySql(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        }
        .unwrap()
    }

    /// Somebody who ends every connection to this database, from outside of it.
    pub fn assassin(&self) -> Assassin {
        match &self.home {
            Home::Server { url, name } => {
                Assassin { engine: self.engine, server: url.clone(), name: name.clone() }
            }
            Home::Folder(_) | Home::Elsewhere => panic!("there is no server"),
        }
    }

    /// Removes the database.
    pub async fn close(self) {
        match self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
            Pool::MySql(pool) => pool.close().await,
        }
        match self.home {
            Home::Folder(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Home::Server { url, name } => {
                administer(self.engine, &url, &format!("DROP DATABASE {name}")).await;
            }
            Home::Elsewhere => {}
        }
    }
}

/// Ends connections on the server's side.
#[derive(Clone, Debug)]
pub struct Assassin {
    engine: Engine,
    server: String,
    name: String,
}

impl Assassin {
    pub async fn strike(&self) {
        let name = &self.name;
        match self.engine {
            Engine::Postgres => {
                let sql = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                );
                administer(self.engine, &self.server, &sql).await;
            }
            Engine::MySql | Engine::MariaDb => {
                let mut connection = sqlx::MySqlConnection::connect(&self.server).await.unwrap();
                let sql = format!(
                    "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = '{name}'"
                );
                let ids: Vec<String> =
                    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
                for id in ids {
                    // It may have gone by itself.
                    let _ = sqlx::raw_sql(AssertSqlSafe(format!("KILL {id}"))).execute(&mut connection).await;
                }
                connection.close().await.unwrap();
            }
            Engine::Sqlite => unreachable!("SQLite has no server"),
        }
    }
}

/// Runs a statement on a server, given by its URL.
pub async fn administer_url(server: &str, sql: &str) {
    let engine = if server.starts_with("postgres") { Engine::Postgres } else { Engine::MySql };
    administer(engine, server, sql).await;
}

async fn administer(engine: Engine, server: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match engine {
        Engine::Postgres => {
            let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Engine::MySql | Engine::MariaDb => {
            let mut connection = sqlx::MySqlConnection::connect(server).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Engine::Sqlite => unreachable!("SQLite has no server"),
    }
}

#[async_trait]
impl Connect<Self> for TestDatabase {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        match &self.pool {
            Pool::Sqlite(pool) => pool.connect().await,
            Pool::Postgres(pool) => pool.connect().await,
            Pool::MySql(pool) => pool.connect().await,
        }
    }
}
