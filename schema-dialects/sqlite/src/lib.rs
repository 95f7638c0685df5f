//! The SQLite dialect of Groundplan.
//!
//! [`SqliteDialect`] knows SQLite and talks to nobody; [`SqliteSession`] holds one connection of sqlx. Open one
//! with [`Connect`](schema_core::Connect) on a `sqlx::SqlitePool`, or on `sqlx::sqlite::SqliteConnectOptions`.
//!
//! SQLite keeps the statements that made its objects and tells only a part of them through pragmas. The rest is
//! read from those statements by a tokenizer and small parsers, and what both tell is compared: a table on which
//! they disagree is reported as unmodelled and left alone.
#![forbid(unsafe_code)]

mod canonicalize;
mod check;
mod connect;
mod dialect;
mod error;
mod inspect;
mod plan;
mod quote;
mod render;
mod session;
mod sql;

pub use dialect::SqliteDialect;
pub use session::SqliteSession;
#[doc(hidden)]
pub use sql::read_stored;
