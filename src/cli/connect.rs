//! URLs of databases, and sessions on them.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use schema_core::{Connect, Engine, Error, Session};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

/// The URL of a database. Shows itself without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// The engine that its scheme names. A `mysql://` URL may lead to MariaDB, and the other way round.
    pub(super) engine: Engine,
    text: String,
}

impl Url {
    /// Whether a source is meant as a URL rather than as a path.
    pub(super) fn is_meant(text: &str) -> bool {
        text.contains("://") || text.starts_with("sqlite:")
    }

    /// An empty SQLite database that lives as long as its connection.
    pub(super) fn sqlite_in_memory() -> Self {
        Self { engine: Engine::Sqlite, text: "sqlite::memory:".to_owned() }
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
        Ok(Self { engine, text: text.to_owned() })
    }
}

impl fmt::Display for Url {
    /// Passwords may hold any character when nobody encoded them. So what stands before the last `@` is left out, the
    /// parameters too, and everything where these two cannot be told apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.text.split_once("://") else { return f.write_str(&self.text) };
        let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        match address.rsplit_once('@') {
            _ if parameters.contains('@') => write!(f, "{scheme}://***"),
            Some((_, address)) => write!(f, "{scheme}://***@{address}"),
            None => write!(f, "{scheme}://{address}"),
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[async_trait]
impl Connect<Url> for Url {
    /// Opens a connection of its own. Pools would try a server that refuses again and again, and hide why.
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        match self.engine {
            Engine::Sqlite => self.options::<SqliteConnectOptions>()?.connect().await.map_err(may_be_missing),
            Engine::MySql | Engine::MariaDb => self.options::<MySqlConnectOptions>()?.connect().await,
            Engine::Postgres => Err(Error::Internal("not yet".to_owned())),
        }
    }
}

/// SQLite does not say that a file does not exist, and nobody guesses how it is made.
fn may_be_missing(error: Error) -> Error {
    match error {
        Error::Connect { target, message } if message.contains("unable to open") => {
            let message =
                format!("{message}; `?mode=rwc` at the end of the URL makes a file that does not exist");
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
        assert_eq!(shown("sqlite://a.db?mode=rwc"), "sqlite://a.db");
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
