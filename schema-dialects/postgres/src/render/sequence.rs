//! Sequences.

use schema_core::{Sequence, SequenceOptions, Type};

use super::push;
use super::{comment, types};
use crate::quote;

/// A sequence without its owner, which may not exist yet.
pub(crate) fn create(sequence: &Sequence) -> Vec<String> {
    let name = quote::qualified(&sequence.name);
    let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
    let ty = sequence.ty.as_ref().map(|ty| format!(" AS {}", types::ty(ty))).unwrap_or_default();
    let mut all = vec![format!("CREATE {unlogged}SEQUENCE {name}{ty}{}", options(&sequence.options))];
    all.extend(comment::set("SEQUENCE", &name, sequence.comment.as_deref()));
    all
}

/// The clause that changes whom the sequence belongs to.
pub(crate) fn own(sequence: &Sequence) -> String {
    let owner = match &sequence.owned_by {
        Some((table, column)) => format!("{}.{}", quote::qualified(table), quote::name(column)),
        None => "NONE".to_owned(),
    };
    format!("ALTER SEQUENCE {} OWNED BY {owner}", quote::qualified(&sequence.name))
}

/// What differs from the defaults, each with a space before it.
pub(crate) fn options(options: &SequenceOptions) -> String {
    let mut sql = String::new();
    let mut add = |clause: &str, value: Option<i64>| {
        if let Some(value) = value {
            push(&mut sql, format_args!(" {clause} {value}"));
        }
    };
    add("START WITH", options.start);
    add("INCREMENT BY", options.increment);
    add("MINVALUE", options.min);
    add("MAXVALUE", options.max);
    add("CACHE", options.cache);
    if options.cycle {
        sql.push_str(" CYCLE");
    }
    sql
}

/// The clauses that lead from one set of options to another, each after `prefix`, spelled out.
pub(crate) fn alter(
    before: &SequenceOptions,
    after: &SequenceOptions,
    ty: Option<&Type>,
    prefix: &str,
) -> Vec<String> {
    let mut all = Vec::new();
    let ascending = after.increment.unwrap_or(1) > 0;
    let (lowest, highest) = match ty.map(types::ty).as_deref() {
        Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("integer") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let min = after.min.unwrap_or(if ascending { 1 } else { lowest });
    let max = after.max.unwrap_or(if ascending { highest } else { -1 });
    if before.increment != after.increment {
        all.push(format!("{prefix}INCREMENT BY {}", after.increment.unwrap_or(1)));
    }
    if before.min != after.min {
        all.push(format!("{prefix}MINVALUE {min}"));
    }
    if before.max != after.max {
        all.push(format!("{prefix}MAXVALUE {max}"));
    }
    if before.start != after.start || before.min != after.min {
        all.push(format!("{prefix}START WITH {}", after.start.unwrap_or(if ascending { min } else { max })));
    }
    if before.cache != after.cache {
        all.push(format!("{prefix}CACHE {}", after.cache.unwrap_or(1)));
    }
    if before.cycle != after.cycle {
        all.push(format!("{prefix}{}", if after.cycle { "CYCLE" } else { "NO CYCLE" }));
    }
    all
}
