//! Sequences, and the options of identity columns.

use schema_core::{Error, ObjectId, ObjectKind, Sequence, SequenceOptions, Type};

use super::Found;
use super::ids::class;
use super::rows::{Reader, SequenceRow};
use crate::render::implicit_name;

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<SequenceRow> = reader.scoped(include_str!("sequences.sql")).await?;
    for row in rows {
        let Some(name) = found.ids.qualified(row.schema, &row.name) else { continue };
        let options = options(&row);
        let owner = row.owner_relation.zip(row.owner_column).and_then(|(relation, column)| {
            Some((found.ids.relation(relation)?, found.ids.columns.get(&(relation, column))?.clone()))
        });
        if row.of_identity {
            if let (Some((_, column)), Some(relation)) = (owner, row.owner_relation)
                && let Some(table) = found.tables.get_mut(&relation)
            {
                let id = table.id().part(ObjectKind::Column, &column);
                found.ids.insert(class::RELATION, row.oid, id);
                // Before PostgreSQL 15 each sequence is logged.
                let differs = reader.version.major >= 15 && row.unlogged != table.options.postgres.unlogged;
                let reported = differs.then(|| (format!("sequence {name}"), table.name.clone()));
                let usual = implicit_name(&table.name.name, &column, "seq");
                if let Some(column) = table.columns.get_mut(&column) {
                    if let Some(identity) = &mut column.identity {
                        identity.sequence = options;
                    }
                    column.postgres.identity_sequence = (name.name != usual).then_some(name.name);
                }
                if let Some((sequence, table)) = reported {
                    let reason =
                        "it is logged otherwise than the table of the identity column that it numbers";
                    found.finding(sequence, Some(table), reason);
                }
            }
            continue;
        }
        found.ids.insert(class::RELATION, row.oid, ObjectId::new(ObjectKind::Sequence, &name));
        found.database.insert(Sequence {
            name,
            ty: (row.type_name != "bigint").then(|| Type::native(row.type_name.as_str())),
            options,
            owned_by: owner,
            unlogged: row.unlogged,
            comment: found.ids.comment(class::RELATION, row.oid),
        });
    }
    Ok(())
}

/// What differs from the defaults, which depend on the type and the direction.
fn options(row: &SequenceRow) -> SequenceOptions {
    let (lowest, highest) = match row.type_name.as_str() {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let (min, max) = if row.increment > 0 { (1, highest) } else { (lowest, -1) };
    let start = if row.increment > 0 { row.min } else { row.max };
    SequenceOptions {
        start: (row.start != start).then_some(row.start),
        increment: (row.increment != 1).then_some(row.increment),
        min: (row.min != min).then_some(row.min),
        max: (row.max != max).then_some(row.max),
        cache: (row.cache != 1).then_some(row.cache),
        cycle: row.cycle,
    }
}
