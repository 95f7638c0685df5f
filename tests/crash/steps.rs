//! Every kind of step of every planner, interrupted: the process is killed, the server ends the connection, the way is
//! cut. The same plan then goes on to the same end, and does nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use groundplan::core::{Engine, Fingerprint, ObjectId, Scope};
use groundplan::{ApplyPolicy, Approval, Connect, Migrator, Plan, Status};

use crate::connection::{Blow, Site};
use crate::support::changes::{Change, every_kind, kinds, sample, scoped};
use crate::support::process::{Death, Job, Moment, Process, Task};
use crate::support::{long, say};

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

/// A database at the first schema of a change, with its rows, and the plan to the second.
async fn set(engine: Engine, change: &Change) -> Option<(Site, Plan)> {
    let database = change.stage(engine).await?;
    let site = Site::of(database).await;
    let plan = site.plan(&scoped(engine, change.second())).await;
    Some((site, plan))
}

async fn end(site: Site, change: &Change) -> End {
    let engine = site.database.engine;
    let rest = scoped(engine, change.second()).plan(&site.database).await.unwrap();
    assert!(rest.is_empty(), "{engine}, {}: left to do: {rest}", change.name);
    let status = Migrator::new(groundplan::dsl::Database::new()).status(&site.database).await.unwrap();
    assert!(status.unfinished.is_none(), "{engine}, {}: {status:?}", change.name);
    let mut session = site.database.connect().await.unwrap();
    let found = session.inspect(&Scope::default()).await.unwrap().schema.database;
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

/// Statements that are in both, but for settings of the session.
fn twice(first: &[String], second: &[String]) -> Vec<String> {
    second.iter().filter(|sql| first.contains(sql) && !sql.starts_with("SET ")).cloned().collect()
}

async fn survive(engine: Engine) {
    let (mut seen, mut count) = (BTreeSet::new(), 0);
    let both = sample(engine, 6).into_iter().flat_map(|change| [change.clone(), change.back()]);
    for (number, change) in both.enumerate() {
        let change = &change;
        let Some((site, plan)) = set(engine, change).await else { return };
        seen.extend(kinds(&plan));
        let job = |site: &Site, plan: &Plan, death| Job {
            engine,
            url: site.database.url.clone(),
            task: Task::Apply(plan.to_json().unwrap()),
            development: true,
            death,
            not_before: 0,
        };
        let recorded = {
            let recorder = std::sync::Arc::new(crate::support::watch::Recorder::default());
            let watched = crate::support::watch::Watched {
                database: &site.database,
                watcher: std::sync::Arc::clone(&recorder)
                    as std::sync::Arc<dyn crate::support::watch::Watcher>,
            };
            let direct = scoped(engine, change.second()).plan(&site.database).await.unwrap();
            let report = approved(engine, change, &direct).apply(&watched, &direct).await;
            report.unwrap_or_else(|error| panic!("{engine}, {}: {error}", change.name));
            recorder.calls()
        };
        let expected = end(site, change).await;
        let mut all = vec![Interruption::Process(Moment::Before), Interruption::Process(Moment::During)];
        if engine != Engine::Sqlite {
            all.extend([Interruption::Connection(Blow::Backend), Interruption::Connection(Blow::Cut)]);
        }
        let whole = || (1..=recorded).flat_map(|at| all.iter().map(move |how| (at, *how)));
        let chosen: Vec<(usize, Interruption)> = if long() {
            whole().collect()
        } else {
            // One in each change, another each time.
            vec![(1 + (number * 5 + recorded / 2) % recorded, all[number % all.len()])]
        };
        for (at, how) in chosen {
            let (site, plan) = set(engine, change).await.unwrap();
            let migrator = approved(engine, change, &plan);
            let what = format!("{engine}, {}, {how:?} at {at} of {recorded}", change.name);
            let (first, next, second) = match how {
                Interruption::Process(moment) => {
                    let direct = scoped(engine, change.second()).plan(&site.database).await.unwrap();
                    let killed = Process::start(&job(&site, &direct, Some(Death { at, moment }))).wait();
                    let next = Process::start(&job(&site, &direct, None)).wait();
                    (killed.committed(), format!("{:?}", next.outcome), next.committed())
                }
                Interruption::Connection(blow) => {
                    let first = site.lose(&migrator, &plan, at, blow).await;
                    let (next, second) = site.go_on(&migrator, &plan).await;
                    (
                        first,
                        format!("Some({})", next.map_or_else(|e| e.to_string(), |s| format!("{s:?}"))),
                        second,
                    )
                }
            };
            let good = [Status::Applied, Status::Resumed, Status::UpToDate]
                .map(|status| format!("Some({status:?})"));
            assert!(good.contains(&next), "{what}: committed {first:#?}, then {next}");
            assert_eq!(twice(&first, &second), [] as [String; 0], "{what}: done twice");
            assert_eq!(end(site, change).await, expected, "{what}");
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
