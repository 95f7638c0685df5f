//! What a rule of the catalogue says about itself.

use super::HazardClass;
use crate::Engine;
use crate::facts::{Fact, Setting};

/// A rule of the catalogue: its stable code, its documentation, and the known changes that it answers for.
///
/// ```
/// use schema_core::HazardCode;
/// let rule = HazardCode::DropColumn.rule();
/// assert_eq!(rule.code, "GP-DL102");
/// println!("{}\nInstead: {}", rule.why, rule.safe);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RuleDoc {
    /// The stable code.
    pub code: &'static str,
    /// What kind of harm it does.
    pub class: HazardClass,
    /// Why it matters.
    pub why: &'static str,
    /// What waits for what meanwhile, engine by engine.
    pub lock: &'static str,
    /// What to do instead, or before.
    pub safe: &'static str,
    /// The changes that it answers for.
    pub rows: &'static [Row],
    /// What it finds in hand-written SQL: what it means there, if the fact is one of its.
    pub(crate) lint: fn(&Fact, &Setting) -> Option<String>,
}

/// A change that is known to be dangerous, and what is done about it.
///
/// ```
/// use schema_core::HazardCode;
/// let rows = HazardCode::DropColumn.rule().rows;
/// assert!(rows.iter().any(|row| row.id.starts_with('P')), "PostgreSQL is among them");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number: `P` for PostgreSQL, `M` for MySQL and MariaDB, `S` for SQLite.
    pub id: &'static str,
    /// The change.
    pub change: &'static str,
    /// The versions that behave so.
    pub holds: Holds,
    /// What is done about it.
    pub answer: Answer,
    /// The test that shows it: a case of that number in `tests/hazards`, unless said otherwise.
    pub test: Option<&'static str>,
}

/// The versions of an engine that something is true of.
///
/// ```
/// use schema_core::HazardCode;
/// use schema_core::hazard::Holds;
/// let rows = HazardCode::ALL.iter().flat_map(|code| code.rule().rows);
/// let of_some_versions = rows.filter(|row| row.holds != Holds::Every).count();
/// assert!(of_some_versions > 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// All that are supported.
    Every,
    /// From this one on.
    From(&'static str),
    /// Those before this one.
    Before(&'static str),
    /// One flavour of the dialect.
    Only(Engine),
}

/// What is done about a dangerous change.
///
/// ```
/// use schema_core::HazardCode;
/// use schema_core::hazard::Answer;
/// for row in HazardCode::ALL.iter().flat_map(|code| code.rule().rows) {
///     if let Answer::Avoided(route) = row.answer {
///         println!("{}: {} ({route})", row.id, row.change);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The plan reaches the same end by this route.
    Avoided(&'static str),
    /// The step carries the hazard.
    Reported,
    /// No plan does it; it is found in hand-written SQL.
    NeverPlanned,
}

impl Row {
    pub(super) const fn avoided(id: &'static str, change: &'static str, route: &'static str) -> Self {
        Self { id, change, holds: Holds::Every, answer: Answer::Avoided(route), test: None }
    }

    pub(super) const fn reported(id: &'static str, change: &'static str) -> Self {
        Self { id, change, holds: Holds::Every, answer: Answer::Reported, test: None }
    }

    pub(super) const fn never_planned(id: &'static str, change: &'static str) -> Self {
        Self { id, change, holds: Holds::Every, answer: Answer::NeverPlanned, test: None }
    }

    pub(super) const fn holds(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    pub(super) const fn shown_by(mut self, test: &'static str) -> Self {
        self.test = Some(test);
        self
    }
}

/// For rules that hand-written SQL does not show.
pub(super) fn nothing(_: &Fact, _: &Setting) -> Option<String> {
    None
}
