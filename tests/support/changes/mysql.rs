//! MySQL and MariaDB.

use groundplan::core::Engine;

use super::Change;

const ITEMS: &str = "CREATE TABLE items (id bigint NOT NULL AUTO_INCREMENT, small int NOT NULL DEFAULT 0, \
    code varchar(20) NOT NULL, note varchar(20), parent bigint, PRIMARY KEY (id));\n";
const ROWS: &str = "INSERT INTO items (code, note) VALUES ('a', 'x'), ('b', 'y'), ('c', 'z')";

/// The table with another definition of one column, and with more.
fn items(column: &str, definition: &str, more: &str) -> String {
    let columns = [
        ("id", "bigint NOT NULL AUTO_INCREMENT"),
        ("small", "int NOT NULL DEFAULT 0"),
        ("code", "varchar(20) NOT NULL"),
        ("note", "varchar(20)"),
        ("parent", "bigint"),
    ];
    let columns: Vec<String> = columns
        .iter()
        .map(|(name, usual)| format!("{name} {}", if *name == column { definition } else { usual }))
        .collect();
    format!("CREATE TABLE items ({}, PRIMARY KEY (id){more});\n", columns.join(", "))
}

pub(super) fn changes(engine: Engine) -> Vec<Change> {
    let column = |name: &str, column: &str, definition: &str| {
        Change::new(name, ITEMS, ROWS, &items(column, definition, ""))
    };
    let more = |name: &str, more: &str| Change::new(name, ITEMS, ROWS, &items("", "", more));
    let other = |name: &str, before: &str, after: &str| {
        Change::new(name, &items("", "", before), ROWS, &items("", "", after))
    };
    let added = |name: &str, sql: &str| Change::new(name, ITEMS, ROWS, &format!("{ITEMS}{sql}"));
    let replaced = |name: &str, before: &str, after: &str| {
        Change::new(name, &format!("{ITEMS}{before}"), ROWS, &format!("{ITEMS}{after}"))
    };
    let key = |key: &str| format!("CREATE TABLE items (a int NOT NULL, b int NOT NULL{key});");
    let mut all = vec![
        added("a table", "CREATE TABLE more (a int PRIMARY KEY, b varchar(10));"),
        more("a column", ", more varchar(10)"),
        more("a column with a default", ", more int NOT NULL DEFAULT 3"),
        more("a stored column", ", more int AS (small + 1) STORED"),
        more("a virtual column", ", more int AS (small + 1) VIRTUAL"),
        other("another expression", ", more int AS (small + 1) VIRTUAL", ", more int AS (small + 2) VIRTUAL"),
        column("a wider type", "code", "varchar(40) NOT NULL"),
        column("a larger number", "small", "bigint NOT NULL DEFAULT 0"),
        column("another type", "note", "varbinary(20)"),
        column("another default", "small", "int NOT NULL DEFAULT 1"),
        column("a NOT NULL", "note", "varchar(20) NOT NULL"),
        column("another collation", "code", "varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"),
        column("a comment", "note", "varchar(20) COMMENT 'words'"),
        column("no numbering", "id", "bigint NOT NULL"),
        other("an enum value", ", state enum('a', 'b')", ", state enum('a', 'b', 'c')"),
        Change::new(
            "a renamed column",
            "CREATE TABLE items (\nid int PRIMARY KEY,\ncode varchar(10) NOT NULL /*was label*/\n);",
            "INSERT INTO items VALUES (1, 'a')",
            "CREATE TABLE items (\nid int PRIMARY KEY,\nlabel varchar(10) NOT NULL -- groundplan:renamed_from=code\n);",
        ),
        Change::new(
            "a renamed table",
            "CREATE TABLE items ( /*was things*/\nid int PRIMARY KEY\n);",
            "INSERT INTO items VALUES (1)",
            "CREATE TABLE things ( -- groundplan:renamed_from=items\nid int PRIMARY KEY\n);",
        ),
        Change::new("a primary key", &key(""), "INSERT INTO items VALUES (1, 2)", &key(", PRIMARY KEY (a)")),
        Change::new(
            "another primary key",
            &key(", PRIMARY KEY (a)"),
            "INSERT INTO items VALUES (1, 2)",
            &key(", PRIMARY KEY (a, b)"),
        ),
        more("a unique key", ", UNIQUE KEY u (code)"),
        other("another unique key", ", UNIQUE KEY u (code)", ", UNIQUE KEY u (code, note)"),
        more("a check", ", CONSTRAINT c CHECK (code <> '')"),
        other("another check", ", CONSTRAINT c CHECK (code <> '')", ", CONSTRAINT c CHECK (code <> 'q')"),
        other(
            "a foreign key",
            ", KEY p (parent)",
            ", KEY p (parent), CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id)",
        ),
        other(
            "another foreign key",
            ", KEY p (parent), CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id)",
            ", KEY p (parent), CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id) ON DELETE CASCADE",
        ),
        Change::new(
            "a foreign key to another table",
            &format!("CREATE TABLE parents (id bigint PRIMARY KEY);\n{}", items("", "", ", KEY p (parent)")),
            ROWS,
            &format!(
                "CREATE TABLE parents (id bigint PRIMARY KEY);\n{}",
                items("", "", ", KEY p (parent), CONSTRAINT f FOREIGN KEY (parent) REFERENCES parents (id)")
            ),
        ),
        more("an index", ", KEY i (code)"),
        more("a fulltext index", ", FULLTEXT KEY i (note)"),
        other("another index", ", KEY i (code)", ", KEY i (code, note)"),
        Change::new(
            "a comment of a table",
            "CREATE TABLE items (id int PRIMARY KEY) COMMENT 'a';",
            "INSERT INTO items VALUES (1)",
            "CREATE TABLE items (id int PRIMARY KEY) COMMENT 'b';",
        ),
        Change::new(
            "another row format",
            "CREATE TABLE items (id int PRIMARY KEY) ROW_FORMAT=DYNAMIC;",
            "INSERT INTO items VALUES (1)",
            "CREATE TABLE items (id int PRIMARY KEY) ROW_FORMAT=COMPACT;",
        ),
        Change::new(
            "another engine",
            "CREATE TABLE items (id int PRIMARY KEY) ENGINE=InnoDB;",
            "INSERT INTO items VALUES (1)",
            "CREATE TABLE items (id int PRIMARY KEY) ENGINE=MyISAM;",
        ),
        added("a view", "CREATE VIEW v AS SELECT code FROM items;"),
        replaced(
            "another view",
            "CREATE VIEW v AS SELECT code FROM items;",
            "CREATE VIEW v AS SELECT note, code FROM items;",
        ),
        added("a trigger", "CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW SET NEW.small = 1;"),
        replaced(
            "another trigger",
            "CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW SET NEW.small = 1;",
            "CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW SET NEW.small = 2;",
        ),
        added("a function", "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1;"),
        replaced(
            "another function",
            "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1;",
            "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 2;",
        ),
        added(
            "an event",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM items WHERE id < 0;",
        ),
    ];
    if engine == Engine::MariaDb {
        all.push(added("a sequence", "CREATE SEQUENCE s;"));
        all.push(replaced(
            "another sequence",
            "CREATE SEQUENCE s INCREMENT BY 1;",
            "CREATE SEQUENCE s INCREMENT BY 2;",
        ));
    }
    all
}
