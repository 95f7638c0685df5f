//! What statements of hand-written SQL do.
//!
//! A statement is read by its words alone, no server is asked, into [`Fact`]s. What a reader of words cannot understand
//! is a fact, too, and is reported by name, never passed over.

mod column;
mod fact;
mod query;
mod read;
mod setting;
mod table;
mod words;
mod write;

pub use fact::{
    ConstraintKind, Fact, Fill, Kind, NewColumn, NewConstraint, NewDefault, Nulls, Told, Writing,
};
pub(crate) use read::facts;
pub(crate) use setting::Setting;
