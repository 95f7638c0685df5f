//! MariaDB's sequences.

use std::fmt::Write as _;

use schema_core::{Sequence, Type};

use super::column::type_name;
use crate::inspect::LARGEST;
use crate::quote;

/// `CREATE SEQUENCE`.
pub(crate) fn create(sequence: &Sequence) -> String {
    let ty = sequence.ty.as_ref().map(|ty| format!(" AS {}", type_name(ty))).unwrap_or_default();
    format!("CREATE SEQUENCE {}{ty}{}", quote::qualified(&sequence.name), options(sequence))
}

/// `ALTER SEQUENCE` to these options.
pub(crate) fn alter(sequence: &Sequence) -> String {
    format!("ALTER SEQUENCE {}{}", quote::qualified(&sequence.name), options(sequence))
}

/// `ALTER SEQUENCE` to this type, which MariaDB takes alone.
pub(crate) fn retype(sequence: &Sequence) -> String {
    let ty = sequence.ty.as_ref().map_or_else(|| "bigint".to_owned(), type_name);
    format!("ALTER SEQUENCE {} AS {ty}", quote::qualified(&sequence.name))
}

/// The options, as CREATE and ALTER SEQUENCE take them.
fn options(sequence: &Sequence) -> String {
    let options = &sequence.options;
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
    if options.max.is_none() && sequence.ty == Some(Type::native("bigint unsigned")) {
        let _ = write!(sql, " MAXVALUE {LARGEST}");
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
