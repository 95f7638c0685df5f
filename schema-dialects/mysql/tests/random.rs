//! Random pairs of schemas over the whole list of objects: from one to the other, judged by the server's own dump,
//! with a second plan that is empty and rows that stay what they are.
//!
//! `GROUNDPLAN_LONG` makes it ten thousand pairs for each server; `GROUNDPLAN_SEED` starts at another seed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use std::fmt::Write as _;

use support::{TestDatabase, TestServer, apply, cell, declared, difference, rows, servers, statements};

/// A small generator of numbers, so that a seed names a pair for ever.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("small")
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

const TYPES: &[&str] = &[
    "int",
    "int unsigned",
    "bigint",
    "smallint",
    "tinyint(1)",
    "decimal(10,2)",
    "decimal(8,4)",
    "double",
    "varchar(20)",
    "varchar(40)",
    "varchar(300)",
    "char(5)",
    "text",
    "mediumtext",
    "varbinary(16)",
    "binary(4)",
    "blob",
    "date",
    "datetime",
    "datetime(3)",
    "timestamp",
    "time",
    "year",
    "enum('a','b')",
    "enum('a','b','c')",
    "enum('b','it''s')",
    "set('x','y')",
    "set('x','y','z')",
    "json",
    "bit(4)",
    "point",
    "int zerofill",
    "float",
    "mediumint unsigned",
    "bigint unsigned",
    "time(2)",
    "timestamp(6)",
    "longtext",
    "tinytext",
    "longblob",
    "polygon",
    "geometry",
    "char(36)",
    "bit(1)",
    "decimal(20,0) unsigned",
];

#[derive(Clone)]
struct RandomColumn {
    name: String,
    ty: &'static str,
    nullable: bool,
    generated: bool,
}

impl RandomColumn {
    fn is(&self, types: &[&str]) -> bool {
        types.iter().any(|ty| self.ty.starts_with(ty))
    }

    fn holds_text(&self) -> bool {
        self.is(&["varchar", "char", "text", "mediumtext", "longtext", "tinytext", "enum", "set"])
    }
}

/// A random schema as a script. `id` is the type of every primary key.
fn schema(dice: &mut Dice, server: &TestServer) -> String {
    let mysql = server.corpora == "mysql";
    let id = if dice.one_in(4) { "bigint" } else { "int" };
    let count = 1 + dice.below(4);
    let mut names: Vec<String> = (0..5).map(|n| format!("t{n}")).collect();
    while names.len() > count {
        let at = dice.below(names.len());
        names.remove(at);
    }
    let mut sql = "SET FOREIGN_KEY_CHECKS=0;\n".to_owned();
    if !mysql && dice.one_in(2) {
        let _ = writeln!(
            sql,
            "CREATE SEQUENCE `s` START WITH {} INCREMENT BY {}{};",
            1 + dice.below(3),
            1 + dice.below(2),
            dice.pick(&["", " CACHE 5", " NOCACHE", " CYCLE", " MAXVALUE 1000", " MINVALUE -5"])
        );
    }
    let mut programs = String::new();
    for name in &names {
        table(dice, mysql, id, name, &names, &mut sql, &mut programs);
    }
    let _ = writeln!(sql, "DELIMITER ;;");
    if dice.one_in(2) {
        let _ = writeln!(
            sql,
            "CREATE FUNCTION `f`(a int) RETURNS int DETERMINISTIC\nBEGIN\n  -- é 'x'\n  RETURN a + {};\nEND;;",
            dice.below(2)
        );
    }
    if dice.one_in(2) {
        let _ = writeln!(
            sql,
            "CREATE PROCEDURE `f`(IN a int)\n    COMMENT 'it''s'\nBEGIN SELECT a, {}; END;;",
            dice.below(2)
        );
    }
    if dice.one_in(3) {
        let state = dice.pick(&["ENABLE", "DISABLE", "ON COMPLETION PRESERVE ENABLE COMMENT 'c'"]);
        let schedule = dice.pick(&[
            "EVERY 1 DAY STARTS '2037-01-01 00:00:00'",
            "EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01 00:00:00' ENDS '2038-01-01 00:00:00'",
            "AT '2037-01-01 00:00:00'",
        ]);
        let _ = writeln!(
            sql,
            "CREATE EVENT `e` ON SCHEDULE {schedule} {state} DO DELETE FROM x WHERE a = {};;",
            dice.below(2)
        );
    }
    sql.push_str(&programs);
    let _ = writeln!(sql, "DELIMITER ;");
    sql
}

fn table(
    dice: &mut Dice,
    mysql: bool,
    id: &str,
    name: &str,
    names: &[String],
    sql: &mut String,
    programs: &mut String,
) {
    // What is partitioned neither refers to other tables nor is referred to.
    let partitioned = name == "t4" && !dice.one_in(3);
    let auto = if dice.one_in(3) { " AUTO_INCREMENT" } else { "" };
    // What computes may not refer to a column that the server numbers.
    let base = if auto.is_empty() { "`id`" } else { "1" };
    let mut columns = vec![RandomColumn { name: "id".into(), ty: "int", nullable: false, generated: false }];
    let mut items = vec![format!("`id` {id} NOT NULL{auto}")];
    let mut all: Vec<usize> = (0..8).collect();
    for at in (1..all.len()).rev() {
        if dice.one_in(3) {
            let other = dice.below(at + 1);
            all.swap(at, other);
        }
    }
    for number in all {
        if dice.one_in(3) {
            continue;
        }
        let (column, definition) = column(dice, mysql, number, partitioned, base);
        columns.push(column);
        items.push(definition);
    }
    // MariaDB: when a row holds, by the application and by the system.
    let plain = !mysql && !partitioned && auto.is_empty();
    let timed = plain && dice.one_in(6);
    if timed {
        items.push("`ds` date NOT NULL".to_owned());
        items.push("`de` date NOT NULL".to_owned());
        items.push("PERIOD FOR `p`(`ds`,`de`)".to_owned());
        if dice.one_in(2) {
            items.push("UNIQUE KEY `up` (`id`,`p` WITHOUT OVERLAPS)".to_owned());
        }
    }
    let parents: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "t4").collect();
    let has_parent = !partitioned && !parents.is_empty() && dice.one_in(2);
    let parent = if has_parent { dice.pick(&parents) } else { "" };
    if has_parent {
        items.push(format!("`r` {id} DEFAULT NULL"));
        columns.push(RandomColumn { name: "r".into(), ty: "int", nullable: true, generated: false });
    }
    items.push("PRIMARY KEY (`id`)".to_owned());
    for number in 0..dice.below(4) {
        items.extend(index(dice, mysql, number, &columns, partitioned));
    }
    if has_parent {
        items.push(format!("KEY `kr` (`r`{})", if dice.one_in(2) { "" } else { ",`id`" }));
        let action = dice.pick(&[
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON UPDATE RESTRICT",
            " ON DELETE NO ACTION",
        ]);
        items.push(format!("CONSTRAINT `fk_{name}` FOREIGN KEY (`r`) REFERENCES `{parent}` (`id`){action}"));
    }
    // MySQL drops a check over no column with the first column that goes.
    if auto.is_empty() && dice.one_in(3) {
        let unenforced = if mysql && dice.one_in(3) { " NOT ENFORCED" } else { "" };
        items.push(format!("CONSTRAINT `ck_{name}` CHECK ({base} > -{}){unenforced}", 1 + dice.below(2)));
    }
    let mut options = "ENGINE=InnoDB".to_owned();
    let charset = dice.pick(&[
        "",
        "",
        " DEFAULT CHARSET=latin1",
        " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
        " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    ]);
    options.push_str(charset);
    options.push_str(dice.pick(&[
        "",
        "",
        " ROW_FORMAT=DYNAMIC",
        " ROW_FORMAT=COMPACT",
        " STATS_PERSISTENT=1",
        " ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
        " AUTO_INCREMENT=100",
        " MAX_ROWS=1000",
        " COMMENT='it''s'",
    ]));
    let versioned = !mysql && !partitioned && !has_parent && dice.one_in(6);
    if versioned {
        if dice.one_in(3) {
            items.push("`vs` timestamp(6) GENERATED ALWAYS AS ROW START".to_owned());
            items.push("`ve` timestamp(6) GENERATED ALWAYS AS ROW END".to_owned());
            items.push("PERIOD FOR SYSTEM_TIME (`vs`,`ve`)".to_owned());
        }
        options.push_str(" WITH SYSTEM VERSIONING");
    }
    if partitioned {
        let clause = match dice.below(10) {
            3 => format!(
                " PARTITION BY LIST (`id`) (PARTITION p0 VALUES IN (0,1,2), PARTITION p1 VALUES IN (3,{}) COMMENT = 'it''s')",
                4 + dice.below(2)
            ),
            4 => " PARTITION BY RANGE (`id`) SUBPARTITION BY HASH (`id`) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))".to_owned(),
            5 => " PARTITION BY RANGE COLUMNS(`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (30))".to_owned(),
            6 => " PARTITION BY LINEAR HASH (`id`) PARTITIONS 4".to_owned(),
            7 => " PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN (30))".to_owned(),
            8 => " PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))".to_owned(),
            9 => " PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION px VALUES LESS THAN (15), PARTITION p1 VALUES LESS THAN MAXVALUE)".to_owned(),
            0 => format!(" PARTITION BY HASH (`id`) PARTITIONS {}", 2 + dice.below(2)),
            1 => format!(
                " PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN ({}), PARTITION p1 VALUES LESS THAN MAXVALUE)",
                10 * (1 + dice.below(2))
            ),
            _ => " PARTITION BY KEY (`id`) PARTITIONS 2".to_owned(),
        };
        options.push_str(&clause);
    }
    let _ = writeln!(sql, "CREATE TABLE `{name}` (\n  {}\n) {options};", items.join(",\n  "));
    let visible: Vec<&RandomColumn> = columns.iter().collect();
    if dice.one_in(2) {
        let some = &visible[dice.below(visible.len())].name;
        let check = dice.pick(&["", "", " WITH CASCADED CHECK OPTION", " WITH LOCAL CHECK OPTION"]);
        let algorithm =
            dice.pick(&["", "", "ALGORITHM=MERGE ", "SQL SECURITY INVOKER ", "DEFINER=`no`@`body` "]);
        let _ = writeln!(
            programs,
            "CREATE {algorithm}VIEW `v_{name}` AS SELECT `id`, `{some}` AS `other` FROM `{name}` WHERE `id` > 0{check};;"
        );
        if dice.one_in(2) {
            let _ = writeln!(
                programs,
                "CREATE VIEW `a_{name}` AS SELECT `x`.`id` FROM `v_{name}` `x` JOIN `{name}` `y` ON `x`.`id` = `y`.`id`;;"
            );
        }
    }
    for number in 0..dice.below(3) {
        let _ = writeln!(
            programs,
            "CREATE TRIGGER `g{number}_{name}` {} ON `{name}` FOR EACH ROW SET @x = {};;",
            dice.pick(&["BEFORE INSERT", "BEFORE INSERT", "AFTER UPDATE", "BEFORE DELETE"]),
            dice.below(2)
        );
    }
}

fn column(
    dice: &mut Dice,
    mysql: bool,
    number: usize,
    partitioned: bool,
    base: &str,
) -> (RandomColumn, String) {
    let own: &[&str] = if mysql { &["vector(3)"] } else { &["uuid", "inet6", "inet4"] };
    let ty = if dice.one_in(12) { dice.pick(own) } else { dice.pick(TYPES) };
    let ty = if partitioned && ["point", "polygon", "geometry"].contains(&ty) { "int" } else { ty };
    let mut column =
        RandomColumn { name: format!("c{number}"), ty, nullable: !dice.one_in(3), generated: false };
    let mut sql = format!("`{}` {ty}", column.name);
    if !mysql && column.is(&["varchar(300)", "text", "blob"]) && dice.one_in(6) {
        sql.push_str(" COMPRESSED");
    }
    if column.holds_text() && dice.one_in(3) {
        sql.push_str(dice.pick(&[
            " CHARACTER SET latin1",
            " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            " COLLATE utf8mb4_unicode_ci",
        ]));
        if sql.ends_with(" COLLATE utf8mb4_unicode_ci") {
            sql = sql.replace(" COLLATE", " CHARACTER SET utf8mb4 COLLATE");
        }
    }
    if column.is(&["int", "bigint"]) && !column.is(&["int zerofill"]) && dice.one_in(4) {
        let kind = dice.pick(&["VIRTUAL", "STORED"]);
        let _ = write!(sql, " GENERATED ALWAYS AS ({base} + {}) {kind}", dice.below(2));
        column.generated = true;
        column.nullable = true;
    } else {
        sql.push_str(if column.nullable { " NULL" } else { " NOT NULL" });
        let default = match ty {
            _ if dice.one_in(2) => "",
            ty if ty.starts_with("varchar") || ty.starts_with("char") => " DEFAULT 'it''s\\\\'",
            ty if ty.contains("int") && ty != "point" => " DEFAULT 7",
            "time(2)" => " DEFAULT '12:00:00'",
            "timestamp(6)" => " DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
            "double" => " DEFAULT 1e10",
            "longtext" if !mysql => " DEFAULT 'x'",
            "inet4" => " DEFAULT '127.0.0.1'",
            ty if ty.starts_with("decimal") => " DEFAULT 1.5",
            "datetime" => " DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            "datetime(3)" => " DEFAULT CURRENT_TIMESTAMP(3)",
            ty if ty.starts_with("enum") => " DEFAULT 'b'",
            "binary(4)" | "varbinary(16)" => " DEFAULT 'a'",
            "text" => " DEFAULT ('x')",
            "date" => " DEFAULT '2020-01-01'",
            "bit(4)" => " DEFAULT b'101'",
            "uuid" => " DEFAULT uuid()",
            "json" if mysql => " DEFAULT (json_array())",
            _ => "",
        };
        // A timestamp without a default gets one of the server's own.
        sql.push_str(if ty.starts_with("timestamp") && default.is_empty() && !column.nullable {
            " DEFAULT '2020-01-01 00:00:00'"
        } else {
            default
        });
        if mysql && ty == "point" && dice.one_in(3) {
            sql.push_str(" SRID 4326");
        } else if !mysql && ty == "point" && dice.one_in(3) {
            sql = sql.replacen(" point", " point REF_SYSTEM_ID=4326", 1);
        }
        if mysql && dice.one_in(20) {
            sql.push_str(" COLUMN_FORMAT DYNAMIC");
        }
        if !mysql && column.is(&["smallint"]) && dice.one_in(2) {
            let _ = write!(sql, " CHECK (`{}` < 100)", column.name);
            return (column, sql);
        }
    }
    if dice.one_in(5) {
        sql.push_str(" COMMENT 'it''s a \\\\ comment'");
    }
    if column.nullable && !column.generated && dice.one_in(8) {
        sql.push_str(" INVISIBLE");
    }
    (column, sql)
}

fn index(
    dice: &mut Dice,
    mysql: bool,
    number: usize,
    columns: &[RandomColumn],
    partitioned: bool,
) -> Option<String> {
    let column = &columns[dice.below(columns.len())];
    let name = format!("k{number}");
    let comment = dice.pick(&["", "", "", " COMMENT 'k'", " USING BTREE"]);
    if column.is(&["point", "polygon", "geometry"]) {
        return (!column.nullable).then(|| format!("SPATIAL KEY `{name}` (`{}`)", column.name));
    }
    if mysql && column.is(&["json"]) && dice.one_in(2) {
        return Some(format!("KEY `{name}` ((CAST(`{}`->'$.x' AS UNSIGNED ARRAY)))", column.name));
    }
    if column.is(&["json", "vector", "bit"]) || column.generated && column.name == "id" {
        return None;
    }
    if column.is(&["varchar", "text"]) && !partitioned && dice.one_in(3) {
        let parser = if mysql && dice.one_in(3) { " WITH PARSER ngram" } else { "" };
        return Some(format!("FULLTEXT KEY `{name}` (`{}`){parser}", column.name));
    }
    if mysql && column.is(&["int", "bigint"]) && column.name != "id" && dice.one_in(4) {
        return Some(format!("KEY `{name}` ((`{}` + 1))", column.name));
    }
    let long = ["text", "mediumtext", "longtext", "tinytext", "blob", "longblob", "varchar(300)"];
    let prefix = if column.is(&long) { "(10)" } else { "" };
    let order = if prefix.is_empty() && dice.one_in(4) { " DESC" } else { "" };
    let second = if dice.one_in(3) && column.name != "id" { ",`id`" } else { "" };
    let unique = if !partitioned && dice.one_in(4) { "UNIQUE " } else { "" };
    let hidden = match (dice.one_in(6), mysql) {
        (false, _) => "",
        (true, true) => " INVISIBLE",
        (true, false) => " IGNORED",
    };
    Some(format!("{unique}KEY `{name}` (`{}`{prefix}{order}{second}){comment}{hidden}", column.name))
}

/// What became of a pair.
enum Outcome {
    Equal,
    /// The generator made something that the server does not take.
    Invalid,
    /// The rows stand in the way, which was said before anything was changed, or by the server.
    Rows,
    Failed(String),
}

async fn pair(server: &TestServer, seed: u64, with_rows: bool) -> Outcome {
    let mut dice = Dice(seed);
    let (before, after) = (schema(&mut dice, server), schema(&mut dice, server));
    let (from, to) = (server.database().await, server.database().await);
    let loads = from.try_load(&before) && to.try_load(&after);
    let outcome = if loads { compare(server, &from, &to, &after, with_rows).await } else { Outcome::Invalid };
    from.drop().await;
    to.drop().await;
    match outcome {
        Outcome::Failed(why) => {
            Outcome::Failed(format!("{} seed {seed}: {why}\n--- from\n{before}--- to\n{after}", server.name))
        }
        other => other,
    }
}

async fn compare(
    _server: &TestServer,
    from: &TestDatabase,
    to: &TestDatabase,
    after: &str,
    with_rows: bool,
) -> Outcome {
    let sums = if with_rows { fill(from, to).await } else { Vec::new() };
    match apply(from, &declared(after)).await {
        Err(error) if with_rows && is_about_rows(&error) => Outcome::Rows,
        Err(error) => Outcome::Failed(error),
        Ok(plan) => {
            if let Some(difference) = difference(&to.dump().await, &from.dump().await) {
                return Outcome::Failed(format!("{difference}\n{}", statements(&plan)));
            }
            let mut connection = from.connection().await;
            for (query, expected) in sums {
                let found = cell(&rows(&mut connection, &query).await[0], 0);
                if found != expected {
                    return Outcome::Failed(format!(
                        "rows changed: {query}: {expected} became {found}\n{}",
                        statements(&plan)
                    ));
                }
            }
            Outcome::Equal
        }
    }
}

fn is_about_rows(error: &str) -> bool {
    error.contains("the live data stands in the way")
        || [
            "1062", "1264", "1265", "1292", "1366", "1406", "1452", "1138", "1048", "3819", "4025", "1526",
            "1425", "1416", "6136", "1903", "3140",
        ]
        .iter()
        .any(|code| error.contains(&format!("({code})")))
}

/// Fills the tables, and gives queries with what they answer, for the columns that are the same in both.
async fn fill(from: &TestDatabase, to: &TestDatabase) -> Vec<(String, String)> {
    let columns = |database: &str| {
        format!(
            "SELECT table_name, column_name, CONCAT_WS('|', column_type, character_set_name, generation_expression) \
             FROM information_schema.columns WHERE table_schema = '{database}'"
        )
    };
    let mut connection = from.connection().await;
    let tables = format!(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}' AND table_type <> 'VIEW' AND table_type <> 'SEQUENCE'",
        from.name
    );
    let tables: Vec<String> = rows(&mut connection, &tables).await.iter().map(|row| cell(row, 0)).collect();
    // What a value cannot be made for is left to the defaults; a table that then refuses its rows stays empty.
    for table in &tables {
        for id in 1..4 {
            let insert = format!(
                "SET sql_mode=''; INSERT IGNORE INTO `{table}` (id) VALUES ({id}); SET sql_mode=DEFAULT"
            );
            let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(insert)).execute(&mut connection).await;
        }
    }
    let read = |rows: Vec<sqlx::mysql::MySqlRow>| -> Vec<(String, String, String)> {
        rows.iter().map(|row| (cell(row, 0), cell(row, 1), cell(row, 2))).collect()
    };
    let old = read(rows(&mut connection, &columns(&from.name)).await);
    let new = read(rows(&mut connection, &columns(&to.name)).await);
    let mut sums = Vec::new();
    for table in &tables {
        let kept: Vec<String> = old
            .iter()
            .filter(|column| column.0 == *table && new.contains(column))
            .map(|(_, name, _)| format!("COALESCE(HEX(`{name}`), '-')"))
            .collect();
        let survives = new.iter().any(|(name, ..)| name == table);
        if !kept.is_empty() && survives {
            let query = format!(
                "SELECT COALESCE(SUM(CRC32(CONCAT_WS(',', {}))), 0) + COUNT(*) FROM `{table}`",
                kept.join(", ")
            );
            let sum = cell(&rows(&mut connection, &query).await[0], 0);
            sums.push((query, sum));
        }
    }
    sums
}

#[tokio::test]
async fn random_pairs() {
    let long = std::env::var("GROUNDPLAN_LONG").is_ok();
    let number =
        |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let start = number("GROUNDPLAN_SEED", 1);
    let count = number("GROUNDPLAN_PAIRS", if long { 10_000 } else { 6 });
    let mut campaigns = tokio::task::JoinSet::new();
    for server in servers() {
        campaigns.spawn(async move {
            let (mut equal, mut invalid, mut in_the_way) = (0, 0, 0);
            let mut failures = Vec::new();
            for seed in start..start + count {
                match pair(&server, seed, seed % 2 == 0).await {
                    Outcome::Equal => equal += 1,
                    Outcome::Invalid => invalid += 1,
                    Outcome::Rows => in_the_way += 1,
                    Outcome::Failed(why) => {
                        eprintln!("{why}\n");
                        failures.push(format!("{} {seed}", server.name));
                    }
                }
            }
            let failed = failures.len();
            println!(
                "{}: {equal} pairs equal, {in_the_way} stopped by their rows, {invalid} not valid, {failed} failed",
                server.name
            );
            failures
        });
    }
    let failures: Vec<String> = campaigns.join_all().await.into_iter().flatten().collect();
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
}
