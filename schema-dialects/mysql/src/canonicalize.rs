//! The server's own form of what is declared: made in a scratch database, read back, dropped.

use std::collections::HashMap;

use indexmap::IndexMap;
use schema_core::{
    Canonical, Database, Declared, Error, ForeignKeyAction, Grant, Inspection, Location, Name, Object,
    ObjectId, ObjectKind, Privileges, QualifiedName, Script, script,
};

use crate::grant::{self, Granting};
use crate::inspect::{self, Recorded, Said, Source};
use crate::script::{Verdict, first_number, judge, listen, sent, untold};
use crate::server::{Server, text};
use crate::standing::Standing;
use crate::{Flavour, MySqlDialect, error, lower, quote, render};

/// Names of scratch databases start so; the server's time in seconds follows.
pub(crate) const SCRATCH_PREFIX: &str = "groundplan_scratch_";

/// After so many seconds a scratch database is no longer in use: what it was for takes seconds.
const STALE_AFTER: u64 = 3600;

/// Lets the server hold what is declared, and reads it back under the names of `sources`.
pub(crate) async fn canonicalize(
    server: &mut Server,
    dialect: MySqlDialect,
    declared: &Declared,
    sources: &[Source],
    with_privileges: bool,
) -> Result<Inspection, Error> {
    let (mut lowered, problems) = lower::lower(&declared.schema, dialect);
    if !problems.is_empty() {
        return Err(Error::InvalidSchema(problems));
    }
    if declared.schema.is_empty() && declared.scripts.is_empty() {
        return Ok(Inspection::default());
    }
    let granted = Granted::of(&mut lowered, with_privileges);
    let recorded = Recorded::of(server, sources).await?;
    let own = Source { actual: server.database.clone(), model: None };
    let standing =
        Standing::find(server, &own, &declared.scripts, &declared.schema, recorded.usual_mode()).await?;
    let needs_scratch = standing.makes_more || !lowered.is_empty();
    let mut wanted = Wanted {
        declared: &declared.schema,
        objects: lowered,
        scripts: &declared.scripts,
        standing: &standing,
        granted,
    };
    let mut inspection = if needs_scratch {
        let mut scratch = Scratch::create(server, sources).await?;
        let read = scratch.fill_and_read(server, dialect, &mut wanted, recorded, sources).await;
        // The scratch databases go whatever happened; the first error is the one that is told.
        let dropped = scratch.drop(server).await;
        let inspection = read?;
        dropped?;
        inspection
    } else {
        Inspection::default()
    };
    let granted = wanted.granted;
    standing.join(&mut inspection);
    references_resolve(&inspection)?;
    if dialect.flavour == Flavour::MariaDb {
        unsaid_actions(server, declared, sources, &mut inspection).await?;
    }
    granted.add(server, &mut inspection.schema.database).await?;
    Ok(inspection)
}

/// What is to be made in the scratch databases.
struct Wanted<'a> {
    /// What is declared, before it was put into the server's terms.
    declared: &'a Database,
    objects: Database,
    scripts: &'a [Script],
    /// What of the scripts is in the database already.
    standing: &'a Standing,
    granted: Granted,
}

/// What is declared to be granted. It is not tried in the scratch database: a grant there would be one to a real
/// account, and outlive the database.
struct Granted {
    all: Vec<Privileges>,
    /// Whether grants are part of the schema.
    wanted: bool,
}

impl Granted {
    /// Takes the grants out of a schema.
    fn of(lowered: &mut Database, wanted: bool) -> Self {
        let is_grant = |id: &&ObjectId| id.kind == ObjectKind::Privileges;
        let ids: Vec<ObjectId> = lowered.objects().map(|(id, _)| id).filter(is_grant).cloned().collect();
        let taken = ids.iter().filter_map(|id| lowered.remove(id)).filter_map(|object| {
            if let Object::Privileges(privileges) = object { Some(privileges) } else { None }
        });
        Self { all: taken.collect(), wanted }
    }

    /// Reads a statement of a script.
    fn read(&mut self, sql: &str, database: &Name) -> Result<(), String> {
        if !self.wanted {
            return Err(
                "grants are part of a schema where it is asked for: with --privileges, or by the scope"
                    .to_owned(),
            );
        }
        self.all.push(grant::read(sql, database)?);
        Ok(())
    }

    /// Puts the server's own form of the grants to what they are on.
    async fn add(self, server: &mut Server, database: &mut Database) -> Result<(), Error> {
        if self.all.is_empty() {
            return Ok(());
        }
        if !self.wanted {
            return Err(Error::Input(
                "grants are declared, and the scope does not say that they count".to_owned(),
            ));
        }
        let granting = Granting::of(server).await?;
        let mut settled: IndexMap<ObjectId, Vec<Grant>> = IndexMap::new();
        for mut declared in self.all {
            if declared.object.schema.as_ref() == Some(&server.database) {
                declared.object.schema = None;
            }
            if declared.object.kind != ObjectKind::Routine {
                declared.object.name = server.tables.kept(declared.object.name);
            }
            let wanted = granting.settle(&declared).map_err(Error::Input)?;
            let on = wanted.object.qualified_name();
            let is_there = if wanted.object.kind == ObjectKind::Table {
                [ObjectKind::Table, ObjectKind::View, ObjectKind::Sequence]
                    .into_iter()
                    .any(|kind| database.get(&ObjectId::new(kind, &on)).is_some())
            } else {
                let own = wanted.object.kind == ObjectKind::Schema && on.name == server.database;
                own || database.get(&wanted.object).is_some()
            };
            if !is_there {
                return Err(Error::Input(format!(
                    "something is granted on {}, which is not declared",
                    wanted.object
                )));
            }
            if let Some(table) = database.table(&on)
                && let Some(column) = wanted
                    .grants
                    .iter()
                    .filter_map(|grant| grant.column.as_ref())
                    .find(|column| !table.columns.contains(column))
            {
                return Err(Error::Input(format!(
                    "something is granted on {on}.{column}, which is not there"
                )));
            }
            settled.entry(wanted.object).or_default().extend(wanted.grants);
        }
        for (object, mut grants) in settled.into_iter().filter(|(_, grants)| !grants.is_empty()) {
            grants.sort();
            grants.dedup();
            database.insert(Privileges { object, owner: None, grants });
        }
        database.sort();
        Ok(())
    }
}

/// MariaDB prints `NO ACTION` where it was said, though it means the same there as nothing: a foreign key of which a
/// struct or the DSL says nothing is one that has it, too.
async fn unsaid_actions(
    server: &mut Server,
    declared: &Declared,
    sources: &[Source],
    inspection: &mut Inspection,
) -> Result<(), Error> {
    if declared.schema.tables().all(|table| table.foreign_keys.is_empty()) {
        return Ok(());
    }
    for source in sources {
        let rows = server.catalog(include_str!("inspect/no_action.sql"), &source.actual).await?;
        for row in rows {
            let (Some(table), Some(key)) = (text(&row, 0), text(&row, 1)) else { continue };
            let table = QualifiedName { schema: source.model.clone(), name: table.into() };
            if declared.schema.table(&table).is_none() {
                continue;
            }
            let made = inspection.schema.database.table_mut(&table);
            let Some(made) = made.and_then(|table| table.foreign_keys.get_mut(&key.into())) else { continue };
            for (at, action) in [(2, &mut made.on_update), (3, &mut made.on_delete)] {
                if text(&row, at).as_deref() == Some("NO ACTION") && *action == ForeignKeyAction::Restrict {
                    *action = ForeignKeyAction::NoAction;
                }
            }
        }
    }
    Ok(())
}

/// Scratch databases, one for each database in scope.
struct Scratch {
    databases: Vec<Source>,
}

impl Scratch {
    async fn create(server: &mut Server, sources: &[Source]) -> Result<Self, Error> {
        let rows = server.query("SELECT UNIX_TIMESTAMP(), CONNECTION_ID()").await?;
        let (now, connection) = rows
            .first()
            .and_then(|row| Some((text(row, 0)?.parse::<u64>().ok()?, text(row, 1)?)))
            .ok_or_else(|| Error::Internal("the server does not know what time it is".to_owned()))?;
        drop_stale(server, now).await?;
        let mut scratch = Self { databases: Vec::new() };
        let own = Source { actual: server.database.clone(), model: None };
        let others = sources.iter().filter(|source| source.model.is_some());
        for (number, source) in std::iter::once(&own).chain(others).enumerate() {
            // The connection's number is the server's own and used by nobody else now.
            let name = Name::new(format!("{SCRATCH_PREFIX}{now}_{connection}_{number}"));
            let rows = server.catalog(include_str!("inspect/schemas.sql"), &source.actual).await?;
            let options = rows
                .first()
                .map(|row| {
                    let charset = text(row, "charset").unwrap_or_default();
                    let collation = text(row, "collation").unwrap_or_default();
                    format!(
                        " CHARACTER SET {} COLLATE {}",
                        quote::name(&charset.into()),
                        quote::name(&collation.into())
                    )
                })
                .unwrap_or_default();
            server.execute(&format!("CREATE DATABASE {}{options}", quote::name(&name))).await?;
            scratch.databases.push(Source { actual: name, model: source.model.clone() });
        }
        Ok(scratch)
    }

    async fn fill_and_read(
        &mut self,
        server: &mut Server,
        dialect: MySqlDialect,
        wanted: &mut Wanted<'_>,
        mut recorded: Recorded,
        live: &[Source],
    ) -> Result<Inspection, Error> {
        let Some(own) = self.databases.first() else { return Ok(Inspection::default()) };
        // Objects may be made in any order; what they refer to is looked at afterwards.
        server
            .execute(&format!("USE {}; SET SESSION foreign_key_checks = 0", quote::name(&own.actual)))
            .await?;
        let mut starts: HashMap<Name, u64> = wanted
            .objects
            .tables()
            .filter_map(|table| Some((table.name.name.clone(), table.options.mysql.auto_increment.number?)))
            .collect();
        let placed = self.place(std::mem::take(&mut wanted.objects), &server.database)?;
        for statement in render::all(&placed, dialect.flavour)? {
            server.execute(statement.as_str()).await?;
        }
        let database = server.database.clone();
        for (number, script) in wanted.scripts.iter().enumerate() {
            let stands = |offset| wanted.standing.holds(number, offset);
            run(server, script, stands, &database, &mut recorded.said, &mut starts, &mut wanted.granted)
                .await?;
        }
        server.reset().await?;
        let mut inspection = inspect::read(server, &self.databases, &recorded).await?;
        for (name, start) in starts {
            let id = ObjectId::table(&QualifiedName::new(name));
            if let Some(Object::Table(table)) = inspection.schema.database.get_mut(&id) {
                table.options.mysql.auto_increment = start.into();
            }
        }
        inspect::keep_stripped(server, live, &mut inspection).await;
        inspect::keep_names(server, live, wanted.declared, &mut inspection).await;
        Ok(inspection)
    }

    /// The objects under the names of the scratch databases.
    fn place(&self, lowered: Database, own: &Name) -> Result<Canonical, Error> {
        let mut missing = None;
        let mut place = |name: &mut QualifiedName| {
            let Some(schema) = &name.schema else { return };
            if schema == own {
                name.schema = None;
                return;
            }
            match self.databases.iter().find(|source| source.model.as_ref() == Some(schema)) {
                Some(source) => name.schema = Some(source.actual.clone()),
                None => missing = Some(schema.clone()),
            }
        };
        let mut placed = Database::new();
        for mut object in lowered.into_objects() {
            match &mut object {
                Object::Table(table) => {
                    place(&mut table.name);
                    for mut key in std::mem::take(&mut table.foreign_keys) {
                        place(&mut key.references);
                        table.foreign_keys.insert(key);
                    }
                }
                Object::View(view) => place(&mut view.name),
                Object::Sequence(sequence) => place(&mut sequence.name),
                Object::Routine(routine) => place(&mut routine.name),
                Object::Trigger(trigger) => place(&mut trigger.table),
                Object::Sql(event) => place(&mut event.name),
                // The scratch databases are there already.
                Object::Schema(_) => continue,
                Object::Extension(_)
                | Object::Enum(_)
                | Object::Domain(_)
                | Object::Composite(_)
                | Object::Range(_)
                | Object::MaterializedView(_)
                | Object::Policy(_)
                | Object::Privileges(_) => {}
            }
            placed.insert(object);
        }
        if let Some(schema) = missing {
            Err(Error::Input(format!("objects are declared in the database {schema}, which is not in scope")))
        } else {
            let dependencies = inspect::dependencies(&placed);
            Ok(Canonical { database: placed, dependencies })
        }
    }

    async fn drop(self, server: &mut Server) -> Result<(), Error> {
        server.reset().await?;
        server.execute(&format!("USE {}", quote::name(&server.database.clone()))).await?;
        for source in self.databases {
            let dropped = server.try_execute(&drop_database(&source.actual)).await;
            match dropped {
                Err(refused) if !error::is_leftover(&refused) => return Err(server.error(&refused)),
                Err(refused) => warn(&source.actual, &refused),
                Ok(()) => {}
            }
        }
        Ok(())
    }
}

/// Drops scratch databases that a process which died has left.
async fn drop_stale(server: &mut Server, now: u64) -> Result<(), Error> {
    let query = format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE {}",
        quote::string(&format!("{}%", SCRATCH_PREFIX.replace('_', "\\_")))
    );
    for row in server.query(&query).await? {
        let Some(name) = text(&row, 0) else { continue };
        let made =
            name.strip_prefix(SCRATCH_PREFIX).and_then(|rest| rest.split('_').next()?.parse::<u64>().ok());
        if made.is_some_and(|made| made.saturating_add(STALE_AFTER) < now) {
            let name = Name::new(name);
            // Somebody else's: what keeps it there is no reason not to go on.
            if let Err(refused) = server.try_execute(&drop_database(&name)).await {
                warn(&name, &refused);
            }
        }
    }
    Ok(())
}

fn drop_database(name: &Name) -> String {
    format!("DROP DATABASE IF EXISTS {}", quote::name(name))
}

fn warn(name: &Name, refused: &sqlx::Error) {
    tracing::warn!(database = %name, reason = error::message(refused), "a scratch database is left behind");
}

/// Runs a script as the server's own client would, with the server's own modes.
async fn run(
    server: &mut Server,
    script: &Script,
    stands: impl Fn(usize) -> bool,
    database: &Name,
    said: &mut Said,
    starts: &mut HashMap<Name, u64>,
    granted: &mut Granted,
) -> Result<(), Error> {
    server.execute("SET SESSION sql_mode = @@GLOBAL.sql_mode, time_zone = @@GLOBAL.time_zone").await?;
    let statements =
        script::split(&script.text, server.reading()).map_err(|error| error.within(&script.name))?;
    for statement in statements {
        let fail = |line, column, message: String| Error::Script {
            location: Location { file: script.name.clone(), line, column },
            message,
            statement: Some(statement.sql.to_owned()),
        };
        match judge(statement.sql, database) {
            Verdict::Run => {
                listen(statement.sql, said);
                let first = first_number(statement.sql);
                starts.extend(first.map(|(table, number)| (server.tables.kept(table), number)));
                if stands(statement.offset) {
                    continue;
                }
            }
            Verdict::Skip => continue,
            Verdict::Grant => {
                granted
                    .read(statement.sql, database)
                    .map_err(|reason| fail(statement.line, statement.column, reason))?;
                continue;
            }
            Verdict::Refuse(reason) => return Err(fail(statement.line, statement.column, reason.to_owned())),
        }
        if let Some(at) = untold(statement.sql, server.flavour) {
            let (line, column) = statement.location(statement.sql[..at].chars().count());
            return Err(fail(line, column, lower::UNTOLD.to_owned()));
        }
        if let Err(refused) = server.try_execute(&sent(statement.sql)).await {
            let message = error::message(&refused);
            let (line, column) = place_of(&message, statement.sql)
                .map_or((statement.line, statement.column), |characters| statement.location(characters));
            return Err(fail(line, column, message));
        }
    }
    Ok(())
}

/// Where in a statement a syntax error is: the server repeats the text from there on.
fn place_of(message: &str, sql: &str) -> Option<usize> {
    const NEAR: &str = "syntax to use near '";
    let from = message.find(NEAR)? + NEAR.len();
    let near = &message[from..message.rfind("' at line")?];
    let near = near.strip_suffix("...").unwrap_or(near);
    let byte = if near.is_empty() { sql.len() } else { sql.find(near)? };
    Some(sql[..byte].chars().count())
}

/// Foreign keys were made unchecked, so that their order does not matter: here it is seen that they refer to
/// something.
fn references_resolve(inspection: &Inspection) -> Result<(), Error> {
    let database = &inspection.schema.database;
    for table in database.tables() {
        for key in table.foreign_keys.iter() {
            let elsewhere = key.references.schema.is_some() && key.references.schema != table.name.schema;
            let Some(target) = database.table(&key.references) else {
                if elsewhere {
                    continue;
                }
                return Err(dangling(
                    &table.name,
                    &format!("refers to {}, which is not there", key.references),
                ));
            };
            if let Some(column) =
                key.referenced_columns.iter().find(|column| !target.columns.contains(column))
            {
                return Err(dangling(
                    &table.name,
                    &format!("refers to {}.{column}, which is not there", key.references),
                ));
            }
        }
    }
    Ok(())
}

fn dangling(table: &QualifiedName, what: &str) -> Error {
    Error::Input(format!("a foreign key of {table} {what}"))
}
