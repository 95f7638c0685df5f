//! From an empty database through changes that need consent, on every engine.

use groundplan::core::Engine;

use crate::process::{Folder, groundplan};
use crate::support::{TestDatabase, every_engine};

const FIRST: &str = "
CREATE TABLE users (
    id bigint NOT NULL PRIMARY KEY,
    email varchar(200) NOT NULL
);
CREATE INDEX users_email ON users (email);
";

const SECOND: &str = "
CREATE TABLE users (
    id bigint NOT NULL PRIMARY KEY,
    email varchar(200) NOT NULL,
    nickname varchar(50)
);
CREATE INDEX users_email ON users (email);
CREATE TABLE posts (
    id bigint NOT NULL PRIMARY KEY,
    author bigint NOT NULL,
    CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id)
);
CREATE INDEX posts_author ON posts (author);
CREATE VIEW authors AS SELECT DISTINCT author FROM posts;
";

/// Without the view, and the nickname has another name.
const THIRD: &str = "
CREATE TABLE users (
    id bigint NOT NULL PRIMARY KEY,
    email varchar(200) NOT NULL,
    display_name varchar(50) -- groundplan:renamed_from=nickname
);
CREATE INDEX users_email ON users (email);
CREATE TABLE posts (
    id bigint NOT NULL PRIMARY KEY,
    author bigint NOT NULL,
    CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id)
);
CREATE INDEX posts_author ON posts (author);
";

#[tokio::test]
async fn a_database_is_led_through_its_versions() {
    for database in every_engine().await {
        println!("{}", database.engine);
        let folder = Folder::new();
        let url = database.url.as_str();
        let first = folder.file("first.sql", FIRST);
        let second = folder.file("second.sql", SECOND);
        let third = folder.file("third.sql", THIRD);
        let (plan, approval) = (folder.path("plan.json"), folder.path("approval.json"));

        // An empty database.
        assert!(!groundplan(&["inspect", "--url", url]).with(0).stdout.contains("TABLE"));
        groundplan(&["plan", "--url", url, "--to", &first]).with(0);
        groundplan(&["plan", "--url", url, "--to", &first, "--detailed-exitcode"]).with(4);
        groundplan(&["apply", "--url", url, "--to", &first]).with(0);
        groundplan(&["plan", "--url", url, "--to", &first, "--detailed-exitcode"]).with(0);
        database.execute("INSERT INTO users VALUES (1, 'ada@example.org')").await;

        // What only adds needs no consent.
        groundplan(&["plan", "--url", url, "--to", &second, "--out", &plan]).with(0);
        groundplan(&["apply", "--url", url, "--plan", &plan]).with(0);
        groundplan(&["plan", "--url", url, "--to", &second, "--detailed-exitcode"]).with(0);
        database.execute("UPDATE users SET nickname = 'Ada'").await;

        // A rename and a drop do, each by its number.
        let refused = groundplan(&["apply", "--url", url, "--to", &third]).with(3);
        assert_eq!(refused.error(), "GP-E301");
        let shown = groundplan(&["plan", "--url", url, "--to", &third, "--out", &plan]).with(0).stdout;
        assert!(shown.contains("need an approval") || shown.contains("needs an approval"), "{shown}");
        assert_eq!(groundplan(&["apply", "--url", url, "--plan", &plan]).with(3).error(), "GP-E301");
        groundplan(&["approve", &plan, "--step", "1", "--out", &approval]).with(0);
        let one = ["apply", "--url", url, "--plan", &plan, "--approval", &approval];
        assert_eq!(groundplan(&one).with(3).error(), "GP-E301", "one of two steps is approved");
        groundplan(&["approve", &plan, "--all", "--by", "Grace", "--valid-for", "1", "--out", &approval])
            .with(0);
        groundplan(&one).with(0);
        groundplan(&["plan", "--url", url, "--to", &third, "--detailed-exitcode"]).with(0);
        assert_eq!(database.number("SELECT count(*) FROM users WHERE display_name = 'Ada'").await, 1);

        // Done is done: the same plan again finds nothing to do.
        groundplan(&one).with(0);
        what_is_inspected_can_be_applied(&database, &folder).await;
        state_is_reported(&database, url).await;
        database.close().await;
    }
}

async fn state_is_reported(database: &TestDatabase, url: &str) {
    let history = groundplan(&["history", "--url", url, "--format", "json"]).with(0).json();
    assert_eq!(history.as_array().map(Vec::len), Some(3));
    let step = &history[0]["journal"][0];
    assert!(step["title"].is_string() && step["done_at"].as_i64() >= step["begun_at"].as_i64(), "{step}");
    let last = groundplan(&["history", "--url", url, "--last", "1"]).with(0).stdout;
    assert!(last.starts_with("run 3: applied on ") && !last.contains("run 2"), "{last}");
    let status = groundplan(&["status", "--url", url, "--json"]).with(0).json();
    assert_eq!(status["runs"].as_array().map(Vec::len), Some(3));
    assert_eq!(status["runs"][0]["outcome"], "applied");
    assert_eq!(status["unmanaged"].as_array().map(Vec::len), Some(0));
    database.execute("CREATE TABLE by_hand (id bigint)").await;
    database.execute("ALTER TABLE users ADD COLUMN by_hand int").await;
    database.execute("DROP TABLE posts").await;
    let status = groundplan(&["status", "--url", url]).with(0).stdout;
    assert!(status.contains("drift: gone (1):\n  table "), "{status}");
    assert!(status.contains("unmanaged (2):\n"), "{status}");
}

/// What `inspect` prints, as SQL and as JSON, makes an equal database, and `diff` finds no difference.
async fn what_is_inspected_can_be_applied(database: &TestDatabase, folder: &Folder) {
    let url = database.url.as_str();
    let sql = folder.file("inspected.sql", groundplan(&["inspect", "--url", url]).with(0).stdout);
    let json = groundplan(&["inspect", "--url", url, "--format", "json"]).with(0).stdout;
    let json = folder.file("inspected.json", json);
    for source in [&sql, &json] {
        let copy = match database.engine {
            Engine::Sqlite => TestDatabase::sqlite().await,
            engine => TestDatabase::on_server(engine, &server_of(url)).await,
        };
        groundplan(&["apply", "--url", &copy.url, "--to", source]).with(0);
        for (from, to) in [(url, copy.url.as_str()), (source, &copy.url), (&copy.url, source)] {
            let diff = groundplan(&["diff", "--from", from, "--to", to]).with(0);
            assert_eq!(diff.stdout, "", "{from} {to}");
        }
        groundplan(&["plan", "--url", &copy.url, "--to", url, "--exact", "--detailed-exitcode"]).with(0);
        copy.close().await;
    }
}

/// The URL of the server that a database is on, as [`TestDatabase::on_server`] takes it.
fn server_of(url: &str) -> String {
    let (server, _) = url.rsplit_once('/').unwrap();
    if server.starts_with("postgres") { format!("{server}/postgres") } else { format!("{server}/") }
}

#[tokio::test]
async fn diff_prints_the_way_from_one_to_the_other() {
    for database in every_engine().await {
        let folder = Folder::new();
        let (first, second) = (folder.file("first.sql", FIRST), folder.file("second.sql", SECOND));
        let dev = ["--dev-url", database.url.as_str()];
        let forth = groundplan(&[&["diff", "--from", &first, "--to", &second], &dev[..]].concat()).with(0);
        assert!(forth.stdout.contains("nickname") && forth.stdout.contains("posts"), "{}", forth.stdout);
        database.execute(FIRST).await;
        let live = groundplan(&["diff", "--from", &database.url, "--to", &second]).with(0);
        assert_eq!(live.stdout, forth.stdout);
        let none = groundplan(&["diff", "--from", &first, "--to", &database.url]).with(0);
        assert_eq!(none.stdout, "");
        let back = groundplan(&["diff", "--from", &second, "--to", &first, "--json", dev[0], dev[1]]).with(0);
        assert!(back.json()["plan"]["steps"].as_array().is_some_and(|steps| !steps.is_empty()));
        database.close().await;
    }
}

#[tokio::test]
async fn only_exact_drops_what_is_not_declared() {
    for database in every_engine().await {
        let folder = Folder::new();
        let (url, first) = (database.url.as_str(), folder.file("first.sql", FIRST));
        database.execute("CREATE TABLE others (id bigint)").await;
        groundplan(&["apply", "--url", url, "--to", &first]).with(0);
        let plan = groundplan(&["plan", "--url", url, "--to", &first, "--exact", "--format", "sql"]).with(0);
        assert!(plan.stdout.contains("DROP TABLE"), "{}", plan.stdout);
        let refused = groundplan(&["apply", "--url", url, "--to", &first, "--exact"]).with(3);
        assert!(refused.stderr.contains("GP-DL101"), "{}", refused.stderr);
        assert_eq!(database.number("SELECT count(*) FROM others").await, 0, "it is still there");
        database.close().await;
    }
}

#[tokio::test]
async fn an_older_file_leads_back_only_with_an_approval() {
    for database in every_engine().await {
        let folder = Folder::new();
        let narrow = folder.file("narrow.sql", "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);");
        let wide = folder.file("wide.sql", "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, age int);");
        for schema in [&narrow, &wide] {
            groundplan(&["apply", "--url", &database.url, "--to", schema]).with(0);
        }
        let refused = groundplan(&["apply", "--url", &database.url, "--to", &narrow]).with(3);
        assert!(refused.stderr.contains("GP-DL102"), "{}", refused.stderr);
        database.close().await;
    }
}

#[tokio::test]
async fn a_folder_is_one_schema_in_the_order_of_names() {
    for database in every_engine().await {
        let folder = Folder::new();
        folder.file(
            "schema/10_posts.sql",
            "CREATE TABLE posts (author bigint, FOREIGN KEY (author) REFERENCES users (id));",
        );
        folder.file("schema/02_users.sql", "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);");
        folder.file("schema/notes.txt", "not SQL");
        let schema = folder.path("schema");
        groundplan(&["apply", "--url", &database.url, "--to", &schema]).with(0);
        groundplan(&["plan", "--url", &database.url, "--to", &schema, "--detailed-exitcode"]).with(0);
        database.close().await;
    }
}

#[tokio::test]
async fn renames_are_told_on_the_command_line() {
    for database in every_engine().await {
        let folder = Folder::new();
        let url = database.url.as_str();
        database.execute("CREATE TABLE people (id bigint NOT NULL PRIMARY KEY, mail varchar(20))").await;
        database.execute("INSERT INTO people VALUES (1, 'a@b.c')").await;
        let to =
            folder.file("to.sql", "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, email varchar(20));");
        let (plan, approval) = (folder.path("plan.json"), folder.path("approval.json"));
        let renames = ["--rename", "people=users", "--rename", "people.mail=email"];
        groundplan(&[&["plan", "--url", url, "--to", &to, "--out", &plan], &renames[..]].concat()).with(0);
        groundplan(&["approve", &plan, "--all", "--out", &approval]).with(0);
        groundplan(&["apply", "--url", url, "--plan", &plan, "--approval", &approval]).with(0);
        assert_eq!(database.number("SELECT count(*) FROM users WHERE email = 'a@b.c'").await, 1);
        // The hint may stay: it is done.
        let again = [&["plan", "--url", url, "--to", &to, "--detailed-exitcode"], &renames[..]].concat();
        groundplan(&again).with(0);
        database.close().await;
    }
}

#[tokio::test]
async fn a_plan_holds_for_its_database_and_its_base_only() {
    for database in every_engine().await {
        let folder = Folder::new();
        let url = database.url.as_str();
        let (first, second) = (folder.file("first.sql", FIRST), folder.file("second.sql", SECOND));
        let (plan, approval) = (folder.path("plan.json"), folder.path("approval.json"));
        groundplan(&["plan", "--url", url, "--to", &first, "--out", &plan]).with(0);

        let other = match database.engine {
            Engine::Sqlite => TestDatabase::sqlite().await,
            engine => TestDatabase::on_server(engine, &server_of(url)).await,
        };
        let elsewhere = groundplan(&["apply", "--url", &other.url, "--plan", &plan]).with(2);
        assert_eq!(elsewhere.error(), "GP-E103");
        assert!(!groundplan(&["inspect", "--url", &other.url]).with(0).stdout.contains("TABLE"));
        other.close().await;

        database.execute("CREATE TABLE by_hand (id bigint)").await;
        assert_eq!(groundplan(&["apply", "--url", url, "--plan", &plan]).with(2).error(), "GP-E304");
        database.execute("DROP TABLE by_hand").await;

        let text = std::fs::read_to_string(&plan).unwrap();
        let edited = folder.file("edited.json", text.replacen("CREATE TABLE", "DROP TABLE", 1));
        assert_eq!(groundplan(&["apply", "--url", url, "--plan", &edited]).with(2).error(), "GP-E103");
        assert_eq!(groundplan(&["approve", &edited, "--all", "--out", &approval]).with(2).error(), "GP-E103");
        let cut = folder.file("cut.json", &text[..text.len() / 2]);
        assert_eq!(groundplan(&["apply", "--url", url, "--plan", &cut]).with(2).error(), "GP-E103");

        // An approval of one plan is none of another.
        groundplan(&["approve", &plan, "--all", "--out", &approval]).with(0);
        groundplan(&["apply", "--url", url, "--plan", &plan]).with(0);
        let next = folder.path("next.json");
        groundplan(&["plan", "--url", url, "--to", &second, "--out", &next]).with(0);
        let reused = groundplan(&["apply", "--url", url, "--plan", &next, "--approval", &approval]).with(3);
        assert_eq!(reused.error(), "GP-E303");
        let text = std::fs::read_to_string(&approval).unwrap();
        let forged = folder.file("forged.json", text.replacen("\"steps\"", "\"step\"", 1));
        let forged = groundplan(&["apply", "--url", url, "--plan", &next, "--approval", &forged]).with(2);
        assert_eq!(forged.error(), "GP-E103");
        groundplan(&["plan", "--url", url, "--to", &first, "--detailed-exitcode"]).with(0);
        database.close().await;
    }
}

#[tokio::test]
async fn rows_that_stand_in_the_way_stop_the_plan_and_are_not_shown() {
    for database in every_engine().await {
        let folder = Folder::new();
        let url = database.url.as_str();
        groundplan(&["apply", "--url", url, "--to", &folder.file("first.sql", FIRST)]).with(0);
        database
            .execute("INSERT INTO users VALUES (1, 'canary@example.org'), (2, 'canary@example.org')")
            .await;
        let unique = FIRST.replace("CREATE INDEX", "CREATE UNIQUE INDEX");
        let unique = folder.file("unique.sql", unique);
        let (plan, approval) = (folder.path("plan.json"), folder.path("approval.json"));
        groundplan(&["plan", "--url", url, "--to", &unique, "--out", &plan]).with(0);
        groundplan(&["approve", &plan, "--all", "--out", &approval]).with(0);
        let before = groundplan(&["inspect", "--url", url]).with(0).stdout;
        let stopped = groundplan(&["apply", "--url", url, "--plan", &plan, "--approval", &approval]).with(2);
        assert_eq!(stopped.error(), "GP-E302");
        assert!(!stopped.stderr.contains("canary"), "{}", stopped.stderr);
        assert_eq!(groundplan(&["inspect", "--url", url]).with(0).stdout, before);
        database.close().await;
    }
}

#[test]
fn names_in_another_case_are_the_same_names_to_sqlite() {
    let folder = Folder::new();
    let first = folder.file("first.sql", "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT);");
    let second =
        folder.file("second.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, Name TEXT, age INT);");
    let url = format!("sqlite://{}?mode=rwc", folder.path("a.db"));
    groundplan(&["apply", "--url", &url, "--to", &first]).with(0);
    let plan = groundplan(&["plan", "--url", &url, "--to", &second, "--exact", "--json"]).with(0).json();
    assert_eq!(plan["needs_approval"], serde_json::json!([]), "{plan}");
    groundplan(&["apply", "--url", &url, "--to", &second, "--exact"]).with(0);
    let found = groundplan(&["inspect", "--url", &url]).with(0).stdout;
    assert!(found.contains("users") && !found.contains("Users"), "{found}");
}
