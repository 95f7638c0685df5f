//! What the derives declare, compared with the same schema written in the DSL.

use groundplan::dsl::{self, Check, Column, Database, EnumType, ForeignKey, ForeignKeyAction, Index, Type};
use groundplan::{SqlEnum, SqlType, Table, schema};

#[derive(Table)]
struct Org {
    #[column(primary_key, identity)]
    id: i64,
    tenant: i32,
    name: String,
}

#[derive(Table)]
#[table(
    name = "users",
    index(
        columns(org, email),
        unique,
        where = "deleted_at IS NULL",
        name = "users_live",
        include(id),
        using = "btree"
    ),
    check("length(email) > 3", name = "users_email_check"),
    comment = "who logs in"
)]
struct User {
    #[column(primary_key, identity)]
    id: i64,
    #[column(unique, type = "varchar(320)", renamed_from = "mail")]
    email: String,
    nickname: Option<String>,
    #[column(references(Org::id, on_delete = "cascade", on_update = restrict))]
    org: Option<i64>,
    #[column(default = sql("now()"))]
    created_at: String,
    #[column(default = 0, check = "age >= 0")]
    age: i16,
    deleted_at: Option<String>,
    #[column(skip)]
    cache: std::collections::HashMap<String, String>,
}

#[test]
fn a_table_is_what_the_dsl_builds() {
    let users = dsl::Table::new("users")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("email", Type::native("varchar(320)")).renamed_from("mail"))
        .column(Column::new("nickname", Type::Text).nullable())
        .column(Column::new("org", Type::BigInt).nullable())
        .column(Column::new("created_at", Type::Text).default_sql("now()"))
        .column(Column::new("age", Type::SmallInt).default(0))
        .column(Column::new("deleted_at", Type::Text).nullable())
        .primary_key(["id"])
        .unique(["email"])
        .index(
            Index::on(["org", "email"])
                .unique()
                .filter("deleted_at IS NULL")
                .named("users_live")
                .include(["id"]),
        )
        .check(Check::new("age >= 0"))
        .check(Check::new("length(email) > 3").named("users_email_check"))
        .foreign_key(
            ForeignKey::new(["org"], "org", ["id"])
                .on_delete(ForeignKeyAction::Cascade)
                .on_update(ForeignKeyAction::Restrict),
        )
        .comment("who logs in");
    assert_eq!(User::table(), users);
    assert_eq!(User::EMAIL.name(), "email");
}

#[derive(SqlEnum)]
enum Status {
    New,
    #[sql_enum(rename = "in use", renamed_from = "used")]
    Used,
}

#[derive(SqlType)]
struct Email(String);

#[derive(Table)]
struct Item {
    #[column(default = Status::New)]
    status: Status,
    contact: Option<Email>,
}

#[test]
fn a_schema_holds_the_types_of_its_columns_once() {
    let status = EnumType::new("status", ["New", "in use"]).value_renamed("used", "in use");
    let item = dsl::Table::new("item")
        .column(Column::new("status", Type::Enum("status".into())).default("New"))
        .column(Column::new("contact", Type::Text).nullable());
    assert_eq!(schema![Item], Database::new().with(status).with(item));
    assert_eq!(Status::VALUES, ["New", "in use"]);
    assert_eq!(schema![Item, Org, User].duplicates().count(), 0);
    assert_eq!(schema![Item, Item].duplicates().count(), 1);
}
