//! Processes of their own, for tests that kill them or let them race.
//!
//! A test binary starts itself again with the name of its hidden test `child`, which calls [`child`]. What is to be
//! done stands in a file, and so does what came out of it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use groundplan::core::{Database, Engine, Error};
use groundplan::{ApplyPolicy, Approval, Migrator, Plan};
use serde::{Deserialize, Serialize};

use super::TestDatabase;
use super::watch::{Call, Watched, Watcher};

/// The test that each of these binaries hides, with the name that [`Process::start`] calls.
#[allow(unused_macros, reason = "only some test files start processes")]
macro_rules! child_test {
    () => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "a part of the other tests, which start it in processes of its own"]
        async fn child() {
            support::process::child().await;
        }
    };
}
#[allow(unused_imports, reason = "only some test files start processes")]
pub(crate) use child_test;

const WRITES: &str = "writes";
const STOP: &str = "stop";
const VARIABLE: &str = "GROUNDPLAN_TEST_JOB";

/// What a process is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub engine: Engine,
    pub url: String,
    pub task: Task,
    /// Whether what breaks code or blocks writers goes without an approval.
    pub development: bool,
    /// When the process kills itself.
    pub death: Option<Death>,
    /// When it starts, so that many start at once: milliseconds since 1970.
    pub not_before: u128,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Task {
    /// Migrates to a schema, as applications do when they start.
    Start(Database),
    /// Migrates to a schema and approves whatever the plan holds.
    Approve(Database),
    /// Applies a plan, as JSON, with every step approved.
    Apply(String),
    /// Does statements, one after the other and over and over, until it is told to stop. `{n}` stands for the number of
    /// the round.
    Write(Vec<String>),
}

/// Death at the n-th call, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    pub at: usize,
    pub moment: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moment {
    Before,
    /// While the server is at it, which may finish what it was told by a client that is no more.
    During,
    After,
}

/// What became of a process that was not killed: the status of its report, or the error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Applied,
    Resumed,
    UpToDate,
    Wrote { longest: Duration, statements: u32 },
    Failed { code: String, message: String },
}

/// A line of a process's journal: what it did, each line written before it went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    Begin,
    Commit,
    Statement(String),
    Ledger,
}

/// A process that was started.
pub struct Process {
    process: std::process::Child,
    folder: PathBuf,
}

/// A process that has ended.
pub struct Ended {
    pub status: ExitStatus,
    pub journal: Vec<Done>,
    /// Nothing where it was killed.
    pub outcome: Option<Outcome>,
}

impl Process {
    /// Starts this test binary again for a job.
    pub fn start(job: &Job) -> Self {
        let folder = super::own_folder();
        std::fs::write(folder.join("job"), serde_json::to_string(job).unwrap()).unwrap();
        let process = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--ignored", "--nocapture"])
            .env(VARIABLE, &folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Self { process, folder }
    }

    /// Kills it where it stands.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Waits until a writer is at it.
    pub fn writes(&self) {
        while !self.folder.join(WRITES).exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Tells a writer to stop.
    pub fn stop(&self) {
        std::fs::write(self.folder.join(STOP), "").unwrap();
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ended {
        let status = self.process.wait().unwrap();
        let journal = std::fs::read_to_string(self.folder.join("journal")).unwrap_or_default();
        let journal = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let outcome = std::fs::read_to_string(self.folder.join("outcome")).ok();
        // Killed while it told its end, it told nothing.
        let outcome = outcome.and_then(|json| serde_json::from_str(&json).ok());
        std::fs::remove_dir_all(&self.folder).unwrap();
        Ended { status, journal, outcome }
    }
}

/// A test that fails leaves nobody behind.
impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Ended {
    /// The statements that are certain to be in the database: by themselves, or in a transaction that was committed.
    pub fn committed(&self) -> Vec<String> {
        let (mut committed, mut open) = (Vec::new(), None::<Vec<String>>);
        for done in &self.journal {
            match (done, &mut open) {
                (Done::Begin, _) => open = Some(Vec::new()),
                (Done::Commit, _) => committed.extend(open.take().into_iter().flatten()),
                (Done::Statement(sql), Some(open)) => open.push(sql.clone()),
                (Done::Statement(sql), None) => committed.push(sql.clone()),
                (Done::Ledger, _) => {}
            }
        }
        committed
    }
}

/// The hidden test of each binary that uses [`Process`]: does its job, when it is given one.
pub async fn child() {
    let Some(folder) = std::env::var_os(VARIABLE).map(PathBuf::from) else { return };
    let job: Job = serde_json::from_str(&std::fs::read_to_string(folder.join("job")).unwrap()).unwrap();
    let outcome = job.run(&folder).await;
    std::fs::write(folder.join("outcome"), serde_json::to_string(&outcome).unwrap()).unwrap();
}

impl Job {
    async fn run(self, folder: &Path) -> Outcome {
        let early = self.not_before.saturating_sub(now());
        tokio::time::sleep(Duration::from_millis(u64::try_from(early).unwrap())).await;
        let database = TestDatabase::attach(self.engine, &self.url).await;
        let watcher = Reaper::new(self.death, folder);
        let watched = Watched { database: &database, watcher: Arc::new(watcher) };
        let policy = if self.development { ApplyPolicy::development() } else { ApplyPolicy::startup() };
        let report = match self.task {
            Task::Start(schema) => Migrator::new(schema).policy(policy).run(&watched).await,
            Task::Approve(schema) => loop {
                let result = async {
                    let migrator = Migrator::new(schema.clone()).policy(policy);
                    let plan = migrator.plan(&database).await?;
                    migrator.approval(approve_all(&plan)?).run(&watched).await
                };
                match result.await {
                    // A statement of the process before was still running when the plan was made.
                    Err(Error::Approval(_)) => {}
                    result => break result,
                }
            },
            Task::Write(statements) => return write(&database, &statements, folder).await,
            Task::Apply(json) => {
                async {
                    let plan = Plan::from_json(&json)?;
                    let migrator = Migrator::new(Database::new()).policy(policy);
                    migrator.approval(approve_all(&plan)?).apply(&watched, &plan).await
                }
                .await
            }
        };
        match report.map(|report| report.status) {
            Ok(groundplan::Status::Applied) => Outcome::Applied,
            Ok(groundplan::Status::Resumed) => Outcome::Resumed,
            Ok(groundplan::Status::UpToDate | groundplan::Status::Planned) => Outcome::UpToDate,
            Err(error) => Outcome::Failed { code: error.code().to_string(), message: error.to_string() },
        }
    }
}

async fn write(database: &TestDatabase, statements: &[String], folder: &Path) -> Outcome {
    let (mut longest, mut count) = (Duration::ZERO, 0);
    for round in 1.. {
        for statement in statements {
            let statement = statement.replace("{n}", &round.to_string());
            let started = Instant::now();
            database.execute(&statement).await;
            if round > 1 {
                longest = longest.max(started.elapsed());
            }
            count += 1;
        }
        if round == 1 {
            std::fs::write(folder.join(WRITES), "").unwrap();
        }
        if folder.join(STOP).exists() {
            break;
        }
    }
    Outcome::Wrote { longest, statements: count }
}

/// Milliseconds since 1970.
pub fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

fn approve_all(plan: &Plan) -> Result<Approval, Error> {
    Approval::of(plan, 1..=plan.steps.len())
}

/// Keeps the journal, and kills its own process when the time has come.
struct Reaper {
    death: Option<Death>,
    calls: AtomicUsize,
    journal: File,
}

impl Reaper {
    fn new(death: Option<Death>, folder: &Path) -> Self {
        let journal = OpenOptions::new().create(true).append(true).open(folder.join("journal")).unwrap();
        Self { death, calls: AtomicUsize::new(0), journal }
    }

    fn is_due(&self, moment: Moment) -> bool {
        self.death == Some(Death { at: self.calls.load(Ordering::SeqCst), moment })
    }
}

#[async_trait]
impl Watcher for Reaper {
    async fn before(&self, _call: Call<'_>) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.is_due(Moment::Before) {
            die().await;
        }
        if self.is_due(Moment::During) {
            tokio::spawn(die());
        }
    }

    async fn after(&self, call: Call<'_>) {
        if self.is_due(Moment::After) {
            die().await;
        }
        let done = match call {
            Call::Begin => Done::Begin,
            Call::Commit => Done::Commit,
            Call::Execute(sql) => Done::Statement(sql.to_owned()),
            Call::Ledger => Done::Ledger,
        };
        let line = serde_json::to_string(&done).unwrap() + "\n";
        (&self.journal).write_all(line.as_bytes()).unwrap();
    }
}

/// Ends this process as SIGKILL does: nothing of it runs any more.
async fn die() {
    let killed = Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()), "kill is not there");
    tokio::time::sleep(Duration::from_mins(1)).await;
}
