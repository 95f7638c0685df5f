//! Keys, indexes, checks and foreign keys.

use groundplan::dsl::{
    self, Check, Column, ConflictClause, Deferrability, Exclusion, ForeignKey, ForeignKeyAction, Index,
    IndexMethod, KeyPart, MatchKind, PostgresNotNull, PrimaryKey, Type, Unique,
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
                .using(IndexMethod::BTree)
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
    check("id > 0", name = "member_id", renamed_from = "member_check", mysql = "`id` > 0"),
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
        .check(Check {
            mysql: Some("`id` > 0".into()),
            ..Check::new("id > 0").named("member_id").renamed_from("member_check")
        })
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

/// Every key of constraints and indexes that one engine alone knows.
#[derive(Table)]
#[table(
    primary_key(columns(id), name = "pk", include(room), initially_deferred, parameters("fillfactor=70"), comment = "pk"),
    unique(columns(id, during), without_overlaps, include("room"), tablespace = "fast", comment = "u"),
    unique(columns(room), on_conflict = "replace"),
    check("id > 0", name = "positive", not_valid, no_inherit, comment = "c"),
    exclude(
        using = "gist",
        columns(room(with = "="), sql("tsrange(a, b)", with = "&&", ops = "range_ops")),
        where = "room > 0",
        name = "no_double_booking",
        deferrable,
        comment = "e"
    ),
    foreign_key(
        columns(id, room),
        references("rooms", columns("id", "room"), schema = "hotel"),
        on_delete = "set null",
        set_columns(room),
        match = "full",
        not_valid,
        comment = "f"
    ),
    index(
        columns(room(collate = ("public", "nocase")), sql("lower(note)")),
        using = "btree",
        parameters("fillfactor=70"),
        tablespace = "fast",
        statistics(2 = 500),
        attached_to = ("hotel", "parent_idx"),
        invisible,
        parser = "ngram",
        options("KEY_BLOCK_SIZE=8")
    )
)]
struct Booking {
    id: i64,
    #[column(check("room > 0", inline), references("rooms", not_enforced))]
    room: i64,
    #[column(type = "tsrange", collate = ("public", "nocase"))]
    during: String,
    #[column(
        postgres(
            sequence = "s",
            options("n_distinct=5"),
            foreign_options = "x 'y'",
            inherited,
            inherited_not_null,
            not_null(name = "n", no_inherit, not_valid, comment = "nn")
        ),
        mysql(srid = 4326, attributes("COMPRESSED")),
        sqlite(not_null = "nn", not_null_conflict = "ignore", verbatim("CHECK (1)"))
    )]
    note: String,
}

#[test]
fn keys_of_single_engines() {
    let mut booking = Booking::table();
    let key = booking.primary_key.take().unwrap();
    let mut wanted = PrimaryKey::new(["id"]).named("pk");
    wanted.include = vec!["room".into()];
    wanted.deferrability = Deferrability::InitiallyDeferred;
    wanted.parameters = vec!["fillfactor=70".into()];
    wanted.comment = Some("pk".into());
    assert_eq!(key, wanted);

    let mut overlaps = Unique::new(["id", "during"]);
    overlaps.without_overlaps = true;
    overlaps.include = vec!["room".into()];
    overlaps.tablespace = Some("fast".into());
    overlaps.comment = Some("u".into());
    let mut replaced = Unique::new(["room"]);
    replaced.on_conflict = Some(ConflictClause::Replace);
    assert_eq!(booking.uniques.iter().collect::<Vec<_>>(), [&overlaps, &replaced]);

    let mut inline = Check::new("room > 0");
    inline.column = Some("room".into());
    let mut positive = Check::new("id > 0").named("positive");
    (positive.validated, positive.no_inherit) = (false, true);
    positive.comment = Some("c".into());
    assert_eq!(booking.checks.iter().collect::<Vec<_>>(), [&inline, &positive]);

    let elements = [
        (KeyPart::column("room"), "="),
        (KeyPart::expression("tsrange(a, b)").operator_class("range_ops"), "&&"),
    ];
    let mut exclusion = Exclusion::new(IndexMethod::Gist, elements).named("no_double_booking");
    exclusion.predicate = Some("room > 0".into());
    exclusion.deferrability = Deferrability::InitiallyImmediate;
    exclusion.comment = Some("e".into());
    assert_eq!(booking.exclusions.iter().collect::<Vec<_>>(), [&exclusion]);

    let mut unenforced = ForeignKey::new::<_, &str>(["room"], "rooms", []);
    unenforced.enforced = false;
    let mut full = ForeignKey::new(["id", "room"], ("hotel", "rooms"), ["id", "room"]);
    full.on_delete = ForeignKeyAction::SetNull;
    full.set_columns = vec!["room".into()];
    full.match_kind = MatchKind::Full;
    full.validated = false;
    full.comment = Some("f".into());
    assert_eq!(booking.foreign_keys.iter().collect::<Vec<_>>(), [&unenforced, &full]);

    let mut index = Index::on([
        KeyPart::column("room").collate(("public", "nocase")),
        KeyPart::expression("lower(note)"),
    ]);
    index.postgres.parameters = vec!["fillfactor=70".into()];
    index.postgres.tablespace = Some("fast".into());
    index.postgres.statistics = vec![(2, 500)];
    index.postgres.attached_to = Some(("hotel", "parent_idx").into());
    index.mysql.invisible = true;
    index.mysql.explicit_method = true;
    index.mysql.parser = Some("ngram".into());
    index.mysql.options = vec!["KEY_BLOCK_SIZE=8".into()];
    assert_eq!(booking.indexes.iter().collect::<Vec<_>>(), [&index]);

    let note = booking.columns.get(&"note".into()).unwrap();
    let mut wanted = Column::new("note", Type::Text);
    wanted.postgres.identity_sequence = Some("s".into());
    wanted.postgres.options = vec!["n_distinct=5".into()];
    wanted.postgres.foreign_options = Some("x 'y'".into());
    wanted.postgres.inherited = true;
    wanted.postgres.inherited_not_null = true;
    let mut not_null = PostgresNotNull::new("n");
    (not_null.no_inherit, not_null.validated) = (true, false);
    not_null.comment = Some("nn".into());
    wanted.postgres.not_null = Some(not_null);
    wanted.mysql.srid = Some(4326);
    wanted.mysql.attributes = vec!["COMPRESSED".into()];
    wanted.sqlite.not_null_name = Some("nn".into());
    wanted.sqlite.not_null_conflict = Some(ConflictClause::Ignore);
    wanted.sqlite.verbatim = vec!["CHECK (1)".into()];
    assert_eq!(*note, wanted);
}
