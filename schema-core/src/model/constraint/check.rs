//! Checks.

use serde::{Deserialize, Serialize};

use super::content_key;
use crate::Name;
use crate::model::{Part, Sql, is_default, is_yes, yes};

/// A condition that every row meets.
///
/// ```
/// use schema_core::{Check, Table};
/// let table = Table::new("orders").check(Check::new("amount > 0").named("some_amount"));
/// assert_eq!(table.checks.at(0).unwrap().expression.as_str(), "amount > 0");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// The condition, without the parentheses around it.
    pub expression: Sql,
    /// The condition as MySQL and MariaDB write it, where they quote otherwise. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: Option<Sql>,
    /// MariaDB: the column whose definition it is part of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column: Option<Name>,
    /// PostgreSQL: not passed on to child tables.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_inherit: bool,
    /// Whether existing rows are known to meet it (PostgreSQL's `NOT VALID` when not).
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub validated: bool,
    /// Whether it is enforced at all.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enforced: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
}

impl Check {
    /// A check, written without the parentheses around it.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert_eq!(Check::new("cents >= 0").expression.as_str(), "cents >= 0");
    /// ```
    pub fn new(expression: impl Into<Sql>) -> Self {
        Self {
            name: None,
            expression: expression.into(),
            mysql: None,
            column: None,
            no_inherit: false,
            validated: true,
            enforced: true,
            comment: None,
            renamed_from: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert_eq!(Check::new("cents >= 0").named("no_debt").name.unwrap(), "no_debt");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says that the constraint was called `old`, so that it is renamed rather than made again.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert!(Check::new("cents >= 0").named("no_debt").renamed_from("c1").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Check {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| content_key("check", [self.expression.to_string()]))
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}
