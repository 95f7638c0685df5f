//! Every kind of step of every planner, interrupted: the process is killed, the server ends the connection, the way is
//! cut. The same plan then goes on to the same end, and does nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan::core::{Engine, Fingerprint, ObjectId, Scope};
use groundplan::dsl::Database;
use groundplan::{ApplyPolicy, Approval, Connect, Migrator, Plan, Status};

use crate::connection::{Blow, Site};
use crate::support::changes::{Change, every_kind, kinds, sample, scoped};
use crate::support::process::{Death, Job, Moment, Process, Task};
use crate::support::watch::{Recorder, Watched, Watcher};
use crate::support::{TestDatabase, long, say};

/// What interrupts the plan at a call.
#[derive(Clone, Copy, Debug)]
enum Interruption {
    Process(Moment),
    Connection(Blow),
}

/// Where it ended.
#[derive(Debug, PartialEq, Eq)]
struct End {
    schema: Fingerprint,
    rows: BTreeMap<ObjectId, i64>,
}

fn approved(engine: Engine, change: &Change, plan: &Plan) -> Migrator {
    let approval = Approval::of(plan, 1..=plan.steps.len()).unwrap();
    scoped(engine, change.second()).policy(ApplyPolicy::development()).approval(approval)
}

/// A database at the first schema of a change, with its rows, and the way to it.
async fn set(engine: Engine, change: &Change) -> Option<Site> {
    Some(Site::of(change.stage(engine).await?).await)
}

/// A plan for another database that is at the same schema.
async fn moved(plan: &Plan, database: &TestDatabase) -> Plan {
    let target = database.connect().await.unwrap().target().await.unwrap();
    Plan { target, ..plan.clone() }
}

async fn end(site: Site) -> End {
    let engine = site.database.engine;
    let status = Migrator::new(Database::new()).status(&site.database).await.unwrap();
    assert!(status.unfinished.is_none(), "{engine}: {status:?}");
    let mut session = site.database.connect().await.unwrap();
    let scope = Scope { privileges: engine == Engine::Postgres, ..Scope::default() };
    let found = session.inspect(&scope).await.unwrap().schema.database;
    drop(session);
    let mut rows = BTreeMap::new();
    for table in
        found.tables().filter(|table| table.name.schema.as_ref().is_none_or(|schema| *schema == "public"))
    {
        let name = &table.name.name;
        let quoted = match engine {
            Engine::MySql | Engine::MariaDb => format!("`{name}`"),
            Engine::Postgres | Engine::Sqlite => format!("\"{name}\""),
        };
        rows.insert(table.id(), site.database.number(&format!("SELECT count(*) FROM {quoted}")).await);
    }
    site.close().await;
    End { schema: Fingerprint::of_schema(&found), rows }
}

/// Carries a plan out undisturbed. Returns the numbers of the calls by which the server is told something, and where it
/// ends.
async fn undisturbed(site: Site, change: &Change, plan: &Plan) -> (Vec<usize>, End) {
    let engine = site.database.engine;
    let recorder = Arc::new(Recorder::default());
    let watched = Watched { database: &site.database, watcher: Arc::clone(&recorder) as Arc<dyn Watcher> };
    let report = approved(engine, change, plan).apply(&watched, plan).await;
    report.unwrap_or_else(|error| panic!("{engine}, {}: {error}", change.name));
    let rest = scoped(engine, change.second()).plan(&site.database).await.unwrap();
    assert!(rest.is_empty(), "{engine}, {}: left to do: {rest}", change.name);
    (recorder.told(), end(site).await)
}

/// Statements that are in both, but for settings of the session.
fn twice(first: &[String], second: &[String]) -> Vec<String> {
    second.iter().filter(|sql| first.contains(sql) && !sql.starts_with("SET ")).cloned().collect()
}

/// Interrupts a plan at a call, and lets it go on. Returns what became of it, and what was committed before and after.
async fn interrupt(
    site: &Site,
    change: &Change,
    plan: &Plan,
    at: usize,
    how: Interruption,
) -> (String, Vec<String>, Vec<String>) {
    match how {
        Interruption::Process(moment) => {
            let plan = moved(plan, &site.database).await;
            let job = |death| Job {
                engine: site.database.engine,
                url: site.database.url.clone(),
                task: Task::Apply(plan.to_json().unwrap()),
                development: true,
                death,
                not_before: 0,
            };
            let killed = Process::start(&job(Some(Death { at, moment }))).wait();
            let next = Process::start(&job(None)).wait();
            let became = next.outcome.as_ref().map_or("nothing".to_owned(), |outcome| format!("{outcome:?}"));
            (became, killed.committed(), next.committed())
        }
        Interruption::Connection(blow) => {
            let plan = moved(plan, &site.way).await;
            let migrator = approved(site.database.engine, change, &plan);
            let first = site.lose(&migrator, &plan, at, blow).await;
            let (next, second) = site.go_on(&migrator, &plan).await;
            (next.map_or_else(|error| error.to_string(), |status| format!("{status:?}")), first, second)
        }
    }
}

async fn survive(engine: Engine) {
    let deaths = [Moment::Before, Moment::During].map(Interruption::Process);
    let losses: &[_] = match engine {
        // To a file there is no connection that could be lost.
        Engine::Sqlite => &[],
        Engine::Postgres | Engine::MySql | Engine::MariaDb => {
            &[Interruption::Connection(Blow::Backend), Interruption::Connection(Blow::Cut)]
        }
    };
    let good = [Status::Applied, Status::Resumed, Status::UpToDate].map(|status| format!("{status:?}"));
    let (mut seen, mut count) = (BTreeSet::new(), 0);
    let both = sample(engine, 6).into_iter().flat_map(|change| [change.clone(), change.back()]);
    for (number, change) in both.enumerate() {
        let change = &change;
        let Some(site) = set(engine, change).await else { return };
        let plan = scoped(engine, change.second()).plan(&site.database).await.unwrap();
        seen.extend(kinds(&plan));
        let (calls, expected) = undisturbed(site, change, &plan).await;
        // Before or during every statement, by a death and by a loss in turn; or at one that is another in each change.
        // The journal's own statements are the same in every plan: the other tests take those.
        let turn = |at: usize| [Some(deaths[at % 2]), losses.get(at % 2).copied()].into_iter().flatten();
        let every = calls.iter().flat_map(|at| turn(number + at).map(|how| (*at, how)));
        let one = calls[(number * 5 + calls.len() / 2) % calls.len()];
        let interruptions: Vec<(usize, Interruption)> = if long() {
            every.collect()
        } else {
            let means: Vec<Interruption> = turn(number).collect();
            vec![(one, means[number / 2 % means.len()])]
        };
        for (at, how) in interruptions {
            let site = set(engine, change).await.unwrap();
            let what = format!("{engine}, {}, {how:?} at {at}", change.name);
            let (became, first, second) = interrupt(&site, change, &plan, at, how).await;
            assert!(good.contains(&became), "{what}: committed {first:#?}, then {became}");
            assert_eq!(twice(&first, &second), [] as [String; 0], "{what}: done twice");
            assert_eq!(end(site).await, expected, "{what}");
            count += 1;
        }
    }
    let missing: Vec<_> = every_kind(engine).difference(&seen).cloned().collect();
    assert!(!long() || missing.is_empty(), "{engine}: no change has these steps: {missing:?}");
    say!("{engine}: {count} interruptions of {} kinds of steps survived", seen.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_survives_at_every_kind_of_step() {
    survive(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_survives_at_every_kind_of_step() {
    survive(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_survives_at_every_kind_of_step() {
    survive(Engine::MySql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_survives_at_every_kind_of_step() {
    survive(Engine::MariaDb).await;
}
