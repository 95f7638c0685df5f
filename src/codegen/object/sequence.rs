//! Sequences that no column brings along.

use schema_core::{Sequence, SequenceOptions};

use super::super::literal::into;
use super::super::{scheme::Scheme, value};
use super::{data_type, fields};

pub(super) fn sequence(sequence: &Sequence, scheme: &Scheme<'_>) -> String {
    let Sequence { name, ty, options, owned_by, unlogged, comment } = sequence;
    let owner = owned_by.as_ref().map(|(table, column)| {
        format!("Some(({}.into(), {}))", value::qualified(table, scheme), into(column))
    });
    let own = [
        ("ty", ty.as_ref().map(|ty| format!("Some({})", data_type::reference(ty, scheme)))),
        ("options", numbers(options)),
        ("owned_by", owner),
        ("unlogged", fields::yes(*unlogged)),
        ("comment", fields::text(comment.as_ref())),
    ];
    fields::with(own, "Sequence", &format!("new({})", value::qualified(name, scheme)))
}

fn numbers(options: &SequenceOptions) -> Option<String> {
    let SequenceOptions { start, increment, min, max, cache, cycle } = options;
    let number = |value: &Option<_>| value.map(|value| format!("Some({value})"));
    let own = [
        ("start", number(start)),
        ("increment", number(increment)),
        ("min", number(min)),
        ("max", number(max)),
        ("cache", number(cache)),
        ("cycle", fields::yes(*cycle)),
    ];
    fields::unless_default(own, "SequenceOptions")
}
