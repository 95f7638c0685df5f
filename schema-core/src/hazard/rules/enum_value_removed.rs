//! A value that rows may hold is removed from an enum.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL105",
    class: DataLoss,
    why: "Rows that hold the value stand in the way, or lose it where the engine lets them.",
    lock: "PostgreSQL makes the type anew and writes every table that uses it; MySQL and MariaDB copy the table.",
    safe: "The live data is asked first. Move the rows to another value before removing this one.",
    rows: &[
        Row::reported("P36", "removal of an enum value"),
        Row::reported("M14", "MODIFY of an enum or set that removes or reorders values"),
    ],
    lint: nothing,
};
