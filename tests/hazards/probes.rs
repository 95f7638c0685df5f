//! Rows that stand in the way stop a plan before its first statement, on every engine, with how many they are and a
//! query that shows them, and without their values.

use groundplan::core::Engine;
use groundplan::{Error, HazardCode, Migrator};

use super::support::every_engine;

/// What is there, with a row that is fine and two that are not, and what is wanted.
struct Obstacle {
    code: HazardCode,
    before: &'static str,
    after: &'static str,
    /// How many there are, by the way that the engine counts; none where it cannot be computed.
    rows: &'static [u64],
}

const CANARY: &str = "canary-7f3a";

fn obstacles(engine: Engine) -> Vec<Obstacle> {
    let postgres = engine == Engine::Postgres;
    let mut all = vec![
        Obstacle {
            code: HazardCode::DuplicateRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40)); \
                     INSERT INTO t VALUES (1, 'canary-7f3a'), (2, 'canary-7f3a'), (3, 'x'), (4, NULL), (5, NULL)",
            after: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40), CONSTRAINT u UNIQUE (c));",
            rows: &[1, 2],
        },
        Obstacle {
            code: HazardCode::NullRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40)); \
                     INSERT INTO t VALUES (1, 'canary-7f3a'), (2, NULL), (3, NULL)",
            after: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40) NOT NULL);",
            rows: &[2],
        },
        Obstacle {
            code: HazardCode::OrphanRows,
            before: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY, p integer); \
                     INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 1), (2, 77123), (3, 77123), (4, NULL)",
            after: "CREATE TABLE p (id integer PRIMARY KEY); \
                    CREATE TABLE t (id integer PRIMARY KEY, p integer, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
            rows: &[2],
        },
        Obstacle {
            code: HazardCode::ViolatingRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY, n integer); INSERT INTO t VALUES (1, 1), (2, -77123), (3, -1), (4, NULL)",
            after: "CREATE TABLE t (id integer PRIMARY KEY, n integer, CONSTRAINT c CHECK (n > 0));",
            rows: &[2],
        },
        // A new column has the same in every row, and a new table has no rows.
        Obstacle {
            code: HazardCode::DuplicateRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2)",
            after: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40) NOT NULL DEFAULT 'x', CONSTRAINT u UNIQUE (c));",
            rows: &[1, 2],
        },
        Obstacle {
            code: HazardCode::OrphanRows,
            before: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY); \
                     INSERT INTO p VALUES (1); INSERT INTO t VALUES (1), (2)",
            after: "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY, \
                    p integer NOT NULL DEFAULT 7, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
            rows: &[2],
        },
        Obstacle {
            code: HazardCode::OrphanRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY, p integer); INSERT INTO t VALUES (1, 77123), (2, 77124), (3, NULL)",
            after: "CREATE TABLE p (id integer PRIMARY KEY); \
                    CREATE TABLE t (id integer PRIMARY KEY, p integer, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
            rows: &[2],
        },
    ];
    match engine {
        Engine::Postgres => {
            all.push(Obstacle {
                code: HazardCode::DuplicateRows,
                before: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40)); INSERT INTO t VALUES (1, NULL), (2, NULL), (3, 'x')",
                after: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40), CONSTRAINT u UNIQUE NULLS NOT DISTINCT (c));",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::InconvertibleRows,
                before: "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood); INSERT INTO t VALUES ('a'), ('b'), ('b')",
                after: "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood);",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::LossyConversion,
                before: "CREATE TABLE t (n numeric(10,4)); INSERT INTO t VALUES (1.5), (1.2345), (2.3456)",
                after: "CREATE TABLE t (n numeric(10,2));",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE td PARTITION OF t DEFAULT; \
                         INSERT INTO t VALUES (1, 1), (2, 2), (3, 2)",
                after: "CREATE TABLE t (id int, k int) PARTITION BY LIST (k); CREATE TABLE td PARTITION OF t DEFAULT; \
                        CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (id int, room text, seats int4range); \
                         INSERT INTO t VALUES (1, 'canary-7f3a', '[1,5)'), (2, 'canary-7f3a', '[4,6)'), (3, 'canary-7f3a', '[6,8)'), \
                         (4, 'x', '[1,9)'), (5, NULL, '[1,9)')",
                after: "CREATE EXTENSION btree_gist; CREATE TABLE t (id int, room text, seats int4range, \
                        CONSTRAINT x EXCLUDE USING gist (room WITH =, seats WITH &&) WHERE (id < 5));",
                rows: &[2],
            });
            // Keys that are expressions; one is a constant.
            all.push(Obstacle {
                code: HazardCode::DuplicateRows,
                before: "CREATE TABLE t (id int PRIMARY KEY, e text, d boolean); INSERT INTO t VALUES (1, 'Canary-7f3a', true), \
                         (2, 'canary-7f3a', true), (3, 'canary-7f3a', false), (4, NULL, true)",
                after: "CREATE TABLE t (id int PRIMARY KEY, e text, d boolean); CREATE UNIQUE INDEX u ON t (lower(e)) WHERE d;",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::DuplicateRows,
                before: "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)",
                after: "CREATE TABLE t (id int PRIMARY KEY); CREATE UNIQUE INDEX u ON t ((1));",
                rows: &[2],
            });
            // No key must be equal: by the order of ranges, of a column or of an expression, and pair by pair.
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (id int, seats int4range); INSERT INTO t VALUES (1, '[1,9)'), (2, '[2,3)'), \
                         (3, '[9,10)'), (4, NULL), (5, 'empty'), (6, 'empty'), (7, '[1,20)')",
                after: "CREATE TABLE t (id int, seats int4range, CONSTRAINT x EXCLUDE USING gist (seats WITH &&) \
                        WHERE (id < 7));",
                rows: &[1],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (a date, b date); INSERT INTO t VALUES ('2024-01-01', '2024-01-09'), \
                         ('2024-01-09', '2024-01-10'), ('2024-02-01', '2024-02-02')",
                after: "CREATE TABLE t (a date, b date, EXCLUDE USING gist (daterange(a, b, '[]') WITH &&));",
                rows: &[1],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (id int, area box); INSERT INTO t VALUES (1, '(0,0),(2,2)'), (2, '(1,1),(3,3)'), \
                         (3, '(5,5),(6,6)'), (4, NULL)",
                after: "CREATE TABLE t (id int, area box, EXCLUDE USING gist (area WITH &&));",
                rows: &[2],
            });
            // What is asked of them, or computed from them, cannot be: there is no number to print.
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (c text); INSERT INTO t VALUES ('1'), ('canary-7f3a')",
                after: "CREATE TABLE t (c text, CONSTRAINT x CHECK (c::integer > 0));",
                rows: &[],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE TABLE t (n integer); INSERT INTO t VALUES (1), (0)",
                after: "CREATE TABLE t (n integer, x integer GENERATED ALWAYS AS (100 / n) STORED);",
                rows: &[],
            });
            all.push(Obstacle {
                code: HazardCode::ViolatingRows,
                before: "CREATE DOMAIN p AS integer; CREATE TABLE t (a p); INSERT INTO t VALUES (1), (-1), (-2)",
                after: "CREATE DOMAIN p AS integer CHECK (VALUE > 0); CREATE TABLE t (a p);",
                rows: &[2],
            });
        }
        Engine::MySql | Engine::MariaDb => {
            // Different texts of the old collation are equal ones of the new.
            all.push(Obstacle {
                code: HazardCode::DuplicateRows,
                before: "CREATE TABLE t (id int PRIMARY KEY, c varchar(40), UNIQUE KEY u (c)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin; \
                         INSERT INTO t VALUES (1, 'canary-7f3a'), (2, 'CANARY-7f3a'), (3, 'x')",
                after: "CREATE TABLE t (id int PRIMARY KEY, c varchar(40), UNIQUE KEY u (c)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;",
                rows: &[1, 2],
            });
            all.push(Obstacle {
                code: HazardCode::InconvertibleRows,
                before: "CREATE TABLE t (id int PRIMARY KEY, e enum('a','b')); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'b')",
                after: "CREATE TABLE t (id int PRIMARY KEY, e enum('a'));",
                rows: &[2],
            });
            all.push(Obstacle {
                code: HazardCode::InconvertibleRows,
                before: "CREATE TABLE t (id int PRIMARY KEY, n decimal(10,4)); INSERT INTO t VALUES (1, 1.5), (2, 1.2345), (3, 2.3456)",
                after: "CREATE TABLE t (id int PRIMARY KEY, n decimal(10,2));",
                rows: &[2],
            });
        }
        Engine::Sqlite => all.push(Obstacle {
            code: HazardCode::LossyConversion,
            before: "CREATE TABLE t (id integer PRIMARY KEY, d text); INSERT INTO t VALUES (1, '7'), (2, '00777'), (3, '1e3')",
            after: "CREATE TABLE t (id integer PRIMARY KEY, d integer);",
            rows: &[2],
        }),
    }
    if postgres || engine == Engine::MySql || engine == Engine::MariaDb {
        all.push(Obstacle {
            code: HazardCode::InconvertibleRows,
            before: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(40)); INSERT INTO t VALUES (1, 'x'), (2, 'canary-7f3a'), (3, 'canary-7f3b')",
            after: "CREATE TABLE t (id integer PRIMARY KEY, c varchar(5));",
            rows: &[2],
        });
    }
    all
}

#[tokio::test]
async fn rows_in_the_way_stop_a_plan_before_it_begins() {
    for probe in every_engine().await {
        let engine = probe.engine;
        probe.close().await;
        for number in 0..obstacles(engine).len() {
            let Some(database) = every_engine().await.into_iter().find(|database| database.engine == engine)
            else {
                continue;
            };
            let obstacle = &obstacles(engine)[number];
            database.execute(obstacle.before).await;
            let migrator =
                || Migrator::new(groundplan::dsl::Database::new()).sql("after.sql", obstacle.after).exact();
            let plan = migrator().plan(&database).await.unwrap();
            let base = plan.base.clone();
            let approval = groundplan::Approval::of(&plan, 1..=plan.steps.len()).unwrap();
            let error = migrator().approval(approval).run(&database).await.unwrap_err();
            let Error::ProbeFailed(failures) = &error else {
                panic!("{engine}: {}: {error}", obstacle.after)
            };
            let found = failures.iter().find(|failure| failure.code == obstacle.code);
            let found = found.unwrap_or_else(|| panic!("{engine}: {}: {error}", obstacle.after));
            let counted = found.rows.map_or(obstacle.rows.is_empty(), |rows| obstacle.rows.contains(&rows));
            assert!(counted, "{engine}: {}: {error}", obstacle.after);
            assert!(found.show.starts_with("SELECT"), "{}", found.show);
            assert!(!error.to_string().contains(CANARY) && !error.to_string().contains("77123"), "{error}");
            // Nothing was changed.
            assert_eq!(migrator().plan(&database).await.unwrap().base, base);
            database.close().await;
        }
    }
}
