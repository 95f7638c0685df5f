//! Types that a column has in single engines.

use serde::{Deserialize, Serialize};

use super::{Sql, is_default};
use crate::Engine;

/// What a column's type is called in single engines, where its portable type is not what is wanted there.
///
/// ```
/// use schema_core::{Engine, NativeTypes};
/// let mut email = NativeTypes::default();
/// email.set(Engine::Postgres, "citext");
/// assert_eq!(email.get(Engine::Postgres).unwrap().as_str(), "citext");
/// assert_eq!(email.get(Engine::Sqlite), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NativeTypes {
    /// In PostgreSQL.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: Option<Sql>,
    /// In MySQL, and in MariaDB where that has none of its own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: Option<Sql>,
    /// In MariaDB.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mariadb: Option<Sql>,
    /// In SQLite.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sqlite: Option<Sql>,
}

impl NativeTypes {
    /// The type for one engine, if it has one of its own.
    ///
    /// ```
    /// use schema_core::{Engine, NativeTypes};
    /// let mut types = NativeTypes::default();
    /// types.set(Engine::MySql, "varchar(80)");
    /// assert!(types.get(Engine::MariaDb).is_some() && types.get(Engine::Postgres).is_none());
    /// ```
    pub fn get(&self, engine: Engine) -> Option<&Sql> {
        match engine {
            Engine::Postgres => self.postgres.as_ref(),
            Engine::MySql => self.mysql.as_ref(),
            Engine::MariaDb => self.mariadb.as_ref().or(self.mysql.as_ref()),
            Engine::Sqlite => self.sqlite.as_ref(),
        }
    }

    /// Sets the type for one engine.
    ///
    /// ```
    /// use schema_core::{Engine, NativeTypes};
    /// let mut email = NativeTypes::default();
    /// email.set(Engine::MariaDb, "varchar(320)");
    /// assert!(email.mariadb.is_some() && email.mysql.is_none());
    /// ```
    pub fn set(&mut self, engine: Engine, ty: impl Into<Sql>) {
        let slot = match engine {
            Engine::Postgres => &mut self.postgres,
            Engine::MySql => &mut self.mysql,
            Engine::MariaDb => &mut self.mariadb,
            Engine::Sqlite => &mut self.sqlite,
        };
        *slot = Some(ty.into());
    }
}
