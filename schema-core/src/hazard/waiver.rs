//! Waivers: a project lives with a hazard, says why, and perhaps until when.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::RuleName;
use crate::{Name, ObjectId};

/// A project lives with the hazards of one rule on some objects.
///
/// ```
/// use schema_core::{HazardCode, Waiver};
/// let waiver = Waiver::new(HazardCode::Rename, "table reports_*", "only the nightly job reads them")
///     .until("2027-01-31".parse()?);
/// assert_eq!(waiver.until.unwrap().to_string(), "2027-01-31");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule.
    pub rule: RuleName,
    /// The objects: `users`, `users.email`, `public.users`, `archive.*`. A table means its parts too.
    pub object: String,
    /// Why it is lived with.
    pub reason: String,
    /// The last day that it holds on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Waiver {
    /// A waiver that holds for good.
    pub fn new(rule: impl Into<RuleName>, object: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { rule: rule.into(), object: object.into(), reason: reason.into(), until: None }
    }

    /// Says until when it holds.
    pub fn until(mut self, day: Day) -> Self {
        self.until = Some(day);
        self
    }

    pub(super) fn holds_on(&self, today: Day) -> bool {
        self.until.is_none_or(|until| today <= until)
    }

    /// Whether it is about this object, or the table that it is a part of.
    pub(super) fn covers(&self, object: Option<&ObjectId>) -> bool {
        let Some(object) = object else { return self.object == "*" };
        let table: Vec<&Name> = object.table.iter().collect();
        let whole: Vec<&Name> = object.table.iter().chain([&object.name]).collect();
        [table, whole].into_iter().filter(|path| !path.is_empty()).any(|path| {
            let short = path.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".");
            let long = object.schema.as_ref().map(|schema| format!("{schema}.{short}"));
            matches(&self.object, &short) || long.is_some_and(|long| matches(&self.object, &long))
        })
    }
}

impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.rule, self.object)
    }
}

/// Whether a text is what a pattern says; a star in it stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let (middle, last) = match tail.rsplit_once('*') {
        Some((middle, last)) => (middle, last),
        None => ("", tail),
    };
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A day: `2027-01-31`.
///
/// ```
/// use schema_core::hazard::Day;
/// let day: Day = "2024-02-29".parse()?;
/// assert!(day < Day::today());
/// assert!("2023-02-29".parse::<Day>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u32,
    month: u32,
    number: u32,
}

impl Day {
    /// The day it is, in UTC.
    pub fn today() -> Self {
        const SECONDS: u64 = 86_400;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut days = u32::try_from(now / SECONDS).unwrap_or(u32::MAX);
        let (mut year, mut month) = (1970, 1);
        while days >= length(year, month) {
            days -= length(year, month);
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        Self { year, month, number: days + 1 }
    }
}

/// The number of days of a month.
fn length(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _long => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.number)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
        let mut parts = text.split('-');
        let read = (number(parts.next()), number(parts.next()), number(parts.next()), parts.next());
        match read {
            (Some(year), Some(month @ 1..=12), Some(number), None)
                if (1..=length(year, month)).contains(&number) =>
            {
                Ok(Self { year, month, number })
            }
            _other => Err(format!("{text:?} is no day: 2027-01-31 is one")),
        }
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Waiver, matches};
    use crate::{HazardCode, ObjectId, ObjectKind};

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [("*", ""), ("a*", "a"), ("a*c", "abc"), ("*b*", "abc"), ("a*b*c", "a-b-c")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*c", "ab"), ("*b", "abc"), ("a*b*c", "acb"), ("ab*bc", "abc")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_table_means_its_parts() {
        let email = ObjectId::on(ObjectKind::Column, &("public", "users").into(), "email");
        let waiver = |object: &str| Waiver::new(HazardCode::Rewrite, object, "because");
        for object in ["users", "users.email", "public.users.email", "public.users"] {
            assert!(waiver(object).covers(Some(&email)), "{object}");
        }
        assert!(!waiver("users.mail").covers(Some(&email)) && !waiver("user").covers(Some(&email)));
        assert!(waiver("*").covers(None) && !waiver("users").covers(None));
    }

    #[test]
    fn days_are_days() {
        for text in ["2024-02-29", "2027-12-31", "1970-01-01"] {
            assert_eq!(text.parse::<Day>().map(|day| day.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["2023-02-29", "2027-13-01", "2027-00-01", "2027-01-00", "2027-1", "soon", "2027-01-01-01"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        let today = Day::today();
        assert!(today > "2026-01-01".parse().expect("a day") && today.to_string().parse() == Ok(today));
    }
}
