//! A database for one test.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use schema_core::{Connect, Declared, Error, Request, Session};
use sqlx::{AssertSqlSafe, Connection};

use crate::{ApplyPolicy, Migrator};

/// What test databases are called; the time, the process and a number follow.
const PREFIX: &str = "groundplan_test_";
/// What the databases are called that others are copied from; a fingerprint and the time follow.
#[cfg(feature = "postgres")]
const TEMPLATE: &str = "groundplan_template_";
/// A test database that nobody is connected to is a leftover after so many seconds.
const STALE: u64 = 3600;
/// A template, or a folder, after so many.
const OLD: u64 = 24 * 3600;

/// A database of a test's own, with a schema in it. It is removed when this is dropped, after a panic too; what a
/// killed process left is removed by a later one.
///
/// On PostgreSQL the schema is made once, and copied for each test: with a hundred tables, a copy takes about twice as long
/// as an empty database, and a twentieth of what making the schema takes (`cargo bench --bench test_database` measures it
/// where you are). Any number of tests can run at the same time.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use groundplan::testing::TestDatabase;
/// use groundplan::{Table, schema};
///
/// #[derive(Table)]
/// struct User {
///     #[column(primary_key, identity)]
///     id: i64,
/// }
///
/// let database = TestDatabase::new("sqlite:", schema![User]).await?;
/// let pool = sqlx::SqlitePool::connect(database.url()).await?;
/// sqlx::query("INSERT INTO user DEFAULT VALUES").execute(&pool).await?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
pub struct TestDatabase {
    url: String,
    name: String,
    home: Home,
}

enum Home {
    #[cfg(feature = "sqlite")]
    Folder(PathBuf),
    #[cfg(feature = "postgres")]
    Postgres { server: String },
    #[cfg(feature = "mysql")]
    MySql { server: String },
}

impl TestDatabase {
    /// Makes a database with a schema on the server of a URL, whose user may create databases. For SQLite the URL is
    /// `sqlite:`.
    ///
    /// # Errors
    /// If the server cannot be reached or the schema not be made.
    pub async fn new(server: &str, schema: impl Into<Declared>) -> Result<Self, Error> {
        let schema = schema.into();
        match server.split_once(':').map(|(scheme, _)| scheme) {
            #[cfg(feature = "sqlite")]
            Some("sqlite") => Self::sqlite(schema).await,
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => Self::postgres(server, schema).await,
            #[cfg(feature = "mysql")]
            Some("mysql" | "mariadb") => Self::mysql(server, schema).await,
            _ => Err(Error::Input(
                "a URL begins with sqlite:, postgres://, mysql:// or mariadb://, and its engine is a feature of groundplan"
                    .to_owned(),
            )),
        }
    }

    /// The URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the database, or of SQLite's folder.
    ///
    /// ```
    /// # async fn example() -> Result<(), groundplan::Error> {
    /// use groundplan::testing::TestDatabase;
    ///
    /// let database = TestDatabase::new("sqlite:", groundplan::core::Database::new()).await?;
    /// assert!(database.url().contains(database.name()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    #[cfg(feature = "sqlite")]
    async fn sqlite(schema: Declared) -> Result<Self, Error> {
        let parent = std::env::temp_dir();
        for entry in std::fs::read_dir(&parent).into_iter().flatten().flatten() {
            if age(&entry.file_name().to_string_lossy(), PREFIX).is_some_and(|age| age > OLD) {
                // Another process may be doing the same.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let name = unique_name();
        let folder = parent.join(&name);
        std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        let url = format!("sqlite://{}?mode=rwc", folder.join("test.db").display());
        let this = Self { url, name, home: Home::Folder(folder) };
        this.migrate(schema).await?;
        Ok(this)
    }

    #[cfg(feature = "mysql")]
    async fn mysql(server: &str, schema: Declared) -> Result<Self, Error> {
        let mut admin = mysql(server).await?;
        let stale = "SELECT CAST(s.schema_name AS CHAR) FROM information_schema.schemata s WHERE s.schema_name LIKE \
                     'groundplan\\_test\\_%' AND NOT EXISTS (SELECT 1 FROM information_schema.processlist p \
                     WHERE p.db = s.schema_name)";
        let left: Vec<String> =
            sqlx::query_scalar(stale).fetch_all(&mut admin).await.map_err(|e| failed(&e))?;
        for name in left.iter().filter(|name| age(name, PREFIX).is_some_and(|age| age > STALE)) {
            // Another process may be doing the same.
            let _ = sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE `{name}`"))).execute(&mut admin).await;
        }
        let name = unique_name();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE `{name}`")))
            .execute(&mut admin)
            .await
            .map_err(|error| failed(&error))?;
        let home = Home::MySql { server: server.to_owned() };
        let this = Self { url: with_database(server, &name), name, home };
        this.migrate(schema).await?;
        Ok(this)
    }

    #[cfg(feature = "postgres")]
    async fn postgres(server: &str, schema: Declared) -> Result<Self, Error> {
        let mut admin = postgres(server).await?;
        let template = template(&mut admin, server, schema).await?;
        let name = unique_name();
        let sql = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        undisturbed(&mut admin, &template, &sql).await?;
        let home = Home::Postgres { server: server.to_owned() };
        Ok(Self { url: with_database(server, &name), name, home })
    }

    async fn migrate(&self, schema: Declared) -> Result<(), Error> {
        Migrator::new(schema).policy(ApplyPolicy::development()).run(self).await.map(drop)
    }
}

/// The database that others with this schema are copied from. The lock is held until the connection ends, so that only
/// one process makes it.
#[cfg(feature = "postgres")]
async fn template(admin: &mut sqlx::PgConnection, server: &str, schema: Declared) -> Result<String, Error> {
    let fingerprint = Request { declared: schema.clone(), ..Request::default() }.fingerprint();
    let prefix = format!("{TEMPLATE}{}_", fingerprint.short());
    let sql = "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext('groundplan test templates'))";
    sqlx::raw_sql(sql).execute(&mut *admin).await.map_err(|error| failed(&error))?;
    let sql = "SELECT d.datname::text FROM pg_catalog.pg_database d WHERE d.datname LIKE 'groundplan\\_te%' \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid) ORDER BY 1";
    let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *admin).await.map_err(|e| failed(&e))?;
    for name in &found {
        let is_stale = age(name, PREFIX).is_some_and(|age| age > STALE)
            || template_age(name).is_some_and(|age| age > OLD);
        if is_stale {
            // Another process may be doing the same, or be copying it.
            let sql = format!("DROP DATABASE IF EXISTS \"{name}\"");
            let _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *admin).await;
        }
    }
    let ready = found
        .iter()
        .rfind(|name| name.starts_with(&prefix) && template_age(name).is_some_and(|age| age <= OLD));
    if let Some(ready) = ready {
        return Ok(ready.clone());
    }
    let building = unique_name();
    let sql = format!("CREATE DATABASE \"{building}\" TEMPLATE template0");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *admin).await.map_err(|error| failed(&error))?;
    let home = Home::Postgres { server: server.to_owned() };
    let making = TestDatabase { url: with_database(server, &building), name: building, home };
    making.migrate(schema).await?;
    let name = format!("{prefix}{}", now());
    let sql = format!("ALTER DATABASE \"{}\" RENAME TO \"{name}\"", making.name);
    undisturbed(admin, &making.name, &sql).await?;
    // There is no database of the old name any more that would have to be removed.
    drop(making);
    Ok(name)
}

/// Runs a statement that needs a database to itself: connections to it take a moment to end.
#[cfg(feature = "postgres")]
async fn undisturbed(admin: &mut sqlx::PgConnection, database: &str, sql: &str) -> Result<(), Error> {
    const ATTEMPTS: u32 = 50;
    const IN_USE: &str = "55006";
    for attempt in 1.. {
        let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *admin).await else {
            break;
        };
        let in_use =
            error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() == Some(IN_USE);
        if !in_use || attempt >= ATTEMPTS {
            return Err(failed(&error));
        }
        sqlx::query(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = $1",
        )
        .bind(database)
        .execute(&mut *admin)
        .await
        .map_err(|error| failed(&error))?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

#[cfg(feature = "postgres")]
async fn postgres(server: &str) -> Result<sqlx::PgConnection, Error> {
    sqlx::PgConnection::connect(server).await.map_err(|error| failed(&error))
}

#[cfg(feature = "mysql")]
async fn mysql(server: &str) -> Result<sqlx::MySqlConnection, Error> {
    sqlx::MySqlConnection::connect(server).await.map_err(|error| failed(&error))
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::Input(format!("the test database cannot be made: {error}"))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A name that no other test has.
fn unique_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{}_{number}", now(), std::process::id())
}

/// How old a database of this name is, in seconds; nothing if it is not one of ours.
fn age(name: &str, prefix: &str) -> Option<u64> {
    let mut parts = name.strip_prefix(prefix)?.split('_');
    let made: u64 = parts.next()?.parse().ok()?;
    let numbers = parts.by_ref().take(2).filter(|part| part.parse::<u32>().is_ok()).count();
    (numbers == 2 && parts.next().is_none()).then(|| now().saturating_sub(made))
}

#[cfg(feature = "postgres")]
fn template_age(name: &str) -> Option<u64> {
    let (_, made) = name.strip_prefix(TEMPLATE)?.rsplit_once('_')?;
    Some(now().saturating_sub(made.parse().ok()?))
}

/// The URL of another database of the same server.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, None), |(a, p)| (a, Some(p)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let host = address[authority..].find('/').map_or(address, |at| &address[..authority + at]);
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    format!("{host}/{name}{parameters}")
}

/// Shows no password.
impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase").field("name", &self.name).finish_non_exhaustive()
    }
}

#[async_trait]
impl Connect<TestDatabase> for TestDatabase {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Folder(_) => {
                parsed::<sqlx::sqlite::SqliteConnectOptions>(&self.url)?
                    .create_if_missing(true)
                    .connect()
                    .await
            }
            #[cfg(feature = "postgres")]
            Home::Postgres { .. } => parsed::<sqlx::postgres::PgConnectOptions>(&self.url)?.connect().await,
            #[cfg(feature = "mysql")]
            Home::MySql { .. } => parsed::<sqlx::mysql::MySqlConnectOptions>(&self.url)?.connect().await,
        }
    }
}

fn parsed<O: std::str::FromStr<Err = sqlx::Error>>(url: &str) -> Result<O, Error> {
    url.parse().map_err(|error: sqlx::Error| Error::Input(format!("the URL is not valid: {error}")))
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let remove = match &self.home {
            #[cfg(feature = "sqlite")]
            Home::Folder(folder) => {
                // What cannot be removed is removed by a later process.
                let _ = std::fs::remove_dir_all(folder);
                return;
            }
            #[cfg(feature = "postgres")]
            Home::Postgres { server } => Removal::Postgres(
                server.clone(),
                format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name),
            ),
            #[cfg(feature = "mysql")]
            Home::MySql { server } => {
                Removal::MySql(server.clone(), format!("DROP DATABASE IF EXISTS `{}`", self.name))
            }
        };
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        {
            // The runtime of the test may be gone, or waiting for this thread.
            let remover = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.map(|runtime| runtime.block_on(remove.run()))
            });
            let _ = remover.join();
        }
    }
}

/// How a database is removed from its server.
#[cfg(any(feature = "postgres", feature = "mysql"))]
enum Removal {
    #[cfg(feature = "postgres")]
    Postgres(String, String),
    #[cfg(feature = "mysql")]
    MySql(String, String),
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
impl Removal {
    /// What cannot be removed is removed by a later process.
    async fn run(self) -> Result<(), Error> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(server, sql) => {
                let mut admin = postgres(&server).await?;
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut admin)
                    .await
                    .map_err(|error| failed(&error))?;
            }
            #[cfg(feature = "mysql")]
            Self::MySql(server, sql) => {
                let mut admin = mysql(&server).await?;
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut admin)
                    .await
                    .map_err(|error| failed(&error))?;
            }
        }
        Ok(())
    }
}

#[cfg(all(test, any(feature = "postgres", feature = "mysql")))]
mod tests {
    use super::{PREFIX, age, now, unique_name, with_database};

    #[test]
    fn urls_lead_to_other_databases() {
        assert_eq!(
            with_database("postgres://u:p@h:1/postgres?sslmode=off", "x"),
            "postgres://u:p@h:1/x?sslmode=off"
        );
        assert_eq!(with_database("mysql://h", "x"), "mysql://h/x");
        assert_eq!(with_database("mysql://h/", "x"), "mysql://h/x");
    }

    #[test]
    fn only_own_names_have_an_age() {
        assert!(age(&unique_name(), PREFIX).is_some_and(|age| age < 60));
        assert!(age(&format!("{PREFIX}{}_1_2", now() - 100), PREFIX).is_some_and(|age| age >= 100));
        for other in ["groundplan_test_1_2", "groundplan_test_x_1_2", "groundplan_test_1_2_3_4", "mine"] {
            assert_eq!(age(other, PREFIX), None, "{other}");
        }
    }
}
