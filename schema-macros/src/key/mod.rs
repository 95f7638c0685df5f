//! Keys and indexes: `primary_key(…)`, `unique(…)`, `index(…)`, `exclude(…)`.

mod constraint;
mod exclusion;
mod index;
mod part;
mod primary_key;
mod unique;

pub(crate) use constraint::deferrability;
pub(crate) use exclusion::table_exclude;
pub(crate) use index::{column_index, table_index};
pub(crate) use primary_key::primary_key;
pub(crate) use unique::{column_unique, table_unique};
