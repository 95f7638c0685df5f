//! How long it takes to compare two large schemas and to prove and hash what comes out, beside what cannot be less:
//! cloning the same schema, and writing it as JSON.
//!
//! divan rather than criterion: it compiles in a moment, and counts items as well as time, which is what shows that
//! the cost grows with the schema and not faster: the time per table must be the same for 1,000 and 5,000.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use schema_core::diff::{Diff, Renames, diff};
use schema_core::{
    Canonical, Check, Column, Database, Dependencies, ForeignKey, Index, Name, ObjectId, ObjectKind, Table,
    Type,
};

fn main() {
    divan::main();
}

const SIZES: [usize; 2] = [1_000, 5_000];

fn table(number: usize) -> Table {
    let column = |name: String| Column::new(name, Type::native("character varying(80)"));
    let mut table = Table::new(("public", &*format!("table_{number}")))
        .column(Column::new("id", Type::native("bigint")).identity())
        .column(Column::new("parent", Type::native("bigint")).nullable())
        .primary_key(["id"])
        .check(Check::new("(id > 0)").named("positive"))
        .foreign_key(ForeignKey::new(["parent"], ("public", "table_0"), ["id"]).named("to_parent"))
        .index(Index::on(["parent"]).named(format!("by_parent_{number}")));
    for index in 0..10 {
        table = table.column(column(format!("column_{index}")));
    }
    table
}

fn schema(tables: impl Iterator<Item = Table>) -> Canonical {
    Canonical::observed(tables.map(Into::into).collect(), Dependencies::default())
}

/// Two schemas that differ in every tenth table: a column is new, an index has gone.
fn pair(count: usize) -> (Canonical, Canonical) {
    let changed = |number: usize| {
        let mut table = table(number).column(Column::new("added", Type::native("text")).nullable());
        table.indexes.remove(&Name::new(format!("by_parent_{number}")));
        table
    };
    let after = (0..count).map(|number| if number % 10 == 0 { changed(number) } else { table(number) });
    (schema((0..count).map(table)), schema(after))
}

#[divan::bench(args = SIZES)]
fn floor_clone(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    bencher.counter(ItemsCount::new(count)).bench(|| before.database.clone());
}

#[divan::bench(args = SIZES)]
fn floor_serialize(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    bencher.counter(ItemsCount::new(count)).bench(|| serde_json::to_string(&before.database));
}

#[divan::bench(args = SIZES)]
fn diff_of_equal(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    let same = before.clone();
    bencher.counter(ItemsCount::new(count)).bench(|| diff(&before, &same, &Renames::default()));
}

#[divan::bench(args = SIZES)]
fn diff_of_changed(bencher: Bencher<'_, '_>, count: usize) {
    let (before, after) = pair(count);
    bencher.counter(ItemsCount::new(count)).bench(|| diff(&before, &after, &Renames::default()));
}

#[divan::bench(args = SIZES)]
fn diff_with_every_table_renamed(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    let ids = before.database.objects().map(|(id, _)| id.clone());
    let renames: Renames = ids
        .map(|from: ObjectId| schema_core::diff::Rename { to: format!("new_{}", from.name).into(), from })
        .collect();
    let after = Canonical::observed(renames.apply(before.database.clone()), Dependencies::default());
    bencher.counter(ItemsCount::new(count)).bench(|| diff(&before, &after, &renames));
}

#[divan::bench(args = SIZES)]
fn apply(bencher: Bencher<'_, '_>, count: usize) {
    let (before, after) = pair(count);
    let changes = diff(&before, &after, &Renames::default());
    let base = || before.database.clone();
    bencher.counter(ItemsCount::new(count)).with_inputs(base).bench_values(|base| changes.apply(base));
}

#[divan::bench(args = SIZES)]
fn drop_everything(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    let changes = diff(&before, &Canonical::default(), &Renames::default());
    let base = || before.database.clone();
    bencher.counter(ItemsCount::new(count)).with_inputs(base).bench_values(|base| changes.apply(base));
}

/// What the planner does before anybody sees a plan: a step for every change, the state hashed after each.
#[divan::bench(args = SIZES)]
fn prove(bencher: Bencher<'_, '_>, count: usize) {
    let (before, after) = pair(count);
    let changes = diff(&before, &after, &Renames::default());
    let steps = || -> Vec<schema_core::Step> {
        let step = |change: &schema_core::diff::ObjectChange| {
            schema_core::Step::new(change.id(), "change it", Diff::of(change.clone()))
        };
        changes.changes.iter().map(step).collect()
    };
    bencher
        .counter(ItemsCount::new(count))
        .with_inputs(steps)
        .bench_values(|mut steps| schema_core::plan::prove(&before.database, &after.database, &mut steps));
}

#[divan::bench(args = SIZES)]
fn fingerprint(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| schema_core::Fingerprint::of_schema(black_box(&before.database)));
}

#[divan::bench(args = SIZES)]
fn contains(bencher: Bencher<'_, '_>, count: usize) {
    let (before, _) = pair(count);
    let database: &Database = &before.database;
    let ids: Vec<ObjectId> = database.tables().map(|t| t.id().part(ObjectKind::Column, "column_9")).collect();
    bencher.counter(ItemsCount::new(count)).bench(|| ids.iter().filter(|id| database.contains(id)).count());
}
