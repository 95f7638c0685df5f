//! What a server can do and how it is told to.

use schema_core::{
    Canonical, Database, Dialect, Engine, Error, Folds, Name, PlanRequest, Problem, Sql, Step, Version,
};

use crate::flavour::Capabilities;
use crate::{Flavour, TableNames, lower, plan, quote, render};

/// One flavour in one version.
///
/// ```
/// use schema_core::{Dialect, Version};
/// use schema_mysql::{Flavour, MySqlDialect, TableNames};
/// let version = Version::new(8, 4, 0);
/// let dialect = MySqlDialect { flavour: Flavour::MySql, version, tables: TableNames::AsDeclared };
/// assert_eq!(dialect.quote(&"a`b".into()), "`a``b`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MySqlDialect {
    /// Which of the two servers.
    pub flavour: Flavour,
    /// Its version.
    pub version: Version,
    /// How it keeps the names of tables.
    pub tables: TableNames,
}

impl MySqlDialect {
    pub(crate) fn capabilities(self) -> Capabilities {
        Capabilities::new(self.flavour, self.version)
    }
}

impl Dialect for MySqlDialect {
    fn engine(&self) -> Engine {
        self.flavour.engine()
    }

    fn version(&self) -> Version {
        self.version
    }

    fn quote(&self, name: &Name) -> String {
        quote::name(name)
    }

    fn check(&self, declared: &Database) -> Vec<Problem> {
        lower::lower(declared, *self).1
    }

    fn render(&self, schema: &Canonical) -> Result<Vec<Sql>, Error> {
        render::all(schema, self.flavour)
    }

    fn plan(&self, request: &PlanRequest<'_>) -> Result<Vec<Step>, Error> {
        plan::plan(request, *self)
    }

    fn unmeasured(&self) -> Option<&'static str> {
        let version = (self.version.major, self.version.minor);
        match self.flavour {
            Flavour::MySql => (version != (9, 7)).then_some("9.7"),
            Flavour::MariaDb => (![(10, 11), (11, 8)].contains(&version)).then_some("10.11 and 11.8"),
        }
    }

    fn ledger_schema(&self) -> Option<Name> {
        None
    }

    /// The ledger holds names and comments in any script, whatever the character set of its database.
    fn text_type(&self) -> &'static str {
        "longtext CHARACTER SET utf8mb4"
    }

    fn reorders_columns(&self) -> bool {
        true
    }

    fn folds_case(&self) -> Folds {
        match self.tables {
            // In lower case there is but one spelling.
            TableNames::AsDeclared | TableNames::LowerCase => Folds::Columns,
            TableNames::CaseBlind => Folds::TablesAndColumns,
        }
    }

    fn atomic_plans(&self) -> bool {
        false
    }

    /// A column or a table that is not there.
    fn is_misfit(&self, code: &str) -> bool {
        matches!(code, "1054" | "1146")
    }
}
