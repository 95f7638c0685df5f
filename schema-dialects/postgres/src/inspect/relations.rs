//! Tables, foreign tables, views and materialized views, without what belongs to them.

use schema_core::{
    CheckOption, Error, MaterializedView, ObjectId, ObjectKind, PostgresTable, Sql, Table, View,
};

use super::Found;
use super::ids::class;
use super::rows::{InheritsRow, Reader, RelationRow};
use crate::quote;

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<RelationRow> = reader.scoped(include_str!("relations.sql")).await?;
    for row in &rows {
        let Some(name) = found.ids.qualified(row.schema, &row.name) else { continue };
        let kind = match row.kind.as_str() {
            "v" => ObjectKind::View,
            "m" => ObjectKind::MaterializedView,
            "c" => ObjectKind::Composite,
            _ => ObjectKind::Table,
        };
        let id = ObjectId::new(kind, &name);
        found.ids.insert(class::RELATION, row.oid, id.clone());
        if let Some((oid, array)) = found.raw_types.rows.get(&row.oid).copied() {
            found.ids.insert_type(oid, array, &id);
            if kind == ObjectKind::Composite {
                found.raw_types.composites.insert(row.oid, (oid, array));
            }
        }
        debug_assert!(row.row_type >= 0);
    }
    for row in rows {
        let Some(name) = found.ids.qualified(row.schema, &row.name) else { continue };
        let comment = found.ids.comment(class::RELATION, row.oid);
        match row.kind.as_str() {
            "v" => {
                let mut view = View::new(name, query(row.query));
                view.comment = comment;
                for option in row.parameters.unwrap_or_default() {
                    match option.as_str() {
                        "check_option=local" => view.check_option = Some(CheckOption::Local),
                        "check_option=cascaded" => view.check_option = Some(CheckOption::Cascaded),
                        _ => view.postgres.options.push(option),
                    }
                }
                found.views.insert(row.oid, view);
            }
            "m" => {
                let mut view = MaterializedView::new(name, query(row.query));
                view.comment = comment;
                view.access_method = row.access_method.map(Into::into);
                view.parameters = parameters(row.parameters, row.toast_parameters);
                view.tablespace = row.tablespace.map(Into::into);
                found.materialized.insert(row.oid, view);
            }
            "c" => {}
            _ => {
                let mut table = Table::new(name);
                table.options.comment = comment;
                table.options.postgres = PostgresTable {
                    unlogged: row.unlogged,
                    access_method: row.access_method.map(Into::into),
                    tablespace: row.tablespace.map(Into::into),
                    parameters: parameters(row.parameters, row.toast_parameters),
                    replica_identity: match row.replica_identity.as_str() {
                        "f" => Some(Sql::new("FULL")),
                        "n" if row.kind != "f" => Some(Sql::new("NOTHING")),
                        _ => None,
                    },
                    clustered_on: None,
                    row_security: row.row_security,
                    force_row_security: row.force_row_security,
                    inherits: Vec::new(),
                    partition_by: row.partition_by.map(Sql::new),
                    // The parent is linked later; until then the bound waits here beside the table's own name.
                    partition_of: row.bound.map(|bound| (table.name.clone(), Sql::new(bound))),
                    of_type: None,
                    foreign: row.server.map(|server| foreign(&server, row.foreign_options.as_deref())),
                };
                if row.of_type != 0 {
                    table.options.postgres.of_type =
                        found.ids.find(class::TYPE, row.of_type, 0).map(|id| id.qualified_name());
                }
                found.tables.insert(row.oid, table);
            }
        }
    }
    Ok(())
}

/// Links children to parents.
pub(super) async fn link(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<InheritsRow> = reader.scoped(include_str!("inherits.sql")).await?;
    for row in rows {
        found.parents.entry(row.child).or_default().push(row.parent);
        let Some(parent) = found.ids.relation(row.parent) else { continue };
        let Some(child) = found.tables.get_mut(&row.child) else { continue };
        let postgres = &mut child.options.postgres;
        match &mut postgres.partition_of {
            Some((name, _)) => *name = parent,
            None => postgres.inherits.push(parent),
        }
    }
    Ok(())
}

/// Moves what has grown into the database.
pub(super) fn finish(found: &mut Found) {
    for view in std::mem::take(&mut found.views).into_values() {
        found.database.insert(view);
    }
    for view in std::mem::take(&mut found.materialized).into_values() {
        found.database.insert(view);
    }
    for composite in std::mem::take(&mut found.composites).into_values() {
        found.database.insert(composite);
    }
}

/// A query as `pg_get_viewdef` prints it, without the semicolon and the space before it.
fn query(printed: Option<String>) -> Sql {
    let printed = printed.unwrap_or_default();
    Sql::new(printed.trim_end_matches(';').trim_start_matches(' '))
}

pub(super) fn parameters(own: Option<Vec<String>>, toast: Option<Vec<String>>) -> Vec<String> {
    let toast = toast.unwrap_or_default().into_iter().map(|parameter| format!("toast.{parameter}"));
    own.unwrap_or_default().into_iter().chain(toast).collect()
}

fn foreign(server: &str, options: Option<&[String]>) -> Sql {
    Sql::new(match options_list(options) {
        Some(options) => format!("SERVER {} OPTIONS ({options})", quote::name(server)),
        None => format!("SERVER {}", quote::name(server)),
    })
}

/// `name=value` options of the catalog as they stand in `OPTIONS (…)`.
pub(super) fn options_list(options: Option<&[String]>) -> Option<String> {
    let options = options.filter(|options| !options.is_empty())?;
    let printed = options.iter().filter_map(|option| option.split_once('='));
    Some(
        printed
            .map(|(n, v)| format!("{} {}", quote::name(n), quote::literal(v)))
            .collect::<Vec<_>>()
            .join(", "),
    )
}
