//! A step of a plan file is not the planner's own.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL114",
    class: DataLoss,
    why: "Before a plan file is applied, the plan is made again and compared with it. What the planner would not do \
          so, somebody has written into the file, and nobody has looked at what it loses; or another version of \
          Groundplan made it.",
    lock: "",
    safe: "Make the plan again. If it is meant as it stands, approve the step.",
    rows: &[],
    lint: nothing,
};
