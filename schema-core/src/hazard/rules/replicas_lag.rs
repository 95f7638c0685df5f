//! Replicas fall behind while they do the same work.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-NT506",
    class: Notice,
    why: "A replica of MySQL or MariaDB starts the change when the source has finished it, and applies what was written \
          meanwhile only after that.",
    lock: "",
    safe: "Look at the lag of the replicas before and after; on very large tables use a tool that copies in the \
           background, like gh-ost.",
    rows: &[Row::reported("M29", "any ALTER that works on the rows")],
    lint: nothing,
};
