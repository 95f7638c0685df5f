//! Help for the tests of an application, feature `testing`.
//!
//! - [`TestDatabase`]: a database of its own for each test, already made, gone afterwards.
//! - [`assert_in_sync!`](crate::assert_in_sync): a database is what the schema says.
//! - [`assert_schema_recorded!`](crate::assert_schema_recorded): the structs have not changed without anybody noticing;
//!   it needs no database.

mod database;
mod record;

use schema_core::{Connect, Declared};

pub use database::TestDatabase;
pub use record::check_recorded;

use crate::Migrator;

/// Asserts that a database is exactly what a schema says: that nothing in its scope is missing, changed or too much.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use groundplan::testing::TestDatabase;
/// use groundplan::{Table, assert_in_sync, schema};
///
/// #[derive(Table)]
/// struct User {
///     #[column(primary_key, identity)]
///     id: i64,
/// }
///
/// let database = TestDatabase::new("sqlite:", schema![User]).await?;
/// assert_in_sync!(database, schema![User]);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! assert_in_sync {
    ($target:expr, $schema:expr $(,)?) => {
        if let Err(difference) = $crate::testing::check_in_sync(&$target, $schema).await {
            panic!("{difference}");
        }
    };
}

/// What [`assert_in_sync!`](crate::assert_in_sync) asserts.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// use groundplan::testing::check_in_sync;
///
/// async fn health(pool: &sqlx::SqlitePool, schema: groundplan::dsl::Database) -> bool {
///     check_in_sync(pool, schema).await.inspect_err(|plan| eprintln!("{plan}")).is_ok()
/// }
/// # }
/// ```
///
/// # Errors
/// The plan that would bring the database there, or why there is none, as text.
pub async fn check_in_sync<Opened>(
    target: &impl Connect<Opened>,
    schema: impl Into<Declared>,
) -> Result<(), String> {
    match Migrator::new(schema).exact().plan(target).await {
        Ok(plan) if plan.is_empty() => Ok(()),
        Ok(plan) => Err(format!("the database is not what the schema says; this would make it so:\n{plan}")),
        Err(error) => Err(format!("{}: {error}", error.code())),
    }
}
