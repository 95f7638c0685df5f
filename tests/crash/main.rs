//! Killed before, during or after any statement, the next run converges to the same end.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod connection;
mod steps;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use groundplan::core::{Database, Engine, Error, Fingerprint, Reach, Scope};
use groundplan::{ApplyPolicy, Connect, Migrator, Status};
use sqlx::{Connection, Executor};
use support::process::{Death, Done, Ended, Job, Moment, Outcome, Process, Task};
use support::{TestDatabase, long, say, scenario};

support::process::child_test!();

/// How a change is asked for, before the crash and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The first start of all, on an empty database.
    First,
    /// Additions only, by an application that starts and knows nothing of approvals.
    Start,
    /// Every kind of change, planned and approved again after the crash.
    Approve,
    /// Every kind of change, by a plan that was made and approved before the crash.
    Apply,
}

/// A database with the schema before and its rows.
struct Stage {
    database: TestDatabase,
    way: Way,
    /// What a start gets along with without an approval.
    development: bool,
    task: Task,
}

/// What every way through a crash must lead to.
#[derive(Debug, PartialEq, Eq)]
struct End {
    schema: Fingerprint,
    rows: Vec<String>,
}

impl Stage {
    /// Nothing, where the engine's server is not there.
    async fn set(engine: Engine, way: Way) -> Option<Self> {
        let database = match way {
            Way::First => TestDatabase::on(engine).await?,
            Way::Start | Way::Approve | Way::Apply => scenario::stage(engine).await?,
        };
        let development = way == Way::Start && {
            let plan = Migrator::new(scenario::wider()).plan(&database).await.unwrap();
            !ApplyPolicy::startup().objections(&plan).is_empty()
        };
        let task = match way {
            Way::First => Task::Start(scenario::old()),
            Way::Start => Task::Start(scenario::wider()),
            Way::Approve => Task::Approve(scenario::new()),
            Way::Apply => {
                let plan = Migrator::new(scenario::new()).plan(&database).await.unwrap();
                Task::Apply(plan.to_json().unwrap())
            }
        };
        Some(Self { database, way, development, task })
    }

    fn schema(&self) -> Database {
        match self.way {
            Way::First => scenario::old(),
            Way::Start => scenario::wider(),
            Way::Approve | Way::Apply => scenario::new(),
        }
    }

    fn run(&self, death: Option<Death>) -> Ended {
        Process::start(&self.job(death)).wait()
    }

    fn job(&self, death: Option<Death>) -> Job {
        Job {
            engine: self.database.engine,
            url: self.database.url.clone(),
            task: self.task.clone(),
            development: self.development,
            death,
            not_before: 0,
        }
    }

    /// Where it ended, after making sure that nothing is left to do.
    async fn end(self) -> End {
        let plan = Migrator::new(self.schema()).exact().plan(&self.database).await.unwrap();
        assert!(plan.is_empty(), "left to do: {plan}");
        let status = Migrator::new(self.schema()).status(&self.database).await.unwrap();
        assert!(status.drift.is_empty() && status.unfinished.is_none(), "{status:?}");
        assert!(status.unmanaged.is_empty(), "{status:?}");
        let mut session = self.database.connect().await.unwrap();
        let found = session.inspect(&Scope::default()).await.unwrap();
        assert_eq!(found.unmodelled, [], "left behind");
        drop(session);
        let rows = scenario::rows(&self.database, matches!(self.way, Way::Approve | Way::Apply)).await;
        self.database.close().await;
        End { schema: Fingerprint::of_schema(&found.schema.database), rows }
    }
}

/// Numbers from 1 to `last`: all of them in long runs, otherwise a few that are spread out.
fn some_of(last: usize) -> BTreeSet<usize> {
    let wanted = if long() { last } else { 4.min(last) };
    (1..=wanted).map(|n| n * last / wanted).collect()
}

async fn survives_crashes(engine: Engine, way: Way) {
    let Some(untouched) = Stage::set(engine, way).await else { return };
    let whole = untouched.run(None);
    assert_eq!(whole.outcome, Some(Outcome::Applied), "{engine}");
    let calls = whole.journal.len();
    let expected = untouched.end().await;

    let mut deaths: Vec<Death> = Vec::new();
    for (number, at) in some_of(calls).into_iter().enumerate() {
        let moments: &[Moment] = match (long(), number % 2) {
            (true, _) => &[Moment::Before, Moment::During],
            (false, 0) => &[Moment::Before],
            (false, _) => &[Moment::During],
        };
        deaths.extend(moments.iter().map(|moment| Death { at, moment: *moment }));
    }
    // After a call is before the next one, but for the last.
    deaths.push(Death { at: calls, moment: Moment::After });
    for death in &deaths {
        let stage = Stage::set(engine, way).await.unwrap();
        let killed = stage.run(Some(*death));
        assert!(killed.outcome.is_none() || death.moment == Moment::During, "{engine} {death:?}");
        let next = stage.run(None);
        assert!(
            matches!(next.outcome, Some(Outcome::Applied | Outcome::Resumed | Outcome::UpToDate)),
            "{engine}, {way:?}, killed {death:?} after {:?}, then: {:?}",
            killed.journal.iter().rfind(|done| matches!(done, Done::Statement(_))),
            next.outcome
        );
        if way == Way::Apply {
            let first = killed.committed();
            let twice: Vec<_> = next.committed().into_iter().filter(|sql| first.contains(sql)).collect();
            assert_eq!(twice, [] as [String; 0], "{engine}, {death:?}: done twice");
        }
        assert_eq!(stage.end().await, expected, "{engine}, {way:?}, {death:?}");
    }
    say!("{engine}, {way:?}: {calls} calls, {} deaths survived", deaths.len());
}

#[tokio::test]
async fn killed_at_any_time_the_next_start_converges() {
    let rounds: u32 = if long() { 60 } else { 4 };
    for database in support::every_engine().await {
        let engine = database.engine;
        groundplan::migrate(&database, scenario::old()).await.unwrap();
        let job = Job {
            engine,
            url: database.url.clone(),
            task: Task::Approve(scenario::new()),
            development: false,
            death: None,
            not_before: 0,
        };
        let back = Job { task: Task::Approve(scenario::old()), ..job.clone() };
        let started = Instant::now();
        assert_eq!(Process::start(&job).wait().outcome, Some(Outcome::Applied), "{engine}");
        let whole = started.elapsed();
        for round in 1..=rounds {
            // From the schema after to the one before, and the other way round.
            let job = if round % 2 == 1 { &back } else { &job };
            let mut process = Process::start(job);
            tokio::time::sleep(whole * round / (rounds + 1)).await;
            process.kill();
            process.wait();
            let next = Process::start(job).wait();
            assert!(
                matches!(next.outcome, Some(Outcome::Applied | Outcome::UpToDate)),
                "{engine}, round {round}: {:?}",
                next.outcome
            );
            let schema = if round % 2 == 1 { scenario::old() } else { scenario::new() };
            let plan = Migrator::new(schema).exact().plan(&database).await.unwrap();
            assert!(plan.is_empty(), "{engine}, round {round}: {plan}");
        }
        database.close().await;
    }
}

#[tokio::test]
async fn nobody_hangs_on_a_lock_that_is_not_given_back() {
    for database in support::every_engine().await {
        let engine = database.engine;
        let mut holder = database.connect().await.unwrap();
        holder.prepare(Duration::from_secs(1)).await.unwrap();
        assert!(holder.try_lock(&Reach::of(&Scope::default())).await.unwrap(), "{engine}");
        let started = Instant::now();
        let waiting = Migrator::new(scenario::old()).lock_wait(Duration::from_millis(300));
        let result = waiting.run(&database).await;
        assert!(matches!(result, Err(Error::Locked { .. })), "{engine}: {result:?}");
        assert!(started.elapsed() < Duration::from_secs(10), "{engine}: {:?}", started.elapsed());
        // Whoever holds it goes without a word.
        drop(holder);
        assert_eq!(waiting.run(&database).await.unwrap().status, Status::Applied, "{engine}");
        database.close().await;
    }
}

/// A concurrent index waits for an older transaction when its client dies: the server notices, and the lock is free.
#[tokio::test]
async fn postgres_frees_the_lock_of_a_dead_client() {
    let Some(stage) = Stage::set(Engine::Postgres, Way::Start).await else { return };
    let mut older = sqlx::PgConnection::connect(&stage.database.url).await.unwrap();
    older.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class").await.unwrap();
    let mut process = Process::start(&stage.job(None));
    let building = "SELECT count(*) FROM pg_stat_activity \
                    WHERE datname = current_database() AND query LIKE 'CREATE%INDEX CONCURRENTLY%'";
    let locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                 WHERE d.datname = current_database() AND l.locktype = 'advisory'";
    until(&stage.database, building, 1).await;
    process.kill();
    process.wait();
    let died = Instant::now();
    until(&stage.database, locks, 0).await;
    say!("the lock of a dead client was free after {:?}", died.elapsed());
    older.close().await.unwrap();
    let next = stage.run(None).outcome;
    assert!(matches!(next, Some(Outcome::Applied | Outcome::Resumed)), "{next:?}");
    stage.end().await;
}

/// Waits until a query gives a number.
async fn until(database: &TestDatabase, query: &str, wanted: i64) {
    for _ in 0..200 {
        if database.number(query).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never {wanted}: {query}");
}

macro_rules! crashes {
    ($($engine:ident $first:ident $start:ident $approve:ident $apply:ident;)*) => {$(
        #[tokio::test]
        async fn $first() {
            survives_crashes(Engine::$engine, Way::First).await;
        }

        #[tokio::test]
        async fn $start() {
            survives_crashes(Engine::$engine, Way::Start).await;
        }

        #[tokio::test]
        async fn $approve() {
            survives_crashes(Engine::$engine, Way::Approve).await;
        }

        #[tokio::test]
        async fn $apply() {
            survives_crashes(Engine::$engine, Way::Apply).await;
        }
    )*};
}

crashes! {
    Sqlite sqlite_starts_for_the_first_time sqlite_starts sqlite_plans_again sqlite_resumes;
    Postgres postgres_starts_for_the_first_time postgres_starts postgres_plans_again postgres_resumes;
    MySql mysql_starts_for_the_first_time mysql_starts mysql_plans_again mysql_resumes;
    MariaDb mariadb_starts_for_the_first_time mariadb_starts mariadb_plans_again mariadb_resumes;
}
