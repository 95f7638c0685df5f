//! Keys, indexes, checks and foreign keys.

use groundplan::dsl::{
    self, Check, Column, Deferrability, ForeignKey, ForeignKeyAction, Index, IndexMethod, KeyPart,
    PrimaryKey, Type, Unique,
};
use groundplan::{Table, schema};

#[derive(Table)]
#[table(unique(columns(id, tenant)))]
struct Org {
    #[column(primary_key, identity)]
    id: i64,
    tenant: i32,
    #[column(references(Self::id))]
    parent: Option<i64>,
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
}

#[test]
fn a_table_references_itself() {
    let parent = ForeignKey::new(["parent"], "org", ["id"]);
    assert_eq!(Org::table().foreign_keys.iter().collect::<Vec<_>>(), [&parent]);
}

#[derive(Table)]
#[table(
    schema = "crm",
    rename_all = "camelCase",
    primary_key(tenant, id, name = "member_key"),
    unique(columns(tenant, "eMail"), name = "member_mail", nulls_not_distinct, initially_deferred),
    unique(columns(r#type(desc)), renamed_from = "old_unique"),
    index(columns(first_name(prefix = 10, collate = "C"), sql("lower(\"eMail\")", desc, nulls_last)), using = gin),
    index(columns(first_name(ops = "text_pattern_ops")), using = "hnsw", comment = "nearest", renamed_from = "near"),
    check("tenant > 0"),
    check("id > 0", name = "member_id", renamed_from = "member_check"),
    foreign_key(columns(org, tenant), references(Org::id, Org::tenant, name = "member_org"), on_delete = "set null"),
    foreign_key(columns(org), references("orgs", schema = "old", columns("id")), deferrable, on_update = no_action),
    foreign_key(columns(org), references("plain"), name = "member_plain", on_delete = set_default)
)]
struct Member {
    tenant: i32,
    id: i64,
    first_name: String,
    #[column(name = "eMail", index(name = "member_by_mail", unique, where = "id > 1"), index)]
    email: String,
    r#type: u8,
    #[column(
        unique = "member_one",
        index = "member_org",
        references("plain", columns(id), renamed_from = "old_key")
    )]
    org: Option<i64>,
    #[column(unique(name = "member_team", deferrable), check("team <> ''", name = "team_check"))]
    team: String,
}

#[test]
fn keys_over_several_columns() {
    let member = dsl::Table::new(("crm", "member"))
        .column(Column::new("tenant", Type::Integer))
        .column(Column::new("id", Type::BigInt))
        .column(Column::new("firstName", Type::Text))
        .column(Column::new("eMail", Type::Text))
        .column(Column::new("type", Type::Unsigned(8)))
        .column(Column::new("org", Type::BigInt).nullable())
        .column(Column::new("team", Type::Text))
        .unique_constraint(Unique::new(["org"]).named("member_one"))
        .unique_constraint(
            Unique::new(["team"]).named("member_team").deferrability(Deferrability::InitiallyImmediate),
        )
        .unique_constraint(
            Unique::new(["tenant", "eMail"])
                .named("member_mail")
                .nulls_not_distinct()
                .deferrability(Deferrability::InitiallyDeferred),
        )
        .unique_constraint(Unique::new([KeyPart::column("type").desc()]).renamed_from("old_unique"))
        .index(Index::on(["eMail"]).named("member_by_mail").unique().filter("id > 1"))
        .index(Index::on(["eMail"]))
        .index(Index::on(["org"]).named("member_org"))
        .index(
            Index::on([
                KeyPart::column("firstName").prefix(10).collate("C"),
                KeyPart::expression("lower(\"eMail\")").desc().nulls_last(),
            ])
            .using(IndexMethod::Gin),
        )
        .index(
            Index::on([KeyPart::column("firstName").operator_class("text_pattern_ops")])
                .using(IndexMethod::Extension("hnsw".into()))
                .comment("nearest")
                .renamed_from("near"),
        )
        .check(Check::new("team <> ''").named("team_check"))
        .check(Check::new("tenant > 0"))
        .check(Check::new("id > 0").named("member_id").renamed_from("member_check"))
        .foreign_key(ForeignKey::new(["org"], "plain", ["id"]).renamed_from("old_key"))
        .foreign_key(
            ForeignKey::new(["org", "tenant"], "org", ["id", "tenant"])
                .named("member_org")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .foreign_key(
            ForeignKey::new(["org"], ("old", "orgs"), ["id"])
                .deferrability(Deferrability::InitiallyImmediate),
        )
        .foreign_key(
            ForeignKey::new::<_, &str>(["org"], "plain", [])
                .named("member_plain")
                .on_delete(ForeignKeyAction::SetDefault),
        );
    let member =
        dsl::Table { primary_key: Some(PrimaryKey::new(["tenant", "id"]).named("member_key")), ..member };
    assert_eq!(Member::table(), member);
    assert_eq!(schema![Member, Org].duplicates().count(), 0);
}

#[test]
fn what_is_declared_twice_is_remembered() {
    assert_eq!(schema![Org, User].duplicates().count(), 0);
    assert_eq!(
        schema![Org, User, Org].duplicates().map(|id| id.to_string()).collect::<Vec<_>>(),
        ["table org"]
    );
}
