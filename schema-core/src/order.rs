//! One topological sort, deterministic and linear, for everything that has an order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Items in an order in which each comes after what it needs, and what stood in the way of that.
///
/// ```
/// use schema_core::order::sort;
/// // Two items that need each other: one is taken first, and both are said to be in a circle.
/// let order = sort(3, [(0, 1), (1, 0), (2, 1)]);
/// assert_eq!(order.sequence, [0, 1, 2]);
/// assert_eq!(order.circular, [0, 1]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The items' positions, ordered.
    pub sequence: Vec<usize>,
    /// The items that lie on a cycle, or on a way from one cycle to another, in the order given.
    pub circular: Vec<usize>,
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
    let mut order = Order { sequence: Vec::with_capacity(count), circular: Vec::new() };
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
        if order.circular.is_empty() {
            order.circular = circular(&dependents, &done);
        }
        free.push(Reverse(next_uncut));
    }
}

/// Of the items that wait, those that others in a circle wait for: all but the ends of ways out of it.
fn circular(dependents: &[Vec<usize>], done: &[bool]) -> Vec<usize> {
    let mut waiting: Vec<usize> = vec![0; done.len()];
    let mut needed: Vec<Vec<usize>> = vec![Vec::new(); done.len()];
    let items = || (0..done.len()).filter(|item| !done[*item]);
    for item in items() {
        for &dependent in dependents[item].iter().filter(|dependent| !done[**dependent]) {
            waiting[item] += 1;
            needed[dependent].push(item);
        }
    }
    let mut ends: Vec<usize> = items().filter(|item| waiting[*item] == 0).collect();
    while let Some(end) = ends.pop() {
        for &item in &needed[end] {
            waiting[item] -= 1;
            if waiting[item] == 0 {
                ends.push(item);
            }
        }
    }
    items().filter(|item| waiting[*item] > 0).collect()
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
        assert_eq!(order.circular, [0, 1]);
    }

    #[test]
    fn says_all_circles() {
        let order = sort(7, [(0, 1), (1, 0), (2, 1), (3, 4), (4, 5), (5, 3), (6, 4)]);
        assert_eq!(order.circular, [0, 1, 3, 4, 5]);
        assert_eq!(order.sequence, [0, 1, 2, 3, 5, 4, 6]);
    }
}
