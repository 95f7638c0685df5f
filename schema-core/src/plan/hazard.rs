//! What can go wrong with a step.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave a hazard is, least grave first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardClass {
    /// Good to know.
    Notice,
    /// Rows can make the step fail; the live data is asked first.
    DataDependent,
    /// Readers or writers wait for longer than an instant.
    Blocking,
    /// Code that runs today breaks.
    Breaking,
    /// Data is lost or changed.
    DataLoss,
}

/// A hazard of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hazard {
    /// Which one.
    pub code: HazardCode,
    /// What it means here, naming the objects.
    pub message: String,
}

impl Hazard {
    /// A hazard with what it means here.
    pub fn new(code: HazardCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// How grave it is.
    pub fn class(&self) -> HazardClass {
        self.code.class()
    }
}

macro_rules! hazards {
    ($($variant:ident $code:literal $class:ident $doc:literal)*) => {
        /// A hazard, by its stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum HazardCode {
            $(#[doc = $doc] #[serde(rename = $code)] $variant,)*
        }

        impl HazardCode {
            /// Every hazard, in the order of codes.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How grave it is.
            pub fn class(self) -> HazardClass {
                match self { $(Self::$variant => HazardClass::$class,)* }
            }

            /// What it is, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

hazards! {
    DropTable "GP-DL101" DataLoss "A table and its rows are dropped."
    DropColumn "GP-DL102" DataLoss "A column and its values are dropped."
    DropSchema "GP-DL103" DataLoss "A schema is dropped."
    LossyConversion "GP-DL104" DataLoss "A type change alters or truncates stored values."
    EnumValueRemoved "GP-DL105" DataLoss "A value that rows may hold is removed from an enum."
    InventedValues "GP-DL106" DataLoss "Existing rows get a value that nobody chose."
    DropStoredObject "GP-DL107" DataLoss "A sequence, materialized view or virtual table is dropped with its state."
    CrashUnsafe "GP-DL108" DataLoss "The table's rows do not survive a crash."
    AmbiguousRename "GP-DL109" DataLoss "A drop beside an addition looks like a rename that was not declared."
    Rename "GP-BC201" Breaking "Code that uses the old name breaks."
    NotNull "GP-BC202" Breaking "Code that writes NULL, or leaves the column out, breaks."
    TypeChange "GP-BC203" Breaking "Code that relies on the old type may break."
    ConstraintDropped "GP-BC204" Breaking "A guarantee that code may rely on goes."
    DropRoutine "GP-BC205" Breaking "A view, function, trigger or type that code may use goes."
    PrivilegesChanged "GP-BC206" Breaking "Who may see or do what changes."
    Rewrite "GP-BL301" Blocking "The table is rewritten while others wait."
    ScanUnderLock "GP-BL302" Blocking "The table is scanned while others wait."
    IndexBuildUnderLock "GP-BL303" Blocking "An index is built while writers wait."
    DuplicateRows "GP-DD401" DataDependent "Rows with equal keys stand in the way."
    NullRows "GP-DD402" DataDependent "Rows with NULL stand in the way."
    OrphanRows "GP-DD403" DataDependent "Rows that refer to nothing stand in the way."
    ViolatingRows "GP-DD404" DataDependent "Rows that violate a check stand in the way."
    InconvertibleRows "GP-DD405" DataDependent "Rows whose value the new type cannot hold stand in the way."
    LockQueue "GP-NT501" Notice "A short exclusive lock: whoever comes after it waits until it is granted."
    SlowQueries "GP-NT502" Notice "Queries that used a dropped index get slower."
    StatisticsLost "GP-NT503" Notice "The planner's statistics are lost until the next ANALYZE."
    ConstraintAdded "GP-NT504" Notice "Writes that were accepted are refused from now on."
}

impl fmt::Display for HazardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
