//! Options of tables that are there.

use std::fmt::Write as _;

use schema_core::{Sql, Table, TableOptions};

use super::level::Level;
use super::statement::Alter;
use crate::quote;

/// Sets the options that come or change, and resets those that go.
pub(super) fn change(alter: &mut Alter, from: &TableOptions, to: &TableOptions) {
    let (old, new) = (&from.mysql, &to.mysql);
    if let Some(engine) = new.engine.as_ref().filter(|engine| old.engine.as_ref() != Some(engine)) {
        alter.add(
            Level::Copy,
            format!("ENGINE={}", quote::name(engine)),
            format!("change the engine to {engine}"),
        );
    }
    if (&old.charset, &old.collation) != (&new.charset, &new.collation) {
        let mut clause = String::new();
        if let Some(charset) = &new.charset {
            let _ = write!(clause, "DEFAULT CHARACTER SET {}", quote::name(charset));
        }
        if let Some(collation) = &new.collation {
            let _ = write!(clause, " COLLATE {}", quote::name(collation));
        }
        if !clause.is_empty() {
            alter.add(Level::Nocopy, clause.trim().to_owned(), "change the default character set");
        }
    }
    for option in old.options.iter().filter(|option| !new.options.contains(option)) {
        let key = key_of(option);
        if !new.options.iter().any(|other| key_of(other) == key) {
            alter.add(option_level(key), reset(key), format!("reset {key}"));
        }
    }
    for option in new.options.iter().filter(|option| !old.options.contains(option)) {
        alter.add(option_level(key_of(option)), option.as_str(), format!("set {option}"));
    }
    if from.comment != to.comment {
        let comment = quote::string(to.comment.as_deref().unwrap_or_default());
        alter.add(Level::Nocopy, format!("COMMENT={comment}"), "change the comment");
    }
}

/// MariaDB: an option that only Aria reads. Other engines take it, and forget it with the next ALTER that does not say
/// it again.
const PAGE_CHECKSUM: &str = "PAGE_CHECKSUM";

/// Whether the table is InnoDB's.
pub(super) fn is_innodb(options: &TableOptions) -> bool {
    options.mysql.engine.as_ref().is_none_or(|engine| engine.as_str().eq_ignore_ascii_case("InnoDB"))
}

fn is_aria(options: &TableOptions) -> bool {
    options.mysql.engine.as_ref().is_some_and(|engine| engine.as_str().eq_ignore_ascii_case("Aria"))
}

fn page_checksum(options: &TableOptions) -> Option<&Sql> {
    options.mysql.options.iter().find(|option| key_of(option) == PAGE_CHECKSUM)
}

/// The clauses that every ALTER must say again for a table to stay as it is.
pub(super) fn restated(from: &TableOptions, to: &TableOptions) -> Option<String> {
    let stays = |option: &&Sql| from.mysql.options.contains(option);
    page_checksum(to).filter(|_| !is_aria(to)).filter(stays).map(ToString::to_string)
}

/// The table as MariaDB leaves it when it becomes another engine's, where that keeps a trace of Aria which is not wanted.
pub(super) fn with_traces(from: &Table, to: &Table) -> Option<Table> {
    let trace = page_checksum(&from.options).filter(|_| is_aria(&from.options) && !is_aria(&to.options))?;
    if page_checksum(&to.options).is_some() {
        return None;
    }
    let mut left = to.clone();
    left.options.mysql.options.push(trace.clone());
    Some(left)
}

/// The name of an option.
pub(super) fn key_of(option: &Sql) -> &str {
    option.as_str().split('=').next().unwrap_or_default().trim()
}

fn option_level(key: &str) -> Level {
    let key = key.to_ascii_uppercase();
    if key.starts_with("STATS_") || matches!(key.as_str(), "MAX_ROWS" | "MIN_ROWS" | "AVG_ROW_LENGTH") {
        Level::Nocopy
    } else if matches!(key.as_str(), "ROW_FORMAT" | "KEY_BLOCK_SIZE") {
        Level::Inplace
    } else {
        Level::Copy
    }
}

/// The clause that takes an option away.
fn reset(key: &str) -> String {
    let value = match key.to_ascii_uppercase().as_str() {
        "KEY_BLOCK_SIZE" | "MAX_ROWS" | "MIN_ROWS" | "AVG_ROW_LENGTH" | "CHECKSUM" | "DELAY_KEY_WRITE"
        | "AUTOEXTEND_SIZE" => "0",
        "COMPRESSION" => "'NONE'",
        "ENCRYPTION" => "'N'",
        "CONNECTION" | "ENGINE_ATTRIBUTE" | "SECONDARY_ENGINE_ATTRIBUTE" => "''",
        "SECONDARY_ENGINE" => "NULL",
        "INSERT_METHOD" => "NO",
        _ => "DEFAULT",
    };
    format!("{key}={value}")
}
