//! Primary keys, unique constraints, checks, foreign keys and exclusion constraints.

mod check;
mod exclusion;
mod foreign_key;
mod primary_key;
mod unique;

pub use check::Check;
pub use exclusion::{Exclusion, ExclusionElement};
pub use foreign_key::{ForeignKey, ForeignKeyAction, MatchKind};
pub use primary_key::PrimaryKey;
pub use unique::Unique;

use serde::{Deserialize, Serialize};

use crate::Name;

/// When a constraint is checked.
///
/// ```
/// use schema_core::{Deferrability, Unique};
/// let mut place = Unique::new(["list", "place"]);
/// place.deferrability = Deferrability::InitiallyDeferred;
/// assert_ne!(place.deferrability, Deferrability::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// After each statement, always.
    #[default]
    NotDeferrable,
    /// After each statement, unless the transaction defers it.
    InitiallyImmediate,
    /// At COMMIT, unless the transaction asks for it earlier.
    InitiallyDeferred,
}

/// The key of an unnamed part, made from what it says. Spaces and parentheses keep it apart from usual names.
fn content_key(kind: &str, texts: impl IntoIterator<Item = String>) -> Name {
    Name::new(format!("{kind} ({})", texts.into_iter().collect::<Vec<_>>().join(", ")))
}
