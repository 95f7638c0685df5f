//! One topological sort, deterministic and linear, for everything that has an order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Items in an order in which each comes after what it needs, and what had to be cut for that.
///
/// ```
/// use schema_core::order::sort;
/// // Two items that need each other: one is taken first, and said to be.
/// let order = sort(2, [(0, 1), (1, 0)]);
/// assert_eq!(order.sequence, [0, 1]);
/// assert_eq!(order.cut, [0]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The items' positions, ordered.
    pub sequence: Vec<usize>,
    /// Items that lie on a cycle and were taken before something they need, in the order they were taken.
    pub cut: Vec<usize>,
}

/// Orders `count` items so that for each edge `(item, needed)`, `needed` comes first. Among items that are free,
/// the one given first comes first, so equal input gives equal output. A cycle is cut at its first item.
///
/// ```
/// use schema_core::order::sort;
/// // 0 needs 2; 1 is free.
/// assert_eq!(sort(3, [(0, 2)]).sequence, [1, 2, 0]);
/// ```
pub fn sort(count: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Order {
    let mut needs = vec![0_usize; count];
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (item, needed) in edges {
        if item != needed && item < count && needed < count {
            needs[item] += 1;
            dependents[needed].push(item);
        }
    }
    let mut free: BinaryHeap<Reverse<usize>> =
        needs.iter().enumerate().filter(|(_, n)| **n == 0).map(|(i, _)| Reverse(i)).collect();
    let mut done = vec![false; count];
    let mut order = Order { sequence: Vec::with_capacity(count), cut: Vec::new() };
    let mut next_uncut = 0;
    loop {
        while let Some(Reverse(item)) = free.pop() {
            if done[item] {
                continue;
            }
            done[item] = true;
            order.sequence.push(item);
            for &dependent in &dependents[item] {
                needs[dependent] -= 1;
                if needs[dependent] == 0 {
                    free.push(Reverse(dependent));
                }
            }
        }
        while next_uncut < count && done[next_uncut] {
            next_uncut += 1;
        }
        if next_uncut == count {
            return order;
        }
        order.cut.push(next_uncut);
        free.push(Reverse(next_uncut));
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn keeps_the_given_order_where_nothing_speaks_against_it() {
        assert_eq!(sort(4, []).sequence, [0, 1, 2, 3]);
    }

    #[test]
    fn puts_needed_items_first() {
        assert_eq!(sort(4, [(0, 3), (1, 0), (3, 2)]).sequence, [2, 3, 0, 1]);
    }

    #[test]
    fn cuts_cycles_and_says_where() {
        let order = sort(3, [(0, 1), (1, 0), (2, 1)]);
        assert_eq!(order.sequence, [0, 1, 2]);
        assert_eq!(order.cut, [0]);
    }
}
