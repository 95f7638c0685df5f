//! How a plan is applied, and what is told meanwhile.

use std::time::Duration;

use crate::plan::{Plan, Step};
use crate::{ApplyPolicy, Approval, Blocker};

/// How a plan is applied.
///
/// ```
/// use std::time::Duration;
///
/// use schema_core::{ApplyPolicy, Options};
///
/// let patient = Options {
///     policy: ApplyPolicy::development(),
///     lock_wait: Duration::from_secs(600),
///     actor: Some("nightly job".to_owned()),
///     ..Options::default()
/// };
/// assert!(!patient.dry_run && patient.approval.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Which steps need an approval.
    pub policy: ApplyPolicy,
    /// The approval, if there is one.
    pub approval: Option<Approval>,
    /// How long to wait for another process that is changing the database.
    pub lock_wait: Duration,
    /// How long the locks of a transaction may be waited for, all together, before it gives up and is tried again:
    /// so long others wait behind it at most.
    pub lock_timeout: Duration,
    /// How long an online step, behind which nobody waits, may wait for transactions that were open before it.
    pub online_wait: Duration,
    /// How often a step that met a lock is tried.
    pub attempts: u32,
    /// How long a question to the live data may take.
    pub probe_limit: Duration,
    /// Who applies, for the ledger.
    pub actor: Option<String>,
    /// Plan and gate only.
    pub dry_run: bool,
    /// Whether a database that was led to this schema before, and on from it since, is led back. At start it is
    /// not: the older binary of a rolling deployment must not undo what its successor did.
    pub lead_back: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            policy: ApplyPolicy::startup(),
            approval: None,
            lock_wait: Duration::from_mins(1),
            lock_timeout: Duration::from_secs(2),
            online_wait: Duration::from_mins(5),
            attempts: 10,
            probe_limit: Duration::from_mins(1),
            actor: None,
            dry_run: false,
            lead_back: false,
        }
    }
}

/// What happens while a plan is made and applied.
///
/// ```
/// use schema_core::Event;
///
/// fn progress(event: &Event<'_>) {
///     match event {
///         Event::Planned(plan) => println!("{} steps", plan.steps.len()),
///         Event::StepStarted { number, step } => println!("{number}. {}", step.title),
///         Event::MayBlock(blocker) => println!("in the way: {blocker}"),
///         _ => {}
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The plan is made.
    Planned(&'a Plan),
    /// Another process holds the lock; this one waits.
    Waiting {
        /// For how long already.
        waited: Duration,
    },
    /// Something may be in the way, which the engine does not tell for sure.
    MayBlock(&'a Blocker),
    /// A step starts.
    StepStarted {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
    },
    /// A step will be tried again: it met a lock.
    StepRetried {
        /// Its number, from 1.
        number: usize,
        /// How often it has been tried.
        attempt: u32,
    },
    /// A step is done; when it shares a transaction, not yet committed.
    StepDone {
        /// Its number, from 1.
        number: usize,
        /// How long it took.
        took: Duration,
    },
    /// The database is what the plan leads to.
    Verified,
}

/// Receives events.
///
/// ```
/// use schema_core::{Event, Listener};
///
/// let listener: &Listener<'_> = &|event| {
///     if let Event::Waiting { waited } = event {
///         println!("another process is at it, for {waited:?} already");
///     }
/// };
/// listener(&Event::Verified);
/// ```
pub type Listener<'a> = dyn Fn(&Event<'_>) + Send + Sync + 'a;
