//! From one schema to another in steps.
use crate::MySqlDialect;
use schema_core::{Error, PlanRequest, Step};
pub(crate) fn plan(_request: &PlanRequest<'_>, _dialect: MySqlDialect) -> Result<Vec<Step>, Error> {
    Ok(Vec::new())
}
