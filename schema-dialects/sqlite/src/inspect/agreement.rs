//! Whether what was read from a statement is what the engine understood.

use schema_core::{DefaultValue, Index, KeyPart, Name, SortOrder, Table, Type};

use super::{ColumnFact, Facts, IndexFact, PartFact};

/// Takes from the engine what it prints itself, and compares the rest.
///
/// # Errors
/// If the two disagree: then the table is not understood.
pub(super) fn table(table: &mut Table, facts: &Facts) -> Result<(), String> {
    let name = table.name.name.clone();
    let columns = facts.columns.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
    if columns.len() != table.columns.len() {
        return Err(disagreement("the number of columns"));
    }
    let key: Vec<Name> = table
        .primary_key
        .iter()
        .flat_map(|key| key.columns.iter().filter_map(KeyPart::column_name))
        .cloned()
        .collect();
    for (at, fact) in columns.iter().enumerate() {
        self::column(table, at, fact)?;
        let in_key = usize::try_from(fact.key).ok().and_then(|place| place.checked_sub(1));
        if key.iter().position(|column| *column == fact.name.as_str()) != in_key {
            return Err(disagreement("the primary key"));
        }
    }
    let foreign_keys = facts.foreign_keys.get(name.as_str()).copied().unwrap_or_default();
    // One that is said twice, beside its column and below, is one here.
    if usize::try_from(foreign_keys).is_ok_and(|count| count < table.foreign_keys.len()) {
        return Err(disagreement("the number of foreign keys"));
    }
    Ok(())
}

fn column(table: &mut Table, at: usize, fact: &ColumnFact) -> Result<(), String> {
    let known = table.columns.at(at).map(|column| column.name.clone());
    let Some(column) = known.and_then(|name| table.columns.get_mut(&name)) else {
        return Err(disagreement("the columns"));
    };
    if column.name != fact.name.as_str() {
        return Err(disagreement(&format!("the name of column {}", fact.name)));
    }
    if column.nullable == fact.not_null {
        return Err(disagreement(&format!("whether column {} may be NULL", fact.name)));
    }
    if column.generated.is_some() != matches!(fact.hidden, 2 | 3) {
        return Err(disagreement(&format!("whether column {} is generated", fact.name)));
    }
    column.ty = Type::native(fact.ty.as_str());
    if column.generated.is_none() {
        column.default = fact.default.as_deref().map(|sql| DefaultValue::Expression(sql.into()));
    }
    Ok(())
}

/// Compares an index.
///
/// # Errors
/// If the two disagree.
pub(super) fn index(index: &Index, table: &Table, fact: Option<&IndexFact>) -> Result<(), String> {
    let fact = fact.ok_or_else(|| disagreement("whether it is there"))?;
    let parts: Vec<PartFact> =
        index.parts.iter().zip(&fact.parts).map(|(part, fact)| self::part(part, fact, table)).collect();
    if fact.origin != "c" || fact.unique != index.unique || fact.partial != index.predicate.is_some() {
        return Err(disagreement("what kind of index it is"));
    }
    if index.parts.len() != fact.parts.len() || parts != fact.parts {
        return Err(disagreement("what it is over"));
    }
    Ok(())
}

/// A key part as the engine would print it. The collation of an expression is within it.
fn part(part: &KeyPart, fact: &PartFact, table: &Table) -> PartFact {
    let column = part.column_name();
    let own = column.and_then(|name| table.columns.get(name)).and_then(|column| column.collation.as_ref());
    let collation = match column {
        Some(_) => part.collation.as_ref().or(own).map_or("BINARY", |c| c.name.as_str()).to_owned(),
        None => fact.collation.clone(),
    };
    let same = collation.eq_ignore_ascii_case(&fact.collation);
    PartFact {
        column: column.map(ToString::to_string),
        descending: part.order == SortOrder::Descending,
        collation: if same { fact.collation.clone() } else { collation },
    }
}

fn disagreement(what: &str) -> String {
    format!("its stored SQL and SQLite's pragmas disagree on {what}")
}
