//! Objects that are kept as the SQL that makes them, and what is only reported.

use schema_core::{Error, Name, QualifiedName, Spelling, Sql, SqlObject, SqlObjectKind};

use super::Found;
use super::rows::{Reader, SqlObjectRow, UnmodelledRow};

const QUERIES: [(SqlObjectKind, &str); 13] = [
    (SqlObjectKind::Collation, include_str!("sql_objects/collations.sql")),
    (SqlObjectKind::Cast, include_str!("sql_objects/casts.sql")),
    (SqlObjectKind::Operator, include_str!("sql_objects/operators.sql")),
    (SqlObjectKind::OperatorFamily, include_str!("sql_objects/operator_families.sql")),
    (SqlObjectKind::OperatorClass, include_str!("sql_objects/operator_classes.sql")),
    (SqlObjectKind::Statistics, include_str!("sql_objects/statistics.sql")),
    (SqlObjectKind::Publication, include_str!("sql_objects/publications.sql")),
    (SqlObjectKind::TextSearchDictionary, include_str!("sql_objects/text_search_dictionaries.sql")),
    (SqlObjectKind::TextSearchConfiguration, include_str!("sql_objects/text_search_configurations.sql")),
    (SqlObjectKind::ForeignDataWrapper, include_str!("sql_objects/foreign_data_wrappers.sql")),
    (SqlObjectKind::ForeignServer, include_str!("sql_objects/foreign_servers.sql")),
    (SqlObjectKind::UserMapping, include_str!("sql_objects/user_mappings.sql")),
    (SqlObjectKind::EventTrigger, include_str!("sql_objects/event_triggers.sql")),
];

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for (kind, sql) in
        QUERIES.into_iter().chain([(SqlObjectKind::Rule, include_str!("sql_objects/rules.sql"))])
    {
        let rows: Vec<SqlObjectRow> = reader.scoped(sql).await?;
        for row in rows {
            let object = SqlObject {
                kind,
                name: QualifiedName { schema: row.schema.map(Name::from), name: Name::from(row.name) },
                table: row.table_name.map(Name::from),
                definition: row.definition.iter().map(|sql| Sql::new(sql.trim_end_matches(';'))).collect(),
                removal: Sql::new(row.removal),
                comment: found.ids.comment(row.class, row.oid),
                spelling: Spelling::default(),
            };
            found.ids.insert(row.class, row.oid, object.id());
            found.database.insert(object);
        }
    }
    let rows: Vec<UnmodelledRow> = reader.scoped(include_str!("unmodelled.sql")).await?;
    for row in rows {
        let reason = format!("a {} is not modelled", row.kind);
        found.finding(format!("{} {}", row.kind, row.name), None, &reason);
    }
    Ok(())
}
