//! `CREATE TABLE`.

use schema_core::{
    Check, Database, Deferrability, EnumType, Error, ForeignKey, ForeignKeyAction, KeyPart, MatchKind, Name,
    Object, ObjectId, ObjectKind, Parts, Sql, Table, Type, Unique,
};

use super::column::{self, closed, constraint_name, on_conflict, order};
use crate::quote::{comment, identifier, identifiers, object, string};
use crate::sql;

/// The statement that makes a table, in its author's own words where those still say what the table is.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(crate) fn create(table: &Table, database: &Database) -> Result<Sql, Error> {
    match spelled(table, table.name.name.as_str()) {
        Some(sql) => Ok(sql.into()),
        None => from_model(table, table.name.name.as_str(), database, &[]),
    }
}

/// The statement that makes the table under another name, to be renamed later.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(crate) fn create_as(table: &Table, name: &str, database: &Database) -> Result<Sql, Error> {
    match spelled(table, name) {
        Some(sql) => Ok(sql.into()),
        None => from_model(table, name, database, &[]),
    }
}

/// The author's statement under a name, if it says exactly what the table is.
fn spelled(table: &Table, name: &str) -> Option<String> {
    let spelling = table.spelling.as_str()?;
    if table.name.name != name && qualifies_itself(spelling, table.name.name.as_str()) {
        return None;
    }
    let read = sql::table(spelling).ok()?;
    same_statement(&read, table).then(|| sql::retarget_table(spelling, name).ok())?
}

/// Whether two tables are the same as far as `CREATE TABLE` says it.
pub(crate) fn same_statement(one: &Table, other: &Table) -> bool {
    folded(one, other) == folded(other, other)
}

/// Whether the statement says `t.x` of its own table, which would be wrong under another name.
fn qualifies_itself(spelling: &str, name: &str) -> bool {
    let tokens = sql::tokenize(spelling);
    tokens.windows(2).any(|t| t[1].is_symbol(".") && t[0].is_name() && t[0].name().eq_ignore_ascii_case(name))
}

/// The table as far as its own statement tells it, with names of other tables in one case.
fn folded(table: &Table, named: &Table) -> Table {
    let mut folded = table.clone();
    folded.name = named.name.clone();
    folded.indexes = Parts::default();
    folded.foreign_keys = table
        .foreign_keys
        .iter()
        .map(|foreign_key| {
            let mut foreign_key = foreign_key.clone();
            foreign_key.references = foreign_key.references.name.as_str().to_ascii_lowercase().into();
            for column in &mut foreign_key.referenced_columns {
                *column = column.as_str().to_ascii_lowercase().into();
            }
            foreign_key
        })
        .collect();
    folded
}

/// The statement as the model says it, with further column definitions behind the columns.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(crate) fn from_model(
    table: &Table,
    name: &str,
    database: &Database,
    further: &[&str],
) -> Result<Sql, Error> {
    let mut elements = Vec::new();
    for part in table.columns.iter() {
        elements.push(commented(column::definition(part, table)?, part.comment.as_deref()));
    }
    elements.extend(further.iter().map(|text| (*text).to_owned()));
    elements.extend(primary_key(table));
    elements.extend(table.uniques.iter().map(unique));
    elements.extend(table.checks.iter().map(check));
    for part in table.columns.iter() {
        elements.extend(enum_check(part, table, database)?);
    }
    elements.extend(table.foreign_keys.iter().map(foreign_key));
    let options: Vec<&str> = [
        table.options.sqlite.strict.then_some("STRICT"),
        table.options.sqlite.without_rowid.then_some("WITHOUT ROWID"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let head = commented(format!("CREATE TABLE {} (", identifier(name)), table.options.comment.as_deref());
    let end = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
    Ok(format!("{head}\n  {}\n){end}", elements.join(",\n  ")).into())
}

fn commented(sql: String, text: Option<&str>) -> String {
    match text {
        Some(text) => format!("{sql} {}", comment(text)),
        None => sql,
    }
}

/// The primary key, where it does not stand beside its column.
fn primary_key(table: &Table) -> Option<String> {
    if column::inline_key(table).is_some() {
        return None;
    }
    let key = table.primary_key.as_ref()?;
    let monotonic = matches!(key.columns.as_slice(), [only] if only
        .column_name()
        .and_then(|name| table.columns.get(name))
        .is_some_and(column::monotonic));
    let autoincrement = if monotonic { " AUTOINCREMENT" } else { "" };
    let name = constraint_name(key.name.as_ref());
    let (columns, conflict) = (key_parts(&key.columns), on_conflict(key.on_conflict));
    Some(format!("{name}PRIMARY KEY ({columns}{autoincrement}){conflict}"))
}

fn unique(unique: &Unique) -> String {
    let conflict = on_conflict(unique.on_conflict);
    format!("{}UNIQUE ({}){conflict}", constraint_name(unique.name.as_ref()), key_parts(&unique.columns))
}

/// A check as a constraint of a table or column.
pub(crate) fn check(check: &Check) -> String {
    format!("{}CHECK ({})", constraint_name(check.name.as_ref()), closed(check.expression.as_str()))
}

/// A declared enum is text that is checked.
fn enum_check(
    column: &schema_core::Column,
    table: &Table,
    database: &Database,
) -> Result<Option<String>, Error> {
    let Type::Enum(name) = &column.ty else { return Ok(None) };
    let Some(values) = enum_values(database, name) else {
        return Err(Error::Unsupported {
            object: table.id().part(ObjectKind::Column, &column.name),
            reason: format!("the enum {name} is not declared"),
        });
    };
    let values: Vec<String> = values.values.iter().map(|value| string(value)).collect();
    Ok(Some(format!("CHECK ({} IN ({}))", identifier(column.name.as_str()), values.join(", "))))
}

/// The declared enum of that name.
pub(crate) fn enum_values<'a>(
    database: &'a Database,
    name: &schema_core::QualifiedName,
) -> Option<&'a EnumType> {
    match database.get(&ObjectId::new(ObjectKind::Enum, name)) {
        Some(Object::Enum(declared)) => Some(declared),
        Some(_) | None => None,
    }
}

/// A foreign key as a table constraint.
fn foreign_key(foreign_key: &ForeignKey) -> String {
    let columns = identifiers(foreign_key.columns.iter().map(Name::as_str));
    let name = constraint_name(foreign_key.name.as_ref());
    format!("{name}FOREIGN KEY ({columns}) {}", references(foreign_key))
}

/// A foreign key beside its column.
pub(crate) fn inline_foreign_key(foreign_key: &ForeignKey) -> String {
    format!("{}{}", constraint_name(foreign_key.name.as_ref()), references(foreign_key))
}

/// `REFERENCES …`.
fn references(foreign_key: &ForeignKey) -> String {
    let mut clauses = vec![format!("REFERENCES {}", object(&foreign_key.references))];
    if !foreign_key.referenced_columns.is_empty() {
        let columns = identifiers(foreign_key.referenced_columns.iter().map(Name::as_str));
        clauses.push(format!("({columns})"));
    }
    let actions = [("DELETE", foreign_key.on_delete), ("UPDATE", foreign_key.on_update)];
    clauses.extend(
        actions
            .into_iter()
            .filter_map(|(event, action)| Some(format!("ON {event} {}", action_name(action)?))),
    );
    let match_kind = match foreign_key.match_kind {
        MatchKind::Simple => None,
        MatchKind::Full => Some("MATCH FULL"),
        MatchKind::Partial => Some("MATCH PARTIAL"),
    };
    let deferrability = match foreign_key.deferrability {
        Deferrability::NotDeferrable => None,
        Deferrability::InitiallyImmediate => Some("DEFERRABLE INITIALLY IMMEDIATE"),
        Deferrability::InitiallyDeferred => Some("DEFERRABLE INITIALLY DEFERRED"),
    };
    clauses.extend([match_kind, deferrability].into_iter().flatten().map(str::to_owned));
    clauses.join(" ")
}

fn action_name(action: ForeignKeyAction) -> Option<&'static str> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some("RESTRICT"),
        ForeignKeyAction::Cascade => Some("CASCADE"),
        ForeignKeyAction::SetNull => Some("SET NULL"),
        ForeignKeyAction::SetDefault => Some("SET DEFAULT"),
    }
}

/// The columns of a key.
fn key_parts(parts: &[KeyPart]) -> String {
    parts.iter().map(key_part).collect::<Vec<_>>().join(", ")
}

/// One column or expression of a key or index.
pub(crate) fn key_part(part: &KeyPart) -> String {
    let collation = part.collation.as_ref().map(|c| format!(" COLLATE {}", identifier(c.name.as_str())));
    let value = match (&part.value, &collation) {
        (schema_core::KeyExpression::Column(name), _) => identifier(name.as_str()),
        (schema_core::KeyExpression::Expression(sql), None) => closed(sql.as_str()),
        (schema_core::KeyExpression::Expression(sql), Some(_)) => format!("({})", closed(sql.as_str())),
    };
    let nulls = match part.nulls {
        None => "",
        Some(schema_core::NullsOrder::First) => " NULLS FIRST",
        Some(schema_core::NullsOrder::Last) => " NULLS LAST",
    };
    format!("{value}{}{}{nulls}", collation.unwrap_or_default(), order(part.order))
}
