//! Tables, from `SHOW CREATE TABLE`: the only place where the server says everything. The information schema
//! loses explicit character sets, `USING`, full-text parsers, bytes in defaults and partitions.

use schema_core::{Finding, Name, QualifiedName, Sql, Table};

use super::{column, constraint, index};
use crate::Flavour;
use crate::quote;
use crate::text::{Cursor, split_commas};

/// A table as read, with what was not understood.
pub(super) struct Read {
    pub(super) table: Table,
    pub(super) findings: Vec<Finding>,
}

/// Reads a table. `text` is the server's, with the names of databases already exchanged.
pub(super) fn read(name: &QualifiedName, text: &str, flavour: Flavour) -> Read {
    let mut read = Read { table: Table::new(name.clone()), findings: Vec::new() };
    let mut cursor = Cursor::new(text);
    while cursor.peek().is_some_and(|token| token.text != "(") {
        cursor.next();
    }
    let Some(body) = cursor.group() else {
        read.unknown(text);
        return read;
    };
    options(&mut cursor, &mut read);
    // The columns' character sets are told relative to the table's, which stand behind them.
    for item in split_commas(body) {
        if definition(item, &mut read, flavour).is_none() {
            read.unknown(item);
        }
    }
    read
}

impl Read {
    pub(super) fn unknown(&mut self, what: &str) {
        self.findings.push(Finding {
            object: format!("{} in table {}", what.lines().next().unwrap_or_default(), self.table.name),
            table: Some(self.table.name.clone()),
            reason: "not part of the model".to_owned(),
        });
    }
}

/// One line between the parentheses.
fn definition(item: &str, read: &mut Read, flavour: Flavour) -> Option<()> {
    let mut cursor = Cursor::new(item);
    let table = &mut read.table;
    if cursor.take("PRIMARY KEY") {
        table.primary_key = Some(index::primary_key(&mut cursor)?);
    } else if cursor.take("CONSTRAINT") {
        let name = cursor.name()?;
        if cursor.take("FOREIGN KEY") {
            table.foreign_keys.insert(constraint::foreign_key(name, &mut cursor, &table.name, flavour)?);
        } else if cursor.take("CHECK") {
            table.checks.insert(constraint::check(name, &mut cursor)?);
        } else {
            return None;
        }
    } else if cursor.take("PERIOD FOR") {
        table.options.mysql.periods.push(Sql::new(item));
        return Some(());
    } else if let Some(index) = index::read(&mut cursor) {
        table.indexes.insert(index?);
    } else {
        let column = column::read(&mut cursor, &table.options.mysql)?;
        for attribute in column.unknown {
            let what = format!("{attribute} of column {}", column.column.name);
            read.findings.push(Finding {
                object: format!("{what} in table {}", read.table.name),
                table: Some(read.table.name.clone()),
                reason: "an attribute that the model does not know; it is kept as it is".to_owned(),
            });
        }
        if let Some(check) = column.check {
            read.table.checks.insert(check);
        }
        read.table.columns.insert(column.column);
        return Some(());
    }
    cursor.is_done().then_some(())
}

/// What follows the closing parenthesis.
fn options(cursor: &mut Cursor<'_>, read: &mut Read) {
    while !cursor.is_done() {
        if cursor.take("PARTITION BY") {
            let rest = cursor.rest();
            read.table.options.mysql.partitioning =
                Some(Sql::new(format!("PARTITION BY {}", clause_end(rest))));
            return;
        }
        if cursor.take("WITH SYSTEM VERSIONING") {
            read.table.options.mysql.system_versioning = Some(Sql::new("WITH SYSTEM VERSIONING"));
            continue;
        }
        let mark = cursor.mark();
        let mut words: Vec<String> = Vec::new();
        while let Some(token) = cursor.peek().filter(|token| token.text != "=") {
            // `TABLESPACE ts` has no equals sign; what comes next starts an option of its own.
            if words.len() == 2 {
                break;
            }
            words.push(token.text.to_ascii_uppercase());
            cursor.next();
        }
        if !cursor.take("=") {
            read.table.options.mysql.options.push(Sql::new(cursor.since(mark)));
            continue;
        }
        let value = cursor.mark();
        if cursor.group().is_none() {
            cursor.next();
        }
        let text = cursor.since(value);
        let mysql = &mut read.table.options.mysql;
        match words.join(" ").as_str() {
            "ENGINE" => mysql.engine = Some(quote::unquote_name(text)),
            "DEFAULT CHARSET" | "CHARSET" => mysql.charset = Some(Name::new(text)),
            "COLLATE" | "DEFAULT COLLATE" => mysql.collation = Some(Name::new(text)),
            // The running value is data.
            "AUTO_INCREMENT" => {}
            "COMMENT" => read.table.options.comment = Some(quote::unquote_string(text)),
            _ => mysql.options.push(Sql::new(cursor.since(mark))),
        }
    }
}

/// The partition clause without the end of the version comment around it.
fn clause_end(clause: &str) -> &str {
    clause.strip_suffix("*/").unwrap_or(clause).trim_end()
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::Flavour;
    use schema_core::{DefaultValue, KeyPart, Name, Value};

    const MYSQL: &str = r"CREATE TABLE `a` (
  `id` int NOT NULL AUTO_INCREMENT,
  `a` varchar(10) COLLATE utf8mb4_unicode_ci DEFAULT 'it''s',
  `b` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT NULL,
  `g` enum('a','it''s') COLLATE utf8mb4_unicode_ci DEFAULT NULL,
  `k` datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3) COMMENT 'x, y',
  `n` int GENERATED ALWAYS AS ((`id` * 2)) STORED,
  `q` int DEFAULT NULL /*!80023 INVISIBLE */,
  `u` varbinary(10) DEFAULT 0x00FF,
  `z` varchar(36) COLLATE utf8mb4_unicode_ci DEFAULT (uuid()),
  PRIMARY KEY (`id`) USING BTREE,
  KEY `k1` (`a`(3),`b` DESC) USING BTREE COMMENT 'cm',
  KEY `fx` ((lower(`a`))) /*!80000 INVISIBLE */,
  FULLTEXT KEY `ft` (`a`) /*!50100 WITH PARSER `ngram` */,
  CONSTRAINT `f` FOREIGN KEY (`q`) REFERENCES `o` (`id`) ON DELETE SET NULL,
  CONSTRAINT `chk1` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci ROW_FORMAT=DYNAMIC COMMENT='hello ''x'''
/*!50100 PARTITION BY KEY (id)
PARTITIONS 4 */";

    #[test]
    fn reads_all_of_a_mysql_table() {
        let read = read(&"a".into(), MYSQL, Flavour::MySql);
        assert!(read.findings.is_empty(), "{:?}", read.findings);
        let table = read.table;
        let column = |name: &str| table.columns.get(&Name::new(name)).expect(name);
        assert!(column("id").identity.is_some());
        assert_eq!(column("a").collation, None);
        assert_eq!(column("a").default, Some(DefaultValue::Literal(Value::Text("it's".into()))));
        assert_eq!(column("b").mysql.charset, Some("utf8mb4".into()));
        assert_eq!(column("b").collation, Some("utf8mb4_unicode_ci".into()));
        assert_eq!(column("k").mysql.on_update, Some("CURRENT_TIMESTAMP(3)".into()));
        assert_eq!(column("k").comment.as_deref(), Some("x, y"));
        assert_eq!(column("u").default, Some(DefaultValue::Expression("0x00FF".into())));
        assert_eq!(column("z").default, Some(DefaultValue::Expression("(uuid())".into())));
        assert!(column("q").mysql.invisible);
        let index = |name: &str| table.indexes.get(&Name::new(name)).expect(name);
        assert_eq!(index("k1").parts[0], KeyPart::column("a").prefix(3));
        assert_eq!(index("k1").comment.as_deref(), Some("cm"));
        assert!(index("fx").mysql.invisible);
        assert_eq!(index("ft").mysql.parser, Some("ngram".into()));
        assert_eq!(table.checks.len(), 1);
        assert!(!table.checks.at(0).expect("check").enforced);
        assert_eq!(table.options.mysql.options, ["ROW_FORMAT=DYNAMIC".into()]);
        assert_eq!(table.options.comment.as_deref(), Some("hello 'x'"));
        assert_eq!(
            table.options.mysql.partitioning.as_ref().map(schema_core::Sql::as_str),
            Some("PARTITION BY KEY (id)\nPARTITIONS 4")
        );
    }

    #[test]
    fn what_is_not_known_is_named() {
        let text =
            "CREATE TABLE `a` (\n `id` int NOT NULL NOVEL,\n NOVELTY KEY `x` (`id`)\n) ENGINE=InnoDB NOVEL=1";
        let read = read(&"a".into(), text, Flavour::MySql);
        assert_eq!(read.findings.len(), 2, "{:?}", read.findings);
        assert_eq!(read.table.options.mysql.options, ["NOVEL=1".into()]);
    }
}
