//! The schema graph, the diff algebra, plans and the apply engine of Groundplan.
//!
//! This crate knows no SQL dialect, no driver and no async runtime. The dialect crates implement [`Dialect`] and
//! [`Session`]; applications use the facade crate `groundplan`.
#![forbid(unsafe_code)]

mod canonical;
pub mod declare;
pub mod diff;
mod engine;
mod error;
mod model;
mod name;
pub mod naming;
pub mod order;
pub mod plan;
mod session;

pub use canonical::{Canonical, Dependencies};
pub use diff::Diff;
pub use engine::{Engine, Version};
pub use error::{Error, ErrorClass, Location, ProbeFailure, Refusal};
pub use model::*;
pub use name::{Name, QualifiedName};
pub use plan::{Fingerprint, Hazard, HazardClass, HazardCode, Plan, Step};
pub use session::{
    Cell, Connect, Declared, Dialect, Finding, Inspection, LedgerStatement, PlanRequest, Problem, Scope,
    ScopeSchemas, Script, Session, TableSize, TableSizes,
};
