//! MySQL and MariaDB for Groundplan: two flavours of one dialect.
//!
//! [`MySqlDialect`] knows what a server can do and how it is told to; [`MySqlSession`] holds a connection.
//! Applications use neither: the facade crate `groundplan` takes a [`sqlx::MySqlPool`].
#![forbid(unsafe_code)]

mod blockers;
mod canonicalize;
mod connect;
mod dialect;
mod error;
mod flavour;
mod grant;
mod inspect;
mod lower;
mod plan;
mod quote;
mod render;
mod script;
mod server;
mod session;
mod standing;
mod text;

pub use dialect::MySqlDialect;
pub use flavour::{Flavour, TableNames};
pub use session::MySqlSession;
