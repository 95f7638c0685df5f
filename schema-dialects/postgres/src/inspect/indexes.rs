//! Indexes, those behind constraints included.

use schema_core::{
    Error, Index, IndexMethod, KeyExpression, KeyPart, Name, NullsOrder, ObjectKind, PostgresIndex,
    QualifiedName, SortOrder, Sql,
};

use super::Found;
use super::constraints::{self, unwrapped};
use super::ids::class;
use super::rows::{IndexRow, Reader};
use crate::quote;

const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<IndexRow> = reader.scoped(include_str!("indexes.sql")).await?;
    // An index may be attached to one that comes later.
    for row in rows.iter().filter(|row| !found.constraint_indexes.contains_key(&row.oid)) {
        if let Some(relation) = found.ids.objects.get(&(class::RELATION, row.relation)).cloned() {
            found.ids.insert(class::RELATION, row.oid, relation.part(ObjectKind::Index, &row.name));
        }
    }
    for row in rows {
        let Some(relation) = found.ids.objects.get(&(class::RELATION, row.relation)).cloned() else {
            continue;
        };
        let table = relation.qualified_name();
        let waiting = found.constraint_indexes.remove(&row.oid);
        if let Some(table) = found.tables.get_mut(&row.relation) {
            let postgres = &mut table.options.postgres;
            if row.is_clustered {
                postgres.clustered_on = Some(Name::from(&row.name));
            }
            if row.is_replica_identity {
                postgres.replica_identity = Some(Sql::new(format!("USING INDEX {}", quote::name(&row.name))));
            }
        }
        if row.is_clustered
            && let Some(view) = found.materialized.get_mut(&row.relation)
        {
            view.clustered_on = Some(Name::from(&row.name));
        }
        if !row.is_valid && is_partitioned(found, &row) {
            let reason = "it is not valid: a partition has no index that is attached to it";
            found.finding(format!("index {} of {table}", row.name), Some(table.clone()), reason);
        }
        let mut index = index(found, &row, &table);
        if let Some(waiting) = waiting {
            if let Some(id) = found.ids.find(class::CONSTRAINT, waiting.oid(), 0) {
                found.ids.insert(class::RELATION, row.oid, id);
            }
            report_besides(found, &row, &table, &index, waiting.is_exclusion());
            constraints::with_index(found, row.relation, waiting, index);
            continue;
        }
        index.comment = found.ids.comment(class::RELATION, row.oid);
        index.postgres.attached_to = found
            .parents
            .get(&row.oid)
            .and_then(|parents| parents.first())
            .and_then(|parent| found.ids.objects.get(&(class::RELATION, *parent)))
            .map(|id| QualifiedName { schema: id.schema.clone(), name: id.name.clone() });
        if let Some(table) = found.tables.get_mut(&row.relation) {
            table.indexes.insert(index);
        } else if let Some(view) = found.materialized.get_mut(&row.relation) {
            view.indexes.insert(index);
        }
    }
    Ok(())
}

/// Reports what the index of a constraint has that the constraint does not say.
fn report_besides(
    found: &mut Found,
    row: &IndexRow,
    table: &QualifiedName,
    index: &Index,
    is_exclusion: bool,
) {
    let besides = [
        (found.ids.comment(class::RELATION, row.oid).is_some(), "a comment of its own"),
        (!index.postgres.statistics.is_empty(), "a statistics target"),
        (is_exclusion && index.postgres.tablespace.is_some(), "a tablespace of its own"),
    ];
    for (_, what) in besides.into_iter().filter(|(is_there, _)| *is_there) {
        let reason = format!("it belongs to a constraint, where {what} is not modelled");
        found.finding(format!("index {} of {table}", row.name), Some(table.clone()), &reason);
    }
}

fn is_partitioned(found: &Found, row: &IndexRow) -> bool {
    found.tables.get(&row.relation).is_some_and(|table| table.options.postgres.partition_by.is_some())
}

fn index(found: &Found, row: &IndexRow, table: &QualifiedName) -> Index {
    let keys = usize::try_from(row.keys).unwrap_or_default();
    let mut index = Index::on((0..keys).map(|at| part(found, row, at)));
    index.name = Some(Name::from(&row.name));
    index.unique = row.is_unique;
    index.method = method(&row.method);
    index.predicate = row.predicate.as_deref().map(|predicate| Sql::new(unwrapped(predicate)));
    index.include = found.ids.column_names(row.relation, row.columns.get(keys..));
    index.nulls_not_distinct = row.nulls_not_distinct;
    index.postgres = PostgresIndex {
        parameters: row.parameters.clone().unwrap_or_default(),
        tablespace: row.tablespace.clone().map(Into::into),
        // An index of a partitioned table is invalid until all its partitions have one: not a failed build.
        invalid: !row.is_valid && !is_partitioned(found, row),
        attached_to: None,
        statistics: row
            .statistics_columns
            .iter()
            .zip(&row.statistics_targets)
            .filter_map(|(column, target)| Some((u32::try_from(*column).ok()?, *target)))
            .collect(),
    };
    debug_assert!(table.schema.is_some());
    index
}

fn part(found: &Found, row: &IndexRow, at: usize) -> KeyPart {
    let column = row.columns.get(at).copied().unwrap_or_default();
    let value = match found.ids.columns.get(&(row.relation, column)) {
        Some(name) => KeyExpression::Column(name.clone()),
        // A materialized view's columns have names too; expressions have none.
        None => KeyExpression::Expression(Sql::new(row.parts.get(at).map_or("", |text| unwrapped(text)))),
    };
    let options = row.options.get(at).copied().unwrap_or_default();
    let descending = options & DESCENDING != 0;
    let nulls_first = options & NULLS_FIRST != 0;
    let text = |list: &[String]| list.get(at).filter(|text| !text.is_empty()).cloned();
    let mut part = match value {
        KeyExpression::Column(name) => KeyPart::column(name),
        KeyExpression::Expression(sql) => KeyPart::expression(sql),
    };
    part.order = if descending { SortOrder::Descending } else { SortOrder::Ascending };
    // NULLs sort as if larger than everything else.
    part.nulls = match (descending, nulls_first) {
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
        (true, true) | (false, false) => None,
    };
    part.collation = text(&row.collations).and_then(|name| parse_qualified(&name));
    part.operator_class = text(&row.operator_classes).map(Sql::new);
    part
}

pub(super) fn method(name: &str) -> IndexMethod {
    match name {
        "btree" => IndexMethod::BTree,
        "hash" => IndexMethod::Hash,
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "spgist" => IndexMethod::SpGist,
        "brin" => IndexMethod::Brin,
        other => IndexMethod::Extension(other.into()),
    }
}

/// `schema.name` as the engine quotes it.
fn parse_qualified(text: &str) -> Option<QualifiedName> {
    let mut names = crate::lexis::tokens(text).into_iter().filter_map(|token| token.identifier());
    let schema = names.next()?;
    Some(QualifiedName::within(schema, names.next()?))
}
