//! Indexes and primary keys.

use std::fmt::Write as _;

use schema_core::{Index, IndexMethod, KeyExpression, KeyPart, PrimaryKey, SortOrder};

use crate::{Flavour, quote};

/// An index as CREATE TABLE lists it and ALTER TABLE adds it.
pub(crate) fn definition(index: &Index, flavour: Flavour) -> String {
    let kind = match &index.method {
        IndexMethod::FullText => "FULLTEXT KEY",
        IndexMethod::Spatial => "SPATIAL KEY",
        IndexMethod::Extension(name) if name == "VECTOR" => "VECTOR KEY",
        IndexMethod::BTree
        | IndexMethod::Hash
        | IndexMethod::Gin
        | IndexMethod::Gist
        | IndexMethod::SpGist
        | IndexMethod::Brin
        | IndexMethod::Extension(_) => {
            if index.unique {
                "UNIQUE KEY"
            } else {
                "KEY"
            }
        }
    };
    let name = index.name.as_ref().map(|name| format!(" {}", quote::name(name))).unwrap_or_default();
    let mut sql = format!("{kind}{name} ({})", parts(&index.parts, index.mysql.without_overlaps));
    if index.method == IndexMethod::Hash {
        sql.push_str(" USING HASH");
    } else if index.mysql.explicit_method {
        sql.push_str(" USING BTREE");
    }
    for option in &index.mysql.options {
        sql.push(' ');
        sql.push_str(option.as_str());
    }
    if let Some(comment) = &index.comment {
        let _ = write!(sql, " COMMENT {}", quote::string(comment));
    }
    if let Some(parser) = &index.mysql.parser {
        let _ = write!(sql, " WITH PARSER {}", quote::name(parser));
    }
    if index.mysql.invisible {
        sql.push_str(match flavour {
            Flavour::MySql => " INVISIBLE",
            Flavour::MariaDb => " IGNORED",
        });
    }
    sql
}

/// A primary key as CREATE TABLE lists it and ALTER TABLE adds it.
pub(crate) fn primary_key(key: &PrimaryKey) -> String {
    let mut sql = format!("PRIMARY KEY ({})", parts(&key.columns, key.without_overlaps));
    for option in &key.parameters {
        sql.push(' ');
        sql.push_str(option);
    }
    if let Some(comment) = &key.comment {
        let _ = write!(sql, " COMMENT {}", quote::string(comment));
    }
    sql
}

fn parts(parts: &[KeyPart], without_overlaps: bool) -> String {
    let last = parts.len().saturating_sub(1);
    let rendered = parts.iter().enumerate().map(|(at, part)| {
        let mut sql = match &part.value {
            KeyExpression::Column(name) => quote::name(name),
            KeyExpression::Expression(expression) => format!("({expression})"),
        };
        if let Some(prefix) = part.prefix {
            let _ = write!(sql, "({prefix})");
        }
        if part.order == SortOrder::Descending {
            sql.push_str(" DESC");
        }
        if without_overlaps && at == last {
            sql.push_str(" WITHOUT OVERLAPS");
        }
        sql
    });
    rendered.collect::<Vec<_>>().join(",")
}
