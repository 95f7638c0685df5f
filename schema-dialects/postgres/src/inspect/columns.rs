//! Columns of tables, attributes of composite types, and what is said of the columns of views.

use schema_core::{
    Column, CompositeAttribute, DefaultValue, Error, Generated, GeneratedKind, Identity, Name,
    PostgresColumn, SequenceOptions, Sql,
};

use super::Found;
use super::ids::{class, collation};
use super::relations::options_list;
use super::rows::{ColumnRow, Reader};
use crate::quote;

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<ColumnRow> = reader.scoped(include_str!("columns.sql")).await?;
    for row in rows {
        let name = Name::from(&row.name);
        found.ids.columns.insert((row.relation, row.number), name.clone());
        let comment = found.ids.column_comment(row.relation, row.number);
        let ty = found.ids.ty(row.type_oid, &row.type_name);
        if let Some(view) = found.views.get_mut(&row.relation) {
            view.postgres.column_comments.extend(comment.map(|comment| (name.clone(), comment)));
            let default = row.default_expression.map(|expression| (name.clone(), Sql::new(expression)));
            view.postgres.column_defaults.extend(default);
            let collation = collation(row.collation_schema.as_ref(), row.collation_name.as_ref());
            let collated = quote::collate(collation.as_ref());
            view.postgres.output.push((name, Sql::new(row.type_name + &collated)));
        } else if let Some(view) = found.materialized.get_mut(&row.relation) {
            view.column_comments.extend(comment.map(|comment| (name, comment)));
        } else if let Some(composite) = found.composites.get_mut(&row.relation) {
            let collation = collation(row.collation_schema.as_ref(), row.collation_name.as_ref());
            composite.attributes.push(CompositeAttribute { name, ty, collation, comment });
        } else if let Some(table) = found.tables.get_mut(&row.relation) {
            let table_id = table.id();
            if let Some(default) = row.default_oid {
                found.ids.insert(
                    class::ATTRDEF,
                    default,
                    table_id.part(schema_core::ObjectKind::Column, &name),
                );
            }
            // A partition lists all its columns, an inheriting table only its own: what `pg_dump` does.
            let inherited =
                row.is_inherited && !row.is_local && table.options.postgres.partition_of.is_none();
            let mut column = Column::new(name, ty);
            column.nullable = !row.not_null;
            column.collation = collation(row.collation_schema.as_ref(), row.collation_name.as_ref());
            column.comment = comment;
            column.postgres = PostgresColumn {
                storage: row.storage.as_deref().map(storage),
                compression: match row.compression.as_str() {
                    "p" => Some("pglz".into()),
                    "l" => Some("lz4".into()),
                    _ => None,
                },
                statistics: row.statistics,
                options: row.options.unwrap_or_default(),
                foreign_options: options_list(row.foreign_options.as_deref()).map(Sql::new),
                not_null: None,
                inherited,
                inherited_not_null: false,
                identity_sequence: None,
            };
            column.identity = match row.identity.as_str() {
                "" => None,
                kind => Some(Identity {
                    always: kind == "a",
                    sequence: SequenceOptions::default(),
                    monotonic: false,
                }),
            };
            match (row.generated.as_str(), row.default_expression.map(Sql::new)) {
                ("s", Some(expression)) => {
                    column.generated = Some(Generated { expression, kind: GeneratedKind::Stored });
                }
                ("v", Some(expression)) => {
                    column.generated = Some(Generated { expression, kind: GeneratedKind::Virtual });
                }
                (_, expression) => column.default = expression.map(DefaultValue::Expression),
            }
            table.columns.insert(column);
        }
    }
    Ok(())
}

fn storage(letter: &str) -> Name {
    Name::from(match letter {
        "p" => "PLAIN",
        "e" => "EXTERNAL",
        "m" => "MAIN",
        _ => "EXTENDED",
    })
}
