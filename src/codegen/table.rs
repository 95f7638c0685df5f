//! Structs of tables.

use schema_core::{MySqlTable, PostgresTable, SqliteTable, Table};

use super::attribute::{self, Attribute};
use super::names::Case;
use super::scheme::{Scheme, Struct};
use super::{column, doc, key, literal, push, value};

/// The struct of a table.
pub(super) fn write(code: &mut String, table: &Table, scheme: &Scheme<'_>) {
    let Some(own) = scheme.of(&table.name) else { return };
    let rename_all = rename_all(table, own);
    let mut keys = key::Keys::of(table, own, scheme);
    let mut fields = String::new();
    let mut docs = false;
    for column in &table.columns {
        let Some(field) = own.fields.get(&column.name) else { continue };
        let attributes = keys.of_column(&column.name);
        let spelled = rename_all.map_or_else(|| field.name.clone(), |(case, _)| case.apply(&field.name));
        docs |= column::write(&mut fields, column, field, &spelled, attributes, scheme);
    }
    let mut items = Vec::new();
    let name = scheme.local(&table.name);
    if Case::Snake.apply(&own.ident) != name.name.as_str() {
        items.push(Attribute::text("name", &name.name));
    }
    items.extend(name.schema.map(|schema| Attribute::text("schema", schema)));
    items.extend(rename_all.map(|(_, word)| Attribute::text("rename_all", word)));
    let options = &table.options;
    let documented = options.comment.as_deref().filter(|comment| doc::holds(comment));
    if docs || documented.is_some() {
        items.push(Attribute::word("docs"));
    }
    if documented.is_none() {
        items.extend(options.comment.as_ref().map(|comment| Attribute::text("comment", comment)));
    }
    items.extend(Attribute::list_of("postgres", postgres(&options.postgres, scheme)));
    items.extend(Attribute::list_of("mysql", mysql(&options.mysql, &scheme.defaults.mysql)));
    items.extend(sqlite(&options.sqlite));
    items.extend(keys.of_table());
    doc::write(code, 0, documented);
    code.push_str("#[derive(Clone, Debug, PartialEq, Table)]\n");
    attribute::write(code, 0, "table", items);
    push(code, format_args!("pub struct {} {{\n{fields}}}\n", own.ident));
}

/// The case that all columns are spelled in, if fields are not called like them.
fn rename_all(table: &Table, own: &Struct) -> Option<(Case, &'static str)> {
    let fields = || table.columns.iter().filter_map(|column| Some((column, own.fields.get(&column.name)?)));
    if fields().all(|(column, field)| field.name == column.name.as_str()) {
        return None;
    }
    Case::NAMED
        .into_iter()
        .find(|(case, _)| fields().all(|(column, field)| case.apply(&field.name) == column.name.as_str()))
}

fn flag(word: &str, is_set: bool) -> Option<Attribute> {
    is_set.then(|| Attribute::word(word))
}

fn postgres(options: &PostgresTable, scheme: &Scheme<'_>) -> Vec<Attribute> {
    let PostgresTable {
        unlogged,
        access_method,
        tablespace,
        parameters,
        replica_identity,
        clustered_on,
        row_security,
        force_row_security,
        inherits,
        partition_by,
        partition_of,
        of_type,
        foreign,
    } = options;
    let mut items = Vec::new();
    items.extend(flag("unlogged", *unlogged));
    items.extend(partition_by.as_ref().map(|sql| Attribute::text("partition_by", sql.as_str())));
    items.extend(partition_of.as_ref().map(|(parent, bounds)| {
        let pieces = [value::qualified(parent, scheme), literal::text(bounds.as_str())];
        Attribute::list("partition_of", pieces.map(Attribute::word).to_vec())
    }));
    items.extend(Attribute::list_of(
        "inherits",
        inherits.iter().map(|name| Attribute::word(value::qualified(name, scheme))).collect(),
    ));
    items.extend(of_type.as_ref().map(|name| Attribute::value("of_type", value::qualified(name, scheme))));
    items.extend(foreign.as_ref().map(|sql| Attribute::text("foreign", sql.as_str())));
    items.extend(access_method.as_ref().map(|name| Attribute::text("access_method", name)));
    items.extend(tablespace.as_ref().map(|name| Attribute::text("tablespace", name)));
    items.extend((!parameters.is_empty()).then(|| Attribute::texts("parameters", parameters)));
    items.extend(replica_identity.as_ref().map(|sql| Attribute::text("replica_identity", sql.as_str())));
    items.extend(clustered_on.as_ref().map(|name| Attribute::text("clustered_on", name)));
    items.extend(flag("row_security", *row_security));
    items.extend(flag("force_row_security", *force_row_security));
    items
}

fn mysql(options: &MySqlTable, usual: &MySqlTable) -> Vec<Attribute> {
    let MySqlTable {
        engine,
        charset,
        collation,
        auto_increment,
        options: other,
        partitioning,
        system_versioning,
        periods,
    } = options;
    let mut items = Vec::new();
    let differs = |value: &Option<schema_core::Name>, usual: &Option<schema_core::Name>| {
        value.clone().filter(|_| value != usual)
    };
    items.extend(differs(engine, &usual.engine).map(|name| Attribute::text("engine", name)));
    // One without the other would be completed by what the server thinks fits to it.
    if (charset, collation) != (&usual.charset, &usual.collation) {
        items.extend(charset.as_ref().map(|name| Attribute::text("charset", name)));
        items.extend(collation.as_ref().map(|name| Attribute::text("collate", name)));
    }
    items.extend(auto_increment.number.map(|first| Attribute::value("auto_increment", first)));
    let sqls = |key: &str, sqls: &[schema_core::Sql]| {
        (!sqls.is_empty()).then(|| Attribute::texts(key, sqls.iter().map(schema_core::Sql::as_str)))
    };
    items.extend(sqls("options", other));
    items.extend(partitioning.as_ref().map(|sql| {
        let text = sql.as_str();
        Attribute::text("partition_by", text.strip_prefix("PARTITION BY ").unwrap_or(text))
    }));
    items.extend(system_versioning.as_ref().map(|sql| Attribute::text("system_versioning", sql.as_str())));
    items.extend(sqls("periods", periods));
    items
}

fn sqlite(options: &SqliteTable) -> Vec<Attribute> {
    let SqliteTable { strict, without_rowid } = options;
    flag("strict", *strict).into_iter().chain(flag("without_rowid", *without_rowid)).collect()
}
