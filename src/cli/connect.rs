//! URLs of databases, and sessions on them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use schema_core::{Connect, Engine, Error, Session};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

/// The URL of a database. Shows itself without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// The engine that its scheme names. A `mysql://` URL may lead to MariaDB, and the other way round.
    pub(super) engine: Engine,
    text: String,
    /// Whether a file that does not exist is made.
    makes_file: bool,
}

impl Url {
    /// Whether a source is meant as a URL rather than as a path.
    pub(super) fn is_meant(text: &str) -> bool {
        text.contains("://") || text.starts_with("sqlite:")
    }

    /// An empty SQLite database that lives as long as its connection.
    pub(super) fn sqlite_in_memory() -> Self {
        Self { engine: Engine::Sqlite, text: "sqlite::memory:".to_owned(), makes_file: false }
    }

    /// The same database, whose file is made if there is none, unless the URL itself says how it is opened.
    pub(super) fn making_file(self) -> Self {
        let says = self.text.split_once('?').is_some_and(|(_, parameters)| parameters.contains("mode="));
        Self { makes_file: !says, ..self }
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let engine = match text.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres" | "postgresql") => Engine::Postgres,
            Some("mysql") => Engine::MySql,
            Some("mariadb") => Engine::MariaDb,
            Some(_) | None => {
                return Err("a URL begins with sqlite://, postgres://, mysql:// or mariadb://".to_owned());
            }
        };
        Ok(Self { engine, text: text.to_owned(), makes_file: false })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_secrets(&self.text))
    }
}

/// A URL, or what somebody took for one, as it may be shown.
///
/// Passwords may hold any character when nobody encoded them. So what stands before the last `@` is left out, the
/// parameters too, and everything where these two cannot be told apart.
pub(super) fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once(':') else { return url.to_owned() };
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    match address.rsplit_once('@') {
        _file if scheme == "sqlite" => format!("{scheme}:{address}"),
        _ if parameters.contains('@') => format!("{scheme}://***"),
        Some((_, address)) => format!("{scheme}://***@{address}"),
        None => format!("{scheme}:{address}"),
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How long a server may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(20);

#[async_trait]
impl Connect<Url> for Url {
    /// Opens a connection of its own. Pools would try a server that refuses again and again, and hide why.
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let session = async {
            match self.engine {
                Engine::Sqlite => {
                    let options = self.options::<SqliteConnectOptions>()?;
                    let options = if self.makes_file { options.create_if_missing(true) } else { options };
                    options.connect().await.map_err(may_be_missing)
                }
                Engine::Postgres => self.options::<PgConnectOptions>()?.connect().await,
                Engine::MySql | Engine::MariaDb => self.options::<MySqlConnectOptions>()?.connect().await,
            }
        };
        tokio::time::timeout(PATIENCE, session).await.unwrap_or_else(|_| {
            let message = format!("no answer within {} seconds", PATIENCE.as_secs());
            Err(Error::Connect { target: self.to_string(), message })
        })
    }
}

/// SQLite does not say that a file does not exist, nor how one is made.
fn may_be_missing(error: Error) -> Error {
    match error {
        Error::Connect { target, message } if message.contains("unable to open") => {
            let message = format!(
                "{message}; if the file does not exist yet, `apply --to` makes it, and so does `?mode=rwc` at the end \
                 of the URL"
            );
            Error::Connect { target, message }
        }
        other => other,
    }
}

impl Url {
    fn options<O: FromStr<Err = sqlx::Error>>(&self) -> Result<O, Error> {
        self.text
            .parse()
            .map_err(|error: sqlx::Error| Error::Input(format!("{self} is not a valid URL: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let shown = |url: &str| Url::from_str(url).unwrap().to_string();
        assert_eq!(shown("postgres://me:canary@host:5432/db"), "postgres://***@host:5432/db");
        assert_eq!(shown("mysql://me:can/a@r#y@host/db?x=y"), "mysql://***@host/db");
        assert_eq!(shown("mysql://me:can?a@ry@host/db"), "mysql://***");
        assert_eq!(shown("postgres://host/db?password=canary"), "postgres://host/db");
        assert_eq!(shown("postgres://host/db?password=can@ary"), "postgres://***");
        assert_eq!(shown("postgres:/me:canary@host"), "postgres://***@host");
        assert_eq!(shown("sqlite://a@b.db?mode=rwc"), "sqlite://a@b.db");
        assert_eq!(shown("sqlite::memory:"), "sqlite::memory:");
    }

    #[test]
    fn schemes_name_engines() {
        let engine = |url: &str| Url::from_str(url).map(|url| url.engine);
        assert_eq!(engine("postgresql://host/db"), Ok(Engine::Postgres));
        assert_eq!(engine("mariadb://host/db"), Ok(Engine::MariaDb));
        assert!(engine("oracle://host/db").is_err());
        assert!(engine("schema.sql").is_err());
    }
}
