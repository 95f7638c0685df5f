//! What the live tests share: databases in a folder of their own, the system's `sqlite3` as an independent
//! reader, and plans carried out without the ledger.
#![allow(
    dead_code,
    clippy::format_push_string,
    clippy::same_functions_in_if_condition,
    reason = "each test uses a part of it"
)]

pub mod dump;
pub mod generate;
pub mod rows;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use schema_core::diff::{Renames, diff};
use schema_core::plan::{Answers, Step};
use schema_core::{
    Canonical, Connect, Declared, Error, Inspection, PlanRequest, Reach, Scope, Script, Session, TableSizes,
};
use schema_sqlite as _;
use sqlx::sqlite::SqliteConnectOptions;

/// Prints a line past the harness, which keeps what passing tests print to itself.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($line)*);
    }};
}
#[allow(unused_imports, reason = "each test file uses its own part of this")]
pub(crate) use say;

/// A folder that is gone when the test is.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = home.join(format!("groundplan-sqlite-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The system's own client, or nothing where it is not installed.
pub fn client() -> Option<String> {
    let name = std::env::var("GROUNDPLAN_SQLITE3").unwrap_or_else(|_| "sqlite3".to_owned());
    let works =
        Command::new(&name).arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    if !works {
        assert!(std::env::var_os("GROUNDPLAN_REQUIRE_SERVERS").is_none(), "{name} is missing");
        say!("left out: there is no sqlite3 client");
    }
    works.then_some(name)
}

/// Runs SQL by the system's client and gives its output back.
pub fn sqlite3(file: &Path, sql: &str) -> Result<String, String> {
    use std::io::Write;
    let name = std::env::var("GROUNDPLAN_SQLITE3").unwrap_or_else(|_| "sqlite3".to_owned());
    let mut child = Command::new(name)
        .args(["-bail", "-batch", "-init", "/dev/null"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    child.stdin.take().unwrap().write_all(sql.as_bytes()).map_err(|e| e.to_string())?;
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A session on a file, which is made if need be.
pub async fn open(file: &Path) -> Box<dyn Session> {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).pragma("synchronous", "OFF");
    options.connect().await.unwrap()
}

pub async fn inspect(file: &Path) -> Inspection {
    open(file).await.inspect(&Scope::default()).await.unwrap()
}

/// What SQLite makes of a script.
pub async fn canonical(session: &mut dyn Session, name: &str, text: &str) -> Result<Inspection, Error> {
    let script = Script { name: name.to_owned(), text: text.to_owned() };
    let declared = Declared { scripts: vec![script], ..Declared::default() };
    session.canonicalize(&declared, &Scope::default()).await
}

/// Plans from what a session's database holds to `after`, checks that the effects lead there, and gives the steps.
pub async fn plan(
    session: &mut dyn Session,
    after: &Canonical,
    renames: &Renames,
) -> Result<Vec<Step>, Error> {
    let before = session.inspect(&Scope::default()).await?.schema;
    let changes = diff(&before, after, renames);
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = changes.apply(before.database.clone())?;
    let wanted = Canonical::observed(wanted, after.dependencies.clone());
    let sizes = TableSizes::default();
    let request = PlanRequest { before: &before, after: &wanted, diff: &changes, sizes: &sizes };
    let steps = session.dialect().plan(&request)?;
    let mut state = before.database;
    for step in &steps {
        state = step.effect.apply(state).map_err(|e| Error::Internal(format!("{}: {e}", step.title)))?;
    }
    assert!(state == wanted.database, "the effects of the steps do not lead to what is wanted");
    Ok(steps)
}

/// Asks the probes of some steps, and gives the first that finds rows which stand in the way.
pub async fn probe(session: &mut dyn Session, steps: &[Step]) -> Result<Option<String>, Error> {
    for probe in steps.iter().flat_map(|step| &step.probes).filter(|probe| probe.answers == Answers::Stop) {
        let rows = session.count(&probe.count, Duration::from_mins(1)).await?;
        if rows > 0 {
            return Ok(Some(format!("{}: {rows} {}", probe.code, probe.finding)));
        }
    }
    Ok(None)
}

/// Carries steps out as the apply engine does.
pub async fn execute(session: &mut dyn Session, steps: &[Step]) -> Result<(), Error> {
    session.prepare(Duration::from_secs(5)).await?;
    assert!(session.try_lock(&Reach::of(&Scope::default())).await?);
    session.begin().await?;
    let mut result = Ok(());
    for statement in steps.iter().flat_map(|step| &step.statements) {
        result = session.execute(statement).await;
        if result.is_err() {
            break;
        }
    }
    let result = match result {
        Ok(()) => session.commit().await,
        Err(error) => {
            session.rollback().await?;
            Err(error)
        }
    };
    session.unlock().await?;
    session.restore().await?;
    result
}

/// The folder of corpora, or nothing where there is none.
pub fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("GROUNDPLAN_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"), PathBuf::from);
    let folder = folder.join("sqlite");
    if folder.is_dir() {
        return Some(folder);
    }
    say!("left out: there are no corpora at {}", folder.display());
    None
}

/// The states of each project, oldest first, as name and text.
pub fn projects(folder: &Path) -> Vec<(String, Vec<(String, String)>)> {
    let mut projects: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    projects.sort();
    projects
        .into_iter()
        .map(|project| {
            let mut files: Vec<PathBuf> = std::fs::read_dir(&project)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "sql"))
                .collect();
            files.sort();
            let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
            let states =
                files.iter().map(|file| (name(file), std::fs::read_to_string(file).unwrap())).collect();
            (name(&project), states)
        })
        .collect()
}
