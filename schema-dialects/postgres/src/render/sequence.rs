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

/// What a sequence counts by, with what its type and direction decide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Counting {
    pub(crate) start: i64,
    pub(crate) increment: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    cache: i64,
    cycle: bool,
}

impl Counting {
    pub(crate) fn of(options: &SequenceOptions, ty: Option<&Type>) -> Self {
        let (lowest, highest) = match ty.map(types::ty).as_deref() {
            Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Some("integer") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let increment = options.increment.unwrap_or(1);
        let min = options.min.unwrap_or(if increment > 0 { 1 } else { lowest });
        let max = options.max.unwrap_or(if increment > 0 { highest } else { -1 });
        let start = options.start.unwrap_or(if increment > 0 { min } else { max });
        Self { start, increment, min, max, cache: options.cache.unwrap_or(1), cycle: options.cycle }
    }

    /// The clauses that lead from this to another, each after `prefix`, spelled out. A new type may bring its own
    /// limits with it: they are said again.
    pub(crate) fn alter(self, after: Self, new_type: bool, prefix: &str) -> Vec<String> {
        let mut all = Vec::new();
        if self.increment != after.increment {
            all.push(format!("{prefix}INCREMENT BY {}", after.increment));
        }
        if self.min != after.min || new_type {
            all.push(format!("{prefix}MINVALUE {}", after.min));
        }
        if self.max != after.max || new_type {
            all.push(format!("{prefix}MAXVALUE {}", after.max));
        }
        if self.start != after.start {
            all.push(format!("{prefix}START WITH {}", after.start));
        }
        if after.max < self.min || after.min > self.max {
            // Nothing that it has counted to is within the new limits.
            all.push(format!("RESTART WITH {}", after.start));
        }
        if self.cache != after.cache {
            all.push(format!("{prefix}CACHE {}", after.cache));
        }
        if self.cycle != after.cycle {
            all.push(format!("{prefix}{}", if after.cycle { "CYCLE" } else { "NO CYCLE" }));
        }
        all
    }

    /// The limits that the sequence must have been brought within before it can take those: as the number to go to,
    /// and a condition on `last_value`.
    pub(crate) fn outside(self, after: Self) -> Vec<(i64, String)> {
        let mut all = Vec::new();
        if after.min > self.min && after.min <= self.max {
            all.push((after.min, format!("last_value < {}", after.min)));
        }
        if after.max < self.max && after.max >= self.min {
            all.push((after.max, format!("last_value > {}", after.max)));
        }
        all
    }
}
