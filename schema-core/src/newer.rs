//! A binary that is older than the database: the replica that starts again while its successors are being deployed.

use crate::diff::{Change, Diff, ObjectChange};
use crate::plan::Plan;
use crate::planner::{Course, Look, Planned, Request, look};
use crate::{
    Column, Database, Error, Fingerprint, HazardClass, ObjectId, ObjectKind, Rules, Session, TableSizes,
};

/// Leaves a database as it is that was led on from what is asked for, if code that was built for the older schema
/// runs on it: an older binary never migrates back.
///
/// What leads from the older schema to the newer one is planned, and what the dialect says of its hazards decides.
///
/// # Errors
/// [`Error::Newer`] if the newer schema lacks or changes what the older code relies on.
pub(crate) async fn keep(
    session: &mut dyn Session,
    request: &Request,
    owned: &Database,
) -> Result<Planned, Error> {
    let Look { before, desired, renames } = look(session, request).await?;
    let found = Fingerprint::of_schema(&before.schema.database);
    let forward = Course::new(before.schema, &desired, owned, request.authority()?, &renames).reversed();
    let newer = forward.changes.clone();
    let target = session.target().await?;
    let dialect = session.dialect();
    let asked = request.fingerprint();
    let scope = request.scope.about(&desired.database);
    let mut kept = Plan::nothing(dialect, target.clone(), asked, scope);
    let forward = forward.plan(dialect, target, &TableSizes::default(), &Rules::default());
    let obstacles = forward.map_or_else(|error| vec![error.to_string()], |plan| obstacles(&newer, &plan));
    if !obstacles.is_empty() {
        return Err(Error::Newer(format!(
            "the database is at a newer schema than this binary, which cannot run on it:\n  {}\nStart the newer \
             binary; to go back to the older schema, make a plan and approve it",
            obstacles.join("\n  ")
        )));
    }
    if !newer.is_empty() {
        let names: Vec<String> = newer.touched().iter().map(ObjectId::to_string).collect();
        kept.notes.push(format!(
            "the database is at a newer schema, which this binary can run on and leaves as it is: {}",
            names.join(", ")
        ));
    }
    kept.base = found.clone();
    kept.result = found;
    Ok(Planned { plan: kept, desired, unmodelled: before.unmodelled, evidence: Vec::new() })
}

/// Why code from before these changes does not run after them.
fn obstacles(changes: &Diff, plan: &Plan) -> Vec<String> {
    let hazards = plan.steps.iter().flat_map(|step| {
        let breaking = step.hazards.iter().filter(|hazard| match hazard.class() {
            HazardClass::Breaking | HazardClass::DataLoss => true,
            HazardClass::Notice
            | HazardClass::Script
            | HazardClass::Project
            | HazardClass::DataDependent
            | HazardClass::Blocking => false,
        });
        breaking.map(|hazard| format!("{}: {}", step.object, hazard.message))
    });
    hazards.chain(demanding_columns(changes)).collect()
}

/// New columns that every new row must give a value for, which older code does not know.
fn demanding_columns(changes: &Diff) -> impl Iterator<Item = String> {
    let demanding = |column: &Column| {
        !column.nullable
            && column.default.is_none()
            && column.generated.is_none()
            && column.identity.is_none()
    };
    changes.changes.iter().flat_map(move |change| match change {
        ObjectChange::AlterTable(table) => {
            let id = ObjectId::table(&table.name);
            let added = table.columns.iter().filter_map(move |change| match change {
                Change::Add(column) if demanding(column) => Some(&column.name),
                Change::Add(_) | Change::Drop(_) | Change::Modify { .. } => None,
            });
            added.map(|name| format!("{} asks for a value", id.part(ObjectKind::Column, name))).collect()
        }
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => Vec::new(),
    })
}
