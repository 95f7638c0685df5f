//! What the bound of a partition says of a row.

use crate::lexis::tokens;

/// The condition that a row meets which belongs to the partition; nothing where it is not plain to say: hash
/// partitions, and ranges of several columns that have no end.
pub(super) fn condition(key: &str, bound: &str) -> Option<String> {
    let (method, columns) = key.split_once('(')?;
    let columns = columns.trim_end().strip_suffix(')')?.trim();
    let single = lists(&format!("({columns})")).first().is_some_and(|list| list.len() == 1);
    let bounds = lists(bound);
    match (method.trim().to_ascii_uppercase().as_str(), bounds.as_slice()) {
        ("LIST", [values]) => {
            let (nulls, values): (Vec<&String>, Vec<&String>) =
                values.iter().partition(|value| value.eq_ignore_ascii_case("NULL"));
            let values: Vec<&str> = values.into_iter().map(String::as_str).collect();
            let mut either = Vec::new();
            if !values.is_empty() {
                either.push(format!("{columns} IN ({})", values.join(", ")));
            }
            if !nulls.is_empty() {
                either.push(format!("{columns} IS NULL"));
            }
            Some(either.join(" OR "))
        }
        ("RANGE", [from, to]) => {
            let endless =
                |value: &String| ["MINVALUE", "MAXVALUE"].iter().any(|word| value.eq_ignore_ascii_case(word));
            if !single && from.iter().chain(to).any(endless) {
                return None;
            }
            let side = |values: &[String], operator: &str| {
                let value = values.join(", ");
                (!values.iter().any(endless)).then(|| format!("({columns}) {operator} ({value})"))
            };
            let both: Vec<String> = [side(from, ">="), side(to, "<")].into_iter().flatten().collect();
            if both.is_empty() { Some("true".to_owned()) } else { Some(both.join(" AND ")) }
        }
        _other => None,
    }
}

/// What stands in each pair of outer parentheses, cut at the commas.
fn lists(text: &str) -> Vec<Vec<String>> {
    let mut lists = Vec::new();
    let mut depth = 0_usize;
    for token in tokens(text) {
        let piece = token.text();
        match (piece, depth) {
            ("(", 0) => lists.push(vec![String::new()]),
            (",", 1) => {
                if let Some(list) = lists.last_mut() {
                    list.push(String::new());
                }
            }
            (")", 1) | (_, 0) => {}
            _inside => {
                if let Some(value) = lists.last_mut().and_then(|list| list.last_mut()) {
                    value.push_str(piece);
                }
            }
        }
        depth += usize::from(piece == "(");
        depth -= usize::from(piece == ")" && depth > 0);
    }
    let trimmed = |list: Vec<String>| list.into_iter().map(|value| value.trim().to_owned()).collect();
    lists.into_iter().map(trimmed).collect()
}

#[cfg(test)]
mod tests {
    use super::condition;

    #[test]
    fn bounds_are_said_of_rows() {
        let list = condition("LIST (k)", "FOR VALUES IN ('a', 'b(', NULL)");
        assert_eq!(list.as_deref(), Some("k IN ('a', 'b(') OR k IS NULL"));
        let range = condition("RANGE (at)", "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");
        assert_eq!(range.as_deref(), Some("(at) >= ('2026-01-01') AND (at) < ('2027-01-01')"));
        let open = condition("RANGE (a)", "FOR VALUES FROM (MINVALUE) TO (5)");
        assert_eq!(open.as_deref(), Some("(a) < (5)"));
        let two = condition("RANGE (a, b)", "FOR VALUES FROM (1, 2) TO (3, 4)");
        assert_eq!(two.as_deref(), Some("(a, b) >= (1, 2) AND (a, b) < (3, 4)"));
        assert_eq!(condition("RANGE (a, b)", "FOR VALUES FROM (1, MINVALUE) TO (3, 4)"), None);
        assert_eq!(condition("HASH (a)", "FOR VALUES WITH (modulus 2, remainder 0)"), None);
    }
}
