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
        // A list of values becomes a string, and its keys hold the whole of it.
        (
            "CREATE TABLE t (id int PRIMARY KEY, e enum('open','off'), s set('x','y'), UNIQUE KEY u (e), KEY k (s)) DEFAULT CHARSET=latin1;
             INSERT INTO t VALUES (1, 'open', 'x'), (2, 'off', 'x,y');",
            "CREATE TABLE t (id int PRIMARY KEY, e varchar(20), s char(5), UNIQUE KEY u (e), KEY k (s)) DEFAULT CHARSET=latin1;",
        ),
        // 1553, 1829: a table goes that needs a key or a column of another, which go too.
        (
            "CREATE TABLE p (id int PRIMARY KEY, a int, b int, UNIQUE KEY u (id, a), UNIQUE KEY v (b)); \
             CREATE TABLE c (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (id, a) REFERENCES p (id, a)); \
             CREATE TABLE d (b int, CONSTRAINT g FOREIGN KEY (b) REFERENCES p (b));",
            "CREATE TABLE p (id int PRIMARY KEY, a int);",
        ),
        // 1795: InnoDB builds one full-text index in place at a time.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t VALUES (1, 'x', 'y');",
            "CREATE TABLE t (id int PRIMARY KEY, a text, b text, FULLTEXT KEY fa (a), FULLTEXT KEY fb (b));",
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

#[tokio::test]
async fn partitions_change_by_themselves_and_keep_every_row() {
    let table =
        |more: &str, by: &str| format!("CREATE TABLE t (id int NOT NULL, a int{more}) PARTITION BY {by};");
    let of =
        |by: &str, partitions: &str| format!("{by} (PARTITION {})", partitions.replace("; ", ", PARTITION "));
    let range = |partitions: &str| of("RANGE (id)", partitions);
    let list = |partitions: &str| of("LIST (id)", partitions);
    let (ten, twenty, rest) =
        ("p0 VALUES LESS THAN (10)", "p1 VALUES LESS THAN (20)", "pm VALUES LESS THAN MAXVALUE");
    // Before, after, what the statement says, and whether another change comes along.
    let changes = [
        (range(ten), range(&format!("{ten}; {twenty}")), "ADD PARTITION", ""),
        (range(ten), range(&format!("{ten}; {twenty}")), "ADD PARTITION", ", KEY ka (a)"),
        (list("p0 VALUES IN (1,2,12)"), list("p0 VALUES IN (1,2,12); p1 VALUES IN (3)"), "ADD PARTITION", ""),
        (
            range(&format!("{ten}; {rest}")),
            range(&format!("{ten}; {twenty}; {rest}")),
            "REORGANIZE PARTITION",
            "",
        ),
        (
            range(&format!("{ten}; {twenty}; {rest}")),
            range(&format!("{ten}; {rest}")),
            "REORGANIZE PARTITION",
            "",
        ),
        (range(&format!("{ten}; {twenty}")), range(twenty), "REORGANIZE PARTITION", ", b int"),
        (range(&format!("{ten}; {twenty}")), range(&format!("{ten}; {rest}")), "REORGANIZE PARTITION", ""),
        (
            range(&format!("{ten}; {twenty}")),
            range(&format!("{ten}; p1 VALUES LESS THAN (15)")),
            "PARTITION BY",
            "",
        ),
        (
            list("p0 VALUES IN (1,2,12); p1 VALUES IN (3)"),
            list("p0 VALUES IN (1,2); p1 VALUES IN (3,12)"),
            "PARTITION BY",
            "",
        ),
        ("HASH (id) PARTITIONS 2".to_owned(), range(rest), "PARTITION BY", ""),
    ];
    for server in servers() {
        for (before, after, statement, more) in &changes {
            let third = if *before == range(ten) { 9 } else { 12 };
            let (before, after) = (table("", before), table(more, after));
            let before = format!("{before} INSERT INTO t VALUES (1, 1), (2, 2), ({third}, 3);");
            let (database, plan) = lead(&server, &before, &after).await;
            let said = statements(&plan);
            assert!(said.contains(statement), "{}: {said}", server.name);
            assert!(
                *statement == "PARTITION BY" || !said.contains("PARTITION BY"),
                "{}: {said}",
                server.name
            );
            let kept = rows(&mut database.connection().await, "SELECT count(*), sum(a) FROM t").await;
            assert_eq!((cell(&kept[0], 0), cell(&kept[0], 1)), ("3".to_owned(), "6".to_owned()), "{said}");
            database.drop().await;
        }
        // A row that no partition takes is refused, and stays.
        let before =
            format!("{} INSERT INTO t VALUES (1, 1), (2, 2);", table("", &list("p0 VALUES IN (1,2)")));
        let database = loaded(&server, &before).await;
        let refused = apply(&database, &declared(&table("", &list("p0 VALUES IN (1)")))).await;
        assert!(refused.unwrap_err().contains("1526"), "{}", server.name);
        let kept = rows(&mut database.connection().await, "SELECT count(*), sum(a) FROM t").await;
        assert_eq!((cell(&kept[0], 0), cell(&kept[0], 1)), ("2".to_owned(), "3".to_owned()));
        database.drop().await;
    }
}

#[tokio::test]
async fn vectors_come_change_and_go() {
    for server in servers() {
        let database = server.database().await;
        let has_vectors = sqlx::raw_sql("CREATE TABLE probe (v vector(3) NOT NULL)")
            .execute(&mut database.connection().await)
            .await
            .is_ok();
        database.drop().await;
        if !has_vectors {
            continue;
        }
        let (one, other) = (
            "CREATE TABLE t (id int PRIMARY KEY, v vector(3) NOT NULL, w vector(4));",
            "CREATE TABLE t (id int PRIMARY KEY, v vector(5) NOT NULL, w int);",
        );
        for (before, after) in [("CREATE TABLE z (id int);", one), (one, other), (other, one)] {
            let (database, _) = lead(&server, before, after).await;
            database.drop().await;
        }
    }
}

/// A table that is large enough for its locks to count: a server that cannot change it while others write is not let
/// make them wait, unless somebody has agreed to that. `GROUNDPLAN_LONG` makes it all kinds of change.
#[tokio::test]
async fn large_tables_block_only_with_consent() {
    let columns = "id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int, b varchar(20) DEFAULT 'x', c datetime DEFAULT CURRENT_TIMESTAMP, \
                   d decimal(10,2) DEFAULT 1, e enum('p','q') DEFAULT 'p', KEY ka (a)";
    let changes = [
        "ALTER TABLE t ADD z int",
        "ALTER TABLE t ADD z int FIRST",
        "ALTER TABLE t ADD z int NOT NULL DEFAULT 3",
        "ALTER TABLE t ADD z int GENERATED ALWAYS AS (a + 1) VIRTUAL",
        "ALTER TABLE t ADD z int GENERATED ALWAYS AS (a + 1) STORED",
        "ALTER TABLE t DROP COLUMN b",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t MODIFY b varchar(40) DEFAULT 'x'",
        "ALTER TABLE t MODIFY b varchar(300) DEFAULT 'x'",
        "ALTER TABLE t MODIFY a bigint",
        "ALTER TABLE t MODIFY a int NOT NULL",
        "ALTER TABLE t MODIFY b varchar(20) DEFAULT 'y'",
        "ALTER TABLE t MODIFY b varchar(20) DEFAULT 'x' COMMENT 'c'",
        "ALTER TABLE t MODIFY b varchar(20) DEFAULT 'x' AFTER id",
        "ALTER TABLE t MODIFY b varchar(20) CHARACTER SET latin1 DEFAULT 'x'",
        "ALTER TABLE t MODIFY b varchar(20) COLLATE utf8mb4_bin DEFAULT 'x'",
        "ALTER TABLE t MODIFY e enum('p','q','r') DEFAULT 'p'",
        "ALTER TABLE t MODIFY e enum('q','p') DEFAULT 'p'",
        "ALTER TABLE t ADD KEY kb (b)",
        "ALTER TABLE t ADD UNIQUE KEY kd (id, d)",
        "ALTER TABLE t ADD FULLTEXT KEY kf (b)",
        "ALTER TABLE t DROP KEY ka",
        "ALTER TABLE t RENAME KEY ka TO kz",
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a < 100)",
        "ALTER TABLE t COMMENT = 'c'",
        "ALTER TABLE t ROW_FORMAT = COMPACT",
        "ALTER TABLE t ENGINE = MyISAM",
        "ALTER TABLE t DEFAULT CHARACTER SET latin1",
        "ALTER TABLE t CONVERT TO CHARACTER SET latin1",
        "ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 3",
        "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, d)",
        "ALTER TABLE t MODIFY id int NOT NULL",
    ];
    let asked = schema_core::Options::default();
    for server in servers() {
        let rows = "INSERT INTO t (a) SELECT 1 FROM (SELECT 1 FROM information_schema.collations LIMIT 150) x, \
                    (SELECT 1 FROM information_schema.collations LIMIT 150) y; ANALYZE TABLE t;";
        let every = if std::env::var("GROUNDPLAN_LONG").is_ok() { 1 } else { 5 };
        for change in changes.into_iter().step_by(every) {
            let before = format!("CREATE TABLE t ({columns});\n{rows}");
            let after = format!("CREATE TABLE t ({columns});\n{change};");
            let database = loaded(&server, &before).await;
            let mut session = database.session().await;
            let request = schema_core::Request {
                declared: declared(&after),
                authority: schema_core::Authority::Exact,
                ..schema_core::Request::default()
            };
            let plan = schema_core::plan_only(&mut session, &request).await.expect("planned").plan;
            // Consent to what the plan says, and to no more.
            let said: Vec<usize> =
                asked.policy.objections(&plan).into_iter().map(|(number, _)| number).collect();
            let approval = schema_core::Approval::of(&plan, said).expect("an approval");
            let options = schema_core::Options { approval: Some(approval), ..asked.clone() };
            if let Err(refused) = schema_core::apply_plan(&mut session, &plan, &options, &|_| {}).await {
                let refused = refused.to_string();
                assert!(refused.contains("approve step"), "{}: {change}: {refused}", server.name);
                println!("{}: only with consent: {change}\n{}", server.name, statements(&plan));
                if let Err(error) = apply(&database, &declared(&after)).await {
                    panic!("{}: {change}: {error}", server.name);
                }
            }
            database.drop().await;
        }
    }
}

/// A new table numbers its rows from where it is told to; where an old one is now is its own affair.
#[tokio::test]
async fn numbers_start_where_they_are_told_to() {
    for server in servers() {
        let script = "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=1000;\n\
                      CREATE TABLE u (id int NOT NULL AUTO_INCREMENT PRIMARY KEY); ALTER TABLE u AUTO_INCREMENT = 7;";
        let database = server.database().await;
        apply(&database, &declared(script)).await.unwrap_or_else(|error| panic!("{}: {error}", server.name));
        let mut connection = database.connection().await;
        run(&mut connection, "INSERT INTO t () VALUES (), (); INSERT INTO u () VALUES ()").await;
        let ids = rows(&mut connection, "SELECT id FROM t UNION ALL SELECT id FROM u ORDER BY id").await;
        let ids: Vec<String> = ids.iter().map(|row| cell(row, 0)).collect();
        assert_eq!(ids, ["7", "1000", "1001"], "{}", server.name);
        let plan = apply(&database, &declared(&script.replace("1000", "2000"))).await.expect("planned");
        assert!(plan.is_empty(), "{}", statements(&plan));
        database.drop().await;
    }
}

/// What only a copy of the rows can do to a large table waits for consent, though the plan did not foresee it.
#[tokio::test]
async fn an_unforeseen_lock_needs_consent() {
    // From MariaDB 11.2 on, a copy lets writers go on.
    for server in servers().into_iter().filter(|server| server.name == "MariaDB") {
        let columns = "id int PRIMARY KEY, ds date NOT NULL, de date NOT NULL, PERIOD FOR p (ds, de), UNIQUE KEY up (id, p WITHOUT OVERLAPS)";
        let rows = "SET @n = 0; INSERT INTO t SELECT @n := @n + 1, '2020-01-01', '2021-01-01' FROM \
                    (SELECT 1 FROM information_schema.collations LIMIT 150) x, (SELECT 1 FROM information_schema.collations LIMIT 150) y; ANALYZE TABLE t;";
        let database = loaded(&server, &format!("CREATE TABLE t ({columns});\n{rows}")).await;
        let after = declared(&format!("CREATE TABLE t ({columns}, a int, KEY ka (a));"));
        let mut session = database.session().await;
        let request = schema_core::Request {
            declared: after.clone(),
            authority: schema_core::Authority::Exact,
            ..schema_core::Request::default()
        };
        let plan = schema_core::plan_only(&mut session, &request).await.expect("planned").plan;
        let options = schema_core::Options::default();
        let refused = schema_core::apply_plan(&mut session, &plan, &options, &|_| {}).await;
        let refused = refused.expect_err("refused").to_string();
        assert!(
            refused.contains("LOCK=SHARED") && refused.contains("approve step"),
            "{}: {refused}",
            server.name
        );
        apply(&database, &after).await.unwrap_or_else(|error| panic!("{}: {error}", server.name));
        database.drop().await;
    }
}

/// Columns whose names differ in nothing but the case of their letters are the same columns: they are renamed, and keep
/// what they hold.
#[tokio::test]
async fn a_column_in_another_case_keeps_its_rows() {
    for server in servers() {
        let database = server.database().await;
        database.load(
            "CREATE TABLE p (Id int PRIMARY KEY, Val int, Gen int GENERATED ALWAYS AS (Val + 1) STORED, KEY k (Val),
                CONSTRAINT positive CHECK (Val > 0));
             CREATE TABLE c (pid int, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (Id));
             INSERT INTO p (Id, Val) VALUES (1, 2); INSERT INTO c VALUES (1);",
        );
        let wanted = "CREATE TABLE p (id int PRIMARY KEY, VAL int, Gen int GENERATED ALWAYS AS (VAL + 1) STORED, KEY k (VAL),
                CONSTRAINT positive CHECK (VAL > 0));
             CREATE TABLE c (PID int, CONSTRAINT fk FOREIGN KEY (PID) REFERENCES p (id));";
        let plan =
            apply(&database, &declared(wanted)).await.unwrap_or_else(|e| panic!("{}: {e}", server.name));
        assert!(!statements(&plan).contains("DROP COLUMN"), "{}", statements(&plan));
        let kept = rows(&mut database.connection().await, "SELECT id + VAL + Gen + PID FROM p, c").await;
        assert_eq!(cell(&kept[0], 0), "7");
        database.drop().await;
    }
}

/// Whoever declares a schema that is there already, and leaves keys and constraints unnamed, has nothing to do: they are
/// what they are called in the database.
#[tokio::test]
async fn what_is_declared_without_a_name_is_there_under_any() {
    use schema_core::{Check, Column, Database, ForeignKey, Index, Table, Type, Unique};
    let schema = || {
        let users = Table::new("users")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("email", Type::Varchar(100)))
            .column(Column::new("age", Type::Integer))
            .primary_key(["id"])
            .unique_constraint(Unique::new(["email"]))
            .index(Index::on(["age"]))
            .check(Check::new("age > 0"));
        let posts = Table::new("posts")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("author", Type::BigInt))
            .primary_key(["id"])
            .foreign_key(ForeignKey::new(["author"], "users", ["id"]));
        schema_core::Declared::from(Database::new().with(users).with(posts))
    };
    for server in servers() {
        let database = server.database().await;
        database.load(
            "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, email varchar(100) NOT NULL UNIQUE,
                age int NOT NULL, KEY by_age (age), CHECK (age > 0));
             CREATE TABLE posts (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, author bigint NOT NULL, KEY written_by (author),
                FOREIGN KEY (author) REFERENCES users (id) ON DELETE NO ACTION);",
        );
        let plan = apply(&database, &schema()).await.unwrap_or_else(|e| panic!("{}: {e}", server.name));
        assert!(plan.is_empty(), "{}:\n{}", server.name, statements(&plan));
        database.drop().await;
        let empty = server.database().await;
        let plan = apply(&empty, &schema()).await.unwrap_or_else(|e| panic!("{}: {e}", server.name));
        assert!(statements(&plan).contains("`users_email_key`"), "{}", statements(&plan));
        empty.drop().await;
    }
}

/// A table of MariaDB whose columns say when a row held.
const ROW_PERIODS: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, s timestamp(6) GENERATED ALWAYS AS ROW START,
    e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e), UNIQUE KEY k (a)) WITH SYSTEM VERSIONING;";

/// What random pairs found: changes for which the servers want more than one statement, or more words.
#[tokio::test]
async fn what_the_servers_forget_is_said_again() {
    let both = [
        // A key over a column that is replaced by another of the same name.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a bigint, s int, KEY k (a, id) KEY_BLOCK_SIZE=4);",
            "CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (s + 0) VIRTUAL, s int, KEY k (a, id) KEY_BLOCK_SIZE=4);",
        ),
        // A check that goes with the column whose place another one takes.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a point, CONSTRAINT k CHECK (a IS NOT NULL));",
            "CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT k CHECK (a IS NOT NULL));",
        ),
        // A block size of the table that its keys would keep.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;",
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=MyISAM;",
        ),
    ];
    let mysql = [
        // A key over an expression of a column that is renamed.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k ((a + 1), id));",
            "CREATE TABLE t (id int PRIMARY KEY,
                -- groundplan:renamed_from=a
                b int, KEY k ((b + 1), id));",
        ),
        // A key over an expression of a column that is replaced.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a bigint, s int, KEY k ((a + 1), id));",
            "CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (s + 0) VIRTUAL, s int, KEY k ((a + 1), id));",
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY) AUTOEXTEND_SIZE=4M;",
            "CREATE TABLE t (id int PRIMARY KEY, a int);",
        ),
        // 3644: the spatial index goes before the reference system of its column, beside a default that comes later (1674).
        (
            "CREATE TABLE t (id int PRIMARY KEY, g point NOT NULL, SPATIAL KEY k (g));",
            "CREATE TABLE t (id int PRIMARY KEY, g point NOT NULL SRID 4326, u char(36) DEFAULT (uuid()), SPATIAL KEY k (g));",
        ),
    ];
    let mariadb = [
        // A size of MyISAM's own that its keys would keep.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=MyISAM;",
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;",
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY) ENGINE=Aria;",
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=InnoDB;",
        ),
        (
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int) PAGE_CHECKSUM=1;",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a),
                CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)) PAGE_CHECKSUM=1;",
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY) PAGE_CHECKSUM=1 TRANSACTIONAL=1;",
            "CREATE TABLE t (id int PRIMARY KEY);",
        ),
        // 4131: the history's partitions go before the history.
        (
            "CREATE TABLE t (id int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
            "CREATE TABLE t (id int, a int);",
        ),
        // 1911: what only InnoDB knows goes before it.
        (
            "CREATE TABLE t (id int PRIMARY KEY) `ENCRYPTED`=NO `PAGE_COMPRESSED`=1;",
            "CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM;",
        ),
        // 4120: InnoDB keeps a history in its own way, and changes nothing else while it ends.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a)) WITH SYSTEM VERSIONING;",
            "CREATE TABLE t (id int PRIMARY KEY, b int) ENGINE=MyISAM;",
        ),
        (
            "CREATE TABLE t (id int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
            "CREATE TABLE t (id int) ENGINE=Aria WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
        ),
        // 4134: older servers show no history that they hid.
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int, UNIQUE KEY k (a)) WITH SYSTEM VERSIONING;",
            ROW_PERIODS,
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY) WITH SYSTEM VERSIONING;",
            "CREATE TABLE t (id int PRIMARY KEY, a int, s timestamp(6) GENERATED ALWAYS AS ROW START,
                e timestamp(6) GENERATED ALWAYS AS ROW END, b int, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;",
        ),
        (ROW_PERIODS, "CREATE TABLE t (id int PRIMARY KEY, a int, UNIQUE KEY k (a)) WITH SYSTEM VERSIONING;"),
        (ROW_PERIODS, "CREATE TABLE t (id int PRIMARY KEY, a int, UNIQUE KEY k (a));"),
        (ROW_PERIODS, "CREATE TABLE t (id int PRIMARY KEY, a int, UNIQUE KEY k (a)) ENGINE=MyISAM;"),
        // 4134: what says when a row held stays where it is, or goes.
        (
            ROW_PERIODS,
            "CREATE TABLE t (s timestamp(6) GENERATED ALWAYS AS ROW START, e timestamp(6) GENERATED ALWAYS AS ROW END,
                PERIOD FOR SYSTEM_TIME (s, e), id int PRIMARY KEY, a int, UNIQUE KEY k (a)) WITH SYSTEM VERSIONING;",
        ),
        (
            ROW_PERIODS,
            "CREATE TABLE t (id int PRIMARY KEY, a int, s timestamp(6) GENERATED ALWAYS AS ROW START COMMENT 'x',
                e timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (s, e), UNIQUE KEY k (a))
                WITH SYSTEM VERSIONING;",
        ),
        // Bytes that are no text.
        (
            "CREATE TABLE t (id int PRIMARY KEY, b binary(4) DEFAULT 0x00FF);",
            "CREATE TABLE t (id int PRIMARY KEY, b binary(4) DEFAULT 0x00FE5C27, c varbinary(9) DEFAULT 0x00FF);",
        ),
    ];
    // The type of a sequence changes alone, and within limits that both types hold.
    let newer = [
        ("CREATE SEQUENCE s AS int;", "CREATE SEQUENCE s AS bigint unsigned START WITH 5;"),
        ("CREATE SEQUENCE s AS bigint unsigned;", "CREATE SEQUENCE s AS int NOCACHE;"),
        ("CREATE SEQUENCE s MINVALUE -5 START WITH 3;", "CREATE SEQUENCE s AS bigint unsigned START WITH 3;"),
    ];
    for server in servers() {
        let own: Vec<_> = match server.name {
            "MySQL" => mysql.to_vec(),
            "MariaDB 11.8" => mariadb.iter().chain(&newer).copied().collect(),
            _other => mariadb.to_vec(),
        };
        for (before, after) in both.into_iter().chain(own) {
            let (database, _) = lead(&server, before, after).await;
            database.drop().await;
        }
    }
}

/// What MySQL takes without parentheses for a moment, and only as an expression for anything else.
#[tokio::test]
async fn defaults_are_said_as_each_type_takes_them() {
    use schema_core::{Column, Database, Declared, Table, Type};
    for server in servers() {
        let table = Table::new("t")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("moment", Type::Timestamp).default_sql("CURRENT_TIMESTAMP"))
            .column(Column::new("told", Type::Text).default_sql("CURRENT_TIMESTAMP"))
            .column(Column::new("short", Type::Varchar(40)).default_sql("now()"))
            .column(Column::new("word", Type::Text).default_sql("'x'"))
            .column(Column::new("none", Type::Text).nullable().default_sql("NULL"))
            .primary_key(["id"]);
        let wanted = Declared::from(Database::new().with(table));
        let database = server.database().await;
        if let Err(error) = apply(&database, &wanted).await {
            panic!("{}: {error}", server.name);
        }
        let again = apply(&database, &wanted).await.unwrap();
        assert!(again.steps.is_empty(), "{}: {}", server.name, statements(&again));
        database.drop().await;
    }
}
