//! The schema graph, the diff algebra, plans and the apply engine of Groundplan.
//!
//! This crate knows no SQL dialect, no driver and no async runtime. The dialect crates implement [`Dialect`] and
//! [`Session`]; applications use the facade crate `groundplan`.
#![forbid(unsafe_code)]

mod apply;
mod canonical;
pub mod declare;
pub mod diff;
mod engine;
mod error;
mod facts;
pub mod hazard;
mod hints;
mod ledger;
pub mod lint;
mod manage;
mod model;
mod name;
pub mod naming;
mod newer;
pub mod order;
pub mod plan;
mod planner;
mod policy;
pub mod script;
mod session;
#[cfg(feature = "sea-query")]
pub mod statement;
mod status;

pub use apply::{
    Adoption, Event, Listener, Options, Report, Status, adopt, apply_plan, mark_production, migrate,
    plan_only, unmark_production,
};
pub use canonical::{Canonical, Dependencies};
pub use diff::Diff;
pub use engine::{Engine, Version};
pub use error::{Error, ErrorClass, ErrorCode, Evidence, Location, ProbeFailure, Refusal};
pub use hazard::{
    Hazard, HazardClass, HazardCode, Objection, Rule, RuleName, Rules, Severity, Subject, Waiver,
};
pub use ledger::{Run, RunDetails, RunOutcome, StepTimes, history};
pub use manage::Authority;
pub use model::*;
pub use name::{Name, QualifiedName};
pub use plan::{Fingerprint, Plan, Step};
pub use planner::{Planned, Request, plan_between};
pub use policy::{ApplyPolicy, Approval};
pub use session::{
    Blocker, BlockerKind, Cell, Connect, Declared, Dialect, Finding, Folds, Inspection, LedgerStatement,
    PlanRequest, Problem, Reach, Scope, ScopeSchemas, Script, Session, TableSize, TableSizes, Waits,
};
pub use status::{Drift, LedgerStatus, status};
