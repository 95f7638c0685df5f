//! Transactions: which steps share one.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use schema_core::plan::Transaction;
use schema_core::plan::Work;
use schema_core::{ObjectId, Step};

use super::node::Node;

/// So many steps share a transaction at most: each new table holds locks, and the server has room for so many.
const LARGEST_GROUP: usize = 200;

/// The positions between which objects are dropped only to be made again. They are one transaction: nobody meets the
/// schema without them.
pub(super) fn chain(nodes: &[Node], order: &[usize], remade: &HashSet<ObjectId>) -> RangeInclusive<usize> {
    let in_chain = |position: &usize| {
        let node = &nodes[order[*position]];
        node.in_chain() || matches!(node, Node::CreateTable { table, .. } if remade.contains(&table.id()))
    };
    let first = (0..order.len()).find(in_chain);
    let last = (0..order.len()).rev().find(in_chain);
    match (first, last) {
        (Some(first), Some(last)) => first..=last,
        #[expect(clippy::reversed_empty_ranges, reason = "a range that holds nothing")]
        _ => 1..=0,
    }
}

/// Numbers the transactions.
#[derive(Default)]
pub(super) struct Groups {
    number: u32,
    size: usize,
    /// What the steps of the current transaction lock.
    locked: BTreeSet<ObjectId>,
    in_chain: bool,
    closed: bool,
}

impl Groups {
    /// Gives a step its transaction.
    pub(super) fn place(&mut self, step: Step, in_chain: bool) -> Step {
        if step.transaction == Transaction::None {
            self.closed = true;
            return step;
        }
        let alone = step.work != Work::Metadata
            || matches!(step.transaction, Transaction::Shared(number) if number != 0);
        let locks: BTreeSet<ObjectId> = step.locks.iter().map(|lock| lock.object.clone()).collect();
        let continues_chain = in_chain && self.in_chain && self.size > 0;
        let joins = self.size > 0
            && !self.closed
            && !alone
            && self.in_chain == in_chain
            && self.size < LARGEST_GROUP
            // Whoever waits for what is locked does not wait for anything else to be done.
            && (self.locked.is_empty() || self.locked == locks);
        if !continues_chain && !joins && (self.size > 0 || self.closed) {
            self.number += 1;
            self.size = 0;
            self.locked.clear();
        }
        self.size += 1;
        self.in_chain = in_chain;
        self.locked.extend(locks);
        self.closed = alone && !in_chain;
        step.transaction(Transaction::Shared(self.number))
    }
}

/// Marks a step as one that commits before the next begins.
pub(super) fn alone(step: Step) -> Step {
    step.transaction(Transaction::Shared(u32::MAX))
}
