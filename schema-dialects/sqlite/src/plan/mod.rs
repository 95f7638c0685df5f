//! stub
use schema_core::{Error, PlanRequest, Step};
use crate::SqliteDialect;
pub(crate) fn plan(_request: &PlanRequest<'_>, _dialect: SqliteDialect) -> Result<Vec<Step>, Error> { Ok(Vec::new()) }
