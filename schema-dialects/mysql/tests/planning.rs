//! Single changes whose way is known: renames, traps, hazards, probes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use support::{TestDatabase, TestServer, apply, cell, declared, difference, rows, run, servers, statements};

async fn loaded(server: &TestServer, script: &str) -> TestDatabase {
    let database = server.database().await;
    database.load(script);
    database
}

/// From one script to another, with the dump of the second loaded afresh as judge.
async fn lead(server: &TestServer, before: &str, after: &str) -> (TestDatabase, schema_core::Plan) {
    let database = loaded(server, before).await;
    let fresh = loaded(server, after).await;
    let plan = match apply(&database, &declared(after)).await {
        Ok(plan) => plan,
        Err(error) => panic!("{}: {error}", server.name),
    };
    if let Some(difference) = difference(&fresh.dump().await, &database.dump().await) {
        panic!("{}: {difference}\n{}", server.name, statements(&plan));
    }
    fresh.drop().await;
    (database, plan)
}

#[tokio::test]
async fn renames_keep_rows_and_what_depends_on_them() {
    for server in servers() {
        let before = "CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE old_name (
                id int PRIMARY KEY, a int, p int, g int GENERATED ALWAYS AS (a + 1) VIRTUAL,
                KEY ka (a), KEY kp (p), CONSTRAINT ck CHECK (a > 0),
                CONSTRAINT fk FOREIGN KEY (p) REFERENCES parent (id));
            CREATE TABLE child (id int PRIMARY KEY, o int, KEY ko (o),
                CONSTRAINT fk_o FOREIGN KEY (o) REFERENCES old_name (id));
            CREATE VIEW v AS SELECT id, a FROM old_name;
            CREATE TRIGGER tr BEFORE INSERT ON old_name FOR EACH ROW SET @x = 1;";
        let after = "CREATE TABLE parent (id int PRIMARY KEY);
            -- groundplan:renamed_from=old_name
            CREATE TABLE new_name (
                id int PRIMARY KEY,
                -- groundplan:renamed_from=a
                b int,
                p int, g int GENERATED ALWAYS AS (b + 1) VIRTUAL,
                KEY kb (b), KEY kp (p), CONSTRAINT ck CHECK (b > 0),
                CONSTRAINT fk FOREIGN KEY (p) REFERENCES parent (id));
            CREATE TABLE child (id int PRIMARY KEY, o int, KEY ko (o),
                CONSTRAINT fk_o FOREIGN KEY (o) REFERENCES new_name (id));
            CREATE VIEW v AS SELECT id, b AS a FROM new_name;
            CREATE TRIGGER tr BEFORE INSERT ON new_name FOR EACH ROW SET @x = 1;";
        let database = loaded(&server, before).await;
        run(&mut database.connection().await, "INSERT INTO old_name (id, a) VALUES (1, 7)").await;
        let fresh = loaded(&server, after).await;
        let plan = match apply(&database, &declared(after)).await {
            Ok(plan) => plan,
            Err(error) => panic!("{}: {error}", server.name),
        };
        let found = difference(&fresh.dump().await, &database.dump().await);
        assert_eq!(found, None, "{}\n{}", server.name, statements(&plan));
        let kept = rows(&mut database.connection().await, "SELECT b FROM new_name").await;
        assert_eq!(cell(&kept[0], 0), "7");
        fresh.drop().await;
        database.drop().await;
    }
}

#[tokio::test]
async fn traps_of_hazards_md_are_passed() {
    let pairs = [
        // M7: UNIQUE(a,b) must not become UNIQUE(a).
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, b int, UNIQUE KEY u (a, b)); INSERT INTO t VALUES (1,1,1),(2,1,2);",
            "CREATE TABLE t (id int PRIMARY KEY, a int);",
        ),
        // A foreign key around a type change on both sides.
        (
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, KEY kp (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));
             INSERT INTO p VALUES (1); INSERT INTO c VALUES (1,1);",
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p bigint, KEY kp (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
        ),
        // 1553: the index that a foreign key needs is exchanged for another.
        (
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, KEY kp (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, x int, KEY kpx (p, x), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
        ),
        // Tables that refer to each other come, and go.
        (
            "CREATE TABLE z (id int);",
            "SET FOREIGN_KEY_CHECKS=0; CREATE TABLE a (id int PRIMARY KEY, b int, KEY kb (b), CONSTRAINT fa FOREIGN KEY (b) REFERENCES b (id));
             CREATE TABLE b (id int PRIMARY KEY, a int, KEY ka (a), CONSTRAINT fb FOREIGN KEY (a) REFERENCES a (id));",
        ),
        (
            "SET FOREIGN_KEY_CHECKS=0; CREATE TABLE a (id int PRIMARY KEY, b int, KEY kb (b), CONSTRAINT fa FOREIGN KEY (b) REFERENCES b (id));
             CREATE TABLE b (id int PRIMARY KEY, a int, KEY ka (a), CONSTRAINT fb FOREIGN KEY (a) REFERENCES a (id));",
            "CREATE TABLE z (id int);",
        ),
        // They go with what refers to them, and with what they refer to.
        (
            "SET FOREIGN_KEY_CHECKS=0;
             CREATE TABLE a (id int PRIMARY KEY, d int, KEY kd (d), CONSTRAINT fd FOREIGN KEY (d) REFERENCES d (id));
             CREATE TABLE b (id int PRIMARY KEY, c int, a int, KEY kc (c), KEY ka (a), CONSTRAINT fc FOREIGN KEY (c) REFERENCES c (id), CONSTRAINT fa FOREIGN KEY (a) REFERENCES a (id));
             CREATE TABLE c (id int PRIMARY KEY, b int, a int, KEY kb (b), KEY ka (a), CONSTRAINT fb FOREIGN KEY (b) REFERENCES b (id), CONSTRAINT fca FOREIGN KEY (a) REFERENCES a (id));
             CREATE TABLE d (id int PRIMARY KEY);
             CREATE TABLE e (id int PRIMARY KEY, b int, KEY kb (b), CONSTRAINT feb FOREIGN KEY (b) REFERENCES b (id));",
            "CREATE TABLE z (id int);",
        ),
        // A constraint's name moves from a table that goes to one that comes.
        (
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int, KEY kp (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE d (p int, KEY kp (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
        ),
        // The default character set changes, and with it the columns that follow it.
        (
            "CREATE TABLE t (a varchar(10), b varchar(10) CHARACTER SET latin1, c int) DEFAULT CHARSET=utf8mb4; INSERT INTO t VALUES ('x','y',1);",
            "CREATE TABLE t (a varchar(10), b varchar(10) CHARACTER SET latin1, c int) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;",
        ),
        // A default that differs from row to row.
        (
            "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1),(2);",
            "CREATE TABLE t (id int PRIMARY KEY, u varchar(36) NOT NULL DEFAULT (uuid()));",
        ),
        // The key of a numbered column.
        (
            "CREATE TABLE t (a int); INSERT INTO t VALUES (1),(2);",
            "CREATE TABLE t (id bigint NOT NULL AUTO_INCREMENT, a int, PRIMARY KEY (id));",
        ),
        (
            "CREATE TABLE t (id bigint NOT NULL AUTO_INCREMENT, a int, PRIMARY KEY (id)); INSERT INTO t (a) VALUES (1),(2);",
            "CREATE TABLE t (a int);",
        ),
    ];
    for server in servers() {
        for (before, after) in pairs {
            let (database, _) = lead(&server, before, after).await;
            database.drop().await;
        }
    }
}
