//! Indexes and primary keys of tables that are there.

use schema_core::{Index, IndexMethod, KeyExpression, KeyPart, Name, PrimaryKey, Sql, Table};

use super::column;
use super::level::Level;
use super::option::{is_innodb, key_of};
use super::rename::mentions;
use super::statement::{Alter, Context};
use crate::render::index as render;
use crate::{Flavour, quote};

/// Which keys that stay are made anew.
pub(super) struct Remade<'a> {
    all: bool,
    /// Columns of which another one takes the place, under the same name.
    replaced: Vec<&'a Name>,
    /// Columns that were of an enum or a set and are of a string.
    spelled_out: Vec<&'a Name>,
}

impl<'a> Remade<'a> {
    /// Keys made under a block size of the table, or in an engine that has one of its own, keep it as theirs when the
    /// table's changes, in MariaDB always and in MySQL where there are partitions or another engine. MySQL confuses keys
    /// over a column that is replaced in the same statement (1089), drops no column that the expression of a key is over
    /// (3837), and takes the one byte that an enum's or a set's number has in a key for the key's prefix when the column
    /// becomes a string.
    pub(super) fn of(from: &'a Table, to: &'a Table, context: Context) -> Self {
        let size = |table: &'_ Table| -> Option<Sql> {
            table.options.mysql.options.iter().find(|option| key_of(option) == "KEY_BLOCK_SIZE").cloned()
        };
        let (old, new) = (size(from), size(to));
        let keeps = context.is_mysql()
            && [from, to]
                .into_iter()
                .all(|table| table.options.mysql.partitioning.is_none() && is_innodb(&table.options));
        let replaced = column::lost(from, to).map(|column| &column.name);
        Self {
            all: old != new && !keeps,
            replaced: replaced.filter(|name| to.columns.contains(name)).collect(),
            spelled_out: if context.is_mysql() {
                column::spelled_out(from, to).collect()
            } else {
                Vec::new()
            },
        }
    }

    fn is(&self, parts: &[KeyPart]) -> bool {
        let is_over_replaced = |part: &KeyPart| match &part.value {
            KeyExpression::Column(name) => self.replaced.contains(&name) || self.spelled_out.contains(&name),
            KeyExpression::Expression(sql) => mentions(sql.as_str(), &self.replaced),
        };
        self.all || parts.iter().any(is_over_replaced)
    }

    fn primary(&self, key: &PrimaryKey) -> bool {
        self.is(&key.columns)
    }
}

/// Drops the indexes that go, change or are made anew.
pub(super) fn drop(alter: &mut Alter, from: &Table, to: &Table, remade: &Remade<'_>) {
    for old in from.indexes.iter() {
        let Some(name) = &old.name else { continue };
        let kept = to.indexes.get(name).is_some_and(|new| new == old || visibility_only(old, new));
        if !kept || remade.is(&old.parts) {
            alter.add(
                Level::Nocopy,
                format!("DROP INDEX {}", quote::name(name)),
                format!("drop index {name}"),
            );
        }
    }
    if let Some(key) = &from.primary_key
        && (Some(key) != to.primary_key.as_ref() || remade.primary(key))
    {
        // Dropped alone, the rows are copied to get hidden keys; with another key in its place they are not.
        let level = if to.primary_key.is_some() { Level::Inplace } else { Level::Copy };
        alter.add(level, "DROP PRIMARY KEY", "drop primary key");
    }
}

/// Adds the indexes that come, change or are made anew.
pub(super) fn add(alter: &mut Alter, from: &Table, to: &Table, remade: &Remade<'_>, context: Context) {
    let is_new = |key: &&PrimaryKey| remade.primary(key) || from.primary_key.as_ref() != Some(key);
    if let Some(key) = to.primary_key.as_ref().filter(is_new) {
        alter.builds_index = true;
        alter.add(Level::Inplace, format!("ADD {}", render::primary_key(key)), "add primary key");
    }
    for new in to.indexes.iter() {
        let Some(name) = &new.name else { continue };
        match from.indexes.get(name) {
            Some(old) if old == new && !remade.is(&old.parts) => {}
            Some(old) if visibility_only(old, new) && !remade.is(&old.parts) => {
                let (level, word) = match (context.flavour, new.mysql.invisible) {
                    (Flavour::MySql, true) => (Level::Nocopy, "INVISIBLE"),
                    (Flavour::MySql, false) => (Level::Nocopy, "VISIBLE"),
                    (Flavour::MariaDb, true) => (Level::Instant, "IGNORED"),
                    (Flavour::MariaDb, false) => (Level::Instant, "NOT IGNORED"),
                };
                alter.add(
                    level,
                    format!("ALTER INDEX {} {word}", quote::name(name)),
                    format!("alter index {name}"),
                );
            }
            Some(_) | None => {
                alter.builds_index = true;
                let title = format!("add index {name}");
                alter.add(
                    index_level(new),
                    format!("ADD {}", render::definition(new, context.flavour)),
                    title,
                );
            }
        }
    }
}

fn index_level(index: &Index) -> Level {
    let functional = index.parts.iter().any(|part| part.column_name().is_none());
    match index.method {
        IndexMethod::FullText | IndexMethod::Spatial => Level::InplaceShared,
        IndexMethod::Extension(_) => Level::Copy,
        IndexMethod::BTree
        | IndexMethod::Hash
        | IndexMethod::Gin
        | IndexMethod::Gist
        | IndexMethod::SpGist
        | IndexMethod::Brin => {
            if functional {
                Level::InplaceShared
            } else if index.mysql.without_overlaps {
                Level::Copy
            } else {
                Level::Nocopy
            }
        }
    }
}

fn visibility_only(before: &Index, after: &Index) -> bool {
    let mut same = before.clone();
    same.mysql.invisible = after.mysql.invisible;
    before != after && same == *after
}
