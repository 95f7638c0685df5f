//! Tables of `sea_query`'s, taken over as they are and given back.
#![cfg(all(feature = "sea-query", feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use groundplan::Migrator;
use groundplan::core::Engine;
use groundplan::dsl::{
    Check, Column, Database, ForeignKey, ForeignKeyAction, Index, KeyPart, Name, PrimaryKey, Table, Type,
    Unique,
};
use groundplan::statement::{Unsayable, index_statement};
use proptest::prelude::*;
use sea_query::{
    ColumnDef, ColumnType, Expr, ExprTrait, Index as SeaIndex, MysqlQueryBuilder, PostgresQueryBuilder,
    SqliteQueryBuilder, TableCreateStatement,
};
use support::every_engine;

fn written(statement: &TableCreateStatement, engine: Engine) -> String {
    match engine {
        Engine::Postgres => statement.to_string(PostgresQueryBuilder),
        Engine::MySql | Engine::MariaDb => statement.to_string(MysqlQueryBuilder),
        Engine::Sqlite => statement.to_string(SqliteQueryBuilder),
    }
}

/// Tables as an application of `sea_query`'s users declares them.
fn users() -> TableCreateStatement {
    users_with(Some(Expr::col("odd `name\"").gt(0)))
}

/// With a check, and a unique column, neither of which has a name; or without them.
fn users_with(check: Option<Expr>) -> TableCreateStatement {
    let mut email = ColumnDef::new("email").string_len(320).not_null().take();
    let mut odd = ColumnDef::new("odd `name\"").integer().take();
    if let Some(check) = check {
        email.unique_key();
        odd.check(check);
    }
    TableCreateStatement::new()
        .table("users")
        .if_not_exists()
        .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
        .col(email)
        .col(ColumnDef::new("name").string().not_null().default("it's nobody"))
        .col(ColumnDef::new("code").char_len(3))
        .col(ColumnDef::new("about").text())
        .col(ColumnDef::new("picture").blob())
        .col(ColumnDef::new("tiny").tiny_integer().default(7))
        .col(ColumnDef::new("small").small_integer().default(-7))
        .col(ColumnDef::new("medium").integer())
        .col(ColumnDef::new("ratio").float())
        .col(ColumnDef::new("score").double().not_null().default(1.5))
        .col(ColumnDef::new("price").decimal_len(10, 2))
        .col(ColumnDef::new("active").boolean().not_null())
        .col(ColumnDef::new("born").date())
        .col(ColumnDef::new("wakes").time())
        .col(ColumnDef::new("met").date_time())
        .col(ColumnDef::new("created").timestamp().not_null().default(Expr::current_timestamp()))
        .col(ColumnDef::new("settings").json())
        .col(ColumnDef::new("token").uuid())
        .col(ColumnDef::new("own").custom("integer"))
        .col(odd)
        .col(ColumnDef::new("twice").integer().generated(Expr::cust("medium * 2"), true))
        .take()
}

fn posts() -> TableCreateStatement {
    posts_with("posts_author")
}

fn posts_with(name: &str) -> TableCreateStatement {
    let mut author = sea_query::ForeignKey::create();
    if !name.is_empty() {
        author.name(name);
    }
    TableCreateStatement::new()
        .table("posts")
        .col(ColumnDef::new("author").big_integer().not_null())
        .col(ColumnDef::new("number").integer().not_null())
        .col(ColumnDef::new("title").string_len(80).not_null())
        .primary_key(SeaIndex::create().col("author").col("number"))
        .index(SeaIndex::create().unique().name("posts_one_title").col("author").col("title"))
        .foreign_key(
            author.from("posts", "author").to("users", "id").on_delete(sea_query::ForeignKeyAction::Cascade),
        )
        .take()
}

#[tokio::test]
async fn a_database_that_statements_made_is_as_the_tables_say() {
    for database in every_engine().await {
        let engine = database.engine;
        let mut statements = [users(), posts()];
        if matches!(engine, Engine::MySql | Engine::MariaDb) {
            // There the server names what has no name.
            statements[0] = users_with(None);
        }
        if engine == Engine::Sqlite {
            // There `sea_query` leaves out the names of foreign keys.
            statements[1] = posts_with("");
        }
        for statement in &statements {
            database.execute(&written(statement, engine)).await;
        }
        let schema = statements
            .iter()
            .map(|statement| Table::try_from(statement).unwrap())
            .fold(Database::new(), Database::with);
        let plan = Migrator::new(schema).exact().plan(&database).await;
        let plan = plan.unwrap_or_else(|error| panic!("{engine}: {error}"));
        assert!(plan.is_empty(), "{engine}:\n{plan}");
        database.close().await;
    }
}

#[test]
fn statements_come_back_as_they_were() {
    let table = Table::try_from(&users()).unwrap();
    assert_eq!(table.checks.iter().next().unwrap().mysql.as_ref().unwrap().as_str(), "`odd ``name\"` > 0");
    assert!(TableCreateStatement::try_from(&table).unwrap_err().to_string().contains("more of the check"));
    for statement in [users_with(None), posts()] {
        let table = Table::try_from(&statement).unwrap();
        let back = TableCreateStatement::try_from(&table).unwrap();
        assert_eq!(Table::try_from(&back).unwrap(), table);
        for engine in [Engine::Postgres, Engine::MySql, Engine::Sqlite] {
            let statement = written(&statement, engine).replace("IF NOT EXISTS ", "");
            assert_eq!(written(&back, engine), statement);
        }
    }
}

#[test]
fn what_nobody_can_read_is_refused_by_name() {
    let plain = || TableCreateStatement::new().table("t").col(ColumnDef::new("a").integer()).take();
    let refused = |statement: &TableCreateStatement| Table::try_from(statement).unwrap_err().parts.join("; ");
    assert!(refused(plain().check(Expr::col("a").gt(0))).starts_with("its checks"));
    assert!(refused(plain().engine("InnoDB")).starts_with("its options"));
    assert!(refused(plain().temporary()).starts_with("that it is temporary"));
    assert!(refused(plain().partition_by_hash(["a"])).starts_with("its partitions"));
    assert!(refused(plain().extra("STRICT")).starts_with("its extra text"));
    assert!(
        refused(plain().index(SeaIndex::create().name("i").col(("a", 3)))).starts_with("an index with more")
    );
    assert!(refused(plain().col(ColumnDef::new("b").integer().extra("COLLATE x"))).contains("COLLATE x"));
    assert!(refused(plain().col(ColumnDef::new("b"))).contains("no type"));
    let generated = plain().col(ColumnDef::new("b").integer().generated(Expr::col("a").add(1), true)).take();
    assert!(refused(&generated).contains("engines write differently"), "{}", refused(&generated));
    assert_eq!(plain().table(("other", "auth", "t")).get_columns().len(), 1);
    assert!(refused(plain().table(("other", "auth", "t"))).contains("another database"));
}

#[test]
fn an_enum_comes_with_its_table() {
    let statement = TableCreateStatement::new()
        .table("t")
        .col(ColumnDef::new("role").enumeration("role", ["reader", "editor"]).not_null())
        .take();
    let error = Table::try_from(&statement).unwrap_err();
    assert!(error.to_string().contains("the enum type of column role"), "{error}");
    let schema = Database::try_from(&statement).unwrap();
    assert_eq!(schema.len(), 2);
}

#[test]
fn what_sea_query_has_no_word_for_is_refused_by_name() {
    let refused = |table: &Table| {
        let Unsayable { parts, .. } = TableCreateStatement::try_from(table).unwrap_err();
        parts.join("; ")
    };
    let table = || Table::new("t").column(Column::new("a", Type::Text));
    assert!(refused(&table().index(Index::on(["a"]).named("i"))).starts_with("index i is a statement"));
    assert!(refused(&table().strict()).contains("options in SQLite"));
    assert!(
        refused(&table().column(Column::new("b", Type::Text).collate("C")))
            .contains("column b: its collation")
    );
    assert!(
        refused(&table().column(Column::new("b", Type::Enum("e".into())))).contains("column b: its type")
    );
    let index =
        Index::on([KeyPart::column("a").desc().operator_class("text_pattern_ops")]).named("i").unique();
    let index = index.filter("a <> ''").include(["a"]);
    let sql = index_statement(&table(), &index).unwrap().to_string(SqliteQueryBuilder);
    assert_eq!(sql, r#"CREATE UNIQUE INDEX "i" ON "t" ("a" DESC) WHERE a <> ''"#);
    let index = Index::on([KeyPart::column("a").nulls_first()]).named("i");
    assert!(index_statement(&table(), &index).unwrap_err().to_string().contains("the place of NULLs"));
}

#[test]
fn a_declared_table_as_each_engine_is_told_of_it() {
    let table = Table::new(("shop", "orders"))
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("of", Type::Uuid).nullable())
        .column(Column::new("state", Type::Varchar(20)).default("new"))
        .column(Column::new("at", Type::TimestampTz).default_sql("CURRENT_TIMESTAMP"))
        .primary_key(["id"])
        .unique_constraint(Unique::new(["of"]).named("once"))
        .check(Check::new("state <> ''").named("has_state"))
        .foreign_key(ForeignKey::new(["of"], "offers", ["id"]).on_delete(ForeignKeyAction::SetNull));
    let statement = TableCreateStatement::try_from(&table).unwrap();
    let all = [Engine::Postgres, Engine::MySql, Engine::Sqlite].map(|engine| written(&statement, engine));
    insta::assert_snapshot!(all.join("\n"), @r#"
    CREATE TABLE "shop"."orders" ( "id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY, "of" uuid, "state" varchar(20) NOT NULL DEFAULT 'new', "at" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "once" UNIQUE ("of"), FOREIGN KEY ("of") REFERENCES "offers" ("id") ON DELETE SET NULL, CONSTRAINT "has_state" CHECK (state <> '') )
    CREATE TABLE `shop`.`orders` ( `id` bigint NOT NULL PRIMARY KEY AUTO_INCREMENT, `of` binary(16), `state` varchar(20) NOT NULL DEFAULT 'new', `at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, UNIQUE KEY `once` (`of`), CONSTRAINT  FOREIGN KEY (`of`) REFERENCES `offers` (`id`) ON DELETE SET NULL, CONSTRAINT `has_state` CHECK (state <> '') )
    CREATE TABLE "shop"."orders" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "of" uuid_text, "state" varchar(20) NOT NULL DEFAULT 'new', "at" timestamp_with_timezone_text NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "once" UNIQUE ("of"), FOREIGN KEY ("of") REFERENCES "offers" ("id") ON DELETE SET NULL, CONSTRAINT "has_state" CHECK (state <> '') )
    "#);
}

fn columns() -> impl Strategy<Value = Vec<Column>> {
    let ty = prop_oneof![
        Just(Type::Bool),
        Just(Type::SmallInt),
        Just(Type::Integer),
        Just(Type::BigInt),
        Just(Type::Unsigned(32)),
        Just(Type::Real),
        Just(Type::Double),
        (1..20_u32, 0..5_u32).prop_map(|(precision, scale)| Type::Decimal { precision, scale }),
        (1..300_u32).prop_map(Type::Char),
        (1..300_u32).prop_map(Type::Varchar),
        Just(Type::Text),
        (1..300_u32).prop_map(Type::Binary),
        Just(Type::Blob),
        Just(Type::Date),
        Just(Type::Time),
        Just(Type::Timestamp),
        Just(Type::TimestampTz),
        Just(Type::Uuid),
        Just(Type::Json),
        Just(Type::Integer.array()),
        Just(Type::native("citext")),
    ];
    let column = (ty, any::<bool>(), proptest::option::of("[a-z'\"`\\\\]{0,5}"), any::<bool>());
    proptest::collection::vec(column, 1..6).prop_map(|columns| {
        let columns = columns.into_iter().enumerate().map(|(at, (ty, nullable, text, is_sql))| {
            let mut column = Column::new(format!("c\"{at}"), ty);
            column.nullable = nullable;
            match text {
                Some(_) if is_sql => column.default_sql("now()"),
                Some(text) => column.default(text.as_str()),
                None => column,
            }
        });
        columns.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A table that can be said comes back with the same columns and keys, and the types that `sea_query` writes.
    #[test]
    fn tables_come_back_as_they_were(
        columns in columns(),
        key in proptest::option::of("[a-z]{1,3}"),
        unique in any::<bool>(),
        action in prop_oneof![Just(ForeignKeyAction::NoAction), Just(ForeignKeyAction::Cascade), Just(ForeignKeyAction::SetDefault)],
    ) {
        let first: Name = columns[0].name.clone();
        let mut table = columns.into_iter().fold(Table::new(("s", "t")), Table::column);
        if let Some(name) = key {
            table.primary_key = Some(PrimaryKey::new([first.clone()]).named(name));
        } else {
            table.primary_key = Some(PrimaryKey::new([first.clone()]));
        }
        if unique {
            table.uniques.insert(Unique::new([first.clone()]).nulls_not_distinct());
        }
        table.foreign_keys.insert(ForeignKey::new([first.clone()], ("s", "o"), ["id"]).on_update(action));
        let statement = TableCreateStatement::try_from(&table).unwrap();
        let back = Table::try_from(&statement).unwrap();
        let mut expected = table.clone();
        let natives: Vec<_> = back.columns.iter().map(|column| column.native.clone()).collect();
        let mut columns: Vec<Column> = expected.columns.iter().cloned().collect();
        for (column, native) in columns.iter_mut().zip(natives) {
            column.native = native;
        }
        expected.columns = columns.into_iter().collect();
        prop_assert_eq!(&back, &expected);
        // And once more, now with the types of each engine.
        let again = Table::try_from(&TableCreateStatement::try_from(&back).unwrap()).unwrap();
        prop_assert_eq!(again, back);
    }
}

#[test]
fn types_without_a_portable_one_keep_their_names() {
    for (ty, name) in
        [(ColumnType::Year, "year"), (ColumnType::LTree, "ltree"), (ColumnType::Bit(Some(3)), "bit(3)")]
    {
        let statement = TableCreateStatement::new().table("t").col(ColumnDef::new_with_type("a", ty)).take();
        let table = Table::try_from(&statement).unwrap();
        let column = table.columns.iter().next().unwrap();
        let natives = &column.native;
        let written = natives.postgres.as_ref().or(natives.mysql.as_ref()).unwrap();
        assert_eq!(written.as_str().to_lowercase(), name);
    }
}
