//! What a start with nothing to do costs beside its floor, reading the same catalog with one query:
//! `cargo bench --bench start`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops where it fails")]

use groundplan::dsl::{Column, Database, Index, Table, Type};

const TABLES: usize = 1_000;

fn main() {
    divan::main();
}

fn schema() -> Database {
    (0..TABLES).fold(Database::new(), |schema, number| {
        schema.with(
            Table::new(format!("table_{number}"))
                .column(Column::new("id", Type::BigInt).identity())
                .column(Column::new("email", Type::Varchar(200)))
                .column(Column::new("parent", Type::BigInt).nullable())
                .primary_key(["id"])
                .index(Index::on(["parent"])),
        )
    })
}

/// A database in memory that holds the schema, on a runtime of its own.
fn migrated() -> (tokio::runtime::Runtime, sqlx::SqlitePool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pool = runtime.block_on(async {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await;
        let pool = pool.unwrap();
        groundplan::migrate(&pool, schema()).await.unwrap();
        pool
    });
    (runtime, pool)
}

/// The application starts again: the ledger knows that nothing has changed.
#[divan::bench]
fn start(bencher: divan::Bencher<'_, '_>) {
    let (runtime, pool) = migrated();
    bencher
        .with_inputs(schema)
        .bench_local_values(|schema| runtime.block_on(groundplan::migrate(&pool, schema)).unwrap());
}

/// The whole schema is read, canonicalized and compared.
#[divan::bench(sample_count = 10)]
fn plan(bencher: divan::Bencher<'_, '_>) {
    let (runtime, pool) = migrated();
    bencher.with_inputs(|| groundplan::Migrator::new(schema()).exact()).bench_local_values(|migrator| {
        assert!(runtime.block_on(migrator.plan(&pool)).unwrap().is_empty());
    });
}

/// The floor: the catalog, read with one query.
#[divan::bench]
fn floor(bencher: divan::Bencher<'_, '_>) {
    let (runtime, pool) = migrated();
    bencher.bench_local(|| {
        let query = sqlx::query_as::<_, (String, Option<String>)>("SELECT name, sql FROM sqlite_schema");
        runtime.block_on(query.fetch_all(&pool)).unwrap()
    });
}
