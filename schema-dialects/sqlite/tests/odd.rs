//! Statements that SQLite accepts and that are easy to misread.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod support;

use support::{Folder, client, dump, inspect, open, sqlite3};

/// Each is a schema of its own: written oddly, but accepted.
const SCHEMAS: &[&str] = &[
    "CREATE TABLE t(a COLLATE NOCASE, b, UNIQUE(a, b) ON CONFLICT REPLACE, UNIQUE (a DESC, b), UNIQUE(a COLLATE BINARY, b), UNIQUE(a COLLATE RTRIM, b))",
    "CREATE TABLE t(a, b datetime GENERATED -- why\nALWAYS AS (a) VIRTUAL, c INT /* x */ GENERATED /* y */ ALWAYS AS (a), d generated always as (a))",
    "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a REFERENCES p(id), FOREIGN KEY(a) REFERENCES p(id) ON DELETE CASCADE, FOREIGN KEY (a) REFERENCES p(id))",
    "CREATE TABLE\n t -- the table\n(a); create  unique  index\t[i j]on t (a) ; create view\n[v w](x) -- why\n as select a from t -- end\n; create trigger if not exists 'tr'\n after insert on [t] begin select 1; end; create virtual table 'f' using\tFTS5( x , y )",
    "CREATE TABLE a(x)",
    "CREATE TABLE a(x, y, z TEXT)",
    "create table if not exists main.[a b] ( 'x y' int , `z``z` \"my type\" (1 , 2) default -1.5 )",
    "CREATE TABLE \"q\"\"q\"(\"a\"\"b\" TEXT COLLATE nocase, [c d] VARCHAR ( 10 ), 'e''f' double precision)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b)",
    "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a DESC))",
    "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a AUTOINCREMENT))",
    "CREATE TABLE t(a integer CONSTRAINT p PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT, b)",
    "CREATE TABLE t(a INT PRIMARY KEY NOT NULL, b UNIQUE ON CONFLICT IGNORE) WITHOUT ROWID",
    "CREATE TABLE t(a TEXT, b TEXT, c INT, PRIMARY KEY(b, a)) WITHOUT ROWID, STRICT",
    "CREATE TABLE t(a ANY PRIMARY KEY, b INT, c INTEGER, d REAL, e BLOB) STRICT",
    "CREATE TABLE t(a, b, CONSTRAINT u UNIQUE(a COLLATE NOCASE DESC, b) ON CONFLICT FAIL CHECK(a <> b) CONSTRAINT c CHECK (b > 0))",
    "CREATE TABLE t(a CHECK(a > 0) CHECK(a < 10) CONSTRAINT named CHECK (a <> 5), CHECK (a IS NOT 7))",
    "CREATE TABLE t(a CONSTRAINT n NOT NULL ON CONFLICT ROLLBACK CONSTRAINT d DEFAULT 5 NULL)",
    "CREATE TABLE t(a DEFAULT CURRENT_TIMESTAMP, b DEFAULT (1+1), c DEFAULT +5, d DEFAULT - 5, e DEFAULT x'00', f DEFAULT word, g DEFAULT \"str\", h DEFAULT 'it''s', i DEFAULT NULL, j DEFAULT TRUE, k DEFAULT (datetime('now') /* here */), l DEFAULT ( -- c\n 3))",
    "CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a*2) STORED, c AS (a+1), d TEXT GENERATED ALWAYS AS (a || 'x') VIRTUAL UNIQUE, e INT AS (b) CHECK (e > 0))",
    "CREATE TABLE p(a, b, PRIMARY KEY(a,b)); CREATE TABLE t(x REFERENCES P, y REFERENCES p(\"A\") ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, z CONSTRAINT zz REFERENCES p(a) MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE, FOREIGN KEY(X,Y) REFERENCES p ON DELETE NO ACTION MATCH simple ON UPDATE RESTRICT DEFERRABLE)",
    "CREATE TABLE t(a REFERENCES nowhere, b REFERENCES t(a) ON DELETE SET DEFAULT)",
    "CREATE TABLE t(/* first */ a INT, -- the a\n b TEXT /* the b */ NOT NULL -- last\n)",
    "CREATE TABLE t(key, value, \"index\", \"group\" INT, \"order\" CHECK(\"order\" > key), [check] DEFAULT 1)",
    "CREATE TABLE t(a, a2 UNIQUE, b, UNIQUE(a2), UNIQUE(b, a), UNIQUE(b,a))",
    "CREATE TABLE t(größe TEXT, \"日本\" INT CHECK(\"日本\" > 0)); CREATE INDEX \"ü\" ON t(größe COLLATE NOCASE)",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a DESC, b COLLATE RTRIM ASC, a || b, lower(b) COLLATE NOCASE DESC) WHERE a IS NOT NULL AND b<>'x;y'",
    "CREATE TABLE t(a COLLATE NOCASE, b); CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t(\"a\", (b), [b] COLLATE BINARY, (a+1), a COLLATE nocase)",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t('a', \"not a column\")",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a, b AS \"B b\" FROM t -- comment\n; CREATE VIEW w(x, [y z]) AS SELECT * FROM v; CREATE VIEW broken AS SELECT * FROM nowhere",
    "CREATE TABLE t(a, b); CREATE TRIGGER tr AFTER UPDATE OF a ON t WHEN new.a > 1 BEGIN SELECT CASE WHEN 1 THEN 2 END; UPDATE t SET b=';'; END",
    "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER [in stead] INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES(new.a); END",
    "CREATE TABLE t(a TEXT, b); CREATE VIRTUAL TABLE f USING fts5(a, content='t', tokenize = 'porter'); CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); CREATE TRIGGER ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, a) VALUES (new.rowid, new.a); END",
    "CREATE TABLE a AS SELECT 1 AS x, 'y' AS \"y z\"",
    "CREATE TABLE t(a INT GENERATED ALWAYS, b \"generated\" , c int unsigned, d LONG VARCHAR(7), e INT IDENTITY)",
    "CREATE TABLE t(a,b,CHECK(t.a>t.b)); CREATE INDEX i ON t(a) WHERE t.b > 3",
    "CREATE TABLE t(a, b CONSTRAINT dangling, CONSTRAINT also)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b); ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x'; ALTER TABLE t RENAME TO \"T2\"; ALTER TABLE T2 RENAME COLUMN b TO \"B 2\"",
    "CREATE TABLE t(a REAL CHECK (a BETWEEN 1 AND 2 AND a IN (1,2) AND a NOT LIKE 'x%' ESCAPE '!' AND CASE a WHEN 1 THEN 1 ELSE 0 END AND json_extract(a, '$.x') IS NULL AND a->>'b' IS NOT 1 AND  (a) ISNULL AND -a < +a AND a % 2 = ~1 AND a GLOB 'a*'))",
];

#[tokio::test]
async fn are_read_whole_and_rendered_the_same() {
    if client().is_none() {
        return;
    }
    let mut failures = Vec::new();
    for schema in SCHEMAS {
        let files = Folder::new();
        let (original, copy, bare) = (files.file("original"), files.file("copy"), files.file("bare"));
        if let Err(error) = sqlite3(&original, &format!("{schema}\n;")) {
            failures.push(format!("{schema}\n  not accepted: {error}"));
            continue;
        }
        let inspection = inspect(&original).await;
        for finding in &inspection.unmodelled {
            failures.push(format!("{schema}\n  {}: {}", finding.object, finding.reason));
        }
        // Once in the author's words, once from the model alone, which has been through JSON.
        let json = serde_json::to_string(&inspection.schema).unwrap();
        let without_words: schema_core::Canonical = serde_json::from_str(&json).unwrap();
        for (file, schema_read) in [(&copy, &inspection.schema), (&bare, &without_words)] {
            let mut session = open(file).await;
            for statement in session.dialect().render(schema_read).unwrap() {
                if let Err(error) = session.execute(&statement).await {
                    failures.push(format!("{schema}\n  {error}"));
                }
            }
            drop(session);
            let again = inspect(file).await;
            if again.schema != inspection.schema {
                failures.push(format!(
                    "{schema}\n  was  {}\n  is   {}",
                    serde_json::to_string(&inspection.schema.database).unwrap(),
                    serde_json::to_string(&again.schema.database).unwrap()
                ));
            }
        }
        let (wanted, found) = (dump::dump(&original), dump::dump(&copy));
        if wanted != found {
            failures.push(format!("{schema}\n  wanted {wanted:?}\n  found  {found:?}"));
        }
        let pragmas = dump::dump(&bare).pragmas;
        // Names of other tables, and collations, are the same in any case.
        let small = |lines: &[String]| -> Vec<String> { lines.iter().map(|l| l.to_lowercase()).collect() };
        if small(&wanted.pragmas) != small(&pragmas) {
            failures.push(format!("{schema}\n  wanted {:?}\n  found  {pragmas:?}", wanted.pragmas));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
