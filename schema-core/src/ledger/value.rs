//! The ledger's cells.

use serde::{Deserialize, Serialize};

use crate::{Cell, Error};

pub(super) fn text(row: &[Cell], at: usize) -> Option<String> {
    match row.get(at)? {
        Cell::Text(text) => Some(text.clone()),
        Cell::Null | Cell::Int(_) => None,
    }
}

pub(super) fn number(row: &[Cell], at: usize) -> Option<i64> {
    match row.get(at)? {
        Cell::Int(number) => Some(*number),
        Cell::Null | Cell::Text(_) => None,
    }
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(json: &str, what: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| {
        Error::Newer(format!("{what} in the ledger cannot be read by this version of Groundplan: {error}"))
    })
}
