//! Connections that are lost, and clients that vanish without a word.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use groundplan::core::{Engine, Error};
use groundplan::{Approval, Migrator, Plan, Status};

use crate::support::proxy::Proxy;
use crate::support::watch::{Call, Recorder, Watched, Watcher};
use crate::support::{Assassin, TestDatabase, long, say, scenario};

/// What happens to the connection at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// The server ends it.
    Backend,
    /// The way to the server is cut.
    Cut,
    /// The way to the server falls silent.
    Silence,
}

/// Strikes at the n-th call, from 1.
struct Ambush {
    at: usize,
    weapon: Weapon,
    recorder: Recorder,
}

enum Weapon {
    Assassin(Assassin),
    Cut(Proxy),
    Silence(Proxy),
}

#[async_trait]
impl Watcher for Ambush {
    async fn before(&self, call: Call<'_>) {
        self.recorder.before(call).await;
        if self.recorder.calls() == self.at {
            match &self.weapon {
                Weapon::Assassin(assassin) => assassin.strike().await,
                Weapon::Cut(proxy) => proxy.cut(),
                Weapon::Silence(proxy) => proxy.fall_silent(),
            }
        }
    }

    async fn after(&self, call: Call<'_>) {
        self.recorder.after(call).await;
    }
}

/// A database that is reached by a way that can be cut, or fall silent.
pub struct Site {
    pub database: TestDatabase,
    pub way: TestDatabase,
    proxy: Option<Proxy>,
}

impl Site {
    pub async fn of(database: TestDatabase) -> Self {
        let engine = database.engine;
        // To a file there is no way that could be cut.
        let proxy = if engine == Engine::Sqlite { None } else { Some(Proxy::to(&database.url).await) };
        let url = proxy.as_ref().map_or_else(|| database.url.clone(), |proxy| proxy.url(&database.url));
        let way = TestDatabase::attach(engine, &url).await;
        Self { database, way, proxy }
    }

    pub async fn plan(&self, migrator: &Migrator) -> Plan {
        migrator.plan(&self.way).await.unwrap()
    }

    /// Carries a plan out over a connection that is lost at a call. Returns what was committed.
    pub async fn lose(&self, migrator: &Migrator, plan: &Plan, at: usize, blow: Blow) -> Vec<String> {
        let weapon = match blow {
            Blow::Backend => Weapon::Assassin(self.database.assassin()),
            Blow::Cut => Weapon::Cut(self.proxy.clone().unwrap()),
            Blow::Silence => Weapon::Silence(self.proxy.clone().unwrap()),
        };
        let ambush = Arc::new(Ambush { at, weapon, recorder: Recorder::default() });
        let watched = Watched { database: &self.way, watcher: Arc::clone(&ambush) as Arc<dyn Watcher> };
        let silent = blow == Blow::Silence;
        let patience = Duration::from_secs(if silent { 3 } else { 60 });
        let result = tokio::time::timeout(patience, migrator.apply(&watched, plan)).await;
        let engine = self.database.engine;
        match result {
            Ok(Err(Error::Database { .. })) if !silent => {}
            Err(_elapsed) if silent => {}
            other => panic!("{engine}, {blow:?} at {at}: {other:?}"),
        }
        ambush.recorder.committed()
    }

    /// Goes on by the same way, which is open again.
    pub async fn go_on(&self, migrator: &Migrator, plan: &Plan) -> (Result<Status, Error>, Vec<String>) {
        self.proxy.as_ref().unwrap().open();
        let recorder = Arc::new(Recorder::default());
        let watched = Watched { database: &self.way, watcher: Arc::clone(&recorder) as Arc<dyn Watcher> };
        let report = migrator.apply(&watched, plan).await;
        (report.map(|report| report.status), recorder.committed())
    }

    pub async fn close(self) {
        self.way.close().await;
        self.database.close().await;
    }
}

/// A client vanishes without closing anything: the server gives up on it, and others go on.
async fn nobody_waits_for_a_silent_client(engine: Engine, at: usize, limit: Duration) {
    if !long() {
        return;
    }
    let Some(database) = scenario::stage(engine).await else { return };
    let site = Site::of(database).await;
    let migrator = |plan: &Plan| {
        Migrator::new(scenario::new())
            .lock_wait(limit)
            .approval(Approval::of(plan, 1..=plan.steps.len()).unwrap())
    };
    let plan = site.plan(&Migrator::new(scenario::new())).await;
    site.lose(&migrator(&plan), &plan, at, Blow::Silence).await;
    let vanished = Instant::now();
    let impatient = Migrator::new(scenario::new()).lock_wait(Duration::from_millis(500));
    let refused = impatient.run(&site.database).await;
    assert!(refused.is_err(), "{engine}: nobody held the lock");
    // Meanwhile applications read and write.
    let plan = Migrator::new(scenario::new()).plan(&site.database).await.unwrap();
    let done = migrator(&plan).run(&site.database).await;
    say!("{engine}: the lock of a client that vanished was free after {:?}", vanished.elapsed());
    assert!(done.is_ok_and(|report| report.status == Status::Applied), "{engine}");
    site.close().await;
}

/// The third call is the first statement within the first transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gives_up_on_a_silent_client_within_a_transaction() {
    nobody_waits_for_a_silent_client(Engine::Postgres, 12, Duration::from_secs(45)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gives_up_on_a_silent_client() {
    nobody_waits_for_a_silent_client(Engine::Postgres, 1, Duration::from_mins(6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_gives_up_on_a_silent_client() {
    nobody_waits_for_a_silent_client(Engine::MySql, 6, Duration::from_secs(75)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_gives_up_on_a_silent_client() {
    nobody_waits_for_a_silent_client(Engine::MariaDb, 6, Duration::from_secs(75)).await;
}
