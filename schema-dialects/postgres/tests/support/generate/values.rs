//! Rows for the tables of a database, whatever they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schema_core::{Column, Database, Engine, Object, ObjectId, ObjectKind};

/// Takes the rows away that contradict what is checked only at the end of a transaction, and by triggers that did not
/// fire: a transaction of its own.
pub const CONTRADICTING: &str = "DO $$ DECLARE late record; BEGIN \
     FOR late IN SELECT i.oid::regclass AS index, o.conrelid::regclass AS owner \
         FROM pg_constraint o JOIN pg_class i ON i.oid = o.conindid AND i.relkind = 'i' \
         WHERE o.condeferrable AND o.contype IN ('p', 'u', 'x') LOOP \
     BEGIN EXECUTE 'REINDEX INDEX ' || late.index; \
     EXCEPTION WHEN unique_violation OR exclusion_violation THEN EXECUTE 'TRUNCATE ' || late.owner || ' CASCADE'; END; \
     END LOOP; END $$;\n";

/// A script that fills every table with a few rows, as far as its constraints take them.
pub fn filling(columns: &[(String, String, String)]) -> String {
    let mut tables: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (table, column, ty) in columns {
        tables.entry(table).or_default().push((column, ty));
    }
    let mut sql = "SET session_replication_role = replica;\nDO $fill$ BEGIN\n".to_owned();
    for (table, columns) in tables {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        for row in 1..=4 {
            let values: Vec<String> = columns.iter().map(|(name, ty)| value(name, ty, row)).collect();
            let _ = writeln!(
                sql,
                "BEGIN INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE VALUES ({}); EXCEPTION WHEN OTHERS THEN NULL; END;",
                names.join(", "),
                values.join(", ")
            );
        }
    }
    sql.push_str("END $fill$;\nRESET session_replication_role;");
    sql
}

/// A value of a type for a row. The last row has NULL where it can.
fn value(name: &str, ty: &str, row: usize) -> String {
    let base = ty.split('(').next().unwrap_or(ty);
    let text = match base {
        _ if name == "id" => format!("{row}"),
        _ if name == "k" => format!("{}", [0, 1, 2, 3, 11][row]),
        _ if name == "tenant" => "1".to_owned(),
        _ if row == 4 && name != "id" => return "NULL".to_owned(),
        _ if name == "r0" || name == "r1" => format!("{row}"),
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" | "money"
        | "d_int" | "app.d_nested" => format!("{row}"),
        "date" | "timestamp" | "timestamp without time zone" | "timestamp with time zone" => {
            format!("2020-01-0{row}")
        }
        "timestamp(3) without time zone" => format!("2020-01-0{row}"),
        "time" => format!("0{row}:00:00"),
        "app.mood" => ["", "a", "b", "a"][row].to_owned(),
        "app.mood[]" => "{a,b}".to_owned(),
        "\"Level\"" => "high".to_owned(),
        "json" | "jsonb" => format!("{{\"n\": {row}}}"),
        "int4range" | "int8range" | "numrange" | "app.fr" => format!("[{row}0,{row}5)"),
        "int4multirange" => format!("{{[{row}0,{row}5)}}"),
        "uuid" => format!("00000000-0000-0000-0000-00000000000{row}"),
        "bytea" => format!("\\x0{row}"),
        "boolean" => "true".to_owned(),
        "inet" | "cidr" => format!("10.0.0.{row}"),
        "macaddr" => format!("08:00:2b:01:02:0{row}"),
        "interval" => format!("{row} days"),
        "bit" | "bit varying" => "1010".to_owned(),
        "point" => format!("({row},{row})"),
        "box" => format!("({row},{row}),(0,0)"),
        "xml" => format!("<a>{row}</a>"),
        "app.addr" => format!("(s{row},z)"),
        "app.addr[]" => "{}".to_owned(),
        "\"char\"" => "c".to_owned(),
        other if other.ends_with("[]") => format!("{{{row}}}"),
        _ if name == "c4" => ["", "a", "b", "a"][row].to_owned(),
        _ if name == "c6" => format!("{row}"),
        _ => format!("v{row}"),
    };
    format!("'{text}'")
}

/// What a column's composite type, or that of its elements, holds.
fn composite<'d>(database: &'d Database, column: &Column) -> Option<&'d Object> {
    database.get(&ObjectId::new(ObjectKind::Composite, column.ty.named()?))
}

/// Queries that sum up the columns that are the same in both, by table.
pub fn sums(before: &Database, after: &Database) -> Vec<String> {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut all = Vec::new();
    for table in before.tables() {
        let Some(next) = after.table(&table.name) else { continue };
        let (old, new) = (&table.options.postgres, &next.options.postgres);
        if old.partition_by != new.partition_by || old.foreign.is_some() || new.foreign.is_some() {
            continue;
        }
        let kept: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                next.columns.get(&column.name).is_some_and(|next| {
                    next.type_for(Engine::Postgres) == column.type_for(Engine::Postgres)
                        && composite(before, column) == composite(after, next)
                        && next.generated.is_none()
                        && column.generated.is_none()
                })
            })
            .map(|column| quote(column.name.as_str()))
            .collect();
        let schema = table.name.schema.as_ref().map_or("public", |schema| schema.as_str());
        let name = format!("{}.{}", quote(schema), quote(table.name.name.as_str()));
        all.push(format!(
            "SELECT '{}: ' || count(*) || ' ' || coalesce(md5(string_agg(r, '|' ORDER BY r)), '') FROM (SELECT ROW({})::text AS r FROM ONLY {name}) AS rows",
            name.replace('\'', "''"),
            kept.join(", ")
        ));
    }
    all
}
