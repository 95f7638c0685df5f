//! Constraints of tables and domains.

use std::collections::{HashMap, HashSet};

use schema_core::{
    Check, Deferrability, Error, Exclusion, ExclusionElement, ForeignKey, ForeignKeyAction, MatchKind, Name,
    Object, ObjectKind, PostgresNotNull, PrimaryKey, QualifiedName, Sql, Unique,
};

use super::Found;
use super::ids::{Oid, class};
use super::rows::{ConstraintRow, Reader};
use crate::lexis::Token;
use crate::render::implicit_name;

/// A constraint that waits for its index.
pub(super) struct WithIndex {
    kind: Kind,
    row: ConstraintRow,
}

impl WithIndex {
    /// The constraint's object id.
    pub(super) fn oid(&self) -> Oid {
        self.row.oid
    }

    /// Whether it is an exclusion constraint.
    pub(super) fn is_exclusion(&self) -> bool {
        matches!(self.kind, Kind::Exclusion)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    PrimaryKey,
    Unique,
    Exclusion,
}

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<ConstraintRow> = reader.scoped(include_str!("constraints.sql")).await?;
    let mut inherited: Vec<ConstraintRow> = Vec::new();
    for row in rows {
        if row.domain != 0 {
            domain(found, &row);
            continue;
        }
        let part = match row.kind.as_str() {
            "p" => ObjectKind::PrimaryKey,
            "u" => ObjectKind::Unique,
            "x" => ObjectKind::Exclusion,
            "f" => ObjectKind::ForeignKey,
            "n" => ObjectKind::Column,
            _ => ObjectKind::Check,
        };
        let Some(table) = found.tables.get(&row.relation) else { continue };
        let id = table.id().part(part, &row.name);
        match row.kind.as_str() {
            "p" | "u" | "x" => {
                found.ids.insert(class::CONSTRAINT, row.oid, id);
                let kind = match row.kind.as_str() {
                    "p" => Kind::PrimaryKey,
                    "u" => Kind::Unique,
                    _ => Kind::Exclusion,
                };
                found.constraint_indexes.insert(row.index, WithIndex { kind, row });
            }
            "f" if !row.of_parent => {
                found.ids.insert(class::CONSTRAINT, row.oid, id);
                foreign_key(found, &row);
            }
            "c" if row.is_local || !row.is_inherited => {
                found.ids.insert(class::CONSTRAINT, row.oid, id);
                let comment = found.ids.comment(class::CONSTRAINT, row.oid);
                if let Some(table) = found.tables.get_mut(&row.relation) {
                    table.checks.insert(check(&row, comment));
                }
            }
            "n" => not_null(found, &row),
            "c" if row.validated => inherited.push(row),
            // A constraint that a parent gives to its children is the parent's.
            _ => {}
        }
    }
    validated_by_itself(found, &inherited);
    Ok(())
}

/// A partition's check may be validated where its parent's is not: then it is the partition's own.
fn validated_by_itself(found: &mut Found, inherited: &[ConstraintRow]) {
    if found.tables.values().all(|table| table.checks.iter().all(|check| check.validated)) {
        return;
    }
    let oids: HashMap<QualifiedName, Oid> =
        found.tables.iter().map(|(oid, table)| (table.name.clone(), *oid)).collect();
    let validated: HashSet<(Oid, &str)> =
        inherited.iter().map(|row| (row.relation, row.name.as_str())).collect();
    for row in inherited {
        let partition_of =
            found.tables.get(&row.relation).and_then(|table| table.options.postgres.partition_of.as_ref());
        let Some(parent) = partition_of.and_then(|(parent, _)| oids.get(parent)) else { continue };
        let own = found.tables.get(parent).and_then(|parent| parent.checks.get(&Name::from(&row.name)));
        let parent_is =
            own.map_or_else(|| validated.contains(&(*parent, row.name.as_str())), |check| check.validated);
        if !parent_is {
            let comment = found.ids.comment(class::CONSTRAINT, row.oid);
            if let Some(table) = found.tables.get_mut(&row.relation) {
                table.checks.insert(check(row, comment));
            }
        }
    }
}

fn check(row: &ConstraintRow, comment: Option<String>) -> Check {
    Check {
        name: Some(Name::from(&row.name)),
        expression: Sql::new(unwrapped(row.expression.as_deref().unwrap_or_default())),
        mysql: None,
        column: None,
        no_inherit: row.no_inherit,
        validated: row.validated || !row.enforced,
        enforced: row.enforced,
        comment,
        renamed_from: None,
    }
}

fn domain(found: &mut Found, row: &ConstraintRow) {
    let Some(id) = found.ids.find(class::TYPE, row.domain, 0) else { return };
    found.ids.insert(class::CONSTRAINT, row.oid, id.clone());
    let comment = found.ids.comment(class::CONSTRAINT, row.oid);
    let Some(Object::Domain(domain)) = found.database.get_mut(&id) else { return };
    if row.kind == "n" {
        if row.name != implicit_name(&domain.name.name, "", "not_null").as_str() {
            domain.not_null_name = Some(Name::from(&row.name));
        }
    } else {
        domain.checks.insert(check(row, comment));
    }
}

fn not_null(found: &mut Found, row: &ConstraintRow) {
    let comment = found.ids.comment(class::CONSTRAINT, row.oid);
    let column = row.columns.as_deref().and_then(<[i32]>::first).copied().unwrap_or_default();
    let Some(column) = found.ids.columns.get(&(row.relation, column)).cloned() else { return };
    let Some(table) = found.tables.get_mut(&row.relation) else { return };
    let usual = implicit_name(&table.name.name, &column, "not_null");
    // A partition is made by itself, and keeps its names when it is attached.
    let local = row.is_local || !row.is_inherited || table.options.postgres.partition_of.is_some();
    let special = row.name != usual.as_str() || row.no_inherit || !row.validated || comment.is_some();
    if let Some(column) = table.columns.get_mut(&column) {
        // Where a parent has one as well, the name would be the parent's.
        let special = special || (column.postgres.inherited && row.is_inherited);
        found.ids.insert(
            class::CONSTRAINT,
            row.oid,
            schema_core::ObjectId::on(ObjectKind::Column, &table.name, &column.name),
        );
        column.postgres.inherited_not_null = !local && !column.postgres.inherited;
        if special && local {
            column.postgres.not_null = Some(PostgresNotNull {
                name: Name::from(&row.name),
                no_inherit: row.no_inherit,
                validated: row.validated,
                comment,
            });
        }
    }
}

fn foreign_key(found: &mut Found, row: &ConstraintRow) {
    let columns = found.ids.column_names(row.relation, row.columns.as_deref());
    let Some(references) = found.ids.relation(row.referenced) else {
        let table = found.ids.relation(row.relation);
        found.finding(
            format!("foreign key {}", row.name),
            table,
            "it refers to a table of a schema that is not in scope",
        );
        return;
    };
    let foreign_key = ForeignKey {
        name: Some(Name::from(&row.name)),
        columns,
        references,
        referenced_columns: found.ids.column_names(row.referenced, row.referenced_columns.as_deref()),
        on_update: action(&row.on_update),
        on_delete: action(&row.on_delete),
        set_columns: found.ids.column_names(row.relation, row.set_columns.as_deref()),
        match_kind: match row.match_kind.as_str() {
            "f" => MatchKind::Full,
            "p" => MatchKind::Partial,
            _ => MatchKind::Simple,
        },
        deferrability: deferrability(row),
        period: row.period,
        validated: row.validated || !row.enforced,
        enforced: row.enforced,
        comment: found.ids.comment(class::CONSTRAINT, row.oid),
        renamed_from: None,
    };
    if let Some(table) = found.tables.get_mut(&row.relation) {
        table.foreign_keys.insert(foreign_key);
    }
}

fn action(letter: &str) -> ForeignKeyAction {
    match letter {
        "r" => ForeignKeyAction::Restrict,
        "c" => ForeignKeyAction::Cascade,
        "n" => ForeignKeyAction::SetNull,
        "d" => ForeignKeyAction::SetDefault,
        _ => ForeignKeyAction::NoAction,
    }
}

fn deferrability(row: &ConstraintRow) -> Deferrability {
    match (row.is_deferrable, row.is_deferred) {
        (false, _) => Deferrability::NotDeferrable,
        (true, false) => Deferrability::InitiallyImmediate,
        (true, true) => Deferrability::InitiallyDeferred,
    }
}

/// Gives a constraint the index behind it, and the table the constraint.
pub(super) fn with_index(found: &mut Found, relation: Oid, waiting: WithIndex, index: schema_core::Index) {
    let WithIndex { kind, row } = waiting;
    let comment = found.ids.comment(class::CONSTRAINT, row.oid);
    let name = Some(Name::from(&row.name));
    let Some(table) = found.tables.get_mut(&relation) else { return };
    match kind {
        Kind::PrimaryKey => {
            table.primary_key = Some(PrimaryKey {
                name,
                columns: index.parts,
                include: index.include,
                deferrability: deferrability(&row),
                without_overlaps: row.period,
                parameters: index.postgres.parameters,
                tablespace: index.postgres.tablespace,
                on_conflict: None,
                comment,
            });
        }
        Kind::Unique => table.uniques.insert(Unique {
            name,
            columns: index.parts,
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            deferrability: deferrability(&row),
            without_overlaps: row.period,
            parameters: index.postgres.parameters,
            tablespace: index.postgres.tablespace,
            on_conflict: None,
            comment,
            renamed_from: None,
        }),
        Kind::Exclusion => {
            let operators = row.operators.clone().unwrap_or_default();
            let elements = index.parts.into_iter().zip(operators);
            table.exclusions.insert(Exclusion {
                name,
                method: index.method,
                elements: elements
                    .map(|(part, operator)| ExclusionElement { part, operator: Sql::new(operator) })
                    .collect(),
                include: index.include,
                predicate: index.predicate,
                deferrability: deferrability(&row),
                parameters: index.postgres.parameters,
                comment,
            });
        }
    }
}

/// An expression without the one pair of parentheses around all of it.
pub(crate) fn unwrapped(expression: &str) -> &str {
    let Some(inner) = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return expression;
    };
    let tokens = crate::lexis::tokens(inner);
    // A query is an expression by its parentheses only.
    let first = tokens.iter().find(|token| !token.text().trim().is_empty());
    if matches!(first, Some(Token::Word("SELECT" | "VALUES" | "WITH"))) {
        return expression;
    }
    let mut depth = 0_i32;
    for token in tokens {
        match token.text() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return expression;
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn only_a_pair_around_everything_goes() {
        assert_eq!(unwrapped("(a > 0)"), "a > 0");
        assert_eq!(unwrapped("( SELECT a)"), "( SELECT a)");
        assert_eq!(unwrapped("(a) > (b)"), "(a) > (b)");
        assert_eq!(unwrapped("(a <> ')'::text)"), "a <> ')'::text");
    }
}
