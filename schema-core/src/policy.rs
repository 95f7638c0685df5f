//! Which steps are applied as they are, and which need an approval that names them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::hazard::unsaid;
use crate::plan::{PLAN_FORMAT, Plan, Step};
use crate::{Engine, Error, Fingerprint, Hazard, HazardClass, Refusal, Severity};

/// Which classes of hazards need an approval.
///
/// Losing data always does: no policy can say otherwise.
///
/// ```
/// use schema_core::{ApplyPolicy, Error, Plan};
///
/// /// What a reviewer has to look at; on a production database nothing is more lenient than its policy.
/// fn to_decide(plan: &Plan, production: bool) -> Result<Vec<(usize, String)>, Error> {
///     let policy = ApplyPolicy::development().on(production);
///     match policy.gate(plan, None) {
///         Err(Error::Refused(_)) => Ok(policy.objections(plan)),
///         passed => passed.map(|()| Vec::new()),
///     }
/// }
/// assert_eq!(ApplyPolicy::development().on(true), ApplyPolicy::production());
/// assert_eq!(ApplyPolicy::production(), ApplyPolicy::startup());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplyPolicy {
    breaking: bool,
    blocking: bool,
}

impl ApplyPolicy {
    /// For applications that migrate at start: only what is additive and online is applied as it is.
    pub const fn startup() -> Self {
        Self { breaking: true, blocking: true }
    }

    /// For reviewed migrations: the same as at start, since a plan that was reviewed comes with an approval.
    pub const fn production() -> Self {
        Self::startup()
    }

    /// For databases of a developer's own: what breaks code or makes others wait is applied as it is.
    pub const fn development() -> Self {
        Self { breaking: false, blocking: false }
    }

    /// Whether grave hazards of a class need an approval.
    pub(crate) fn objects_to(self, class: HazardClass) -> bool {
        match class {
            HazardClass::Breaking => self.breaking,
            HazardClass::Blocking => self.blocking,
            // Losing data always does; of the others only a project's own word makes grave ones.
            HazardClass::DataLoss
            | HazardClass::DataDependent
            | HazardClass::Notice
            | HazardClass::Script
            | HazardClass::Project => true,
        }
    }

    fn objection(self, step: &Step, engine: Engine) -> Option<String> {
        // Whatever a plan file says of its severity, losing data is grave.
        let grave =
            |hazard: &Hazard| hazard.severity == Severity::Error || hazard.class() == HazardClass::DataLoss;
        let unsaid = unsaid(step, engine);
        let hazards = step.hazards.iter().chain(&unsaid);
        let hazards = hazards.filter(|hazard| grave(hazard) && self.objects_to(hazard.class()));
        let reasons: Vec<String> = hazards.map(Hazard::to_string).collect();
        (!reasons.is_empty()).then(|| format!("{} ({}): {}", step.title, step.object, reasons.join("; ")))
    }

    /// The policy for a database that may be marked production: there, none is more lenient than that for production.
    pub const fn on(self, production: bool) -> Self {
        if production { Self::production() } else { self }
    }

    /// The steps that need an approval under this policy: their numbers, from 1, and why.
    pub fn objections(self, plan: &Plan) -> Vec<(usize, String)> {
        self.objections_to(&plan.steps, plan.engine)
    }

    fn objections_to(self, steps: &[Step], engine: Engine) -> Vec<(usize, String)> {
        steps
            .iter()
            .enumerate()
            .filter_map(|(index, step)| Some((index + 1, self.objection(step, engine)?)))
            .collect()
    }

    /// Lets a plan pass, or says which steps lack an approval.
    ///
    /// # Errors
    /// [`Error::Approval`] if the approval is for something else, [`Error::Refused`] if it is missing.
    pub fn gate(self, plan: &Plan, approval: Option<&Approval>) -> Result<(), Error> {
        self.gate_as(plan, &plan.steps, approval)
    }

    /// Lets a plan pass whose steps are judged as they are now.
    pub(crate) fn gate_as(self, plan: &Plan, now: &[Step], approval: Option<&Approval>) -> Result<(), Error> {
        if let Some(approval) = approval {
            approval.verify(plan)?;
        }
        let approved = |step: &usize| approval.is_some_and(|approval| approval.steps.contains(step));
        let open: Vec<(usize, String)> =
            self.objections_to(now, plan.engine).into_iter().filter(|(step, _)| !approved(step)).collect();
        if open.is_empty() {
            return Ok(());
        }
        Err(Error::Refused(Box::new(Refusal { plan: plan.clone(), steps: open, evidence: Vec::new() })))
    }
}

impl Default for ApplyPolicy {
    fn default() -> Self {
        Self::startup()
    }
}

/// Somebody's consent to named steps of one plan for one database. It cannot be reused: the plan's hash covers the
/// schema it starts from.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use schema_core::{Approval, Error, Plan};
///
/// /// Holds for this plan, its second step, and an hour.
/// fn approve(plan: &Plan) -> Result<Approval, Error> {
///     let approval = Approval::of(plan, [2])?;
///     Ok(approval.by("ada").until(SystemTime::now() + Duration::from_secs(3600)))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The version of this form.
    pub format: u32,
    /// The hash of the approved plan.
    pub plan: Fingerprint,
    /// The database it is for.
    pub target: String,
    /// The numbers of the approved steps, from 1.
    pub steps: Vec<usize>,
    /// Who approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Until when it holds, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<u64>,
}

impl Approval {
    /// Approves steps of a plan, by their numbers from 1.
    ///
    /// # Errors
    /// [`Error::Input`] for a number that the plan does not have.
    pub fn of(plan: &Plan, steps: impl IntoIterator<Item = usize>) -> Result<Self, Error> {
        let mut steps: Vec<usize> = steps.into_iter().collect();
        steps.sort_unstable();
        steps.dedup();
        if let Some(step) = steps.iter().find(|step| **step == 0 || **step > plan.steps.len()) {
            let count = plan.steps.len();
            return Err(Error::Input(format!("the plan has no step {step}: its steps are 1 to {count}")));
        }
        Ok(Self {
            format: PLAN_FORMAT,
            plan: plan.hash(),
            target: plan.target.clone(),
            steps,
            approved_by: None,
            valid_until: None,
        })
    }

    /// Says who approved.
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.approved_by = Some(who.into());
        self
    }

    /// Says until when it holds.
    pub fn until(mut self, time: SystemTime) -> Self {
        self.valid_until = Some(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        self
    }

    fn verify(&self, plan: &Plan) -> Result<(), Error> {
        if self.format != PLAN_FORMAT {
            return Err(Error::Approval(format!(
                "it has form {}, and this version of Groundplan knows form {PLAN_FORMAT}",
                self.format
            )));
        }
        if self.target != plan.target {
            return Err(Error::Approval(format!(
                "it is for {}, and this database is {}",
                self.target, plan.target
            )));
        }
        let hash = plan.hash();
        if self.plan != hash {
            return Err(Error::Approval(format!(
                "it is for plan {}, and this plan is {}; a plan changes with the database it starts from: review \
                 and approve it again",
                self.plan.short(),
                hash.short()
            )));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |since| since.as_secs());
        if self.valid_until.is_some_and(|until| until <= now) {
            return Err(Error::Approval("it has expired".to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{ApplyPolicy, Approval};
    use crate::plan::tests::plan_of;
    use crate::{Error, Hazard, HazardClass, HazardCode, Plan};

    /// A plan with a step for each hazard, and one without any.
    fn plan() -> Plan {
        let codes = [
            HazardCode::DropTable,
            HazardCode::Rename,
            HazardCode::Rewrite,
            HazardCode::DuplicateRows,
            HazardCode::LockQueue,
        ];
        let hazards = codes.iter().map(|code| Some(Hazard::new(*code, "because"))).chain([None]);
        plan_of(hazards.collect())
    }

    fn refused(result: Result<(), Error>) -> Vec<usize> {
        match result {
            Ok(()) => Vec::new(),
            Err(Error::Refused(refusal)) => refusal.steps.iter().map(|(step, _)| *step).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn policies_ask_for_what_they_say() {
        assert_eq!(refused(ApplyPolicy::startup().gate(&plan(), None)), [1, 2, 3]);
        assert_eq!(refused(ApplyPolicy::production().gate(&plan(), None)), [1, 2, 3]);
        assert_eq!(refused(ApplyPolicy::development().gate(&plan(), None)), [1]);
    }

    #[test]
    fn every_loss_of_data_needs_consent_under_every_policy() {
        let losses = HazardCode::ALL.iter().filter(|code| code.class() == HazardClass::DataLoss);
        for code in losses {
            let plan = plan_of(vec![Some(Hazard::new(*code, "because"))]);
            assert_eq!(refused(ApplyPolicy::development().gate(&plan, None)), [1], "{code}");
        }
    }

    #[test]
    fn consent_is_given_step_by_step() {
        let approval = |steps: &[usize]| Approval::of(&plan(), steps.iter().copied()).expect("its steps");
        let gate = |approval: &Approval| ApplyPolicy::startup().gate(&plan(), Some(approval));
        assert_eq!(refused(gate(&approval(&[1, 3]))), [2]);
        assert!(gate(&approval(&[3, 1, 2, 1])).is_ok());
        assert!(gate(&approval(&[1, 2, 3]).by("somebody")).is_ok());
        assert!(Approval::of(&plan(), [7]).is_err() && Approval::of(&plan(), [0]).is_err());
    }

    #[test]
    fn consent_holds_for_one_plan_one_database_and_a_time() {
        let good = Approval::of(&plan(), 1..=6).expect("its steps");
        let refused = |approval: &Approval, plan: &Plan, why: &str| {
            let error = ApplyPolicy::startup().gate(plan, Some(approval)).expect_err(why);
            let Error::Approval(message) = &error else { panic!("{error}") };
            assert!(message.contains(why), "{message}");
        };
        let mut other = plan();
        other.steps[0].statements.push("drop table more".into());
        refused(&good, &other, "review and approve it again");
        let mut elsewhere = plan();
        elsewhere.target = "elsewhere".to_owned();
        refused(&good, &elsewhere, "this database is elsewhere");
        let now = SystemTime::now();
        refused(&good.clone().until(now - Duration::from_secs(5)), &plan(), "expired");
        refused(&good.clone().until(now), &plan(), "expired");
        let later = good.clone().until(now + Duration::from_mins(1));
        assert!(ApplyPolicy::startup().gate(&plan(), Some(&later)).is_ok());
        refused(&Approval { format: 99, ..good }, &plan(), "form 99");
    }

    #[test]
    fn an_unneeded_approval_of_another_plan_is_refused_too() {
        let approval = Approval::of(&plan(), [1]).expect("its step");
        let harmless = plan_of(vec![None]);
        assert!(matches!(ApplyPolicy::startup().gate(&harmless, Some(&approval)), Err(Error::Approval(_))));
    }
}
