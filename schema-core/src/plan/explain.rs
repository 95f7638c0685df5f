//! What each hazard is about: why it matters, and the safer way.

use super::HazardCode;

impl HazardCode {
    /// Why it matters, and what can be done instead. For `explain` and the documentation.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::DropTable => {
                "The rows are gone when the step commits, and its reverse brings back only the structure. Rename the \
                 table first and drop it a release later, or export it; then approve the step."
            }
            Self::DropColumn => {
                "The values are gone, and code that still selects the column fails at once. PostgreSQL also drops \
                 every index, check and unique constraint over the column without being asked; MySQL shortens a \
                 composite unique key to the columns that are left. Deploy code that no longer uses the column, then \
                 approve the drop. If the column has only another name now, say `renamed_from`."
            }
            Self::DropSchema => {
                "Everything in the schema goes with it. Each object in it is a step of its own in the plan; read them \
                 before approving this one."
            }
            Self::LossyConversion => {
                "The engine converts without complaint and rounds, truncates or reinterprets: a narrower type, fewer \
                 decimals, a time without its zone. Add a column of the new type, fill it, compare, and drop the old \
                 one later."
            }
            Self::EnumValueRemoved => {
                "Rows that hold the value stand in the way, or lose it where the engine lets them. The live data is \
                 asked first. Move the rows to another value before removing this one."
            }
            Self::InventedValues => {
                "A NOT NULL column without a default on a table with rows: MySQL fills in 0 or the empty string, \
                 which nobody chose. Give the column a default, or add it as nullable and fill it."
            }
            Self::DropStoredObject => {
                "The object holds state: the next number of a sequence, the rows of a materialized view or of a \
                 full-text index. Its reverse makes it anew, without the state."
            }
            Self::CrashUnsafe => {
                "An unlogged table is emptied after a crash and is not replicated. Use it only for what can be made \
                 again."
            }
            Self::AmbiguousRename => {
                "A column or table is dropped while one that looks the same is added. Only its author knows whether \
                 that is a rename. Write the hint that the message shows and the data is kept; approve the drop if \
                 it is none."
            }
            Self::Rename => {
                "Code that uses the old name fails from the moment the step commits. Stop the old code first, or \
                 add the new name beside the old one and drop the old one a release later."
            }
            Self::NotNull => {
                "Old code that writes NULL, or leaves the column out, is refused from now on. Deploy code that \
                 always writes a value first. The live data is asked for NULLs before the first statement."
            }
            Self::TypeChange => {
                "Clients that were built against the old type may no longer decode the column, and prepared \
                 statements that select it fail once."
            }
            Self::ConstraintDropped => {
                "The database no longer guarantees what the constraint said; bad rows can come in unnoticed, and \
                 adding it again later needs them cleaned up. ON CONFLICT needs the unique constraint it names."
            }
            Self::DropRoutine => "Queries, triggers and applications that use the object fail from now on.",
            Self::PrivilegesChanged => {
                "Row security, grants and owners decide who sees and does what: a mistake opens data or breaks \
                 applications. Review the step with the people who own the data."
            }
            Self::Rewrite => {
                "The engine writes every row and every index anew while other sessions wait, and needs the disk \
                 space twice. On a large table, add a column of the new kind, fill it in batches, and swap."
            }
            Self::ScanUnderLock => {
                "The engine reads the whole table while writers, or all sessions, wait. Where it can, the plan adds \
                 the constraint without validating it and validates it afterwards under a lock that lets writes on."
            }
            Self::IndexBuildUnderLock => {
                "Writers wait for as long as the index is being built. Where the engine can build it beside them, \
                 the plan does so."
            }
            Self::DuplicateRows => {
                "The key is to be unique, and rows share it, compared by the column's own collation. The plan stops \
                 before anything is changed and shows the query that lists them."
            }
            Self::NullRows => {
                "The column is to be NOT NULL, and rows hold NULL. The plan stops before anything is changed."
            }
            Self::OrphanRows => {
                "Rows refer to rows that do not exist, so the foreign key cannot hold. The plan stops before anything \
                 is changed."
            }
            Self::ViolatingRows => {
                "Rows do not meet the check. The plan stops before anything is changed. Even an unvalidated check \
                 would refuse the next update of such a row, of whatever column."
            }
            Self::InconvertibleRows => {
                "The new type cannot hold what rows hold now, or would hold something else. The plan stops before \
                 anything is changed."
            }
            Self::LockQueue => {
                "The step is instant, but it needs an exclusive lock: while it waits behind a long transaction, \
                 everybody who comes later waits behind it. Waiting is limited, and the step is tried again."
            }
            Self::SlowQueries => {
                "Queries that the index served are planned anew without it. MySQL can make an index invisible \
                 first, to see what it was good for."
            }
            Self::StatisticsLost => {
                "The engine forgets what it knew about the column's values; plans may be bad until ANALYZE has run."
            }
            Self::ConstraintAdded => {
                "Writes that were accepted are refused from now on. The rows that are there are asked first."
            }
        }
    }
}
