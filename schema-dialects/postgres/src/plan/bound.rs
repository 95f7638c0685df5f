//! What the bound of a partition says of a row.

use crate::lexis::tokens;
use crate::quote;

/// The condition that a row meets which belongs to the partition. What belongs to a hash partition only the partitioned
/// table can say, where it is there; and nothing is said where the keys are compared in a way of their own.
pub(super) fn condition(key: &str, bound: &str, hashing: Option<&str>) -> Option<String> {
    let (method, columns) = key.split_once('(')?;
    let keys = lists(&format!("({columns}")).into_iter().next()?;
    if !keys.iter().all(|key| is_plain(key)) {
        return None;
    }
    let bounds = lists(bound);
    match (method.trim().to_ascii_uppercase().as_str(), bounds.as_slice()) {
        ("LIST", [values]) => {
            let columns = keys.join(", ");
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
            let mut all: Vec<String> = keys.iter().map(|key| format!("({key}) IS NOT NULL")).collect();
            all.extend(side(&keys, from, [">=", ">"]));
            all.extend(side(&keys, to, ["<", "<="]));
            Some(all.join(" AND "))
        }
        ("HASH", [parts]) => {
            let number = |at: usize| parts.get(at)?.split_whitespace().last();
            let (parent, keys) = (quote::literal(hashing?), keys.join(", "));
            Some(format!(
                "pg_catalog.satisfies_hash_partition({parent}::pg_catalog.regclass, {}, {}, {keys})",
                number(0)?,
                number(1)?
            ))
        }
        _other => None,
    }
}

/// How the keys compare with one end of a range, up to where it has none: before everything with MINVALUE, after it with
/// MAXVALUE. Of the two operators the second is for an end after everything.
fn side(keys: &[String], values: &[String], [operator, beyond]: [&str; 2]) -> Option<String> {
    let is = |value: &String, word: &str| value.eq_ignore_ascii_case(word);
    let end = values.iter().position(|value| is(value, "MINVALUE") || is(value, "MAXVALUE"));
    let length = end.unwrap_or(values.len());
    let operator = if end.is_some_and(|at| is(&values[at], "MAXVALUE")) { beyond } else { operator };
    let (keys, values) = (keys.get(..length)?, values.get(..length)?);
    (length > 0).then(|| format!("({}) {operator} ({})", keys.join(", "), values.join(", ")))
}

/// Whether a key is compared as its type is: a column or expression, perhaps in a collation, without an operator class.
fn is_plain(key: &str) -> bool {
    let mut depth = 0_usize;
    let mut words = vec![String::new()];
    for token in tokens(key) {
        let piece = token.text();
        depth -= usize::from(piece == ")" && depth > 0);
        match words.last_mut() {
            Some(word) if depth > 0 || !piece.trim().is_empty() => word.push_str(piece),
            Some(_) | None => words.push(String::new()),
        }
        depth += usize::from(piece == "(");
    }
    words.len() == 1 || words.len() == 3 && words[1].eq_ignore_ascii_case("COLLATE")
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
        let said = |key: &str, bound: &str| condition(key, bound, Some("\"public\".\"t\""));
        let list = said("LIST (k)", "FOR VALUES IN ('a', 'b(', NULL)");
        assert_eq!(list.as_deref(), Some("k IN ('a', 'b(') OR k IS NULL"));
        let range = said("RANGE (at)", "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");
        assert_eq!(
            range.as_deref(),
            Some("(at) IS NOT NULL AND (at) >= ('2026-01-01') AND (at) < ('2027-01-01')")
        );
        let open = said("RANGE (a)", "FOR VALUES FROM (MINVALUE) TO (5)");
        assert_eq!(open.as_deref(), Some("(a) IS NOT NULL AND (a) < (5)"));
        let two = said("RANGE (a, b COLLATE \"C\")", "FOR VALUES FROM (1, 2) TO (3, 4)");
        let both = "(a) IS NOT NULL AND (b COLLATE \"C\") IS NOT NULL AND ";
        assert_eq!(
            two,
            Some(format!("{both}(a, b COLLATE \"C\") >= (1, 2) AND (a, b COLLATE \"C\") < (3, 4)"))
        );
        let ends = said("RANGE (a, lower(b))", "FOR VALUES FROM (1, MAXVALUE) TO (3, MINVALUE)");
        assert_eq!(
            ends.as_deref(),
            Some("(a) IS NOT NULL AND (lower(b)) IS NOT NULL AND (a) > (1) AND (a) < (3)")
        );
        let hash = said("HASH (a, (b + 1))", "FOR VALUES WITH (modulus 2, remainder 1)");
        let call =
            "pg_catalog.satisfies_hash_partition('\"public\".\"t\"'::pg_catalog.regclass, 2, 1, a, (b + 1))";
        assert_eq!(hash.as_deref(), Some(call));
        assert_eq!(condition("HASH (a)", "FOR VALUES WITH (modulus 2, remainder 0)", None), None);
        assert_eq!(said("LIST (a text_pattern_ops)", "FOR VALUES IN ('a')"), None);
        assert_eq!(said("LIST (\"a b\" COLLATE \"C\" x.y)", "FOR VALUES IN ('a')"), None);
    }
}
