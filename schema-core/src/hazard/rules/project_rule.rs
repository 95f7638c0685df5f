//! A rule of the project's own objects.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-PR701",
    class: Project,
    why: "The project has rules of its own, written in Rust; this one objects to the step.",
    lock: "",
    safe: "Its message says what would be right. It is configured and waived by its own name.",
    rows: &[],
    lint: nothing,
};
