//! From what is declared and what is there to a proven plan.

use serde::Serialize;
use tracing::Instrument;

use crate::diff::{Diff, ObjectChange, Rename, Renames, diff};
use crate::manage::{Authority, manage, renamed};
use crate::plan::{PLAN_FORMAT, Plan, prove};
use crate::{
    Canonical, Database, Declared, Dialect, Error, Evidence, Finding, Fingerprint, Inspection, Name,
    ObjectId, ObjectKind, PlanRequest, Problem, Rules, Scope, Session, Subject, TableSizes, hints, script,
};

/// What a plan is asked for.
///
/// ```
/// use schema_core::{Database, Request, Scope, ScopeSchemas, Table};
/// let schema = Database::new().with(Table::new("users"));
/// let request = Request {
///     declared: schema.into(),
///     scope: Scope { schemas: ScopeSchemas::Named(vec!["app".into()]), ..Scope::default() },
///     ..Request::default()
/// };
/// assert_ne!(request.fingerprint(), Request::default().fingerprint());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is wanted.
    pub declared: Declared,
    /// Which part of the database is looked at.
    pub scope: Scope,
    /// Who decides about what is not declared.
    pub authority: Authority,
    /// Renames given beside the declared schema.
    pub renames: Renames,
    /// What the project says about the rules of the safety catalogue.
    pub rules: Rules,
}

impl Request {
    /// Who decides, with what the declared schema says of itself.
    ///
    /// # Errors
    /// [`Error::Input`] if a schema that may leave things out is to be the whole truth.
    pub(crate) fn authority(&self) -> Result<Authority, Error> {
        match (self.authority, self.declared.is_partial) {
            (Authority::Exact, true) => Err(Error::Input(
                "tables that were collected are not the whole truth: one that was not found would be dropped; list them \
                 with schema! for an exact plan"
                    .to_owned(),
            )),
            (Authority::Owned | Authority::Partial, true) => Ok(Authority::Partial),
            (authority, false) => Ok(authority),
        }
    }

    /// A fingerprint of everything that was asked for, by which a start with nothing to do is recognized.
    pub fn fingerprint(&self) -> Fingerprint {
        #[derive(Serialize)]
        struct Asked<'a> {
            version: &'static str,
            schema: &'a Database,
            scripts: Vec<(&'a str, &'a str)>,
            scope: &'a Scope,
            exact: bool,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            partial: bool,
            renames: &'a Renames,
        }
        let scripts = self.declared.scripts.iter();
        Fingerprint::of(&Asked {
            version: env!("CARGO_PKG_VERSION"),
            schema: &self.declared.schema,
            scripts: scripts.map(|script| (script.name.as_str(), script.text.as_str())).collect(),
            scope: &self.scope,
            exact: self.authority == Authority::Exact,
            partial: self.declared.is_partial || self.authority == Authority::Partial,
            renames: &self.renames,
        })
    }
}

/// A plan with what it was made from.
///
/// ```
/// use schema_core::Planned;
///
/// fn tell(planned: &Planned) {
///     print!("{}", planned.plan);
///     for evidence in &planned.evidence {
///         println!("step {} loses {evidence}", evidence.step);
///     }
///     for finding in &planned.unmodelled {
///         println!("{} is left alone: {}", finding.object, finding.reason);
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What the engine makes of the declared schema: what Groundplan owns once the plan is applied.
    pub desired: Canonical,
    /// What the database holds and the model does not know.
    pub unmodelled: Vec<Finding>,
    /// What the live data says about the steps that lose some of it; for [`plan_only`](crate::plan_only).
    pub evidence: Vec<Evidence>,
}

/// Plans how to lead the session's database to what is declared. Nothing is changed.
///
/// `owned` is what the ledger says is Groundplan's.
///
/// # Errors
/// What is declared cannot be held by the engine, the database cannot be read, or a rename hint contradicts it.
pub(crate) async fn plan(
    session: &mut dyn Session,
    request: &Request,
    owned: &Database,
) -> Result<Planned, Error> {
    let Look { before, desired, renames } = look(session, request).await?;
    let Inspection { schema: before, unmodelled } = before;
    let mut plan = between(session, before, &desired, owned, request, &renames).await?;
    plan.asked = request.fingerprint();
    plan.scope = request.scope.about(&desired.database);
    Ok(Planned { plan, desired, unmodelled, evidence: Vec::new() })
}

/// What is there, and what is wanted.
pub(crate) struct Look {
    pub(crate) before: Inspection,
    pub(crate) desired: Canonical,
    pub(crate) renames: Renames,
}

/// Reads the database, and what the engine makes of what is declared.
pub(crate) async fn look(session: &mut dyn Session, request: &Request) -> Result<Look, Error> {
    request.authority()?;
    check(session, &request.declared)?;
    let mut before = session.inspect(&request.scope).instrument(tracing::info_span!("inspect")).await?;
    let desired = session
        .canonicalize(&request.declared, &request.scope)
        .instrument(tracing::info_span!("canonicalize"))
        .await?;
    if let Some(finding) = desired.unmodelled.first() {
        return Err(Error::Input(format!(
            "the declared schema holds what Groundplan does not manage: {} ({})",
            finding.object, finding.reason
        )));
    }
    let roles: Vec<Name> = before.schema.database.roles().cloned().collect();
    let scope = request.scope.about(&desired.schema.database);
    for role in roles.into_iter().filter(|role| !scope.roles.holds(role)) {
        before.schema.database.remove(&ObjectId::new(ObjectKind::Role, &role.into()));
    }
    let declared = &request.declared;
    let dialect = session.dialect();
    let renames = renames(dialect, declared, &request.renames, &before.schema, &desired.schema)?;
    Ok(Look { before, desired: desired.schema, renames })
}

/// Refuses what was declared twice and what the engine cannot hold, all of it at once.
fn check(session: &dyn Session, declared: &Declared) -> Result<(), Error> {
    let mut problems: Vec<Problem> = declared
        .schema
        .duplicates()
        .map(|object| Problem { object, message: "is declared twice".to_owned() })
        .collect();
    problems.extend(session.dialect().check(&declared.schema));
    if problems.is_empty() { Ok(()) } else { Err(Error::InvalidSchema(problems)) }
}

/// Plans from one canonical schema to another.
async fn between(
    session: &mut dyn Session,
    before: Canonical,
    desired: &Canonical,
    owned: &Database,
    request: &Request,
    renames: &Renames,
) -> Result<Plan, Error> {
    let course = Course::new(before, desired, owned, request.authority()?, renames);
    let sizes =
        if course.changes.is_empty() { TableSizes::default() } else { session.sizes(&request.scope).await? };
    let target = session.target().await?;
    course.plan(session.dialect(), target, &sizes, &request.rules)
}

/// Plans from one schema to another without a database that is at the first one: what the second does not hold is
/// dropped, and nothing is known about the sizes of tables. The plan is to be read; it is for no target.
///
/// `declared` is what `to` was made from, for its rename hints.
///
/// ```
/// use schema_core::diff::Renames;
/// use schema_core::{Canonical, Declared, Dialect, Error, plan_between};
///
/// /// What a migration that leads from one release to the next would hold.
/// fn between(dialect: &dyn Dialect, old: &Canonical, new: &Canonical) -> Result<String, Error> {
///     Ok(plan_between(dialect, old, new, &Declared::default(), &Renames::default())?.to_sql())
/// }
/// ```
///
/// # Errors
/// If the engine cannot make a change, or a rename hint contradicts `from`.
pub fn plan_between(
    dialect: &dyn Dialect,
    from: &Canonical,
    to: &Canonical,
    declared: &Declared,
    explicit: &Renames,
) -> Result<Plan, Error> {
    let renames = renames(dialect, declared, explicit, from, to)?;
    let course = Course::new(from.clone(), to, &Database::new(), Authority::Exact, &renames);
    course.plan(dialect, String::new(), &TableSizes::default(), &Rules::default())
}

/// The renames that are still to be done: those given beside the declared schema, and its own hints.
fn renames(
    dialect: &dyn Dialect,
    declared: &Declared,
    explicit: &Renames,
    before: &Canonical,
    desired: &Canonical,
) -> Result<Renames, Error> {
    let mut noted: Vec<Rename> = Vec::new();
    for script in &declared.scripts {
        let hints =
            script::renames(&script.text, dialect.engine()).map_err(|error| error.within(&script.name))?;
        noted.extend(hints.iter().cloned());
    }
    noted.extend(hints::recased(dialect.folds_case(), &desired.database, &before.database));
    hints::pending(&declared.schema, explicit, noted, &desired.database, &before.database)
}

/// Where a schema stands, and where it is led.
pub(crate) struct Course {
    pub(crate) before: Canonical,
    pub(crate) after: Canonical,
    pub(crate) changes: Diff,
    unmanaged: Vec<ObjectId>,
}

impl Course {
    pub(crate) fn new(
        before: Canonical,
        desired: &Canonical,
        owned: &Database,
        authority: Authority,
        renames: &Renames,
    ) -> Self {
        let managed = if renames.is_empty() {
            manage(&before, desired, owned, authority)
        } else {
            manage(&renamed(&before, renames), desired, &renames.apply(owned.clone()), authority)
        };
        let changes = diff(&before, &managed.after, renames);
        Self { before, after: managed.after, changes, unmanaged: managed.unmanaged }
    }

    /// The way back to where it stands.
    pub(crate) fn reversed(self) -> Self {
        let changes = diff(&self.after, &self.before, &Renames::default());
        Self { before: self.after, after: self.before, changes, unmanaged: Vec::new() }
    }

    /// The proven plan.
    pub(crate) fn plan(
        self,
        dialect: &dyn Dialect,
        target: String,
        sizes: &TableSizes,
        rules: &Rules,
    ) -> Result<Plan, Error> {
        let Self { before, after, changes, unmanaged } = self;
        let request = PlanRequest { before: &before, after: &after, diff: &changes, sizes };
        let mut steps = if changes.is_empty() { Vec::new() } else { dialect.plan(&request)? };
        let (base, result) = prove(&before.database, &after.database, &mut steps)?;
        hints::mark_ambiguous(&changes, &mut steps);
        let sizes = sizes.clone().under(&changes.renames);
        let subject = Subject {
            engine: dialect.engine(),
            before: &before.database,
            after: &after.database,
            sizes: &sizes,
        };
        let mut notes = rules.judge(&mut steps, &subject);
        if !dialect.reorders_columns() {
            notes.extend(changes.changes.iter().filter_map(|change| match change {
                ObjectChange::AlterTable(table) if table.column_order().is_some() => Some(format!(
                    "the columns of {} keep their physical order, which {} does not change",
                    table.name,
                    dialect.engine()
                )),
                ObjectChange::AlterTable(_)
                | ObjectChange::Create(_)
                | ObjectChange::Drop(_)
                | ObjectChange::Alter { .. } => None,
            }));
        }
        if let Some(versions) = dialect.unmeasured().filter(|_| !steps.is_empty()) {
            notes.push(format!(
                "what the steps lock, and how much work they are, was measured on {} {versions}, and not on this \
                 server's version",
                dialect.engine()
            ));
        }
        Ok(Plan {
            format: PLAN_FORMAT,
            engine: dialect.engine(),
            server_version: dialect.version(),
            target,
            asked: Fingerprint::default(),
            scope: Scope::default(),
            base,
            result,
            steps,
            notes,
            unmanaged,
        })
    }
}
