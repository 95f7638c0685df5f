//! What the keys that are constraints have in common.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attrs::Items;
use crate::settings::{CONFLICT, Setting, Takes};

/// What primary keys and unique constraints have in common.
pub(super) const CONSTRAINT: [Setting; 6] = [
    ("include", "include", Takes::Columns),
    ("without_overlaps", "without_overlaps", Takes::Yes),
    ("on_conflict", "on_conflict", CONFLICT),
    ("parameters", "parameters", Takes::Texts),
    ("tablespace", "tablespace", Takes::Text),
    ("comment", "comment", Takes::Text),
];

/// `deferrable` and `initially_deferred` of a constraint.
pub(crate) fn deferrability(items: &mut Items<'_>) -> Option<TokenStream> {
    let (deferrable, deferred) = (items.flag("deferrable"), items.flag("initially_deferred"));
    match (deferrable, deferred) {
        (_, true) => Some(quote!(__gp::Deferrability::InitiallyDeferred)),
        (true, false) => Some(quote!(__gp::Deferrability::InitiallyImmediate)),
        (false, false) => None,
    }
}
