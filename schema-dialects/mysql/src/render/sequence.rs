//! MariaDB's sequences.

use std::fmt::Write as _;

use schema_core::{Sequence, SequenceOptions};

use super::column::type_name;
use crate::quote;

/// `CREATE SEQUENCE`.
pub(crate) fn create(sequence: &Sequence) -> String {
    let ty = sequence.ty.as_ref().map(|ty| format!(" AS {}", type_name(ty))).unwrap_or_default();
    format!("CREATE SEQUENCE {}{ty}{}", quote::qualified(&sequence.name), options(&sequence.options))
}

/// The options, as CREATE and ALTER SEQUENCE take them.
pub(crate) fn options(options: &SequenceOptions) -> String {
    let mut sql = String::new();
    let numbers = [
        ("START WITH", options.start),
        ("MINVALUE", options.min),
        ("MAXVALUE", options.max),
        ("INCREMENT BY", options.increment),
    ];
    for (word, number) in numbers {
        if let Some(number) = number {
            let _ = write!(sql, " {word} {number}");
        }
    }
    match options.cache {
        Some(0) => sql.push_str(" NOCACHE"),
        Some(cache) => {
            let _ = write!(sql, " CACHE {cache}");
        }
        None => {}
    }
    sql.push_str(if options.cycle { " CYCLE" } else { " NOCYCLE" });
    sql
}
