//! No combination of flags loses data without an approval.
//!
//! The flags are taken from the command line's own list, so that a new one joins by itself; one whose value is of a
//! kind that is not known here fails the test.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, CommandFactory, Parser};
use schema_core::{Approval, Error, Plan};

use super::args::Arguments;
use super::config;
use super::exit::Exit;
use super::output::Output;

const URL: &str = "url";

/// A folder with a database that holds rows, and everything that flags can name.
struct Scene {
    folder: PathBuf,
}

impl Scene {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path("app.db"))
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("a file");
    }

    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("groundplan_consent_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let scene = Self { folder };
        scene.write(
            "full.sql",
            "CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE TABLE gone (b text);",
        );
        scene.write("less.sql", "CREATE TABLE t (id integer PRIMARY KEY);");
        scene.write(
            "groundplan.toml",
            "[rules]\nGP-BC201 = \"off\"\nGP-BL301 = \"off\"\nGP-NT501 = \"off\"\n",
        );
        let url = scene.url();
        let made =
            scene.run(&["apply", "--url", &format!("{url}?mode=rwc"), "--to", &scene.path("full.sql")]).await;
        assert!(matches!(made, Ok(Exit::Done)), "{made:?}");
        let pool = sqlx::SqlitePool::connect(&url).await.expect("a database");
        let rows = "INSERT INTO t (a) VALUES ('kept'), ('too'); INSERT INTO gone VALUES ('as well')";
        sqlx::raw_sql(rows).execute(&pool).await.expect("rows");
        pool.close().await;
        let plan =
            ["plan", "--url", &url, "--to", &scene.path("less.sql"), "--out", &scene.path("plan.json")];
        assert!(matches!(scene.run(&plan).await, Ok(Exit::Done)));
        std::fs::copy(scene.path("app.db"), scene.path("template.db")).expect("a copy");
        // An approval of the very plan, but of none of its steps.
        let text = std::fs::read_to_string(scene.path("plan.json")).expect("a plan");
        let approval = Approval::of(&Plan::from_json(&text).expect("a plan"), []).expect("no steps");
        scene.write("approval.json", &serde_json::to_string(&approval).expect("JSON"));
        scene
    }

    async fn run(&self, arguments: &[&str]) -> Result<Exit, Error> {
        let arguments = ["groundplan"].iter().chain(arguments);
        let parsed = Arguments::try_parse_from(arguments).map_err(|error| Error::Input(error.to_string()))?;
        let rules = config::rules(parsed.config.as_deref())?;
        parsed.command.run(None, rules, &Output::mute(parsed.json)).await
    }

    /// The values that are still there.
    async fn values(&self) -> usize {
        let pool = sqlx::SqlitePool::connect(&self.url()).await.expect("a database");
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'groundplan%'";
        let mut found = 0;
        for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&pool).await.expect("tables") {
            let column = if table == "gone" { "b" } else { "a" };
            let query = sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}"));
            found +=
                sqlx::query_scalar::<_, String>(query).fetch_all(&pool).await.map_or(0, |rows| rows.len());
        }
        pool.close().await;
        found
    }

    /// The ways to give an argument, the first of which is not to.
    fn ways(&self, argument: &Arg) -> Vec<Vec<String>> {
        let name = format!("--{}", argument.get_long().expect("a long name"));
        let with = |values: &[String]| values.iter().map(|value| vec![name.clone(), value.clone()]).collect();
        let given: Vec<Vec<String>> = match argument.get_action() {
            ArgAction::SetTrue => vec![vec![name.clone()]],
            _value if !argument.get_possible_values().is_empty() => {
                let values = argument.get_possible_values();
                with(&values.iter().map(|value| value.get_name().to_owned()).collect::<Vec<_>>())
            }
            _value => {
                let kind = argument
                    .get_value_names()
                    .and_then(|names| names.first())
                    .map(clap::builder::Str::as_str);
                match (kind, argument.get_id().as_str()) {
                    (Some("SRC"), _) => with(&[self.path("less.sql")]),
                    (Some("FILE"), "plan") => with(&[self.path("plan.json")]),
                    (Some("FILE"), "approval") => with(&[self.path("approval.json")]),
                    (Some("FILE"), "config") => with(&[self.path("groundplan.toml")]),
                    (Some("OLD=NEW"), _) => with(&["gone=renamed".to_owned()]),
                    (kind, id) => panic!("what can be given to --{id} ({kind:?})? Say it here"),
                }
            }
        };
        [Vec::new()].into_iter().chain(given).collect()
    }
}

/// Whether an argument is about how long to wait, which decides nothing: they are given together.
fn is_wait(argument: &Arg) -> bool {
    argument.get_value_names().is_some_and(|names| names.iter().any(|name| name.as_str() == "SECONDS"))
}

#[tokio::test]
async fn no_combination_of_flags_loses_data_without_an_approval() {
    let scene = Scene::new().await;
    let command = Arguments::command();
    let apply = command.find_subcommand("apply").expect("the command");
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .chain(apply.get_arguments())
        .filter(|argument| !matches!(argument.get_action(), ArgAction::Help | ArgAction::Version))
        .filter(|argument| argument.get_id() != URL)
        .collect();
    let (waits, choices): (Vec<&Arg>, Vec<&Arg>) =
        arguments.into_iter().partition(|argument| is_wait(argument));
    let waits =
        waits.iter().flat_map(|wait| [format!("--{}", wait.get_long().expect("a name")), "1".to_owned()]);
    let mut combinations: Vec<Vec<String>> = vec![Vec::new(), waits.collect()];
    for argument in choices {
        let ways = scene.ways(argument);
        let longer = |before: &Vec<String>| {
            ways.iter().map(|way| [before.clone(), way.clone()].concat()).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(longer).collect();
    }
    let url = scene.url();
    let (mut refused, mut done) = (0, 0);
    for combination in &combinations {
        restore(&scene.folder);
        let words: Vec<&str> =
            ["apply", "--url", &url].into_iter().chain(combination.iter().map(String::as_str)).collect();
        match scene.run(&words).await {
            Ok(_) => done += 1,
            Err(Error::Refused(_)) => refused += 1,
            Err(_) => {}
        }
        assert_eq!(scene.values().await, 3, "data is lost by {}", words.join(" "));
    }
    assert!(refused > 0, "{refused} refused, {done} done, of {}", combinations.len());
    // The same with an approval does lose it: the scene is a real one.
    restore(&scene.folder);
    let text = std::fs::read_to_string(scene.path("plan.json")).expect("a plan");
    let plan = Plan::from_json(&text).expect("a plan");
    let approval = Approval::of(&plan, 1..=plan.steps.len()).expect("its steps");
    scene.write("approval.json", &serde_json::to_string(&approval).expect("JSON"));
    let (plan, approval) = (scene.path("plan.json"), scene.path("approval.json"));
    let approved = scene.run(&["apply", "--url", &url, "--plan", &plan, "--approval", &approval]).await;
    assert!(matches!(approved, Ok(Exit::Done)), "{approved:?}");
    assert_eq!(scene.values().await, 0);
    std::fs::remove_dir_all(&scene.folder).expect("the folder goes");
}

fn restore(folder: &Path) {
    std::fs::copy(folder.join("template.db"), folder.join("app.db")).expect("a copy");
}
