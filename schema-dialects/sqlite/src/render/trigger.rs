//! `CREATE TRIGGER`.

use schema_core::{Sql, Trigger};

/// The statement that makes a trigger: the one that its author wrote.
pub(crate) fn create(trigger: &Trigger) -> Sql {
    trigger.definition.clone()
}
