//! SQLite.

use super::Change;

const ITEMS: &str =
    "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT NOT NULL, note TEXT, parent INTEGER);\n";
const ROWS: &str = "INSERT INTO items (id, code, note) VALUES (1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'z')";

pub(super) fn changes() -> Vec<Change> {
    let table = |name: &str, columns: &str| {
        Change::new(name, ITEMS, ROWS, &format!("CREATE TABLE items ({columns});"))
    };
    let added = |name: &str, sql: &str| Change::new(name, ITEMS, ROWS, &format!("{ITEMS}{sql}"));
    let base = "id INTEGER PRIMARY KEY, code TEXT NOT NULL, note TEXT, parent INTEGER";
    let changed = |name: &str, from: &str, to: &str| {
        Change::new(
            name,
            &format!(
                "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT NOT NULL, parent INTEGER, {from});"
            ),
            "INSERT INTO items (id, code) VALUES (1, 'a'), (2, 'b')",
            &format!(
                "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT NOT NULL, parent INTEGER, {to});"
            ),
        )
    };
    vec![
        added("a table", "CREATE TABLE more (a INTEGER PRIMARY KEY, b TEXT);"),
        table("a column", &format!("{base}, more TEXT")),
        table("a column with a default", &format!("{base}, more INTEGER NOT NULL DEFAULT 3")),
        table("another type", "id INTEGER PRIMARY KEY, code BLOB NOT NULL, note TEXT, parent INTEGER"),
        table("a NOT NULL", "id INTEGER PRIMARY KEY, code TEXT NOT NULL, note TEXT NOT NULL, parent INTEGER"),
        table(
            "no numbering",
            "id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, note TEXT, parent INTEGER",
        ),
        changed("another default", "note TEXT", "note TEXT DEFAULT 'n'"),
        changed("another collation", "note TEXT", "note TEXT COLLATE NOCASE"),
        changed("another expression", "note AS (code || 'a')", "note AS (code || 'b')"),
        Change::new(
            "a renamed column",
            "CREATE TABLE items (\nid INTEGER PRIMARY KEY,\ncode TEXT NOT NULL /*was label*/\n);",
            "INSERT INTO items VALUES (1, 'a')",
            "CREATE TABLE items (\nid INTEGER PRIMARY KEY,\nlabel TEXT NOT NULL -- groundplan:renamed_from=code\n);",
        ),
        Change::new(
            "a renamed table",
            "CREATE TABLE items ( /*was things*/\nid INTEGER PRIMARY KEY\n);",
            "INSERT INTO items VALUES (1)",
            "CREATE TABLE things ( -- groundplan:renamed_from=items\nid INTEGER PRIMARY KEY\n);",
        ),
        Change::new(
            "a primary key",
            "CREATE TABLE items (a TEXT NOT NULL, b TEXT NOT NULL);",
            "INSERT INTO items VALUES ('a', 'b')",
            "CREATE TABLE items (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a));",
        ),
        Change::new(
            "another primary key",
            "CREATE TABLE items (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a));",
            "INSERT INTO items VALUES ('a', 'b')",
            "CREATE TABLE items (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b));",
        ),
        table("a unique constraint", &format!("{base}, CONSTRAINT u UNIQUE (code)")),
        changed("another unique constraint", "note TEXT, CONSTRAINT u UNIQUE (code)", "note TEXT"),
        Change::new(
            "a unique constraint over more",
            &format!("CREATE TABLE items ({base}, CONSTRAINT u UNIQUE (code));"),
            ROWS,
            &format!("CREATE TABLE items ({base}, CONSTRAINT u UNIQUE (code, note));"),
        ),
        table("a check", &format!("{base}, CONSTRAINT c CHECK (code <> '')")),
        Change::new(
            "another check",
            &format!("CREATE TABLE items ({base}, CONSTRAINT c CHECK (code <> ''));"),
            ROWS,
            &format!("CREATE TABLE items ({base}, CONSTRAINT c CHECK (code <> 'q'));"),
        ),
        table("a foreign key", &format!("{base}, CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id)")),
        Change::new(
            "another foreign key",
            &format!("CREATE TABLE items ({base}, CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id));"),
            ROWS,
            &format!(
                "CREATE TABLE items ({base}, CONSTRAINT f FOREIGN KEY (parent) REFERENCES items (id) ON DELETE CASCADE);"
            ),
        ),
        added("an index", "CREATE INDEX i ON items (code);"),
        Change::new(
            "another index",
            &format!("{ITEMS}CREATE INDEX i ON items (code);"),
            ROWS,
            &format!("{ITEMS}CREATE INDEX i ON items (code, note);"),
        ),
        Change::new(
            "a strict table",
            "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT);",
            "INSERT INTO items VALUES (1, 'a')",
            "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT) STRICT;",
        ),
        added("a view", "CREATE VIEW v AS SELECT code FROM items;"),
        Change::new(
            "another view",
            &format!("{ITEMS}CREATE VIEW v AS SELECT code FROM items;"),
            ROWS,
            &format!("{ITEMS}CREATE VIEW v AS SELECT note, code FROM items;"),
        ),
        added("a trigger", "CREATE TRIGGER t AFTER INSERT ON items BEGIN SELECT 1; END;"),
        Change::new(
            "another trigger",
            &format!("{ITEMS}CREATE TRIGGER t AFTER INSERT ON items BEGIN SELECT 1; END;"),
            ROWS,
            &format!("{ITEMS}CREATE TRIGGER t AFTER INSERT ON items BEGIN SELECT 2; END;"),
        ),
        added("a virtual table", "CREATE VIRTUAL TABLE words USING fts5(word);"),
    ]
}
