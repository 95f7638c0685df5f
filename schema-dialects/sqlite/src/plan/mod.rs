//! stub
use crate::SqliteDialect;
use schema_core::{Error, PlanRequest, Step};
pub(crate) fn plan(_request: &PlanRequest<'_>, _dialect: SqliteDialect) -> Result<Vec<Step>, Error> {
    Ok(Vec::new())
}
