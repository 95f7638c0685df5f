//! No combination of flags loses data without an approval.
//!
//! The flags are taken from the command line's own list, so that a new one joins by itself; one whose value is of a
//! kind that is not known here fails the test.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, CommandFactory, Parser};
use schema_core::{Approval, Connect, Engine, Error, Plan, Sql};

use super::args::Arguments;
use super::config;
use super::connect::Url;
use super::exit::Exit;
use super::output::Output;

const URL: &str = "url";

/// The tables before, and what rows stand in them.
const FULL: &str = "CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE TABLE gone (b text);";
const ROWS: [&str; 2] =
    ["INSERT INTO t (id, a) VALUES (1, 'kept'), (2, 'too')", "INSERT INTO gone VALUES ('as well')"];

/// A folder with everything that flags can name, and a database that holds rows.
struct Scene {
    folder: PathBuf,
    /// The server's own database, from which others are made; nothing for SQLite.
    server: Option<Url>,
    url: String,
}

impl Scene {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("a file");
    }

    /// Nothing, where the engine's server is not there.
    async fn new(engine: Engine) -> Option<Self> {
        let variable = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some("GROUNDPLAN_TEST_POSTGRES_URL"),
            Engine::MySql => Some("GROUNDPLAN_TEST_MYSQL_URL"),
            Engine::MariaDb => Some("GROUNDPLAN_TEST_MARIADB_URL"),
        };
        let server = match variable.map(std::env::var) {
            Some(Ok(url)) => Some(url),
            Some(Err(_)) => {
                let required = std::env::var_os("GROUNDPLAN_REQUIRE_SERVERS").is_some();
                assert!(
                    !required,
                    "{engine} has no server, and GROUNDPLAN_REQUIRE_SERVERS asks for every one"
                );
                return None;
            }
            None => None,
        };
        let name = format!("groundplan_consent_{}_{}", std::process::id(), engine.to_string().to_lowercase());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = match &server {
            Some(server) => format!("{}/{name}", server.rsplit_once('/').expect("a URL").0),
            None => format!("sqlite://{}", folder.join("app.db").display()),
        };
        // The server's own database, as a connection is to one.
        let own = |server: String| match engine {
            Engine::MySql | Engine::MariaDb => format!("{server}mysql"),
            Engine::Postgres | Engine::Sqlite => server,
        };
        let server = server.map(|server| own(server).parse().expect("a URL"));
        let scene = Self { folder, server, url };
        scene.write("full.sql", FULL);
        scene.write("less.sql", "CREATE TABLE t (id integer PRIMARY KEY);");
        scene.write(
            "groundplan.toml",
            "[rules]\nGP-BC201 = \"off\"\nGP-BL301 = \"off\"\nGP-NT501 = \"off\"\n",
        );
        scene.set().await;
        Some(scene)
    }

    /// Writes an approval of some steps of the plan.
    fn approve(&self, steps: impl Fn(&Plan) -> Vec<usize>) {
        let text = std::fs::read_to_string(self.path("plan.json")).expect("a plan");
        let plan = Plan::from_json(&text).expect("a plan");
        let approval = Approval::of(&plan, steps(&plan)).expect("its steps");
        self.write("approval.json", &serde_json::to_string(&approval).expect("JSON"));
    }

    /// The database as it is at first, whatever it is now; with a plan for it, and an approval of the very plan, but of
    /// none of its steps.
    async fn set(&self) {
        self.away().await;
        match &self.server {
            Some(server) => execute(server, &[format!("CREATE DATABASE {}", self.name())]).await,
            None if self.folder.join("template.db").exists() => {
                std::fs::copy(self.path("template.db"), self.path("app.db")).expect("a copy");
                self.plan().await;
                return;
            }
            None => {}
        }
        let made = self.run(&["apply", "--url", &self.url, "--to", &self.path("full.sql")]).await;
        assert!(matches!(made, Ok(Exit::Done)), "{made:?}");
        execute(&self.url.parse().expect("a URL"), &ROWS.map(str::to_owned)).await;
        if self.server.is_none() {
            std::fs::copy(self.path("app.db"), self.path("template.db")).expect("a copy");
        }
        self.plan().await;
    }

    async fn plan(&self) {
        let (wanted, plan) = (self.path("less.sql"), self.path("plan.json"));
        let made = self.run(&["plan", "--url", &self.url, "--to", &wanted, "--out", &plan]).await;
        assert!(matches!(made, Ok(Exit::Done)), "{made:?}");
        self.approve(|_| Vec::new());
    }

    fn name(&self) -> &str {
        self.url.rsplit_once('/').expect("a URL").1
    }

    async fn away(&self) {
        if let Some(server) = &self.server {
            execute(server, &[format!("DROP DATABASE IF EXISTS {}", self.name())]).await;
        }
    }

    async fn run(&self, arguments: &[&str]) -> Result<Exit, Error> {
        let arguments = ["groundplan"].iter().chain(arguments);
        let parsed = Arguments::try_parse_from(arguments).map_err(|error| Error::Input(error.to_string()))?;
        let rules = config::rules(parsed.config.as_deref())?;
        parsed.command.run(None, rules, &Output::mute(parsed.json)).await
    }

    /// The values that are still there.
    async fn values(&self) -> u64 {
        let url: Url = self.url.parse().expect("a URL");
        let mut session = url.connect().await.expect("a session");
        let mut found = 0;
        for values in ["a FROM t", "b FROM gone", "b FROM renamed"] {
            let (column, table) = values.split_once(' ').expect("a column");
            let query = Sql::new(format!("SELECT count({column}) {table}"));
            found += session.count(&query, Duration::from_mins(1)).await.unwrap_or(0);
        }
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

async fn execute(url: &Url, statements: &[String]) {
    let mut session = url.connect().await.expect("a session");
    for statement in statements {
        session.execute(&Sql::new(statement.clone())).await.expect("it is done");
    }
}

/// Every combination on SQLite, and in long runs on every engine; otherwise one in so many on the servers.
const ONE_IN: usize = 23;

async fn nothing_is_lost(engine: Engine) {
    let Some(scene) = Scene::new(engine).await else { return };
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
    // What cannot be said is not a combination.
    combinations.retain(|combination| {
        let words = ["groundplan", "apply", "--url", &scene.url].into_iter();
        Arguments::try_parse_from(words.chain(combination.iter().map(String::as_str))).is_ok()
    });
    let all = engine == Engine::Sqlite || std::env::var_os("GROUNDPLAN_LONG").is_some();
    let (mut refused, mut done) = (0, 0);
    for combination in combinations.iter().step_by(if all { 1 } else { ONE_IN }) {
        let words: Vec<&str> = ["apply", "--url", &scene.url]
            .into_iter()
            .chain(combination.iter().map(String::as_str))
            .collect();
        let result = scene.run(&words).await;
        assert_eq!(scene.values().await, 3, "{engine}: data is lost by {}", words.join(" "));
        match result {
            Ok(_) => {
                done += 1;
                scene.set().await;
            }
            Err(Error::Refused(_)) => refused += 1,
            Err(_) => {}
        }
    }
    assert!(refused > 0, "{engine}: {refused} refused, {done} done, of {}", combinations.len());
    // The same with an approval does lose it: the scene is a real one.
    scene.set().await;
    scene.approve(|plan| (1..=plan.steps.len()).collect());
    let (plan, approval) = (scene.path("plan.json"), scene.path("approval.json"));
    let approved = scene.run(&["apply", "--url", &scene.url, "--plan", &plan, "--approval", &approval]).await;
    assert!(matches!(approved, Ok(Exit::Done)), "{engine}: {approved:?}");
    assert_eq!(scene.values().await, 0, "{engine}");
    scene.away().await;
    std::fs::remove_dir_all(&scene.folder).expect("the folder goes");
}

#[tokio::test]
async fn no_combination_of_flags_loses_data_without_an_approval() {
    nothing_is_lost(Engine::Sqlite).await;
}

#[tokio::test]
async fn no_combination_of_flags_loses_data_of_postgres_without_an_approval() {
    nothing_is_lost(Engine::Postgres).await;
}

#[tokio::test]
async fn no_combination_of_flags_loses_data_of_mysql_without_an_approval() {
    nothing_is_lost(Engine::MySql).await;
}

#[tokio::test]
async fn no_combination_of_flags_loses_data_of_mariadb_without_an_approval() {
    nothing_is_lost(Engine::MariaDb).await;
}
