//! The laws of the diff algebra, over random schemas.
#![allow(clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod schemas;

use proptest::collection::vec;
use proptest::prelude::*;
use schema_core::diff::{Diff, ObjectChange, Renames, TableDiff, diff};
use schema_core::plan::{PLAN_FORMAT, Plan, Step};
use schema_core::{
    Canonical, Column, Database, Dependencies, Engine, Fingerprint, ForeignKey, Name, ObjectId, ObjectKind,
    Table, Type, Version,
};
use schemas::{renames, schema, without_old_names};

fn between(before: &Canonical, after: &Canonical) -> Diff {
    diff(before, after, &Renames::default())
}

/// The names of all columns in their physical order, which equality ignores.
fn column_orders(database: &Database) -> Vec<(String, Vec<Name>)> {
    database
        .tables()
        .map(|table| (table.name.to_string(), table.columns.names().cloned().collect()))
        .collect()
}

/// Equality, the physical order of columns included.
fn same(left: &Database, right: &Database) -> Result<(), TestCaseError> {
    prop_assert_eq!(left, right);
    prop_assert_eq!(column_orders(left), column_orders(right));
    Ok(())
}

/// What is renamed in `schema`, and a schema that could come out of it.
fn renamed(from: &Canonical, to: &Canonical, picks: &[u8], fresh: &str) -> (Renames, Canonical) {
    let renames = renames(from, picks, fresh);
    // Half of the picks lead to a schema that keeps what is renamed, half to an unrelated one.
    let to = if picks[0].is_multiple_of(2) {
        Canonical::observed(renames.apply(from.database.clone()), from.dependencies.clone())
    } else {
        without_old_names(to, &renames)
    };
    (renames, to)
}

/// Two parts of a diff that begin at the same schema.
fn split(whole: &Diff, picks: &[u8]) -> (Diff, Diff) {
    let (mut left, mut right) = (Diff::identity(), Diff::identity());
    for (index, change) in whole.changes.iter().enumerate() {
        let pick = picks[index % picks.len()];
        match change {
            ObjectChange::AlterTable(table) if pick < 128 => {
                let columns = TableDiff {
                    columns: table.columns.clone(),
                    column_names: table.column_names.clone(),
                    ..TableDiff::new(table.name.clone())
                };
                let rest = TableDiff { columns: Vec::new(), column_names: None, ..(**table).clone() };
                left.changes.extend(Diff::from(columns).changes);
                right.changes.extend(Diff::from(rest).changes);
            }
            change if pick.is_multiple_of(2) => left.changes.push(change.clone()),
            change => right.changes.push(change.clone()),
        }
    }
    (left, right)
}

fn plan(effect: Diff) -> Plan {
    let step = Step::new(ObjectId::new(ObjectKind::Table, &"t".into()), "change it", effect)
        .statement("ALTER TABLE t …")
        .undo("ALTER TABLE t …");
    Plan {
        format: PLAN_FORMAT,
        engine: Engine::Postgres,
        server_version: Version::new(18, 0, 0),
        target: "database".to_owned(),
        asked: Fingerprint::default(),
        scope: schema_core::Scope::default(),
        base: Fingerprint::default(),
        result: Fingerprint::default(),
        steps: vec![step],
        notes: vec!["a note".to_owned()],
        unmanaged: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_between_a_schema_and_itself(a in schema()) {
        prop_assert_eq!(between(&a, &a), Diff::identity());
    }

    #[test]
    fn a_diff_leads_from_one_schema_to_the_other(a in schema(), b in schema()) {
        same(&between(&a, &b).apply(a.database)?, &b.database)?;
    }

    #[test]
    fn the_inverse_is_the_diff_the_other_way(a in schema(), b in schema()) {
        let there = between(&a, &b);
        prop_assert_eq!(there.inverse(), between(&b, &a));
        prop_assert_eq!(there.inverse().inverse(), there);
    }

    #[test]
    fn two_diffs_in_a_row_are_one(a in schema(), b in schema(), c in schema()) {
        let both = between(&a, &b).then(&between(&b, &c))?;
        prop_assert_eq!(&both, &between(&a, &c));
        same(&both.apply(a.database)?, &c.database)?;
    }

    #[test]
    fn composition_is_associative(a in schema(), b in schema(), c in schema(), d in schema()) {
        let (first, second, third) = (between(&a, &b), between(&b, &c), between(&c, &d));
        prop_assert_eq!(first.then(&second)?.then(&third)?, first.then(&second.then(&third)?)?);
    }

    #[test]
    fn a_diff_and_its_inverse_cancel_out(a in schema(), b in schema()) {
        let there = between(&a, &b);
        prop_assert_eq!(there.then(&there.inverse())?, Diff::identity());
    }

    #[test]
    fn composition_refuses_what_does_not_follow(a in schema(), b in schema(), c in schema()) {
        let (first, second) = (between(&a, &b), between(&a, &c));
        // Whatever comes out of two diffs that begin at the same schema, it is right or an error.
        if let Ok(both) = first.then(&second)
            && let Ok(middle) = first.apply(a.database.clone())
            && let Ok(end) = second.apply(middle)
        {
            prop_assert_eq!(both.apply(a.database)?, end);
        }
    }

    #[test]
    fn a_diff_applies_only_where_it_was_made(a in schema(), b in schema()) {
        let there = between(&a, &b);
        prop_assert_eq!(there.apply(b.database).is_ok(), there.is_empty() || only_order(&there));
    }

    #[test]
    fn renames_can_be_taken_back(a in schema(), b in schema(), picks in vec(any::<u8>(), 1..8)) {
        let (renames, b) = renamed(&a, &b, &picks, "fresh");
        let there = diff(&a, &b, &renames);
        let reached = there.apply(a.database.clone())?;
        same(&reached, &b.database)?;
        same(&there.inverse().apply(reached)?, &a.database)?;
        prop_assert_eq!(there.inverse().inverse(), there.clone());
        // What was renamed and then dropped is not in `b`, from where no rename can be seen.
        let back = there.renames.inverse();
        if back.iter().all(|rename| b.database.contains(&rename.from)) {
            prop_assert_eq!(there.inverse(), diff(&b, &a, &back));
        }
    }

    #[test]
    fn renames_compose(
        a in schema(), b in schema(), c in schema(),
        picks in vec(any::<u8>(), 1..8), more in vec(any::<u8>(), 1..8),
    ) {
        let (first_renames, b) = renamed(&a, &b, &picks, "fresh");
        let (second_renames, c) = renamed(&b, &c, &more, "new");
        let (first, second) = (diff(&a, &b, &first_renames), diff(&b, &c, &second_renames));
        let both = first.then(&second)?;
        same(&both.apply(a.database.clone())?, &c.database)?;
        prop_assert_eq!(&both, &diff(&a, &c, &both.renames));
    }

    #[test]
    fn diffs_that_commute_do(a in schema(), b in schema(), picks in vec(any::<u8>(), 1..8)) {
        let whole = between(&a, &b);
        let (left, right) = split(&whole, &picks);
        // A trigger and its table do not.
        prop_assume!(left.commutes_with(&right));
        let one = right.apply(left.apply(a.database.clone())?)?;
        let other = left.apply(right.apply(a.database)?)?;
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one, b.database);
    }

    #[test]
    fn what_touches_the_same_does_not_commute(a in schema(), b in schema()) {
        let there = between(&a, &b);
        prop_assert_eq!(there.commutes_with(&there), there.touched().is_empty());
    }

    #[test]
    fn everything_survives_json(a in schema(), b in schema(), picks in vec(any::<u8>(), 1..8)) {
        let (renames, b) = renamed(&a, &b, &picks, "fresh");
        let there = diff(&a, &b, &renames);
        same(&through_json(&a.database), &a.database)?;
        prop_assert_eq!(&through_json(&there), &there);
        let plan = plan(there);
        let json = plan.to_json()?;
        let read = Plan::from_json(&json)?;
        prop_assert_eq!(&read, &plan);
        prop_assert_eq!(read.to_json()?, json);
    }

    #[test]
    fn fingerprints_are_equal_where_schemas_are(a in schema(), b in schema()) {
        let (left, right) = (Fingerprint::of_schema(&a.database), Fingerprint::of_schema(&b.database));
        prop_assert_eq!(left == right, a.database == b.database);
    }

    #[test]
    fn one_change_changes_the_fingerprint(a in schema(), b in schema()) {
        let mut state = a.database.clone();
        for change in between(&a, &b).changes {
            let next = Diff::of(change).apply(state.clone())?;
            let equal = Fingerprint::of_schema(&state) == Fingerprint::of_schema(&next);
            prop_assert_eq!(equal, state == next);
            state = next;
        }
    }

    #[test]
    fn fingerprints_ignore_the_order_of_parts(a in schema()) {
        let mut turned = a.database.clone();
        let names: Vec<_> = a.database.tables().map(|table| table.name.clone()).collect();
        for table in names.iter().filter_map(|name| a.database.table(name)) {
            let other = turned.table_mut(&table.name).ok_or_else(|| TestCaseError::fail("gone"))?;
            other.columns = table.columns.iter().rev().cloned().collect();
            other.indexes = table.indexes.iter().rev().cloned().collect();
        }
        prop_assert_eq!(&turned, &a.database);
        prop_assert_eq!(Fingerprint::of_schema(&turned), Fingerprint::of_schema(&a.database));
    }
}

/// Whether the diff changes nothing that equality sees.
fn only_order(diff: &Diff) -> bool {
    diff.changes.iter().all(|change| match change {
        ObjectChange::AlterTable(table) => table.only_order_changes(),
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => false,
    })
}

fn through_json<T: serde::Serialize + for<'de> serde::Deserialize<'de>>(value: &T) -> T {
    let json = serde_json::to_string(value).expect("it can be written");
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

/// Many more when there is time for it.
fn cases() -> u32 {
    if std::env::var_os("GROUNDPLAN_LONG").is_some() { 4_000 } else { 128 }
}

/// Each drops what the other's foreign key refers to, in another way.
#[test]
fn a_foreign_key_does_not_commute_with_the_loss_of_what_it_refers_to() {
    let column = |name: &str| Column::new(name, Type::native("bigint"));
    let orgs = || Table::new("orgs").column(column("id")).column(column("code"));
    let users = || Table::new("users").column(column("org"));
    let keyed = Database::new().with(orgs().primary_key(["id"])).with(users());
    let canonical = |database: Database| Canonical::observed(database, Dependencies::default());
    let to = |database: Database| between(&canonical(keyed.clone()), &canonical(database));
    let referring = to(Database::new()
        .with(orgs().primary_key(["id"]))
        .with(users().foreign_key(ForeignKey::new(["org"], "orgs", ["code"]))));
    let losses = [
        Database::new().with(users()),
        Database::new().with(orgs()).with(users()),
        Database::new().with(Table::new("orgs").column(column("id")).primary_key(["id"])).with(users()),
    ];
    for lost in losses {
        let loss = to(lost);
        assert!(!loss.commutes_with(&referring) && !referring.commutes_with(&loss), "{loss:?}");
    }
    let harmless = to(Database::new().with(orgs().column(column("name")).primary_key(["id"])).with(users()));
    assert!(harmless.commutes_with(&referring) && referring.commutes_with(&harmless));
}
