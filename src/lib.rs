//! Schema as code for Rust: declare tables as structs, in a fluent DSL or in SQL files, and a live PostgreSQL,
//! MySQL, MariaDB or SQLite database is made to match, safely.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use groundplan::{Table, schema};
//!
//! #[derive(Table)]
//! struct User {
//!     #[column(primary_key, identity)]
//!     id: i64,
//!     #[column(unique)]
//!     email: String,
//!     nickname: Option<String>,
//! }
//!
//! let pool = sqlx::SqlitePool::connect("sqlite://app.db?mode=rwc").await?;
//! let report = groundplan::migrate(&pool, schema![User]).await?;
//! # let _ = report;
//! # Ok(())
//! # }
//! ```
//!
//! [`migrate`] plans, checks the live data, applies what is additive and online, verifies the result, and returns a
//! typed refusal with the whole plan for anything that would lose data, break running code or block writers.
//! [`Migrator`] has every choice: policy, approval, scope, dry run, events.
#![forbid(unsafe_code)]

#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/guide.md")]
#[cfg_attr(feature = "cli", doc = include_str!("../docs/cli.md"))]
mod pages {}

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "codegen")]
pub mod codegen;
mod declare;
mod migrator;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "inventory")]
pub use declare::collect;
pub use declare::{
    __private, ArrayElement, ColumnType, Columns, Declaration, References, SqlEnum, SqlType, Table,
    TableName, TypedColumn, dsl,
};
pub use migrator::{Migrator, migrate};
pub use schema_core::{
    Adoption, ApplyPolicy, Approval, Authority, Blocker, Connect, Error, ErrorClass, ErrorCode, Event,
    Evidence, Fingerprint, Hazard, HazardClass, HazardCode, LedgerStatus, Location, Objection, Plan,
    ProbeFailure, Refusal, Report, Rule, RuleName, Rules, RunDetails, Scope, ScopeSchemas, Script, Severity,
    Status, Step, Subject, Waiver,
};

#[cfg(feature = "sea-query")]
pub use schema_core::statement;

/// What plans, diffs and sessions are made of, for tools that go beyond [`Migrator`].
pub mod core {
    pub use schema_core::*;
}

/// The PostgreSQL dialect.
#[cfg(feature = "postgres")]
pub mod postgres {
    pub use schema_postgres::*;
}

/// The dialect of MySQL and MariaDB.
#[cfg(feature = "mysql")]
pub mod mysql {
    pub use schema_mysql::*;
}

/// The SQLite dialect.
#[cfg(feature = "sqlite")]
pub mod sqlite {
    pub use schema_sqlite::*;
}
