//! Reading a schema: one query for what there is, then what the server itself says each object is, all asked at
//! once. The other databases of the server are not looked at.

mod column;
mod constraint;
mod dependencies;
mod index;
mod privilege;
mod program;
mod recorded;
mod role;
mod sequence;
mod stripped;
mod table;
mod unnamed;
mod view;

use schema_core::{
    Canonical, Database, Error, Finding, Inspection, MySqlSchema, Name, Object, QualifiedName, RoutineKind,
    Schema, Table,
};
use sqlx::mysql::MySqlRow;

pub(crate) use column::{holds_text, is_bare_default, is_now, own_check};
pub(crate) use constraint::unprinted_action;
pub(crate) use dependencies::of as dependencies;
pub(crate) use privilege::privileges;
pub(crate) use recorded::{Recorded, Said, reading};
pub(crate) use role::roles;
pub(crate) use sequence::LARGEST;
pub(crate) use stripped::keep_stripped;
pub(crate) use unnamed::keep_names;

use crate::server::{Server, number, text};
use crate::text::requalify;
use crate::{Flavour, error, quote};

/// Names of the ledger's own tables start so.
pub(crate) const LEDGER_PREFIX: &str = "groundplan_";

/// A database to read: its name on the server, and its name in the schema (none for the connection's own).
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) actual: Name,
    pub(crate) model: Option<Name>,
}

/// Reads databases. What `recorded` knows counts for objects whose declaration does not say what they are made under.
pub(crate) async fn read(
    server: &mut Server,
    sources: &[Source],
    recorded: &Recorded,
) -> Result<Inspection, Error> {
    let names: Vec<(Name, Option<Name>)> =
        sources.iter().map(|source| (source.actual.clone(), source.model.clone())).collect();
    let mut database = Database::new();
    let mut unmodelled = Vec::new();
    for source in sources {
        if let Some(model) = &source.model {
            database.insert(schema(server, source, model).await?);
        }
        let listed = list(server, source, &mut unmodelled).await?;
        let questions: Vec<String> = listed.iter().map(|item| item.question(&source.actual)).collect();
        let answers = server.ask_all(&questions).await;
        for (item, answer) in listed.into_iter().zip(answers) {
            let read = match &answer {
                Ok(row) => item.read(row, server, recorded, &names, &mut unmodelled),
                Err(error) => Err(error::message(error)),
            };
            match read {
                Ok(object) => database.insert(object),
                Err(reason) => {
                    unmodelled.push(Finding { object: item.to_string(), table: item.table(), reason });
                }
            }
        }
    }
    let dependencies = dependencies::of(&database);
    Ok(Inspection { schema: Canonical::observed(database, dependencies), unmodelled })
}

/// What asks for the statement that makes a table.
pub(crate) fn table_question(database: &Name, table: &Name) -> String {
    format!("SHOW CREATE TABLE {}.{}", quote::name(database), quote::name(table))
}

/// A table from such a statement, if all of it is understood.
pub(crate) fn table(name: &QualifiedName, statement: &str, flavour: Flavour) -> Option<Table> {
    let read = table::read(name, statement, flavour);
    read.findings.is_empty().then_some(read.table)
}

/// The options of a database that is not the connection's own.
async fn schema(server: &mut Server, source: &Source, model: &Name) -> Result<Schema, Error> {
    let rows = server.catalog(include_str!("schemas.sql"), &source.actual).await?;
    let row = rows.first().ok_or_else(|| Error::Input(format!("there is no database {}", source.actual)))?;
    let mut schema = Schema::new(model);
    schema.mysql = MySqlSchema {
        charset: text(row, "charset").map(Name::new),
        collation: text(row, "collation").map(Name::new),
    };
    Ok(schema)
}

/// What kind of object the catalog says something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Listed {
    Table,
    View,
    Sequence,
    Trigger,
    Function,
    Procedure,
    Event,
}

impl Listed {
    /// What the catalog calls it.
    fn parse(kind: &str) -> Option<Self> {
        Some(match kind {
            "BASE TABLE" | "SYSTEM VERSIONED" => Self::Table,
            "VIEW" => Self::View,
            "SEQUENCE" => Self::Sequence,
            "TRIGGER" => Self::Trigger,
            "FUNCTION" => Self::Function,
            "PROCEDURE" => Self::Procedure,
            "EVENT" => Self::Event,
            _ => return None,
        })
    }

    /// The column of `SHOW CREATE` that has the statement.
    fn answer(self) -> &'static str {
        match self {
            Self::Table | Self::Sequence => "Create Table",
            Self::View => "Create View",
            Self::Trigger => "SQL Original Statement",
            Self::Function => "Create Function",
            Self::Procedure => "Create Procedure",
            Self::Event => "Create Event",
        }
    }
}

/// An object that the catalog lists.
struct Item {
    listed: Listed,
    name: QualifiedName,
    /// For triggers, the table.
    parent: Option<QualifiedName>,
    /// For triggers, the place among those of the same table, time and event.
    position: u32,
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.listed {
            Listed::Table => "table",
            Listed::View => "view",
            Listed::Sequence => "sequence",
            Listed::Trigger => "trigger",
            Listed::Function => "function",
            Listed::Procedure => "procedure",
            Listed::Event => "event",
        };
        write!(f, "{kind} {}", self.name)
    }
}

async fn list(
    server: &mut Server,
    source: &Source,
    unmodelled: &mut Vec<Finding>,
) -> Result<Vec<Item>, Error> {
    let rows = server.catalog(include_str!("objects.sql"), &source.actual).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let qualify = |name: String| QualifiedName { schema: source.model.clone(), name: Name::new(name) };
        let kind = text(row, "kind").unwrap_or_default();
        let name = qualify(text(row, "name").unwrap_or_default());
        if name.name.as_str().starts_with(LEDGER_PREFIX) {
            continue;
        }
        let Some(listed) = Listed::parse(&kind) else {
            unmodelled.push(Finding {
                object: format!("{} {name}", kind.to_ascii_lowercase()),
                table: None,
                reason: "a kind of object that the model does not have".to_owned(),
            });
            continue;
        };
        let position = number(row, "position").and_then(|n| u32::try_from(n).ok()).unwrap_or_default();
        items.push(Item { listed, name, parent: text(row, "parent").map(qualify), position });
    }
    Ok(items)
}

impl Item {
    fn table(&self) -> Option<QualifiedName> {
        if self.listed == Listed::Table { Some(self.name.clone()) } else { self.parent.clone() }
    }

    fn question(&self, database: &Name) -> String {
        let kind = match self.listed {
            Listed::Table => "TABLE",
            Listed::View => "VIEW",
            Listed::Sequence => "SEQUENCE",
            Listed::Trigger => "TRIGGER",
            Listed::Function => "FUNCTION",
            Listed::Procedure => "PROCEDURE",
            Listed::Event => "EVENT",
        };
        format!("SHOW CREATE {kind} {}.{}", quote::name(database), quote::name(&self.name.name))
    }

    /// Makes an object of the server's answer.
    fn read(
        &self,
        row: &MySqlRow,
        server: &Server,
        recorded: &Recorded,
        databases: &[(Name, Option<Name>)],
        unmodelled: &mut Vec<Finding>,
    ) -> Result<Object, String> {
        let statement = text(row, self.listed.answer())
            .ok_or_else(|| format!("{} may not see its definition", server.current_user))?;
        let program = || recorded.settle(self.listed, &self.name, &statement, recorded::read(row, server));
        let user = &server.current_user;
        let not_read = || format!("its definition is not understood: {}", first_line(&statement));
        Ok(match self.listed {
            Listed::Table => {
                let read = table::read(&self.name, &requalify(&statement, databases), server.flavour);
                unmodelled.extend(read.findings);
                read.table.into()
            }
            Listed::View => {
                let mut view =
                    view::read(&self.name, &requalify(&statement, databases), user).ok_or_else(not_read)?;
                view.mysql.made_in = program().made_in;
                view.into()
            }
            Listed::Sequence => sequence::read(&self.name, &statement).ok_or_else(not_read)?.into(),
            Listed::Trigger => {
                let table = self.parent.clone().ok_or_else(not_read)?;
                program::trigger(self.name.name.clone(), table, self.position, &statement, program(), user)
                    .into()
            }
            Listed::Function => {
                program::routine(RoutineKind::Function, self.name.clone(), &statement, program(), user).into()
            }
            Listed::Procedure => {
                program::routine(RoutineKind::Procedure, self.name.clone(), &statement, program(), user)
                    .into()
            }
            Listed::Event => {
                let zone = text(row, "time_zone").unwrap_or_default();
                program::event(self.name.clone(), &statement, &program(), &zone, user).into()
            }
        })
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
