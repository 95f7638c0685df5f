//! Which Rust type a column has, and whether the type says all.

use schema_core::Engine;

/// A Rust type for an engine's own one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// The Rust type.
    pub(super) rust: String,
    /// The engine's type, where the Rust type alone would be another one there.
    pub(super) said: Option<String>,
}

const DATE: &str = "chrono::NaiveDate";
const TIME: &str = "chrono::NaiveTime";
const LOCAL: &str = "chrono::NaiveDateTime";
const UTC: &str = "chrono::DateTime<chrono::Utc>";
const UUID: &str = "uuid::Uuid";
const JSON: &str = "serde_json::Value";
const DECIMAL: &str = "rust_decimal::Decimal";
const BYTES: &str = "Vec<u8>";

/// The features of this crate that a Rust type needs.
pub(super) fn features(rust: &str) -> impl Iterator<Item = &'static str> + '_ {
    [
        ("chrono::", "chrono"),
        ("uuid::", "uuid"),
        ("serde_json::", "json"),
        ("rust_decimal::", "rust_decimal"),
        ("ipnetwork::", "ipnetwork"),
        ("mac_address::", "mac_address"),
    ]
    .into_iter()
    .filter_map(move |(path, feature)| rust.contains(path).then_some(feature))
}

/// The Rust type for a type of the engine.
pub(super) fn mapping(engine: Engine, sql: &str) -> Mapping {
    match engine {
        Engine::Postgres => postgres(sql),
        Engine::MySql | Engine::MariaDb => mysql(sql),
        Engine::Sqlite => sqlite(sql),
    }
}

fn whole(rust: &str) -> Mapping {
    Mapping { rust: rust.to_owned(), said: None }
}

fn said(rust: &str, sql: impl Into<String>) -> Mapping {
    Mapping { rust: rust.to_owned(), said: Some(sql.into()) }
}

fn postgres(sql: &str) -> Mapping {
    if let Some(element) = sql.strip_suffix("[]") {
        let element = postgres(element);
        // Bytes would be one byte string.
        return match element.said {
            None => whole(&format!("Vec<{}>", element.rust)),
            Some(_) => said(&format!("Vec<{}>", element.rust), short(sql)),
        };
    }
    match sql {
        "boolean" => whole("bool"),
        "smallint" => whole("i16"),
        "integer" => whole("i32"),
        "bigint" => whole("i64"),
        "real" => whole("f32"),
        "double precision" => whole("f64"),
        "text" => whole("String"),
        "bytea" => whole(BYTES),
        "date" => whole(DATE),
        "time without time zone" => whole(TIME),
        "timestamp without time zone" => whole(LOCAL),
        "timestamp with time zone" => whole(UTC),
        "interval" => whole("chrono::TimeDelta"),
        "uuid" => whole(UUID),
        "jsonb" => whole(JSON),
        "inet" => whole("ipnetwork::IpNetwork"),
        "macaddr" => whole("mac_address::MacAddress"),
        "numeric" => whole(DECIMAL),
        "json" => said(JSON, sql),
        "cidr" => said("ipnetwork::IpNetwork", sql),
        _ if sql.starts_with("numeric(") => said(DECIMAL, sql),
        _ if sql.starts_with("timestamp(") && sql.ends_with("without time zone") => said(LOCAL, short(sql)),
        _ if sql.starts_with("timestamp(") => said(UTC, short(sql)),
        _ if sql.starts_with("time(") && sql.ends_with("without time zone") => said(TIME, short(sql)),
        "oid" => said("u32", sql),
        _ => said("String", short(sql)),
    }
}

/// PostgreSQL's types as people write them.
fn short(sql: &str) -> String {
    sql.replace("character varying", "varchar")
        .replace("character(", "char(")
        .replace(" without time zone", "")
}

/// Types of MySQL and MariaDB; MariaDB prints widths of numbers that say nothing.
fn mysql(sql: &str) -> Mapping {
    let lower = sql.to_ascii_lowercase();
    match lower.as_str() {
        "tinyint(1)" => whole("bool"),
        "tinyint" | "tinyint(4)" => whole("i8"),
        "smallint" | "smallint(6)" => whole("i16"),
        "int" | "int(11)" => whole("i32"),
        "bigint" | "bigint(20)" => whole("i64"),
        "tinyint unsigned" | "tinyint(3) unsigned" => whole("u8"),
        "smallint unsigned" | "smallint(5) unsigned" => whole("u16"),
        "int unsigned" | "int(10) unsigned" => whole("u32"),
        "bigint unsigned" | "bigint(20) unsigned" => whole("u64"),
        "float" => whole("f32"),
        "double" => whole("f64"),
        "longtext" => whole("String"),
        "longblob" => whole(BYTES),
        "date" => whole(DATE),
        "time(6)" => whole(TIME),
        "datetime(6)" => whole(LOCAL),
        "timestamp(6)" => whole(UTC),
        "json" => whole(JSON),
        "uuid" => said(UUID, sql),
        _ => {
            let name = lower.split(['(', ' ']).next().unwrap_or_default();
            let unsigned = lower.contains("unsigned");
            said(
                match name {
                    "tinyint" if unsigned => "u8",
                    "tinyint" => "i8",
                    "smallint" if unsigned => "u16",
                    "smallint" => "i16",
                    "mediumint" | "int" if unsigned => "u32",
                    "mediumint" | "int" => "i32",
                    "bigint" if unsigned => "u64",
                    "bigint" => "i64",
                    "year" => "u16",
                    "float" => "f32",
                    "double" => "f64",
                    "decimal" | "numeric" => DECIMAL,
                    "time" => TIME,
                    "datetime" => LOCAL,
                    "timestamp" => UTC,
                    "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "bit" | "geometry"
                    | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
                    | "multipolygon" | "geometrycollection" | "geomcollection" | "vector" => BYTES,
                    _ => "String",
                },
                sql,
            )
        }
    }
}

/// SQLite keeps the declared type as it was written; what it means for values is in its affinity
/// (<https://sqlite.org/datatype3.html>), what it means for people in its name.
fn sqlite(sql: &str) -> Mapping {
    match sql {
        "INTEGER" => return whole("i64"),
        "TEXT" => return whole("String"),
        "REAL" => return whole("f64"),
        "BLOB" => return whole(BYTES),
        "BOOLEAN" => return whole("bool"),
        "DATE" => return whole(DATE),
        "TIME" => return whole(TIME),
        "DATETIME" => return whole(LOCAL),
        _ => {}
    }
    let lower = sql.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let rust = if has(&["bool"]) {
        "bool"
    } else if has(&["datetime", "timestamp"]) {
        LOCAL
    } else if lower == "date" {
        DATE
    } else if lower == "time" {
        TIME
    } else if has(&["json"]) {
        JSON
    } else if has(&["int"]) {
        "i64"
    } else if has(&["char", "clob", "text", "uuid", "enum"]) {
        "String"
    } else if has(&["real", "floa", "doub", "dec", "num"]) {
        "f64"
    } else if has(&["blob", "binary"]) || lower.is_empty() {
        BYTES
    } else {
        "String"
    };
    said(rust, sql)
}

#[cfg(test)]
mod tests {
    use schema_core::Engine;

    use super::mapping;

    #[test]
    fn types_say_what_the_rust_type_does_not() {
        for (engine, sql, rust, said) in [
            (Engine::Postgres, "bigint", "i64", None),
            (Engine::Postgres, "character varying(255)", "String", Some("varchar(255)")),
            (Engine::Postgres, "text[]", "Vec<String>", None),
            (
                Engine::Postgres,
                "timestamp(3) without time zone",
                "chrono::NaiveDateTime",
                Some("timestamp(3)"),
            ),
            (Engine::Postgres, "public.ltree", "String", Some("public.ltree")),
            (Engine::MySql, "int unsigned", "u32", None),
            (Engine::MariaDb, "int(11)", "i32", None),
            (Engine::MariaDb, "int(5)", "i32", Some("int(5)")),
            (Engine::MySql, "varchar(20)", "String", Some("varchar(20)")),
            (Engine::Sqlite, "INTEGER", "i64", None),
            (Engine::Sqlite, "integer", "i64", Some("integer")),
            (Engine::Sqlite, "NUMERIC(10,2)", "f64", Some("NUMERIC(10,2)")),
        ] {
            let mapping = mapping(engine, sql);
            assert_eq!((mapping.rust.as_str(), mapping.said.as_deref()), (rust, said), "{sql}");
        }
    }
}
