//! What kind of harm a hazard does, and how grave it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of harm a hazard does, least grave first.
///
/// ```
/// use schema_core::{HazardClass, Severity};
/// assert_eq!(HazardClass::DataLoss.severity(), Severity::Error);
/// assert!(HazardClass::DataLoss > HazardClass::Notice);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardClass {
    /// Good to know.
    Notice,
    /// Hand-written SQL does not do what it seems to, or fails where it stands.
    Script,
    /// A rule of the project's own objects.
    Project,
    /// Rows can make the step fail; the live data is asked first.
    DataDependent,
    /// Readers or writers wait for longer than an instant.
    Blocking,
    /// Code that runs today breaks.
    Breaking,
    /// Data is lost or changed.
    DataLoss,
}

impl HazardClass {
    /// How grave a hazard of this class is as long as nothing more is known: an unknown table is a large one.
    pub fn severity(self) -> Severity {
        match self {
            Self::DataLoss | Self::Breaking | Self::Blocking => Severity::Error,
            Self::DataDependent | Self::Script | Self::Project => Severity::Warning,
            Self::Notice => Severity::Info,
        }
    }
}

/// How grave a hazard is where it stands.
///
/// ```
/// use schema_core::Severity;
/// assert_eq!("warning".parse(), Ok(Severity::Warning));
/// assert!(Severity::Warning < Severity::Error);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not spoken of.
    Off,
    /// Good to know.
    Info,
    /// To be looked at.
    Warning,
    /// Needs an approval where the policy asks for one, and fails `lint`.
    Error,
}

impl Severity {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Off, "off"), (Self::Info, "info"), (Self::Warning, "warning"), (Self::Error, "error")];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(severity, _)| severity == self).map(|(_, name)| *name);
        f.write_str(name.unwrap_or_default())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(_, name)| *name == text).map(|(severity, _)| *severity);
        known.ok_or_else(|| format!("{text:?} is no severity: off, info, warning or error"))
    }
}
