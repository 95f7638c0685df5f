//! How plans are carried out, on a server in memory that fails on request. The dialects prove the same on real ones.
#![allow(clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod server;
mod tables;

use std::sync::Mutex;
use std::time::Duration;

use schema_core::{
    ApplyPolicy, Approval, Authority, Blocker, BlockerKind, Column, Database, Error, Event, Options, Plan,
    Report, Request, RunOutcome, Scope, Status, Table, Type, View, apply_plan, history, mark_production,
    migrate, plan_only, status, unmark_production,
};
use server::{Connection, Fault, Server, Style};

const STYLES: [Style; 3] = [Style::Atomic, Style::Transactional, Style::Bare];

fn column(name: &str) -> Column {
    Column::new(name, Type::native("text"))
}

fn users() -> Table {
    Table::new("users").column(column("email")).column(column("nickname"))
}

fn first() -> Database {
    Database::new().with(users()).with(View::new("emails", "select email from users"))
}

/// Changes a table, adds one, changes a view and adds one.
fn second() -> Database {
    Database::new()
        .with(users().column(column("added")))
        .with(Table::new("posts").column(column("title")))
        .with(View::new("emails", "select lower(email) from users"))
        .with(View::new("titles", "select title from posts"))
}

/// Changes a table so that running code breaks.
fn breaking() -> Database {
    Database::new()
        .with(users().column(column("breaking")))
        .with(View::new("emails", "select email from users"))
}

fn request(schema: Database) -> Request {
    Request { declared: schema.into(), ..Request::default() }
}

fn options() -> Options {
    Options { lock_wait: Duration::from_millis(80), attempts: 3, ..Options::default() }
}

async fn lead(server: &Server, schema: Database) -> Result<Report, Error> {
    lead_with(server, schema, &options()).await
}

async fn lead_with(server: &Server, schema: Database, options: &Options) -> Result<Report, Error> {
    let mut session = server.connect();
    let result = migrate(&mut session, &request(schema), options, &|_| {}).await;
    if result.is_ok() {
        assert!(!session.prepared, "the connection is given back as it was");
        assert!(server.is_free(), "lock and transaction are given back");
    }
    result
}

/// As [`lead`], with the approval that its refusal asks for.
async fn lead_by_consent(server: &Server, schema: Database) -> Result<Report, Error> {
    match lead(server, schema.clone()).await {
        Err(Error::Refused(refusal)) => {
            let approval = Some(approval_of(&refusal.plan));
            lead_with(server, schema, &Options { approval, ..options() }).await
        }
        other => other,
    }
}

async fn planned(server: &Server, schema: Database) -> Plan {
    plan_only(&mut server.connect(), &request(schema)).await.expect("a plan").plan
}

async fn apply(session: &mut Connection, plan: &Plan) -> Result<Report, Error> {
    apply_plan(session, plan, &options(), &|_| {}).await
}

fn approval_of(plan: &Plan) -> Approval {
    Approval::of(plan, 1..=plan.steps.len()).expect("its steps")
}

/// Runs that were started and are neither done nor superseded.
async fn unfinished(server: &Server) -> Option<(i64, usize)> {
    status(&mut server.connect(), &Scope::default()).await.expect("a status").unfinished
}

#[tokio::test]
async fn leads_to_what_is_declared_and_then_has_nothing_to_do() {
    for style in STYLES {
        let server = Server::new(style);
        assert_eq!(lead(&server, first()).await.expect("applied").status, Status::Applied);
        assert_eq!(server.schema(), first());
        assert_eq!(lead(&server, second()).await.expect("applied").status, Status::Applied);
        assert_eq!(server.schema(), second());
        server.statements();

        let before = server.inspections();
        let report = lead(&server, second()).await.expect("nothing to do");
        assert_eq!((report.status, report.plan.is_empty()), (Status::UpToDate, true));
        assert_eq!(server.inspections(), before, "the ledger answers");
        assert!(server.statements().is_empty());

        server.change(|schema| schema.insert(View::new("by_hand", "select 1")));
        let report = lead(&server, second()).await.expect("nothing to do");
        assert_eq!((report.status, report.plan.unmanaged.len()), (Status::UpToDate, 1));
        assert!(server.inspections() > before, "a change by other hands is looked at");
    }
}

#[tokio::test]
async fn without_a_stamp_nothing_to_do_takes_no_lock() {
    let server = Server::new(Style::Bare).without_stamps();
    lead(&server, first()).await.expect("applied");
    server.lock(99);
    let report = migrate(&mut server.connect(), &request(first()), &options(), &|_| {}).await;
    assert_eq!(report.expect("nothing to do").status, Status::UpToDate);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    for style in STYLES {
        let server = Server::new(style);
        let dry = Options { dry_run: true, ..options() };
        server.lock(99);
        let report = migrate(&mut server.connect(), &request(first()), &dry, &|_| {}).await.expect("a plan");
        assert_eq!((report.status, report.plan.is_empty()), (Status::Planned, false));
        let again = apply_plan(&mut server.connect(), &report.plan, &dry, &|_| {}).await;
        assert_eq!(again.expect("a plan").status, Status::Planned);
        assert!(server.schema().is_empty() && !server.has_ledger());
    }
}

#[tokio::test]
async fn converges_after_a_death_at_any_call() {
    for style in STYLES {
        for fault in [Fault::DieBefore, Fault::DieAfter] {
            for call in 0.. {
                let server = Server::new(style);
                lead(&server, first()).await.expect("applied");
                server.fault(fault(call));
                let died = lead(&server, second()).await;
                let finished = server.calls() <= call;
                assert_eq!(died.is_ok(), finished, "{style:?} {:?}: {died:?}", fault(call));
                server.fault(None);
                if finished {
                    break;
                }
                let at = || format!("{style:?} {:?}", fault(call));
                let report =
                    lead(&server, second()).await.unwrap_or_else(|error| panic!("{}: {error}", at()));
                assert_eq!(server.schema(), second(), "{} {report:?}", at());
                assert_eq!(unfinished(&server).await, None, "{}", at());
                let again = lead(&server, second()).await.unwrap_or_else(|error| panic!("{}: {error}", at()));
                assert_eq!(again.status, Status::UpToDate, "{}", at());
                // Everything is owned: what is not declared any more can go.
                let plan = planned(&server, Database::new()).await;
                assert!(plan.unmanaged.is_empty(), "{}: {:?}", at(), plan.unmanaged);
            }
        }
    }
}

#[tokio::test]
async fn a_reviewed_plan_is_resumed_after_a_death_at_any_call() {
    for style in STYLES {
        for fault in [Fault::DieBefore, Fault::DieAfter] {
            for call in 0.. {
                let server = Server::new(style);
                lead(&server, first()).await.expect("applied");
                let plan = planned(&server, second()).await;
                server.fault(fault(call));
                let died = apply(&mut server.connect(), &plan).await;
                let finished = server.calls() <= call;
                assert_eq!(died.is_ok(), finished, "{style:?} {:?}: {died:?}", fault(call));
                server.fault(None);
                if finished {
                    break;
                }
                let at = || format!("{style:?} {:?}", fault(call));
                apply(&mut server.connect(), &plan).await.unwrap_or_else(|error| panic!("{}: {error}", at()));
                assert_eq!(server.schema(), second(), "{}", at());
                assert_eq!(unfinished(&server).await, None, "{}", at());
                let again = apply(&mut server.connect(), &plan).await.expect("nothing to do");
                assert_eq!(again.status, Status::UpToDate, "{}", at());
            }
        }
    }
}

#[tokio::test]
async fn an_interrupted_plan_goes_on_where_it_stopped() {
    let server = Server::new(Style::Bare);
    lead(&server, first()).await.expect("applied");
    let plan = planned(&server, second()).await;
    server.fault(Fault::DieBefore(0));
    let mut statements = Vec::new();
    for call in 0.. {
        server.fault(Fault::DieBefore(call));
        server.statements();
        let done = apply(&mut server.connect(), &plan).await.is_ok();
        statements.extend(server.statements());
        if done {
            break;
        }
    }
    // Statements that change the schema run once, however often the plan is taken up again.
    let wanted: Vec<&str> =
        plan.steps.iter().flat_map(|s| &s.statements).map(schema_core::Sql::as_str).collect();
    for statement in wanted.iter().filter(|s| s.contains("renames") || s.contains("create")) {
        assert_eq!(statements.iter().filter(|done| done == statement).count(), 1, "{statement}");
    }
    assert_eq!(server.schema(), second());
}

#[tokio::test]
async fn a_lock_on_a_table_is_waited_for_and_the_step_tried_again() {
    for style in [Style::Transactional, Style::Bare] {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        server.fault(Fault::Busy(2));
        let events = Mutex::new(Vec::new());
        let listener = |event: &Event<'_>| {
            if let Event::StepRetried { number, attempt } = event {
                events.lock().expect("no panic").push((*number, *attempt));
            }
        };
        let report = migrate(&mut server.connect(), &request(second()), &options(), &listener).await;
        assert_eq!(report.expect("applied").status, Status::Applied);
        assert_eq!(server.schema(), second());
        assert_eq!(*events.lock().expect("no panic"), [(1, 1), (1, 2)]);

        server.fault(Fault::Busy(3));
        let error = lead(&server, second().with(View::new("v", "select 1"))).await.expect_err("too often");
        assert!(error.is_transient() && error.to_string().contains("tried 3 times"), "{error}");
        assert!(server.is_free());
    }
}

/// Those who wait behind the first lock of a transaction wait for its last one too.
#[tokio::test]
async fn the_locks_of_a_transaction_share_the_time_to_wait() {
    for (style, shares) in [(Style::Transactional, vec![500]), (Style::Bare, vec![1_000; 4])] {
        let server = Server::new(style);
        lead(&server, Database::new().with(users()).with(Table::new("posts").column(column("title"))))
            .await
            .expect("applied");
        server.waits();
        let wider = |table: Table| table.column(column("added"));
        let both =
            Database::new().with(wider(users())).with(wider(Table::new("posts").column(column("title"))));
        let options = Options { lock_timeout: Duration::from_secs(1), ..options() };
        lead_with(&server, both, &options).await.expect("applied");
        let waits: Vec<u128> = server.waits().iter().map(|waits| waits.locks.as_millis()).collect();
        assert_eq!(waits, shares, "{style:?}");
    }
}

/// Who, when, what, by whose consent, and what became of every step.
#[tokio::test]
async fn the_history_tells_the_whole_story() {
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        let migrator = Options { actor: Some("ada".to_owned()), ..options() };
        let plan = planned(&server, Database::new().with(users())).await;
        let approval = Approval { approved_by: Some("bob".to_owned()), ..approval_of(&plan) };
        let options = Options { approval: Some(approval.clone()), ..migrator };
        apply_plan(&mut server.connect(), &plan, &options, &|_| {}).await.expect("applied");
        if style != Style::Atomic {
            server.fault(Fault::Refuse);
            lead(&server, second()).await.expect_err("refused");
        }
        let runs = history(&mut server.connect(), 10).await.expect("a history");
        if style != Style::Atomic {
            let failed = &runs[0];
            assert_eq!(failed.run.outcome, Some(RunOutcome::Failed));
            assert!(failed.journal[0].error.as_ref().is_some_and(|error| error.contains("refused")));
        }
        let [.., second, first] = &runs[..] else { panic!("two runs: {runs:?}") };
        assert_eq!((second.run.id, first.run.id), (2, 1));
        let told = |run: &schema_core::RunDetails| (run.run.actor.clone(), run.approval.clone());
        assert_eq!(told(first), (Some("somebody".to_owned()), None));
        assert_eq!(told(second), (Some("ada".to_owned()), Some(approval)));
        assert_eq!((&second.run.plan, &*second.run.version), (&plan.hash(), env!("CARGO_PKG_VERSION")));
        let titles: Vec<_> = second.journal.iter().filter_map(|step| step.title.as_deref()).collect();
        assert_eq!(titles, plan.steps.iter().map(|step| &step.title).collect::<Vec<_>>());
        let timed = |step: &schema_core::StepTimes| step.done_at.is_some_and(|done| done >= step.begun_at);
        assert!(second.journal.iter().all(timed), "{second:?}");
        let json = serde_json::to_value(&runs).expect("JSON");
        assert_eq!(serde_json::from_value::<Vec<schema_core::RunDetails>>(json).expect("the same"), runs);
    }
}

#[tokio::test]
async fn a_half_made_object_is_cleared_away_before_the_next_attempt() {
    let server = Server::new(Style::Bare);
    server.fault(Fault::Busy(1));
    lead(&server, Database::new().with(View::new("v", "select 1"))).await.expect("applied");
    assert_eq!(server.schema(), Database::new().with(View::new("v", "select 1")));
}

#[tokio::test]
async fn a_refused_statement_stops_the_plan_and_is_journaled() {
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        server.fault(Fault::Refuse);
        let error = lead(&server, second()).await.expect_err("refused");
        assert!(matches!(&error, Error::Database { object: Some(_), .. }), "{error:?}");
        assert!(server.is_free());
        assert_eq!(server.schema(), first());
        let runs = status(&mut server.connect(), &Scope::default()).await.expect("a status").runs;
        let last = runs.first().and_then(|run| run.outcome);
        let atomic = style == Style::Atomic;
        assert_eq!(last, Some(if atomic { RunOutcome::Applied } else { RunOutcome::Failed }));
        server.fault(None);
        lead(&server, second()).await.expect("applied");
        assert_eq!(unfinished(&server).await, None);
    }
}

#[tokio::test]
async fn a_plan_that_leads_elsewhere_is_not_accepted() {
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        server.fault(Fault::Ignore);
        let error = lead(&server, second()).await.expect_err("not verified");
        let Error::Verification(message) = &error else { panic!("{error:?}") };
        assert!(message.contains("table posts") && message.contains("view titles"), "{message}");
        server.fault(None);
        lead(&server, second()).await.expect("applied");
        assert_eq!(server.schema(), second());
    }
}

#[tokio::test]
async fn rows_in_the_way_stop_the_plan_before_it_starts() {
    let server = Server::new(Style::Bare);
    lead(&server, first()).await.expect("applied");
    server.statements();
    server.put_rows_in_the_way(3);
    let unique = Database::new()
        .with(users().unique_constraint(schema_core::Unique::new(["email"]).named("key")))
        .with(View::new("emails", "select email from users"));
    let error = lead(&server, unique).await.expect_err("rows in the way");
    let Error::ProbeFailed(failures) = &error else { panic!("{error:?}") };
    assert_eq!(failures[0].rows, Some(3));
    assert!(server.statements().is_empty() && server.is_free());
}

#[tokio::test]
async fn waits_for_the_lock_and_gives_up() {
    let server = Server::new(Style::Transactional);
    server.lock(99);
    let mut session = server.connect();
    let error = migrate(&mut session, &request(first()), &options(), &|_| {}).await.expect_err("locked");
    assert!(matches!(error, Error::Locked { .. }), "{error}");
    assert!(!session.prepared);

    let freed = server.clone();
    let listener = move |event: &Event<'_>| {
        if let Event::Waiting { .. } = event {
            freed.lock(None);
        }
    };
    let report = migrate(&mut session, &request(first()), &options(), &listener).await.expect("applied");
    assert_eq!(report.status, Status::Applied);
}

#[tokio::test]
async fn of_many_replicas_one_applies() {
    let server = Server::new(Style::Transactional);
    server.lock(99);
    let other = server.clone();
    let done = Mutex::new(false);
    // While this one waits, another does the work.
    let listener = |event: &Event<'_>| {
        if let Event::Waiting { .. } = event
            && !std::mem::replace(&mut *done.lock().expect("no panic"), true)
        {
            other.change(|schema| *schema = first());
            other.lock(None);
        }
    };
    let report = migrate(&mut server.connect(), &request(first()), &options(), &listener).await;
    assert_eq!(report.expect("nothing left to do").status, Status::UpToDate);
}

#[tokio::test]
async fn a_plan_made_before_the_lock_is_carried_out_unless_something_changed() {
    for (interferes, looks) in [(false, 1), (true, 2)] {
        let server = Server::new(Style::Bare);
        let seen = Mutex::new(false);
        let other = server.clone();
        let listener = |event: &Event<'_>| {
            if let Event::Waiting { .. } = event
                && !std::mem::replace(&mut *seen.lock().expect("no panic"), true)
            {
                if interferes {
                    other.change(|schema| schema.insert(Table::new("theirs").column(column("a"))));
                }
                other.lock(None);
            }
        };
        server.lock(99);
        let report = migrate(&mut server.connect(), &request(first()), &options(), &listener).await;
        assert_eq!(report.expect("applied").status, Status::Applied);
        assert_eq!(server.canonicalizations(), looks, "interferes: {interferes}");
    }
}

#[tokio::test]
async fn a_plan_for_an_unchanged_schema_canonicalizes_nothing() {
    let server = Server::new(Style::Bare).without_stamps();
    lead(&server, first()).await.expect("applied");
    let before = server.canonicalizations();
    assert!(planned(&server, first()).await.is_empty());
    assert_eq!(server.canonicalizations(), before);
}

#[tokio::test]
async fn a_plan_from_another_base_is_refused() {
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        let plan = planned(&server, second()).await;
        server.change(|schema| schema.insert(View::new("by_hand", "select 1")));
        let error = apply(&mut server.connect(), &plan).await.expect_err("another base");
        assert!(matches!(error, Error::BaseChanged { .. }), "{error}");
        assert!(server.is_free());
        let mut elsewhere = plan.clone();
        elsewhere.target = "elsewhere".to_owned();
        let error = apply(&mut server.connect(), &elsewhere).await.expect_err("another target");
        assert!(matches!(error, Error::Input(_)), "{error}");
    }
}

#[tokio::test]
async fn what_loses_data_needs_consent() {
    let server = Server::new(Style::Bare);
    lead(&server, second()).await.expect("applied");
    let error = lead(&server, first()).await.expect_err("needs consent");
    let Error::Refused(refusal) = &error else { panic!("{error:?}") };
    assert_eq!(server.schema(), second());
    let approval =
        Approval::of(&refusal.plan, refusal.steps.iter().map(|(step, _)| *step)).expect("its steps");
    let consented = Options { approval: Some(approval), ..options() };
    lead_with(&server, first(), &consented).await.expect("applied");
    assert_eq!(server.schema(), first());
    let again = lead_with(&server, second(), &consented).await.expect_err("consent to another plan");
    assert!(matches!(again, Error::Approval(_)), "{again}");
}

#[tokio::test]
async fn consent_holds_for_the_rest_of_an_interrupted_plan() {
    let server = Server::new(Style::Bare);
    lead(&server, second()).await.expect("applied");
    let plan = planned(&server, first()).await;
    let approval = Approval::of(&plan, 1..=plan.steps.len()).expect("its steps");
    let consented = Options { approval: Some(approval), ..options() };
    for call in 0.. {
        server.fault(Fault::DieBefore(call));
        if lead_with(&server, first(), &consented).await.is_ok() || server.schema() != second() {
            break;
        }
    }
    server.fault(None);
    lead(&server, first()).await.expect("the consent is on record");
    assert_eq!(server.schema(), first());
}

#[tokio::test]
async fn only_what_is_owned_is_dropped() {
    for style in STYLES {
        let server = Server::new(style);
        server.change(|schema| schema.insert(Table::new("theirs").column(column("x"))));
        lead(&server, first()).await.expect("applied");
        let open = Options { policy: ApplyPolicy::development(), ..options() };
        let plan = planned(&server, Database::new()).await;
        assert_eq!(plan.unmanaged.len(), 1);
        let approval = Approval::of(&plan, 1..=plan.steps.len()).expect("its steps");
        let report = lead_with(&server, Database::new(), &Options { approval: Some(approval), ..open }).await;
        assert_eq!(report.expect("applied").plan.unmanaged.len(), 1);
        assert_eq!(server.schema().len(), 1);

        let exact = Request { authority: Authority::Exact, ..request(Database::new()) };
        let plan = plan_only(&mut server.connect(), &exact).await.expect("a plan").plan;
        assert_eq!((plan.unmanaged.len(), plan.steps.is_empty()), (0, false));
    }
}

#[tokio::test]
async fn a_renamed_column_is_still_owned_after_a_crash() {
    let renamed = || {
        Database::new()
            .with(Table::new("people").renamed_from("users").column(column("mail").renamed_from("email")))
            .with(View::new("emails", "select email from users"))
    };
    let wanted = Table::new("people").column(column("mail"));
    for call in 0.. {
        let server = Server::new(Style::Bare);
        lead(&server, first()).await.expect("applied");
        let approval = Some(approval_of(&planned(&server, renamed()).await));
        server.fault(Fault::DieAfter(call));
        let died = lead_with(&server, renamed(), &Options { approval, ..options() }).await;
        let finished = server.calls() <= call;
        assert_eq!(died.is_ok(), finished, "{died:?}");
        server.fault(None);
        if finished {
            break;
        }
        lead_by_consent(&server, renamed()).await.expect("applied");
        // `nickname` is ours to drop, under whichever name its table stands.
        assert_eq!(server.schema().table(&"people".into()), Some(&wanted), "call {call}");
    }
}

#[tokio::test]
async fn whoever_holds_what_a_plan_needs_stops_it_before_it_starts() {
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        let blocker = |kind| Blocker {
            kind,
            table: Some("users".into()),
            count: 2,
            seconds: 90,
            show: "SELECT who".into(),
        };
        server.block(vec![blocker(BlockerKind::Transaction), blocker(BlockerKind::InvalidIndex)]);
        let error = lead(&server, second()).await.expect_err("blocked");
        let text = error.to_string();
        assert!(matches!(&error, Error::Blocked(found) if found.len() == 1), "{error:?}");
        assert!(
            text.contains("users: 2 transactions, for 90 s already") && text.contains("SELECT who"),
            "{text}"
        );
        assert_eq!((server.schema(), unfinished(&server).await), (first(), None));
        // What may be in the way is told, and stops nothing.
        server.block(vec![blocker(BlockerKind::InvalidIndex)]);
        let told = Mutex::new(Vec::new());
        let listener = |event: &Event<'_>| {
            if let Event::MayBlock(blocker) = event {
                told.lock().expect("a list").push(blocker.kind);
            }
        };
        migrate(&mut server.connect(), &request(second()), &options(), &listener).await.expect("applied");
        assert_eq!(*told.lock().expect("a list"), [BlockerKind::InvalidIndex]);
    }
}

#[tokio::test]
async fn a_database_that_is_marked_production_knows_no_lenient_policy() {
    // What breaks code is applied as it is under this policy.
    let lenient = Options { policy: ApplyPolicy::development(), ..options() };
    for style in STYLES {
        let server = Server::new(style);
        lead(&server, first()).await.expect("applied");
        mark_production(&mut server.connect(), &options()).await.expect("marked");
        assert!(status(&mut server.connect(), &Scope::default()).await.expect("a status").production);
        assert!(matches!(lead_with(&server, breaking(), &lenient).await, Err(Error::Refused(_))));
        // A plan that is brought along is judged alike.
        let plan = planned(&server, breaking()).await;
        let refused = apply_plan(&mut server.connect(), &plan, &lenient, &|_| {}).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        // Only its name takes the mark away.
        let other = unmark_production(&mut server.connect(), "elsewhere", &options()).await;
        assert!(matches!(other, Err(Error::Input(_))));
        assert!(matches!(lead_with(&server, breaking(), &lenient).await, Err(Error::Refused(_))));
        unmark_production(&mut server.connect(), "fake", &options()).await.expect("unmarked");
        lead_with(&server, breaking(), &lenient).await.expect("applied");
    }
}

#[tokio::test]
async fn a_refusal_says_what_would_be_lost() {
    let server = Server::new(Style::Transactional);
    lead(&server, first()).await.expect("applied");
    server.put_rows_in_the_way(7);
    let exact = Request { authority: Authority::Exact, ..request(Database::new()) };
    let refused = migrate(&mut server.connect(), &exact, &options(), &|_| {}).await;
    let Err(Error::Refused(refusal)) = refused else { panic!("it was not refused") };
    assert_eq!(refusal.evidence.iter().map(|evidence| evidence.rows).collect::<Vec<_>>(), [Some(7)]);
    assert!(refusal.to_string().contains("7 rows of users"), "{refusal}");
    // They are counted for who decides, and stop nobody who has decided.
    let plan = plan_only(&mut server.connect(), &exact).await.expect("a plan").plan;
    let options = Options { approval: Some(approval_of(&plan)), ..options() };
    migrate(&mut server.connect(), &exact, &options, &|_| {}).await.expect("applied");
}
