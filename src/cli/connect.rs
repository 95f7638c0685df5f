//! URLs of databases, and sessions on them.

use std::fmt;
use std::str::FromStr;

use crate::{Engine, Error, Session};

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
    /// Passwords may hold any character, `@` and `/` included, when nobody encoded them: whatever stands before the last
    /// `@` is left out, and so are the parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.split_once('?').map_or(self.text.as_str(), |(before, _)| before);
        match (self.text.rsplit_once('@'), text.split_once("://")) {
            (Some((_, rest)), Some((scheme, _))) => {
                let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
                write!(f, "{scheme}://***@{rest}")
            }
            _no_secret => f.write_str(text),
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let shown = |url: &str| Url::from_str(url).unwrap().to_string();
        assert_eq!(shown("postgres://me:canary@host:5432/db"), "postgres://***@host:5432/db");
        assert_eq!(shown("mysql://me:can/a@r?y#@host/db?x=y"), "mysql://***@host/db");
        assert_eq!(shown("postgres://host/db?password=canary"), "postgres://host/db");
        assert_eq!(shown("postgres://host/db?password=can@ary"), "postgres://***@ary");
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
