//! Constraints, as they stand in CREATE TABLE and after `ALTER TABLE … ADD`.

use schema_core::{
    Check, Deferrability, Exclusion, ForeignKey, ForeignKeyAction, KeyPart, MatchKind, Name, PrimaryKey,
    QualifiedName, Unique,
};

use super::push;
use super::{comment, key};
use crate::quote;

fn named(name: Option<&Name>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote::name(name))).unwrap_or_default()
}

pub(crate) fn primary_key(key: &PrimaryKey) -> String {
    let columns = key_columns(&key.columns, key.without_overlaps);
    let tail = index_tail(&key.include, &key.parameters, key.tablespace.as_ref(), key.deferrability);
    format!("{}PRIMARY KEY ({columns}){tail}", named(key.name.as_ref()))
}

pub(crate) fn unique(unique: &Unique) -> String {
    let columns = key_columns(&unique.columns, unique.without_overlaps);
    let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let tail =
        index_tail(&unique.include, &unique.parameters, unique.tablespace.as_ref(), unique.deferrability);
    format!("{}UNIQUE{nulls} ({columns}){tail}", named(unique.name.as_ref()))
}

pub(crate) fn check(check: &Check) -> String {
    let no_inherit = if check.no_inherit { " NO INHERIT" } else { "" };
    let state = if !check.enforced {
        " NOT ENFORCED"
    } else if !check.validated {
        " NOT VALID"
    } else {
        ""
    };
    format!("{}CHECK ({}){no_inherit}{state}", named(check.name.as_ref()), check.expression)
}

pub(crate) fn exclusion(exclusion: &Exclusion) -> String {
    let elements: Vec<String> = exclusion
        .elements
        .iter()
        .map(|element| format!("{} WITH {}", key::part(&element.part), element.operator))
        .collect();
    let mut sql = format!(
        "{}EXCLUDE USING {} ({}){}",
        named(exclusion.name.as_ref()),
        key::method(&exclusion.method),
        elements.join(", "),
        key::include(&exclusion.include),
    );
    sql.push_str(&key::parameters(&exclusion.parameters));
    if let Some(predicate) = &exclusion.predicate {
        push(&mut sql, format_args!(" WHERE ({predicate})"));
    }
    sql.push_str(deferrability(exclusion.deferrability));
    sql
}

pub(crate) fn foreign_key(key: &ForeignKey) -> String {
    let mut columns = quote::names(&key.columns);
    let mut referenced = quote::names(&key.referenced_columns);
    if key.period {
        columns = with_period(&key.columns);
        referenced = with_period(&key.referenced_columns);
    }
    let mut sql = format!(
        "{}FOREIGN KEY ({columns}) REFERENCES {}",
        named(key.name.as_ref()),
        quote::qualified(&key.references)
    );
    if !key.referenced_columns.is_empty() {
        push(&mut sql, format_args!(" ({referenced})"));
    }
    match key.match_kind {
        MatchKind::Simple => {}
        MatchKind::Full => sql.push_str(" MATCH FULL"),
        MatchKind::Partial => sql.push_str(" MATCH PARTIAL"),
    }
    if let Some(action) = action(key.on_update) {
        push(&mut sql, format_args!(" ON UPDATE {action}"));
    }
    if let Some(action) = action(key.on_delete) {
        push(&mut sql, format_args!(" ON DELETE {action}"));
        if !key.set_columns.is_empty() {
            push(&mut sql, format_args!(" ({})", quote::names(&key.set_columns)));
        }
    }
    sql.push_str(deferrability(key.deferrability));
    if !key.enforced {
        sql.push_str(" NOT ENFORCED");
    } else if !key.validated {
        sql.push_str(" NOT VALID");
    }
    sql
}

fn action(action: ForeignKeyAction) -> Option<&'static str> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some("RESTRICT"),
        ForeignKeyAction::Cascade => Some("CASCADE"),
        ForeignKeyAction::SetNull => Some("SET NULL"),
        ForeignKeyAction::SetDefault => Some("SET DEFAULT"),
    }
}

pub(crate) fn deferrability(deferrability: Deferrability) -> &'static str {
    match deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => " DEFERRABLE",
        Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// The columns of a key; constraints take plain columns only.
fn key_columns(parts: &[KeyPart], without_overlaps: bool) -> String {
    let mut columns: Vec<String> =
        parts.iter().map(|part| part.column_name().map_or_else(|| key::part(part), quote::name)).collect();
    if let Some(last) = columns.last_mut().filter(|_| without_overlaps) {
        last.push_str(" WITHOUT OVERLAPS");
    }
    columns.join(", ")
}

fn with_period(columns: &[Name]) -> String {
    let mut columns: Vec<String> = columns.iter().map(quote::name).collect();
    if let Some(last) = columns.last_mut() {
        *last = format!("PERIOD {last}");
    }
    columns.join(", ")
}

fn index_tail(
    included: &[Name],
    with: &[String],
    tablespace: Option<&Name>,
    deferred: Deferrability,
) -> String {
    let tablespace =
        tablespace.map(|tablespace| format!(" USING INDEX TABLESPACE {}", quote::name(tablespace)));
    format!(
        "{}{}{}{}",
        key::include(included),
        key::parameters(with),
        tablespace.unwrap_or_default(),
        deferrability(deferred)
    )
}

/// The statement that sets or removes the comment of a constraint.
pub(crate) fn comment_on(table: &QualifiedName, constraint: &Name, text: Option<&str>) -> String {
    let on = format!("{} ON {}", quote::name(constraint), quote::qualified(table));
    comment::on("CONSTRAINT", &on, text)
}
