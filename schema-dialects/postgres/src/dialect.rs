//! What PostgreSQL can do and how it is told to.

use schema_core::{
    Canonical, Database, Dependencies, Dialect, Engine, Error, Folds, Name, ObjectKind, PlanRequest, Problem,
    Sql, Step, TableSizes, Version,
};

use crate::{check, error, plan, quote};

/// PostgreSQL in one version.
///
/// ```
/// use schema_core::{Dialect, Name, Version};
/// use schema_postgres::PgDialect;
/// let dialect = PgDialect::new(Version::new(17, 0, 0));
/// assert_eq!(dialect.quote(&Name::from("order")), "\"order\"");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PgDialect {
    version: Version,
}

impl PgDialect {
    /// The oldest major version that is supported.
    pub const OLDEST: u32 = 14;

    /// The dialect of a version.
    pub fn new(version: Version) -> Self {
        Self { version }
    }
}

impl Dialect for PgDialect {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn version(&self) -> Version {
        self.version
    }

    fn quote(&self, name: &Name) -> String {
        quote::name(name)
    }

    fn check(&self, declared: &Database) -> Vec<Problem> {
        check::check(declared, self.version)
    }

    fn render(&self, schema: &Canonical) -> Result<Vec<Sql>, Error> {
        let nothing = Canonical::observed(Database::new(), Dependencies::default());
        let diff = schema_core::diff::diff(&nothing, schema, &schema_core::diff::Renames::default());
        let sizes = TableSizes::default();
        let request = PlanRequest { before: &nothing, after: schema, diff: &diff, sizes: &sizes };
        let steps = plan::plan(&request, self.version)?;
        // The body of a routine may name what the search path of its callers finds.
        let mut routines = schema.database.objects().filter(|(id, _)| id.kind == ObjectKind::Routine);
        let setting = routines.next().map(|_| Sql::new("SET check_function_bodies = off"));
        Ok(setting.into_iter().chain(steps.into_iter().flat_map(|step| step.statements)).collect())
    }

    fn plan(&self, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error> {
        plan::plan(request, self.version)
    }

    fn unmeasured(&self) -> Option<&'static str> {
        (!(14..=18).contains(&self.version().major)).then_some("14 to 18")
    }

    fn ledger_schema(&self) -> Option<Name> {
        Some(Name::from("groundplan"))
    }

    fn text_type(&self) -> &'static str {
        "text"
    }

    fn reorders_columns(&self) -> bool {
        false
    }

    fn folds_case(&self) -> Folds {
        Folds::Nothing
    }

    fn atomic_plans(&self) -> bool {
        false
    }

    fn is_data_error(&self, code: &str) -> bool {
        error::is_data_error(code)
    }

    fn is_misfit(&self, code: &str) -> bool {
        error::is_misfit(code)
    }
}
