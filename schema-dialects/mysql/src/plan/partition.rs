//! How the partitions of a table change: by themselves where that is enough, or with every row of the table.

use schema_core::{Sql, TableOptions};

use super::level::Level;
use crate::text::{Cursor, split_commas};

/// The end of an `ALTER TABLE` that changes its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Repartition {
    /// New partitions, which no row belongs to yet.
    Add(String),
    /// Only the rows of these partitions are copied.
    Reorganize(String),
    /// Every row is copied to where it belongs now.
    Whole(String),
}

impl Repartition {
    /// What makes the partitions of `to` out of those of `from`. Rows are always kept: where a partition goes, its rows
    /// find another, or the server refuses.
    pub(super) fn between(from: &TableOptions, to: &TableOptions) -> Option<Self> {
        let (old, new) = (&from.mysql.partitioning, &to.mysql.partitioning);
        match (old, new) {
            (old, new) if old == new => None,
            (_, None) => Some(Self::Whole("REMOVE PARTITIONING".to_owned())),
            (None, Some(new)) => Some(Self::Whole(new.to_string())),
            (Some(old), Some(new)) => Some(of_some(old, new).unwrap_or_else(|| Self::Whole(new.to_string()))),
        }
    }

    /// What it does, in words.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Add(_) => "add partitions",
            Self::Reorganize(_) => "reorganize partitions",
            Self::Whole(clause) if clause == "REMOVE PARTITIONING" => "remove the partitions",
            Self::Whole(_) => "partition the table",
        }
    }

    /// What it asks of the server.
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Add(_) => Level::Nocopy,
            Self::Reorganize(_) => Level::InplaceShared,
            Self::Whole(_) => Level::Copy,
        }
    }
}

/// A partition clause whose partitions are listed.
struct Listed<'a> {
    /// How rows are told apart, up to the list.
    head: &'a str,
    is_range: bool,
    partitions: Vec<Partition<'a>>,
}

#[derive(PartialEq)]
struct Partition<'a> {
    /// As the server prints it.
    definition: &'a str,
    name: &'a str,
    /// `VALUES LESS THAN (…)` or `VALUES IN (…)`.
    values: &'a str,
}

impl<'a> Listed<'a> {
    fn parse(clause: &'a Sql) -> Option<Self> {
        let mut cursor = Cursor::new(clause.as_str());
        let start = cursor.mark();
        if !cursor.take("PARTITION BY") {
            return None;
        }
        let is_range = cursor.take("RANGE");
        if !is_range && !cursor.take("LIST") {
            return None;
        }
        while cursor.peek()?.text != "(" || !cursor.peek_at(1)?.is("PARTITION") {
            if cursor.group().is_none() {
                cursor.next();
            }
        }
        let head = cursor.since(start);
        let list = cursor.group()?;
        let partitions = split_commas(list).into_iter().map(Partition::parse).collect::<Option<_>>()?;
        cursor.is_done().then_some(Self { head, is_range, partitions })
    }
}

impl<'a> Partition<'a> {
    fn parse(definition: &'a str) -> Option<Self> {
        let mut cursor = Cursor::new(definition);
        if !cursor.take("PARTITION") {
            return None;
        }
        let name = cursor.next()?.text;
        let start = cursor.mark();
        if !cursor.take("VALUES LESS THAN") && !cursor.take("VALUES IN") {
            return None;
        }
        if cursor.group().is_none() {
            cursor.next();
        }
        Some(Self { definition, name, values: cursor.since(start) })
    }

    fn has_no_limit(&self) -> bool {
        let limit = self.values.rsplit_once(' ').map_or("", |(_, limit)| limit);
        limit.trim_matches(['(', ')']).eq_ignore_ascii_case("MAXVALUE")
    }
}

/// The change of some partitions, where the others stay and no row can be without one.
fn of_some(old: &Sql, new: &Sql) -> Option<Repartition> {
    let (old, new) = (Listed::parse(old)?, Listed::parse(new)?);
    if old.head != new.head {
        return None;
    }
    let (old, new, is_range) = (old.partitions, new.partitions, old.is_range);
    let same = |(a, b): &(&Partition<'_>, &Partition<'_>)| a == b;
    let first = old.iter().zip(&new).take_while(same).count();
    let (mut goes, mut comes) = (&old[first..], &new[first..]);
    if goes.is_empty() {
        return Some(Repartition::Add(format!("ADD PARTITION ({})", definitions(comes))));
    }
    // Rows of a list's value would be lost without a word if no partition had the value: MySQL does not look where it
    // reorganizes in place.
    if !is_range {
        return None;
    }
    let mut last = goes.iter().rev().zip(comes.iter().rev()).take_while(same).count();
    // The rows between two limits go where the same range ends: the next partition that stays comes in, if need be.
    let ends_alike = |goes: &[Partition<'_>], comes: &[Partition<'_>]| match (goes.last(), comes.last()) {
        (Some(old), Some(new)) => old.values == new.values,
        (_, _) => false,
    };
    let without = |last: usize| (goes.len() - last, comes.len() - last);
    let (mut g, mut c) = without(last);
    if last > 0 && !ends_alike(&goes[..g], &comes[..c]) {
        last -= 1;
        (g, c) = without(last);
    }
    (goes, comes) = (&goes[..g], &comes[..c]);
    let holds_all = ends_alike(goes, comes) || last == 0 && comes.last().is_some_and(Partition::has_no_limit);
    holds_all.then(|| {
        let names: Vec<&str> = goes.iter().map(|partition| partition.name).collect();
        let into = definitions(comes);
        Repartition::Reorganize(format!("REORGANIZE PARTITION {} INTO ({into})", names.join(", ")))
    })
}

fn definitions(partitions: &[Partition<'_>]) -> String {
    partitions.iter().map(|partition| partition.definition).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use schema_core::{Sql, TableOptions};

    use super::Repartition;

    fn clause<T: std::fmt::Display>(by: &str, from: &[T], to: &[T]) -> String {
        let options = |partitions: &[T]| {
            let mut options = TableOptions::default();
            let list: Vec<String> =
                partitions.iter().map(|p| format!("PARTITION {p} ENGINE = InnoDB")).collect();
            options.mysql.partitioning =
                Some(Sql::new(format!("PARTITION BY {by}\n({})", list.join(",\n "))));
            options
        };
        let (Repartition::Add(clause) | Repartition::Reorganize(clause) | Repartition::Whole(clause)) =
            Repartition::between(&options(from), &options(to)).unwrap();
        clause.replace(" ENGINE = InnoDB", "").replace("PARTITION ", "")
    }

    fn range(from: &[(&str, &str)], to: &[(&str, &str)]) -> String {
        let all = |side: &[(&str, &str)]| -> Vec<String> {
            side.iter().map(|(name, limit)| format!("{name} VALUES LESS THAN {limit}")).collect()
        };
        clause("RANGE (year(`d`))", &all(from), &all(to))
    }

    #[test]
    fn partitions_behind_the_others_are_added() {
        assert_eq!(range(&[("a", "(1)")], &[("a", "(1)"), ("b", "(2)")]), "ADD (b VALUES LESS THAN (2))");
        assert_eq!(
            clause("LIST (`a`)", &["x VALUES IN (1)"], &["x VALUES IN (1)", "y VALUES IN (2,3)"]),
            "ADD (y VALUES IN (2,3))"
        );
    }

    #[test]
    fn a_range_is_cut_where_it_ends_alike() {
        let (a, b, m) = (("a", "(1)"), ("b", "(2)"), ("m", "MAXVALUE"));
        let into = "b VALUES LESS THAN (2), m VALUES LESS THAN MAXVALUE";
        assert_eq!(range(&[a, m], &[a, b, m]), format!("REORGANIZE m INTO ({into})"));
        assert_eq!(range(&[a, b, m], &[b, m]), "REORGANIZE a, b INTO (b VALUES LESS THAN (2))");
        assert_eq!(range(&[a, b], &[a, ("b", "(3)")]).split(' ').next(), Some("BY"), "may be less");
        assert_eq!(range(&[a, b], &[a, m]), "REORGANIZE b INTO (m VALUES LESS THAN MAXVALUE)");
        assert_eq!(range(&[a, b], &[a]).split(' ').next(), Some("BY"), "rows may be beyond");
        assert_eq!(
            range(&[a, b, m], &[a, ("b", "(3)"), m]),
            "REORGANIZE b, m INTO (b VALUES LESS THAN (3), m VALUES LESS THAN MAXVALUE)"
        );
        assert_eq!(range(&[a, b], &[("z", "(1)"), b]), "REORGANIZE a INTO (z VALUES LESS THAN (1))");
    }

    #[test]
    fn a_value_that_a_list_no_longer_has_is_for_the_server_to_refuse() {
        assert_eq!(
            clause("LIST (`a`)", &["x VALUES IN (1,2)"], &["x VALUES IN (1)"]).split(' ').next(),
            Some("BY")
        );
    }
}
