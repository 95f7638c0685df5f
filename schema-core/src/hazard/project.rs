//! What a project says about the rules: severities, waivers, and rules of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Day, Hazard, HazardClass, HazardCode, Severity, Waiver, grade};
use crate::facts::Fact;
use crate::{Database, Engine, Error, ObjectId, Step, TableSizes};

/// A rule of a project's own: it reads the typed changes of a plan, and the facts of hand-written SQL.
///
/// ```
/// use schema_core::diff::{Change, ObjectChange};
/// use schema_core::{Objection, Rule, Rules, Severity, Step, Subject};
///
/// struct NoFloats;
///
/// impl Rule for NoFloats {
///     fn name(&self) -> &str {
///         "acme/no-floats"
///     }
///
///     fn check(&self, step: &Step, _: &Subject<'_>) -> Vec<Objection> {
///         let float = step.statements.iter().any(|sql| sql.as_str().contains("double precision"));
///         float.then(|| Objection::new(Severity::Error, "money is no float")).into_iter().collect()
///     }
/// }
///
/// let rules = Rules::default().with(NoFloats)?;
/// # let _ = rules;
/// # Ok::<(), schema_core::Error>(())
/// ```
pub trait Rule: Send + Sync {
    /// Its name, by which it is configured and waived: `acme/no-floats`. Never one of a `GP-` code.
    fn name(&self) -> &str;

    /// What it has against a step of a plan.
    fn check(&self, step: &Step, subject: &Subject<'_>) -> Vec<Objection>;

    /// What it has against something that hand-written SQL does; nothing unless it says so.
    ///
    /// ```
    /// use schema_core::lint::Fact;
    /// use schema_core::{Engine, Objection, Rule, Severity, Step, Subject};
    ///
    /// /// A release never empties a table.
    /// struct NoTruncate;
    /// impl Rule for NoTruncate {
    ///     fn name(&self) -> &str {
    ///         "acme/no-truncate"
    ///     }
    ///     fn check(&self, _: &Step, _: &Subject<'_>) -> Vec<Objection> {
    ///         Vec::new()
    ///     }
    ///     fn check_sql(&self, fact: &Fact, _: Engine) -> Vec<Objection> {
    ///         let empties = matches!(fact, Fact::Truncate { .. });
    ///         empties.then(|| Objection::new(Severity::Error, "delete what is too much")).into_iter().collect()
    ///     }
    /// }
    /// ```
    fn check_sql(&self, fact: &Fact, engine: Engine) -> Vec<Objection> {
        let _ = (fact, engine);
        Vec::new()
    }
}

/// What the steps belong to.
///
/// ```
/// use schema_core::diff::ObjectChange;
/// use schema_core::{Objection, Severity, Step, Subject};
///
/// /// New tables carry a comment.
/// fn check(step: &Step, subject: &Subject<'_>) -> Vec<Objection> {
///     let created = step.effect.changes.iter().filter_map(|change| match change {
///         ObjectChange::Create(object) => subject.after.get(&object.id())?.as_table(),
///         _ => None,
///     });
///     created
///         .filter(|table| table.options.comment.is_none())
///         .map(|table| Objection::new(Severity::Warning, format!("{} has no comment", table.name)))
///         .collect()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The engine.
    pub engine: Engine,
    /// The schema before the plan.
    pub before: &'a Database,
    /// The schema after it.
    pub after: &'a Database,
    /// How large the tables are, as far as it is known.
    pub sizes: &'a TableSizes,
}

/// What a project's own rule has to say.
///
/// ```
/// use schema_core::{Objection, Severity};
/// let objection = Objection::new(Severity::Error, "money is no float; use numeric");
/// assert_eq!(objection.severity, Severity::Error);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// How grave it is. An [`Severity::Error`] needs an approval under every policy.
    pub severity: Severity,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Objection {
    /// An objection.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self { severity, message: message.into() }
    }
}

/// The name of a rule: one of the catalogue's codes, or that of a project's own.
///
/// ```
/// use schema_core::{HazardCode, RuleName};
/// assert_eq!("GP-DL102".parse(), Ok(RuleName::Code(HazardCode::DropColumn)));
/// assert_eq!("acme/no-floats".parse(), Ok(RuleName::own("acme/no-floats")));
/// assert!("GP-DL999".parse::<RuleName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RuleName {
    /// Of the catalogue.
    Code(HazardCode),
    /// Of a project's own.
    Project(String),
}

impl RuleName {
    /// The name of a rule of the project's own.
    pub fn own(name: impl Into<String>) -> Self {
        Self::Project(name.into())
    }

    /// Whether the rule is about losing data, which is approved and nothing else.
    fn loses_data(&self) -> bool {
        matches!(self, Self::Code(code) if code.class() == HazardClass::DataLoss)
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => code.fmt(f),
            Self::Project(name) => f.write_str(name),
        }
    }
}

impl FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let own = !text.is_empty() && !text.to_ascii_uppercase().starts_with("GP-");
        match text.parse() {
            Ok(code) => Ok(Self::Code(code)),
            Err(_) if own => Ok(Self::Project(text.to_owned())),
            Err(unknown) => Err(unknown),
        }
    }
}

impl TryFrom<String> for RuleName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RuleName> for String {
    fn from(name: RuleName) -> Self {
        name.to_string()
    }
}

impl From<HazardCode> for RuleName {
    fn from(code: HazardCode) -> Self {
        Self::Code(code)
    }
}

/// What a project says about the rules. Hazards that lose data cannot be lowered or waived: they are approved.
///
/// ```
/// use schema_core::{HazardCode, Rules, Severity, Waiver};
/// let rules = Rules::default()
///     .severity(HazardCode::Rename, Severity::Warning)?
///     .waive(Waiver::new(HazardCode::Rename, "table legacy_*", "nobody reads them by name"))?;
/// # let _ = rules;
///
/// // Losing data is approved, and never waved through.
/// assert!(Rules::default().severity(HazardCode::DropColumn, Severity::Off).is_err());
/// # Ok::<(), schema_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Rules {
    severities: BTreeMap<RuleName, Severity>,
    waivers: Vec<Waiver>,
    own: Vec<Arc<dyn Rule>>,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own: Vec<&str> = self.own.iter().map(|rule| rule.name()).collect();
        f.debug_struct("Rules")
            .field("severities", &self.severities)
            .field("waivers", &self.waivers)
            .field("own", &own)
            .finish()
    }
}

impl Rules {
    /// Says how grave a rule's hazards are, whatever the size of the table.
    ///
    /// # Errors
    /// [`Error::Input`] for a rule about losing data.
    pub fn severity(mut self, rule: impl Into<RuleName>, severity: Severity) -> Result<Self, Error> {
        let rule = rule.into();
        if rule.loses_data() && severity != Severity::Error {
            return Err(Error::Input(format!(
                "{rule} loses data: its severity stays error, and its steps are approved one by one"
            )));
        }
        self.severities.insert(rule, severity);
        Ok(self)
    }

    /// Lives with the hazards of a rule on some objects.
    ///
    /// # Errors
    /// [`Error::Input`] for a rule about losing data, and for a waiver without a reason.
    pub fn waive(mut self, waiver: Waiver) -> Result<Self, Error> {
        if waiver.rule.loses_data() {
            let rule = &waiver.rule;
            return Err(Error::Input(format!(
                "{rule} loses data: it is approved step by step, never waived"
            )));
        }
        if waiver.reason.trim().is_empty() {
            return Err(Error::Input(format!("the waiver of {waiver} gives no reason")));
        }
        self.waivers.push(waiver);
        Ok(self)
    }

    /// Adds a rule of the project's own.
    ///
    /// ```
    /// use schema_core::{Objection, Rule, Rules, Step, Subject};
    ///
    /// struct Named(&'static str);
    /// impl Rule for Named {
    ///     fn name(&self) -> &str {
    ///         self.0
    ///     }
    ///     fn check(&self, _: &Step, _: &Subject<'_>) -> Vec<Objection> {
    ///         Vec::new()
    ///     }
    /// }
    /// let rules = Rules::default().with(Named("acme/one"))?;
    /// assert!(rules.with(Named("acme/one")).is_err(), "a name is taken once");
    /// assert!(Rules::default().with(Named("GP-DL102")).is_err());
    /// # Ok::<(), schema_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] if its name is one of the catalogue's, or taken.
    pub fn with(mut self, rule: impl Rule + 'static) -> Result<Self, Error> {
        let name = rule.name();
        let taken = self.own.iter().any(|own| own.name() == name);
        if taken || !matches!(name.parse(), Ok(RuleName::Project(_))) {
            return Err(Error::Input(format!("a rule of your own cannot be called {name:?}")));
        }
        self.own.push(Arc::new(rule));
        Ok(self)
    }

    /// Judges the steps of a plan: adds what the project's own rules have against them, sets each hazard's severity,
    /// and marks what is waived. Returns what is wrong with the waivers.
    pub(crate) fn judge(&self, steps: &mut [Step], subject: &Subject<'_>) -> Vec<String> {
        let mut bench = self.bench();
        for step in steps {
            for rule in &self.own {
                let found = rule.check(step, subject);
                step.hazards.extend(found.into_iter().map(|objection| own(&**rule, objection)));
            }
            grade(step, subject.sizes);
            let object = step.object.clone();
            step.hazards.retain_mut(|hazard| bench.settle(hazard, Some(&object)));
        }
        bench.complaints()
    }

    /// What the project's own rules have against a fact of hand-written SQL.
    pub(crate) fn check_sql(&self, fact: &Fact, engine: Engine) -> Vec<Hazard> {
        let check = |rule: &Arc<dyn Rule>| {
            let found = rule.check_sql(fact, engine).into_iter();
            found.map(|objection| own(&**rule, objection)).collect::<Vec<_>>()
        };
        self.own.iter().flat_map(check).collect()
    }

    pub(crate) fn bench(&self) -> Bench<'_> {
        Bench { rules: self, today: Day::today(), used: vec![false; self.waivers.len()] }
    }
}

fn own(rule: &dyn Rule, objection: Objection) -> Hazard {
    let hazard = Hazard::new(HazardCode::ProjectRule, objection.message);
    Hazard { rule: Some(rule.name().to_owned()), severity: objection.severity, ..hazard }
}

/// Applies severities and waivers, and remembers which waivers were of use.
pub(crate) struct Bench<'a> {
    rules: &'a Rules,
    today: Day,
    used: Vec<bool>,
}

impl Bench<'_> {
    /// Sets a hazard's severity as the project has it; false if it is not to be spoken of.
    pub(crate) fn settle(&mut self, hazard: &mut Hazard, object: Option<&ObjectId>) -> bool {
        let name = hazard.name();
        if let Some(severity) = self.rules.severities.get(&name) {
            (hazard.severity, hazard.small) = (*severity, false);
        }
        for (waiver, used) in self.rules.waivers.iter().zip(&mut self.used) {
            if waiver.rule == name && waiver.covers(object) {
                *used = true;
                if waiver.holds_on(self.today) {
                    hazard.severity = hazard.severity.min(Severity::Info);
                    hazard.waived = Some(waiver.reason.clone());
                }
            }
        }
        hazard.severity != Severity::Off
    }

    /// The waivers that were of no use, or no longer hold.
    pub(crate) fn complaints(self) -> Vec<String> {
        let all = self.rules.waivers.iter().zip(self.used);
        all.filter_map(|(waiver, used)| match waiver.until {
            Some(until) if !waiver.holds_on(self.today) => {
                Some(format!("the waiver of {waiver} has expired on {until} ({})", waiver.reason))
            }
            _ if !used => Some(format!("the waiver of {waiver} is not used; remove it ({})", waiver.reason)),
            _ => None,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Objection, Rule, RuleName, Rules, Subject};
    use crate::diff::Diff;
    use crate::{Database, Engine, Error, Hazard, HazardClass, HazardCode, Severity, Step, Table, Waiver};

    fn step(code: HazardCode) -> Step {
        let table = Table::new(("shop", "orders"));
        Step::new(table.id(), "change it", Diff::identity()).hazard(Hazard::new(code, "because"))
    }

    fn judge(rules: &Rules, code: HazardCode) -> (Vec<Hazard>, Vec<String>) {
        let (empty, sizes) = (Database::new(), crate::TableSizes::default());
        let subject = Subject { engine: Engine::Postgres, before: &empty, after: &empty, sizes: &sizes };
        let mut steps = [step(code)];
        let complaints = rules.judge(&mut steps, &subject);
        let [step] = steps;
        (step.hazards, complaints)
    }

    fn waiver(object: &str) -> Waiver {
        Waiver::new(HazardCode::Rewrite, object, "rebuilt at night")
    }

    #[test]
    fn a_project_decides_how_grave_a_rule_is() {
        let rules = Rules::default().severity(HazardCode::Rewrite, Severity::Info).expect("no loss");
        let rules = rules.severity(HazardCode::LockQueue, Severity::Off).expect("no loss");
        assert_eq!(judge(&rules, HazardCode::Rewrite).0[0].severity, Severity::Info);
        assert!(judge(&rules, HazardCode::LockQueue).0.is_empty());
        assert_eq!(judge(&rules, HazardCode::Rename).0[0].severity, Severity::Error);
    }

    #[test]
    fn losing_data_is_never_lowered_nor_waived() {
        for code in HazardCode::ALL.iter().filter(|code| code.class() == HazardClass::DataLoss) {
            for severity in [Severity::Off, Severity::Info, Severity::Warning] {
                assert!(matches!(Rules::default().severity(*code, severity), Err(Error::Input(_))), "{code}");
            }
            let waived = Rules::default().waive(Waiver::new(*code, "*", "we know"));
            assert!(matches!(waived, Err(Error::Input(_))), "{code}");
            assert!(Rules::default().severity(*code, Severity::Error).is_ok());
        }
    }

    #[test]
    fn a_waiver_names_rule_object_and_reason() {
        for object in ["shop.orders", "orders", "*", "shop.*", "ord*s"] {
            let rules = Rules::default().waive(waiver(object)).expect("a waiver");
            let (hazards, complaints) = judge(&rules, HazardCode::Rewrite);
            assert_eq!(hazards[0].waived.as_deref(), Some("rebuilt at night"), "{object}");
            assert_eq!((hazards[0].severity, complaints.len()), (Severity::Info, 0));
        }
        for (object, code) in [("order", HazardCode::Rewrite), ("orders", HazardCode::Rename)] {
            let rules = Rules::default().waive(waiver(object)).expect("a waiver");
            let (hazards, complaints) = judge(&rules, code);
            assert_eq!((hazards[0].severity, &hazards[0].waived), (Severity::Error, &None));
            assert!(complaints[0].contains("is not used"), "{complaints:?}");
        }
        assert!(Rules::default().waive(Waiver::new(HazardCode::Rewrite, "*", " ")).is_err());
    }

    #[test]
    fn a_waiver_ends_with_its_day() {
        let past = Rules::default().waive(waiver("*").until("2020-02-29".parse().expect("a day")));
        let (hazards, complaints) = judge(&past.expect("a waiver"), HazardCode::Rewrite);
        assert_eq!((hazards[0].severity, &hazards[0].waived), (Severity::Error, &None));
        assert!(complaints[0].contains("expired on 2020-02-29"), "{complaints:?}");
        let to_come = Rules::default().waive(waiver("*").until("9999-12-31".parse().expect("a day")));
        assert!(judge(&to_come.expect("a waiver"), HazardCode::Rewrite).1.is_empty());
    }

    struct Picky;

    impl Rule for Picky {
        fn name(&self) -> &'static str {
            "acme/picky"
        }

        fn check(&self, step: &Step, _: &Subject<'_>) -> Vec<Objection> {
            vec![Objection::new(Severity::Error, format!("not {}", step.title))]
        }
    }

    #[test]
    fn a_rule_of_ones_own_objects_and_is_configured_like_the_others() {
        let rules = Rules::default().with(Picky).expect("a good name");
        let (hazards, _) = judge(&rules, HazardCode::LockQueue);
        assert_eq!((hazards[1].code, hazards[1].severity), (HazardCode::ProjectRule, Severity::Error));
        assert_eq!(hazards[1].message, "not change it");
        let name = RuleName::own("acme/picky");
        let calm = rules.severity(name, Severity::Warning).expect("no loss");
        assert_eq!(judge(&calm, HazardCode::LockQueue).0[1].severity, Severity::Warning);
        assert!(calm.with(Picky).is_err());
    }

    #[test]
    fn codes_that_do_not_exist_are_no_names() {
        assert!("GP-XX999".parse::<RuleName>().is_err() && "".parse::<RuleName>().is_err());
        assert_eq!("gp-bl301".parse(), Ok(RuleName::Code(HazardCode::Rewrite)));
    }
}
