//! Options of tables and columns.

use groundplan::Table;
use groundplan::dsl::{self, Column, DefaultValue, Engine, Identity, SequenceOptions, Type, Value};

const LIMIT: i64 = 100;

/// Rows of numbers.
///
/// Not documented here.
#[derive(Table)]
#[table(
    docs,
    strict,
    without_rowid,
    unlogged,
    engine = "InnoDB",
    renamed_from = "digits",
    postgres(partition_by = "RANGE (at)", tablespace = "fast", row_security, parameters("fillfactor=70")),
    mysql(charset = "utf8mb4", collate = "utf8mb4_bin", auto_increment = 7, options("ROW_FORMAT=DYNAMIC")),
    with = with_clustering
)]
struct Number {
    /// Which one it is.
    #[column(primary_key, identity(always, start = 1000, increment = -1, cycle, monotonic))]
    id: i64,
    #[column(default = -1, comment = "below zero")]
    /// Not used.
    below: i32,
    #[column(default = 1.50)]
    ratio: f64,
    #[column(default = 18446744073709551615)]
    large: u64,
    #[column(default = "it's")]
    text: String,
    #[column(default = '\'')]
    letter: char,
    #[column(default = true, nullable)]
    flag: bool,
    #[column(default = LIMIT, nullable = false)]
    limit: Option<i64>,
    #[column(generated(stored = "id * 2"), collate = "C")]
    double: i64,
    #[column(generated(virtual = "id * 3"))]
    triple: i64,
    #[column(type = Type::Varchar(320))]
    mail: Option<String>,
    #[column(
        postgres(type = "citext", storage = "EXTERNAL", compression = "lz4", statistics = 500),
        mysql(type = "varchar(255)", charset = "utf8mb4", on_update = "CURRENT_TIMESTAMP", invisible),
        mariadb(type = "tinytext"),
        sqlite(type = "TEXT")
    )]
    each: String,
    #[column(type = "geometry")]
    place: Option<Opaque>,
}

struct Opaque;

fn with_clustering(mut table: dsl::Table) -> dsl::Table {
    table.options.postgres.clustered_on = Some("number_pkey".into());
    table
}

#[test]
fn options_of_tables_and_columns() {
    let mut id = Column::new("id", Type::BigInt).comment("Which one it is.");
    id.identity = Some(Identity {
        always: true,
        monotonic: true,
        sequence: SequenceOptions {
            start: Some(1000),
            increment: Some(-1),
            cycle: true,
            ..SequenceOptions::default()
        },
    });
    let mut large = Column::new("large", Type::Unsigned(64));
    large.default = Some(DefaultValue::Literal(Value::Number("18446744073709551615".into())));
    let mut ratio = Column::new("ratio", Type::Double);
    ratio.default = Some(DefaultValue::Literal(Value::Number("1.50".into())));
    let mut each = Column::new("each", Type::Text)
        .native(Engine::Postgres, "citext")
        .native(Engine::MySql, "varchar(255)")
        .native(Engine::MariaDb, "tinytext")
        .native(Engine::Sqlite, "TEXT");
    each.postgres.storage = Some("EXTERNAL".into());
    each.postgres.compression = Some("lz4".into());
    each.postgres.statistics = Some(500);
    each.mysql.charset = Some("utf8mb4".into());
    each.mysql.on_update = Some("CURRENT_TIMESTAMP".into());
    each.mysql.invisible = true;
    let mut number = dsl::Table::new("number")
        .column(id)
        .column(Column::new("below", Type::Integer).default(-1).comment("below zero"))
        .column(ratio)
        .column(large)
        .column(Column::new("text", Type::Text).default("it's"))
        .column(Column::new("letter", Type::Char(1)).default("'"))
        .column(Column::new("flag", Type::Bool).nullable().default(true))
        .column(Column::new("limit", Type::BigInt).default(100))
        .column(Column::new("double", Type::BigInt).generated_stored("id * 2").collate("C"))
        .column(Column::new("triple", Type::BigInt).generated_virtual("id * 3"))
        .column(Column::new("mail", Type::Varchar(320)).nullable())
        .column(each.clone())
        .column(Column::new("place", Type::native("geometry")).nullable())
        .primary_key(["id"])
        .comment("Rows of numbers.\n\nNot documented here.")
        .strict()
        .without_rowid()
        .unlogged()
        .engine("InnoDB")
        .renamed_from("digits");
    let postgres = &mut number.options.postgres;
    postgres.partition_by = Some("RANGE (at)".into());
    postgres.tablespace = Some("fast".into());
    postgres.row_security = true;
    postgres.parameters = vec!["fillfactor=70".into()];
    postgres.clustered_on = Some("number_pkey".into());
    let mysql = &mut number.options.mysql;
    mysql.charset = Some("utf8mb4".into());
    mysql.collation = Some("utf8mb4_bin".into());
    mysql.auto_increment.number = Some(7);
    mysql.options = vec!["ROW_FORMAT=DYNAMIC".into()];
    assert_eq!(Number::table(), number);

    assert_eq!(*each.type_for(Engine::MariaDb), Type::native("tinytext"));
    each.native.mariadb = None;
    assert_eq!(*each.type_for(Engine::MariaDb), Type::native("varchar(255)"));
    each.native.mysql = None;
    assert_eq!(*each.type_for(Engine::MySql), Type::Text);
}
