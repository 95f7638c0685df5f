//! Random schemas over the whole list of objects.

use std::fmt::Write as _;

use crate::support::TestServer;

/// A small generator of numbers, so that a seed names a schema for ever.
pub struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("small")
    }

    pub fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

fn mix(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn hash(words: &[u64], key: &str) -> u64 {
    let of_key = key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    words.iter().fold(mix(of_key), |hash, word| mix(hash ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// So many seeds in a row are one walk.
pub const WALK: u64 = 20;

/// Whether the tables of a walk have rows. What the rows stand in the way of is for the probes to find: the types of a
/// column stay within a family of those whose conversion a query foretells.
pub fn has_rows(walk: u64) -> bool {
    (walk / 2).is_multiple_of(2)
}

/// Where the dice of each part of a schema come from. Every other walk is one of small changes: from a seed to the
/// next, most parts stay what they are.
struct Chance {
    seed: u64,
    walk: u64,
}

impl Chance {
    fn of(&self, key: &str) -> Dice {
        if self.walk.is_multiple_of(2) {
            return Dice(hash(&[self.seed], key));
        }
        let first = self.walk * WALK;
        let changed =
            (first..=self.seed).rev().find(|at| hash(&[*at, 7], key).is_multiple_of(5)).unwrap_or(first);
        Dice(hash(&[self.walk, changed], key))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    MySql,
    MariaDb,
    /// MariaDB with vectors and typed sequences.
    NewerMariaDb,
}

/// What a server has.
#[derive(Clone, Copy)]
struct Has {
    kind: Kind,
    sequence: bool,
    function: bool,
}

impl Has {
    fn mysql(self) -> bool {
        self.kind == Kind::MySql
    }

    fn newer(self) -> bool {
        self.kind == Kind::NewerMariaDb
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
    "linestring",
    "smallint(5) unsigned zerofill",
    "double(10,3)",
    "varchar(0)",
];

/// Types between which values can be converted, or found not to be.
const FAMILIES: &[&[&str]] = &[
    &[
        "int",
        "bigint",
        "int unsigned",
        "smallint",
        "tinyint(1)",
        "mediumint unsigned",
        "bigint unsigned",
        "int zerofill",
        "smallint(5) unsigned zerofill",
        "decimal(10,2)",
        "decimal(8,4)",
        "decimal(20,0) unsigned",
        "varchar(20)",
        "varchar(300)",
        "text",
    ],
    &["int", "bigint", "smallint", "double", "float", "decimal(10,2)", "double(10,3)", "varchar(40)"],
    &[
        "varchar(20)",
        "varchar(40)",
        "varchar(300)",
        "char(5)",
        "text",
        "mediumtext",
        "longtext",
        "tinytext",
        "char(36)",
        "varchar(0)",
        "enum('a','b')",
        "enum('a','b','c')",
        "json",
    ],
    &["enum('a','b')", "enum('a','b','c')", "enum('b','it''s')"],
    &["set('x','y')", "set('x','y','z')"],
    &["varbinary(16)", "binary(4)", "blob", "longblob"],
    &["date", "datetime", "datetime(3)", "timestamp", "timestamp(6)", "varchar(40)"],
    &["time", "time(2)", "varchar(20)"],
    &["year"],
    &["bit(4)", "bit(1)"],
    &["point", "polygon", "geometry", "linestring"],
];

#[derive(Clone)]
struct RandomColumn {
    name: String,
    ty: &'static str,
    nullable: bool,
    generated: bool,
    compressed: bool,
}

impl RandomColumn {
    fn plain(name: &str, nullable: bool) -> Self {
        Self { name: name.to_owned(), ty: "int", nullable, generated: false, compressed: false }
    }

    fn is(&self, types: &[&str]) -> bool {
        types.iter().any(|ty| self.ty.starts_with(ty))
    }

    fn holds_text(&self) -> bool {
        self.is(&["varchar", "char", "text", "mediumtext", "longtext", "tinytext", "enum", "set"])
    }

    fn is_spatial(&self) -> bool {
        self.is(&["point", "polygon", "geometry", "linestring"])
    }

    fn is_number(&self) -> bool {
        self.is(&["int", "bigint", "smallint", "mediumint", "decimal"]) && !self.ty.contains("zerofill")
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The default character set of the databases of a walk.
pub fn database_options(walk: u64) -> &'static str {
    Dice(hash(&[walk], "database")).pick(&[
        " CHARACTER SET utf8mb4",
        " CHARACTER SET utf8mb4",
        " CHARACTER SET latin1",
        " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        " CHARACTER SET latin1 COLLATE latin1_bin",
    ])
}

/// The statements of a random schema on a walk.
pub fn schema(seed: u64, walk: u64, server: &TestServer) -> Vec<String> {
    let chance = Chance { seed, walk };
    let mut dice = chance.of("all");
    let kind = match server.name {
        "MySQL" => Kind::MySql,
        "MariaDB 11.8" => Kind::NewerMariaDb,
        _other => Kind::MariaDb,
    };
    let mut has = Has { kind, sequence: false, function: false };
    // The same for a whole walk of small changes: all the foreign keys hang on it.
    let id =
        if Dice(hash(&[chance.walk, if chance.walk.is_multiple_of(2) { seed } else { 0 }], "id")).one_in(4) {
            "bigint"
        } else {
            "int"
        };
    let count = 1 + dice.below(4);
    let mut names: Vec<String> = (0..5).map(|n| format!("t{n}")).collect();
    while names.len() > count {
        let at = dice.below(names.len());
        names.remove(at);
    }
    let mut all = vec!["SET FOREIGN_KEY_CHECKS=0".to_owned()];
    has.sequence = !has.mysql() && dice.one_in(2);
    if has.sequence {
        all.push(sequence(&mut chance.of("s"), has));
    }
    has.function = dice.one_in(2);
    let mut programs = Vec::new();
    for name in &names {
        Tables { chance: &chance, has, id, name, names: &names }.make(&mut all, &mut programs);
    }
    all.extend(routines(&chance, has));
    all.extend(programs);
    all
}

fn sequence(dice: &mut Dice, has: Has) -> String {
    let ty = if has.newer() { dice.pick(&["", " AS int", " AS bigint unsigned"]) } else { "" };
    let start = 1 + dice.below(3);
    let increment = 1 + dice.below(2);
    let last = if ty.ends_with("unsigned") {
        dice.pick(&["", " CACHE 5"])
    } else {
        dice.pick(&["", " CACHE 5", " NOCACHE", " CYCLE", " MAXVALUE 1000", " MINVALUE -5"])
    };
    format!("CREATE SEQUENCE `s`{ty} START WITH {start} INCREMENT BY {increment}{last}")
}

fn routines(chance: &Chance, has: Has) -> Vec<String> {
    let mut all = Vec::new();
    if has.function {
        let mut dice = chance.of("f");
        let returns = dice.pick(&["int", "int", "varchar(20) CHARACTER SET utf8mb4", "decimal(10,2)"]);
        let traits = dice.pick(&[
            "DETERMINISTIC",
            "DETERMINISTIC SQL SECURITY INVOKER",
            "NO SQL COMMENT 'é ''x'''",
            "DETERMINISTIC READS SQL DATA",
        ]);
        let definer = dice.pick(&["", "", "DEFINER=`no`@`body` "]);
        // A definer that is not there may not be called by a view.
        let definer = if traits.contains("INVOKER") { definer } else { "" };
        all.push(format!(
            "CREATE {definer}FUNCTION `f`(a int) RETURNS {returns} {traits}\nBEGIN\n  -- é 'x'\n  RETURN a + {};\nEND",
            dice.below(2)
        ));
    }
    let mut dice = chance.of("p");
    if dice.one_in(2) {
        let arguments = dice.pick(&["IN a int", "a int, OUT b varchar(10)", "INOUT `a` decimal(5,2)"]);
        all.push(format!(
            "CREATE PROCEDURE `f`({arguments})\n    {}COMMENT 'it''s'\nBEGIN SELECT a, {}; END",
            dice.pick(&["", "MODIFIES SQL DATA SQL SECURITY INVOKER "]),
            dice.below(2)
        ));
    }
    let mut dice = chance.of("e");
    if dice.one_in(3) {
        let state = dice.pick(&[
            "ENABLE",
            "DISABLE",
            "ON COMPLETION PRESERVE ENABLE COMMENT 'c'",
            "ON COMPLETION NOT PRESERVE DISABLE ON SLAVE",
        ]);
        let schedule = dice.pick(&[
            "EVERY 1 DAY STARTS '2037-01-01 00:00:00'",
            "EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01 00:00:00' ENDS '2038-01-01 00:00:00'",
            "AT '2037-01-01 00:00:00'",
        ]);
        let definer = dice.pick(&["", "DEFINER=`no`@`body` "]);
        let body =
            dice.pick(&["DELETE FROM x WHERE a =", "BEGIN\n  SET @y = 1; -- end\n  SET @x =", "SET @x ="]);
        let end = if body.starts_with("BEGIN") { "; END" } else { "" };
        all.push(format!(
            "CREATE {definer}EVENT `e` ON SCHEDULE {schedule} {state} DO {body} {}{end}",
            dice.below(2)
        ));
    }
    all
}

/// A table with what hangs on it.
struct Tables<'a> {
    chance: &'a Chance,
    has: Has,
    id: &'a str,
    name: &'a str,
    names: &'a [String],
}

impl Tables<'_> {
    fn dice(&self, part: &str) -> Dice {
        self.chance.of(&format!("{}.{part}", self.name))
    }

    fn make(&self, tables: &mut Vec<String>, programs: &mut Vec<String>) {
        let mysql = self.has.mysql();
        let (id, name) = (self.id, self.name);
        let mut dice = self.dice("kind");
        // What is partitioned, or in another engine, neither refers to other tables nor is referred to.
        let alone = name == "t4";
        let partitioned = alone && dice.one_in(2);
        let other_engine = alone && !partitioned && dice.one_in(2);
        let auto = if dice.one_in(3) { " AUTO_INCREMENT" } else { "" };
        // What computes may not refer to a column that the server numbers.
        let base = if auto.is_empty() { "`id`" } else { "1" };
        let mut columns = vec![RandomColumn::plain("id", false)];
        let mut items = vec![format!("`id` {id} NOT NULL{auto}")];
        for number in self.order() {
            if let Some((column, definition)) =
                self.column(number, partitioned || other_engine, base, &columns)
            {
                columns.push(column);
                items.push(definition);
            }
        }
        // MariaDB: when a row holds, by the application and by the system.
        let plain = !mysql && !partitioned && !other_engine && auto.is_empty();
        if plain && dice.one_in(6) {
            items.push("`ds` date NOT NULL".to_owned());
            items.push("`de` date NOT NULL".to_owned());
            items.push("PERIOD FOR `p`(`ds`,`de`)".to_owned());
            if dice.one_in(2) {
                items.push("UNIQUE KEY `up` (`id`,`p` WITHOUT OVERLAPS)".to_owned());
            }
        }
        let has_parent = self.refer(alone, &mut columns, &mut items);
        items.extend(self.primary_key(alone && auto.is_empty() && !partitioned, &columns));
        for number in 0..3 {
            let mut dice = self.dice(&format!("k{number}"));
            if dice.one_in(2) {
                items.extend(index(&mut dice, self.has, number, &columns, partitioned, other_engine));
            }
        }
        items.extend(self.checks(base, &columns));
        let mut options = self.options(other_engine);
        let versioned = !mysql && !has_parent && !other_engine && self.dice("versioned").one_in(6);
        if versioned {
            if !partitioned && self.dice("row").one_in(3) {
                items.push("`vs` timestamp(6) GENERATED ALWAYS AS ROW START".to_owned());
                items.push("`ve` timestamp(6) GENERATED ALWAYS AS ROW END".to_owned());
                items.push("PERIOD FOR SYSTEM_TIME (`vs`,`ve`)".to_owned());
            }
            options.push_str(" WITH SYSTEM VERSIONING");
        }
        if partitioned {
            options.push_str(&partitions(&mut self.dice("partitions"), self.has, versioned));
        }
        tables.push(format!("CREATE TABLE `{name}` (\n  {}\n) {options}", items.join(",\n  ")));
        self.views(&columns, programs);
        self.triggers(&columns, programs);
    }

    /// The numbers of the columns, in the order in which they stand.
    fn order(&self) -> Vec<usize> {
        let mut dice = self.dice("order");
        let mut all: Vec<usize> = (0..8).collect();
        for at in (1..all.len()).rev() {
            if dice.one_in(3) {
                let other = dice.below(at + 1);
                all.swap(at, other);
            }
        }
        all
    }

    fn refer(&self, alone: bool, columns: &mut Vec<RandomColumn>, items: &mut Vec<String>) -> bool {
        let mut dice = self.dice("parent");
        let (id, name) = (self.id, self.name);
        let parents: Vec<&str> = self.names.iter().map(String::as_str).filter(|name| *name != "t4").collect();
        if alone || parents.is_empty() || dice.one_in(2) {
            return false;
        }
        let actions = [
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON UPDATE RESTRICT",
            " ON DELETE NO ACTION",
            " ON DELETE CASCADE ON UPDATE CASCADE",
        ];
        items.push(format!("`r` {id} DEFAULT NULL"));
        columns.push(RandomColumn::plain("r", true));
        items.push(format!("KEY `kr` (`r`{})", if dice.one_in(2) { "" } else { ",`id`" }));
        let (parent, action) = (dice.pick(&parents), dice.pick(&actions));
        items.push(format!("CONSTRAINT `fk_{name}` FOREIGN KEY (`r`) REFERENCES `{parent}` (`id`){action}"));
        if dice.one_in(3) {
            // One whose key the server makes.
            items.push(format!("`q` {id} DEFAULT NULL"));
            let (parent, action) = (dice.pick(&parents), dice.pick(&actions));
            items.push(format!(
                "CONSTRAINT `fq_{name}` FOREIGN KEY (`q`) REFERENCES `{parent}` (`id`){action}"
            ));
        }
        true
    }

    fn primary_key(&self, any: bool, columns: &[RandomColumn]) -> Option<String> {
        let mut dice = self.dice("primary");
        let mut also: Vec<&RandomColumn> = columns.iter().collect();
        also.retain(|column| column.is_number() && !column.nullable && column.name != "id");
        match dice.below(8) {
            0 if any => None,
            1 | 2 if any && !also.is_empty() => Some(format!("PRIMARY KEY (`id`,{})", quoted(&also[0].name))),
            3 => Some("PRIMARY KEY (`id`) USING BTREE".to_owned()),
            4 => Some("PRIMARY KEY (`id`) COMMENT 'the key'".to_owned()),
            _ => Some("PRIMARY KEY (`id`)".to_owned()),
        }
    }

    fn checks(&self, base: &str, columns: &[RandomColumn]) -> Vec<String> {
        let mut all = Vec::new();
        let mut dice = self.dice("check");
        let unenforced =
            |dice: &mut Dice| if self.has.mysql() && dice.one_in(3) { " NOT ENFORCED" } else { "" };
        // MySQL drops a check over no column with the first column that goes.
        if base != "1" && dice.one_in(3) {
            let enforced = unenforced(&mut dice);
            all.push(format!(
                "CONSTRAINT `ck_{}` CHECK ({base} > -{}){enforced}",
                self.name,
                1 + dice.below(2)
            ));
        }
        let numbers: Vec<&RandomColumn> =
            columns[1..].iter().filter(|c| c.is_number() && c.name != "r").collect();
        if !numbers.is_empty() && dice.one_in(3) {
            let column = quoted(&numbers[dice.below(numbers.len())].name);
            let enforced = unenforced(&mut dice);
            let condition =
                dice.pick(&["< 1000", "<> 13", "BETWEEN 0 AND 99", "IN (0,1,7)", "IS NULL OR 1 = 1"]);
            all.push(format!("CONSTRAINT `cc_{}` CHECK ({column} {condition}){enforced}", self.name));
        }
        all
    }

    fn options(&self, other_engine: bool) -> String {
        let mysql = self.has.mysql();
        let mut dice = self.dice("options");
        let engines: &[&str] = if mysql { &["MyISAM"] } else { &["MyISAM", "Aria"] };
        let mut options = format!("ENGINE={}", if other_engine { dice.pick(engines) } else { "InnoDB" });
        options.push_str(dice.pick(&[
            "",
            "",
            " DEFAULT CHARSET=latin1",
            " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
            " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        ]));
        options.push_str(dice.pick(&[
            "",
            "",
            " ROW_FORMAT=DYNAMIC",
            " ROW_FORMAT=COMPACT",
            " ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
            " AUTO_INCREMENT=100",
        ]));
        let own: &[&str] = if other_engine {
            &[" CHECKSUM=1"]
        } else if mysql {
            &[" AUTOEXTEND_SIZE=4194304", " ENCRYPTION='N'", " STATS_SAMPLE_PAGES=10"]
        } else {
            &[" PAGE_CHECKSUM=1", " `ENCRYPTED`=NO", " STATS_SAMPLE_PAGES=10"]
        };
        if dice.one_in(6) {
            options.push_str(dice.pick(own));
        }
        options.push_str(dice.pick(&[
            "",
            "",
            " STATS_PERSISTENT=1",
            " STATS_AUTO_RECALC=0",
            " MAX_ROWS=1000",
            " MIN_ROWS=5 AVG_ROW_LENGTH=100",
            " CHECKSUM=1",
            " DELAY_KEY_WRITE=1",
            " PACK_KEYS=0",
        ]));
        options.push_str(dice.pick(&["", "", " COMMENT='it''s'", " COMMENT='line\nbreak \\\\ é'"]));
        options
    }

    fn views(&self, columns: &[RandomColumn], programs: &mut Vec<String>) {
        let mut dice = self.dice("view");
        let name = self.name;
        if !dice.one_in(2) {
            return;
        }
        let some = quoted(&columns[dice.below(columns.len())].name);
        let algorithm = dice.pick(&[
            "",
            "",
            "ALGORITHM=MERGE ",
            "SQL SECURITY INVOKER ",
            "DEFINER=`no`@`body` ",
            "ALGORITHM=TEMPTABLE ",
            "ALGORITHM=UNDEFINED DEFINER=`no`@`body` SQL SECURITY INVOKER ",
        ]);
        let updatable = !algorithm.contains("TEMPTABLE");
        let check = if updatable {
            dice.pick(&["", "", " WITH CASCADED CHECK OPTION", " WITH LOCAL CHECK OPTION"])
        } else {
            ""
        };
        let called = self.has.function && check.is_empty() && dice.one_in(3);
        let query = match dice.below(5) {
            _ if called => format!("SELECT `id`, `f`(`id`) AS `other` FROM `{name}`"),
            0 => format!("SELECT `id`, {some} AS `other` FROM `{name}`"),
            1 if check.is_empty() => format!(
                "SELECT `id`, count(*) AS `other` FROM `{name}` GROUP BY `id` HAVING count(*) > {}",
                dice.below(2)
            ),
            2 if check.is_empty() => format!("SELECT `id`, 'é' AS `other` FROM `{name}` UNION SELECT 1, 'b'"),
            _ => format!("SELECT `id`, {some} AS `other` FROM `{name}` WHERE `id` > {}", dice.below(2)),
        };
        programs.push(format!("CREATE {algorithm}VIEW `v_{name}` AS {query}{check}"));
        // A view over one whose definer is not there cannot be made.
        if !algorithm.contains("DEFINER") && dice.one_in(2) {
            let names = dice.pick(&["", "(`one`) ", "(`the ``one```) "]);
            programs.push(format!(
                "CREATE VIEW `a_{name}` {names}AS SELECT `x`.`id` FROM `v_{name}` `x` JOIN `{name}` `y` ON `x`.`id` = `y`.`id`"
            ));
        }
    }

    fn triggers(&self, columns: &[RandomColumn], programs: &mut Vec<String>) {
        let name = self.name;
        let times = ["BEFORE INSERT", "BEFORE INSERT", "AFTER UPDATE", "BEFORE DELETE"];
        let mut before: Option<(String, &str)> = None;
        let numbers: Vec<&RandomColumn> =
            columns.iter().filter(|c| c.is_number() && !c.generated && c.name != "id").collect();
        for number in 0..3 {
            let mut dice = self.dice(&format!("g{number}"));
            if !dice.one_in(3) {
                continue;
            }
            let time = dice.pick(&times);
            let order = match &before {
                Some((other, when)) if *when == time => match dice.below(3) {
                    0 => format!("FOLLOWS `{other}` "),
                    1 => format!("PRECEDES `{other}` "),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            let value = dice.below(2);
            let body = match dice.below(4) {
                0 => format!(
                    "BEGIN\n  IF @y IS NULL THEN SET @y = 'a;b'; END IF; -- é\n  SET @x = {value};\nEND"
                ),
                1 if time == "BEFORE INSERT" && !numbers.is_empty() => {
                    format!("SET NEW.{} = {value}", quoted(&numbers[dice.below(numbers.len())].name))
                }
                _ => format!("SET @x = {value}"),
            };
            let definer = dice.pick(&["", "", "", "DEFINER=`no`@`body` "]);
            // The rows of the test could not be made.
            let definer = if time == "BEFORE INSERT" { "" } else { definer };
            programs.push(format!(
                "CREATE {definer}TRIGGER `g{number}_{name}` {time} ON `{name}` FOR EACH ROW {order}{body}"
            ));
            before = Some((format!("g{number}_{name}"), time));
        }
    }

    fn column(
        &self,
        number: usize,
        plain: bool,
        base: &str,
        others: &[RandomColumn],
    ) -> Option<(RandomColumn, String)> {
        let (mysql, newer, sequence) = (self.has.mysql(), self.has.newer(), self.has.sequence);
        let mut dice = self.dice(&format!("c{number}"));
        let dice = &mut dice;
        if dice.one_in(3) {
            return None;
        }
        let own: &[&str] = match (mysql, newer) {
            (true, _) => &["vector(3)"],
            (false, false) => &["uuid", "inet6", "inet4"],
            (false, true) => &["uuid", "inet6", "inet4", "vector(3)"],
        };
        let mut family = Dice(hash(&[self.chance.walk, number as u64], self.name));
        let (of_own, family) = match (has_rows(self.chance.walk), family.one_in(12)) {
            (false, _) => (dice.one_in(12), TYPES),
            (true, true) => (true, std::slice::from_ref(&own[family.below(own.len())])),
            (true, false) => (false, FAMILIES[family.below(FAMILIES.len())]),
        };
        let ty = dice.pick(if of_own && !has_rows(self.chance.walk) { own } else { family });
        let nullable = !dice.one_in(3);
        let name = match number {
            5 => "c 5".to_owned(),
            6 => "sel`ect".to_owned(),
            7 => "größe".to_owned(),
            _ => format!("c{number}"),
        };
        let mut column = RandomColumn { name, ty, nullable, generated: false, compressed: false };
        if plain && (column.is_spatial() || column.is(&["vector"])) {
            column.ty = "int";
        }
        let name = quoted(&column.name);
        let mut sql = format!("{name} {}", column.ty);
        if !mysql && column.is(&["varchar(300)", "text", "blob"]) && dice.one_in(6) {
            sql.push_str(" COMPRESSED");
            column.compressed = true;
        }
        if column.holds_text() && dice.one_in(3) {
            sql.push_str(dice.pick(&[
                " CHARACTER SET latin1",
                " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
                " CHARACTER SET ascii",
            ]));
        }
        let is_computed = (column.is(&["int", "bigint"]) && !column.ty.contains("zerofill")
            || column.is(&["varchar(300)"]) && !column.compressed)
            && dice.one_in(4);
        if is_computed {
            let kind = dice.pick(&["VIRTUAL", "STORED"]);
            let known: Vec<&RandomColumn> =
                others.iter().filter(|c| !c.generated && c.name != "id" && c.is_number()).collect();
            let from = if known.is_empty() || dice.one_in(2) {
                base.to_owned()
            } else {
                quoted(&known[dice.below(known.len())].name)
            };
            let expression = if column.is(&["varchar"]) {
                format!("concat({from},'{}')", dice.pick(&["x", "it''s"]))
            } else {
                format!("{from} + {}", dice.below(2))
            };
            let _ = write!(sql, " GENERATED ALWAYS AS ({expression}) {kind}");
            column.generated = true;
            column.nullable = true;
        } else {
            sql.push_str(if column.nullable { " NULL" } else { " NOT NULL" });
            let default = if dice.one_in(2) { "" } else { default(dice, &column, mysql, sequence) };
            // A timestamp without a default gets one of the server's own.
            sql.push_str(if column.is(&["timestamp"]) && default.is_empty() && !column.nullable {
                " DEFAULT '2020-01-01 00:00:00'"
            } else {
                default
            });
            if mysql && column.is_spatial() && dice.one_in(3) {
                sql.push_str(" SRID 4326");
            } else if !mysql && column.is_spatial() && dice.one_in(3) {
                sql = sql.replacen(
                    &format!(" {}", column.ty),
                    &format!(" {} REF_SYSTEM_ID=4326", column.ty),
                    1,
                );
            }
            if mysql && dice.one_in(20) {
                sql.push_str(dice.pick(&[" COLUMN_FORMAT DYNAMIC", " COLUMN_FORMAT FIXED"]));
            }
            if !mysql && column.is(&["smallint", "decimal"]) && dice.one_in(2) {
                let _ = write!(sql, " CHECK ({name} < 100)");
                return Some((column, sql));
            }
        }
        if dice.one_in(5) {
            sql.push_str(" COMMENT 'it''s a \\\\ comment'");
        }
        if column.nullable && !column.generated && dice.one_in(8) {
            sql.push_str(" INVISIBLE");
        }
        Some((column, sql))
    }
}

fn default(dice: &mut Dice, column: &RandomColumn, mysql: bool, sequence: bool) -> &'static str {
    match column.ty {
        "varchar(0)" => " DEFAULT ''",
        ty if ty.starts_with("varchar") || ty.starts_with("char") => {
            dice.pick(&[" DEFAULT 'it''s\\\\'", " DEFAULT ''", " DEFAULT (concat('a','b'))", " DEFAULT 'a'"])
        }
        "bigint" if sequence && dice.one_in(2) => " DEFAULT nextval(`s`)",
        ty if ty.contains("int") && ty != "point" => {
            dice.pick(&[" DEFAULT 7", " DEFAULT 0", " DEFAULT (1 + 2)"])
        }
        "time(2)" => " DEFAULT '12:00:00'",
        "timestamp(6)" => " DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
        "timestamp" => dice
            .pick(&[" DEFAULT CURRENT_TIMESTAMP", " DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"]),
        "double" => dice.pick(&[" DEFAULT 1e10", " DEFAULT -1.5"]),
        "longtext" if !mysql => " DEFAULT 'x'",
        "inet4" => " DEFAULT '127.0.0.1'",
        ty if ty.starts_with("decimal") => " DEFAULT 1.5",
        "datetime" => dice.pick(&[
            " DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            " DEFAULT '2020-01-02 03:04:05' ON UPDATE CURRENT_TIMESTAMP",
            " DEFAULT (CURRENT_TIMESTAMP + INTERVAL 1 DAY)",
        ]),
        "datetime(3)" => " DEFAULT CURRENT_TIMESTAMP(3)",
        ty if ty.starts_with("enum") => " DEFAULT 'b'",
        ty if ty.starts_with("set") => dice.pick(&[" DEFAULT 'x,y'", " DEFAULT ''"]),
        "binary(4)" | "varbinary(16)" => dice.pick(&[" DEFAULT 'a'", " DEFAULT 0x00FF"]),
        "text" => " DEFAULT ('x')",
        "date" => dice.pick(&[" DEFAULT '2020-01-01'", " DEFAULT (curdate())"]),
        "bit(4)" => " DEFAULT b'101'",
        "uuid" => " DEFAULT uuid()",
        "char(36)" => " DEFAULT (uuid())",
        "json" if mysql => " DEFAULT (json_array())",
        "point" if mysql => " DEFAULT (point(1,2))",
        _ => "",
    }
}

fn index(
    dice: &mut Dice,
    has: Has,
    number: usize,
    columns: &[RandomColumn],
    partitioned: bool,
    other_engine: bool,
) -> Option<String> {
    let mysql = has.mysql();
    let column = &columns[dice.below(columns.len())];
    let (name, over) = (format!("k{number}"), quoted(&column.name));
    let comment = dice.pick(&["", "", "", " COMMENT 'k'", " USING BTREE", " KEY_BLOCK_SIZE=4"]);
    if column.is_spatial() {
        return (!column.nullable).then(|| format!("SPATIAL KEY `{name}` ({over})"));
    }
    if has.newer() && column.is(&["vector"]) && !column.nullable {
        // A table has one such key at most.
        return (number == 0)
            .then(|| format!("VECTOR KEY `k` ({over}) {}", dice.pick(&["", "`DISTANCE`=cosine", "`M`=8"])));
    }
    if mysql && column.is(&["json"]) && !other_engine && dice.one_in(2) {
        return Some(format!("KEY `{name}` ((CAST({over}->'$.x' AS UNSIGNED ARRAY)))"));
    }
    if column.is(&["json", "vector", "bit", "varchar(0)"]) || column.compressed {
        return None;
    }
    if other_engine && column.generated {
        return None;
    }
    if column.is(&["varchar", "text"]) && !partitioned && !column.generated && dice.one_in(3) {
        let parser = if mysql && dice.one_in(3) { " WITH PARSER ngram" } else { "" };
        return Some(format!("FULLTEXT KEY `{name}` ({over}){parser}"));
    }
    if mysql && column.is(&["int", "bigint"]) && column.name != "id" && !other_engine && dice.one_in(4) {
        return Some(format!("KEY `{name}` (({over} + 1))"));
    }
    let long = ["text", "mediumtext", "longtext", "tinytext", "blob", "longblob", "varchar(300)"];
    let prefix = if column.is(&long) { "(10)" } else { "" };
    let order = if prefix.is_empty() && !other_engine && dice.one_in(4) { " DESC" } else { "" };
    let second = if dice.one_in(3) && column.name != "id" { ",`id`" } else { "" };
    let unique = if !partitioned && dice.one_in(4) { "UNIQUE " } else { "" };
    // MySQL takes a unique key for the primary one where there is none, and hides none such.
    let hidden = match (unique.is_empty() && dice.one_in(6), mysql) {
        (false, _) => "",
        (true, true) => " INVISIBLE",
        (true, false) => " IGNORED",
    };
    Some(format!("{unique}KEY `{name}` ({over}{prefix}{order}{second}){comment}{hidden}"))
}

fn partitions(dice: &mut Dice, has: Has, versioned: bool) -> String {
    if versioned {
        return dice
            .pick(&[
                " PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT)",
                " PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION p0 HISTORY, PARTITION p1 HISTORY, PARTITION pn CURRENT)",
                " PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS '2030-01-01 00:00:00' (PARTITION p0 HISTORY, PARTITION pn CURRENT)",
                " PARTITION BY HASH (`id`) PARTITIONS 3",
            ])
            .to_owned();
    }
    match dice.below(15) {
        0 => format!(" PARTITION BY HASH (`id`) PARTITIONS {}", 2 + dice.below(2)),
        1 => format!(
            " PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN ({}), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            10 * (1 + dice.below(2))
        ),
        2 => " PARTITION BY KEY (`id`) PARTITIONS 2".to_owned(),
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
        10 => " PARTITION BY LIST COLUMNS(`id`) (PARTITION `p 0` VALUES IN (0,1), PARTITION p1 VALUES IN (2,3,4))".to_owned(),
        11 => " PARTITION BY LINEAR KEY ALGORITHM=2 (`id`) PARTITIONS 3".to_owned(),
        12 => " PARTITION BY RANGE (`id` DIV 2) SUBPARTITION BY KEY (`id`) (PARTITION p0 VALUES LESS THAN (10) (SUBPARTITION s0 COMMENT = 'a', SUBPARTITION s1), PARTITION p1 VALUES LESS THAN MAXVALUE (SUBPARTITION s2, SUBPARTITION s3))".to_owned(),
        13 if !has.mysql() => " PARTITION BY LIST (`id`) (PARTITION p0 VALUES IN (0,1,NULL), PARTITION pd DEFAULT)".to_owned(),
        _ => " PARTITION BY HASH (`id`) (PARTITION one COMMENT = 'x', PARTITION two MAX_ROWS = 10)".to_owned(),
    }
}
