//! A drop beside an addition looks like a rename that was not declared.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL109",
    class: DataLoss,
    why: "A column or table is dropped while one that looks the same is added. Only its author knows whether that is \
          a rename.",
    lock: "",
    safe: "Write the hint that the message shows and the data is kept; approve the drop if it is none.",
    rows: &[],
    lint: nothing,
};
