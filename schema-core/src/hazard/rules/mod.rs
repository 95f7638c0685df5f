//! The rules, a file each. The list below is the catalogue: a rule that is not in it does not compile, and neither does
//! one without a file.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{HazardClass, RuleDoc};

/// What rule files are written with.
mod prelude {
    pub(super) use super::super::HazardClass::{
        Blocking, Breaking, DataDependent, DataLoss, Notice, Project, Script,
    };
    pub(super) use super::super::rule::nothing;
    pub(super) use super::super::{Holds, Row, RuleDoc};
    pub(super) use crate::Engine;
    pub(super) use crate::facts::{
        ConstraintKind, Fact, Fill, Kind, NewDefault, Nulls, Setting, Told, Writing,
    };

    #[cfg(test)]
    pub(super) use crate::Engine::{MariaDb, MySql, Postgres, Sqlite};
    #[cfg(test)]
    pub(super) use crate::HazardCode;
    #[cfg(test)]
    pub(super) use crate::lint::tests::{passes, reports};
}

macro_rules! catalogue {
    ($(#[doc = $summary:literal] $variant:ident $file:ident)*) => {
        $(mod $file;)*

        /// A hazard, by its stable code. Each has a file of the catalogue.
        ///
        /// ```
        /// use schema_core::{HazardClass, HazardCode};
        ///
        /// let code = HazardCode::DropColumn;
        /// assert_eq!((code.code(), code.class()), ("GP-DL102", HazardClass::DataLoss));
        /// assert_eq!(code.summary(), "A column and its values are dropped.");
        /// assert!(code.explanation().contains("column"));
        /// assert!(HazardCode::ALL.iter().all(|code| code.rule().code == code.code()));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum HazardCode {
            $(#[doc = $summary] $variant,)*
        }

        impl HazardCode {
            /// Every hazard, in the order of codes.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its rule in the catalogue.
            pub fn rule(self) -> &'static RuleDoc {
                match self { $(Self::$variant => &$file::RULE,)* }
            }

            /// What it is, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }.trim()
            }
        }
    };
}

catalogue! {
    /// A table and its rows are dropped.
    DropTable drop_table
    /// A column and its values are dropped.
    DropColumn drop_column
    /// A schema is dropped.
    DropSchema drop_schema
    /// A type change alters or truncates stored values.
    LossyConversion lossy_conversion
    /// A value that rows may hold is removed from an enum.
    EnumValueRemoved enum_value_removed
    /// Existing rows get a value that nobody chose.
    InventedValues invented_values
    /// A sequence, materialized view or virtual table is dropped with its state.
    DropStoredObject drop_stored_object
    /// The table's rows do not survive a crash.
    CrashUnsafe crash_unsafe
    /// A drop beside an addition looks like a rename that was not declared.
    AmbiguousRename ambiguous_rename
    /// A table is emptied.
    Truncate truncate
    /// What depends on an object is dropped with it, whatever that is.
    Cascade cascade
    /// A partition is dropped with its rows.
    DropPartition drop_partition
    /// A table is rebuilt, or the stored schema edited, past the checks that would save the data.
    UnguardedRebuild unguarded_rebuild
    /// A step of a plan file is not the planner's own.
    NotPlanned not_planned
    /// Code that uses the old name breaks.
    Rename rename
    /// Code that writes NULL, or leaves the column out, breaks.
    NotNull not_null
    /// Code that relies on the old type may break.
    TypeChange type_change
    /// A guarantee that code may rely on goes.
    ConstraintDropped constraint_dropped
    /// A view, function, trigger or type that code may use goes.
    DropRoutine drop_routine
    /// Who may see or do what changes.
    PrivilegesChanged privileges_changed
    /// A role may do more than its grants say.
    RolePowers role_powers
    /// A program or library runs on the server.
    ProgramRuns program_runs
    /// The table is rewritten while others wait.
    Rewrite rewrite
    /// The table is scanned while others wait.
    ScanUnderLock scan_under_lock
    /// An index is built while writers wait.
    IndexBuildUnderLock index_build_under_lock
    /// Others are locked out by a command of its own.
    LockedOut locked_out
    /// Rows with equal keys stand in the way.
    DuplicateRows duplicate_rows
    /// Rows with NULL stand in the way.
    NullRows null_rows
    /// Rows that refer to nothing stand in the way.
    OrphanRows orphan_rows
    /// Rows that violate a check stand in the way.
    ViolatingRows violating_rows
    /// Rows whose value the new type cannot hold stand in the way.
    InconvertibleRows inconvertible_rows
    /// A short exclusive lock: whoever comes after it waits until it is granted.
    LockQueue lock_queue
    /// Queries that used a dropped index get slower.
    SlowQueries slow_queries
    /// The planner's statistics are lost until the next ANALYZE.
    StatisticsLost statistics_lost
    /// Writes that were accepted are refused from now on.
    ConstraintAdded constraint_added
    /// Code that reads the column may meet NULL.
    NullsAppear nulls_appear
    /// Replicas fall behind while they do the same work.
    ReplicasLag replicas_lag
    /// A statement cannot do its work where it stands.
    CannotRunHere cannot_run_here
    /// Waiting for a lock has no limit.
    NoLockTimeout no_lock_timeout
    /// How the table is changed is left to the server.
    LeftToServer left_to_server
    /// A column is defined anew without everything that it was.
    ForgottenAttributes forgotten_attributes
    /// What was written before is committed by a change of the schema.
    ImplicitCommit implicit_commit
    /// The engine's checks are switched off.
    ChecksOff checks_off
    /// A statement is not understood.
    NotUnderstood not_understood
    /// Every row of a table gets another value.
    Overwritten overwritten
    /// Rows are deleted by what seems to write them.
    RowsReplaced rows_replaced
    /// Code runs that is not read.
    CodeRuns code_runs
    /// A file is read or written.
    FilesTouched files_touched
    /// A rule of the project's own objects.
    ProjectRule project_rule
}

impl HazardCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.rule().code
    }

    /// What kind of harm it does.
    pub fn class(self) -> HazardClass {
        self.rule().class
    }

    /// Why it matters, and what can be done instead.
    pub fn explanation(self) -> String {
        let rule = self.rule();
        let parts = [rule.why, rule.lock, rule.safe];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for HazardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for HazardCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|code| code.code().eq_ignore_ascii_case(text));
        known.copied().ok_or_else(|| format!("there is no rule {text:?}"))
    }
}

impl TryFrom<String> for HazardCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<HazardCode> for String {
    fn from(code: HazardCode) -> Self {
        code.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::HazardCode;
    use crate::HazardClass;
    use crate::hazard::{Answer, Row};

    #[test]
    fn codes_are_unique_in_order_and_say_their_class() {
        let codes: Vec<&str> = HazardCode::ALL.iter().map(|code| code.code()).collect();
        let numbers: Vec<&str> = codes.iter().map(|code| &code[5..]).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{codes:?}");
        for code in HazardCode::ALL {
            let letters = match code.class() {
                HazardClass::DataLoss => "GP-DL1",
                HazardClass::Breaking => "GP-BC2",
                HazardClass::Blocking => "GP-BL3",
                HazardClass::DataDependent => "GP-DD4",
                HazardClass::Notice => "GP-NT5",
                HazardClass::Script => "GP-SQ6",
                HazardClass::Project => "GP-PR7",
            };
            assert!(code.code().starts_with(letters), "{code}");
            assert_eq!(code.code().to_lowercase().parse(), Ok(*code));
            assert!(code.summary().ends_with('.') && !code.rule().why.is_empty(), "{code}");
        }
    }

    /// Every row of the list of known hazards: P1 to P50, M1 to M29, S1 to S11.
    #[test]
    fn every_known_hazard_has_an_answer() {
        let rows: Vec<&Row> = HazardCode::ALL.iter().flat_map(|code| code.rule().rows).collect();
        let answered: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
        let numbers = |letter: char, last: usize| (1..=last).map(move |number| format!("{letter}{number}"));
        let known = numbers('P', 50).chain(numbers('M', 29)).chain(numbers('S', 11));
        let missing: Vec<String> = known.filter(|id| !answered.contains(id.as_str())).collect();
        assert!(missing.is_empty(), "nothing is said of {missing:?}");
        for row in rows.iter().filter(|row| row.answer == Answer::NeverPlanned) {
            assert!(row.test.is_some(), "{}: no plan can show it", row.id);
        }
    }

    #[test]
    fn a_code_is_written_and_read_as_its_text() {
        let json = serde_json::to_string(&HazardCode::DropTable).expect("it can be written");
        assert_eq!(json, "\"GP-DL101\"");
        assert_eq!(serde_json::from_str::<HazardCode>(&json).expect("it can be read"), HazardCode::DropTable);
        assert!(serde_json::from_str::<HazardCode>("\"GP-DL199\"").is_err());
    }
}
