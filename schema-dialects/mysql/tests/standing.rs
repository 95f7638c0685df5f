//! Tables that are declared as the server prints them need no scratch database.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "tests say so"
)]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use schema_core::{Session as _, Sql};
use support::{TestServer, cell, declared, rows, scope, servers};

const TABLES: &str = "
    CREATE TABLE parent (id int NOT NULL, name varchar(20) CHARACTER SET latin1 DEFAULT 'it''s', PRIMARY KEY (id),
        KEY kn (name(3)), CONSTRAINT ck CHECK (id > -1)) COMMENT='x';
    CREATE TABLE child (id bigint NOT NULL AUTO_INCREMENT, p int, g int GENERATED ALWAYS AS (p + 1) VIRTUAL,
        made timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), PRIMARY KEY (id),
        KEY kp (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE) AUTO_INCREMENT=50;
    CREATE TABLE parts (id int NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id)
        (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);";

/// How many databases the canonical form of a script took, and whether it is what the database holds.
async fn made(server: &TestServer, database: &support::TestDatabase, script: &str) -> (u64, bool) {
    let mut session = database.session().await;
    let found = session.inspect(&scope()).await.expect("it is read");
    let canonical = session.canonicalize(&declared(script), &scope()).await.expect("it is valid");
    let count = if server.corpora == "mysql" {
        "SELECT CAST(count_star AS CHAR) FROM performance_schema.events_statements_summary_by_thread_by_event_name \
         WHERE event_name = 'statement/sql/create_db' AND thread_id = PS_CURRENT_THREAD_ID()"
    } else {
        "SELECT VARIABLE_VALUE FROM information_schema.session_status WHERE VARIABLE_NAME = 'Com_create_db'"
    };
    let count = session.count(&Sql::new(count), Duration::from_secs(9)).await.expect("a number");
    let mut canonical = canonical.schema;
    // Where the numbers start is said in scripts alone.
    for name in ["parent", "child", "parts"] {
        if let Some(table) = canonical.database.table_mut(&name.into()) {
            table.options.mysql.auto_increment = schema_core::FirstNumber::default();
        }
    }
    (count, canonical == found.schema)
}

#[tokio::test]
async fn what_is_printed_is_not_made_again() {
    for server in servers() {
        let database = server.database().await;
        database.load(TABLES);
        let mut connection = database.connection().await;
        let mut printed = "SET NAMES utf8mb4;\nSET FOREIGN_KEY_CHECKS=0;\n".to_owned();
        for table in ["parent", "child", "parts"] {
            let answer = rows(&mut connection, &format!("SHOW CREATE TABLE {table}")).await;
            let _ = writeln!(printed, "DROP TABLE IF EXISTS `{table}`;\n{};", cell(&answer[0], 1));
        }
        let mut session = database.session().await;
        let found = session.inspect(&scope()).await.expect("it is read");
        let rendered = session.dialect().render(&found.schema).expect("it can be said");
        let rendered: String = rendered.iter().map(|sql| format!("{sql};\n")).collect();
        for same in [&printed, &rendered] {
            assert_eq!(made(&server, &database, same).await, (0, true), "{}\n{same}", server.name);
        }
        // What else speaks of a table needs it, and so does what reads its text in another way.
        for more in [
            "CREATE TABLE `like_it` LIKE `parent`;",
            "CREATE VIEW `v` AS SELECT `id` FROM `parent`;",
            "ALTER TABLE `parent` ADD COLUMN `more` int;",
        ] {
            let (databases, same) = made(&server, &database, &format!("{printed}{more}")).await;
            assert_eq!((databases, same), (1, false), "{}: {more}", server.name);
        }
        for first in ["SET sql_mode = 'ANSI_QUOTES';", "SET SESSION default_storage_engine = InnoDB;"] {
            let (databases, same) = made(&server, &database, &format!("{first}{printed}")).await;
            assert_eq!((databases, same), (1, true), "{}: {first}", server.name);
        }
        let changed = printed.replace("COMMENT='x'", "COMMENT='y'");
        assert_eq!(made(&server, &database, &changed).await, (1, false), "{}", server.name);
        database.drop().await;
    }
}

#[tokio::test]
async fn a_server_adds_what_a_foreign_key_needs() {
    for server in servers().into_iter().filter(|server| server.corpora == "mariadb") {
        let database = server.database().await;
        database.load(TABLES);
        // Unchecked, the index may go, and the key stays without it.
        database.load("SET FOREIGN_KEY_CHECKS=0; ALTER TABLE child DROP INDEX kp;");
        let mut connection = database.connection().await;
        let answer = rows(&mut connection, "SHOW CREATE TABLE child").await;
        let printed = format!("SET FOREIGN_KEY_CHECKS=0; {};", cell(&answer[0], 1));
        let mut session = database.session().await;
        let refused = session.canonicalize(&declared(&printed), &scope()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("refers to parent")));
        let answer = rows(&mut connection, "SHOW CREATE TABLE parent").await;
        let (databases, same) = made(&server, &database, &format!("{printed}{};", cell(&answer[0], 1))).await;
        assert_eq!((databases, same), (1, false), "{}", server.name);
        database.drop().await;
    }
}
