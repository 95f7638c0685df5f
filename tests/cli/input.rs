//! Bad input: a clear error with a code, exit 2, and nothing changed.

use groundplan::core::Engine;

use crate::process::{Folder, groundplan};
use crate::support::every_engine;

#[test]
fn arguments_that_do_not_fit_are_refused() {
    for arguments in [
        &["plan"][..],
        &["nonsense"],
        &["plan", "--url"],
        &["plan", "--url", "sqlite::memory:"],
        &["plan", "--url", "sqlite::memory:", "--to", "a.sql", "--format", "xml"],
        &["apply", "--url", "sqlite::memory:", "--to", "a.sql", "--plan", "b.json"],
        &["approve", "plan.json", "--out", "approval.json"],
        &["approve", "plan.json", "--all", "--step", "1", "--out", "approval.json"],
        &["plan", "--url", "sqlite::memory:", "--to", "a.sql", "--rename", "nothing"],
        &["explain", "GP-XX999"],
    ] {
        let ended = groundplan(arguments).with(2);
        assert_eq!(ended.stdout, "", "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_is_data() {
    for arguments in [&["--help"][..], &["--version"], &["plan", "--help"]] {
        let ended = groundplan(arguments).with(0);
        assert!(!ended.stdout.is_empty() && ended.stderr.is_empty());
    }
}

#[test]
fn places_that_do_not_exist_are_refused() {
    let folder = Folder::new();
    let (url, sql) = (folder.sqlite("a.db"), folder.file("a.sql", "CREATE TABLE a (b int);"));
    let other = folder.file("a.toml", "");
    let empty = folder.file("empty/readme.txt", "").replace("/readme.txt", "");
    let missing = folder.path("missing.sql");
    let refused = |arguments: &[&str], code: &str| {
        let ended = groundplan(arguments).with(2);
        assert_eq!((ended.error(), ended.stdout.as_str()), (code, ""), "{arguments:?}");
        ended.stderr
    };
    for source in [&missing, &other, &empty] {
        assert!(refused(&["plan", "--url", &url, "--to", source], "GP-E103").contains(source.as_str()));
        refused(&["apply", "--url", &url, "--to", source], "GP-E103");
        refused(&["diff", "--from", source, "--to", &sql, "--engine", "sqlite"], "GP-E103");
    }
    refused(&["apply", "--url", &url, "--plan", &missing], "GP-E103");
    refused(&["approve", &missing, "--all", "--out", &folder.path("b.json")], "GP-E103");
    refused(&["diff", "--from", &sql, "--to", &sql], "GP-E103");
    refused(&["diff", "--from", &sql, "--to", &sql, "--engine", "postgres"], "GP-E103");
    let missing = format!("sqlite://{}", folder.path("missing.db"));
    assert!(refused(&["inspect", "--url", &missing], "GP-E201").contains("mode=rwc"));
    assert!(!std::path::Path::new(&folder.path("missing.db")).exists());
    let no_database = format!("sqlite://{sql}");
    groundplan(&["inspect", "--url", &no_database]).with(2);
}

#[test]
fn a_missing_file_is_made_by_apply_alone() {
    let folder = Folder::new();
    let sql = folder.file("a.sql", "CREATE TABLE a (b int);");
    let url = format!("sqlite://{}", folder.path("new.db"));
    for arguments in [&["plan", "--url", &url, "--to", &sql][..], &["status", "--url", &url]] {
        assert!(groundplan(arguments).with(2).stderr.contains("`apply --to` makes it"));
    }
    groundplan(&["apply", "--url", &format!("{url}?mode=rw"), "--to", &sql]).with(2);
    assert!(!std::path::Path::new(&folder.path("new.db")).exists());
    groundplan(&["apply", "--url", &url, "--to", &sql]).with(0);
    groundplan(&["plan", "--url", &url, "--to", &sql, "--detailed-exitcode"]).with(0);
}

#[test]
fn servers_that_do_not_answer_are_named_without_the_password() {
    let folder = Folder::new();
    let sql = folder.file("a.sql", "CREATE TABLE a (b int);");
    for scheme in ["postgres", "postgresql", "mysql", "mariadb"] {
        let url = format!("{scheme}://somebody:canary@127.0.0.1:1/db");
        for arguments in [
            &["inspect", "--url", &url][..],
            &["plan", "--url", &url, "--to", &sql],
            &["apply", "--url", &url, "--to", &sql],
            &["status", "--url", &url],
            &["diff", "--from", &url, "--to", &sql],
            &["status", "--url", &url, "--json"],
        ] {
            let ended = groundplan(arguments).with(2);
            assert!(ended.stderr.contains("GP-E201"), "{}", ended.stderr);
            assert!(ended.stderr.contains("127.0.0.1"), "{}", ended.stderr);
            assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
        }
        for wrong in [
            format!("{scheme}://somebody:canary@host:port/db"),
            format!("{scheme}://somebody:can/ary@host/db"),
            format!("{scheme}:/somebody:canary@host"),
            format!("{scheme}://somebody:canary@/x?y=%zz"),
            format!("x{scheme}://somebody:canary@host/db"),
        ] {
            let option = format!("--url={wrong}");
            for arguments in [&["inspect", "--url", &wrong][..], &["inspect", &option], &["inspect", &wrong]]
            {
                let ended = groundplan(arguments).with(2);
                assert!(!ended.stderr.contains("ary"), "{wrong}: {}", ended.stderr);
            }
        }
    }
}

#[test]
fn a_url_in_the_place_of_a_file_is_shown_without_the_password() {
    let folder = Folder::new();
    let sql = folder.file("a.sql", "CREATE TABLE a (b int);");
    let database = format!("sqlite://{}?mode=rwc", folder.file("a.db", ""));
    let wrong = "postgres://somebody:canary@host/db";
    for arguments in [
        &["plan", "--url", &database, "--to", &sql, "--out", wrong][..],
        &["plan", "--url", &database, "--to", &sql, "--config", wrong],
        &["apply", "--url", &database, "--plan", wrong],
        &["approve", wrong, "--all", "--out", &sql],
        &["lint", "--engine", "postgres", wrong],
        &["explain", wrong],
    ] {
        let ended = groundplan(arguments).with(2);
        assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_wrong_password_is_not_shown() {
    for database in every_engine().await {
        if database.engine != Engine::Sqlite {
            let (scheme, rest) = database.url.split_once("://").unwrap();
            let (_, address) = rest.rsplit_once('@').unwrap();
            let url = format!("{scheme}://nobody:canary@{address}");
            for arguments in [&["inspect", "--url", &url][..], &["status", "--url", &url, "--json"]] {
                let ended = groundplan(arguments).with(2);
                assert!(ended.stderr.contains("GP-E201"), "{}", ended.stderr);
                assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
            }
        }
        database.close().await;
    }
}

#[tokio::test]
async fn scripts_are_refused_at_the_place_that_is_wrong() {
    for database in every_engine().await {
        let folder = Folder::new();
        let url = database.url.as_str();
        let before = groundplan(&["inspect", "--url", url]).with(0).stdout;
        let scripts = [
            ("CREATE TABLE a (b int);\nCREATE TABEL c (d int);\n", 2),
            ("CREATE TABLE a (b int);\n\n  CREATE VIEW v AS SELECT nothing FROM a;\n", 3),
            ("CREATE TABLE a (b int);\nCREATE TABLE a (b int);\n", 2),
            ("CREATE TABLE a (\n  b int DEFAULT 'x\n);", 2),
            ("/* a\nb", 1),
        ];
        for (number, (script, line)) in scripts.into_iter().enumerate() {
            let file = folder.file(&format!("{number}.sql"), script);
            for command in ["plan", "apply"] {
                let ended = groundplan(&[command, "--url", url, "--to", &file]).with(2);
                assert_eq!(ended.error(), "GP-E102", "{}", ended.stderr);
                assert!(
                    ended.stderr.contains(&format!("{file}:{line}:")),
                    "{}: {}",
                    database.engine,
                    ended.stderr
                );
            }
        }
        let binary = folder.file("binary.sql", b"CREATE TABLE a (b int); \xff\xfe");
        groundplan(&["plan", "--url", url, "--to", &binary]).with(2);
        let nul = folder.file("nul.sql", "CREATE TABLE a (b int);\n\0");
        assert!(groundplan(&["plan", "--url", url, "--to", &nul]).with(2).stderr.contains(":2:1"));
        assert_eq!(groundplan(&["inspect", "--url", url]).with(0).stdout, before, "nothing was changed");
        database.close().await;
    }
}

#[tokio::test]
async fn schemas_as_json_are_checked() {
    for database in every_engine().await {
        let folder = Folder::new();
        let url = database.url.as_str();
        let column = r#"{"name":"id","type":"big_int"}"#;
        let object =
            |name: &str| format!(r#"{{"object":"table","name":{{"name":{name}}},"columns":[{column}]}}"#);
        let table = |name: &str| format!("[{}]", object(name));
        let long = format!("\"{}\"", "x".repeat(300));
        for (number, json) in [
            String::new(),
            "{}".to_owned(),
            "[{}]".to_owned(),
            r#"{"format":99,"engine":"sqlite","server_version":{"major":3,"minor":0,"patch":0},"schema":{"database":[]}}"#
                .to_owned(),
            table("\"nul\\u0000\""),
            table("\"\""),
        ]
        .into_iter()
        .chain((database.engine != Engine::Sqlite).then(|| table(&long)))
        .enumerate()
        {
            let file = folder.file(&format!("{number}.json"), &json);
            let ended = groundplan(&["apply", "--url", url, "--to", &file]).with(2);
            assert!(["GP-E101", "GP-E103"].contains(&ended.error()), "{json}: {}", ended.stderr);
        }
        // Names are data: quotes, spaces, Unicode, comment markers.
        let names =
            ["a b", "a\"b", "a`b", "a'b", "a;b", "a--b", "a/*b", "a\\b", "ä中", "€𝄞", "select", "[a]"];
        // MySQL's dictionary holds no characters beyond the basic plane.
        let beyond = matches!(database.engine, Engine::MySql | Engine::MariaDb);
        let names = names.into_iter().filter(|name| !beyond || name.chars().all(|c| u32::from(c) < 0x1_0000));
        let objects: Vec<String> = names.map(|name| object(&serde_json::to_string(name).unwrap())).collect();
        let file = folder.file("names.json", format!("[{}]", objects.join(",")));
        groundplan(&["apply", "--url", url, "--to", &file]).with(0);
        groundplan(&["plan", "--url", url, "--to", &file, "--detailed-exitcode"]).with(0);
        // And they are still data when they come back as SQL.
        let sql = folder.file("names.sql", groundplan(&["inspect", "--url", url]).with(0).stdout);
        groundplan(&["plan", "--url", url, "--to", &sql, "--detailed-exitcode"]).with(0);
        database.close().await;
    }
}

#[tokio::test]
async fn a_schema_of_another_engine_is_refused() {
    let folder = Folder::new();
    let sqlite = folder.sqlite("a.db");
    for database in every_engine().await {
        if database.engine != Engine::Sqlite {
            let json = folder
                .file("a.json", groundplan(&["inspect", "--url", &database.url, "--json"]).with(0).stdout);
            for source in [&json, &database.url] {
                let ended = groundplan(&["apply", "--url", &sqlite, "--to", source]).with(2);
                assert_eq!(ended.error(), "GP-E103");
                assert!(ended.stderr.contains("SQLite"), "{}", ended.stderr);
            }
        }
        database.close().await;
    }
}
