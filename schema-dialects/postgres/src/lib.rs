//! The PostgreSQL dialect of Groundplan: inspects, canonicalizes, renders and plans, for PostgreSQL 14 to 18.
//!
//! [`PgDialect`] only knows; [`PgSession`] holds a live connection. Any [`sqlx::PgPool`] can be connected to.
#![forbid(unsafe_code)]

mod canonicalize;
mod check;
mod connect;
mod dialect;
mod error;
mod inspect;
mod lexis;
mod plan;
mod quote;
mod render;
mod session;
mod texts;

pub use dialect::PgDialect;
pub use session::PgSession;
