//! What SQLite can do and how it is told to.

use schema_core::{
    Canonical, Database, Dialect, Engine, Error, Folds, Name, PlanRequest, Problem, Sql, Step, Version,
};

use crate::{check, plan, quote, render};

/// SQLite in one version. Pure: it talks to no database.
///
/// ```
/// use schema_core::{Dialect, Name, Version};
/// use schema_sqlite::SqliteDialect;
/// let dialect = SqliteDialect::new(Version::new(3, 51, 0));
/// assert_eq!(dialect.quote(&Name::from("my \"table\"")), "\"my \"\"table\"\"\"");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SqliteDialect {
    version: Version,
}

impl SqliteDialect {
    /// The dialect of a library version.
    pub fn new(version: Version) -> Self {
        Self { version }
    }

    /// `ALTER TABLE … DROP COLUMN`.
    pub(crate) fn drops_columns(self) -> bool {
        self.version >= Version::new(3, 35, 0)
    }

    /// `ALTER COLUMN … SET NOT NULL`, `ADD CONSTRAINT … CHECK` and back.
    pub(crate) fn alters_constraints(self) -> bool {
        self.version >= Version::new(3, 53, 0)
    }

    /// `STRICT` tables.
    pub(crate) fn has_strict_tables(self) -> bool {
        self.version >= Version::new(3, 37, 0)
    }

    /// Generated columns.
    pub(crate) fn has_generated_columns(self) -> bool {
        self.version >= Version::new(3, 31, 0)
    }
}

impl Dialect for SqliteDialect {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn version(&self) -> Version {
        self.version
    }

    fn quote(&self, name: &Name) -> String {
        quote::identifier(name.as_str())
    }

    fn check(&self, declared: &Database) -> Vec<Problem> {
        check::database(declared, *self)
    }

    fn render(&self, schema: &Canonical) -> Result<Vec<Sql>, Error> {
        render::database(&schema.database)
    }

    fn plan(&self, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error> {
        plan::plan(request, *self)
    }

    fn unmeasured(&self) -> Option<&'static str> {
        // Every version has the one lock.
        None
    }

    fn ledger_schema(&self) -> Option<Name> {
        None
    }

    fn text_type(&self) -> &'static str {
        "TEXT"
    }

    fn reorders_columns(&self) -> bool {
        false
    }

    fn folds_case(&self) -> Folds {
        Folds::TablesAndColumns
    }

    fn atomic_plans(&self) -> bool {
        true
    }
}
